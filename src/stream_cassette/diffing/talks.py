"""The conversations of a cassette with their steps, and which of two cassettes' are which."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TypeAlias

from stream_cassette.cassette.bindings import Bindings
from stream_cassette.cassette.model import Cassette, Interaction
from stream_cassette.comparison.align import Pair
from stream_cassette.conversation.chain import Step, chained, conversations_of
from stream_cassette.conversation.model import Conversation
from stream_cassette.conversation.parts import Text, shortened
from stream_cassette.diffing.links import chained_alike
from stream_cassette.diffing.pairs import first_alike, rebound, same_request
from stream_cassette.diffing.rules import Rules
from stream_cassette.diffing.views import View, view
from stream_cassette.meaning import spoken_of

__all__ = ["Talk", "TalkPair", "paired", "step_pairs", "talks_in", "talks_of"]

_ASKED = 48  # characters of the first question in a title


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Talk:
    """A conversation: its number in the cassette, the compared view, and its steps in order.

    Of the right one the requests are rebound, and so is what is compared, by its `bindings`.
    """

    number: int
    conversation: Conversation
    view: View
    steps: tuple[Step, ...]
    interactions: tuple[Interaction, ...]
    bindings: Bindings

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


def talks_of(
    left: Cassette, right: Cassette, rules: Rules, bindings: Bindings
) -> tuple[tuple[Talk, ...], tuple[Talk, ...]]:
    """All conversations of both, each in its cassette's order. Raises: DialectError."""
    ours, theirs = (chained(spoken_of(one.interactions)) for one in (left, right))
    again = rebound(right, bindings)
    ours, theirs = chained_alike(ours, theirs, left, again)
    return _talks(left, ours, rules, Bindings()), _talks(again, theirs, rules, bindings)


def talks_in(cassette: Cassette, rules: Rules, bindings: Bindings) -> tuple[Talk, ...]:
    """The conversations of one cassette alone. Raises: DialectError."""
    steps = chained(spoken_of(cassette.interactions))
    return _talks(rebound(cassette, bindings), steps, rules, bindings)


def _talks(
    cassette: Cassette, steps: Sequence[Step], rules: Rules, bindings: Bindings
) -> tuple[Talk, ...]:
    by_index = {step.spoken.index: step for step in steps}
    return tuple(
        Talk(
            number=number,
            conversation=one,
            view=view(one.messages, bindings, whole=rules.whole),
            steps=tuple(by_index[index] for index in one.interactions),
            interactions=tuple(cassette.interactions[index] for index in one.interactions),
            bindings=bindings,
        )
        for number, one in enumerate(conversations_of(steps))
    )


def paired(left: Sequence[Talk], right: Sequence[Talk]) -> Iterator[TalkPair]:
    """Which conversation is which; the left one's in order, then what is left over.

    Those that say the same first, then those that begin alike, then by their order. Requests that
    ran beside each other are recorded in any order, so it does not count.
    """
    return first_alike(left, right, _KEYS)


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


def _asked(talk: Talk) -> Hashable:
    return same_request(talk.interactions[0])


def _said(talk: Talk) -> Hashable:
    return json.dumps(talk.view.values, sort_keys=True, default=str)


def _opening(talk: Talk) -> Hashable:
    """All that was said at first."""
    asked = len(talk.steps[0].spoken.history.messages)
    return json.dumps(talk.view.values[:asked], sort_keys=True, default=str)


def _dialect(talk: Talk) -> Hashable:
    return talk.steps[0].spoken.exchange.dialect


_KEYS: tuple[Callable[[Talk], Hashable], ...] = (
    lambda talk: (_asked(talk), _said(talk)),
    lambda talk: (_asked(talk), len(talk.steps)),
    _asked,
    _said,
    _opening,
    lambda talk: talk.title,
    _dialect,
    lambda talk: True,
)
