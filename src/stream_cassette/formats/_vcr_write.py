"""Write our file: a vcrpy version 1 cassette with cut points, times and endings beside it.

Extra keys stand at top level, in an interaction and in `response`, where vcrpy and cassetter ignore
them; never in `request`, of which vcrpy builds an object. Lists start at column 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from stream_cassette.cassette.model import (
    COMPLETE,
    Cassette,
    Ending,
    Headers,
    Interaction,
    Request,
    Response,
)
from stream_cassette.formats._body_write import body
from stream_cassette.formats._yaml_write import (
    comment,
    flow,
    folded,
    header_value,
    number,
    quoted,
    url,
    word,
)

__all__ = ["COMMENTS", "FORMAT", "canonical", "grouped", "write"]

FORMAT: Final = 1  # of the file; a reader refuses later ones
COMMENTS: Final = 1  # of the comments; another number means that they may be stale

_LONG_KEY: Final = 120  # YAML allows 1,024 for a key without `? `, escapes included


def write(
    cassette: Cassette, *, comments: Sequence[str] | None = None, ascii_only: bool = False
) -> Iterator[bytes]:
    """The file's content in pieces, in UTF-8 (`ascii_only`: in ASCII)."""
    yield b"# stream-cassette\n"
    yield _line(f"stream_cassette: {{format: {FORMAT}, comments: {COMMENTS}}}")
    yield b"interactions:\n" if cassette.interactions else b"interactions: []\n"
    texts = comments or ()
    for index, interaction in enumerate(cassette.interactions):
        if index < len(texts):
            yield comment(texts[index], ascii_only=ascii_only).encode()
        yield from _interaction(interaction, ascii_only)
    yield b"version: 1\n"


def _line(text: str) -> bytes:
    return f"{text}\n".encode()


def canonical(cassette: Cassette) -> Cassette:
    """The same cassette as a file can hold it: repeats of a header name stand together.

    Reading what was written gives this one, member for member.
    """
    interactions = tuple(
        replace(
            interaction,
            request=replace(interaction.request, headers=_together(interaction.request.headers)),
            response=replace(interaction.response, headers=_together(interaction.response.headers)),
        )
        for interaction in cassette.interactions
    )
    return replace(cassette, interactions=interactions)


def _together(headers: Headers) -> Headers:
    return tuple((name, value) for name, values in grouped(headers).items() for value in values)


def grouped(headers: Headers) -> dict[str, list[str]]:
    """Values by name: names in order of first use, values in order within the name."""
    values: dict[str, list[str]] = {}
    for name, value in headers:
        values.setdefault(name, []).append(value)
    return values


def _interaction(interaction: Interaction, ascii_only: bool) -> Iterator[bytes]:
    yield b"- request:\n"
    yield from _request(interaction.request, ascii_only)
    yield b"  response:\n"
    yield from _response(interaction.response, ascii_only)
    if interaction.recorded_at is not None:
        yield _line(f"  recorded_at: {quoted(interaction.recorded_at)}")
    if interaction.masked:
        places = flow(word(place, ascii_only=ascii_only) for place in interaction.masked)
        yield _line(f"  masked: {places}")
    if interaction.re_rendered:
        yield b"  re_rendered: true\n"


def _request(request: Request, ascii_only: bool) -> Iterator[bytes]:
    yield _line(f"    method: {word(request.method, ascii_only=ascii_only)}")
    yield _line(f"    uri: {url(request.url, ascii_only=ascii_only)}")
    yield from _headers(request.headers)
    yield b"    body: "
    yield from body(request.body, " " * 6, ascii_only=ascii_only)
    yield b"\n"


def _response(response: Response, ascii_only: bool) -> Iterator[bytes]:
    reason = word(response.reason, ascii_only=ascii_only)
    yield _line(f"    status: {{code: {response.status}, message: {reason}}}")
    yield from _headers(response.headers)
    yield b"    body:\n"
    yield b"      string: "
    yield from body(response.body, " " * 8, ascii_only=ascii_only)
    yield b"\n"
    stream = _stream(response, ascii_only)
    for first in stream:
        yield b"    stream:\n" + first
        yield from stream


def _headers(headers: Headers) -> Iterator[bytes]:
    if not headers:
        yield b"    headers: {}\n"
        return
    yield b"    headers:\n"
    for name, values in grouped(headers).items():
        key, items = word(name, ascii_only=True), flow(map(header_value, values))
        if len(key) <= _LONG_KEY:
            yield _line(f"      {key}: {items}")
        else:
            yield _line(f"      ? {key}")
            yield _line(f"      : {items}")


def _stream(response: Response, ascii_only: bool) -> Iterator[bytes]:
    if response.head_ms is not None:
        yield _line(f"      head_ms: {number(response.head_ms)}")
    if response.cuts is not None:
        cuts = (f"{size_bytes}@{number(offset_ms)}" for size_bytes, offset_ms in response.cuts)
        yield b"      chunks: "
        yield from (part.encode() for part in folded(cuts, " " * 8))
        yield b"\n"
    if response.http_version is not None:
        yield _line(f"      http_version: {word(response.http_version, ascii_only=ascii_only)}")
    if response.reencoded:
        yield b"      reencoded: true\n"
    if response.ending != COMPLETE:
        yield _line(f"      ending: {_ending(response.ending, ascii_only)}")
    if response.decoded is not None:
        text = response.decoded.encode("utf-8", "replace")
        yield b"      decoded: "
        yield from body(text, " " * 8, ascii_only=ascii_only)
        yield b"\n"


def _ending(ending: Ending, ascii_only: bool) -> str:
    if ending.kind == "client-closed":
        return "client-closed"
    if ending.kind == "pending":
        items = {"client-closed": "pending"}
        if ending.waited_ms is not None:
            items["waited_ms"] = number(ending.waited_ms)
    else:
        items = {"error": word(ending.error or "other")}
        if ending.message is not None:
            items["message"] = quoted(ending.message, ascii_only=ascii_only)
    return "{" + ", ".join(f"{key}: {value}" for key, value in items.items()) + "}"
