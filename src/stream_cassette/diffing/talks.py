"""The conversations of a cassette with their steps, and which of two cassettes' are which."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TypeAlias

from stream_cassette.cassette.model import Cassette, Interaction
from stream_cassette.comparison.align import Pair
from stream_cassette.conversation.chain import Step, chained, conversations_of
from stream_cassette.conversation.model import Conversation
from stream_cassette.conversation.parts import Text, shortened
from stream_cassette.diffing.rules import Rules
from stream_cassette.diffing.views import View, view
from stream_cassette.meaning import spoken_of

__all__ = ["Talk", "TalkPair", "paired", "step_pairs", "talks_of"]

_ASKED = 48  # characters of the first question in a title


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Talk:
    """A conversation: its number in the cassette, the compared view, and its steps in order."""

    number: int
    conversation: Conversation
    view: View
    steps: tuple[Step, ...]
    interactions: tuple[Interaction, ...]

    @property
    def title(self) -> str:
        """`openai-chat (vercel) · What's the weather in Florence, Italy?`."""
        first = self.steps[0].spoken.exchange
        who = f"{first.dialect} ({first.vendor})" if first.vendor else first.dialect
        users = (one for one in self.view.turns if one.role == "user")
        texts = (part.content for one in users for part in one.parts if isinstance(part, Text))
        asked = next((text for text in texts if text.strip()), "")
        return f"{who} · {shortened(asked, _ASKED)}" if asked else who


TalkPair: TypeAlias = tuple[Talk | None, Talk | None]


def talks_of(cassette: Cassette, rules: Rules) -> tuple[Talk, ...]:
    """All conversations, in the cassette's order. Raises: DialectError."""
    steps = chained(spoken_of(cassette.interactions))
    by_index = {step.spoken.index: step for step in steps}
    return tuple(
        Talk(
            number=number,
            conversation=one,
            view=view(one.messages, whole=rules.whole),
            steps=tuple(by_index[index] for index in one.interactions),
            interactions=tuple(cassette.interactions[index] for index in one.interactions),
        )
        for number, one in enumerate(conversations_of(steps))
    )


def paired(left: Sequence[Talk], right: Sequence[Talk]) -> Iterator[TalkPair]:
    """Which conversation is which; the left one's in order, then what is left over.

    Those that say the same first, then those that begin alike, then by their order. Requests that
    ran beside each other are recorded in any order, so it does not count.
    """
    given: dict[int, Talk] = {}
    taken: set[int] = set()
    for key_of in _KEYS:
        free: dict[Hashable, deque[Talk]] = {}
        for other in right:
            if other.number not in taken:
                free.setdefault(key_of(other), deque()).append(other)
        for one in left:
            waiting = None if one.number in given else free.get(key_of(one))
            if waiting:
                given[one.number] = waiting.popleft()
                taken.add(given[one.number].number)
    for one in left:
        yield one, given.get(one.number)
    yield from ((None, other) for other in right if other.number not in taken)


def step_pairs(left: Talk, right: Talk) -> Iterator[Pair]:
    """Which step is which: by how much each request carries, if one side has more steps."""
    if len(left.steps) == len(right.steps):
        yield from ((n, n) for n in range(len(left.steps)))
        return
    sizes = [[len(step.spoken.history.messages) for step in one.steps] for one in (left, right)]
    matcher = SequenceMatcher(None, sizes[0], sizes[1], autojunk=False)
    for _, i, i_end, j, j_end in matcher.get_opcodes():
        both = min(i_end - i, j_end - j)
        yield from ((i + n, j + n) for n in range(both))
        yield from ((n, None) for n in range(i + both, i_end))
        yield from ((None, n) for n in range(j + both, j_end))


def _said(talk: Talk) -> Hashable:
    return json.dumps(talk.view.values, sort_keys=True, default=str)


def _opening(talk: Talk) -> Hashable:
    """All that was asked at first."""
    asked = len(talk.steps[0].spoken.history.messages)
    return json.dumps(talk.view.values[:asked], sort_keys=True, default=str)


def _question(talk: Talk) -> Hashable:
    return talk.title


def _dialect(talk: Talk) -> Hashable:
    return talk.steps[0].spoken.exchange.dialect


def _any(talk: Talk) -> Hashable:
    return True


_KEYS: tuple[Callable[[Talk], Hashable], ...] = (_said, _opening, _question, _dialect, _any)
