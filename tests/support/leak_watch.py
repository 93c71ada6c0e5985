"""What a secret looks like on a disk, and whether any file of a directory holds some of it.

A secret is found raw, in any of its spellings, in any eight bytes of it, compressed, in base64,
or in pieces over the strings of one JSON path. The tools are the test's own, not the package's.
"""

from __future__ import annotations

import base64
import json
import re
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import brotli
import zstandard

from stream_cassette.cassette.model import Interaction, Response, header
from stream_cassette.store._journal_read import contents
from stream_cassette.store.files import read
from stream_cassette.wire.framing import frames

__all__ = ["Needles", "leaks_in", "plain_body", "texts_of"]

_LAST = 65_536
_PART = 8  # bytes of a secret that are too many


class Needles:
    """Every part of some secrets, in every spelling."""

    def __init__(self, secrets: Iterable[str]) -> None:
        parts: dict[bytes, None] = {}
        for secret in secrets:
            for form in _forms(secret):
                stride = 1 if len(form) <= 128 else 5
                starts = range(0, max(1, len(form) - _PART + 1), stride)
                parts |= dict.fromkeys(form[at : at + _PART] for at in starts)
        self._parts = tuple(parts)

    def found(self, data: bytes) -> bytes | None:
        """The first part of a secret in the data."""
        return next((part for part in self._parts if part in data), None)


def _forms(secret: str) -> Iterator[bytes]:
    raw = secret.encode()
    yield raw
    for text in (json.dumps(secret), json.dumps(secret, ensure_ascii=False)):
        yield text[1:-1].encode()
    for safe in ("", "/", "~!*'()"):
        yield quote(secret, safe=safe).encode()
        yield re.sub("%..", lambda match: match[0].lower(), quote(secret, safe=safe)).encode()
    for before in range(3):
        whole = base64.b64encode(bytes(before) + raw)
        core = whole[(before * 8 + 5) // 6 : (before + len(raw)) * 8 // 6]
        yield core
        yield core.translate(bytes.maketrans(b"+/", b"-_"))


def leaks_in(directory: Path, needles: Needles, *, last: bool = False) -> list[str]:
    """Which files below the directory hold some of a secret, each with where and what.

    `last`: only the last exchange of each, and what was written last; for one that only grows.
    """
    found = []
    for path in sorted(directory.rglob("*")):
        try:
            data = path.read_bytes()
        except OSError:  # a directory, or gone by now
            continue
        views = {"name": str(path).encode(), "bytes": data[-_LAST:] if last else data}
        views |= _views(path, data, last)
        for view, text in views.items():
            part = needles.found(text)
            if part is not None:
                found.append(f"{path.name}: {view}: {part!r}")
    return found


def _views(path: Path, data: bytes, last: bool) -> dict[str, bytes]:
    interactions: tuple[Interaction, ...] = ()
    if path.name.endswith(".journal"):
        with open(path, "rb") as file:
            held = contents(file)
        interactions = held.interactions if held else ()
    elif b"interactions:" in data:
        interactions = read(path).interactions
    return {
        f"interaction {n}, {view}": text
        for n, one in enumerate(interactions[-1:] if last else interactions)
        for view, text in texts_of(one).items()
    }


def texts_of(one: Interaction) -> dict[str, bytes]:
    """Every text of an interaction, by a name."""
    request, response = one.request, one.response
    message = response.ending.message or ""
    heads = [*request.headers, *response.headers]
    out = {
        "URL": request.url.encode(),
        "headers": "\n".join(f"{name}: {value}" for name, value in heads).encode(),
        "reason and message": f"{response.reason} {message} {response.decoded}".encode(),
        "masked": " ".join(one.masked).encode(),
    }
    asked = _decoded(request.body, header(request.headers, "content-encoding"))
    for name, body, headers in (
        ("request", asked, request.headers),
        ("response", plain_body(response), response.headers),
    ):
        out[f"{name} body"] = body
        for path, text in _joined(body, header(headers, "content-type")).items():
            out[f"{name} strings at {path}"] = text
    return out


def plain_body(response: Response) -> bytes:
    """The body, its coding undone as far as it goes."""
    return _decoded(response.body, header(response.headers, "content-encoding"))


def _decoded(body: bytes, coding: str | None) -> bytes:
    try:
        if coding == "gzip":
            return zlib.decompressobj(31).decompress(body)
        if coding == "deflate":
            return zlib.decompressobj().decompress(body)
        if coding == "br":
            return bytes(brotli.Decompressor().process(body))
        if coding == "zstd":
            return bytes(zstandard.ZstdDecompressor().decompressobj().decompress(body))
    except (zlib.error, brotli.error, zstandard.ZstdError):
        pass
    return body


def _joined(body: bytes, content_type: str | None) -> dict[str, bytes]:
    """The strings of the frames' JSON joined, by path, and by path and index."""
    joined: dict[str, bytearray] = {}
    for frame in frames(body, content_type):
        try:
            value: Any = json.loads(frame.data)
        except ValueError:
            value = frame.data
        for path, text in _strings(value, "", ""):
            joined.setdefault(path, bytearray()).extend(text.encode("utf-8", "replace"))
    return {path: bytes(text) for path, text in joined.items()}


def _strings(value: Any, path: str, mark: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield path, value
        if mark:
            yield path + mark, value
        if path.endswith("/bytes"):
            try:
                inner = json.loads(base64.b64decode(value, validate=True))
            except ValueError:
                return
            yield from _strings(inner, path, mark)
    elif isinstance(value, dict):
        index = value.get("index", value.get("output_index"))
        mark = mark if index is None else f"{mark}[{index}]"
        for name, child in value.items():
            yield f"{path} (name)", name
            yield from _strings(child, f"{path}/{name}", mark)
    elif isinstance(value, list):
        for n, child in enumerate(value):
            yield from _strings(child, f"{path}/{n}", mark)
