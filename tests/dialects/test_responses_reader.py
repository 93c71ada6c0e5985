"""The life of a Responses stream: items, arguments, the last event, errors."""

from __future__ import annotations

from typing import Any

import pytest

from stream_cassette.conversation.media import Blob
from stream_cassette.conversation.model import StreamError
from stream_cassette.conversation.parts import Generic, ServerToolCall, Text, ToolCall
from stream_cassette.dialects._responses_reader import STATUS_ONLY, EventReader
from tests.support.response_events import added, answer, done, event, parts, strange, terminal

CALL = {"call_id": "c", "name": "f"}
ARGUMENTS = "function_call_arguments"


def message(text: str, **members: Any) -> dict[str, Any]:
    return {"type": "message", "content": [{"type": "output_text", "text": text}], **members}


def test_arguments_append_and_are_read_at_the_end() -> None:
    begun = [added("function_call", **CALL, arguments="")]
    begun += [event(f"{ARGUMENTS}.delta", output_index=0, delta=one) for one in ('{"a"', ": 1}")]
    call = ToolCall(id="c", name="f", arguments={"a": 1}, arguments_text='{"a": 1}')
    assert parts(*begun) == (call,)
    assert parts(*begun[:2]) == (ToolCall(id="c", name="f", arguments=None, arguments_text='{"a"'),)
    assert parts(begun[0]) == (ToolCall(id="c", name="f", arguments={}, arguments_text=""),)


def test_the_whole_arguments_replace_what_was_appended() -> None:
    begun = [added("function_call", **CALL, arguments="")]
    begun += [event(f"{ARGUMENTS}.delta", output_index=0, delta="{garbled")]
    whole = event(f"{ARGUMENTS}.done", output_index=0, arguments='{"a":2}')
    (call,) = parts(*begun, whole)
    assert isinstance(call, ToolCall) and call.arguments == {"a": 2}
    assert parts(whole)[0] == ToolCall(
        id="synthesised-0", arguments={"a": 2}, arguments_text='{"a":2}', id_synthesised=True
    )


@pytest.mark.parametrize(
    ("kind", "name", "part"),
    [
        (
            "custom_tool_call",
            "custom_tool_call_input",
            ToolCall(id="c", name="f", arguments="a b", arguments_text="a b", custom=True),
        ),
        (
            "mcp_call",
            "mcp_call_arguments",
            ServerToolCall(id="c", name="f", arguments=None, arguments_text="a b"),
        ),
    ],
)
def test_other_arguments(kind: str, name: str, part: Any) -> None:
    member = "input" if kind == "custom_tool_call" else "arguments"
    begun = added(kind, call_id="c", name="f", **{member: ""})
    deltas = [event(f"{name}.delta", output_index=0, delta=one) for one in ("a", " b")]
    (found,) = parts(begun, *deltas)
    assert found == part or found.extra == {"call_id": "c"}
    assert getattr(found, "arguments_text", None) == "a b"


@pytest.mark.parametrize("name", [f"{ARGUMENTS}.delta", f"{ARGUMENTS}.done"])
def test_arguments_that_are_no_text_are_reported(name: str) -> None:
    begun = added("function_call", **CALL, arguments="")
    odd = event(name, output_index=0, delta={}, arguments=[])
    assert strange(begun, odd) == [("fragment", f"response.{name}")]


@pytest.mark.parametrize("name", [f"{ARGUMENTS}.delta", f"{ARGUMENTS}.done"])
def test_arguments_of_what_is_no_call_are_reported(name: str) -> None:
    odd = event(name, output_index=0, delta="{}", arguments="{}")
    assert strange(added("message", content=[]), odd) == [("fragment", f"response.{name}")]


def test_an_item_that_is_done_replaces_its_parts() -> None:
    text = event("output_text.delta", output_index=0, content_index=0, delta="garbled")
    ended = done("message", content=[{"type": "output_text", "text": "clear"}])
    assert parts(added("message", content=[]), text, ended) == (Text(content="clear"),)


def test_the_output_of_the_last_event_replaces_everything() -> None:
    begun = [added("message", content=[]), done("message", content=[{"type": "x"}])]
    found = answer(*begun, terminal(message("a", id="m")))
    (only,) = found.candidates
    assert only.parts == (Text(content="a", extra={"id": "m"}),)
    assert only.parts[0].path == "output[0].content[0]"
    assert found.unknown[0].name == "x"  # it was there, and so it is reported


@pytest.mark.parametrize("output", [{}, {"output": None}, {"output": []}])
def test_without_an_output_the_done_items_stand_in_their_order(output: Any) -> None:
    """Compatibles send null, and one sends an empty list after all its items."""
    begun = [done("message", 2, **message("b")), done("message", 0, **message("a"))]
    for one in begun:
        one["item"]["type"] = "message"
    last = event("completed", response={"status": "completed", **output})
    assert [getattr(one, "content", None) for one in parts(*begun, last)] == ["a", "b"]


