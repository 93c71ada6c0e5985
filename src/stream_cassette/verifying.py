"""The half of a tape that verifies: answers come live, and are held to the cassette at the end.

Nothing is written: no journal, no lock, no cassette.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from stream_cassette import pipeline
from stream_cassette.cassette.model import Cassette, Interaction
from stream_cassette.cassette.redact import redact
from stream_cassette.errors import CassetteNotFound
from stream_cassette.session.levels import LEVELS, default_level
from stream_cassette.session.memory import MemoryBook
from stream_cassette.session.options import TapeOptions
from stream_cassette.session.recorder import Recorder
from stream_cassette.session.verify import Rules, Verdict, verdict_of
from stream_cassette.store import files
from stream_cassette.transport import clock

__all__ = ["Verifying"]


class Verifying:
    """A live run beside the cassette at `path`, which is `loaded`.

    Raises:
        CassetteNotFound: there is no cassette to hold the run to.
        CassetteFileError: it can't be read.
    """

    def __init__(self, path: Path, options: TapeOptions) -> None:
        if not files.exists(path):
            raise CassetteNotFound(
                "there is no cassette to verify",
                path=str(path),
                hint="record it first: --stream-record=once, or record='once'",
            )
        self.loaded: Cassette = files.read(path)
        self.verdict: Verdict = Verdict()
        self._options = options
        self.recorder: Recorder = Recorder(
            MemoryBook(),
            clock=clock.monotonic,
            now=clock.now,
            is_finished=pipeline.is_finished,
        )

    def finish(self) -> None:
        """Compare; exchanges that still run end here. `verdict` says what came of it.

        What the cassette left out of a recording, a user's hook leaves out here as well.
        """
        from stream_cassette import spoken_levels  # a replay needs none of it

        options = self._options
        chosen = options.level
        spoken = "conversation" if chosen is None else chosen

        def default(recorded: Interaction) -> str:
            """What no model said is held to by its frames or bytes, whatever level is asked for."""
            return spoken if spoken_levels.is_spoken(recorded) else default_level(recorded)

        rules = Rules(
            match=options.match,
            redaction=replace(options.redaction, by_name=True),  # for what is said, always
            frames_of=pipeline.frames_of,
            decoded=pipeline.decoded_body,
            level=chosen if chosen in LEVELS else None,
            default=default,
            levels={**LEVELS, **spoken_levels.levels()},
            sayings=spoken_levels.sayings(),
        )
        masked = (redact(one, options.redaction) for one in self.recorder.interactions())
        live = options.kept(masked)
        verdict = verdict_of(self.loaded.interactions, live, rules)
        if options.unplayed != "fail":  # judged as unplayed ones are, or not at all
            asked = tuple(one for one in verdict.drifts if one.kind != "unasked")
            verdict = Verdict(drifts=asked, unasked=verdict.unasked)
        self.verdict = verdict
