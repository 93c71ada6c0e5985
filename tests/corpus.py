"""Where the cassettes are that tests read, and the tables that tests tell of them.

There are our own, and a directory of other people's, which is not part of this repository:
`shared/corpus` beside it, or what `STREAM_CASSETTE_CORPUS` names. Without it the tests that need it
are skipped.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CASSETTES = ROOT / "cassettes"
CORPUS_VARIABLE = "STREAM_CASSETTE_CORPUS"

Tell = Callable[[str, Iterable[str]], None]
_TOLD = "told: "  # how the properties begin that are lines of a table


def corpus_directory() -> Path | None:
    """The directory of other people's cassettes; None where there is none."""
    named = os.environ.get(CORPUS_VARIABLE)
    directory = Path(named) if named else ROOT.parent / "shared" / "corpus"
    return directory if (directory / "MANIFEST.csv").is_file() else None


def corpus_files(*suffixes: str) -> list[Path]:
    """Every file of the corpus with one of the suffixes, sorted; none without a corpus."""
    directory = corpus_directory()
    if directory is None:
        return []
    return sorted(path for path in directory.rglob("*") if path.name.endswith(suffixes))


def seed(name: str) -> Path:
    """The named file of `seeds/`, beside the corpus; skips where it isn't there.

    They are the originals that some of our own cassettes were made from.
    """
    directory = corpus_directory()
    path = None if directory is None else directory.parent / "seeds" / name
    if path is None or not path.is_file():
        pytest.skip(f"1 file: no {name} beside {CORPUS_VARIABLE}")
    return path


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The directory of other people's cassettes."""
    directory = corpus_directory()
    if directory is None:
        pytest.skip(f"no corpus: there is no shared/corpus, and {CORPUS_VARIABLE} names none")
    return directory


@pytest.fixture(scope="session")
def cassettes() -> Path:
    """The repository's own `cassettes/`."""
    return CASSETTES


@pytest.fixture
def tell(record_property: Callable[[str, object], None]) -> Tell:
    """Adds lines to the table with this title, which stands at the end of the run's output.

    They travel as properties of the test's report: so they come from other processes, too.
    """
    return lambda title, lines: record_property(_TOLD + title, "\n".join(lines))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The tables, each under its title, whether or not a test that told some of it passed."""
    tables: dict[str, list[str]] = {}
    for reports in terminalreporter.stats.values():
        for report in reports:
            if isinstance(report, pytest.TestReport) and report.when == "call":
                for name, lines in report.user_properties:
                    if name.startswith(_TOLD):
                        tables.setdefault(name.removeprefix(_TOLD), []).append(str(lines))
    for title, texts in sorted(tables.items()):
        terminalreporter.section(title)
        for text in sorted(texts):
            terminalreporter.write_line(text)
