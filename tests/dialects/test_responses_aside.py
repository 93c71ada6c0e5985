"""What is kept aside until an item is done, and stands when a stream breaks off."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest

from stream_cassette.conversation.media import Blob
from stream_cassette.conversation.parts import (
    ServerToolCall,
    ServerToolCallResponse,
    ToolCall,
)
from tests.support.response_events import added, done, event, parts, strange


def at(**members: Any) -> dict[str, Any]:
    return {"output_index": 0, **members}


def test_code() -> None:
    begun = [added("code_interpreter_call", id="ci", code="", container_id="n")]
    begun += [event("code_interpreter_call_code.delta", **at(delta=one)) for one in ("pri", "nt")]
    arguments = {"code": "print", "container_id": "n"}
    call = ServerToolCall(id="ci", name="code_interpreter", arguments=arguments, extra={"id": "ci"})
    assert parts(*begun) == (call,)
    whole = event("code_interpreter_call_code.done", **at(code="print"))
    assert parts(begun[0], begun[1], whole) == (call,)
    ended = done("code_interpreter_call", id="ci", code="1", container_id="n")
    (found,) = parts(*begun, ended)
    assert getattr(found, "arguments", None) == {"code": "1", "container_id": "n"}


def test_commands() -> None:
    begun = [added("shell_call", call_id="c", action={"timeout_ms": 5})]
    begun += [event("shell_call_command.added", **at(command_index=0, command="l"))]
    begun += [event("shell_call_command.delta", **at(command_index=0, delta="s"))]
    begun += [event("shell_call_command.added", **at(command_index=1, command=""))]
    begun += [event("shell_call_command.done", **at(command_index=1, command="pwd"))]
    assert parts(*begun) == (
        ToolCall(id="c", name="shell", arguments={"timeout_ms": 5, "commands": ["ls", "pwd"]}),
    )


def test_what_commands_print() -> None:
    begun = [added("shell_call_output", id="o", call_id="c")]
    for said in ({"stdout": "a"}, {"stdout": "b", "stderr": "!"}):
        begun.append(event("shell_call_output_content.delta", **at(command_index=0, delta=said)))
    told = ServerToolCallResponse(id="c", name="shell", extra={"id": "o"})
    (found,) = parts(*begun)
    assert isinstance(found, type(told)) and found.extra == told.extra
    assert found.response == [{"stdout": "ab", "stderr": "!"}]
    output = [{"stdout": "ab", "stderr": "", "outcome": {"type": "timeout"}}]
    whole = event("shell_call_output_content.done", **at(command_index=0, output=output))
    (found,) = parts(*begun, whole)
    assert getattr(found, "response", None) == output


def test_the_last_preview_of_a_picture() -> None:
    begun = [added("image_generation_call", id="ig")]
    for number, data in enumerate((b"blurred", b"clear")):
        preview = {"partial_image_index": number, "partial_image_b64": b64encode(data).decode()}
        begun.append(
            event("image_generation_call.partial_image", **at(output_format="png"), **preview)
        )
    call, image = parts(*begun)
    assert call.extra == {"id": "ig", "partial_image_index": 1}
    assert image == Blob(data=b"clear", modality="image", mime_type="image/png", id="ig")
    ended = done("image_generation_call", id="ig", result=b64encode(b"final").decode())
    call, image = parts(*begun, ended)
    assert call.extra == {"id": "ig"}
    assert image == Blob(data=b"final", modality="image", id="ig")


def test_audio_pieces_are_padded_each() -> None:
    pieces = [event("audio.delta", delta=b64encode(one).decode()) for one in (b"a", b"bc", b"")]
    assert parts(*pieces) == (Blob(data=b"abc", modality="audio"),)


def test_outputs_and_pictures_of_another_item_are_reported() -> None:
    begun = added("message", content=[])
    for name, item in (
        ("code_interpreter_call_code.delta", "code"),
        ("shell_call_output_content.delta", "output"),
        ("image_generation_call.partial_image", "picture"),
    ):
        odd = event(name, **at(command_index=0, delta=item))
        assert strange(begun, odd) == [("fragment", f"response.{name}")]


@pytest.mark.parametrize(
    "odd",
    [
        event("audio.delta", delta="é"),
        event("audio.delta", delta=7),
        event("audio.transcript.delta", delta=None),
        event("code_interpreter_call_code.delta", **at(delta=None)),
        event("shell_call_command.delta", **at(command_index=0, delta="x")),  # no shell's item
    ],
)
def test_what_fits_nowhere_is_reported(odd: Any) -> None:
    assert strange(added("code_interpreter_call"), odd) == [("fragment", odd["type"])]
