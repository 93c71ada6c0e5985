"""The chains of two cassettes, each helped by the other's.

Where an answer was changed and what later requests carry of it was not, the chain is broken on that
side only: the same request goes on from an answer on one side, and on the other from none, or from
an earlier one. It is taken to go on there as well, so that the change is one change, and not a
conversation that ends and another that begins.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from stream_cassette.cassette.model import Cassette
from stream_cassette.conversation.chain import Step
from stream_cassette.diffing.pairs import first_alike, same_request

__all__ = ["chained_alike"]


def chained_alike(
    left: Sequence[Step], right: Sequence[Step], ours: Cassette, theirs: Cassette
) -> tuple[tuple[Step, ...], tuple[Step, ...]]:
    """The steps of both, those that lack what they go on from linked as their like is."""
    if _places(left) == _places(right):  # nothing is broken, on one side alone
        return tuple(left), tuple(right)
    asked = [
        [(step, same_request(cassette.interactions[step.spoken.index])) for step in steps]
        for steps, cassette in ((left, ours), (right, theirs))
    ]
    pairs = first_alike(asked[0], asked[1], [lambda one: one[1]])
    both = [(one[0], other[0]) for one, other in pairs if one is not None and other is not None]
    forth = {one.place: other.place for one, other in both}
    back = {other.place: one.place for one, other in both}
    return _linked(left, right, forth, back), _linked(right, left, back, forth)


def _places(steps: Sequence[Step]) -> list[int | None]:
    return [None if step.previous is None else step.previous.place for step in steps]


def _linked(
    steps: Sequence[Step], model: Sequence[Step], to_model: dict[int, int], back: dict[int, int]
) -> tuple[Step, ...]:
    """`model` has the other side's steps; the dicts lead from place to place."""
    made: list[Step] = []
    for step in steps:
        previous, link = step.previous, step.link
        like = model[to_model[step.place]] if step.place in to_model else None
        if like is not None and like.previous is not None:
            before = back.get(like.previous.place, -1)
            nearest = -1 if previous is None else previous.place
            if nearest < before < step.place:
                previous, link = steps[before], like.link
        if previous is None:
            made.append(step)
        else:
            before_it = made[previous.place]
            turn = before_it.turn if link.again else before_it.turn + 1
            made.append(replace(step, previous=before_it, link=link, turn=turn))
    return tuple(made)
