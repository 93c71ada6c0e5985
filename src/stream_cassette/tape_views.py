"""What a tape shows: its cassette, what answered and what did not, and when its chunks came."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from stream_cassette import pipeline
from stream_cassette.cassette.model import Cassette, Interaction
from stream_cassette.recording import Recording, Start
from stream_cassette.session import texts
from stream_cassette.session.mode import RecordMode
from stream_cassette.session.options import TapeOptions
from stream_cassette.session.player import Miss
from stream_cassette.session.session import Session
from stream_cassette.session.timeline import came_in_time, longest_gap_ms
from stream_cassette.session.verify import Drift
from stream_cassette.verifying import Verifying

__all__ = ["Views"]


class Views:
    """A tape as it is looked at; `tape.Tape` opens and closes it."""

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

    def _take(self, options: TapeOptions, begun: Start) -> None:
        """What it is as far as the file and the mode decide, known when it is opened."""
        self.options, self.notes = options, begun.notes
        self.mode, self._loaded, self._recording = begun.mode, begun.loaded, begun.recording
        if begun.rule.verifies:
            self._verifying = Verifying(self.path, options)
            self._loaded = self._verifying.loaded

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

    @property
    def faults(self) -> tuple[tuple[int, str], ...]:
        """The faults that answered so far: (place of the interaction, the fault), in order."""
        player = self._session.player if self._session else None
        return tuple((index, str(fault)) for index, fault in player.broken) if player else ()

    @property
    def replayed_with(self) -> str:
        """How a replay was cut, paced and broken, and the flags to do so again; "" if it wasn't."""
        plays = self._session is not None and self._session.player is not None
        return self.options.plan.told(self.options.clock) if plays else ""

    @property
    def longest_gap(self) -> float | None:
        """The longest wait for a chunk in milliseconds, since the head or the chunk before.

        Over the answers played and recorded so far, by the times of their recording: on record
        those of this run, on replay those in the file, whatever `pace` is. None without any times.
        """
        return longest_gap_ms(one.response for one in (*self.played, *self.recorded))

    @property
    def first_chunk_before_end(self) -> bool:
        """Whether the client had the first chunk of each answer before the last one came.

        Over the answers in several chunks, by the times of their recording, as `longest_gap`.
        False where there is no such answer, or no times are known.
        """
        return came_in_time(one.response for one in (*self.played, *self.recorded))

    @property
    def unplayed_lines(self) -> dict[int, str]:
        """A line for each interaction that was never played, by its place in `cassette`."""
        return texts.lines_of(self.unplayed_indices, self._loaded)
