"""Write short scalars so that every YAML reader gives the same text back; and comments.

Text stands without quotes where no reader takes it for anything else, else between double quotes.
Bodies are `_body_write`'s.
Source: YAML 1.2.2, 5.7 (escapes), 7.3.1 (double-quoted), 8.1.3 (folded); libyaml's scanner.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator
from typing import Final

from stream_cassette.cassette.visible import is_hidden, written_out

__all__ = [
    "WIDTH",
    "comment",
    "escaped",
    "flow",
    "folded",
    "header_value",
    "number",
    "quoted",
    "url",
    "word",
]

WIDTH: Final = 100
COMMENT_WIDTH: Final = 120

# rule 2: what is escaped between double quotes
_ESCAPED: Final = re.compile(
    "[^\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
_ESCAPED_ASCII: Final = re.compile(r"[^ -~]")
_ESCAPES: Final = {"\n": "\\n", "\t": "\\t", "\0": "\\0"}

# rule 4: words that need no quotes, and those that YAML 1.1 would not read as text
_PLAIN: Final = re.compile(r"[A-Za-z][A-Za-z0-9/._+-]*")
_PLAIN_URL: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[!$-&(-~]*[!$-&(-9;-~]")
_RESERVED: Final = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})


def escaped(text: str, *, ascii_only: bool = False) -> str:
    """`text` as it stands between double quotes."""
    # the usual ones at once, ten times as fast as one by one
    text = text.replace("\\", "\\\\").replace('"', '\\"').replace("\r", "\\r")
    return (_ESCAPED_ASCII if ascii_only else _ESCAPED).sub(_escape_one, text)


def _escape_one(match: re.Match[str]) -> str:
    char = match[0]
    code = ord(char)
    if char in _ESCAPES:
        return _ESCAPES[char]
    if 0xD800 <= code <= 0xDFFF:  # YAML has no spelling for a lone surrogate
        return "\\uFFFD"
    if code <= 0xFF:
        return f"\\x{code:02X}"
    return f"\\u{code:04X}" if code <= 0xFFFF else f"\\U{code:08X}"


def quoted(text: str, *, ascii_only: bool = False) -> str:
    """`text` between double quotes, on one line."""
    return f'"{escaped(text, ascii_only=ascii_only)}"'


def word(text: str, *, ascii_only: bool = False) -> str:
    """`text` without quotes where every YAML reader takes it for the same text, else quoted."""
    if _PLAIN.fullmatch(text) and text.lower() not in _RESERVED:
        return text
    return quoted(text, ascii_only=ascii_only)


def url(text: str, *, ascii_only: bool = False) -> str:
    """A URL, without quotes if it is printable ASCII without blank, quote or `#`."""
    return text if _PLAIN_URL.fullmatch(text) else quoted(text, ascii_only=ascii_only)


def header_value(text: str) -> str:
    """A field value (ISO-8859-1 text): `!!binary` if it is not ASCII."""
    if text.isascii():
        return word(text)
    data = text.encode("utf-8" if max(text) > "\xff" else "latin-1", "replace")
    return f'!!binary "{base64.b64encode(data).decode("ascii")}"'


def flow(items: Iterable[str]) -> str:
    """Scalars already written, as a flow list."""
    return f"[{', '.join(items)}]"


def number(value: float) -> str:
    """The shortest text that reads back as the same number: `412.5`, `1246`."""
    return str(int(value)) if value == int(value) else repr(float(value))


def folded(words: Iterable[str], pad: str) -> Iterator[str]:
    """Words without blanks as the lines of a folded block of at most 100 columns.

    The last is not ended; `""` if there are no words.
    """
    line: list[str] = []
    width = len(pad) - 1
    lead = ">-\n" + pad
    for item in words:
        if line and width + 1 + len(item) > WIDTH:
            yield lead + " ".join(line)
            lead = "\n" + pad
            line, width = [], len(pad) - 1
        line.append(item)
        width += 1 + len(item)
    yield lead + " ".join(line) if line else '""'


def comment(text: str, *, ascii_only: bool = False) -> str:
    """`text` as comment lines, each ended: nothing in it can end the comment or hide in it.

    A line is cut at 120 characters; LF is the only thing that separates lines.
    """
    return "".join(f"{_comment_line(line, ascii_only)}\n" for line in text.split("\n"))


def _comment_line(line: str, ascii_only: bool) -> str:
    out, width = [], 2
    for char in line[:COMMENT_WIDTH]:
        shown = written_out(char) if is_hidden(char) or (ascii_only and char > "~") else char
        if width + len(shown) > COMMENT_WIDTH:
            break
        out.append(shown)
        width += len(shown)
    else:
        if len(line) <= COMMENT_WIDTH:
            return f"# {''.join(out)}".rstrip()
    mark = "..." if ascii_only else "…"
    while out and width + len(mark) > COMMENT_WIDTH:
        width -= len(out.pop())
    return f"# {''.join(out)}{mark}"
