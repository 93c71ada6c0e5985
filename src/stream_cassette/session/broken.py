"""An answer with a fault in it: the response that a replay gives in its place. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import TypeAlias

from stream_cassette.cassette.model import (
    COMPLETE,
    Cut,
    Ending,
    Headers,
    Interaction,
    Response,
    header,
)
from stream_cassette.errors import UsageError
from stream_cassette.session.fault import Fault, Place, seconds
from stream_cassette.session.recut import frames_of, media_of
from stream_cassette.wire.encoding import is_identity, recode
from stream_cassette.wire.framing import DECODERS, Frame
from stream_cassette.wire.yields import plain, wire_offsets

__all__ = ["Broken", "ErrorBytes", "broken", "check", "framing_of", "offset_of", "unspoken"]

ErrorBytes: TypeAlias = Callable[[Interaction, int, str], bytes]
"""(interaction, status, framing) → an error as the interaction's provider would spell it.

`framing` is `whole` for a body of its own, or `sse`, `ndjson`, `eventstream` for one in mid-stream.
"""

_FRAMINGS = {
    "text/event-stream": "sse",
    "application/vnd.amazon.eventstream": "eventstream",
    "application/json": "whole",
}
_LENGTH = "content-length"


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """The response with the fault; what comes after `stall_at` wire bytes comes `stall_ms` late."""

    response: Response
    stall_at: int = 0
    stall_ms: float = 0.0


def unspoken(interaction: Interaction, status: int, framing: str) -> bytes:
    """An error in no provider's words, for an answer in no known dialect.

    Raises: UsageError: an error can't be put into this framing so.
    """
    if framing == "eventstream":
        raise UsageError("an error-event needs an answer in a known dialect; status:500 does not")
    body = b'{"error": {"message": "HTTP %d"}}' % status
    return {"sse": b"data: " + body + b"\n\n", "ndjson": body + b"\n"}.get(framing, body)


def broken(interaction: Interaction, fault: Fault, error_bytes: ErrorBytes) -> Broken:
    """The interaction's answer with the fault.

    Raises:
        UsageError: the answer has no such place, or is not streamed where that is needed.
    """
    if fault.kind == "status":
        return Broken(response=_instead(interaction, fault, error_bytes))
    response = interaction.response
    if response.status == 0:
        raise UsageError(f"fault {str(fault)!r}: no answer was recorded; status:500 makes one")
    coding = header(response.headers, "content-encoding")
    decoded = plain(response.body, coding)
    at = offset_of(fault, response, decoded)
    if fault.kind in ("error-event", "duplicate"):
        return Broken(response=_inserted(interaction, fault, decoded, at, error_bytes))
    end = wire_offsets(response.body, coding, [at])[0]
    if fault.kind == "stall":
        return Broken(response=response, stall_at=end, stall_ms=fault.stall_ms)
    return Broken(response=_shortened(response, fault, end))


def check(
    faults: Mapping[int, Sequence[Fault]],
    interactions: Sequence[Interaction],
    error_bytes: ErrorBytes,
) -> None:
    """See to it that each fault has an answer, and a place in it, before anything is played.

    Raises: UsageError.
    """
    for index, several in faults.items():
        for fault in several:
            if index >= len(interactions):
                raise UsageError(f"fault {index}={fault}: no interaction {index} is recorded")
            try:
                broken(interactions[index], fault, error_bytes)
            except UsageError as error:
                raise UsageError(f"interaction {index}: {error}") from None


def offset_of(fault: Fault, response: Response, decoded: bytes) -> int:
    """Where in the decoded body the fault strikes.

    Raises: UsageError: there is no such place.
    """
    place = fault.place
    assert place is not None
    if place.unit == "percent":
        at = int(len(decoded) * place.number / 100)
    elif place.unit == "byte":
        at = int(place.number)
        if at > len(decoded):
            raise UsageError(f"fault {str(fault)!r}: the body has {len(decoded)} bytes only")
    else:
        at = _start_of(fault, place, frames_of(response, decoded), len(decoded))
    if fault.kind in ("error-event", "duplicate"):
        return _frame_at(fault, response, decoded, at).start
    return at


def framing_of(response: Response, decoded: bytes) -> str:
    """`sse`, `ndjson`, `eventstream`, or `whole` for a body that is not streamed."""
    media = media_of(response, decoded)
    return _FRAMINGS.get(media, "ndjson" if media in DECODERS else "whole")


def _start_of(fault: Fault, place: Place, frames: list[Frame], size: int) -> int:
    number = int(place.number)
    if number > len(frames) or (number == len(frames) and fault.kind == "duplicate"):
        raise UsageError(f"fault {str(fault)!r}: the answer has {len(frames)} frames only")
    return frames[number].start if number < len(frames) else size


def _frame_at(fault: Fault, response: Response, decoded: bytes, at: int) -> Frame:
    """The frame that holds the byte at `at`; one without bytes at the very end."""
    if framing_of(response, decoded) == "whole":
        raise UsageError(f"fault {str(fault)!r}: the answer is not streamed; status:500 breaks it")
    held = [frame for frame in frames_of(response, decoded) if frame.start <= at]
    if at == len(decoded) and fault.kind == "error-event":
        return Frame(data="", raw=b"", start=at)
    if not held:
        raise UsageError(f"fault {str(fault)!r}: the answer is empty")
    return held[-1]


def _instead(interaction: Interaction, fault: Fault, error_bytes: ErrorBytes) -> Response:
    body = error_bytes(interaction, fault.status, "whole")
    headers = [("content-type", "application/json"), (_LENGTH, str(len(body)))]
    if fault.retry_after is not None:
        headers.append(("retry-after", seconds(fault.retry_after)))
    known = {status.value: status.phrase for status in HTTPStatus}
    version = interaction.response.http_version
    return Response(
        status=fault.status,
        reason="" if version == "HTTP/2" else known.get(fault.status, ""),
        headers=tuple(headers),
        body=body,
        http_version=version,
        head_ms=interaction.response.head_ms,
    )


def _shortened(response: Response, fault: Fault, end: int) -> Response:
    """The response up to `end`, then nothing more, or a broken connection."""
    if fault.kind == "reset":
        ending = Ending(kind="error", error="reset", message=f"connection reset (fault {fault})")
    elif header(response.headers, _LENGTH) is not None and end < len(response.body):
        message = f"peer closed connection without sending complete message body (fault {fault})"
        ending = Ending(kind="error", error="incomplete", message=message)
    else:
        ending = COMPLETE
    cuts = None if response.cuts is None else tuple(_first(response.cuts, end))
    return replace(response, body=response.body[:end], cuts=cuts, ending=ending, decoded=None)


def _first(cuts: Iterable[Cut], size: int) -> Iterable[Cut]:
    """The cuts of the first `size` bytes."""
    for cut in cuts:
        if size <= 0:
            return
        yield Cut(min(cut.size_bytes, size), cut.offset_ms)
        size -= cut.size_bytes


def _inserted(
    interaction: Interaction, fault: Fault, decoded: bytes, at: int, error_bytes: ErrorBytes
) -> Response:
    """The response with one more frame at `at`; after an error, with nothing behind it."""
    response = interaction.response
    if fault.kind == "duplicate":
        added = _frame_at(fault, response, decoded, at).raw
        rest = decoded[at:]
    else:
        added = error_bytes(interaction, fault.status, framing_of(response, decoded))
        rest = b""
    coding = header(response.headers, "content-encoding")
    before = decoded[:at]
    if not is_identity(coding):
        body = b"".join(recode([before, added, rest], coding))
        cuts = None
    else:
        body = before + added + rest
        cuts = _around(response, at, len(added), len(rest))
    headers = _with_length(response.headers, len(body))
    ending = response.ending if fault.kind == "duplicate" else COMPLETE
    return replace(response, body=body, cuts=cuts, headers=headers, ending=ending, decoded=None)


def _around(response: Response, at: int, added: int, rest: int) -> tuple[Cut, ...] | None:
    """The cuts, with a chunk of `added` bytes at `at`; `rest` bytes follow it, or none."""
    if response.cuts is None:
        return None
    first = tuple(_first(response.cuts, at))
    offset_ms = first[-1].offset_ms if first else 0.0
    left = [] if not rest else _last(response.cuts, at)
    return (*first, Cut(added, offset_ms), *left)


def _last(cuts: Iterable[Cut], skipped: int) -> list[Cut]:
    """The cuts behind the first `skipped` bytes."""
    out: list[Cut] = []
    for cut in cuts:
        size = cut.size_bytes - max(skipped, 0)
        skipped -= cut.size_bytes
        if size > 0:
            out.append(Cut(size, cut.offset_ms))
    return out


def _with_length(headers: Headers, size: int) -> Headers:
    return tuple((name, str(size) if name.lower() == _LENGTH else value) for name, value in headers)
