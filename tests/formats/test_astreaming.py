"""Traces of LiteLLM proxies: small ones of our own, and the originals where they are."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream_cassette.cassette.model import Cassette, Interaction
from stream_cassette.conversation.model import Exchange
from stream_cassette.errors import CorruptCassette
from stream_cassette.formats._registry import read, sniff, write
from stream_cassette.formats.astreaming import AStreaming
from stream_cassette.meaning import exchange_of, history_of
from stream_cassette.store.files import read as load
from tests.corpus import CASSETTES, seed

FILES = CASSETTES / "formats" / "astreaming"
CHUNK = '{"choices": [{"delta": {"content": "a"}}]}'


def trace(*views: str, title: str = "# ASTREAMING") -> str:
    return "\n".join([title, *views]) + "\n"


def chunk(number: int, data: str = CHUNK, view: str = "ChatCompletions API") -> str:
    return f"## Response Chunk #{number}\n\n### {view}:\n```json\n{data}\n```\n"


def cassette(name: str) -> Cassette:
    data = (FILES / name).read_bytes()
    assert sniff(data).name == "astreaming"
    found = read(data)
    assert found.format == "astreaming"
    return found


def one(text: str) -> Interaction:
    (interaction,) = AStreaming().read(text.encode()).interactions
    return interaction


def said(interaction: Interaction) -> Exchange:
    found = exchange_of(interaction)
    assert found is not None
    assert found.unknown == ()
    return found


def test_a_stream_rendered_again() -> None:
    (interaction,) = cassette("stream.md").interactions
    first, last, done, end = interaction.response.body.decode().split("\n\n")
    assert first == (
        'data: {"id":"chatcmpl-1","object":"chat.completion.chunk","choices":['
        '{"finish_reason":null,"index":0,"delta":{"content":"```json  \\" è \\ud83d",'
        '"role":"assistant","tool_calls":null}}],"score":1.50e+3}'
    )
    assert json.loads(last.removeprefix("data: "))["choices"][0]["finish_reason"] == "length"
    assert (done, end) == ("data: [DONE]", "")
    assert (interaction.re_rendered, interaction.response.cuts) == (True, None)
    assert (interaction.request.method, interaction.request.url) == ("", "")
    assert (interaction.response.status, interaction.response.headers) == (200, ())


def test_requests_where_they_were_joined_in_front() -> None:
    first, second = cassette("two_turns.md").interactions
    assert first.request.body == (
        b'{"stream":true,"store":false,"input":[{"role":"user","content":"Hi"}]}'
    )
    assert second.request.body == b'{"messages":[{"role":"user","content":"And now?"}]}'
    asked = [history_of(each) for each in (first, second)]
    assert [each.messages[-1].text for each in asked if each] == ["Hi", "And now?"]
    streamed, whole = said(first), said(second)
    assert (streamed.dialect, streamed.termination) == ("openai-responses", "complete")
    assert streamed.candidates[0].text == "Hello"
    assert streamed.usage is not None and streamed.usage.input_tokens == 3
    assert (whole.dialect, whole.candidates[0].text) == ("openai-chat", "Bye")


def test_without_a_finish_reason_the_end_is_not_made_up() -> None:
    found = one(trace(chunk(0)))
    assert found.response.body == b'data: {"choices":[{"delta":{"content":"a"}}]}\n\n'
    assert said(found).termination == "truncated"


@pytest.mark.parametrize("odd", ["[]", "1", '{"choices": 1}', '{"choices": [1]}', "{}"])
def test_chunks_of_any_shape_are_kept(odd: str) -> None:
    kept = odd.replace(" ", "")
    assert one(trace(chunk(0, odd))).response.body == f"data: {kept}\n\n".encode()


def test_a_request_in_another_interface_than_its_answer_s_is_not_taken() -> None:
    asked = "## Request Messages\n### Responses API:\n```json\n[]\n```"
    assert one(trace(asked, chunk(0))).request.body == b""


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("\n## ", "\n\n\n## "),
        lambda text: text.rstrip(),
        lambda text: text.replace("ASTREAMING", "ASTREAMING "),
    ],
)
def test_line_ends_and_blank_lines_do_not_matter(change: Callable[[str], str]) -> None:
    text = trace(chunk(0), chunk(1, CHUNK.replace("a", "b")))
    changed = change(text)
    assert AStreaming().sniff(changed.encode()) == 3
    assert read(changed.encode()) == read(text.encode())
    assert read(b"\xef\xbb\xbf" + changed.encode()) == read(text.encode())


REQUEST = "## Request Messages\n### ChatCompletions API:\n```json\n[]\n```"
PARAMS = "## Request Params\n### ChatCompletions API:\n```json\n[]\n```"
RESPONSE = "## Response\n### ChatCompletions API:\n```json\n{}\n```"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (trace(), "interaction 0, line 1: the trace holds no response"),
        (trace("## Response"), "line 1: the trace shows nothing that a provider sent"),
        (trace(chunk(1)), "line 2: chunk 1 where chunk 0 is due"),
        (trace(chunk(0), chunk(2)), "line 9: chunk 2 where chunk 1 is due"),
        (trace(chunk(0), chunk(0)), "line 9: chunk 0 where chunk 1 is due"),
        (trace(chunk(0, view="Other API")), "line 4: the view 'Other API' is unknown; known: Resp"),
        (trace(chunk(0, view="GenericStreamingChunk")), "shows nothing that a provider sent"),
        (trace(chunk(0) + chunk(0)[20:]), "line 10: the view 'ChatCompletions API' stands twice"),
        (trace(chunk(0, "{\n{\n}")), "line 7: no JSON: Expecting property name"),
        (trace(chunk(0, '{"a": NaN}')), "line 5: no JSON: NaN is no value"),
        (trace(chunk(0, "[" * 100_000)), "line 5: no JSON: "),
        (trace(chunk(0)[:-5]), "line 5: the JSON block does not end: the trace is cut off; take"),
        (trace(chunk(0).replace("```json", "{}")), "line 5: a JSON block is due here"),
        (trace("## Response\n### Responses API:")[:-1], "line 3: a JSON block is due here"),
        (trace(chunk(0), "Some prose"), "line 9: no line of a trace: 'Some prose'"),
        (trace(RESPONSE, RESPONSE), "line 7: the section 'Response' stands twice"),
        (trace(RESPONSE, chunk(0)), "line 1: the trace holds both chunks and a whole response"),
        (trace(REQUEST), "line 1: the trace holds a request and no response; join it with"),
        (trace(REQUEST) + trace(REQUEST, chunk(0)), "line 1: the trace holds a request and no"),
        (trace(PARAMS, chunk(0)), "line 4: the request's parameters are no object"),
        (trace(chunk(0)) + trace(chunk(1)), "interaction 1, line 10: chunk 1 where chunk 0"),
        ("## Response\n", "line 1: no line of a trace"),
        ("\n", "line 1: the trace is empty"),
    ],
)
def test_refused(text: str, message: str) -> None:
    with pytest.raises(CorruptCassette) as caught:
        AStreaming().read(text.encode())
    assert message in str(caught.value)


def test_refused_by_content_and_by_bytes() -> None:
    with pytest.raises(CorruptCassette, match="line 2: chunk 7"):
        read(trace(chunk(7)).encode())
    with pytest.raises(CorruptCassette, match="line 6: the file is not UTF-8"):
        read(trace(chunk(0)).encode().replace(b'"a"', b'"\xff"'))


@pytest.mark.parametrize(
    ("data", "score"),
    [
        (b"# ASTREAMING\n\n## Response Chunk #0\n", 3),
        (b"\n# COMPLETION\r\n\r\n## Request Messages\r\n", 3),
        (b"# ASTREAMING\n\nis a word\n", 0),
        (b"# STREAMINGS\n\n## Response\n", 0),
        (b"text\n# ASTREAMING\n\n## Response\n", 0),
    ],
)
def test_sniffed(data: bytes, score: int) -> None:
    assert AStreaming().sniff(data) == score


WHOLE = (FILES / "two_turns.md").read_text("utf-8")


@given(st.integers(0, len(WHOLE)), st.integers(0, 40), st.text(max_size=8))
def test_whatever_was_done_to_a_trace_it_is_read_or_refused(at: int, size: int, put: str) -> None:
    text = WHOLE[:at] + put + WHOLE[at + size :]
    try:
        found = AStreaming().read(text.encode())
    except CorruptCassette:
        return
    assert found.interactions
    assert all(each.response.body for each in found.interactions)


@pytest.mark.parametrize("path", sorted(FILES.glob("*.md")), ids=lambda path: path.name)
def test_written_as_a_cassette_it_is_the_same(path: Path) -> None:
    found = load(path)
    assert read(write(found)).interactions == found.interactions


@pytest.mark.parametrize(
    ("name", "golden", "total_tokens"),
    [
        ("litellm-haiku-trace.md", "litellm_haiku", 142),
        ("litellm-sonnet-trace.md", "litellm_sonnet", 15_739),
    ],
)
def test_the_seeds(name: str, golden: str, total_tokens: int) -> None:
    (interaction,) = load(seed(name)).interactions
    (ours,) = load(CASSETTES / "openai_chat" / f"{golden}.yaml").interactions
    assert interaction.response.body == ours.response.body
    found = said(interaction)
    expected = json.loads((CASSETTES / "openai_chat" / f"{golden}.expected.json").read_text())
    assert found.to_dict() == expected["interactions"][0]["exchange"]
    assert found.usage is not None and found.usage.raw["total_tokens"] == total_tokens
    reason = found.candidates[0].finish_reason
    assert reason is not None and (reason.unified, reason.raw) == ("stop", "stop")
    last = interaction.response.body.split(b"\n\n")[-3].removeprefix(b"data: ")
    assert json.loads(last)["choices"][0]["finish_reason"] is None
