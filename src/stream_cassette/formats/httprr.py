"""Traces of Go's httprr: requests and responses as Go's `net/http` writes them; read only.

How the server had chunked a body is gone: the framing in the file is the recorder's own, so cut
points are unknown. What the server had compressed, Go has unpacked. There are no times.
Source: golang.org/x/oscar/internal/httprr, rr.go; langchaingo, internal/httprr.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import ClassVar, Final

from stream_cassette.cassette.model import Cassette, Interaction, Request, Response
from stream_cassette.errors import CassetteFileError, CorruptCassette, NotACassette
from stream_cassette.formats._http1_message import Http1Message
from stream_cassette.formats._true_headers import true_headers

__all__ = ["Httprr"]

_MAGIC: Final = b"httprr trace v1\n"
_SIZES: Final = re.compile(rb"([0-9]{1,12}) ([0-9]{1,12})\n")
_STATUS: Final = re.compile(rb"HTTP/[0-9.]+ ([1-9][0-9]{2})[ \r]")
_VERSIONS: Final = {"HTTP/2.0": "HTTP/2", "HTTP/3.0": "HTTP/3"}
_BODILESS: Final = frozenset({204, 304})


class Httprr:
    """httprr, version 1."""

    name: ClassVar[str] = "httprr"
    extensions: ClassVar[tuple[str, ...]] = (".httprr",)
    looks_for: ClassVar[str] = "a first line that says `httprr trace v1`"
    can_write: ClassVar[bool] = False
    exact: ClassVar[bool] = True

    def sniff(self, data: bytes) -> int:
        """3: the first line."""
        return 3 if data.startswith(_MAGIC) else 0

    def read(self, data: bytes, blocks: Sequence[bytes] = ()) -> Cassette:
        """The cassette. Raises NotACassette or CorruptCassette."""
        if not self.sniff(data):
            raise NotACassette(f"found no {self.looks_for}")
        interactions: list[Interaction] = []
        try:
            interactions.extend(_interaction(*pair) for pair in _pairs(data))
        except CassetteFileError as error:
            raise error.located(interaction=len(interactions)) from error.__cause__
        if not interactions:
            raise CorruptCassette("the trace ends after its first line")
        return Cassette(interactions=tuple(interactions), format=self.name)


def _pairs(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The bytes of each request and its response."""
    at = len(_MAGIC)
    while at < len(data):
        sizes = _SIZES.match(data, at)
        if sizes is None:
            raise CorruptCassette(f"byte {at}: no sizes of a request and a response")
        middle = sizes.end() + int(sizes[1])
        at = middle + int(sizes[2])
        if at > len(data):
            raise CorruptCassette(
                f"the sizes are {int(sizes[1])} and {int(sizes[2])} bytes, but the file ends",
                hint="a trace can't be edited by hand, nor its line ends changed; record it again",
            )
        yield data[sizes.end() : middle], data[middle:at]


def _interaction(sent: bytes, got: bytes) -> Interaction:
    try:
        request = _request(Http1Message.of(sent))
        return Interaction(request=request, response=_response(request.method, got))
    except ValueError as error:
        raise CorruptCassette(str(error)) from error


def _request(message: Http1Message) -> Request:
    method, url, _ = message.start
    if "://" not in url:
        raise ValueError(f"a request without a whole URL: {url[:60]!r}")
    return Request(method=method, url=url, headers=message.headers, body=message.body)


def _response(method: str, data: bytes) -> Response:
    status = _STATUS.match(data)
    if status is None:
        raise ValueError(f"no status line: {data[:40]!r}")
    code = int(status[1])
    message = Http1Message.of(data, has_body=method != "HEAD" and code not in _BODILESS)
    version, _, reason = message.start
    return Response(
        status=code,
        reason=reason,
        headers=true_headers(message.headers, message.body),
        body=message.body,
        http_version=_VERSIONS.get(version, version),
    )
