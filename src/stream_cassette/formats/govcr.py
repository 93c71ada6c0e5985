"""go-vcr's formats 1 (libraries v1, v2) and 2 (v3, v4).

Bodies are Go strings in three spellings (block, quoted, `!!binary`). Cut points are unknown;
`duration` is the time to the response head. Later 4.0.x omit empty fields, so all have defaults.
Source: dnaeon/go-vcr, pkg/cassette/cassette.go; Go's time.ParseDuration.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import ClassVar, Final

from stream_cassette.cassette.model import Cassette, Interaction, Request, Response
from stream_cassette.errors import CassetteFileError, CorruptCassette, NewerFormat
from stream_cassette.formats import _govcr_write, _yaml
from stream_cassette.formats._nodes import (
    Node,
    bytes_of,
    integer_of,
    items_of,
    mapping_of,
    status_of,
    text_of,
)
from stream_cassette.formats._open_end import refuse_open_end
from stream_cassette.formats._vcr_read import headers_of
from stream_cassette.formats.vcr import request_key

__all__ = ["GoVcr", "GoVcr1", "milliseconds"]

_VERSION: Final = re.compile(rb"^version:[ \t]*([0-9]+)", re.MULTILINE)
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


class GoVcr:
    """go-vcr 2, of the libraries v3 and v4."""

    name: ClassVar[str] = "govcr"
    extensions: ClassVar[tuple[str, ...]] = (".yaml",)
    looks_for: ClassVar[str] = "`version: 2` and `interactions` whose requests have a `url`"
    can_write: ClassVar[bool] = True
    version: ClassVar[int] = 2

    def sniff(self, data: bytes) -> int:
        """3: list, a request with `url`, and this version; or one that is not known."""
        version = _VERSION.search(data)
        if version is None or not _LIST.search(data) or request_key(data) != b"url":
            return 0
        return 3 if _is_for(int(version[1][:9]), self.version) else 0

    def read(self, data: bytes, blocks: Sequence[bytes] = ()) -> Cassette:
        """The cassette. Raises NotACassette, NewerFormat or CorruptCassette."""
        top = mapping_of(_yaml.parse(data, blocks=blocks), "a cassette")
        version = integer_of(top.need("version"), "version")
        if version not in (1, 2):
            raise NewerFormat(f"go-vcr format {version}; 1 and 2 are known", line=top.line)
        refuse_open_end(data)
        name = GoVcr1.name if version == 1 else GoVcr.name
        interactions = []
        for index, node in enumerate(items_of(top.need("interactions"), "interactions")):
            try:
                interactions.append(_interaction(node))
            except CassetteFileError as error:
                raise error.located(interaction=index) from error.__cause__
        return Cassette(interactions=tuple(interactions), format=name)

    def write(
        self,
        cassette: Cassette,
        *,
        comments: Sequence[str] | None = None,
        ascii: bool = False,
    ) -> Iterator[bytes]:
        """A file of this version; see `_govcr_write`."""
        return _govcr_write.write(cassette, self.version, comments=comments, ascii_only=ascii)

    def held(self, cassette: Cassette) -> Cassette:
        """The cassette as reading a file of this version gives it."""
        return replace(_govcr_write.held(cassette, self.version), format=self.name)


def _is_for(found: int, version: int) -> bool:
    """Whether a file that says `found` is for the format of `version`: unknown ones are for 2."""
    return found == version or (version == 2 and found != 1)


class GoVcr1(GoVcr):
    """go-vcr 1, of the libraries v1 and v2."""

    name: ClassVar[str] = "govcr1"
    looks_for: ClassVar[str] = "the same with `version: 1`"
    version: ClassVar[int] = 1


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
        http_version=_govcr_write.PROTOS.get(proto, proto) or None,
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
