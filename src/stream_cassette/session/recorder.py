"""Turn what a transport sees into interactions, in the order in which requests were sent.

A `Take` is one exchange while it runs. It never changes what passes by, keeps no reference to
the client, and ignores whatever comes after its ending.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock

from stream_cassette.cassette.model import (
    COMPLETE,
    Cut,
    Ending,
    Headers,
    Interaction,
    Request,
    Response,
)

__all__ = ["Recorder", "Take"]

IsFinished = Callable[[Request, Response], bool]

_LEFT_EARLY = Ending(kind="client-closed")


class Take:
    """One exchange being recorded; `clock` counts seconds from any point."""

    def __init__(
        self, request: Request, *, clock: Callable[[], float], sent_at: str, is_finished: IsFinished
    ) -> None:
        self.request = request
        self._clock = clock
        self._sent_at = sent_at
        self._is_finished = is_finished
        self._sent = clock()
        self._head: Response | None = None
        self._head_time = self._sent
        self._pieces: list[bytes] = []
        self._times: list[float] = []
        self._ending: Ending | None = None

    def head(self, *, status: int, reason: str, headers: Headers, http_version: str | None) -> None:
        """The response head has come."""
        self._head_time = self._clock()
        self._head = Response(
            status=status,
            reason=reason,
            headers=headers,
            http_version=http_version,
            head_ms=_ms(self._head_time - self._sent),
        )

    def chunk(self, data: bytes) -> None:
        """One read, just before the caller gets it; an empty one (HTTP/2's last) is no chunk."""
        if data and self._ending is None:
            self._times.append(_ms(self._clock() - self._head_time))
            self._pieces.append(bytes(data))

    def end(self, ending: Ending) -> None:
        """The exchange is over. The first ending counts.

        Where the caller's own side stopped after the stream had said its last word (the openai
        SDK leaves at `[DONE]`, or reads on for a moment and gives up), it was complete.
        """
        if self._ending is None:
            by_caller = ending.kind in ("client-closed", "pending")
            self._ending = COMPLETE if by_caller and self._has_said_all() else ending

    @property
    def has_ended(self) -> bool:
        """Whether the exchange is over."""
        return self._ending is not None

    def leave(self) -> None:
        """The caller left, between reads."""
        self.end(_LEFT_EARLY)

    def _has_said_all(self) -> bool:
        response = self._response(_LEFT_EARLY)
        return response.status != 0 and self._is_finished(self.request, response)

    def interaction(self) -> Interaction:
        """The exchange as it ended; one still open counts as left by the caller now."""
        self.leave()
        return Interaction(
            request=self.request,
            response=self._response(self._ending or _LEFT_EARLY),
            recorded_at=self._sent_at,
        )

    def _response(self, ending: Ending) -> Response:
        if self._head is None:
            return Response(status=0, ending=ending)
        head = self._head
        return Response(
            status=head.status,
            reason=head.reason,
            headers=head.headers,
            http_version=head.http_version,
            head_ms=head.head_ms,
            body=b"".join(self._pieces),
            cuts=tuple(
                Cut(size_bytes=len(piece), offset_ms=offset_ms)
                for piece, offset_ms in zip(self._pieces, self._times, strict=True)
            ),
            ending=ending,
        )


class Recorder:
    """The takes of one session, in order of sending."""

    def __init__(
        self,
        *,
        clock: Callable[[], float],
        now: Callable[[], str],
        is_finished: IsFinished,
    ) -> None:
        self._clock = clock
        self._now = now
        self._is_finished = is_finished
        self._takes: list[Take] = []
        self._lock = Lock()

    def start(self, request: Request) -> Take:
        """A request is about to be sent; its place in the cassette is fixed now."""
        with self._lock:
            take = Take(
                request, clock=self._clock, sent_at=self._now(), is_finished=self._is_finished
            )
            self._takes.append(take)
            return take

    def interactions(self) -> tuple[Interaction, ...]:
        """Everything recorded; exchanges that are still open are closed by this."""
        with self._lock:
            takes = tuple(self._takes)
        return tuple(take.interaction() for take in takes)

    def ended(self) -> tuple[Interaction, ...]:
        """What has ended so far; exchanges still running are left out and go on."""
        with self._lock:
            takes = tuple(take for take in self._takes if take.has_ended)
        return tuple(take.interaction() for take in takes)


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 1)
