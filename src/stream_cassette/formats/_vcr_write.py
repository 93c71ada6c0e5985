"""Write our file: a vcrpy version 1 cassette with cut points, times and endings beside it.

Extra keys stand at top level, in an interaction and in `response`, where vcrpy and cassetter ignore
them; never in `request`, of which vcrpy builds an object. Lists start at column 0.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
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
from stream_cassette.formats._yaml_write import (
    body,
    comment,
    flow,
    folded,
    header_value,
    number,
    quoted,
    url,
    word,
)

__all__ = ["COMMENTS", "FORMAT", "grouped", "write"]

FORMAT: Final = 1  # of the file; a reader refuses later ones
COMMENTS: Final = 1  # of the comments; another number means that they may be stale

_LONG_KEY: Final = 120  # YAML allows 1,024 for a key without `? `, escapes included


def write(
    cassette: Cassette, *, comments: Sequence[str] | None = None, ascii: bool = False
) -> bytes:
    """The file's content, in UTF-8 (`ascii`: in ASCII)."""
    parts = [
        "# stream-cassette\n",
        f"stream_cassette: {{format: {FORMAT}, comments: {COMMENTS}}}\n",
        "interactions:\n" if cassette.interactions else "interactions: []\n",
    ]
    texts = comments or ()
    for index, interaction in enumerate(cassette.interactions):
        if index < len(texts):
            parts.append(comment(texts[index], ascii=ascii))
        parts.extend(f"{line}\n" for line in _interaction(interaction, ascii))
    parts.append("version: 1\n")
    return "".join(parts).encode("utf-8")


def grouped(headers: Headers) -> dict[str, list[str]]:
    """Values by name: names in order of first use, values in order within the name."""
    values: dict[str, list[str]] = {}
    for name, value in headers:
        values.setdefault(name, []).append(value)
    return values


def _interaction(interaction: Interaction, ascii: bool) -> Iterator[str]:
    yield "- request:"
    yield from _request(interaction.request, ascii)
    yield "  response:"
    yield from _response(interaction.response, ascii)
    if interaction.recorded_at is not None:
        yield f"  recorded_at: {quoted(interaction.recorded_at)}"
    if interaction.masked:
        yield f"  masked: {flow(word(place, ascii=ascii) for place in interaction.masked)}"
    if interaction.re_rendered:
        yield "  re_rendered: true"


def _request(request: Request, ascii: bool) -> Iterator[str]:
    yield f"    method: {word(request.method, ascii=ascii)}"
    yield f"    uri: {url(request.url, ascii=ascii)}"
    yield from _headers(request.headers)
    yield f"    body: {body(request.body, ' ' * 6, ascii=ascii)}"


def _response(response: Response, ascii: bool) -> Iterator[str]:
    yield f"    status: {{code: {response.status}, message: {word(response.reason, ascii=ascii)}}}"
    yield from _headers(response.headers)
    yield "    body:"
    yield f"      string: {body(response.body, ' ' * 8, ascii=ascii)}"
    stream = list(_stream(response, ascii))
    if stream:
        yield "    stream:"
        yield from stream


def _headers(headers: Headers) -> Iterator[str]:
    if not headers:
        yield "    headers: {}"
        return
    yield "    headers:"
    for name, values in grouped(headers).items():
        key, items = word(name, ascii=True), flow(map(header_value, values))
        if len(key) <= _LONG_KEY:
            yield f"      {key}: {items}"
        else:
            yield f"      ? {key}"
            yield f"      : {items}"


def _stream(response: Response, ascii: bool) -> Iterator[str]:
    if response.head_ms is not None:
        yield f"      head_ms: {number(response.head_ms)}"
    if response.cuts is not None:
        cuts = (f"{cut.size_bytes}@{number(cut.offset_ms)}" for cut in response.cuts)
        yield f"      chunks: {folded(cuts, ' ' * 8)}"
    if response.http_version is not None:
        yield f"      http_version: {word(response.http_version, ascii=ascii)}"
    if response.reencoded:
        yield "      reencoded: true"
    if response.ending != COMPLETE:
        yield f"      ending: {_ending(response.ending, ascii)}"
    if response.decoded is not None:
        text = response.decoded.encode("utf-8", "replace")
        yield f"      decoded: {body(text, ' ' * 8, ascii=ascii)}"


def _ending(ending: Ending, ascii: bool) -> str:
    if ending.kind == "client-closed":
        return "client-closed"
    if ending.kind == "pending":
        items = {"client-closed": "pending"}
        if ending.waited_ms is not None:
            items["waited_ms"] = number(ending.waited_ms)
    else:
        items = {"error": word(ending.error or "other")}
        if ending.message is not None:
            items["message"] = quoted(ending.message, ascii=ascii)
    return "{" + ", ".join(f"{key}: {value}" for key, value in items.items()) + "}"
