"""What is lifted reads as the parser reads it: the same values, the same refusals."""

from __future__ import annotations

import base64
import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from stream_cassette.cassette.model import Cassette, Interaction, Request, Response
from stream_cassette.errors import CassetteFileError
from stream_cassette.formats import _lift, _registry, vcr
from stream_cassette.formats._lift import WORD, Lifted, NotLiftable, lift
from stream_cassette.formats._nodes import Block, bytes_of, mapping_of, text_of, value_of
from stream_cassette.formats._yaml import parse, resolve
from tests.corpus import CASSETTES

HARD = settings(
    max_examples=1000,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)


def lifted(data: bytes) -> Lifted:
    return lift(io.BytesIO(data))


def outcome(read: Any, data: bytes) -> Any:
    """The value, or all that the refusal says."""
    try:
        return read(data)
    except CassetteFileError as error:
        return type(error), str(error), error.line, error.interaction, error.hint


def unlifted(data: bytes) -> Cassette:
    """The cassette as the parser alone reads it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(vcr, "read_own", lambda *_: None)
        patch.setattr(_registry, "lift", _refuse)
        return _registry.read(data)


def _refuse(_: Any) -> Lifted:
    raise NotLiftable


@pytest.fixture(params=[1, 7, 1 << 20], ids="window={}".format)
def window(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_lift, "_WINDOW", request.param)


SPELLED = {
    "strip": (b"a: |2-\n  x\n\n  y\n\n\nb: 1\n", b"x\n\ny"),
    "keep": (b"a: |2+\n  x\n\n  y\n\n\nb: 1\n", b"x\n\ny\n\n\n"),
    "clip": (b"a: |2\n  x\n\n  y\n\n\nb: 1\n", b"x\n\ny\n"),
    "no number": (b"a: |\n    x\n      y\n    z\nb: 1\n", b"x\n  y\nz\n"),
    "a comment after it": (b"a: |-\n  x\n\n# c\nb: 1\n", b"x"),
    "the end of the file": (b"a: |2+\n  x\n", b"x\n"),
    "a document's end": (b"a: |2+\n  x\n...\n", b"x\n"),
    "leading blanks and tabs": (b"a: |2-\n     x\n  \ty\t\n    \n", b"   x\n\ty\t\n  "),
    "an empty first line": (b"a: |2-\n\n\n  x\n", b"\n\nx"),
    "nothing, kept": (b"a: |2+\n\n\nb: 1\n", b"\n\n"),
    "nothing, stripped": (b"a: |2-\n\n\nb: 1\n", b""),
    "nothing at all": (b"a: |2\nb: 1\n", b""),
    "in a list": (b"- a: |2-\n    x\n  b: 1\n- 1\n", b"x"),
    "nested": (b"a:\n  b:\n  - c: |2+\n      x\n    d: 1\n", b"x\n"),
    "headers within": (b"a: |2-\n  b: |2-\n    x\n  c: |\n   y\nd: 1\n", b"b: |2-\n  x\nc: |\n y"),
    "base64": (b"a: !!binary |\n  aGVs\n  bG8=\nb: 1\n", b"aGVs\nbG8=\n"),
    "beyond ASCII": ("a: |2-\n  é😀\n  \xa0\nb: 1\n".encode(), "é😀\n\xa0".encode()),
    "after a byte-order mark": (b"\xef\xbb\xbfa: |2-\n  x\nb: 1\n", b"x"),
    "a merge conflict within": (b"a: |2-\n  <<<<<<< x\nb: 1\n", b"<<<<<<< x"),
    "after a long line": (b"z: " + b"q" * 2000 + b"\na: |2-\n  x\nb: 1\n", b"x"),
    "longer than a window": (
        b"a: |2-\n  " + b"x\n\n  " * 500 + b"y\nb: 1\n",
        b"x\n\n" * 500 + b"y",
    ),
    "a line longer than a window": (b"a: |2-\n  " + b"x" * 3000 + b"\n", b"x" * 3000),
    "quoted": (b'body: "a\\r\\n\\\n  \\r\\n\\\n  b\\"\\\\"\nb: 1\n', b'a\r\n\r\nb"\\'),
    "quoted, one line": (b'string: " a\\n"\nb: 1\n', b" a\n"),
    "quoted, in a list": (b'- decoded: "a\\n\\\n    \\x20b"\n  b: 1\n- 1\n', b"a\n b"),
    "quoted, nested": (b'a:\n  b:\n  - body: "x\\t"\n    d: 1\n', b"x\t"),
    "quoted, in braces": (b'a: {\n  body: "x"\n}\n', b"x"),
    "quoted, with headers within": (
        b'body: "\\r\\n\\\n  b: |2-\\n\\\n  \\x20 x\\n\\\n  string: \\"x\\"\\n\\\n  # c"\nd: 1\n',
        b'\r\nb: |2-\n  x\nstring: "x"\n# c',
    ),
    "quoted, beyond ASCII": (
        'body: "é😀\\r\\u2028\\0\\x85"\n'.encode(),
        "é😀\r\u2028\0\x85".encode(),
    ),
    "quoted, longer than a window": (
        b'body: "' + b"x\\r\\n\\\n  " * 500 + b'y"\nb: 1\n',
        b"x\r\n" * 500 + b"y",
    ),
    "quoted, a line longer than a window": (b'body: "' + b'\\"' * 2000 + b'"\n', b'"' * 2000),
    "quoted, after another's": (b'string: "a\n  b"\nbody: "x"\n', b"x"),
    "quoted, after nothing": (b'string: ""\nbody: "x"\n', b"x"),
    "clipped, long": (b"a: |\n  " + b"x" * 3000 + b"\n\n\nb: 1\n", b"x" * 3000 + b"\n"),
}


@pytest.mark.usefixtures("window")
@pytest.mark.parametrize(("data", "value"), SPELLED.values(), ids=SPELLED.keys())
def test_a_block_is_lifted(data: bytes, value: bytes) -> None:
    found = lifted(data)
    assert found.blocks == (value,)
    assert found.data.count(WORD.encode()) == 1
    node = parse(found.data, blocks=found.blocks)
    whole = parse(data.removeprefix(b"\xef\xbb\xbf"))
    assert value_of(node, resolve) == value_of(whole, resolve)


@pytest.mark.usefixtures("window")
@pytest.mark.parametrize("key", ["body", "string"])
def test_base64_is_decoded(key: str) -> None:
    value = bytes(range(256)) * 10
    data = b"%b: !!binary |\n  %b\nb: 1\n" % (
        key.encode(),
        base64.encodebytes(value).strip().replace(b"\n", b"\n  "),
    )
    found = lifted(data)
    assert found.blocks == (value,)
    (node, *_), (whole, *_) = (
        list(mapping_of(root, "a").entries.values())
        for root in (parse(found.data, blocks=found.blocks), parse(data))
    )
    assert bytes_of(node, "a") == bytes_of(whole, "a") == value
    assert text_of(node, "a") == text_of(whole, "a") == value.decode("latin-1")
    assert isinstance(node, Block)
    assert base64.b64decode(node.text) == value


REFUSED = {
    "a quoted line end of another kind": b'body: "a\\n\\\n  b\n  c"\n',
    "a blank at a quoted line's start": b'body: "a\\n\\\n   b"\n',
    "no quoted surrogates": b'body: "\\uD83D"\n',
    "no quote at the end": b'body: "a\\n\\\n  b',
    "no line end after the quote": b'body: "a\\n\\\n  b"',
    "something after the quote": b'body: "a\\n\\\n  b" # c\n',
    "no base64": b"body: !!binary |\n  eA=\n",
    "base64 with blanks": b"body: !!binary |\n  eA ==\n",
    "base64 that goes on": b"body: !!binary |\n  eA==\n  eA==\n",
    "CRLF": b"a: |2-\n  x\r\nb: 1\n",
    "NEL": "a: |2-\n  x\x85y\nb: 1\n".encode(),
    "a line separator": "a: |2-\n  x\u2028  y\nb: 1\n".encode(),
    "a byte-order mark": "a: |2-\n  x\ufeff\nb: 1\n".encode(),
    "a control character": b"a: |2-\n  x\x07\nb: 1\n",
    "not UTF-8": b"a: |2-\n  x\xff\nb: 1\n",
    "blanks alone": b"a: |2-\n  x\n \nb: 1\n",
    "a tab before": b"a:\n  b: |2-\n    x\n \tc\n",
    "no line end at the end": b"a: |2-\n  x",
    "an empty line before, no number": b"a: |\n\n  x\nb: 1\n",
    "the word": b"a: |2-\n  x\nb: lifted-block\n",
}


@pytest.mark.usefixtures("window")
@pytest.mark.parametrize("data", REFUSED.values(), ids=REFUSED.keys())
def test_what_is_not_simple_is_read_as_it_is(data: bytes) -> None:
    with pytest.raises(NotLiftable):
        lifted(data)


FALSE = {
    "in a quoted scalar": b'z: "\n  a: |2-\n    x\n  "\nb: 1\n',
    "in single quotes": b"z: '\n  a: |2-\n    x\n\n  '\nb: 1\n",
    "in another block": b"z: &q |\n  a: |2-\n    x\nb: 1\n",
    "in a folded one": b"z: >\n  a: |2-\n    x\nb: 1\n",
    "in braces": b"z: {\n  a: |2-\n    x\n}\n",
    "quoted, in a quoted scalar": b'z: "\n  body: "x"\n  "\nb: 1\n',
    "quoted, in single quotes": b"z: '\n  body: \"x\"\n  '\nb: 1\n",
    "quoted, in a block": b'z: &q |\n  body: "x"\nb: 1\n',
    "quoted, in a folded one": b'z: >\n  body: "x"\nb: 1\n',
    "quoted, below an anchor": b'z: &q\n  body: "x"\nb: *q\n',
    "base64, in another block": b"z: &q |\n  body: !!binary |\n    eA==\nb: 1\n",
    "base64, in a folded one": b"z: >\n  body: !!binary |\n    eA==\nb: 1\n",
    "below an anchor": b"z: &q\n  a: |2-\n    x\nb: *q\n",
}


@pytest.mark.parametrize("data", FALSE.values(), ids=FALSE.keys())
def test_what_only_looks_like_a_block_is_noticed(data: bytes) -> None:
    found = lifted(data)
    assert found.blocks == (b"x",)
    with pytest.raises((NotLiftable, CassetteFileError)):
        parse(found.data, blocks=found.blocks)


# lines that mean something to the scan or to the parser, for documents that nobody would write
LINES = [
    *("a: |2-", "b: |2+", "c: |", "d: !!binary |", "- e: |2-", "f: >-", "g: &q |", "h: *q", "? i"),
    *("- request:", "request:", "  response:", "    body:", "      string: |2+", "string: |2"),
    *('j: "', '"', "k: 'x", "'", "l: {", "}", "m: [", "]", "# n", "---", "...", "<<: *q"),
    *("x", "", "", " ", "  ", "\t", "x ", "é", "\u2028", "\x85", "\r", "\ufeff", "\x07", WORD),
    *(
        "<<<<<<< x",
        "aGk=",
        "version: 1",
        "interactions:",
        "a: 1",
        "b: 2",
        "data: {}",
        "|",
        "lifted",
        'body: "',
        '- string: "x',
        'decoded: "x\\r\\n\\',
        'string: "x"',
        "body: !!binary |",
        "x\\n\\",
        "\\r\\n\\",
        '\\x20\\"x\\"\\\\"',
        '\\n"',
        "\\",
        "\\ud83d",
    ),
]
PADDED = [" " * pad + line for pad in (0, 0, 2, 4, 6, 8) for line in LINES]
DOCUMENTS = st.lists(st.sampled_from(PADDED), max_size=14).map(
    lambda lines: "\n".join([*lines, ""]).encode()
)


@HARD
@given(DOCUMENTS, st.sampled_from([1, 5, 1 << 20]))
@example(b"a: |2-\n  x\na: |2-\n  y\n", 5)
def test_any_document_reads_the_same(data: bytes, window: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_lift, "_WINDOW", window)
        try:
            found = lifted(data)
            value = value_of(parse(found.data, blocks=found.blocks), resolve)
        except (NotLiftable, CassetteFileError):
            return
    assert value == value_of(parse(data.removeprefix(b"\xef\xbb\xbf")), resolve)


HOSTILE = st.sampled_from([*LINES, "      string: |2-", "        data: x"])
BODIES = st.one_of(
    st.tuples(st.lists(HOSTILE, max_size=8), st.sampled_from(["\n", "\r\n"])).map(
        lambda drawn: drawn[1].join(drawn[0]).encode()
    ),
    st.binary(max_size=100),
)


@st.composite
def edited(draw: st.DrawFn) -> bytes:
    """A file of ours with hostile bodies; some of its lines taken out, doubled or put in."""
    interactions = tuple(
        Interaction(
            request=Request(method="POST", url="http://a/", body=draw(BODIES)),
            response=Response(status=200, reason="OK", headers=(("a", "b"),), body=draw(BODIES)),
        )
        for _ in range(draw(st.integers(1, 2)))
    )
    lines = _registry.write(Cassette(interactions=interactions), comments=["0 · a"]).split(b"\n")
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(lines) - 1))
        new = draw(st.sampled_from(LINES)).encode()
        pad = b" " * draw(st.sampled_from([0, 2, 4, 6, 8]))
        lines[at : at + draw(st.integers(0, 2))] = draw(
            st.sampled_from([[], [lines[at]] * 2, [pad + new], [pad + new, lines[at]]])
        )
    end = draw(st.sampled_from([b"\n", b"\n", b"\n", b"\r\n"]))
    mark = draw(st.sampled_from([b"", b"", b"\xef\xbb\xbf"]))
    return mark + end.join(lines)


@HARD
@given(edited(), st.sampled_from([1, 5, 1 << 20]))
def test_any_file_gives_the_same_cassette_or_the_same_refusal(data: bytes, window: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_lift, "_WINDOW", window)
        found = outcome(_registry.read, data)
    assert found == outcome(unlifted, data)


FILES = sorted(path for path in CASSETTES.rglob("*.yaml") if path.is_file())


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(CASSETTES)))
def test_our_files_give_the_same(path: Path) -> None:
    data = path.read_bytes()
    assert outcome(_registry.read, data) == outcome(unlifted, data)


def test_memory_is_bounded_by_the_window() -> None:
    """No read asks for more than a window, and what was lifted is let go."""
    asked: list[int] = []

    class Counted(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            asked.append(size or 0)
            return super().read(size)

    found = lift(Counted(b"a: |2-\n" + b"  x\n" * 2_000_000 + b"b: 1\n"))
    assert set(asked) == {1 << 20}
    assert len(found.blocks[0]) == 3_999_999
    assert len(found.data) < 100
