"""The dialects that are installed, by name, and which one is spoken.

Ours are entry points of this distribution, found as anybody else's: see `_protocol`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib.metadata import EntryPoint, entry_points

from stream_cassette.dialects._protocol import Dialect, Opening
from stream_cassette.errors import DialectError

__all__ = ["GROUP", "detect", "dialects", "loaded"]

GROUP = "stream_cassette.dialects"


@lru_cache(maxsize=1)
def dialects() -> Mapping[str, Dialect]:
    """All installed dialects by name; looked up once. Raises: DialectError."""
    return loaded(entry_points(group=GROUP))


def loaded(points: Iterable[EntryPoint]) -> Mapping[str, Dialect]:
    """The dialects behind the entry points, sorted by name.

    Raises: DialectError: two share a name, one can't be loaded, or is not what its name says.
    """
    found: dict[str, EntryPoint] = {}
    for point in points:
        other = found.setdefault(point.name, point)
        if other.value != point.value:
            raise DialectError(
                f"two dialects are named {point.name!r}: {_whose(other)} and {_whose(point)}; "
                "uninstall one of them"
            )
    return {name: _load(found[name]) for name in sorted(found)}


def detect(opening: Opening, known: Mapping[str, Dialect] | None = None) -> Dialect | None:
    """The dialect with the highest claim, None if nobody claims; the first by name among equals."""
    best: Dialect | None = None
    highest = 0
    for one in (dialects() if known is None else known).values():
        claim = one.claims(opening)
        if claim > highest:
            best, highest = one, claim
    return best


def _load(point: EntryPoint) -> Dialect:
    try:
        one: Dialect = point.load()()
    except Exception as error:
        raise DialectError(f"dialect {point.name!r} ({_whose(point)}) does not load") from error
    if one.name != point.name:
        raise DialectError(f"dialect {point.name!r} ({_whose(point)}) calls itself {one.name!r}")
    return one


def _whose(point: EntryPoint) -> str:
    owner = f" of {point.dist.name}" if point.dist is not None else ""
    return f"{point.value}{owner}"
