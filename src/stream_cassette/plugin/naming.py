"""Where a test's cassette lives: directory, file name, and when two tests would share a file.

A file name is `TestClass.test_name[id]`; bytes outside `[A-Za-z0-9._-]` are written `%XX`. An id
that was changed by that, holds capitals (some file systems fold case) or makes the name longer
than 150 bytes gets `-` and 8 hex digits of its SHA-256, so that no two ids meet in one file.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from string import Formatter

from stream_cassette.errors import UsageError

__all__ = [
    "LONGEST_NAME_BYTES",
    "Place",
    "cassette_dir",
    "collisions",
    "file_name",
    "named_path",
    "same_file",
    "sub_directory",
]

LONGEST_NAME_BYTES = 150
_SUFFIXES = (".yaml", ".yml", ".json", ".gz")
_HASH_CHARS = 9  # "-" and 8 hex digits
_SHORTEST_CUT = 16
_UNSAFE = re.compile(rb"[^A-Za-z0-9._-]")
_BROKEN_ESCAPE = re.compile(r"%[0-9A-F]?$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One test's cassette: the test's node id, the file, and whether the mark named it."""

    nodeid: str
    path: Path
    named: bool


def cassette_dir(template: str | None, *, root: Path, test_file: Path, has_ini: bool) -> Path:
    """The directory below which a test's cassettes live.

    `template` is the ini `stream_cassette_dir`; `{test_dir}` in it is the test file's directory,
    and a relative path counts from the rootdir. Without it: the rootdir's `cassettes`, or beside
    the test where there is no ini file or the test lies outside the rootdir.
    """
    if not template:
        beside = not has_ini or not test_file.is_relative_to(root)
        return (test_file.parent if beside else root) / "cassettes"
    return root / template.replace("{test_dir}", str(test_file.parent)).replace(
        "{rootdir}", str(root)
    )


def sub_directory(
    template: str | None,
    *,
    root: Path,
    test_file: Path,
    testpaths: Iterable[str],
    has_ini: bool,
) -> Path:
    """The test file's own part of the path, relative to its `cassette_dir`.

    The file's path below the rootdir without its suffix, minus the one `testpaths` entry (none
    set: minus a leading `tests`); only its stem where the directory is beside the test.
    """
    beside = "{test_dir}" in template if template else not has_ini
    if beside or not test_file.is_relative_to(root):
        return Path(test_file.stem)
    below = test_file.relative_to(root).with_suffix("")
    entries = tuple(testpaths)
    if len(entries) > 1:
        return below
    prefix = Path(os.path.normpath(root / entries[0])) if entries else root / "tests"
    if prefix != root and (root / below) != prefix and (root / below).is_relative_to(prefix):
        return (root / below).relative_to(prefix)
    return below


def file_name(parts: Iterable[str], param_id: str | None) -> str:
    """The file's name without suffix: classes and function joined by dots, and the id.

    >>> file_name(["TestA", "test_b"], "x y")
    'TestA.test_b[x%20y-e61f4d70]'
    """
    raw = ".".join(parts)
    base = _escape(raw)
    # room for a shortened id and its brackets must stay
    room = LONGEST_NAME_BYTES - (0 if param_id is None else _SHORTEST_CUT + _HASH_CHARS + 2)
    if len(base) > room or base != raw:
        base = _cut(base, room - _HASH_CHARS) + _digest(raw)
    if param_id is None:
        return base
    return f"{base}[{_safe(param_id, LONGEST_NAME_BYTES - len(base) - 2)}]"


def named_path(template: str, params: Mapping[str, object], *, where: str) -> Path:
    """The path that a mark's name stands for, below the directory; `.yaml` if it has no suffix.

    `{name}` is the value of that test parameter, made safe: it can't leave its directory.

    Raises:
        UsageError: a field that is no parameter, a parameter that is not text or a number, or a
            name that leaves the cassette directory.
    """
    pieces: list[str] = []
    try:
        for text, field, _, _ in Formatter().parse(template):
            pieces.append(text)
            if field is not None:
                pieces.append(_value(field, params, where))
    except ValueError as error:
        raise UsageError(f"{where}: cassette name {template!r}: {error}") from error
    path = Path("".join(pieces))
    if not path.name:
        raise UsageError(f"{where}: cassette name {template!r} names no file")
    if path.anchor or ".." in path.parts or "\0" in path.name:
        raise UsageError(
            f"{where}: cassette name {template!r} leaves the cassette directory; "
            "stream_cassette_dir says where that is, and use_cassette takes any path"
        )
    return path if path.suffix in _SUFFIXES else path.with_name(f"{path.name}.yaml")


def same_file(path: Path) -> str:
    """A key that is equal for two paths that some file system takes for one file."""
    return os.path.normpath(path).casefold()


def collisions(places: Iterable[Place]) -> list[tuple[Place, Place]]:
    """Pairs of tests on one path, case folded, unless both were named by their marks."""
    seen: dict[str, Place] = {}
    pairs: list[tuple[Place, Place]] = []
    for place in places:
        first = seen.setdefault(same_file(place.path), place)
        if first.nodeid != place.nodeid and not (first.named and place.named):
            pairs.append((first, place))
    return pairs


def _value(field: str, params: Mapping[str, object], where: str) -> str:
    if field not in params:
        known = ", ".join(sorted(params)) or "none"
        raise UsageError(f"{where}: {{{field}}} is no parameter of the test (it has: {known})")
    value = params[field]
    if not isinstance(value, str | int | float | None):
        kind = type(value).__name__
        raise UsageError(
            f"{where}: parameter {field!r} is a {kind}; only text and numbers name files"
        )
    safe = _safe(str(value), LONGEST_NAME_BYTES)
    # "", "." and ".." would name a directory
    return safe if safe.strip(".") else f"{safe.replace('.', '%2E')}{_digest(str(value))}"


def _safe(text: str, room: int) -> str:
    escaped = _escape(text)
    if escaped == text and text == text.lower() and len(text) <= room:
        return text
    return _cut(escaped, room - _HASH_CHARS) + _digest(text)


def _escape(text: str) -> str:
    data = text.encode("utf-8", "surrogatepass")
    return _UNSAFE.sub(lambda match: b"%%%02X" % match[0][0], data).decode("ascii")


def _cut(escaped: str, room: int) -> str:
    return escaped if len(escaped) <= room else _BROKEN_ESCAPE.sub("", escaped[:room])


def _digest(text: str) -> str:
    return f"-{sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"
