"""What a file of a format does not hold of a cassette: said before it is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from stream_cassette.cassette.model import COMPLETE, Cassette, Headers, Interaction

__all__ = ["Loss", "losses"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """One kind of thing that is lost, and in which interactions (from 0)."""

    what: str
    interactions: tuple[int, ...]

    def to_dict(self) -> dict[str, Any]:
        """Both of them."""
        return {"what": self.what, "interactions": list(self.interactions)}


_OF_THE_CODING: Final = ("content-encoding", "content-length")


def _names(headers: Headers) -> list[str]:
    """In lower case, as they are compared; without those that speak of the body's coding."""
    names = sorted(name.lower() for name, _ in headers)
    return [name for name in names if name not in _OF_THE_CODING]


# what is lost → what to look at; None and nothing at all can't be lost
_LOOKS: Final[dict[str, Callable[[Interaction], Any]]] = {
    "cut points and the times of the chunks": lambda one: one.response.cuts,
    "how the exchange ended": lambda one: (
        None if one.response.ending == COMPLETE else one.response.ending
    ),
    "the content coding: bodies are written decoded": lambda one: one.response.body,
    "the time to the response head": lambda one: one.response.head_ms,
    "the HTTP version": lambda one: one.response.http_version,
    "when it was recorded": lambda one: one.recorded_at,
    "which places of the request match anything": lambda one: one.masked,
    "the mark that a body was rendered again": lambda one: one.re_rendered,
    "the mark that masking changed a compressed body": lambda one: one.response.reencoded,
    "headers of the request": lambda one: _names(one.request.headers),
    "headers of the response": lambda one: _names(one.response.headers),
    "the reason phrase": lambda one: one.response.reason,
}


def losses(cassette: Cassette, held: Cassette) -> tuple[Loss, ...]:
    """What `held`, made of the cassette by a format, has not kept; nothing: an empty tuple."""
    found = []
    for what, look in _LOOKS.items():
        where = tuple(
            index
            for index, (one, kept) in enumerate(
                zip(cassette.interactions, held.interactions, strict=True)
            )
            if (wanted := look(one)) and look(kept) != wanted
        )
        if where:
            found.append(Loss(what=what, interactions=where))
    return tuple(found)
