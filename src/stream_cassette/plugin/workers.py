"""What the processes of a distributed run tell each other.

The controller tells each worker the directory in which all of them note what they have recorded;
a worker hands over its notes, and its part of the cassettes of several tests, when it ends. What
each test did comes with its report.
A plugin of its own where pytest-xdist is there; imports nothing heavy.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
from functools import partial
from pathlib import Path
from typing import Any

import pytest

__all__ = ["Controller", "directory_of", "hand_over"]

_KEY = "stream_cassette"
_DIRECTORY = pytest.StashKey[str]()


class Controller:
    """The hooks of the process that starts the workers."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config

    def pytest_configure_node(self, node: Any) -> None:
        """Before a worker starts; the directory goes when the controller ends."""
        if _DIRECTORY not in self._config.stash:
            directory = os.path.join(tempfile.gettempdir(), f"stream-cassette-{uuid.uuid4().hex}")
            self._config.stash[_DIRECTORY] = directory
            self._config.add_cleanup(partial(shutil.rmtree, directory, ignore_errors=True))
        node.workerinput[_KEY] = self._config.stash[_DIRECTORY]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """The controller collects nothing: it learns of tests on cassettes by their reports."""
        if hasattr(report, _KEY):
            from stream_cassette.plugin import hooks

            hooks.register(self._config).take(report)

    def pytest_testnodedown(self, node: Any) -> None:
        """What a worker says at its end, the controller judges.

        A worker without a test of ours says nothing, nor does one that did not come to its end.
        """
        part = getattr(node, "workeroutput", {}).get(_KEY)
        if part:
            from stream_cassette.plugin import hooks

            hooks.register(self._config).take_in(part)


def directory_of(config: pytest.Config) -> Path | None:
    """Where a worker notes what it has recorded; None in a run of one process."""
    told = getattr(config, "workerinput", {}).get(_KEY)
    return None if told is None else Path(told)


def hand_over(config: pytest.Config, part: dict[str, Any]) -> bool:
    """Give the controller a worker's part, of plain values; False if this is no worker."""
    output = getattr(config, "workeroutput", None)
    if output is None:
        return False
    output[_KEY] = part
    return True
