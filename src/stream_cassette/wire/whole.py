"""A body that is not streamed: one frame, given at its end."""

from __future__ import annotations

from stream_cassette.wire.framing import Frame, text_of

__all__ = ["WholeDecoder"]


class WholeDecoder:
    """Collects the body; `close` gives it as one frame, or none if it is empty."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def feed(self, data: bytes) -> list[Frame]:
        """Always empty: the frame comes at the end."""
        self._parts.append(data)
        return []

    def close(self) -> list[Frame]:
        """The body as one frame; its text is UTF-8 with replacement characters."""
        raw = b"".join(self._parts)
        self._parts.clear()
        return [Frame(data=text_of(raw), raw=raw, start=0)] if raw else []
