"""The dialects that are installed, by name, and which one is spoken.

Ours are entry points of this distribution, found as anybody else's: see `_protocol`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from importlib.metadata import EntryPoint, entry_points

from stream_cassette.dialects._protocol import Dialect, Opening
from stream_cassette.errors import DialectError

__all__ = ["GROUP", "blamed", "detect", "dialects", "loaded"]

GROUP = "stream_cassette.dialects"

_MEMBERS = ("claims", "vendor", "reader", "ends", "read_request", "error_bytes")


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
    """The dialect with the highest claim, None if nobody claims; the first by name among equals.

    Raises: DialectError: one can't even say whether it claims.
    """
    best: Dialect | None = None
    highest = 0
    for one in (dialects() if known is None else known).values():
        with blamed(one):
            claim = one.claims(opening)
        if claim > highest:
            best, highest = one, claim
    return best


@contextmanager
def blamed(one: Dialect) -> Iterator[None]:
    """What goes wrong in here is the dialect's fault, and says so. Raises: DialectError."""
    try:
        yield
    except Exception as error:
        what = str(error) if isinstance(error, DialectError) else repr(error)
        raise DialectError(f"dialect {one.name!r} fails: {what}") from error


def _load(point: EntryPoint) -> Dialect:
    try:
        one: Dialect = point.load()()
    except Exception as error:
        raise DialectError(
            f"dialect {point.name!r} ({_whose(point)}) does not load: {error!r}"
        ) from error
    if one.name != point.name:
        raise DialectError(f"dialect {point.name!r} ({_whose(point)}) calls itself {one.name!r}")
    lacking = [member for member in _MEMBERS if not callable(getattr(one, member, None))]
    if lacking:
        raise DialectError(f"dialect {point.name!r} ({_whose(point)}) has no {lacking[0]}()")
    return one


def _whose(point: EntryPoint) -> str:
    owner = f" of {point.dist.name}" if point.dist is not None else ""
    return f"{point.value}{owner}"
