from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stream_cassette.cassette.cuts import Cuts
from stream_cassette.cassette.model import Cassette, Ending, Interaction, Request, Response
from stream_cassette.errors import CorruptCassette
from stream_cassette.formats._lift import NotLiftable, lift
from stream_cassette.formats._own_read import read_own
from stream_cassette.formats._registry import read, write
from stream_cassette.formats._vcr_read import cassette_of
from stream_cassette.formats._yaml import parse, resolve

STREAM = b"data: {}\n\ndata: [DONE]\n\n"
ONE = Interaction(
    request=Request(
        method="POST",
        url="https://a.example/v1?b=c",
        headers=(("accept", "*/*"), ("x-no", "no"), ("x-two", "a"), ("x-two", "b, c")),
        body=b'{"a": 1}',
    ),
    response=Response(
        status=200,
        reason="OK",
        headers=(("content-type", "text/event-stream"),),
        body=STREAM,
        cuts=Cuts.of([10, len(STREAM) - 10], [0, 31.2]),
        head_ms=1.5,
        http_version="HTTP/2",
    ),
    recorded_at="2026-03-12T20:11:38.120Z",
)


def by_parser(data: bytes) -> Cassette:
    found = lift(io.BytesIO(data))
    return cassette_of(parse(found.data, blocks=found.blocks), resolve)


def by_lines(data: bytes) -> Cassette | None:
    try:
        found = lift(io.BytesIO(data))
    except NotLiftable:
        return None
    return read_own(found.data, found.blocks)


def changed(**changes: Any) -> Interaction:
    return replace(ONE, response=replace(ONE.response, **changes))


KNOWN = {
    "a stream": ONE,
    "nothing known": Interaction(
        request=Request(method="GET", url="http://a/"), response=Response(status=204)
    ),
    "no chunk": changed(body=b"", cuts=()),
    "many chunks": changed(body=b"x" * 500, cuts=Cuts.of([1] * 500, range(500))),
    "left": changed(ending=Ending(kind="client-closed")),
    "compressed": changed(body=b"\x1f\x8b\x00", cuts=None, decoded="text\n", reencoded=True),
    "masked": replace(ONE, masked=("/api_key", "query.key"), re_rendered=True),
    "CRLF": changed(body=b'data: "a"\r\n\r\n', cuts=None),
    "one line": changed(body="a\u2028b".encode(), cuts=None),
    "quoted": changed(reason="Not Found", http_version="HTTP 1"),
}


@pytest.mark.parametrize("one", KNOWN.values(), ids=KNOWN.keys())
def test_what_we_write_is_read_by_lines(one: Interaction) -> None:
    data = write(Cassette(interactions=(one, ONE, one)), comments=["0 · é", "1 · POST\n  two"])
    found = by_lines(data)
    assert found is not None
    assert found == by_parser(data) == Cassette(interactions=(one, ONE, one))
    assert [i.response.decoded for i in found.interactions] == [
        one.response.decoded,
        None,
        one.response.decoded,
    ]


FOREIGN = {
    "an escape": replace(ONE, recorded_at="a\\b"),
    "a long name": changed(headers=(("x" * 2000, "y"),)),
    "a byte of a header": changed(headers=(("a", "\xe9"),)),
    "an error": changed(ending=Ending(kind="error", error="reset")),
    "a quoted line": changed(reason="a\tb"),
}


@pytest.mark.parametrize("one", FOREIGN.values(), ids=FOREIGN.keys())
def test_the_rest_is_left_to_the_parser(one: Interaction) -> None:
    data = write(Cassette(interactions=(ONE, one)))
    assert by_lines(data) is None
    assert by_parser(data) == Cassette(interactions=(ONE, one))


@pytest.mark.parametrize("text", [b"lifted-block", b"lifted-block\n", b"a\nlifted-block"])
def test_a_body_that_says_the_word(text: bytes) -> None:
    cassette = Cassette(interactions=(changed(body=text, cuts=None),))
    data = write(cassette)
    assert read(data) == by_lines(data) == cassette
    with pytest.raises(CorruptCassette, match="'version' stands twice"):
        read(data + b"version: 1\n")  # read again, with nothing lifted
    assert read_own(data, ()) is None


EDITS = {
    "sizes that do not add up": (b"10@0 ", b"11@0 "),
    "a chunk that is none": (b"10@0 ", b"10@0@1 "),
    "a name that stands twice": (b"      accept: ", b"      x-no: "),
    "a key that stands twice": (b"  response:\n", b"  request: 1\n  response:\n"),
    "a newer format": (b"{format: 1", b"{format: 2"),
    "another version": (b"version: 1", b"version: 2"),
    "something after the end": (b"version: 1\n", b"version: 1\n---\n"),
    "null": (b"method: POST", b"method: null"),
    "no number": (b"code: 200", b"code: ok"),
    "a control character": (b"# stream", b"# \x07stream"),
    "no UTF-8": (b"# stream", b"# \xff\nstream"),
    "no base64": (b"string: |2+\n", b"string: !!binary |\n"),
}


@pytest.mark.parametrize(("old", "new"), EDITS.values(), ids=EDITS.keys())
def test_what_is_to_be_refused_is_left_to_the_parser(old: bytes, new: bytes) -> None:
    data = write(Cassette(interactions=(ONE,)))
    assert by_lines(data) is not None
    assert old in data
    assert by_lines(data.replace(old, new)) is None


WORDS = (  # noqa: SIM905
    'no null NULL nullx ~ "null" [a] {} "" |2- lifted-block # 1 1.5 +1 1e5 true \'q\' "\\x41" - >- '
    "&a *a é a:b"
).split()


@settings(
    max_examples=700,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(st.data())
def test_any_edit_reads_as_the_parser_reads_it(data: st.DataObject) -> None:
    lines = write(Cassette(interactions=tuple(KNOWN.values())), comments=["0"] * 9).split(b"\n")
    for _ in range(data.draw(st.integers(1, 2))):
        at = data.draw(st.integers(0, len(lines) - 2))
        key, colon, _ = lines[at].partition(b": ")
        word = data.draw(st.sampled_from(WORDS)).encode()
        kind = data.draw(st.sampled_from(["value", "cut", "swap", "double", "indent", "glue"]))
        lines[at : at + 1] = {
            "value": [key + colon + (word if colon else b"")],
            "cut": [],
            "swap": [lines[at + 1], lines[at]],
            "double": [lines[at], lines[at]],
            "indent": [b" " * len(word) + lines[at]],
            "glue": [lines[at] + b" " + word],
        }[kind]
    text = b"\n".join(lines)
    try:
        own = by_lines(text)
    except NotLiftable:
        return
    if own is not None:
        assert own == by_parser(text)
