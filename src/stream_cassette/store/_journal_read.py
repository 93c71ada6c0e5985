"""Read a journal back: exchanges as they were kept, the last ones as far as they came."""

from __future__ import annotations

import os
import struct
from array import array
from collections.abc import Iterable
from dataclasses import dataclass, replace
from io import BytesIO
from itertools import accumulate
from math import isfinite
from typing import Any, BinaryIO

from stream_cassette.cassette.cuts import Cuts
from stream_cassette.cassette.model import (
    Ending,
    Headers,
    Interaction,
    Request,
    Response,
    header,
)
from stream_cassette.cassette.redact import resized
from stream_cassette.errors import JournalError
from stream_cassette.store._journal_said import ending_of, head_of, request_of, session_of
from stream_cassette.store._records import MAGIC, Kind, Record, records, split_json
from stream_cassette.wire.encoding import recode
from stream_cassette.wire.eventstream import with_checksums
from stream_cassette.wire.framing import media_type

__all__ = ["Contents", "contents"]

_OFFSET = struct.Struct("<d")
_START = struct.Struct("<Q")
_EVENT_STREAM = "application/vnd.amazon.eventstream"

LEFT = Ending(kind="client-closed")
"""How an exchange ended whose writer was killed: on this side, between reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What a journal holds.

    `session` is what the writer said of itself, None where not even that is whole; `unended` are
    the indices of the interactions that have no ending of their own; `torn_bytes` the size of the
    rest that is not whole.
    """

    session: dict[str, Any] | None
    interactions: tuple[Interaction, ...]
    unended: tuple[int, ...]
    torn_bytes: int


def contents(file: BinaryIO) -> Contents | None:
    """What the journal holds; None if the file is no journal.

    Raises: JournalError: whole records that no writer leaves.
    """
    begin = file.read(len(MAGIC))
    if not MAGIC.startswith(begin):
        return None
    try:
        return _read(file)
    except (ArithmeticError, LookupError, TypeError, ValueError, struct.error) as error:
        raise JournalError(
            f"holds what no recording writes ({error})", hint="it is left as it is"
        ) from error


def _read(file: BinaryIO) -> Contents:
    session: dict[str, Any] | None = None
    exchanges: dict[int, _Exchange] = {}
    for record in records(file):
        if record.kind is Kind.SESSION:
            session = session_of(record.payload)
        elif record.kind is Kind.REQUEST:
            exchanges[record.number] = _Exchange(record.payload)
        else:
            exchanges[record.number].take(record)
    whole = file.tell()
    torn_bytes = file.seek(0, os.SEEK_END) - whole
    numbers = sorted(exchanges)
    unended = tuple(n for n, number in enumerate(numbers) if exchanges[number].ending is None)
    # popped one by one: an exchange's buffers go as its interaction comes
    interactions = tuple(exchanges.pop(number).interaction() for number in numbers)
    return Contents(
        session=session, interactions=interactions, unended=unended, torn_bytes=torn_bytes
    )


class _Exchange:
    """One exchange while its records are read."""

    def __init__(self, payload: bytes) -> None:
        said, body = split_json(payload)
        self._said = request_of(said)
        self._request_body = body
        self._head = Response(status=0)
        self._text = BytesIO()  # the body, or what it decodes to
        self._sizes = array("Q")
        self._offsets = array("d")
        self._coded: list[bytes] = []
        self._is_coded = False
        self._masked = False
        self.ending: Ending | None = None

    def take(self, record: Record) -> None:
        """Take in one record after the first."""
        payload = record.payload
        match record.kind:
            case Kind.HEAD:
                self._head = head_of(payload)
            case Kind.CHUNK | Kind.PLAIN:
                self._is_coded = record.kind is Kind.PLAIN
                self._read(payload)
            case Kind.CODED:
                self._coded.append(payload)
            case Kind.PATCH:
                self._patch(payload)
            case Kind.MASKED:
                self._masked = True
            case Kind.END:
                self.ending = ending_of(payload)

    def _patch(self, payload: bytes) -> None:
        (start,) = _START.unpack_from(payload)
        if start + len(payload) - _START.size > self._text.tell():
            raise ValueError("a patch of what was not written yet")
        self._text.seek(start)
        self._text.write(memoryview(payload)[_START.size :])
        self._text.seek(0, os.SEEK_END)

    def _read(self, payload: bytes) -> None:
        (offset_ms,) = _OFFSET.unpack_from(payload)
        if not isfinite(offset_ms):
            raise ValueError("a time that is no number")
        size = self._text.write(memoryview(payload)[_OFFSET.size :])
        if offset_ms < 0:
            self._sizes[-1] += size
        else:
            self._sizes.append(size)
            self._offsets.append(offset_ms)

    def interaction(self) -> Interaction:
        """The exchange as an interaction."""
        said = self._said
        return Interaction(
            request=Request(
                method=said["method"],
                url=said["url"],
                headers=_pairs(said["headers"]),
                body=self._request_body,
            ),
            response=self._response(),
            recorded_at=said["recorded_at"],
            masked=tuple(said["masked"]),
        )

    def _response(self) -> Response:
        head = replace(self._head, ending=self.ending or LEFT)
        if not head.status:
            return head
        coding = header(head.headers, "content-encoding")
        if self._is_coded and len(self._coded) == len(self._sizes):
            return _with_body(head, b"".join(self._coded), map(len, self._coded), self._offsets)
        text = self._text.getvalue()
        if self._masked and media_type(header(head.headers, "content-type")) == _EVENT_STREAM:
            text = with_checksums(text)
        if not self._is_coded:
            return _with_body(head, text, self._sizes, self._offsets)
        ends = accumulate(self._sizes)
        pieces = [text[end - size : end] for size, end in zip(self._sizes, ends, strict=True)]
        again = recode(pieces, coding)
        body = b"".join(again)
        head = replace(head, headers=resized(head.headers, len(body)), reencoded=True)
        return _with_body(head, body, map(len, again), self._offsets)


def _with_body(
    head: Response, body: bytes, sizes: Iterable[int], offsets: Iterable[float]
) -> Response:
    return replace(head, body=body, cuts=Cuts.of(sizes, offsets))


def _pairs(headers: Iterable[Iterable[str]]) -> Headers:
    return tuple((name, value) for name, value in headers)
