"""One scenario at several providers: cassettes of one directory that are named after who answered.

`weather/anthropic.yaml` and `weather/openai-gpt-5.yaml` are one scenario. A name counts if it
begins with the dialect or the vendor that the cassette itself speaks, so that nothing has to be
known beforehand. The first is what the others are held to, at the level `structure`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from stream_cassette.api import compare
from stream_cassette.cassette.visible import visible
from stream_cassette.comparison.ignore import MatchLevel
from stream_cassette.comparison.match import pairs_of
from stream_cassette.comparison.view import turns_of, view_of
from stream_cassette.conversation.model import Conversation, Message
from stream_cassette.report.html_cassette import Reading
from stream_cassette.report.html_parts import MessageView, message_view

__all__ = ["Column", "ScenarioView", "provider_of", "scenarios_of"]

_LEVEL: MatchLevel = "structure"
_COLUMNS = 12  # providers beside each other
_ROWS = 60
_DIFFERENCES = 30  # of one provider that are listed
_WORD = re.compile(r"[a-z0-9]+")
# how people call those whose dialect has another name
_ALSO = {"google": "gemini", "vertex": "gemini", "claude": "anthropic", "gpt": "openai"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One provider: the cassette's place in the report, and how its conversation differs."""

    name: str
    place: int
    differences: tuple[str, ...]
    left: int = 0
    is_base: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioView:
    """Messages beside each other: each row has one for each column, None where there is none.

    `marks` say of each row and column whether something differs there.
    """

    name: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[MessageView | None, ...], ...]
    marks: tuple[tuple[bool, ...], ...]
    left_columns: int = 0
    left_rows: int = 0

    @property
    def is_match(self) -> bool:
        """Whether all say the same."""
        return not any(one.differences for one in self.columns)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Side:
    place: int
    name: str
    provider: str
    conversation: Conversation


def scenarios_of(readings: Iterable[tuple[int, Reading]], limit: int) -> tuple[ScenarioView, ...]:
    """A view for each directory with such cassettes of two providers; `limit` is a part's."""
    found: dict[str, list[_Side]] = {}
    for place, reading in readings:
        provider = provider_of(reading)
        if provider is not None:
            directory, _, file = reading.name.rpartition("/")
            side = _Side(
                place=place,
                name=file.partition(".")[0],
                provider=provider,
                conversation=reading.conversations[0],
            )
            found.setdefault(directory, []).append(side)
    return tuple(
        _scenario(directory or ".", sides, limit)
        for directory, sides in found.items()
        if len({side.provider for side in sides}) > 1
    )


def provider_of(reading: Reading) -> str | None:
    """The word that the name begins with, where it names who answered its one conversation."""
    if len(reading.conversations) != 1:
        return None
    word = next(iter(_WORD.findall(reading.name.rpartition("/")[2].lower())), "")
    spoken = {
        each
        for one in reading.exchanges
        if one is not None
        for each in (one.dialect.split("-")[0], *_WORD.findall((one.vendor or "").lower()))
    }
    return word if {word, _ALSO.get(word, word)} & spoken else None


def _scenario(directory: str, sides: Sequence[_Side], limit: int) -> ScenarioView:
    shown = sides[:_COLUMNS]
    base = shown[0]
    turns = [turns_of(side.conversation, _LEVEL) for side in shown]
    slots = _slots(shown)
    columns, wrong = [], []
    for number, side in enumerate(shown):
        found = compare(base.conversation, side.conversation, level=_LEVEL) if number else ()
        columns.append(
            Column(
                name=visible(side.name),
                place=side.place,
                differences=tuple(visible(str(one)) for one in found[:_DIFFERENCES]),
                left=max(0, len(found) - _DIFFERENCES),
                is_base=not number,
            )
        )
        inside = (one.steps for one in found if one.steps[0] == "messages" and len(one.steps) > 2)
        wrong.append({steps[1] for steps in inside})
    rows = slots[:_ROWS]
    return ScenarioView(
        name=visible(directory),
        columns=tuple(columns),
        rows=tuple(
            tuple(_cell(turns[n], place, limit) for n, place in enumerate(row)) for row in rows
        ),
        marks=tuple(tuple(_differs(row, n, wrong[n]) for n in range(len(shown))) for row in rows),
        left_columns=len(sides) - len(shown),
        left_rows=len(slots) - len(rows),
    )


def _slots(sides: Sequence[_Side]) -> list[list[int | None]]:
    """Rows of message numbers, one for each column: what the first has, and others' own between."""
    views = [view_of(side.conversation, _LEVEL)["messages"] for side in sides]
    rows: list[list[int | None]] = [[n, *[None] * (len(sides) - 1)] for n in range(len(views[0]))]
    for column, view in enumerate(views[1:], 1):
        at = 0  # the row after the last one that is taken
        for one, other in pairs_of(views[0], view):
            if one is not None:
                at = next(n for n, row in enumerate(rows) if row[0] == one)
                rows[at][column] = other
                at += 1
            elif at < len(rows) and rows[at][0] is None and rows[at][column] is None:
                rows[at][column] = other
                at += 1
            else:
                row: list[int | None] = [None] * len(sides)
                row[column] = other
                rows.insert(at, row)
                at += 1
    return rows


def _cell(turns: Sequence[Message], place: int | None, limit: int) -> MessageView | None:
    return None if place is None else message_view(turns[place], limit)


def _differs(row: Sequence[int | None], column: int, wrong: set[str | int]) -> bool:
    """Differences inside messages have the first one's numbers."""
    if not column:
        return False
    if row[0] is None:
        return row[column] is not None
    return row[column] is None or row[0] in wrong
