"""go-vcr's formats 1 (libraries v1, v2) and 2 (v3, v4).

Bodies are Go strings in three spellings (block, quoted, `!!binary`). Cut points are unknown;
`duration` is the time to the response head. Later 4.0.x omit empty fields, so all have defaults.
Source: dnaeon/go-vcr, pkg/cassette/cassette.go; Go's time.ParseDuration.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import ClassVar, Final
from urllib.parse import urlsplit

from stream_cassette.cassette.model import Cassette, Headers, Interaction, Request, Response, header
from stream_cassette.errors import CassetteFileError, CorruptCassette, NewerFormat
from stream_cassette.formats import _yaml
from stream_cassette.formats._body_write import body
from stream_cassette.formats._nodes import (
    Node,
    bytes_of,
    integer_of,
    items_of,
    mapping_of,
    status_of,
    text_of,
)
from stream_cassette.formats._vcr_read import headers_of
from stream_cassette.formats._vcr_write import grouped
from stream_cassette.formats._yaml_write import comment, header_value, url, word
from stream_cassette.formats.vcr import request_key

__all__ = ["GoVcr", "milliseconds"]

_VERSION: Final = re.compile(rb"^version:[ \t]*[0-9]+", re.MULTILINE)
_LIST: Final = re.compile(rb"^interactions:", re.MULTILINE)

_UNITS_MS: Final = {
    "h": Decimal(3_600_000),
    "m": Decimal(60_000),
    "s": Decimal(1000),
    "ms": Decimal(1),
    "us": Decimal("0.001"),
    "µs": Decimal("0.001"),
    "μs": Decimal("0.001"),
    "ns": Decimal("0.000001"),
}
_PART: Final = re.compile(r"([0-9]*\.?[0-9]+|[0-9]+\.)(h|ms|m|s|us|µs|μs|ns)")
_DURATION: Final = re.compile(rf"\+?(?:{_PART.pattern})+|0")
# Go says HTTP/2.0 where clients in Python say HTTP/2
_PROTOS: Final = {"HTTP/2.0": "HTTP/2", "HTTP/3.0": "HTTP/3"}


class GoVcr:
    """go-vcr 1 and 2; written as 2."""

    name: ClassVar[str] = "govcr"
    extensions: ClassVar[tuple[str, ...]] = (".yaml",)
    looks_for: ClassVar[str] = "`version` and `interactions` whose requests have a `url`"
    can_write: ClassVar[bool] = True

    def sniff(self, data: bytes) -> int:
        """3: version, list, and a request with `url`."""
        if not _LIST.search(data) or not _VERSION.search(data):
            return 0
        return 3 if request_key(data) == b"url" else 0

    def read(self, data: bytes, blocks: Sequence[bytes] = ()) -> Cassette:
        """The cassette. Raises NotACassette, NewerFormat or CorruptCassette."""
        top = mapping_of(_yaml.parse(data, blocks=blocks), "a cassette")
        version = integer_of(top.need("version"), "version")
        if version not in (1, 2):
            raise NewerFormat(f"go-vcr format {version}; 1 and 2 are known", line=top.line)
        interactions = []
        for index, node in enumerate(items_of(top.need("interactions"), "interactions")):
            try:
                interactions.append(_interaction(node))
            except CassetteFileError as error:
                raise error.located(interaction=index) from error.__cause__
        return Cassette(interactions=tuple(interactions), format=self.name)

    def write(
        self,
        cassette: Cassette,
        *,
        comments: Sequence[str] | None = None,
        ascii: bool = False,
    ) -> Iterator[bytes]:
        """Format 2. Lost: cut points, endings, masked places, and all but the head's time."""
        yield b"---\nversion: 2\n"
        yield b"interactions:\n" if cassette.interactions else b"interactions: []\n"
        for index, interaction in enumerate(cassette.interactions):
            if comments is not None and index < len(comments):
                yield comment(comments[index], ascii_only=ascii).encode()
            yield _line(f"    - id: {index}")
            yield b"      request:\n"
            yield from _written_request(interaction.request, ascii)
            yield b"      response:\n"
            yield from _written_response(interaction.response, ascii)


def _line(text: str) -> bytes:
    return f"{text}\n".encode()


