"""Every recorded answer of the corpus: of cassettes, of traces, of streams alone in a file."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from stream_cassette.cassette.model import Interaction
from stream_cassette.errors import CassetteFileError
from stream_cassette.store.files import read


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """One interaction and where it is from."""

    path: Path
    index: int
    interaction: Interaction


@lru_cache(maxsize=1)
def recorded(root: Path) -> tuple[Recorded, ...]:
    """Every interaction below `root`, files in order; read once for all tests that look at them.

    Event streams alone in a file are left out: cassettes beside them have the same bytes.
    """
    return tuple(
        Recorded(path=path, index=index, interaction=one)
        for path in sorted(root.rglob("*"))
        if path.is_file() and path.suffix not in (".csv", ".eventstream")
        for index, one in enumerate(_interactions(path))
    )


def _interactions(path: Path) -> tuple[Interaction, ...]:
    try:
        return read(path).interactions
    except CassetteFileError:
        return ()