def test_without_an_output_what_is_not_done_stays() -> None:
    text = event("output_text.delta", output_index=0, content_index=0, delta="half")
    last = terminal(status="failed", error={"code": "x", "message": "y"})
    found = answer(added("message", content=[]), text, last)
    assert found.candidates[0].parts == (Text(content="half"),)
    assert (found.termination, found.end_marker) == ("errored", True)


def test_an_item_that_is_null_means_nothing() -> None:
    null = event("output_item.added", output_index=0, item=None)
    assert strange(null) == []
    odd = event("output_item.added", output_index=0, item=7)
    assert strange(odd) == [("fragment", "response.output_item.added")]
    assert strange({**null, "type": "response.output_item.done"}) == [
        ("fragment", "response.output_item.done")
    ]


def test_an_unknown_item_is_a_part_and_reported_once() -> None:
    item = {"type": "brand_new", "x": 1}
    found = answer(added("brand_new", x=1), done("brand_new", x=1), terminal(item))
    assert found.candidates[0].parts == (Generic(kind="brand_new", value=item),)
    ((only),) = found.unknown
    assert (only.kind, only.name, only.value) == ("part", "brand_new", item)


def test_the_last_response_says_who_answered() -> None:
    first = event("created", response={"id": "a", "model": "alias", "output": []})
    found = answer(first, terminal(message("x"), id="b", model="served"))
    assert (found.candidates[0].response_id, found.candidates[0].model) == ("b", "served")
    cut = answer(first, event("in_progress", response={"id": "c"}))
    assert (cut.candidates[0].response_id, cut.candidates[0].role) == ("c", "assistant")
    bare = answer(first, event("completed"))
    assert (bare.candidates[0].response_id, bare.termination) == ("a", "complete")


def test_a_snapshot_in_the_middle_opens_its_items() -> None:
    """A response fetched again while it is made."""
    items = [message("a"), {"type": "function_call", **CALL, "arguments": ""}]
    begun = event("in_progress", response={"output": items})
    delta = event(f"{ARGUMENTS}.delta", output_index=1, delta="{}")
    text, call = parts(begun, delta)
    assert text == Text(content="a")
    assert isinstance(call, ToolCall) and call.arguments == {}


def test_an_error_alone_is_no_answer() -> None:
    flat = {"type": "error", "code": "x", "message": "y", "param": None, "sequence_number": 1}
    nested = {"type": "error", "error": {"type": "t", "code": "x", "message": "y"}}
    for one, kind in (
        (flat, None),
        (nested, "t"),
        ({"error": {"code": "x", "message": "y"}}, None),
    ):
        found = answer(one)
        assert found.candidates == () and found.unknown == ()
        assert found.error is not None and found.termination == "errored"
        assert (found.error.type, found.error.code, found.error.message) == (kind, "x", "y")


def test_the_first_error_stays() -> None:
    first = {"type": "error", "code": "a", "message": "first"}
    found = answer(first, terminal(status="failed", error={"code": "b", "message": "second"}))
    assert found.error == StreamError(
        code="a", message="first", after_frame=0, raw={"code": "a", "message": "first"}
    )


def test_status_events_say_nothing() -> None:
    begun = added("web_search_call", id="ws")
    assert strange(begun, *({"type": kind, "item_id": "ws"} for kind in sorted(STATUS_ONLY))) == []


def test_an_answer_that_came_whole() -> None:
    found = answer({"object": "response", "id": "r", "status": "in_progress", "output": None})
    assert (found.termination, found.end_marker) == ("complete", False)
    assert found.candidates[0].parts == ()
    compacted = {"type": "compaction", "encrypted_content": "E"}
    user = {"type": "message", "role": "user", "content": []}
    found = answer({"object": "response.compaction", "output": [user, compacted]})
    assert [one.type for one in found.candidates[0].parts] == ["generic", "compaction"]
    assert found.unknown == ()


def test_calls_of_xai_itself_end_no_turn() -> None:
    item = {"type": "custom_tool_call", "call_id": "xs_call_1", "name": "x_user_search"}
    begun = added("custom_tool_call", call_id="xs_call_1", name="x_user_search", input="")
    delta = event("custom_tool_call_input.delta", output_index=0, delta='{"a":1}')
    last = event("done", response={"status": "completed", "output": [{**item, "input": "{}"}]})
    (only,) = answer(begun, delta, last).candidates
    assert only.finish_reason is not None and only.finish_reason.unified == "stop"
    (call,) = parts(begun, delta)
    assert isinstance(call, ServerToolCall) and call.arguments == {"a": 1}


def test_audio_is_kept_beside_the_output() -> None:
    audio = [event("audio.delta", delta="aGk="), event("audio.transcript.delta", delta="hi")]
    sound = Blob(data=b"hi", modality="audio", transcript="hi")
    assert parts(*audio) == (sound,)
    assert parts(*audio, terminal(message("a"))) == (Text(content="a"), sound)


def test_nothing_is_left_to_say_after_the_last_event() -> None:
    reader = EventReader()
    reader.read(added("code_interpreter_call", id="ci"))
    reader.read(event("code_interpreter_call_code.delta", output_index=0, delta="x"))
    reader.read(terminal(message("a")))
    assert reader.close() == []
