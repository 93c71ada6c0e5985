"""Live runs of a conversation held to a recorded one: what counts at which level."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import pytest

from stream_cassette import spoken_levels
from stream_cassette.cassette.model import Interaction, Request, Response
from stream_cassette.errors import DriftError
from stream_cassette.session.levels import SPOKEN
from stream_cassette.tape import Tape, use_cassette

URL = "https://api.openai.com/v1/chat/completions"
ARGUMENTS = '{"location": "Florence"}'


def sse(number: int, *deltas: dict[str, Any], finish: str) -> bytes:
    """An answer of Chat Completions, streamed."""
    chunks = [{"index": 0, "delta": {"role": "assistant"} | delta} for delta in deltas]
    chunks.append({"index": 0, "delta": {}, "finish_reason": finish})
    head = {"id": f"chatcmpl-{number}", "object": "chat.completion.chunk", "created": number}
    lines = (json.dumps(head | {"model": "m", "choices": [chunk]}) for chunk in chunks)
    return b"".join(b"data: %b\n\n" % line.encode() for line in [*lines, "[DONE]"])


def call(arguments: str, *, call_id: str, name: str = "weather") -> dict[str, Any]:
    function = {"name": name, "arguments": arguments}
    return {"tool_calls": [{"index": 0, "id": call_id, "type": "function", "function": function}]}


def first(run: int, said: str = "Let me see.", arguments: str = ARGUMENTS, **more: str) -> bytes:
    said_and_called = {"content": said}, call(arguments, call_id=f"call_of_run_{run}", **more)
    return sse(run, *said_and_called, finish="tool_calls")


def second(run: int, said: str = "Sunny.", finish: str = "stop") -> bytes:
    return sse(run + 100, {"content": said}, finish=finish)


def ask(
    tape: Tape, *answers: bytes, system: str = "Be brief.", media: str = "text/event-stream"
) -> None:
    """What a client does: it asks, calls the tool, and asks again with all that was said."""
    left = list(answers)

    def respond(request: Any) -> Any:
        return httpx2.Response(200, headers={"content-type": media}, content=left.pop(0))

    messages: list[Any] = [
        {"role": "system", "content": system},
        {"role": "user", "content": "Weather?"},
    ]
    with httpx2.Client(transport=tape.transport(httpx2.MockTransport(respond))) as client:
        for _ in answers:
            body = client.post(URL, json={"model": "m", "stream": True, "messages": messages}).text
            said, calls = read(body)
            messages.append({"role": "assistant", "content": said, "tool_calls": calls})
            messages += [
                {"role": "tool", "tool_call_id": one["id"], "content": "21 °C"} for one in calls
            ]


def read(body: str) -> tuple[str, list[Any]]:
    """The text and the calls of an answer."""
    frames = [line[6:] for line in body.splitlines() if line.startswith("data: {")]
    deltas = [json.loads(frame)["choices"][0]["delta"] for frame in frames]
    text = "".join(delta.get("content") or "" for delta in deltas)
    return text, [one for delta in deltas for one in delta.get("tool_calls", ())]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A cassette of two turns."""
    path = tmp_path / "a.yaml"
    with use_cassette(path, record="once") as tape:
        ask(tape, first(1), second(1))
    return path


def drifts(path: Path, *answers: bytes, level: Any = None, **asked: Any) -> list[tuple[Any, ...]]:
    """(kind, level, paths of the request, paths of the answer) of each."""
    tape = use_cassette(path, record="verify", level=level)
    try:
        with tape:
            ask(tape, *answers, **asked)
    except DriftError:
        pass
    return [
        (d.kind, d.level, [x.path for x in d.request], [x.path for x in d.answer])
        for d in tape.drifts
    ]


def test_ids_and_words_are_others_in_every_run(path: Path) -> None:
    live = first(2, "One moment, please."), second(2, "It is sunny in Florence today.")
    assert drifts(path, *live) == []
    assert drifts(path, *live, level="structure") == []
    answer = ["messages[0].parts[0].content"]
    assert drifts(path, *live, level="text") == [
        ("changed", "text", [], answer),
        ("changed", "text", ["messages[2].content"], answer),
    ]
    assert drifts(path, *live, level="frames") != []


