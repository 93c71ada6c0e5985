"""A response's headers put right where the file's body is no longer what they speak of.

Most recorders decode a body before they store it, and keep the headers that it had. A client
that replays such a response would decode it again.
Source: RFC 9110, 8.4 (Content-Encoding), 8.6 (Content-Length).
"""

from __future__ import annotations

from stream_cassette.cassette.model import Headers, header
from stream_cassette.wire.encoding import decode, is_identity

__all__ = ["true_headers"]


def true_headers(headers: Headers, body: bytes, *, may_be_coded: bool = True) -> Headers:
    """The headers as they hold for `body`.

    `content-length` is its size, and `content-encoding` goes where the body isn't in that coding.
    Without a body all stays: after HEAD, and with 304, they speak of one that was not sent.
    """
    if not body:
        return headers
    keeps_coding = may_be_coded and _is_coded(body, header(headers, "content-encoding"))
    return tuple(
        (name, str(len(body)) if name.lower() == "content-length" else value)
        for name, value in headers
        if keeps_coding or name.lower() != "content-encoding"
    )


def _is_coded(body: bytes, coding: str | None) -> bool:
    if is_identity(coding):
        return True
    try:
        return bool(decode(body, coding))
    except ValueError:  # not what the header says, or a coding unknown here
        return False
