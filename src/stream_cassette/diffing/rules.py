"""What a comparison is asked to look at, and to pass over."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from stream_cassette.cassette.difference import MISSING, differing
from stream_cassette.cassette.jsonpath import Steps, covers, parse_path
from stream_cassette.comparison.match import Divergence
from stream_cassette.diffing.model import DIFF_LEVELS, DiffLevel
from stream_cassette.errors import UsageError

__all__ = ["Place", "Rules", "changes_at", "divergence", "rules_of"]

Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """The level; paths that do not count; whether what differs from run to run counts as well."""

    level: DiffLevel = "conversation"
    ignored: tuple[Steps, ...] = ()
    whole: bool = False

    def kept(self, found: Iterable[Divergence]) -> tuple[Divergence, ...]:
        """Those that are not ignored."""
        if not self.ignored:
            return tuple(found)
        return tuple(one for one in found if not self._ignores(one.steps))

    def _ignores(self, place: Place) -> bool:
        return any(covers(steps, place) for steps in self.ignored)


def rules_of(
    level: str = "conversation", *, ignore: Iterable[str] = (), whole: bool = False
) -> Rules:
    """The rules of these options. Raises: UsageError: no such level, or not a path."""
    paths = tuple(parse_path(path) for path in ignore)
    for known in DIFF_LEVELS:
        if known == level:
            return Rules(level=known, ignored=paths, whole=whole)
    raise UsageError(f"level {level!r} is none of {', '.join(DIFF_LEVELS)}")


def divergence(steps: Place, left: Any, right: Any) -> Divergence:
    """A place where the sides differ; MISSING on a side that has nothing there."""
    if left is MISSING:
        return Divergence(steps=steps, kind="right_only", left=None, right=right)
    if right is MISSING:
        return Divergence(steps=steps, kind="left_only", left=left, right=None)
    return Divergence(steps=steps, kind="changed", left=left, right=right)


def changes_at(steps: Sequence[str | int], left: Any, right: Any) -> list[Divergence]:
    """Every place at or below `steps` where two JSON values differ; items of lists aligned.

    Raises: RecursionError: nested too deep.
    """
    # indices are those of the side that is given second
    found = differing(right, left, tuple(steps))
    return [divergence(place, one, other) for place, other, one in found]
