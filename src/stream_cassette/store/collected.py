"""Which cassettes the project's tests use: asked of pytest, in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from stream_cassette.errors import UsageError

__all__ = ["VARIABLE", "Collected", "collected", "report"]

VARIABLE: Final = "STREAM_CASSETTE_COLLECTED"
"""The environment variable that names the file to report to."""

_PLUGIN: Final = "stream_cassette.plugin.collecting"
_FINE: Final = frozenset({0, 5})  # all collected; no tests
_LAST_LINES: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Collected:
    """What the tests use: see `plugin.collecting` for what can be known.

    `loads` are directories and names or globs below them; `computed` the ids of tests that load
    conversations under names made while they run.
    """

    cassettes: tuple[str, ...] = ()
    loads: tuple[tuple[str, str], ...] = ()
    computed: tuple[str, ...] = ()
    mentions: tuple[str, ...] = ()
    tests: int = 0


def collected(root: Path, arguments: Sequence[str] = ()) -> Collected:
    """Collect the tests with the arguments, in `root`, and run none.

    Raises:
        UsageError: pytest could not collect them; its last lines are told.
    """
    with tempfile.TemporaryDirectory(prefix="stream-cassette-") as directory:
        target = Path(directory) / "collected.json"
        command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", _PLUGIN]
        done = subprocess.run(
            [*command, *arguments],
            cwd=root,
            env={**os.environ, VARIABLE: str(target)},
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
        if done.returncode not in _FINE or not target.is_file():
            lines = (done.stdout + done.stderr).strip().splitlines()[-_LAST_LINES:]
            told = "\n".join(lines)
            raise UsageError(f"pytest can't collect the tests ({done.returncode}):\n{told}")
        found: dict[str, Any] = json.loads(target.read_text("utf-8"))
    return Collected(
        cassettes=tuple(found["cassettes"]),
        loads=tuple((directory, name) for directory, name in found["loads"]),
        computed=tuple(found["computed"]),
        mentions=tuple(found["mentions"]),
        tests=found["tests"],
    )


def report(target: Path, found: Mapping[str, Any]) -> None:
    """Write what was found, for the process that waits for it."""
    target.write_text(json.dumps(found), "utf-8")
