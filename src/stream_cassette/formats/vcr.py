"""vcrpy's version 1 cassettes, ours among them; its JSON; its 0.x lists by its own migration."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Sequence
from typing import ClassVar, Final

from stream_cassette.cassette.model import Cassette
from stream_cassette.errors import CorruptCassette
from stream_cassette.formats import _vcr_write, _yaml
from stream_cassette.formats._json import parse_json, resolve_json
from stream_cassette.formats._lift import NotLiftable
from stream_cassette.formats._own_read import read_own
from stream_cassette.formats._vcr_read import BYTESIO, ITERATOR, cassette_of

__all__ = ["Vcr", "request_key"]

_CORE: Final = "tag:yaml.org,2002:"
# what vcrpy's safe loader constructs
_TAGS: Final = _yaml.STANDARD_TAGS | {
    _CORE + "timestamp",
    _CORE + "omap",
    _CORE + "set",
    _CORE + "python/str",
    _CORE + "python/unicode",
    _CORE + "python/tuple",
    BYTESIO,
    ITERATOR,
}
# what vcrpy's migration of 0.x lists strips
_OLD_TAGS: Final = _TAGS | {
    _CORE + "python/object:vcr.request.Request",
    _CORE + "python/object/apply:__builtin__.frozenset",
    _CORE + "python/object/apply:builtins.frozenset",
}

_LEADING: Final = re.compile(rb"(?:\s++|#[^\n]*+\n|---[ \t]*+\n)*+")
_OURS: Final = re.compile(rb"^stream_cassette:", re.MULTILINE)
_LISTS: Final = re.compile(rb"^[\"']?(?:interactions|requests)[\"']?[ \t]*:", re.MULTILINE)
_JSON_LISTS: Final = re.compile(rb"\"(?:interactions|requests|request)\"\s*:\s*[\[{]")
_REQUEST: Final = re.compile(rb"^[ \t-]*request:[^\n]*\n([ ]+)\S", re.MULTILINE)


class Vcr:
    """vcrpy version 1 in YAML or JSON, with or without what we add; langchain's lists; 0.x."""

    name: ClassVar[str] = "vcr"
    extensions: ClassVar[tuple[str, ...]] = (".yaml", ".yml", ".json", ".yaml.gz")
    looks_for: ClassVar[str] = "`interactions`, or `requests` and `responses`"
    can_write: ClassVar[bool] = True

    def sniff(self, data: bytes) -> int:
        """3: our own mark; 2: a request with `uri`; 1: the lists' names."""
        start = _start(data)
        if data[start : start + 1] in b"{[" and data[start:]:
            return 2 if _JSON_LISTS.search(data, start) else 0
        if _OURS.search(data, start, start + 4096):
            return 3
        if data[start : start + 2] == b"- ":
            return 2 if _REQUEST.match(data, start) else 0
        if not _LISTS.search(data):
            return 0
        return 2 if request_key(data) == b"uri" else 1

    def read(self, data: bytes, blocks: Sequence[bytes] = ()) -> Cassette:
        """The cassette. Raises NotACassette, NewerFormat or CorruptCassette."""
        start = _start(data)
        if blocks and data[start : start + 1] in (b"{", b"[", b"-"):
            raise NotLiftable  # JSON and 0.x lists go through other loaders
        if data[start : start + 1] in (b"{", b"[") and (root := parse_json(data)) is not None:
            if data[start : start + 1] == b"[":
                return self.read(_migrated(data, "json"))
            return cassette_of(root, resolve_json)
        if data[start : start + 2] == b"- ":
            data = _migrated(_checked(data), "yaml")
        return _read_yaml(data, blocks)

    def write(
        self,
        cassette: Cassette,
        *,
        comments: Sequence[str] | None = None,
        ascii: bool = False,
    ) -> Iterator[bytes]:
        """Our file: see `_vcr_write`."""
        return _vcr_write.write(cassette, comments=comments, ascii_only=ascii)

    def held(self, cassette: Cassette) -> Cassette:
        """The cassette as it is, but for repeats of a header name, which stand together."""
        return _vcr_write.canonical(cassette)


def request_key(data: bytes) -> bytes | None:
    """What a request of the YAML file calls its URL: `uri`, `url`, or None if it can't be told."""
    first = _REQUEST.search(data)
    if first is None:
        return None
    keys = re.compile(rb"^%b(ur[il]):" % first[1], re.MULTILINE)
    found = keys.search(data, first.start(1))
    return None if found is None else found[1]


def _start(data: bytes) -> int:
    match = _LEADING.match(data)
    return match.end() if match else 0


def _read_yaml(data: bytes, blocks: Sequence[bytes]) -> Cassette:
    own = read_own(data, blocks)
    if own is not None:
        return own
    return cassette_of(_yaml.parse(data, _TAGS, blocks), _yaml.resolve)


def _checked(data: bytes) -> bytes:
    """A 0.x list without the tags that vcrpy's migration strips, safe for its recursive loader.

    Stripping is a replacement of text: it may undo a comment, or put together another tag. What
    is checked is what is left when there is nothing more to strip.
    """
    from vcr.migration import preprocess_yaml

    _yaml.parse(data, _OLD_TAGS)
    text = data.decode("utf-8")
    while (stripped := preprocess_yaml(text)) != text:
        text = stripped
    _yaml.parse(text.encode(), _TAGS)
    return text.encode()


def _migrated(data: bytes, kind: str) -> bytes:
    """A 0.x list as version 1, by vcrpy's own migration (`python -m vcr.migration`)."""
    from vcr.migration import migrate_json, migrate_yml

    source, target = io.StringIO(data.decode("utf-8")), io.StringIO()
    migrate = migrate_json if kind == "json" else migrate_yml
    try:
        migrate(source, target)
    except Exception as error:
        raise CorruptCassette(f"vcrpy's migration can't read this 0.x list: {error!r}") from error
    return target.getvalue().encode("utf-8")
