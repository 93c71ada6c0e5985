"""Write go-vcr's formats so that Go's libraries load and replay them.

Header names are spelled as Go's maps have them: `Header.Get` finds no other spelling. Bodies with
a content coding are decoded, as Go's own transport hands them up, and say `uncompressed`. Format 2
repeats a form's fields and the URL's parameters in `form`, which its default matcher compares;
format 1 the form's alone. That matcher compares all headers, too, so a request that another
library makes matches only with a matcher of the test's own.
Source: dnaeon/go-vcr v4, pkg/cassette/cassette.go, pkg/recorder/recorder.go; v2, cassette/; Go,
net/textproto (CanonicalMIMEHeaderKey), net/http (Request.ParseForm).
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from stream_cassette.cassette.model import (
    Cassette,
    Headers,
    Interaction,
    Request,
    Response,
    header,
)
from stream_cassette.formats._body_write import body
from stream_cassette.formats._vcr_write import grouped
from stream_cassette.formats._yaml_write import comment, header_value, url, word
from stream_cassette.wire.encoding import decode, is_identity

__all__ = ["PROTOS", "held", "write"]

# Go says HTTP/2.0 where clients in Python say HTTP/2
PROTOS: Final = {"HTTP/2.0": "HTTP/2", "HTTP/3.0": "HTTP/3"}
_LONG_KEY: Final = 120  # YAML allows 1,024 for a key without `? `, escapes included
_FORM: Final = "application/x-www-form-urlencoded"
_TOKEN: Final = frozenset(
    "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
)


def held(cassette: Cassette, version: int) -> Cassette:
    """The cassette as a file of the version holds it: reading what is written gives this one."""
    interactions = tuple(_held(one, version) for one in cassette.interactions)
    return Cassette(interactions=interactions, path=cassette.path, reader=cassette.reader)


def _held(one: Interaction, version: int) -> Interaction:
    sent, got = one.request, _decoded(one.response)
    proto = PROTOS.get(_proto(got.http_version), _proto(got.http_version))
    return Interaction(
        request=replace(sent, method=sent.method or "GET", headers=_go_headers(sent.headers)),
        response=Response(
            status=got.status,
            reason=got.reason.strip(),
            headers=_go_headers(got.headers),
            body=got.body,
            http_version=proto if version == 2 else None,
            head_ms=got.head_ms or None,
        ),
    )


def _decoded(response: Response) -> Response:
    """Without its content coding, where that can be undone."""
    coding = header(response.headers, "content-encoding")
    if is_identity(coding) or not response.body:
        return response
    try:
        plain = decode(response.body, coding)
    except ValueError:  # not what the header says, or a coding unknown here
        return response
    if not plain:
        return response
    gone = ("content-encoding", "content-length")
    kept = tuple(pair for pair in response.headers if pair[0].lower() not in gone)
    return replace(response, body=plain, headers=kept, cuts=None)


def _go_headers(headers: Headers) -> Headers:
    """Names as Go spells them, repeats together."""
    spelled = tuple((_canonical_name(name), value) for name, value in headers)
    return tuple((name, value) for name, values in grouped(spelled).items() for value in values)


def _canonical_name(name: str) -> str:
    """`content-type` as `Content-Type`; a name with other characters than a token's as it is."""
    if not name or not _TOKEN.issuperset(name):
        return name
    return "-".join(part[:1].upper() + part[1:].lower() for part in name.split("-"))


def write(
    cassette: Cassette,
    version: int,
    *,
    comments: Sequence[str] | None = None,
    ascii_only: bool = False,
) -> Iterator[bytes]:
    """The file's content in pieces; bodies are decoded here, one after the other."""
    yield b"---\nversion: %d\n" % version
    yield b"interactions:\n" if cassette.interactions else b"interactions: []\n"
    pad = "    " if version == 2 else ""
    for index, one in enumerate(cassette.interactions):
        if comments is not None and index < len(comments):
            yield comment(comments[index], ascii_only=ascii_only).encode()
        if version == 2:
            yield _line(f"    - id: {index}")
        yield _line(f"{pad}  request:" if version == 2 else "- request:")
        now = _held(one, version)
        lines = _Lines(pad + "    ", ascii_only)
        yield from _request(lines, now.request, version)
        yield _line(f"{pad}  response:")
        is_decoded = now.response.body != one.response.body
        yield from _response(lines, now.response, version, is_decoded)


def _line(text: str) -> bytes:
    return f"{text}\n".encode()


