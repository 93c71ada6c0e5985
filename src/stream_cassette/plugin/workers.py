"""What the processes of a distributed run tell each other.

The controller tells each worker the directory in which all of them note what they have recorded;
a worker hands over its notes, and its part of the cassettes of several tests, when it ends.
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

__all__ = ["directory_of", "hand_over"]

_KEY = "stream_cassette"
_DIRECTORY = pytest.StashKey[str]()


def pytest_configure_node(node: Any) -> None:
    """On the controller, before a worker starts; the directory goes when the controller ends."""
    config: pytest.Config = node.config
    if _DIRECTORY not in config.stash:
        directory = os.path.join(tempfile.gettempdir(), f"stream-cassette-{uuid.uuid4().hex}")
        config.stash[_DIRECTORY] = directory
        config.add_cleanup(partial(shutil.rmtree, directory, ignore_errors=True))
    node.workerinput[_KEY] = config.stash[_DIRECTORY]


def pytest_testnodedown(node: Any) -> None:
    """The controller collects nothing: what its workers say at their end, it judges.

    A worker without a test of ours says nothing, nor does one that did not come to its end.
    """
    part = getattr(node, "workeroutput", {}).get(_KEY)
    if part:
        from stream_cassette.plugin import hooks

        hooks.register(node.config).take_in(part)


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
