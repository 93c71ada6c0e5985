"""A cassette as JSON values: the shape of `stream-cassette show --json`, schema 1.

Sizes and digests are of bytes as stored: after transfer decoding, before content decoding.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any

from stream_cassette.api import exchange_of, frames_of
from stream_cassette.cassette.model import Cassette, Interaction, header
from stream_cassette.conversation.model import Exchange
from stream_cassette.wire.framing import DECODERS, media_type

__all__ = ["SCHEMA", "cassette_json"]

SCHEMA = 1

# media types whose bodies come in frames; JSON does where it is an array (Gemini)
_STREAMS = frozenset(DECODERS) - {"application/json"}


def cassette_json(cassette: Cassette) -> dict[str, Any]:
    """The whole cassette; only values that JSON has."""
    return {
        "schema": SCHEMA,
        "path": cassette.path,
        "format": cassette.format,
        "interactions": [_interaction(n, one) for n, one in enumerate(cassette.interactions)],
        "conversations": [
            {
                "interactions": list(one.interactions),
                "messages": [message.to_dict() for message in one.messages],
            }
            for one in cassette.conversations
        ],
    }


def _interaction(index: int, one: Interaction) -> dict[str, Any]:
    request, response = one.request, one.response
    exchange = exchange_of(one)
    handed_on = sum(frame.dispatch for frame in frames_of(response))
    return {
        "index": index,
        "method": request.method,
        "url": request.url,
        "status": response.status,
        "dialect": None if exchange is None else exchange.dialect,
        "vendor": None if exchange is None else exchange.vendor,
        "streaming": _is_streaming(one, handed_on),
        "request_bytes": len(request.body),
        "response_bytes": len(response.body),
        "request_sha256": sha256(request.body).hexdigest(),
        "response_sha256": sha256(response.body).hexdigest(),
        "head_ms": response.head_ms,
        "chunks": None if response.cuts is None else [list(cut) for cut in response.cuts],
        "ending": response.ending.to_dict(),
        "frames": handed_on,
        "exchange": None if exchange is None else _exchange(exchange),
    }


def _is_streaming(one: Interaction, frames: int) -> bool:
    """Whether the answer's media type is one that comes in frames, or it came in several."""
    media = media_type(header(one.response.headers, "content-type"))
    return media in _STREAMS or frames > 1


def _exchange(exchange: Exchange) -> dict[str, Any]:
    return {
        "dialect": exchange.dialect,
        "vendor": exchange.vendor,
        "candidates": [message.to_dict() for message in exchange.candidates],
        "usage": None if exchange.usage is None else exchange.usage.to_dict(),
        "error": None if exchange.error is None else exchange.error.to_dict(),
        "termination": exchange.termination,
    }