class _Lines:
    """Lines of one mapping, at its indentation."""

    def __init__(self, pad: str, ascii_only: bool) -> None:
        self._pad = pad
        self._ascii = ascii_only

    def raw(self, key: str, value: object) -> bytes:
        return _line(f"{self._pad}{key}: {value}")

    def text(self, key: str, value: str) -> bytes:
        return self.raw(key, word(value, ascii_only=self._ascii))

    def url(self, key: str, value: str) -> bytes:
        return self.raw(key, url(value, ascii_only=self._ascii))

    def body(self, data: bytes) -> Iterator[bytes]:
        yield f"{self._pad}body: ".encode()
        yield from body(data, self._pad + "  ", ascii_only=self._ascii)
        yield b"\n"

    def lists(self, key: str, values: dict[str, list[str]]) -> Iterator[bytes]:
        """A mapping of names to lists of scalars that are written already."""
        if not values:
            yield self.raw(key, "{}")
            return
        yield _line(f"{self._pad}{key}:")
        for name, items in values.items():
            spelled = word(name, ascii_only=True)
            if len(spelled) <= _LONG_KEY:
                yield _line(f"{self._pad}    {spelled}:")
                lead = f"{self._pad}        - "
            else:
                yield _line(f"{self._pad}    ? {spelled}")
                lead = f"{self._pad}    : - "
            for item in items:
                yield _line(f"{lead}{item}")
                lead = lead.replace(": -", "  -")

    def field(self, data: bytes) -> str:
        """A form's value: text, or bytes that are none."""
        try:
            return word(data.decode("utf-8"), ascii_only=self._ascii)
        except UnicodeDecodeError:
            return f'!!binary "{base64.b64encode(data).decode("ascii")}"'

    def proto(self, version: str) -> Iterator[bytes]:
        proto = _proto(version)
        major, _, minor = proto.removeprefix("HTTP/").partition(".")
        yield self.text("proto", proto)
        yield self.raw("proto_major", major if _is_number(major) else 1)
        yield self.raw("proto_minor", minor if _is_number(minor) else 1)


def _proto(version: str | None) -> str:
    """Go's name of the version."""
    return {ours: go for go, ours in PROTOS.items()}.get(version or "", version or "HTTP/1.1")


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10


def _request(lines: _Lines, request: Request, version: int) -> Iterator[bytes]:
    if version == 2:
        yield from lines.proto("HTTP/1.1")
        yield lines.raw("content_length", len(request.body))
        yield lines.raw("transfer_encoding", "[]")
        yield lines.raw("trailer", "{}")
        yield lines.text("host", urlsplit(request.url).netloc.rpartition("@")[2])
        yield lines.text("remote_addr", "")
        yield lines.text("request_uri", "")
    yield from lines.body(request.body)
    form = _form(request, version)
    yield from lines.lists("form", {key: [*map(lines.field, form[key])] for key in form})
    yield from lines.lists("headers", _values(request.headers))
    yield lines.url("url", request.url)
    yield lines.text("method", request.method)


def _response(lines: _Lines, response: Response, version: int, is_decoded: bool) -> Iterator[bytes]:
    if version == 2:
        yield from lines.proto(response.http_version or "HTTP/1.1")
        yield lines.raw("transfer_encoding", "[]")
        yield lines.raw("trailer", "{}")
        length = header(response.headers, "content-length") or ""
        yield lines.raw("content_length", length if _is_number(length) else -1)
        yield lines.raw("uncompressed", "true" if is_decoded else "false")
    yield from lines.body(response.body)
    yield from lines.lists("headers", _values(response.headers))
    yield lines.text("status", f"{response.status} {response.reason}".rstrip())
    yield lines.raw("code", response.status)
    head = Decimal(repr(response.head_ms or 0))
    yield lines.raw("duration", f"{head:f}ms" if head else "0s")


def _values(headers: Headers) -> dict[str, list[str]]:
    return {name: [header_value(v) for v in values] for name, values in grouped(headers).items()}


def _form(request: Request, version: int) -> dict[str, list[bytes]]:
    """The fields as Go's ParseForm has them: the body's first, then (format 2) the URL's."""
    media = (header(request.headers, "content-type") or "").partition(";")[0].strip().lower()
    pairs: list[tuple[str, str]] = []
    if media == _FORM and request.method in ("POST", "PUT", "PATCH"):
        pairs += parse_qsl(request.body.decode("latin-1"), True, encoding="latin-1")
    if version == 2:
        query = urlsplit(request.url).query.encode("utf-8", "replace").decode("latin-1")
        pairs += parse_qsl(query, True, encoding="latin-1")
    found: dict[str, list[bytes]] = {}
    for name, value in pairs:
        try:
            key = name.encode("latin-1").decode("utf-8")
        except UnicodeDecodeError:
            return {}  # a key that YAML can't spell
        found.setdefault(key, []).append(value.encode("latin-1"))
    return found
