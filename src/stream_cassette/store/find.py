"""Which files a command means: files, directories to look below, globs."""

from __future__ import annotations

import glob
from collections.abc import Iterable
from pathlib import Path

from stream_cassette.errors import CassetteNotFound
from stream_cassette.store.paths import is_cassette_name

__all__ = ["Found", "cassettes_in"]

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
        if path.is_dir():
            found.update({each: found.get(each, False) for each in _below(path)})
        elif path.exists():
            found[path] = True
        else:
            named = [Path(each) for each in glob.glob(str(path), recursive=True)]
            inside = [each for one in named for each in (_below(one) if one.is_dir() else [one])]
            if not inside:
                raise CassetteNotFound(
                    "no such file or directory",
                    path=str(path),
                    hint="name a cassette, a directory or a glob",
                )
            wanted = (each for each in inside if is_cassette_name(each))
            found.update({each: found.get(each, False) for each in wanted})
    return dict(sorted(found.items()))


def _below(directory: Path) -> list[Path]:
    return [each for each in directory.rglob("*") if is_cassette_name(each) and each.is_file()]
