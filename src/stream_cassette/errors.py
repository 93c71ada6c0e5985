"""Every error that stream-cassette raises, in one tree.

    StreamCassetteError
    ├── CassetteFileError          a file that can't be used (path, interaction, line, hint)
    │   ├── CassetteNotFound         no file there, and the mode may not record
    │   ├── NotACassette             the text is no cassette of any known format
    │   ├── NewerFormat              written by a later release
    │   ├── CorruptCassette          a cassette, but broken: types, unsafe YAML
    │   │   └── WrongSizes             its chunks do not add up to the body
    │   ├── PublishError             what was written does not read back as what was recorded
    │   ├── JournalError             the side file of a recording can't be written or read
    │   └── LockTimeout              another process or thread is recording to the path
    ├── TruncatedStream            a body that stops inside a frame (byte, hint)
    ├── SessionError               sessions used in a way that has no single answer
    ├── DialectError               a dialect that can't be used, or says what none may say
    ├── UsageError                 an option or argument that can't be honoured
    ├── DriftError                 a live run that is not the recorded one (drifts)
    └── CassetteMiss               a request that no recorded interaction answers (miss)

`StreamCassetteWarning` is the category of all warnings.

A layer raises with the coordinates it knows; its caller adds its own with `located()`.
Fields come first, the message is built from them.
"""

from __future__ import annotations

import copy
from typing import Self

__all__ = [
    "CassetteFileError",
    "CassetteMiss",
    "CassetteNotFound",
    "CorruptCassette",
    "DialectError",
    "DriftError",
    "JournalError",
    "LockTimeout",
    "NewerFormat",
    "NotACassette",
    "PublishError",
    "SessionError",
    "StreamCassetteError",
    "StreamCassetteWarning",
    "TruncatedStream",
    "UsageError",
    "WrongSizes",
]


class StreamCassetteError(Exception):
    """Base of all errors raised by this package."""


class CassetteFileError(StreamCassetteError):
    """A cassette file that can't be used: where (path, interaction, line), what, and what to do.

    `interaction` counts from 0, `line` from 1; each is None where it isn't known.
    """

    def __init__(
        self,
        what: str,
        *,
        path: str | None = None,
        interaction: int | None = None,
        line: int | None = None,
        hint: str | None = None,
    ) -> None:
        self.what = what
        self.path = path
        self.interaction = interaction
        self.line = line
        self.hint = hint
        super().__init__(what)

    def located(
        self, *, path: str | None = None, interaction: int | None = None, line: int | None = None
    ) -> Self:
        """The same error with the coordinates filled in that it did not have yet."""
        error = copy.copy(self)
        error.path = self.path if self.path is not None else path
        error.interaction = self.interaction if self.interaction is not None else interaction
        error.line = self.line if self.line is not None else line
        error.__cause__ = self.__cause__
        return error

    def __str__(self) -> str:
        where = [self.path] if self.path is not None else []
        where += [f"interaction {self.interaction}"] if self.interaction is not None else []
        where += [f"line {self.line}"] if self.line is not None else []
        text = f"{', '.join(where)}: {self.what}" if where else self.what
        return f"{text}; {self.hint}" if self.hint else text


class CassetteNotFound(CassetteFileError):
    """There is no cassette at the path, and the record mode does not allow making one."""


class NotACassette(CassetteFileError):
    """The file holds something, but no cassette in a format known here."""


class NewerFormat(CassetteFileError):
    """The cassette says that it was written in a format later than this release reads."""


class CorruptCassette(CassetteFileError):
    """The file is a cassette, but its content contradicts itself or is not safe to read."""


class WrongSizes(CorruptCassette):
    """The sizes of an interaction's chunks do not add up to its body."""


class PublishError(CassetteFileError):
    """A cassette could not be published; what was there before is untouched."""


class JournalError(CassetteFileError):
    """The side file of a recording can't be made, written or read; `path` is the cassette's."""


class LockTimeout(CassetteFileError):
    """Somebody else is recording to the path, and did not end in time; the message says who."""


class TruncatedStream(StreamCassetteError):
    """A body said to be complete that stops inside a frame, at `byte` (from 0)."""

    def __init__(self, *, byte: int, hint: str | None = None) -> None:
        self.byte = byte
        self.hint = hint
        text = f"byte {byte}: marked complete but stops inside a frame"
        super().__init__(f"{text}; {hint}" if hint else text)


class SessionError(StreamCassetteError):
    """A call that no single open session can answer; never answered by a guess."""


class DialectError(StreamCassetteError):
    """A dialect that can't be loaded, shares its name with another, or gives impossible deltas."""


class UsageError(StreamCassetteError):
    """An option, argument or mode that can't be honoured; the message names the accepted ones."""


class CassetteMiss(StreamCassetteError):
    """A request that no recorded interaction answers.

    `miss` (a `stream_cassette.session.player.Miss`) has the request, the nearest interaction
    and the differences; the message is its text.
    """

    def __init__(self, message: str, miss: object = None) -> None:
        self.miss = miss
        super().__init__(message)


class DriftError(StreamCassetteError):
    """A live run, in the mode `verify`, that is not the recorded one.

    `drifts` (of `stream_cassette.session.verify.Drift`) has each interaction that drifted; the
    message is their text.
    """

    def __init__(self, message: str, drifts: tuple[object, ...] = ()) -> None:
        self.drifts = drifts
        super().__init__(message)


class StreamCassetteWarning(UserWarning):
    """Something that does not fail a test, but must not be overlooked."""
