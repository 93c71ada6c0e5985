"""What a tape can be asked for, checked and gathered into one value."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, TypeAlias, get_args

from stream_cassette.cassette.match import DEFAULT_MATCH_ON, MatchOptions
from stream_cassette.cassette.model import Interaction, Request
from stream_cassette.cassette.redact import DEFAULT, Redaction, redaction_of
from stream_cassette.cassette.redact import redact as mask
from stream_cassette.errors import UsageError
from stream_cassette.session.fault import FaultOption, faults_of
from stream_cassette.session.levels import NAMES
from stream_cassette.session.pace import Pace
from stream_cassette.session.plan import PLAIN, Plan
from stream_cassette.session.player import Miss
from stream_cassette.session.recut import Recut

__all__ = [
    "BeforeRecord",
    "ClockName",
    "FaultOption",
    "LevelName",
    "Matcher",
    "OnMiss",
    "RedactOption",
    "TapeOptions",
    "Unplayed",
    "options_of",
    "plan_of",
]

Matcher: TypeAlias = str | Callable[..., Any]
OnMiss: TypeAlias = Literal["error"] | Callable[[Miss], BaseException] | None
Unplayed: TypeAlias = Literal["fail", "warn", "ignore"]
LevelName: TypeAlias = (
    Literal["conversation", "structure", "text", "exact", "frames", "bytes"] | None
)
ClockName: TypeAlias = Literal["real", "virtual", "quick"]
BeforeRecord: TypeAlias = Callable[[Interaction], Interaction | None]
RedactOption: TypeAlias = (
    Literal[False] | Iterable[str] | Mapping[str, Iterable[str]] | Redaction | None
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TapeOptions:
    """The options of one tape; `tape.use_cassette` says what each means.

    `passes` says of a request that it goes out untouched, as those to `ignore_hosts` do. The
    interactions of the cassettes in `more` are loaded after the tape's own.
    """

    match: MatchOptions
    ignore_hosts: frozenset[str]
    unplayed: Unplayed
    on_miss: OnMiss
    redaction: Redaction
    before_record: BeforeRecord | None
    lock_timeout_s: float
    level: LevelName = None
    plan: Plan = PLAIN
    clock: ClockName = "real"
    passes: Callable[[Request], bool] | None = None
    more: tuple[Path, ...] = ()

    def within(self, environ: Mapping[str, str]) -> TapeOptions:
        """These options, with the environment's secrets masked too, and hidden in messages."""
        return replace(
            self,
            redaction=self.redaction.with_environment(environ),
            match=replace(self.match, secrets=self.match.secrets.with_environment(environ)),
        )

    def kept(self, interactions: Iterable[Interaction]) -> tuple[Interaction, ...]:
        """What is kept of a recording (masked already), as it is kept.

        What the user's hook gives back is masked again, for it may have added something.
        """
        if self.before_record is None:
            return tuple(interactions)
        hooked = map(self.before_record, interactions)
        return tuple(mask(one, self.redaction) for one in hooked if one is not None)


def plan_of(
    *,
    recut: str | Recut = "recorded",
    pace: str | Pace = "none",
    fault: FaultOption = None,
    keep_retry_after: bool = False,
) -> Plan:
    """How to replay. Raises: UsageError: an option has no such form; it lists those there are."""
    return Plan(
        recut=Recut.parse(recut),
        pace=Pace.parse(pace),
        faults=faults_of(fault),
        keeps_retry_after=keep_retry_after,
    )


def options_of(
    *,
    match_on: Iterable[Matcher] | None,
    ignore_body: Iterable[str],
    ignore_hosts: Iterable[str],
    allow_repeats: bool,
    unplayed: Unplayed,
    on_miss: OnMiss,
    redact: RedactOption,
    before_record: BeforeRecord | None,
    lock_timeout: float,
    level: LevelName = None,
    plan: Plan = PLAIN,
    clock: ClockName = "real",
) -> TapeOptions:
    """The options, with defaults filled in.

    Raises:
        UsageError: an option has a value it can't have.
    """
    if unplayed not in ("fail", "warn", "ignore"):
        raise UsageError(f"unplayed={unplayed!r}: use 'fail', 'warn' or 'ignore'")
    if isinstance(lock_timeout, bool) or not isinstance(lock_timeout, int | float):
        raise UsageError(f"lock_timeout={lock_timeout!r}: use a number of seconds")
    if level is not None and level not in NAMES:
        raise UsageError(f"level={level!r}: use one of {', '.join(map(repr, NAMES))}")
    if clock not in get_args(ClockName):
        raise UsageError(f"clock={clock!r}: use 'real', 'virtual' or 'quick'")
    redaction = redaction_of(redact)
    return TapeOptions(
        match=MatchOptions(
            match_on=DEFAULT_MATCH_ON if match_on is None else tuple(match_on),
            ignore_body=tuple(ignore_body),
            allow_repeats=allow_repeats,
            secrets=DEFAULT if redact is False else redaction,
        ),
        ignore_hosts=frozenset(host.lower() for host in ignore_hosts),
        unplayed=unplayed,
        on_miss=on_miss,
        redaction=redaction,
        before_record=before_record,
        lock_timeout_s=lock_timeout,
        level=level,
        plan=plan,
        clock=clock,
    )
