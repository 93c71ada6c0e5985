"""The recorded values: Cassette, Interaction, Request, Response, Ending.

All are frozen; bodies are bytes exactly as sent or received. Header values are text in
ISO-8859-1, so that every byte of a field value has one character (RFC 9110, 5.5).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any, Literal, TypeAlias

from stream_cassette.cassette.cuts import Cut, Cuts
from stream_cassette.errors import UsageError
from stream_cassette.wire.chunk import Chunk

__all__ = [
    "COMPLETE",
    "ERROR_KINDS",
    "LONGEST_WAIT_MS",
    "Cassette",
    "Cut",
    "Ending",
    "Headers",
    "Interaction",
    "Request",
    "Response",
    "grouped",
    "header",
]

Headers: TypeAlias = tuple[tuple[str, str], ...]

EndingKind: TypeAlias = Literal["complete", "client-closed", "pending", "error"]

ERROR_KINDS = (
    "connect",
    "connect-timeout",
    "tls",
    "proxy",
    "write",
    "read-timeout",
    "pool-timeout",
    "reset",
    "incomplete",
    "protocol",
    "other",
)


LONGEST_WAIT_MS = 3_600_000.0
"""How long a read is waited for again that was cancelled while it waited: an hour at most."""


def header(headers: Headers, name: str) -> str | None:
    """The value of the named header (case ignored), repeats joined with ", ", or None."""
    wanted = name.lower()
    values = [value for key, value in headers if key.lower() == wanted]
    return ", ".join(values) if values else None


def grouped(headers: Headers) -> Headers:
    """The same fields with repeats of a name moved up to its first place, their order kept.

    The order of fields of different names has no meaning (RFC 9110, 5.3), and a cassette file,
    which maps names to lists, does not keep it.
    """
    names = dict.fromkeys(name for name, _ in headers)
    if len(names) == len(headers):
        return headers
    return tuple((name, value) for name in names for key, value in headers if key == name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How an exchange ended.

    `complete`; `client-closed` (the client left between reads); `pending` (the reader was
    cancelled while it waited, after `waited_ms`); or `error`, whose `error` is one of ERROR_KINDS
    and whose `message` is the client library's own.
    """

    kind: EndingKind = "complete"
    error: str | None = None
    message: str | None = None
    waited_ms: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """The members that are set, `kind` always."""
        rest = {"error": self.error, "message": self.message, "waited_ms": self.waited_ms}
        return {"kind": self.kind} | {k: value for k, value in rest.items() if value is not None}


COMPLETE = Ending()


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request as sent: `headers` in order, repeats kept; `body` is `b""` if there was none.

    `method` and `url` are "" where the file kept an answer alone; nothing that is sent has such.
    """

    method: str
    url: str
    headers: Headers = ()
    body: bytes = b""

    def to_dict(self) -> dict[str, Any]:
        """Method, URL, headers as pairs, and the size of the body in bytes."""
        return {
            "method": self.method,
            "url": self.url,
            "headers": [list(pair) for pair in self.headers],
            "body_bytes": len(self.body),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """A response as received, before content decoding.

    `cuts` are the sizes and times of the chunks (their sizes sum to `len(body)`), None where the
    cut points are unknown; whatever sequence is given is kept as `Cuts`. `status` 0 means that no
    response head came (see `ending`).
    `reencoded` says that masking changed a compressed body.
    """

    status: int
    reason: str = ""
    headers: Headers = ()
    body: bytes = b""
    http_version: str | None = None
    cuts: Sequence[Cut] | None = None
    head_ms: float | None = None
    ending: Ending = COMPLETE
    reencoded: bool = False
    decoded: str | None = field(default=None, compare=False)

    def __post_init__(self) -> None:
        if self.cuts is not None and type(self.cuts) is not Cuts:
            object.__setattr__(self, "cuts", Cuts(self.cuts))

    @property
    def chunks(self) -> tuple[Chunk, ...] | None:
        """The body in the pieces in which it came, or None where the cut points are unknown."""
        if self.cuts is None:
            return None
        ends = accumulate(cut.size_bytes for cut in self.cuts)
        return tuple(
            Chunk(data=self.body[end - cut.size_bytes : end], offset_ms=cut.offset_ms)
            for cut, end in zip(self.cuts, ends, strict=True)
        )

    def to_dict(self) -> dict[str, Any]:
        """Status, headers as pairs, sizes, chunks as [bytes, ms] pairs, and the ending."""
        return {
            "status": self.status,
            "reason": self.reason,
            "http_version": self.http_version,
            "headers": [list(pair) for pair in self.headers],
            "body_bytes": len(self.body),
            "chunks": None if self.cuts is None else [list(cut) for cut in self.cuts],
            "head_ms": self.head_ms,
            "ending": self.ending.to_dict(),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction:
    """One request with its response.

    `recorded_at` is UTC as ISO 8601 with milliseconds. `masked` lists the places of the request
    that hold a mask and match anything: JSON pointers, `query.NAME`, `form.NAME`.
    `re_rendered` says that a body was rebuilt from a value (the file it came from kept no bytes).
    """

    request: Request
    response: Response
    recorded_at: str | None = None
    masked: tuple[str, ...] = ()
    re_rendered: bool = False

    def to_dict(self) -> dict[str, Any]:
        """The request, the response, and what is known about the recording."""
        return {
            "request": self.request.to_dict(),
            "response": self.response.to_dict(),
            "recorded_at": self.recorded_at,
            "masked": list(self.masked),
            "re_rendered": self.re_rendered,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Cassette:
    """Interactions in the order in which their requests were sent.

    `format` is the name of the file format it was read from; `path` where, or None. `reader` makes
    conversations of a cassette; `load` and a tape bring it along, and so does `replace`.
    """

    interactions: tuple[Interaction, ...] = ()
    format: str = "vcr"
    path: str | None = field(default=None, compare=False)
    reader: Callable[[Cassette], tuple[Any, ...]] | None = field(
        default=None, compare=False, repr=False
    )

    @property
    def conversations(self) -> tuple[Any, ...]:
        """What was said: a `stream_cassette.conversation.model.Conversation` for each, in order.

        Read anew at each use. Raises: UsageError, without a reader.
        """
        if self.reader is None:
            raise UsageError("this cassette has no reader: load it, or make it with reader=...")
        return self.reader(self)

    @property
    def conversation(self) -> Any:
        """The only conversation. Raises: UsageError: there is none, or more than one."""
        found = self.conversations
        if len(found) != 1:
            where = f"{self.path} holds" if self.path is not None else "there are"
            raise UsageError(f"{where} {len(found)} conversations; .conversations has them all")
        return found[0]

    def to_dict(self) -> dict[str, Any]:
        """Path, format and every interaction's `to_dict()`."""
        return {
            "path": self.path,
            "format": self.format,
            "interactions": [interaction.to_dict() for interaction in self.interactions],
        }
