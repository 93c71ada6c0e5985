"""What a dialect is: one provider's wire format, as a class in one file.

To add one, write a module with a class that has the six members of `Dialect`, and register the
class as an entry point in the group `stream_cassette.dialects`:

    [project.entry-points."stream_cassette.dialects"]
    acme-chat = "acme_cassette:AcmeChat"

The name left of the sign is the dialect's `name`. A smallest reader:

    class _Reader:
        def __init__(self) -> None:
            self._open = False

        def feed(self, frame: Frame) -> list[Delta]:
            event = object_of(frame.data)
            if event is None or event.get("kind") not in ("word", "done"):
                return [Unfamiliar(kind="event", name="?", value=frame.data)]
            if event["kind"] == "done":
                return [Finish(reason=FinishReason(unified="stop", raw="done")), End()]
            out: list[Delta] = []
            if not self._open:
                self._open = True
                out.append(PartStart(key="text", part=Text()))
            return [*out, PartDelta(0, "text", str(event.get("word", "")))]

        def close(self) -> list[Delta]:
            return []

A reader serves one answer, streamed or whole, and holds no more state than the wire needs: which
blocks are open, which call a fragment belongs to. It never raises: what it does not know becomes
an `Unfamiliar` delta. It sees only frames that the framing hands on (a last one that the end of the
body cut off only if `ends` says that it is the end marker), and only those of answers with a
status below 400: errors instead of an answer are read for all dialects alike.
Deltas, and who joins them, are in `conversation.delta`; JSON helpers in `dialects._json`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar, Protocol

from stream_cassette.conversation.delta import Delta
from stream_cassette.conversation.model import History
from stream_cassette.conversation.parts import JSON
from stream_cassette.wire.framing import Frame

__all__ = ["Dialect", "Opening", "Reader", "Request", "ResponseHead"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request as a dialect sees it: header names in lower case, `value` the JSON of its body.

    `host` is lower case and without port; `path` as sent; `query` has the first value of a name.
    `value` is None where the body is no JSON.
    """

    method: str = "POST"
    host: str = ""
    path: str = ""
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    value: JSON = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponseHead:
    """A response without its body; `media` is the media type, lower case, without parameters."""

    status: int = 200
    media: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What is known of an exchange when its first frame has come.

    `first` is that frame, None for an empty body; `value` its JSON, None where it is none.
    """

    request: Request = field(default_factory=Request)
    response: ResponseHead = field(default_factory=ResponseHead)
    first: Frame | None = None
    value: JSON = None


class Reader(Protocol):
    """Reads one answer: frames in, deltas out."""

    def feed(self, frame: Frame) -> list[Delta]:
        """What the frame means; often one delta, sometimes none."""
        ...

    def close(self) -> list[Delta]:
        """What is known only at the end of the body.

        `End(marker=False, by_body=True)` for a wire that says nothing else of an answer's end.
        """
        ...


class Dialect(Protocol):
    """One provider's wire format. A dialect has no state; its class is made without arguments."""

    name: ClassVar[str]  # also the folder below cassettes/, with `_` for `-`

    def claims(self, opening: Opening) -> int:
        """Whether this dialect is spoken: 0 no, 1 by the path alone, 2 by looks, 3 sure.

        The payload decides, the path is a prior only: gateways serve every path.
        """
        ...

    def vendor(self, opening: Opening) -> str | None:
        """Who answers, where that is not the dialect's own maker or the host tells; else None."""
        ...

    def reader(self, opening: Opening) -> Reader:
        """A new reader for the answer that opens so."""
        ...

    def ends(self, frame: Frame) -> bool:
        """Whether the frame is the dialect's end marker: a client that leaves then leaves nothing.

        Asked for every frame of a body that was left early: look before you parse.
        """
        ...

    def read_request(self, request: Request) -> History:
        """The messages and tools that the request carries; never raises."""
        ...

    def error_bytes(self, status: int, framing: str) -> bytes:
        """An error as this provider would spell it: a whole body, or an event of the framing.

        `framing` is `whole`, or `sse`, `ndjson`, `eventstream` for an error in mid-stream.
        """
        ...
