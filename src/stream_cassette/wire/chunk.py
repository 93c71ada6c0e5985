"""What the network handed over in one read."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Chunk"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """One read: `data` after transfer decoding and before content decoding.

    `offset_ms` is the time since the response head, in milliseconds.
    """

    data: bytes
    offset_ms: float
