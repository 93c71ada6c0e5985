"""One cassette in use: joins the session, the store and the transports.

with use_cassette("weather.yaml", record="once") as tape:
    client.post(...)
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Self

from stream_cassette import pipeline
from stream_cassette.cassette.model import Interaction
from stream_cassette.echoing import Explainer
from stream_cassette.errors import SessionError, StreamCassetteWarning
from stream_cassette.recording import start
from stream_cassette.session import broken, current
from stream_cassette.session.judge import judged, raised
from stream_cassette.session.mode import RecordMode
from stream_cassette.session.options import (
    BeforeRecord,
    ClockName,
    FaultOption,
    LevelName,
    Matcher,
    OnMiss,
    RedactOption,
    Unplayed,
    options_of,
    plan_of,
)
from stream_cassette.session.pace import Pace
from stream_cassette.session.player import Player
from stream_cassette.session.recut import Recut
from stream_cassette.session.session import Session
from stream_cassette.store import files, paths
from stream_cassette.store.recorded import RecordedPaths
from stream_cassette.tape_views import Views
from stream_cassette.transport import families, httpx_

__all__ = ["Tape", "current_tape", "use_cassette"]


class Tape(Views):
    """An open cassette. `mode` is the record mode; `path` where the file is or will be.

    `notes` are lines that a person should be told once in a run.
    """

    def open(self, *, run: RecordedPaths | None = None) -> Self:
        """Read the file where the mode needs it, and start answering in this context.

        A cassette that `run` has recorded already is added to (`new`), and not replaced.

        Raises:
            CassetteFileError: the file can't be read, or a recording would replace a file that
                is not ours to replace; or it can't be recorded here, or not now (`LockTimeout`).
            SessionError: the tape is open already.
        """
        if self._session is not None:
            raise SessionError(f"{str(self.path)!r} is open already, or was used before")
        options = self.options.within(os.environ)
        begun = start(self.path, self.mode, options, run)
        self._take(options, begun)
        try:
            self._begin(plays=begun.rule.plays)
        except BaseException:
            if self._recording is not None:
                self._recording.abandon()
            raise
        return self

    def _begin(self, *, plays: bool) -> None:
        on_miss, live = self.options.on_miss, self._recording or self._verifying
        name = str(self.path) if files.exists(self.path) else f"{self.path} (no such file)"
        match, explain, plan = self.options.match, Explainer(self._loaded), self.options.plan
        if plays and self._loaded.interactions:
            broken.check(plan.faults, self._loaded.interactions, _error_bytes)
        player = Player(self._loaded, match, name=name, explain=explain, faults=plan.faults)
        self._session = Session(
            name=str(self.path),
            player=player if plays else None,
            recorder=live.recorder if live else None,
            frame_sizes=pipeline.frame_cuts,
            on_miss=None if on_miss == "error" else on_miss or raised,
            ignore_hosts=self.options.ignore_hosts,
            plan=plan,
            error_bytes=_error_bytes,
            clock=self.options.clock if plays else "real",
            passes=self.options.passes,
        )
        families.enter(self._session)
        _tapes[id(self._session)] = self

    def close(self, *, keep: bool = True) -> None:
        """Stop answering; with `keep`, publish what was recorded, else leave it as rejected.

        Raises:
            PublishError: the recording could not be written; the old file is untouched, and
                `stream-cassette recover` makes a cassette of what is left beside it.
            JournalError: the recording could not be kept while it ran.
        """
        session = self._session
        if session is None or not session.is_open:
            return
        try:
            _tapes.pop(id(session), None)
            families.leave(session)
        finally:
            if self._recording is not None:
                path = self.path if keep else paths.rejected_path(self.path)
                self._recorded = ()
                self._recorded = self._recording.finish(path, self._with)
            if self._verifying is not None:
                self._verifying.finish()

    def transport(self, client_or_inner: Any) -> Any:
        """A sync transport that answers from this tape.

        Takes the client module (`httpx`, `httpx2`), or a transport of one to send through.
        """
        return httpx_.transport(client_or_inner, self._opened())

    def async_transport(self, client_or_inner: Any) -> Any:
        """An async transport that answers from this tape; takes what `transport` takes."""
        return httpx_.async_transport(client_or_inner, self._opened())

    def _opened(self) -> Session:
        if self._session is None:
            raise SessionError(f"{str(self.path)!r} is not open: use it in a `with` block")
        return self._session

    def __enter__(self) -> Self:
        self.open()
        try:
            for note in self.notes:
                warnings.warn(note, StreamCassetteWarning, stacklevel=2)
        except StreamCassetteWarning:  # an error here: no block begins
            self.close(keep=False)
            raise
        return self

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        self.close(keep=error is None)
        try:
            if error is None:
                self._judge()
        except Exception as judgement:
            self._name_plan(judgement)
            raise
        if error is not None:
            self._name_plan(error)

    async def __aenter__(self) -> Self:
        return self.__enter__()

    async def __aexit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        self.__exit__(kind, error, trace)

    def _name_plan(self, error: BaseException) -> None:
        if self.replayed_with:
            error.add_note(f"{self.path}: {self.replayed_with}")

    def _judge(self) -> None:
        for warning in self.warnings():
            warnings.warn(warning, stacklevel=3)
        misses = () if self.options.on_miss == "error" else self.misses
        name, total = str(self.path), len(self._loaded.interactions)
        choice = self.options.unplayed
        if choice == "fail" and self.mode is RecordMode.NEW:  # some may well be left
            choice = "warn"
        if text := judged(name, misses, self.drifts, self.unplayed_lines, total, choice):
            warnings.warn(text, stacklevel=3)


def use_cassette(
    path: str | Path,
    *,
    record: str | RecordMode = RecordMode.NONE,
    match_on: Iterable[Matcher] | None = None,
    ignore_body: Iterable[str] = (),
    ignore_hosts: Iterable[str] = (),
    allow_repeats: bool = False,
    unplayed: Unplayed = "fail",
    on_miss: OnMiss = None,
    redact: RedactOption = None,
    before_record: BeforeRecord | None = None,
    lock_timeout: float = 60.0,
    level: LevelName = None,
    recut: str | Recut = "recorded",
    pace: str | Pace = "none",
    fault: FaultOption = None,
    keep_retry_after: bool = False,
    clock: ClockName = "real",
) -> Tape:
    """A tape for `path`, for `with` or `async with`; nothing is read or patched before that.

    `record`: none, once, new, all, verify (or vcrpy's and pytest-recording's names).
    `match_on`: vcrpy's matcher names, or functions of (live, recorded). `ignore_body`: JSON paths.
    `ignore_hosts`: hosts that pass untouched. `unplayed`: fail, warn or ignore.
    `on_miss`: "error" raises the client's connection error; a function makes the exception.
    `redact`: names to mask besides the built-in ones, or False. `before_record`: sees each
    interaction before it is kept, and changes it or drops it (None). `lock_timeout`: how many
    seconds to wait while somebody else records to the path. `level`: what `verify` compares of
    answers: "frames" or "bytes", or for a model's answers "conversation" (the default for them;
    also called "structure"), "text" or "exact"; of other answers then streams and JSON by frames.

    On replay only: `recut` cuts bodies anew (forms in `session.recut`), `pace` times the chunks
    (`session.pace`), `fault` breaks answers (`session.fault`; a mapping names the interactions).
    `keep_retry_after`: an answer's `retry-after` is 0 with `pace="none"` otherwise.
    `clock`: with "virtual" an asyncio loop jumps over what it would sleep; "quick" is the same,
    and leaves the waits of a replay out where no loop can.

    Raises:
        UsageError: an option has a value it can't have.
    """
    options = options_of(
        match_on=match_on,
        ignore_body=ignore_body,
        ignore_hosts=ignore_hosts,
        allow_repeats=allow_repeats,
        unplayed=unplayed,
        on_miss=on_miss,
        redact=redact,
        before_record=before_record,
        lock_timeout=lock_timeout,
        level=level,
        plan=plan_of(recut=recut, pace=pace, fault=fault, keep_retry_after=keep_retry_after),
        clock=clock,
    )
    return Tape(Path(path), RecordMode.parse(record), options)


def _error_bytes(interaction: Interaction, status: int, framing: str) -> bytes:
    """As the provider would spell it, where it is known."""
    spelled = pipeline.error_bytes(interaction, status, framing)
    return spelled or broken.unspoken(interaction, status, framing)


def current_tape() -> Tape:
    """The tape that a call made here would use.

    Raises:
        SessionError: none is open, or it can't be told which.
    """
    session = current.current()
    if session is None:
        raise SessionError("no cassette is open here")
    return _tapes[id(session)]


_tapes: dict[int, Tape] = {}
