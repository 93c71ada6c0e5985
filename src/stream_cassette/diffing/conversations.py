"""Conversations compared: what was said, what was asked for beside it, how the answers ended.

A change is told once: what a later request carries back of a changed answer is not told again,
nor is a setting that every request has; and what is common to conversations that branch is told
with the first one.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from stream_cassette.cassette.difference import MISSING
from stream_cassette.cassette.model import Request
from stream_cassette.comparison.match import Divergence, message_divergences, pairs_of
from stream_cassette.conversation.chain import Step
from stream_cassette.conversation.model import History
from stream_cassette.diffing.model import ConversationDiff, Status, Turn
from stream_cassette.diffing.pace import pace_of, tokens_of
from stream_cassette.diffing.requests import body_value, head_changes, held_by, settings_of
from stream_cassette.diffing.rules import Place, Rules, changes_at, divergence
from stream_cassette.diffing.talks import Talk, paired, step_pairs
from stream_cassette.diffing.views import exchange_view, view

__all__ = ["conversation_diffs"]


def conversation_diffs(
    left: Sequence[Talk], right: Sequence[Talk], rules: Rules
) -> tuple[ConversationDiff, ...]:
    """Each pair of conversations, in the left cassette's order, new ones at the end."""
    told: set[str] = set()  # what an earlier conversation with the same beginning has told
    found = []
    for one, other in paired(left, right):
        if one is None or other is None:
            found.append(_single(one, other))
        else:
            found.append(_compared(one, other, rules, told))
    return tuple(found)


def _compared(left: Talk, right: Talk, rules: Rules, told: set[str]) -> ConversationDiff:
    said = message_divergences(left.view.values, right.view.values)
    found = rules.kept([*said, *_Beside(left, right, rules, said).changes()])
    beginning = left.steps[0].spoken.index
    fresh = [one for one in found if _mark(beginning, one) not in told]
    told |= {_mark(beginning, one) for one in fresh}
    return _diff("changed" if fresh else "same", left, right, tuple(fresh))


def _single(one: Talk | None, other: Talk | None) -> ConversationDiff:
    return _diff("removed" if other is None else "added", one, other, ())


def _diff(
    status: Status, one: Talk | None, other: Talk | None, found: tuple[Divergence, ...]
) -> ConversationDiff:
    either = other or one
    assert either is not None
    return ConversationDiff(
        status=status,
        left=None if one is None else one.number,
        right=None if other is None else other.number,
        left_interactions=one.conversation.interactions if one else (),
        right_interactions=other.conversation.interactions if other else (),
        title=either.title,
        differences=found,
        turns=() if status == "same" else tuple(_turns(one, other, found)),
        pace=pace_of(
            one.interactions if one else (),
            other.interactions if other else (),
            (_tokens(one), _tokens(other)),
        ),
    )


def _tokens(talk: Talk | None) -> str:
    return "" if talk is None else tokens_of(step.spoken.exchange for step in talk.steps)


def _turns(one: Talk | None, other: Talk | None, found: Iterable[Divergence]) -> Iterable[Turn]:
    by_place: dict[tuple[bool, int], list[Divergence]] = {}
    for each in found:
        if each.steps[0] == "messages" and isinstance(each.steps[1], int):
            is_new = each.kind == "right_only" and len(each.steps) == 2
            by_place.setdefault((is_new, each.steps[1]), []).append(each)
    left, right = (() if talk is None else talk.view.values for talk in (one, other))
    for i, j in pairs_of(left, right):
        place = i if i is not None else j
        assert place is not None
        inside = tuple(by_place.get((i is None, place), ()))
        yield Turn(
            status=_turn_status(i, j, inside),
            place=place,
            left=None if i is None or one is None else one.view.turns[i],
            right=None if j is None or other is None else other.view.turns[j],
            differences=inside,
        )


def _turn_status(i: int | None, j: int | None, inside: Sequence[Divergence]) -> Status:
    if i is None or j is None:
        return "added" if i is None else "removed"
    return "changed" if inside else "same"


