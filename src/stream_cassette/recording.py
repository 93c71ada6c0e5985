"""The half of a tape that records: joins the lock, the journal, the recorder and publishing."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from dataclasses import dataclass, replace
from pathlib import Path

from stream_cassette import pipeline
from stream_cassette.cassette.model import Cassette, Interaction
from stream_cassette.cassette.scan import refuse_leaks
from stream_cassette.session import texts
from stream_cassette.session.mode import RecordMode, Rule, rule_of
from stream_cassette.session.options import TapeOptions
from stream_cassette.session.recorder import Recorder
from stream_cassette.store import files
from stream_cassette.store.journal import Journal
from stream_cassette.store.lock import PathLock
from stream_cassette.store.recorded import RecordedPaths
from stream_cassette.store.recover import left_beside
from stream_cassette.transport import clock

__all__ = ["Recording", "Start", "start"]


class Recording:
    """A recording to `path`, whose lock is held. Raises: JournalError."""

    def __init__(
        self,
        path: Path,
        mode: RecordMode,
        options: TapeOptions,
        lock: PathLock,
        run: RecordedPaths | None = None,
    ) -> None:
        self._path = path
        self._options = options
        self._lock = lock
        self._run = run
        self._pid = os.getpid()
        self._journal = Journal(path, options.redaction, {"mode": mode.value, "holder": _holder()})
        self.recorder: Recorder = Recorder(
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

        Exchanges that still run end here. Without any interaction nothing is written. A process
        that was forked off leaves all of it to its parent.

        Raises:
            JournalError: not all of it could be kept while it ran.
            PublishError: the cassette can't be written, or something in what was recorded still
                looks like a secret. In all cases the journal stays.
        """
        if os.getpid() != self._pid:
            return ()
        closing: Callable[[], None] = self._journal.close
        try:
            self._journal.check()
            kept = self._options.kept(self.recorder.interactions())
            if kept:
                made = cassette(kept)
                first = len(made.interactions) - len(kept)
                refuse_leaks(kept, self._options.redaction, path=str(path), first=first)
                self._publish(path, made)
            closing = self._journal.remove
            return kept
        finally:
            try:
                closing()
            finally:
                self._lock.release()

    def _publish(self, path: Path, cassette: Cassette) -> None:
        made, comments = pipeline.readable(cassette)
        of_run = self._run is not None and path == self._path
        with self._run.adding(path) if of_run and self._run else nullcontext():
            files.publish(path, made, comments=comments)

    def abandon(self) -> None:
        """Give it up before anything was sent."""
        try:
            self._journal.remove()
        finally:
            self._lock.release()


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """What a tape starts with: what holds, what was loaded, and the recording, if there is one.

    `notes` are lines for a person.
    """

    mode: RecordMode
    rule: Rule
    loaded: Cassette
    recording: Recording | None
    notes: tuple[str, ...] = ()


def start(path: Path, asked: RecordMode, options: TapeOptions, run: RecordedPaths | None) -> Start:
    """Begin to use the cassette at `path` in the mode `asked`, or in `new` where `run` has it.

    Where the mode records, the lock is taken, and then all is looked at again: others may have
    recorded in the meantime. What they did is added to, and not replaced.

    Raises:
        CassetteFileError: the file can't be read, or a recording would replace a file that is
            not ours to replace; or it can't be recorded here, or not now (`LockTimeout`).
    """
    notes = tuple(texts.left_text(str(left)) for left in left_beside(path))
    mode, rule = _choice(path, asked, run)
    if not rule.records:
        loaded = _loaded(path, rule.plays, options.more)
        return Start(mode=mode, rule=rule, loaded=loaded, recording=None, notes=notes)
    before = files.stamp(path)
    lock = PathLock(path, holder=_holder(), limit_s=options.lock_timeout_s)
    recording: Recording | None = None
    try:
        lock.acquire()
        mode, rule = _choice(path, asked, run)
        files.check_replaceable(path)
        loaded = _loaded(path, rule.plays or files.stamp(path) != before, options.more)
        if rule.records:
            recording = Recording(path, mode, options, lock, run)
    finally:
        if recording is None:
            lock.release()
    return Start(mode=mode, rule=rule, loaded=loaded, recording=recording, notes=notes)


def _choice(path: Path, asked: RecordMode, run: RecordedPaths | None) -> tuple[RecordMode, Rule]:
    there = files.exists(path)  # first: a run has the path before the file is there
    records = asked in (RecordMode.ONCE, RecordMode.ALL)
    mode = RecordMode.NEW if records and run is not None and path in run else asked
    return mode, rule_of(mode, there)


def _loaded(path: Path, wanted: bool, more: Iterable[Path]) -> Cassette:
    """The cassette at the path, with the interactions of those in `more` after its own."""
    there = wanted and files.exists(path)
    loaded = files.read(path) if there else Cassette(path=str(path))
    others = [files.read(one) for one in more if wanted and files.exists(one)]
    joined = (*loaded.interactions, *(one for other in others for one in other.interactions))
    return replace(loaded, interactions=joined) if others else loaded


def _holder() -> str:
    """Who records, for others to read: the running test, where there is one."""
    test = os.environ.get("PYTEST_CURRENT_TEST", "")
    return test.rpartition(" (")[0] or "use_cassette"
