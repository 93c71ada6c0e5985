"""Our file in JSON, as vcrpy's `json` serializer reads it; written only.

It says all that the YAML says, but for the comments. JSON holds text alone: vcrpy's has no way to
say that a body is bytes, so a cassette with one that is not UTF-8 is refused. Reading such files is
`vcr`'s.
Source: vcrpy 9.4, vcr/serializers/jsonserializer.py.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

from stream_cassette.cassette.model import (
    COMPLETE,
    Cassette,
    Ending,
    Interaction,
    Response,
)
from stream_cassette.errors import CassetteFileError, NotACassette
from stream_cassette.formats._vcr_write import FORMAT, canonical, grouped
from stream_cassette.formats._yaml_write import number

__all__ = ["VcrJson"]

_INDENT = 4


class VcrJson:
    """vcrpy version 1 in JSON, with what we add."""

    name: ClassVar[str] = "vcrjson"
    extensions: ClassVar[tuple[str, ...]] = (".json",)
    looks_for: ClassVar[str] = "the same in JSON, read as vcr"
    can_write: ClassVar[bool] = True

    def sniff(self, data: bytes) -> int:
        """0: `vcr` claims it."""
        return 0

    def read(self, data: bytes, blocks: Sequence[bytes] = ()) -> Cassette:
        """Raises NotACassette: `vcr` reads it."""
        raise NotACassette("cassettes in JSON are read as vcr")

    def write(
        self,
        cassette: Cassette,
        *,
        comments: Sequence[str] | None = None,
        ascii: bool = False,
    ) -> Iterator[bytes]:
        """The file, an interaction at a time. Raises CassetteFileError for bytes that are no text.

        JSON has no comments: `comments` are left out.
        """
        yield f'{{\n    "stream_cassette": {{"format": {FORMAT}}},\n    "interactions": ['.encode()
        for index, one in enumerate(cassette.interactions):
            written = json.dumps(_interaction(one, index), indent=_INDENT, ensure_ascii=ascii)
            lead = "\n" if index == 0 else ",\n"
            yield (lead + " " * 8 + written.replace("\n", "\n" + " " * 8)).encode()
        end = "\n    " if cassette.interactions else ""
        yield f'{end}],\n    "version": 1\n}}\n'.encode()

    def held(self, cassette: Cassette) -> Cassette:
        """The cassette as YAML holds it. Raises CassetteFileError for bytes that are no text."""
        for index, one in enumerate(cassette.interactions):
            _text(one.request.body, "request", index)
            _text(one.response.body, "response", index)
        return canonical(cassette)


def _text(body: bytes, whose: str, index: int) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise CassetteFileError(
            f"the {whose}'s body is not UTF-8, and JSON holds text alone",
            interaction=index,
            hint="write it in YAML (vcr)",
        ) from error


def _interaction(one: Interaction, index: int) -> dict[str, Any]:
    found: dict[str, Any] = {
        "request": {
            "method": one.request.method,
            "uri": one.request.url,
            "headers": grouped(one.request.headers),
            "body": _text(one.request.body, "request", index),
        },
        "response": {
            "status": {"code": one.response.status, "message": one.response.reason},
            "headers": grouped(one.response.headers),
            "body": {"string": _text(one.response.body, "response", index)},
        },
    }
    if stream := _stream(one.response):
        found["response"]["stream"] = stream
    if one.recorded_at is not None:
        found["recorded_at"] = one.recorded_at
    if one.masked:
        found["masked"] = list(one.masked)
    if one.re_rendered:
        found["re_rendered"] = True
    return found


def _stream(response: Response) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if response.head_ms is not None:
        found["head_ms"] = response.head_ms
    if response.cuts is not None:
        found["chunks"] = " ".join(
            f"{size_bytes}@{number(offset_ms)}" for size_bytes, offset_ms in response.cuts
        )
    if response.http_version is not None:
        found["http_version"] = response.http_version
    if response.reencoded:
        found["reencoded"] = True
    if response.ending != COMPLETE:
        found["ending"] = _ending(response.ending)
    return found


def _ending(ending: Ending) -> str | dict[str, Any]:
    if ending.kind == "client-closed":
        return "client-closed"
    if ending.kind == "pending":
        waited = {} if ending.waited_ms is None else {"waited_ms": ending.waited_ms}
        return {"client-closed": "pending", **waited}
    message = {} if ending.message is None else {"message": ending.message}
    return {"error": ending.error or "other", **message}
