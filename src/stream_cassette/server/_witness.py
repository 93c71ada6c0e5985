"""A transport that notes what the client was handed, chunk by chunk.

It stands outside the tape, so it sees the same while recording, while replaying, and without a
tape at all. The client module (httpx or httpx2) is passed in.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any

__all__ = ["Seen", "witness"]


@dataclass(slots=True, kw_only=True)
class Seen:
    """One exchange as the client saw it: the request's body, the status, the chunks."""

    request: bytes
    status: int
    chunks: list[bytes] = field(default_factory=list)

    @property
    def body(self) -> bytes:
        """The chunks, joined."""
        return b"".join(self.chunks)

    @property
    def sizes(self) -> tuple[int, ...]:
        """The size of each chunk, in bytes."""
        return tuple(len(chunk) for chunk in self.chunks)


def witness(module: ModuleType, seen: list[Seen]) -> Any:
    """A sync transport of `module`'s that adds every exchange to `seen`."""
    inner = module.HTTPTransport()

    class Stream(module.SyncByteStream):  # type: ignore[misc, name-defined]
        def __init__(self, stream: Any, exchange: Seen) -> None:
            self._stream, self._exchange = stream, exchange

        def __iter__(self) -> Iterator[bytes]:
            for chunk in self._stream:
                self._exchange.chunks.append(bytes(chunk))
                yield chunk

        def close(self) -> None:
            self._stream.close()

    class Witness(module.BaseTransport):  # type: ignore[misc, name-defined]
        def handle_request(self, request: Any) -> Any:
            response = inner.handle_request(request)
            exchange = Seen(request=request.read(), status=response.status_code)
            seen.append(exchange)
            response.stream = Stream(response.stream, exchange)
            return response

        def close(self) -> None:
            inner.close()

    return Witness()
