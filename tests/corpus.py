"""Where the cassettes are that tests read: our own, and a directory of other people's.

The second one is not part of this repository. `STREAM_CASSETTE_CORPUS` names it; without it the
tests that need it are skipped.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CASSETTES = ROOT / "cassettes"
CORPUS_VARIABLE = "STREAM_CASSETTE_CORPUS"


def corpus_files(*suffixes: str) -> list[Path]:
    """Every file of the corpus with one of the suffixes, sorted; none without a corpus."""
    named = os.environ.get(CORPUS_VARIABLE)
    if not named:
        return []
    return sorted(path for path in Path(named).rglob("*") if path.name.endswith(suffixes))


def seed(name: str) -> Path:
    """The named file of `seeds/`, beside the corpus; skips where it isn't there.

    They are the originals that some of our own cassettes were made from.
    """
    named = os.environ.get(CORPUS_VARIABLE)
    directory = Path(named).parent if named else ROOT.parent / "shared"
    path = directory / "seeds" / name
    if not path.is_file():
        pytest.skip(f"1 file: no {name} beside {CORPUS_VARIABLE}")
    return path


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The directory of other people's cassettes."""
    named = os.environ.get(CORPUS_VARIABLE)
    if not named:
        pytest.skip(f"{CORPUS_VARIABLE} names no directory")
    return Path(named)


@pytest.fixture(scope="session")
def cassettes() -> Path:
    """The repository's own `cassettes/`."""
    return CASSETTES
