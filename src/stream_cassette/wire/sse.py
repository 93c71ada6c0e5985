"""Cut text/event-stream bytes into frames. Lines end at CR, LF or CRLF and nothing else.

Frame.raw keeps the lines of the block as they came; Frame.start is the byte offset in the decoded
body. A block that dispatches nothing (a comment, an event without data, a lone blank line) is a
frame too, with `dispatch` False. A CR that is the last byte so far waits for the next one: only
then is it known whether an LF belongs to it.
Source: WHATWG HTML, 'Parsing an event stream' and 'Interpreting an event stream'.
"""

from __future__ import annotations

import re

from stream_cassette.wire.framing import Frame

__all__ = ["SSEDecoder"]

_BOM = b"\xef\xbb\xbf"
_LINE_END = re.compile(rb"\r\n|\n|\r")
_EITHER = re.compile(rb"[\r\n]")
_FEW = 64  # a stream's events have a few names
_OTHER = "\r"  # no event's name
_DIGITS = re.compile(r"[0-9]{1,18}", re.ASCII)  # longer than 18 digits no client can wait


class SSEDecoder:
    """The decoder of one event stream; linear in the bytes fed, whatever their cuts."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._base = 0  # offset in the body of the buffer's first byte
        self._line = 0  # where the current line starts in the buffer
        self._scan = 0  # no line end before this place
        self._ahead = -1  # where the next blank line is in a feed; never looked for twice
        self._id: str | None = None
        self._first = True
        self._names: dict[bytes, str | None] = {}  # lines that name an event → the name
        self._reset()

    def _reset(self) -> None:
        self._data: list[str] = []
        self._event: str | None = None
        self._retry: int | None = None

    def feed(self, data: bytes) -> list[Frame]:
        """The frames whose blank line lies in `data` (or is settled by it)."""
        self._buffer += data
        return self._take(final=False)

    def close(self) -> list[Frame]:
        """What a last CR completes, and the block left open, marked partial."""
        frames = self._take(final=True)
        if self._buffer:
            self._field(bytes(self._buffer[self._line :]))
            frames.append(self._frame(bytes(self._buffer), self._base, partial=True))
            self._buffer.clear()
        return frames

    def _take(self, *, final: bool) -> list[Frame]:
        out: list[Frame] = []
        buffer, begin = self._buffer, 0
        view: bytes | None = None
        blank = b""
        self._ahead = -1
        if self._first and buffer and buffer[0] != _BOM[0]:
            self._first = False
        while True:
            if self._scan == begin and not self._first:
                # copied once in a feed, and only where a block begins: else it would be quadratic
                if view is None:
                    view = bytes(buffer)
                    blank = b"\r\n\r\n" if b"\r" in view else b"\n\n"
                begin = self._plain(out, begin, view, blank)
            end = _LINE_END.search(buffer, self._scan)
            if end is None:
                self._scan = len(buffer)
                break
            if not final and end.end() == len(buffer) and end[0] == b"\r":
                self._scan = end.start()
                break
            line = bytes(buffer[self._line : end.start()])
            self._line = self._scan = end.end()
            if self._field(line):
                out.append(self._frame(bytes(buffer[begin : end.end()]), self._base + begin))
                begin = end.end()
        del buffer[:begin]
        self._base += begin
        self._line -= begin
        self._scan -= begin
        return out

    def _plain(self, out: list[Frame], begin: int, view: bytes, blank: bytes) -> int:
        """Take the plain blocks at `begin`, where a block begins; where the next one does.

        Plain is what nearly every server sends: at most an event's name, then one line of data.
        """
        base, ident, new, size = self._base, self._id, tuple.__new__, len(view)
        names = self._names = self._names if len(self._names) < _FEW else {}
        find, starts = view.find, view.startswith
        half = len(blank) // 2
        end = self._ahead
        while begin < size:
            if end < begin:
                end = find(blank, begin)
                end = size if end < 0 else end
            if end == size:
                break
            at, event = begin, None
            if starts(b"event: ", begin):
                at = find(b"\n", begin, end) + 1
                line = view[begin:at]
                if line not in names:
                    names[line] = _named(line, blank[:half])
                event = names[line]
                if event is _OTHER:
                    break
            # with both characters about, only a search for either stops at the nearer one
            several = find(b"\n", at, end) >= 0 if half == 1 else _EITHER.search(view, at, end)
            if several or not starts(b"data: ", at):
                break
            text, after = view[at + 6 : end].decode("utf-8", "replace"), end + 2 * half
            raw = view[begin:after]
            # `Frame(...)` takes twice as long
            out.append(
                new(Frame, (text, raw, base + begin, event, ident, None, (), True, False, None))
            )
            begin = after
        self._line = self._scan = begin
        self._ahead = end
        return begin

    def _frame(self, raw: bytes, start: int, *, partial: bool = False) -> Frame:
        frame = Frame(
            data="\n".join(self._data),
            raw=raw,
            start=start,
            event=self._event,
            id=self._id,
            retry=self._retry,
            dispatch=bool(self._data) and not partial,
            partial=partial,
        )
        self._reset()
        return frame

    def _field(self, line: bytes) -> bool:
        """Take one line; True for a blank one, which ends the block."""
        if self._first:
            line, self._first = line.removeprefix(_BOM), False
        if not line:
            return True
        name, _, value = line.decode("utf-8", "replace").partition(":")
        value = value.removeprefix(" ")
        if name == "data":
            self._data.append(value)
        elif name == "event":
            self._event = value or None
        elif name == "id" and "\0" not in value:
            self._id = value
        elif name == "retry" and _DIGITS.fullmatch(value):
            self._retry = int(value)
        return False


def _named(line: bytes, end: bytes) -> str | None:
    """The name in a line `event: `, None for an empty one; `_OTHER` where it is not one line."""
    name = line[7 : -len(end)]
    if not line.endswith(end) or b"\r" in name:
        return _OTHER
    return name.decode("utf-8", "replace") or None
