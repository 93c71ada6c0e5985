"""Answers less what differs between two runs that say the same: what is compared of them.

Volatile members and events are gone, issued values are one word, masks have one length; what a
model made up for a tool is left as it is.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from stream_cassette.cassette.bindings import Bindings
from stream_cassette.cassette.model import Ending, Response, header
from stream_cassette.cassette.volatile_names import (
    ARGUMENTS,
    VOLATILE_EVENTS,
    is_issued,
    is_volatile,
)
from stream_cassette.wire.framing import DECODERS, Frame, media_type

__all__ = [
    "BY_CALLER",
    "ISSUED_VALUE",
    "how_ended",
    "is_framed",
    "items_of",
    "settled",
    "unstarred",
]

ISSUED_VALUE = "(an issued value)"
BY_CALLER = ("client-closed", "pending")  # endings that the caller made
_MASK = re.compile(r"\*{4,}")


def items_of(
    frames: Iterable[Frame], bindings: Bindings, *, whole: bool = False
) -> list[dict[str, Any]]:
    """What the frames hand on: event and data (JSON as its value), or the fault of a frame.

    What differs from run to run is left out, unless they are asked for `whole`; values that
    `bindings` know are replaced.

    Raises: RecursionError: JSON is nested too deep.
    """
    items: list[dict[str, Any]] = []
    for frame in frames:
        if frame.fault is not None:
            items.append({"event": frame.event, "fault": frame.fault})
        elif frame.dispatch:
            data = _data(bindings.text(frame.data), whole)
            kind = data.get("type") if isinstance(data, dict) else None
            if whole or not VOLATILE_EVENTS & {
                frame.event,
                kind if isinstance(kind, str) else None,
            }:
                items.append({"event": frame.event, "data": data})
    return items


def settled(value: Any, depth: int = 0) -> Any:
    """The JSON value less what is volatile, with one word for every issued value."""
    if isinstance(value, str):
        return unstarred(value)
    if isinstance(value, list):
        return [settled(item, depth + 1) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        name: _member(name, child, value, depth + 1)
        for name, child in value.items()
        if not is_volatile(name, depth)
    }


def how_ended(ending: Ending) -> str:
    """An ending in a word or two, without the client library's message."""
    if ending.kind == "error":
        return f"{ending.error} error"
    return "closed by the client" if ending.kind in BY_CALLER else ending.kind


def is_framed(response: Response) -> bool:
    """Whether the body comes in frames, or is JSON: else its bytes are all there is."""
    media = media_type(header(response.headers, "content-type"))
    return media in DECODERS or "json" in media


def unstarred(text: str) -> str:
    """The text with masks of one length: a secret may have another length in another run."""
    return _MASK.sub("****", text) if "****" in text else text


def _is_padding(event: str | None, data: Any) -> bool:
    kind = data.get("type") if isinstance(data, dict) else None
    return bool(VOLATILE_EVENTS & {event, kind if isinstance(kind, str) else None})


def _data(text: str, whole: bool) -> Any:
    try:
        value = json.loads(text)
    except ValueError:
        return text if whole else unstarred(text)
    return value if whole else settled(value)


def _member(name: str, child: Any, holder: Mapping[str, Any], depth: int) -> Any:
    if name in ARGUMENTS:
        return child
    if child and isinstance(child, str) and is_issued(name, holder):
        return ISSUED_VALUE
    return settled(child, depth)
