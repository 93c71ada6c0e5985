"""Every recorded answer of the corpus: of cassettes, of traces, of streams alone in a file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
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


def recorded(root: Path) -> Iterator[Recorded]:
    """Every interaction below `root`, files in order."""
    for path in sorted(root.rglob("*")):
        if path.is_file() and path.suffix not in (".csv", ".eventstream"):
            for index, one in enumerate(_interactions(path)):
                yield Recorded(path=path, index=index, interaction=one)


def _interactions(path: Path) -> tuple[Interaction, ...]:
    try:
        return read(path).interactions
    except CassetteFileError:
        return ()
