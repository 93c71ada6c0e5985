"""Bodies alone in a file: events, lines of JSON, event-stream messages."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream_cassette.cassette.model import Interaction
from stream_cassette.errors import CassetteFileError, CassetteMiss, CorruptCassette, NotACassette
from stream_cassette.formats._registry import read, sniff, write
from stream_cassette.formats.raw import Raw
from stream_cassette.meaning import exchange_of, history_of
from stream_cassette.store.files import check_replaceable
from stream_cassette.store.files import read as load
from stream_cassette.tape import use_cassette
from tests.corpus import CASSETTES

FILES = CASSETTES / "formats" / "raw"
each_file = pytest.mark.parametrize("path", sorted(FILES.iterdir()), ids=lambda path: path.name)
DIALECTS = {
    "events.sse": "openai-chat",
    "lines.chunks.txt": "anthropic-messages",
    "messages.eventstream": "bedrock-converse",
    "openrouter_sdk.jsonl": "openai-chat",
}


def one(data: bytes) -> Interaction:
    (interaction,) = Raw().read(data).interactions
    return interaction


@each_file
def test_the_file_is_the_body_and_nothing_is_made_up(path: Path) -> None:
    data = path.read_bytes()
    assert sniff(data).name == "raw"
    found = read(data)
    (interaction,) = found.interactions
    assert (found.format, interaction.response.body) == ("raw", data)
    request, response = interaction.request, interaction.response
    assert (request.method, request.url, request.headers, request.body) == ("", "", (), b"")
    assert (response.status, response.headers, response.cuts) == (200, (), None)
    assert (interaction.recorded_at, interaction.re_rendered) == (None, False)


@each_file
def test_what_it_says(path: Path) -> None:
    interaction = one(path.read_bytes())
    found, asked = exchange_of(interaction), history_of(interaction)
    assert found is not None and asked is not None
    assert (found.dialect, bool(found.candidates[0].text)) == (DIALECTS[path.name], True)
    assert (found.termination, found.unknown) == ("complete", ())
    assert (asked.messages, asked.model) == ((), None)


def test_one_answer_whatever_the_framing() -> None:
    answers = [exchange_of(one((FILES / name).read_bytes())) for name in list(DIALECTS)[:3]]
    texts = [each.candidates[0].text for each in answers if each is not None]
    assert texts == ["Grüße"] * 3


def test_what_an_sdk_showed_is_what_was_sent() -> None:
    (sent,) = load(CASSETTES / "openai_chat" / "openrouter.yaml").interactions
    wire, shown = exchange_of(sent), exchange_of(one((FILES / "openrouter_sdk.jsonl").read_bytes()))
    assert wire is not None and shown is not None
    assert shown.vendor == wire.vendor == "openrouter"
    assert (shown.end_marker, wire.end_marker) == (False, True)
    assert shown.usage == wire.usage
    (ours,), (theirs,) = shown.candidates, wire.candidates
    assert (ours.parts, ours.extra) == (theirs.parts, theirs.extra)
    assert ours.finish_reason is not None and theirs.finish_reason is not None
    assert ours.finish_reason == replace(theirs.finish_reason, detail=None)  # the SDK drops it


@each_file
def test_written_as_a_cassette_it_is_the_same(path: Path) -> None:
    found = read(path.read_bytes())
    assert read(write(found)).interactions == found.interactions


@each_file
def test_no_request_is_answered_by_it(path: Path) -> None:
    with pytest.raises(CassetteMiss, match="no answer to"), use_cassette(path):
        httpx.post("http://example.com/v1/chat/completions", json={})


@each_file
def test_it_is_never_recorded_over(path: Path) -> None:
    with pytest.raises(CassetteFileError, match="is a raw cassette, and a recording would replace"):
        check_replaceable(path)


LINES = b'{"a":1}\n{"b":2}\n'


@pytest.mark.parametrize(
    ("data", "score"),
    [
        (b"data: x\n\n", 2),
        (b"data:x", 2),
        (b"\xef\xbb\xbf: hi\r\n\r\nid: 1\r\nretry: 2\r\nevent: a\r\ndata: x\r\n\r\n", 2),
        (b"\n\nevent\rdata: x\r\r", 2),
        (b"event: ping\n\ndata: {}\n\n", 2),
        (b"data: " + b"x" * 100_000, 2),
        (b"data: x\n\nwhatever: follows\n", 2),
        (b"data:\n\n", 0),  # nothing is said
        (b"event: a\n\n", 0),
        (b": hi\n\n", 0),
        (b"\n\n", 0),
        (b"data: x\nother: y\n", 0),  # YAML, say
        (b"data:\n  key: value\n", 0),
        (b"database: x\n", 0),
        (LINES, 1),
        (b'\xef\xbb\xbf{"a":1}\r\n\r\n{"b":2}', 1),
        (b'{"a":1}\n{"b":', 1),
        (b'{"a":1}\n', 0),
        (b'{"a":1}\n[]\n', 0),
        (b'{a}\n{"b":2}', 0),
        (b"{" * 9_000 + b'"a":1}\n{', 0),
        (b"{}", 0),
    ],
)
def test_sniffed(data: bytes, score: int) -> None:
    assert Raw().sniff(data) == score


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (LINES + b'[3]\n{"c":4}\n', "line 3: a line of JSON that is no object"),
        (LINES + b'\n{"c":\n{"d":4}\n', "line 4: a line of JSON that is no object"),
    ],
)
def test_lines_that_are_none(data: bytes, message: str) -> None:
    with pytest.raises(CorruptCassette, match=message):
        read(data)


def messages() -> bytes:
    return (FILES / "messages.eventstream").read_bytes()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (messages()[:40], "the first event-stream message can't be read: it is cut off"),
        (messages()[:90] + b"?" + messages()[91:], "can't be read: message checksum"),
    ],
)
def test_a_first_message_that_is_none(data: bytes, message: str) -> None:
    with pytest.raises(CorruptCassette, match=message):
        read(data)


def test_what_is_cut_off_or_damaged_later_is_kept() -> None:
    assert one(LINES + b'{"c":').response.body == LINES + b'{"c":'
    for data in (messages()[:-9], messages()[:-1] + b"?"):
        found = one(data)
        assert found.response.body == data
        assert exchange_of(found) is not None
    last = exchange_of(one(messages()[:-1] + b"?"))
    assert last is not None and [each.kind for each in last.unknown] == ["frame"]


BEGINNINGS = st.sampled_from([b"", b"data: {}\n", b'{"a":1}\n', b"\xef\xbb\xbf", messages()])


@given(st.lists(BEGINNINGS, max_size=3).map(b"".join), st.binary(max_size=30))
def test_whatever_it_is_it_is_kept_or_refused(begins: bytes, rest: bytes) -> None:
    data = begins + rest
    try:
        assert one(data).response.body == data
    except CassetteFileError:
        return
    assert Raw().sniff(data) > 0
    exchange_of(one(data))


def test_anything_else_is_refused() -> None:
    with pytest.raises(NotACassette, match="found no server-sent events"):
        Raw().read(b"{}")
