"""URLs in one spelling, so that equal ones compare equal.

Source: RFC 3986, 6.2.2 (case, unreserved escapes) and 6.2.3 (default ports, empty path).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qsl, urlsplit

__all__ = ["UrlParts", "masked_path", "open_path", "url_parts"]

_DEFAULT_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


@dataclass(frozen=True, slots=True, kw_only=True)
class UrlParts:
    """A URL's parts, normalised: `query` as (name, value) pairs, decoded, sorted by name.

    Userinfo and fragment are left out: neither says which resource is asked for.
    """

    scheme: str
    host: str
    port: int | None
    path: str
    query: tuple[tuple[str, str], ...]


def _unescaped(match: re.Match[str]) -> str:
    character = chr(int(match[1], 16))
    return character if character in _UNRESERVED else match[0].upper()


@lru_cache(maxsize=4096)
def url_parts(url: str) -> UrlParts:
    """The parts of `url`; a URL that can't be taken apart is all path."""
    try:
        split = urlsplit(url)
        scheme, host, port = split.scheme.lower(), (split.hostname or "").lower(), split.port
    except ValueError:
        return UrlParts(scheme="", host="", port=None, path=url, query=())
    pairs = parse_qsl(split.query, keep_blank_values=True, errors="surrogateescape")
    return UrlParts(
        scheme=scheme,
        host=host.rstrip("."),
        port=port if port is not None else _DEFAULT_PORTS.get(scheme),
        path=_ESCAPE.sub(_unescaped, split.path) or "/",
        query=tuple(sorted(pairs, key=lambda pair: pair[0])),
    )


def masked_path(masked: Iterable[str]) -> frozenset[int]:
    """The segments of a path that match anything, by an interaction's masked places `path.N`."""
    numbers = (place.removeprefix("path.") for place in masked if place.startswith("path."))
    return frozenset(int(number) for number in numbers if number.isdecimal())


def open_path(path: str, masked: frozenset[int]) -> str | tuple[str | None, ...]:
    """The path, or if some of its segments match anything, its segments without those."""
    if not masked:
        return path
    return tuple(None if i in masked else part for i, part in enumerate(path.split("/")[1:]))
