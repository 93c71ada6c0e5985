"""What was said, as the JSON values that are compared: all that two runs have in common.

That is the level `exact` of `comparison`, and whether a part was signed at all. Asked for whole,
ids, opaque values and counts stand there as well.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from stream_cassette.cassette.bindings import Bindings
from stream_cassette.cassette.model import Interaction
from stream_cassette.cassette.settled import ISSUED_VALUE, how_ended, settled
from stream_cassette.cassette.volatile_names import never_counts
from stream_cassette.comparison.view import turns_of, view_of
from stream_cassette.conversation.model import Conversation, Exchange, Message
from stream_cassette.conversation.parts import Compaction, Part, Reasoning

__all__ = ["View", "bound", "exchange_view", "view"]

# members in which a provider's own JSON stands
_PROVIDERS = frozenset({"citations", "extra", "value", "server_tool_call_response"})


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """The messages that are compared, and each as a JSON value."""

    turns: tuple[Message, ...]
    values: tuple[dict[str, Any], ...]


def bound(value: Any, bindings: Bindings) -> Any:
    """The JSON value with the other side's issued values in the place of its own."""
    text = json.dumps(value, ensure_ascii=False)
    mapped = bindings.text(text)
    return value if mapped is text or mapped == text else json.loads(mapped)


def view(messages: Sequence[Message], bindings: Bindings, *, whole: bool) -> View:
    """Neighbours of one role are one message, adjacent text is joined, empty parts are gone."""
    conversation = Conversation(messages=tuple(messages))
    turns = turns_of(conversation, "exact")
    shown: list[Any] = view_of(conversation, "exact", never_counts)["messages"]
    make = _whole if whole else _masked
    values = [make(turn, value) for turn, value in zip(turns, shown, strict=True)]
    return View(turns=tuple(turns), values=tuple(bound(values, bindings)))


def exchange_view(
    exchange: Exchange, interaction: Interaction, bindings: Bindings, *, whole: bool
) -> dict[str, Any]:
    """How the answer came to its end, and what was said beside it."""
    made: list[Any] = view_of(Conversation(exchanges=(exchange,)), "exact", never_counts)[
        "exchanges"
    ]
    shown: dict[str, Any] = made[0] | {
        "status": interaction.response.status,
        "ending": how_ended(interaction.response.ending),
    }
    if whole:
        return exchange.to_dict() | shown
    shown.pop("usage", None)
    out: dict[str, Any] = bound(shown, bindings)
    return out


def _masked(turn: Message, value: dict[str, Any]) -> dict[str, Any]:
    out = dict(value)
    out["parts"] = [_signed(*pair) for pair in zip(turn.parts, value["parts"], strict=True)]
    if turn.finish_reason is not None:
        reason = turn.finish_reason
        is_plain = reason.raw in (None, reason.unified)
        out["finish_reason"] = reason.unified if is_plain else f"{reason.unified} ({reason.raw})"
        if (detail := value["finish_reason"].get("detail")) is not None:
            out["finish_detail"] = detail
    return out


def _signed(part: Part, value: dict[str, Any]) -> dict[str, Any]:
    """With a word where there is an opaque value, which is another one in each run."""
    out = dict(value)
    members = part.to_dict()
    for name in _PROVIDERS & set(out):  # less what is volatile, and what is issued as a word
        out[name] = settled(members[name], 1)
    if part.signature:
        out["signature"] = ISSUED_VALUE
    if isinstance(part, (Reasoning, Compaction)) and part.issued:
        out["issued"] = ISSUED_VALUE
    return out


def _whole(turn: Message, value: dict[str, Any]) -> dict[str, Any]:
    return _masked(turn, value) | turn.to_dict()
