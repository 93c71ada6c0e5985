"""Text that shows what it is: whatever is no plain character is written `\\u{...}`.

Control and format characters, lone surrogates, line and paragraph separators and noncharacters can
end a comment, drive a terminal, or turn the order of letters round.
"""

from __future__ import annotations

import unicodedata
from typing import Final

__all__ = ["is_hidden", "visible", "written_out"]

# other (control, format, surrogate), and what ends a line or a paragraph
_HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def is_hidden(char: str) -> bool:
    """Whether the character is not seen, or changes how others are."""
    if " " <= char <= "~":
        return False
    code = ord(char)
    is_noncharacter = code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF
    return is_noncharacter or unicodedata.category(char) in _HIDDEN


def written_out(char: str) -> str:
    """`\\u{202E}`."""
    return f"\\u{{{ord(char):X}}}"


def visible(text: str) -> str:
    """The text on one line, with everything that is hidden written_out; line ends and tabs too."""
    if text.isprintable():
        return text
    return "".join(written_out(char) if is_hidden(char) else char for char in text)
