"""One cassette in use: joins the session, the store and the transports.

with use_cassette("weather.yaml", record="once") as tape:
    client.post(...)
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

from stream_cassette import pipeline
from stream_cassette.cassette.model import Cassette, Interaction
from stream_cassette.echoing import Explainer
from stream_cassette.errors import SessionError, StreamCassetteWarning
from stream_cassette.recording import Recording, start
from stream_cassette.session import current, texts
from stream_cassette.session.judge import judged, raised
from stream_cassette.session.mode import RecordMode
from stream_cassette.session.options import (
    BeforeRecord,
    LevelName,
    Matcher,
    OnMiss,
    RedactOption,
    TapeOptions,
    Unplayed,
    options_of,
)
from stream_cassette.session.player import Miss, Player
from stream_cassette.session.session import Session
from stream_cassette.session.verify import Drift
from stream_cassette.store import files, paths
from stream_cassette.store.recorded import RecordedPaths
from stream_cassette.transport import families, httpx_
from stream_cassette.verifying import Verifying

__all__ = ["Tape", "current_tape", "use_cassette"]


class Tape:
    """An open cassette. `mode` is the record mode; `path` where the file is or will be.

    `notes` are lines that a person should be told once in a run.
    """

    def __init__(self, path: Path, mode: RecordMode, options: TapeOptions) -> None:
        self.path = path
        self.mode: RecordMode = mode
        self.options: TapeOptions = options
        self._loaded = Cassette(path=str(path))
        self._session: Session | None = None
        self._recording: Recording | None = None
        self._verifying: Verifying | None = None
        self._recorded: tuple[Interaction, ...] | None = None
        self.notes: tuple[str, ...] = ()

    @property
    def cassette(self) -> Cassette:
        """What was loaded and still holds, then what was recorded so far, in order of sending."""
        return self._with(self.recorded)

    def _with(self, recorded: tuple[Interaction, ...]) -> Cassette:
        interactions = self._loaded.interactions + recorded
        return replace(self._loaded, interactions=interactions, reader=pipeline.conversations_of)

    @property
    def conversation(self) -> Any:
        """The only conversation in `cassette`. Raises: UsageError: there is none, or another."""
        return self.cassette.conversation

    @property
    def recorded(self) -> tuple[Interaction, ...]:
        """The exchanges recorded and over, masked; those that still run are left out and go on."""
        if self._recorded is not None:
            return self._recorded
        return self._recording.ended if self._recording else ()

    @property
    def played(self) -> tuple[Interaction, ...]:
        """The recorded interactions that answered a request, in the order they did."""
        return tuple(self._session.played) if self._session else ()

    @property
    def unplayed(self) -> tuple[Interaction, ...]:
        """The recorded interactions that answered nothing yet."""
        return tuple(self._loaded.interactions[index] for index in self.unplayed_indices)

    @property
    def unplayed_indices(self) -> tuple[int, ...]:
        """The places in `cassette` of the recorded interactions that answered nothing yet."""
        if self._verifying is not None:
            return self._verifying.verdict.unasked
        player = self._session.player if self._session else None
        return player.unplayed if player else ()

    @property
    def drifts(self) -> tuple[Drift, ...]:
        """Where the live run was not the recorded one; known once a tape in `verify` is closed."""
        return self._verifying.verdict.drifts if self._verifying else ()

    @property
    def misses(self) -> tuple[Miss, ...]:
        """The requests that nothing answered."""
        return tuple(self._session.misses) if self._session else ()

    @property
    def unintercepted(self) -> frozenset[str]:
        """Client families seen to connect past this cassette."""
        return frozenset(self._session.unintercepted) if self._session else frozenset()

    def warnings(self) -> tuple[str, ...]:
        """What a person should be told once the session is over, loudly."""
        told = [texts.bypass_text(str(self.path), family) for family in sorted(self.unintercepted)]
        adds_nothing = self.mode is RecordMode.NEW and self.played
        if self._recording and not self.recorded and not adds_nothing:
            told.append(texts.nothing_recorded_text(str(self.path)))
        return tuple(told)

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
        self.options = self.options.within(os.environ)
        begun = start(self.path, self.mode, self.options, run)
        self.notes = begun.notes
        self.mode, self._loaded, self._recording = begun.mode, begun.loaded, begun.recording
        if begun.rule.verifies:
            self._verifying = Verifying(self.path, self.options)
            self._loaded = self._verifying.loaded
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
        match, explain = self.options.match, Explainer(self._loaded)
        player = Player(self._loaded, match, name=name, explain=explain)
        self._session = Session(
            name=str(self.path),
            player=player if plays else None,
            recorder=live.recorder if live else None,
            frame_sizes=pipeline.frame_cuts,
            on_miss=None if on_miss == "error" else on_miss or raised,
            ignore_hosts=self.options.ignore_hosts,
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
        if error is None:
            self._judge()

    async def __aenter__(self) -> Self:
        return self.__enter__()

    async def __aexit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        self.__exit__(kind, error, trace)

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

    @property
    def unplayed_lines(self) -> dict[int, str]:
        """A line for each interaction that was never played, by its place in `cassette`."""
        return texts.lines_of(self.unplayed_indices, self._loaded)


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
) -> Tape:
    """A tape for `path`, for `with` or `async with`; nothing is read or patched before that.

    `record`: none, once, new, all, verify (or vcrpy's and pytest-recording's names).
    `match_on`: vcrpy's matcher names, or functions of (live, recorded). `ignore_body`: JSON paths.
    `ignore_hosts`: hosts that pass untouched. `unplayed`: fail, warn or ignore.
    `on_miss`: "error" raises the client's connection error; a function makes the exception.
    `redact`: names to mask besides the built-in ones, or False. `before_record`: sees each
    interaction before it is kept, and changes it or drops it (None). `lock_timeout`: how many
    seconds to wait while somebody else records to the path. `level`: what `verify` compares of
    answers, "frames" (streams and JSON, where not given) or "bytes" (the default for all else).

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
    )
    return Tape(Path(path), RecordMode.parse(record), options)


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