def milliseconds(duration: str) -> float:
    """Go's text for a time (`2.086618375s`, `1m2s`, `350ms`) in milliseconds. Raises ValueError."""
    if not _DURATION.fullmatch(duration):
        raise ValueError(f"no duration: {duration[:40]!r}")
    return float(sum(Decimal(part[1]) * _UNITS_MS[part[2]] for part in _PART.finditer(duration)))


def _interaction(node: Node) -> Interaction:
    item = mapping_of(node, "an interaction")
    sent = mapping_of(item.need("request"), "request")
    got = mapping_of(item.need("response"), "response")
    return Interaction(
        request=Request(
            method=_text(sent.get("method"), "method") or "GET",
            url=text_of(sent.need("url"), "url"),
            headers=headers_of(sent.get("headers")),
            body=_body(sent.get("body")),
        ),
        response=_response(got.entries, got.line),
    )


def _response(fields: dict[str, Node], line: int | None) -> Response:
    if "code" not in fields:
        raise CorruptCassette("'code' is missing", line=line)
    code = status_of(fields["code"], "code")
    status = _text(fields.get("status"), "status")
    proto = _text(fields.get("proto"), "proto")
    return Response(
        status=code,
        reason=status.removeprefix(str(code)).removeprefix(" "),
        headers=headers_of(fields.get("headers")),
        body=_body(fields.get("body")),
        http_version=_PROTOS.get(proto, proto) or None,
        head_ms=_head_ms(fields.get("duration")),
    )


def _text(node: Node | None, what: str) -> str:
    return "" if node is None else text_of(node, what)


def _body(node: Node | None) -> bytes:
    return b"" if node is None else bytes_of(node, "body")


def _head_ms(node: Node | None) -> float | None:
    """None for `0s` as well: nothing was measured."""
    text = _text(node, "duration")
    try:
        return (milliseconds(text) or None) if text else None
    except ValueError as error:
        raise CorruptCassette(str(error), line=None if node is None else node.line) from error


def _written_request(request: Request, ascii_only: bool) -> Iterator[bytes]:
    yield from _proto_lines("HTTP/1.1")
    yield _line(f"        content_length: {len(request.body)}")
    yield _line("        transfer_encoding: []")
    yield _line("        trailer: {}")
    host = header(request.headers, "host") or urlsplit(request.url).netloc
    yield _line(f"        host: {word(host, ascii_only=ascii_only)}")
    yield _line('        remote_addr: ""')
    yield _line('        request_uri: ""')
    yield b"        body: "
    yield from body(request.body, " " * 10, ascii_only=ascii_only)
    yield b"\n"
    yield _line("        form: {}")
    yield from _header_lines(request.headers)
    yield _line(f"        url: {url(request.url, ascii_only=ascii_only)}")
    yield _line(f"        method: {word(request.method, ascii_only=ascii_only)}")


def _written_response(response: Response, ascii_only: bool) -> Iterator[bytes]:
    yield from _proto_lines(response.http_version or "HTTP/1.1")
    yield _line("        transfer_encoding: []")
    yield _line("        trailer: {}")
    length = header(response.headers, "content-length") or ""
    yield _line(
        f"        content_length: {length if length.isascii() and length.isdigit() else -1}"
    )
    yield _line("        uncompressed: false")
    yield b"        body: "
    yield from body(response.body, " " * 10, ascii_only=ascii_only)
    yield b"\n"
    yield from _header_lines(response.headers)
    status = f"{response.status} {response.reason}".rstrip()
    yield _line(f"        status: {word(status, ascii_only=ascii_only)}")
    yield _line(f"        code: {response.status}")
    head = Decimal(repr(response.head_ms or 0))
    yield _line(f"        duration: {f'{head:f}ms' if head else '0s'}")


def _proto_lines(version: str) -> Iterator[bytes]:
    proto = {short: long for long, short in _PROTOS.items()}.get(version, version)
    major, _, minor = proto.removeprefix("HTTP/").partition(".")
    yield _line(f"        proto: {word(proto)}")
    yield _line(f"        proto_major: {major if major.isdigit() else 1}")
    yield _line(f"        proto_minor: {minor if minor.isdigit() else 1}")


def _header_lines(headers: Headers) -> Iterator[bytes]:
    if not headers:
        yield _line("        headers: {}")
        return
    yield _line("        headers:")
    for name, values in grouped(headers).items():
        yield _line(f"            {word(name, ascii_only=True)}:")
        yield from (_line(f"                - {header_value(value)}") for value in values)
