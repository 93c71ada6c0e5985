"""The side file of a recording: every chunk is in it before the caller gets the chunk.

One unbuffered write on the calling thread, appended: what was written survives the death of the
process, not of the machine. What is written is masked already. The file lies beside the cassette
as `.<name>.<pid>-<random>.journal`, is locked while its writer lives, and goes once the cassette
is published; one that is left behind is for `recover`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from threading import RLock

import orjson

from stream_cassette.cassette.model import Ending, Interaction, Request, Response, header
from stream_cassette.cassette.redact import masked_head, masked_request, masked_text
from stream_cassette.cassette.secret_names import Redaction
from stream_cassette.errors import JournalError, SessionError
from stream_cassette.store._flock import try_lock
from stream_cassette.store._journal_body import CodedBody, PlainBody, body_for
from stream_cassette.store._journal_read import contents
from stream_cassette.store._records import MAGIC, Kind, json_and_bytes, pack
from stream_cassette.store.paths import journal_path
from stream_cassette.wire.framing import media_type

__all__ = ["Journal"]


class Journal:
    """An open journal for the cassette at `path`: the `Book` of a recorder.

    `about` is kept as the session's record.

    Raises:
        JournalError: the file can't be made, or written; the error says what is lost (nothing
            that the caller had before).
    """

    def __init__(
        self, path: Path, redaction: Redaction, about: Mapping[str, object] | None = None
    ) -> None:
        self.path: Path = journal_path(path)
        self._cassette = path
        self._redaction = redaction
        self._lock = RLock()  # taken twice where a stream that nobody closed is collected meanwhile
        self._count = 0
        self._pid = os.getpid()
        self._failed: JournalError | None = None
        self._handle: int | None = None
        try:
            flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_APPEND | getattr(os, "O_BINARY", 0)
            self._handle = os.open(self.path, flags, 0o600)
        except OSError as error:
            raise self._failure(error) from error
        try_lock(self._handle)
        session = {"cassette": path.name, "pid": self._pid, **(about or {})}
        try:
            self.write(MAGIC + pack(Kind.SESSION, 0, orjson.dumps(session)))
        except JournalError:
            self.remove()
            raise

    def start(self, request: Request, sent_at: str) -> _Log:
        """The log of a request that is about to be sent. Raises: JournalError, SessionError."""
        masked, places = masked_request(request, self._redaction)
        with self._lock:
            number = self._count
            self._count += 1
        said = {
            "method": masked.method,
            "url": masked.url,
            "headers": masked.headers,
            "masked": places,
            "recorded_at": sent_at,
        }
        self.write(pack(Kind.REQUEST, number, json_and_bytes(said, masked.body)))
        return _Log(self, number, self._redaction)

    def interactions(self) -> tuple[Interaction, ...]:
        """What the file holds by now. Raises: JournalError."""
        try:
            with open(self.path, "rb") as file:
                found = contents(file)
        except OSError as error:
            raise self._failure(error) from error
        return found.interactions if found is not None else ()

    def check(self) -> None:
        """Refuse to go on where a write has failed. Raises: JournalError."""
        if self._failed is not None:
            raise self._failed

    def write(self, data: bytes) -> None:
        """Append, whole. Raises: JournalError; SessionError if closed, or in a forked process."""
        if os.getpid() != self._pid:
            raise SessionError(
                f"{str(self._cassette)!r} is being recorded by process {self._pid}, and this one "
                "was forked off it: open a cassette of its own here"
            )
        with self._lock:
            self.check()
            if self._handle is None:  # its number may be another file's by now
                raise SessionError(f"{str(self._cassette)!r} is closed, and records no more")
            rest = memoryview(data)
            try:
                while rest:
                    rest = rest[os.write(self._handle, rest) :]
            except OSError as error:
                self._failed = self._failure(error)
                raise self._failed from error

    def close(self) -> None:
        """Stop writing; the file stays."""
        with self._lock:
            handle, self._handle = self._handle, None
        if handle is not None:
            os.close(handle)

    def remove(self) -> None:
        """Stop writing, and take the file away."""
        self.close()
        with suppress(OSError):  # what it holds is published: it may as well stay
            self.path.unlink()

    def _failure(self, error: OSError) -> JournalError:
        return JournalError(
            f"a recording can't be kept: {error.strerror}",
            path=str(self._cassette),
            hint="make room, or allow writing in the directory, and record again",
        )


class _Log:
    """One exchange in the journal; see `session.recorder.Log`."""

    def __init__(self, journal: Journal, number: int, redaction: Redaction) -> None:
        self._journal = journal
        self._number = number
        self._redaction = redaction
        self._body: PlainBody | CodedBody | None = None

    @property
    def tail(self) -> bytes:
        return self._body.tail if self._body is not None else b""

    def head(self, response: Response) -> None:
        masked = masked_head(response, self._redaction)
        said = {
            "status": masked.status,
            "reason": masked.reason,
            "headers": masked.headers,
            "http_version": masked.http_version,
            "head_ms": masked.head_ms,
        }
        self._journal.write(pack(Kind.HEAD, self._number, orjson.dumps(said)))
        media = media_type(header(response.headers, "content-type"))
        coding = header(response.headers, "content-encoding")
        self._body = body_for(self._number, media, coding, self._redaction)

    def chunk(self, data: bytes, offset_ms: float) -> None:
        assert self._body is not None
        self._journal.write(self._body.chunk(data, offset_ms))

    def end(self, ending: Ending) -> None:
        said = ending.to_dict()
        if ending.message:
            said["message"] = masked_text(ending.message, self._redaction)
        is_whole = ending.kind == "complete"
        rest = self._body.end(is_whole=is_whole) if self._body is not None else b""
        self._journal.write(rest + pack(Kind.END, self._number, orjson.dumps(said)))