class _Beside:
    """What two conversations have otherwise beside what was said: requests and endings."""

    def __init__(self, left: Talk, right: Talk, rules: Rules, said: Iterable[Divergence]) -> None:
        self._left, self._right, self._rules = left, right, rules
        self._known = {key for one in said for key in _keys(one)}

    def changes(self) -> Iterable[Divergence]:
        """Step by step."""
        for i, j in step_pairs(self._left, self._right):
            if i is None or j is None:
                yield self._lone(i, j)
                continue
            yield from self._request(i, j)
            yield from self._exchange(i, j)

    def _lone(self, i: int | None, j: int | None) -> Divergence:
        talk, place = (self._left, i) if i is not None else (self._right, j)
        assert place is not None
        value = _exchange_of(talk, place, self._rules)
        sides = (value, MISSING) if i is not None else (MISSING, value)
        return divergence(("exchanges", place), *sides)

    def _exchange(self, i: int, j: int) -> list[Divergence]:
        left, right = (
            _exchange_of(talk, place, self._rules)
            for talk, place in ((self._left, i), (self._right, j))
        )
        return changes_at(("exchanges", i), left, right)

    def _request(self, i: int, j: int) -> Iterator[Divergence]:
        """What is asked for, then what is carried back; nothing that was told already."""
        left, right = self._left.interactions[i].request, self._right.interactions[j].request
        at: Place = ("requests", i)
        histories = [self._left.steps[i].spoken.history, self._right.steps[j].spoken.history]
        found = head_changes(left, right, at)
        are_alike = self._are_alike(left, right, histories)
        if not are_alike:
            whole = self._rules.whole
            settings = (settings_of(each, histories, whole=whole) for each in (left, right))
            found += changes_at(at, *settings)
        for one in found:
            if self._is_fresh({_text([one.steps[2:], one.left, one.right])}):
                yield one
        if are_alike:
            return
        end = max(_end(self._left.steps[i]), _end(self._right.steps[j]))
        for one in self._carried(histories, end):
            if self._is_fresh(set(_keys(one))):
                yield divergence((*at, *one.steps), *_sides(one))

    def _are_alike(self, left: Request, right: Request, histories: Sequence[History]) -> bool:
        """Whether the bodies are the same but for ids where a history stands: as most are."""
        held = frozenset(name for one in histories for name in held_by(one))
        whole = self._rules.whole
        one, other = (body_value(each, whole=whole, held=held) for each in (left, right))
        if one is None or one != other:
            return False
        return _text(one) == _text(other)  # for Python true is 1

    def _carried(self, histories: Sequence[History], end: int) -> list[Divergence]:
        """Where what the requests have of the conversation so far differs."""
        talks = self._left, self._right
        one, other = (
            view(history.messages[:end], talk.bindings, whole=self._rules.whole).values
            for history, talk in zip(histories, talks, strict=True)
        )
        return message_divergences(one, other)

    def _is_fresh(self, keys: set[str]) -> bool:
        """Whether it was not told yet, as what was said or with an earlier request."""
        is_fresh = not keys & self._known
        self._known |= keys
        return is_fresh


def _exchange_of(talk: Talk, place: int, rules: Rules) -> dict[str, Any]:
    spoken = talk.steps[place].spoken
    return exchange_view(
        spoken.exchange, talk.interactions[place], talk.bindings, whole=rules.whole
    )


def _end(step: Step) -> int:
    """How many of the request's messages were said before."""
    return len(step.spoken.history.messages) if step.link.again else step.link.end


def _sides(one: Divergence) -> tuple[Any, Any]:
    return (
        MISSING if one.kind == "right_only" else one.left,
        MISSING if one.kind == "left_only" else one.right,
    )


def _keys(one: Divergence) -> Iterable[str]:
    """By what a difference of messages is known again in a later request, wherever it stands."""
    tail = list(one.steps[2:])
    if len(tail) == 2 and tail[0] == "parts":  # a part that only one side has, wherever
        yield _text([one.kind, _spoken(one.left), _spoken(one.right)])
    elif tail:
        yield _text([tail[2:] if tail[0] == "parts" else tail, one.left, one.right])
    else:
        message = one.left if one.kind == "left_only" else one.right
        for part in message["parts"]:
            sides = (part, None) if one.kind == "left_only" else (None, part)
            yield _text([one.kind, *map(_spoken, sides)])


def _spoken(part: Any) -> Any:
    """What a part says, less what a client may not carry back."""
    if not isinstance(part, dict):
        return part
    return {name: part[name] for name in _SPOKEN if name in part}


_SPOKEN = ("type", "content", "name", "arguments", "response")


def _mark(beginning: int, one: Divergence) -> str:
    return _text([beginning, one.path, one.kind, one.left, one.right])


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=str)
