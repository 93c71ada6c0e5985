"""Placeholder until the masker is here."""

from __future__ import annotations

from typing import NamedTuple

from stream_cassette.cassette.secret_names import Redaction

__all__ = ["BodyMasker", "Patch"]


class Patch(NamedTuple):
    """Bytes that replace earlier output at `start`."""

    start: int
    data: bytes


class BodyMasker:
    """Masks nothing yet."""

    def __init__(self, media: str, redaction: Redaction) -> None:
        self.places: tuple[str, ...] = ()
        self.held_bytes = 0

    def feed(self, data: bytes) -> tuple[bytes, tuple[Patch, ...]]:
        """The data."""
        return data, ()

    def close(self) -> tuple[Patch, ...]:
        """Nothing."""
        return ()
