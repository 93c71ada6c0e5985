"""Two texts as one, with the words marked that one of them has alone.

Everything that comes out is visible characters on one line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Literal, NamedTuple, TypeAlias

from stream_cassette.cassette.visible import visible

__all__ = ["Mark", "Span", "excerpts", "marked", "plain"]

Mark: TypeAlias = Literal["removed", "added"]

# a word; a character of a script without blanks between words; blanks; anything else
_TOKEN = re.compile(r"[぀-ヿ㐀-鿿]|\w+|\s+|.", re.DOTALL)
_MOST = 1_200  # words of a middle that are matched: the search is quadratic
_AROUND = 40  # characters kept on either side of what changed
_EXCERPT = 160


class Span(NamedTuple):
    """A piece of text; `mark` says which side alone has it, None for both."""

    text: str
    mark: Mark | None = None


def marked(left: str, right: str) -> list[Span]:
    """The words of both sides in order; what is far from any change is `…`."""
    spans = [span for span in _spans(left, right) if span.text]
    last = len(spans) - 1
    return [
        Span(visible(span.text), span.mark)
        if span.mark is not None
        else Span(_near(visible(span.text), is_first=n == 0, is_last=n == last))
        for n, span in enumerate(spans)
    ]


def plain(spans: Sequence[Span]) -> str:
    """The same without colour: `It is [-sunny-]{+raining+} today`."""
    around = {None: ("", ""), "removed": ("[-", "-]"), "added": ("{+", "+}")}
    return "".join(f"{around[mark][0]}{text}{around[mark][1]}" for text, mark in spans)


def excerpts(left: str, right: str) -> tuple[str, str]:
    """What each side says where they part, on a line of its own."""
    shorter = min(len(left), len(right))
    place = next((n for n in range(shorter) if left[n] != right[n]), shorter)
    start = max(0, place - _AROUND)
    both = (text[start : start + _EXCERPT] for text in (left, right))
    ends = (len(text) > start + _EXCERPT for text in (left, right))
    one, other = (
        ("…" if start else "") + visible(piece) + ("…" if is_cut else "")
        for piece, is_cut in zip(both, ends, strict=True)
    )
    return one, other


def _spans(left: str, right: str) -> Iterator[Span]:
    ours, theirs = _TOKEN.findall(left), _TOKEN.findall(right)
    shorter = min(len(ours), len(theirs))
    head = next((n for n in range(shorter) if ours[n] != theirs[n]), shorter)
    room = shorter - head
    tail = next((n for n in range(room) if ours[-1 - n] != theirs[-1 - n]), room)
    middles = ours[head : len(ours) - tail], theirs[head : len(theirs) - tail]
    yield Span("".join(ours[:head]))
    if max(map(len, middles)) > _MOST:
        yield from _changed(*middles)
    else:
        yield from _matched(*middles)
    yield Span("".join(ours[len(ours) - tail :]))


def _matched(ours: Sequence[str], theirs: Sequence[str]) -> Iterator[Span]:
    """Changes with nothing but blanks between them are one."""
    found = SequenceMatcher(None, ours, theirs, autojunk=False).get_opcodes()
    i = j = 0
    for place, (name, start, end, other, other_end) in enumerate(found):
        is_inner = 0 < place < len(found) - 1
        if name != "equal" or (is_inner and "".join(ours[start:end]).isspace()):
            continue
        yield from _changed(ours[i:start], theirs[j:other])
        yield Span("".join(ours[start:end]))
        i, j = end, other_end
    yield from _changed(ours[i:], theirs[j:])


def _changed(ours: Sequence[str], theirs: Sequence[str]) -> Iterator[Span]:
    yield Span("".join(ours), "removed")
    yield Span("".join(theirs), "added")


def _near(text: str, *, is_first: bool, is_last: bool) -> str:
    """What stands beside a change; of a long stretch only its ends."""
    if is_first and is_last:  # nothing changed
        return text
    before = "" if is_first else text[:_AROUND]
    after = "" if is_last else text[-_AROUND:]
    if len(text) <= len(before) + len(after) + 8:
        return text
    return f"{before}…{after}"
