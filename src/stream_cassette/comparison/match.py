"""Whether conversations say the same, at a level, and where not.

Messages are aligned by role and kinds of parts first, so that one turn more is one difference and
not one in every turn after it; the members of what is left are compared as JSON values.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from stream_cassette.comparison.align import Pair, aligned
from stream_cassette.comparison.ignore import MatchLevel
from stream_cassette.comparison.json_diff import Changed, Kind, Step, changes
from stream_cassette.comparison.view import IsVolatile, never, view_of
from stream_cassette.conversation.model import Conversation
from stream_cassette.conversation.parts import JSON, shortened

__all__ = ["Divergence", "compare", "message_divergences", "pairs_of"]

_SHOWN = 60  # characters of a value
_PLAIN_NAME = re.compile(r"[A-Za-z_$][A-Za-z0-9_$-]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Divergence:
    """One place where two conversations do not say the same.

    `steps` lead to it in the compared view of the left conversation (of the right one, where only
    that has it): `messages`, in which neighbours of one role are one and adjacent text is joined,
    and `exchanges`. `path` is the same as text. `kind` is `changed`, `left_only` or `right_only`;
    the value that is missing is None.
    """

    steps: tuple[Step, ...]
    kind: Kind
    left: JSON
    right: JSON

    @property
    def path(self) -> str:
        """`messages[2].parts[0].arguments.location`."""
        text = ""
        for step in self.steps:
            if isinstance(step, int):
                text += f"[{step}]"
            elif _PLAIN_NAME.fullmatch(step):
                text += f".{step}" if text else step
            else:
                text += f"[{json.dumps(step)}]"
        return text

    def __str__(self) -> str:
        if self.kind != "changed":
            side, value = ("left", self.left) if self.kind == "left_only" else ("right", self.right)
            is_message = len(self.steps) == 2 and self.steps[0] == "messages"
            return f"{self.path}: only on the {side}: {(_outline if is_message else _shown)(value)}"
        return f"{self.path}: {_shown(self.left)} ≠ {_shown(self.right)}"

    def to_dict(self) -> dict[str, Any]:
        """Path, kind, both values, and the line of text."""
        return {
            "path": self.path,
            "kind": self.kind,
            "left": self.left,
            "right": self.right,
            "text": str(self),
        }


def compare(
    left: Conversation,
    right: Conversation,
    *,
    level: MatchLevel = "structure",
    ignores: Callable[[tuple[Step, ...]], bool] = lambda steps: False,
    is_volatile: IsVolatile = never,
) -> tuple[Divergence, ...]:
    """Every place where the conversations differ at the level, in order; none if they match.

    `ignores` says of a place that it does not count, `is_volatile` of a member of the provider's
    own JSON.
    """
    one, other = view_of(left, level, is_volatile), view_of(right, level, is_volatile)
    found = message_divergences(one["messages"], other["messages"])
    exchanges = changes(one["exchanges"], other["exchanges"])
    found += [_below(("exchanges",), change) for change in exchanges]
    return tuple(one for one in found if not ignores(one.steps))


def message_divergences(left: Sequence[Any], right: Sequence[Any]) -> list[Divergence]:
    """Where two lists of messages differ, as a view has them; paths begin with `messages`."""
    found: list[Divergence] = []
    for one, other in pairs_of(left, right):
        if one is None and other is not None:
            found.append(_only(("messages", other), "right_only", right[other]))
        elif one is not None and other is None:
            found.append(_only(("messages", one), "left_only", left[one]))
        elif one is not None and other is not None:
            found += _of_message(("messages", one), left[one], right[other])
    return found


def _of_message(at: tuple[Step, ...], left: Any, right: Any) -> list[Divergence]:
    found: list[Divergence] = []
    parts, others = left["parts"], right["parts"]
    for one, other in aligned(*([(part["type"],) for part in side] for side in (parts, others))):
        if one is not None and other is not None:
            place = (*at, "parts", one)
            found += [_below(place, each) for each in changes(parts[one], others[other])]
        elif one is not None:
            found.append(_only((*at, "parts", one), "left_only", parts[one]))
        elif other is not None:
            found.append(_only((*at, "parts", other), "right_only", others[other]))
    rest = [{key: value for key, value in side.items() if key != "parts"} for side in (left, right)]
    return found + [_below(at, each) for each in changes(*rest)]


def pairs_of(left: Sequence[Any], right: Sequence[Any]) -> Iterator[Pair]:
    """Which message of one view is which of the other: by role, and kinds of parts if possible."""
    return aligned([_label(one) for one in left], [_label(one) for one in right])


def _label(message: Any) -> tuple[str, ...]:
    return message["role"], *(part["type"] for part in message["parts"])


def _below(at: tuple[Step, ...], change: Changed) -> Divergence:
    steps = at + change.steps
    return Divergence(steps=steps, kind=change.kind, left=change.left, right=change.right)


def _only(at: tuple[Step, ...], kind: Kind, value: JSON) -> Divergence:
    left, right = (value, None) if kind == "left_only" else (None, value)
    return Divergence(steps=at, kind=kind, left=left, right=right)


def _outline(message: Any) -> str:
    kinds = ", ".join(str(part["type"]) for part in message["parts"]) or "nothing"
    return f"{message['role']}: {shortened(kinds, _SHOWN)}"


def _shown(value: JSON) -> str:
    return shortened(json.dumps(value, ensure_ascii=False), _SHOWN)