def test_spelling_of_arguments_is_no_drift_anywhere_but_in_frames(path: Path) -> None:
    live = first(2, arguments='{"location":"Florence"}'), second(2)
    for level in SPOKEN:
        assert drifts(path, *live, level=level) == []
    assert drifts(path, *live, level="frames") != []


ROWS = {
    "an argument": (
        (first(2, arguments='{"location": "Rome"}'), second(2)),
        ["messages[0].parts[1].arguments.location"],
    ),
    "another tool": ((first(2, name="time"), second(2)), ["messages[0].parts[1].name"]),
    "no text before the call": ((first(2, said=""), second(2)), ["messages[0].parts[0]"]),
}


@pytest.mark.parametrize(("live", "paths"), ROWS.values(), ids=ROWS)
def test_what_the_code_has_to_do_with_counts(
    path: Path, live: tuple[bytes, bytes], paths: list[str]
) -> None:
    found = drifts(path, *live)
    assert found[0] == ("changed", "conversation", [], paths)


def test_the_end_of_an_answer_counts(path: Path) -> None:
    found = drifts(path, first(2), second(2, finish="length"))
    assert found == [
        ("changed", "conversation", [], ["messages[0].finish_reason.unified"]),
    ]


def test_what_the_client_itself_says_counts_word_by_word(path: Path) -> None:
    found = drifts(path, first(2, "Another word."), second(2), system="Be very brief.")
    assert [one[2] for one in found] == [["messages[0].content"]] * 2


def test_an_answer_that_cannot_be_read_is_held_to_by_its_frames(path: Path) -> None:
    found = drifts(path, b"<html>Gone.</html>", media="text/html")
    assert found[0][:2] == ("changed", "conversation")
    assert "headers.content-type" in found[0][3]


def test_what_no_model_said_is_held_to_by_frames_or_bytes(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    said = iter([{"n": 1}, {"n": 2}])
    with pytest.raises(DriftError, match=r"another answer \(level frames\)"):
        for mode in ("once", "verify"):
            with use_cassette(path, record=mode, level="text") as tape:
                transport = httpx2.MockTransport(lambda _: httpx2.Response(200, json=next(said)))
                with httpx2.Client(transport=tape.transport(transport)) as client:
                    client.get("http://a.example/")


def interaction(body: bytes, url: str = URL) -> Interaction:
    headers = (("content-type", "text/event-stream"),)
    request = Request(method="POST", url=url, body=b'{"messages": []}')
    return Interaction(request=request, response=Response(status=200, headers=headers, body=body))


def test_who_is_spoken_with() -> None:
    assert spoken_levels.is_spoken(interaction(first(1)))
    assert not spoken_levels.is_spoken(interaction(b"data: 1\n\n", "http://a.example/"))
    tool = interaction(b'data: {"jsonrpc": "2.0", "id": 1, "result": {}}\n\n', "http://a/mcp")
    body = b'{"jsonrpc": "2.0", "id": 1, "method": "tools/list"}'
    assert not spoken_levels.is_spoken(replace(tool, request=replace(tool.request, body=body)))


def test_of_answers_left_early_only_what_both_have_counts(path: Path) -> None:
    """A client that leaves after its first words leaves at other words in another run."""
    left = path.with_name("left.yaml")

    def leave(tape: Tape, *deltas: dict[str, Any]) -> None:
        body = sse(1, *deltas, finish="stop")
        frames = [frame + b"\n\n" for frame in body.split(b"\n\n")]

        def respond(request: Any) -> Any:
            kind = {"content-type": "text/event-stream"}
            return httpx2.Response(200, headers=kind, content=iter(frames))

        with httpx2.Client(transport=tape.transport(httpx2.MockTransport(respond))) as client:
            with client.stream("POST", URL, json={"messages": []}) as response:
                next(response.iter_raw())

    for mode, word in (("once", "Well"), ("verify", "It")):
        with use_cassette(left, record=mode) as tape:
            leave(tape, {"content": word}, {"content": " then"})
    assert tape.drifts == ()
