"""Rules on secrets: what the last look before a recording is kept would refuse.

A value that looks like a secret is one. A value of which only the name says so is held against the
masks that people and other tools write there.
"""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

from stream_cassette.cassette.model import Headers, Interaction, header
from stream_cassette.cassette.scan import BY_NAME, Leak, scan
from stream_cassette.cassette.secret_names import Redaction
from stream_cassette.cassette.secret_search import search_of
from stream_cassette.cassette.secret_values import is_secret_value
from stream_cassette.checks.finding import Finding
from stream_cassette.checks.rules import RULES
from stream_cassette.checks.subject import Subject

__all__ = ["in_text", "secrets"]

_MOST: Final = 3
_COOKIES: Final = frozenset({"cookie", "cookie2", "set-cookie", "set-cookie2"})

_PACKED: Final = (b"\x1f\x8b", b"\x78\x01", b"\x78\x9c", b"\x78\xda")
_ANY_HEADER: Final = 47  # zlib: gzip's header or its own
_UTF_16: Final = (b"\xff\xfe", b"\xfe\xff")
_STEP: Final = 1 << 12
_MOST_BYTES: Final = 1 << 26  # of a packed file that can't be read
_UNREAD: Final = "revoke it; once the file can be read, run `stream-cassette redact` on it"

# how a credential begins that is not the secret itself
_SCHEME: Final = re.compile(r"(?:bearer|basic|token|apikey)\s+", re.IGNORECASE)
# what masks are made of: brackets around a word, one character again and again, words for it
_MASKS: Final = re.compile(
    r"<[^<>]+>|\[[^\[\]]+\]|\{[^{}]+\}|\*{3}|x{4}|\.{3}|•{3}"
    r"|(?:^|[^a-z])(?:redacted|filtered|masked|scrubbed|removed|hidden|dummy|fake|mock(?:ed)?|test"
    r"|example|sample|placeholder|invalid|unused|secret|foo|none|null)(?:$|[^a-z])",
    re.IGNORECASE,
)


def secrets(subject: Subject, redaction: Redaction) -> Iterator[Finding]:
    """`secret` and `unmasked`: where something like a secret stands; never the secret itself."""
    for number, one in enumerate(subject.cassette.interactions):
        unmasked: list[str] = []
        for leak in scan(one, redaction):
            if leak.kind != BY_NAME:
                message = f"{leak.kind} in the {leak.place}"
                yield subject.finding("secret", message, interaction=number)
            elif not _is_masked(one, leak):
                unmasked.append(leak.place)
        if unmasked:
            more = f" and {len(unmasked) - _MOST} more" if len(unmasked) > _MOST else ""
            message = f"values whose names say secret: {', '.join(unmasked[:_MOST])}{more}"
            yield subject.finding("unmasked", message, interaction=number)


def in_text(path: str, data: bytes, redaction: Redaction) -> Iterator[Finding]:
    """`secret`, in a file that can't be read as a cassette: what its plain text shows.

    `data` may be packed, and whole or not. What only a name calls a secret isn't found here, nor
    what stands there in base64.
    """
    search, told = search_of(redaction), set()
    text = _legible(data)
    for line, each in enumerate(text.split(b"\n"), 1):
        for kind in dict.fromkeys(hit.kind for hit in search.hits(each)):
            told.add(kind)
            yield _in_line(path, kind, line)
    # over several lines; where, is not known, for escapes are undone before it shows
    for kind in dict.fromkeys(hit.kind for hit in search.hits(text)):
        if kind not in told:
            yield _in_line(path, kind, None)


def _in_line(path: str, kind: str, line: int | None) -> Finding:
    return Finding(
        rule="secret",
        severity=RULES["secret"].severity,
        path=path,
        line=line,
        message=f"{kind} in the text of a file that can't be read",
        remedy=_UNREAD,
    )


def _legible(data: bytes) -> bytes:
    """The text of a file: unpacked as far as that goes, and in UTF-8."""
    if data.startswith(_PACKED):
        unpacker, pieces, size = zlib.decompressobj(_ANY_HEADER), [], 0
        view = memoryview(data)
        try:
            for start in range(0, len(data), _STEP):
                pieces.append(unpacker.decompress(view[start : start + _STEP], _MOST_BYTES - size))
                size += len(pieces[-1])
                if size >= _MOST_BYTES:
                    break
        except zlib.error:
            pass  # what came before is searched
        data = b"".join(pieces)
    if data.startswith(_UTF_16):
        return data.decode("utf-16", "replace").encode("utf-8", "replace")
    return data


def _is_masked(one: Interaction, leak: Leak) -> bool:
    """Whether what stands there is known, and is nobody's secret."""
    values = _values(one, leak.place)
    return bool(values) and not any(map(_is_secret, values))


def _is_secret(value: str) -> bool:
    bare = _SCHEME.sub("", value, count=1)
    return is_secret_value(bare) and _MASKS.search(bare) is None


def _values(one: Interaction, place: str) -> list[str]:
    """The values at a place that `scan` named; none where it can't be looked up."""
    whose, _, rest = place.partition(" ")
    message = one.request if whose == "request" else one.response
    what, _, name = rest.partition(" ")
    kind, _, key = name.partition(".")
    if what == "header":
        found = [value for one_name, value in message.headers if one_name == name]
        return [part for value in found for part in _parts(name.lower(), value)]
    if what == "URL" and kind == "query":
        return _pairs(urlsplit(one.request.url).query, key)
    if what == "body" and kind == "form":
        return _pairs(message.body.decode("utf-8", "replace"), key)
    if what == "body" and name.startswith("/"):
        return _pointed(message.body, message.headers, name)
    return []


def _parts(name: str, value: str) -> list[str]:
    """The value; of cookies, each one's own."""
    if name not in _COOKIES:
        return [value]
    pairs = value.split(";")[:1] if name.startswith("set-") else value.split(";")
    return [pair.partition("=")[2] for pair in pairs]


def _pairs(text: str, key: str) -> list[str]:
    return [value for name, value in parse_qsl(text, keep_blank_values=True) if name == key]


def _pointed(body: bytes, headers: Headers, pointer: str) -> list[str]:
    """The text at a JSON pointer of a plain JSON body."""
    if header(headers, "content-encoding"):
        return []
    try:
        value: Any = json.loads(body)
        for step in pointer.split("/")[1:]:
            value = value[int(step)] if isinstance(value, list) else value[_unescaped(step)]
    except (ValueError, LookupError, TypeError, RecursionError):
        return []
    return [value] if isinstance(value, str) else []


def _unescaped(step: str) -> str:
    return step.replace("~1", "/").replace("~0", "~")
