"""One HTTP/1.1 message as it stands on the wire: start line, headers, body.

Raises ValueError for all that is no such message, or not the whole of it.
Source: RFC 9112, 2 (messages), 6 (bodies), 7.1 (chunked).
"""

from __future__ import annotations

from dataclasses import dataclass

from stream_cassette.cassette.model import Headers, header

__all__ = ["Http1Message"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Http1Message:
    """`start` is the three parts of the start line; `body` has no transfer coding any more."""

    start: tuple[str, str, str]
    headers: Headers
    body: bytes

    @classmethod
    def of(cls, data: bytes, *, has_body: bool = True) -> Http1Message:
        """The message in `data`. `has_body`: whether its kind has one (HEAD's answer has none)."""
        head, end, rest = data.partition(b"\r\n\r\n")
        if not end:
            raise ValueError("a message whose head doesn't end")
        first, *lines = head.decode("latin-1").split("\r\n")
        one, _, more = first.partition(" ")
        two, _, three = more.partition(" ")
        if not one or not two:
            raise ValueError(f"no start line: {first[:60]!r}")
        headers = tuple(_field(line) for line in lines)
        return cls(
            start=(one, two, three),
            headers=headers,
            body=_body(headers, rest) if has_body else b"",
        )


def _field(line: str) -> tuple[str, str]:
    name, colon, value = line.partition(":")
    if not colon or not name or name != name.strip():
        raise ValueError(f"no header: {line[:60]!r}")
    return name, value.strip(" \t")


def _body(headers: Headers, rest: bytes) -> bytes:
    if (header(headers, "transfer-encoding") or "").lower().endswith("chunked"):
        return _unchunked(rest)
    length = header(headers, "content-length")
    if length is None:
        return rest
    if not (length.isascii() and length.isdigit()) or int(length) != len(rest):
        raise ValueError(f"content-length is {length[:20]!r}, but the body has {len(rest)} bytes")
    return rest


def _unchunked(data: bytes) -> bytes:
    """The chunks' data joined; extensions and trailers are let go."""
    parts: list[bytes] = []
    at = 0
    while True:
        end = data.find(b"\r\n", at)
        size_text = data[at : max(end, at)].partition(b";")[0].strip()
        if end < 0 or not size_text:
            raise ValueError("a chunked body that doesn't end")
        size = int(size_text, 16)
        if size == 0:
            return b"".join(parts)
        start = end + 2
        at = start + size + 2
        if size < 0 or data[start + size : at] != b"\r\n":
            raise ValueError("a chunk that is cut off")
        parts.append(data[start : start + size])
