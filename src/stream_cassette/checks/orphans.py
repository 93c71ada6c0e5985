"""Cassettes that no collected test uses."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import Final

from stream_cassette.checks.finding import Finding
from stream_cassette.checks.rules import RULES
from stream_cassette.errors import CassetteFileError
from stream_cassette.store.collected import Collected
from stream_cassette.store.find import cassettes_below
from stream_cassette.store.sources import Source

__all__ = ["notes_on", "orphans"]

_NAMED: Final = 3
_WILD: Final = re.compile(r"[*?\[]")


def orphans(sources: Iterable[Source], used: Collected) -> Iterator[Finding]:
    """`orphan`: the sources that are no test's cassette, and that no test names otherwise.

    A text in a test's module that ends as a cassette's name does, wild cards included, counts as
    a use: tests load cassettes by path, too.
    """
    taken = {_key(path) for path in used.cassettes}
    taken |= {_key(str(path)) for load in used.loads for path in _found(*load)}
    for source in sources:
        if source.revision is not None or _key(str(source.path)) in taken:
            continue
        if not any(_is_meant(source.path, mention) for mention in used.mentions):
            yield Finding(
                rule="orphan",
                severity=RULES["orphan"].severity,
                path=source.name,
                message=f"no test uses it ({used.tests:,} collected)",
                remedy=RULES["orphan"].remedy,
            )


def notes_on(used: Collected) -> tuple[str, ...]:
    """What could not be told."""
    wild = [mention for mention in used.mentions if _WILD.search(mention)]
    told = (
        ("may be called an orphan though a test that runs loads it; such are", used.computed),
        ("counts as used if it matches what the tests' source names:", wild),
    )
    return tuple(f"a cassette {what} {_some(names)}" for what, names in told if names)


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f"{', '.join(names[:_NAMED])}{more}"


def _found(directory: str, name: str) -> list[Path]:
    try:
        return cassettes_below(Path(directory), name)
    except CassetteFileError:
        return []


def _key(path: str) -> str:
    """What is one on systems that fold case is one here."""
    return os.path.realpath(path).casefold()


def _is_meant(path: Path, mention: str) -> bool:
    """Whether the text, from its last parts on, is the path's or matches it."""
    parts = [part for part in PurePosixPath(mention.replace("\\", "/")).parts if part != "/"]
    wanted = path.absolute().parts[-len(parts) :]
    return len(wanted) == len(parts) and all(map(fnmatchcase, wanted, parts))
