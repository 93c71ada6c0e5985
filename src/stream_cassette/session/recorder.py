"""Turn what a transport sees into interactions, in the order in which requests were sent.

A `Take` is one exchange while it runs. It never changes what passes by, keeps no reference to
the client, and ignores whatever comes after its ending. What it sees it hands at once to its
`Log`, and keeps nothing of it: where that is a file, a long stream takes no memory.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Lock, RLock
from typing import Protocol

from stream_cassette.cassette.model import (
    COMPLETE,
    Ending,
    Headers,
    Interaction,
    Request,
    Response,
)
from stream_cassette.errors import SessionError

__all__ = ["Book", "IsFinished", "Log", "Recorder", "Take"]


class IsFinished(Protocol):
    """Whether a stream has said its last word; asked when the caller stops before the body's end.

    `head` is the response without its body, of which `size_bytes` came over the wire; `tail` is
    the last part of what they decode to.
    """

    def __call__(
        self, request: Request, head: Response, *, size_bytes: int, tail: bytes
    ) -> bool: ...


class Log(Protocol):
    """Where one exchange is kept while it runs."""

    @property
    def tail(self) -> bytes:
        """The last part of the decoded body, enough for an end marker."""
        ...

    def head(self, response: Response) -> None:
        """The response without its body."""
        ...

    def chunk(self, data: bytes, offset_ms: float) -> None:
        """One read, before the caller gets it. Raises what the keeping raises."""
        ...

    def end(self, ending: Ending) -> None:
        """Nothing more comes."""
        ...


class Book(Protocol):
    """Keeps the logs of one session, in the order in which they were started."""

    def start(self, request: Request, sent_at: str) -> Log:
        """A log for a request that is about to be sent."""
        ...

    def interactions(self) -> Sequence[Interaction]:
        """What was kept, one for each log; of a log without an end, what came so far."""
        ...


class Take:
    """One exchange being recorded; `clock` counts seconds from any point."""

    def __init__(
        self, request: Request, log: Log, *, clock: Callable[[], float], is_finished: IsFinished
    ) -> None:
        self.request = request
        self._log = log
        self._clock = clock
        self._is_finished = is_finished
        self._sent = clock()
        self._head: Response | None = None
        self._head_time = self._sent
        self._size_bytes = 0
        self._ending: Ending | None = None
        # a session may be closed while another thread reads; taken twice where a stream that
        # nobody closed is collected meanwhile
        self._lock = RLock()

    def head(self, *, status: int, reason: str, headers: Headers, http_version: str | None) -> None:
        """The response head has come."""
        self._head_time = self._clock()
        head = Response(
            status=status,
            reason=reason,
            headers=headers,
            http_version=http_version,
            head_ms=_ms(self._head_time - self._sent),
        )
        with self._lock:
            if self._ending is None:
                self._head = head
                self._log.head(head)

    def chunk(self, data: bytes) -> None:
        """One read, just before the caller gets it; an empty one (HTTP/2's last) is no chunk."""
        with self._lock:
            if data and self._ending is None:
                self._size_bytes += len(data)
                self._log.chunk(bytes(data), _ms(self._clock() - self._head_time))

    def end(self, ending: Ending) -> None:
        """The exchange is over. The first ending counts.

        Where the caller's own side stopped after the stream had said its last word (the openai
        SDK leaves at `[DONE]`, or reads on for a moment and gives up), it was complete.
        """
        with self._lock:
            if self._ending is None:
                by_caller = ending.kind in ("client-closed", "pending")
                self._ending = COMPLETE if by_caller and self._has_said_all() else ending
                self._log.end(self._ending)

    @property
    def has_ended(self) -> bool:
        """Whether the exchange is over."""
        return self._ending is not None

    def leave(self) -> None:
        """The caller left, between reads."""
        self.end(Ending(kind="client-closed"))

    def _has_said_all(self) -> bool:
        return self._head is not None and self._is_finished(
            self.request, self._head, size_bytes=self._size_bytes, tail=self._log.tail
        )


class Recorder:
    """The takes of one session, in order of sending."""

    def __init__(
        self,
        book: Book,
        *,
        clock: Callable[[], float],
        now: Callable[[], str],
        is_finished: IsFinished,
    ) -> None:
        self._book = book
        self._clock = clock
        self._now = now
        self._is_finished = is_finished
        self._takes: list[Take] = []
        self._is_over = False
        self._lock = Lock()

    def start(self, request: Request) -> Take:
        """A request is about to be sent; its place in the cassette is fixed now.

        Raises:
            SessionError: `interactions` was asked for already, by another thread.
        """
        with self._lock:
            if self._is_over:
                raise SessionError(
                    "the cassette was closed just now, before this request could be recorded: "
                    "wait for all requests before it is closed"
                )
            log = self._book.start(request, self._now())
            take = Take(request, log, clock=self._clock, is_finished=self._is_finished)
            self._takes.append(take)
            return take

    def interactions(self) -> tuple[Interaction, ...]:
        """Everything recorded; exchanges that are still open are closed by this, and it is over."""
        with self._lock:
            self._is_over = True
        for take in self._started():
            take.leave()
        return tuple(self._book.interactions())

    def ended(self) -> tuple[Interaction, ...]:
        """What has ended so far; exchanges still running are left out and go on."""
        over = [take.has_ended for take in self._started()]
        kept = self._book.interactions()
        return tuple(one for one, is_over in zip(kept, over, strict=False) if is_over)

    def _started(self) -> tuple[Take, ...]:
        with self._lock:
            return tuple(self._takes)


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 1)
