"""Two texts as one, with the words marked that one of them has alone.

Everything that comes out is visible characters on one line.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, NamedTuple, TypeAlias

from stream_cassette.cassette.visible import visible
from stream_cassette.report.diff_align import Stretch, aligned

__all__ = ["Mark", "Span", "excerpts", "left_out", "marked", "plain"]

Mark: TypeAlias = Literal["removed", "added"]

# a word; a character of a script without blanks between words; blanks; anything else
_TOKEN = re.compile(r"[぀-ヿ㐀-鿿]|\w+|\s+|.", re.DOTALL)
_AROUND = 40  # characters kept on either side of what changed
_EXCERPT = 160
_PLACES = 20  # changes of a text that are shown in one line
_ROOM = 3_000  # characters of that line, after which no other place begins
_CHANGED = 400  # characters of one change in it


class Span(NamedTuple):
    """A piece of text; `mark` says which side alone has it, None for both."""

    text: str
    mark: Mark | None = None


def marked(left: str, right: str) -> list[Span]:
    """The words of both sides in order; what is far from any change is `…`.

    Of a long change the ends are shown, and of many changes the first; the rest is counted.
    """
    found = _stretches(left, right)
    last = len(found) - 1
    spans: list[Span] = []
    places = room = 0
    for n, one in enumerate(found):
        if one.is_same:
            spans.append(Span(_near(visible(one.left), is_first=n == 0, is_last=n == last)))
            continue
        if places == _PLACES or room > _ROOM:
            return [*spans, Span(f" {left_out(_changes(found[n:]))}")]
        places += 1
        sides = Span(_ends(one.left), "removed"), Span(_ends(one.right), "added")
        spans.extend(span for span in sides if span.text)
        room += sum(len(span.text) for span in sides)
    return spans


def plain(spans: Sequence[Span]) -> str:
    """The same without colour: `It is [-sunny-]{+raining+} today`."""
    around = {None: ("", ""), "removed": ("[-", "-]"), "added": ("{+", "+}")}
    return "".join(f"{around[mark][0]}{text}{around[mark][1]}" for text, mark in spans)


def left_out(places: int) -> str:
    """What stands in the stead of changed places that are not shown."""
    return f"… and {places} more place{'' if places == 1 else 's'} in this text"


def excerpts(left: str, right: str, most: int = 12) -> tuple[list[tuple[str, str]], int]:
    """What each side says where they part, each place a pair of lines; how many more there are."""
    found = _stretches(left, right)
    pairs: list[tuple[str, str]] = []
    n = 0
    while n < len(found):
        if found[n].is_same:
            n += 1
            continue
        if len(pairs) == most:
            return pairs, _changes(found[n:])
        end = _together(found, n)
        pairs.append(_excerpt(found, n, end))
        n = end
    return pairs, 0


def _together(found: Sequence[Stretch], start: int) -> int:
    """The end of the changes from there on that fit into one excerpt."""
    end = start + 1
    while end + 1 < len(found):
        sizes = map(len, _sides(found[start : end + 2]))
        if len(found[end].left) > 2 * _AROUND or max(sizes) > _EXCERPT - 2 * _AROUND:
            break
        end += 2
    return end


def _excerpt(found: Sequence[Stretch], start: int, end: int) -> tuple[str, str]:
    before = found[start - 1].left if start else ""
    after = found[end].left if end < len(found) else ""
    is_first = len(before) <= _AROUND and start < 2
    is_last = len(after) <= _AROUND and end + 1 >= len(found)
    near = before[-_AROUND:], after[:_AROUND]
    one, other = (f"{near[0]}{side}{near[1]}" for side in _sides(found[start:end]))
    shorter = min(len(one), len(other))
    place = next((n for n in range(shorter) if one[n] != other[n]), shorter)
    skip = max(0, place - _AROUND)  # a word may be longer than the excerpt

    def cut(text: str) -> str:
        piece = visible(text[skip : skip + _EXCERPT])
        is_whole = is_last and len(text) <= skip + _EXCERPT
        return f"{'' if is_first and not skip else '…'}{piece}{'' if is_whole else '…'}"

    return cut(one), cut(other)


def _stretches(left: str, right: str) -> list[Stretch]:
    """Both texts in order; changes with nothing but blanks between them are one."""
    ours, theirs = _TOKEN.findall(left), _TOKEN.findall(right)
    shorter = min(len(ours), len(theirs))
    head = next((n for n in range(shorter) if ours[n] != theirs[n]), shorter)
    room = shorter - head
    tail = next((n for n in range(room) if ours[-1 - n] != theirs[-1 - n]), room)
    first, last = "".join(ours[:head]), "".join(ours[len(ours) - tail :])
    middle = aligned(ours[head : len(ours) - tail], theirs[head : len(theirs) - tail])
    found = [Stretch(first, first, True)] if first else []
    for n, one in enumerate(middle):
        is_inner = 0 < n < len(middle) - 1 and one.is_same and one.left.isspace()
        goes_on = n and not found[-1].is_same
        if goes_on and (is_inner or not one.is_same):
            found[-1] = Stretch(found[-1].left + one.left, found[-1].right + one.right, False)
        else:
            found.append(one)
    return [*found, Stretch(last, last, True)] if last else found


def _sides(found: Sequence[Stretch]) -> tuple[str, str]:
    return "".join(one.left for one in found), "".join(one.right for one in found)


def _changes(found: Sequence[Stretch]) -> int:
    return sum(not one.is_same for one in found)


def _ends(text: str) -> str:
    """A change; of a long one its ends, and how much is between them."""
    if len(text) <= _CHANGED:
        return visible(text)
    half = _CHANGED // 2 - _AROUND
    return f"{visible(text[:half])} … {len(text) - 2 * half:,} characters … {visible(text[-half:])}"


def _near(text: str, *, is_first: bool, is_last: bool) -> str:
    """What stands beside a change; of a long stretch only its ends."""
    if is_first and is_last:  # nothing changed
        return text
    before = "" if is_first else text[:_AROUND]
    after = "" if is_last else text[-_AROUND:]
    if len(text) <= len(before) + len(after) + 8:
        return text
    return f"{before}…{after}"
