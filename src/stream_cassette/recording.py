"""The half of a tape that records: joins the lock, the journal, the recorder and publishing."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from stream_cassette import pipeline
from stream_cassette.cassette.model import Cassette, Interaction
from stream_cassette.session.mode import RecordMode
from stream_cassette.session.options import TapeOptions
from stream_cassette.session.recorder import Recorder
from stream_cassette.store import files
from stream_cassette.store.journal import Journal
from stream_cassette.store.lock import PathLock
from stream_cassette.transport import clock

__all__ = ["Recording", "locked"]


class Recording:
    """A recording to `path`, whose lock is held. Raises: JournalError."""

    def __init__(
        self, path: Path, mode: RecordMode, options: TapeOptions, lock: PathLock
    ) -> None:
        self._options = options
        self._lock = lock
        self._journal = Journal(path, options.redaction, {"mode": mode.value, "holder": _holder()})
        self.recorder = Recorder(
            self._journal,
            clock=clock.monotonic,
            now=clock.now,
            is_finished=pipeline.is_finished,
        )

    @property
    def ended(self) -> tuple[Interaction, ...]:
        """The exchanges that are over, as they are kept; those that still run go on."""
        return self._options.kept(self.recorder.ended())

    def finish(
        self, path: Path, cassette: Callable[[tuple[Interaction, ...]], Cassette]
    ) -> tuple[Interaction, ...]:
        """Publish to `path` what `cassette` makes of the interactions kept; these.

        Exchanges that still run end here. Without any interaction nothing is written.

        Raises:
            JournalError: not all of it could be kept while it ran.
            PublishError: the cassette can't be written. In both cases the journal stays.
        """
        closing: Callable[[], None] = self._journal.close
        try:
            self._journal.check()
            kept = self._options.kept(self.recorder.interactions())
            if kept:
                made, comments = pipeline.readable(cassette(kept))
                files.publish(path, made, comments=comments)
            closing = self._journal.remove
            return kept
        finally:
            closing()
            self._lock.release()


def locked(path: Path) -> tuple[PathLock, bool]:
    """The lock of the path, taken; and whether somebody else had it before.

    Raises:
        LockTimeout: somebody still has it.
    """
    lock = PathLock(path, holder=_holder())
    return lock, lock.acquire()


def _holder() -> str:
    """Who records, for others to read: the running test, where there is one."""
    test = os.environ.get("PYTEST_CURRENT_TEST", "")
    return test.rpartition(" (")[0] or "use_cassette"
