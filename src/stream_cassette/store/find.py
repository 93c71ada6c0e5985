"""Which files a command means: files, directories to look below, globs."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from stream_cassette.errors import CassetteNotFound
from stream_cassette.store.paths import is_cassette_name

__all__ = ["Found", "cassettes_below", "cassettes_in"]

_LISTED = 8  # files that an error names

Found = dict[Path, bool]
"""Each file, and whether it was named itself: one that was not need be no cassette."""


def cassettes_in(paths: Iterable[Path]) -> Found:
    """The files that `paths` mean, sorted.

    Below directories and by globs only names that a cassette may have count; journals, and what
    was rejected or recovered, never do unless named.

    Raises:
        CassetteNotFound: a path is neither a file nor a directory, and no glob that finds one.
    """
    found: Found = {}
    for path in paths:
        try:
            meant = _meant(path)
        except OSError as error:  # a name that is too long, or a directory that is closed
            raise CassetteNotFound(
                f"can't be looked at: {error.strerror}", path=str(path)
            ) from error
        found.update({each: named or found.get(each, False) for each, named in meant.items()})
    return dict(sorted(found.items()))


def _meant(path: Path) -> Found:
    """The files that one path means."""
    if path.is_dir():
        return dict.fromkeys(_below(path), False)
    if path.exists():
        return {path: True}
    named = _matching(path)
    inside = [each for one in named for each in (_below(one) if one.is_dir() else [one])]
    if not inside:
        raise CassetteNotFound(
            "no such file or directory",
            path=str(path),
            hint="name a cassette, a directory or a glob",
        )
    return dict.fromkeys((each for each in inside if is_cassette_name(each)), False)


def cassettes_below(directory: Path, name: str) -> list[Path]:
    """The cassette of this name below the directory, or those that match it as a glob; sorted.

    `.yaml` may be left out of a name. Globs pass over what `cassettes_in` passes over.

    Raises:
        CassetteNotFound: there is none; it says what there is.
    """
    for path in (directory / name, directory / f"{name}.yaml"):
        if path.is_file():
            return [path]
    matching = _matching(Path(glob.escape(str(directory)), name))
    found = sorted({each for each in matching if each.is_file() and is_cassette_name(each)})
    if not found:
        raise CassetteNotFound(
            f"no cassette is called {name!r}, or matches it{_aside(matching)}",
            path=str(directory),
            hint=_there(directory),
        )
    return found


def _matching(pattern: Path) -> list[Path]:
    """What matches the glob. Links to directories are not followed below `**`: some are loops."""
    parts = pattern.parts
    if "\0" in str(pattern):
        return []
    if "**" not in parts:
        return [Path(each) for each in glob.glob(str(pattern))]
    at = parts.index("**")
    rest = parts[at + 1 :]
    found: dict[Path, None] = {}
    for top in glob.glob(os.path.join(*parts[:at])) if at else [os.curdir]:
        for directory in _directories(top):
            inside = _matching(Path(glob.escape(directory), *rest)) if rest else [Path(directory)]
            found.update(dict.fromkeys(inside))
    return list(found)


def _directories(top: str) -> Iterator[str]:
    """The directory and those below it, but hidden ones."""
    for directory, names, _ in os.walk(top):
        names[:] = [name for name in names if not name.startswith(".")]
        yield directory


def _aside(matching: list[Path]) -> str:
    left = sum(each.is_file() for each in matching)
    return f" ({left} of those that match were left aside)" if left else ""


def _there(directory: Path) -> str:
    if not directory.is_dir():
        return "the directory is not there"
    there = sorted(str(each.relative_to(directory)) for each in _below(directory))
    more = f" and {len(there) - _LISTED} more" if len(there) > _LISTED else ""
    return f"there are {', '.join(there[:_LISTED])}{more}" if there else "it holds no cassette"


def _below(directory: Path) -> list[Path]:
    return [each for each in directory.rglob("*") if is_cassette_name(each) and each.is_file()]
