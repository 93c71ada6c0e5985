"""A file cut off at each byte: it is refused, and never read as a shorter one.

Where a format has nothing that must come last (go-vcr, cassetter, a proxy's trace, a bare stream),
a file that ends just behind a line has all that it asks for. Such files are listed here.
"""

from __future__ import annotations

import gzip

import pytest

from stream_cassette.cassette.model import Cassette, Cut, Ending, Interaction, Request, Response
from stream_cassette.errors import CassetteFileError
from stream_cassette.formats._registry import read, write
from tests.corpus import CASSETTES
from tests.support.hostile_texts import GOVCR, JSON, OURS, RUBY

BODIES = (
    b'{"a":1}',
    b"data: 1\n\ndata: \xf0\x9f\x8c\x8a\n\n",
    b"data: 1\r\n\r\n: \xe2\x80\xa8\r\n",
    bytes(range(256)),
    b"",
    b"version: 1\n",
    b"  \t\n x \n",
)


def _interaction(number: int, body: bytes) -> Interaction:
    half = len(body) // 2
    return Interaction(
        request=Request(
            method="POST", url=f"http://a/{number}", headers=(("A", "1"), ("A", "2")), body=body
        ),
        response=Response(
            status=200,
            headers=(("content-type", "text/event-stream"),),
            body=body,
            cuts=(Cut(half, 0.5), Cut(len(body) - half, 12.25)),
            head_ms=1.5,
            http_version="HTTP/2",
            ending=Ending(kind="error", error="reset", message="gone: \x1b[0m"),
        ),
        recorded_at="2026-03-12T20:11:38.120Z",
        masked=("query.key",),
    )


WRITTEN = Cassette(interactions=tuple(_interaction(*pair) for pair in enumerate(BODIES)))
PLAIN = Cassette(
    interactions=(
        Interaction(
            request=Request(method="GET", url="http://a/"),
            response=Response(status=200, reason="OK", body=b"data: 1\n\n"),
        ),
    )
    * 3
)
WHOLE = {
    "ours": OURS,
    "written": write(WRITTEN, comments=["a\nb"] * len(BODIES)),
    "plain": write(PLAIN),
    "json": JSON,
    "ruby": RUBY,
}


def _outcome(data: bytes) -> Cassette | CassetteFileError:
    try:
        return read(data)
    except CassetteFileError as error:
        return error


@pytest.mark.parametrize("name", WHOLE)
def test_a_file_with_an_end_is_never_read_without_it(name: str) -> None:
    data = WHOLE[name]
    whole = read(data)
    for size in range(len(data)):
        found = _outcome(data[:size])
        if isinstance(found, CassetteFileError):
            assert found.hint or found.line is not None or "no cassette" in found.what, size
            continue
        rest = data[size:]
        assert found == whole, size  # nothing is missing but the end of the last word
        assert rest == b"\n" or rest.strip() in b"VCR 6.1.0", size


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(GOVCR + GOVCR[GOVCR.index(b"- id") :], id="govcr"),
        *(
            pytest.param((CASSETTES / "formats" / name).read_bytes(), id=name)
            for name in ("cassetter/bodies.yaml", "cassetter/stream.yaml", "cassetter/stream.toml")
        ),
    ],
)
def test_a_file_without_an_end_is_cut_off_behind_a_line_only(data: bytes) -> None:
    whole = read(data).interactions
    for size in [*range(1, len(data), 5), len(data) - 1]:
        outcome = _outcome(data[:size])
        if isinstance(outcome, CassetteFileError):
            continue
        found = outcome.interactions
        assert data[size - 1 : size] == b"\n" or len(data) - size == 1, size
        assert found[:-1] == whole[: len(found) - 1], size
        if found:
            assert found[-1].request == whole[len(found) - 1].request


@pytest.mark.parametrize("name", ["ours", "written"])
def test_a_packed_file_is_never_read_in_part(name: str) -> None:
    data = gzip.compress(WHOLE[name])
    for size in range(1, len(data), 7):
        with pytest.raises(CassetteFileError):
            read(data[:size])
