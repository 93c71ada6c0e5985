"""What a failed match says: which conversations differ, where, and both sides."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from stream_cassette.comparison.ignore import MatchLevel
from stream_cassette.comparison.match import Divergence
from stream_cassette.comparison.side_by_side import side_by_side
from stream_cassette.conversation.model import Conversation

__all__ = ["explain", "name_of"]

_LISTED = 12  # differences, and conversations, that are listed
_WIDTH = 100
_BEFORE = 24  # characters shown before the one at which two texts part


def name_of(conversations: Sequence[Conversation], place: int) -> str:
    """`conversation 1 (openai-chat, vercel)`."""
    exchange = next(iter(conversations[place].exchanges), None)
    if exchange is None:
        return f"conversation {place}"
    who = ", ".join(filter(None, (exchange.dialect, exchange.vendor)))
    return f"conversation {place} ({who})"


def explain(
    conversations: Sequence[Conversation],
    found: Mapping[int, Sequence[Divergence]],
    *,
    level: MatchLevel,
    clean: Callable[[str], str],
) -> str:
    """The text for people: `found` has, by place, how conversations differ from the first one.

    Lines have at most 100 columns, save where `clean` had much to escape; their number is bounded.
    """
    return "\n".join(_lines(conversations, found, level, clean))


def _lines(
    conversations: Sequence[Conversation],
    found: Mapping[int, Sequence[Divergence]],
    level: MatchLevel,
    clean: Callable[[str], str],
) -> Iterator[str]:
    first, *rest = found
    names = name_of(conversations, 0), name_of(conversations, first)
    yield f"conversations 0 and {first} do not say the same at level {level!r}:"
    listed = found[first][:_LISTED]
    for one in listed:
        yield from (f"  {_cut(clean(line))}" for line in _listed(one))
    yield from _more(len(found[first]) - len(listed))
    yield ""
    sides = conversations[0], conversations[first]
    yield from side_by_side(*sides, names, found[first], level=level, clean=clean)
    if rest:
        yield ""
        yield from (_also(conversations, place, found[place]) for place in rest[:_LISTED])
        yield from _more(len(rest) - _LISTED)


def _also(conversations: Sequence[Conversation], place: int, found: Sequence[Divergence]) -> str:
    places = "place" if len(found) == 1 else "places"
    name = name_of(conversations, place)
    line = f"{name} differs from conversation 0 in {len(found)} {places}, first {found[0].path}"
    return _cut(line)


def _more(count: int) -> Iterator[str]:
    if count > 0:
        yield f"  … and {count} more"


def _listed(one: Divergence) -> list[str]:
    """One line, or the path and both values from where they part."""
    line = str(one)
    texts = one.left, one.right
    if len(line) < _WIDTH - 2 or not all(isinstance(text, str) for text in texts):
        return [line]
    pairs = zip(*texts, strict=False)
    at = next((n for n, (a, b) in enumerate(pairs) if a != b), min(map(len, texts)))
    start = max(0, at - _BEFORE)
    shown = [("…" if start else "") + text[start : start + _WIDTH] for text in texts]
    return [f"{one.path}, from character {at}:", *(f"    {text!r}" for text in shown)]


def _cut(line: str) -> str:
    return line if len(line) <= _WIDTH - 2 else line[: _WIDTH - 3] + "…"
