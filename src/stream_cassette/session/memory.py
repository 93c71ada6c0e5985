"""A recorder's book in memory: for what is only looked at and never written."""

from __future__ import annotations

from dataclasses import replace

from stream_cassette.cassette.model import Cut, Ending, Interaction, Request, Response, header
from stream_cassette.wire.encoding import CorruptEncoding, UnknownEncoding, decode

__all__ = ["MemoryBook"]

_LEFT_EARLY = Ending(kind="client-closed")


class _MemoryLog:
    """One exchange, whole."""

    def __init__(self, request: Request, sent_at: str) -> None:
        self._request = request
        self._sent_at = sent_at
        self._head = Response(status=0)
        self._pieces: list[bytes] = []
        self._times: list[float] = []
        self._ending: Ending | None = None

    @property
    def tail(self) -> bytes:
        body = b"".join(self._pieces)
        try:
            return decode(body, header(self._head.headers, "content-encoding"))
        except (UnknownEncoding, CorruptEncoding):
            return body

    def head(self, response: Response) -> None:
        self._head = response

    def chunk(self, data: bytes, offset_ms: float) -> None:
        self._pieces.append(data)
        self._times.append(offset_ms)

    def end(self, ending: Ending) -> None:
        self._ending = ending

    def interaction(self) -> Interaction:
        pairs = zip(self._pieces, self._times, strict=True)
        cuts = tuple(Cut(size_bytes=len(piece), offset_ms=ms) for piece, ms in pairs)
        response = replace(
            self._head,
            body=b"".join(self._pieces),
            cuts=cuts if self._head.status else None,
            ending=self._ending or _LEFT_EARLY,
        )
        return Interaction(request=self._request, response=response, recorded_at=self._sent_at)


class MemoryBook:
    """Every exchange as it was, unmasked; see `recorder.Book`."""

    def __init__(self) -> None:
        self._logs: list[_MemoryLog] = []

    def start(self, request: Request, sent_at: str) -> _MemoryLog:
        """A log for a request that is about to be sent."""
        self._logs.append(_MemoryLog(request, sent_at))
        return self._logs[-1]

    def interactions(self) -> list[Interaction]:
        """What was kept, in order of sending."""
        return [log.interaction() for log in self._logs]
