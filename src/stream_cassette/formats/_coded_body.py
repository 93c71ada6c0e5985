"""Bodies that a file keeps as text with the name of an encoding, or as base64.

Source: Ruby VCR, lib/vcr/structs.rb (`force_encode_string`, `try_encode_string`); betamax,
util.py (`body_io`).
"""

from __future__ import annotations

import binascii
import re
from typing import Final

from stream_cassette.errors import CorruptCassette
from stream_cassette.formats._nodes import (
    BINARY,
    Block,
    Node,
    Scalar,
    bytes_of,
    is_null,
    mapping_of,
    text_of,
)

__all__ = ["body_of", "encoded", "from_base64"]

# names under which text is UTF-8 here: Ruby tags bytes with the last four and changes none
_UTF8: Final = frozenset({"", "utf-8", "utf8", "us-ascii", "ascii", "ascii-8bit", "binary"})
# other encodings of text that both Ruby and Python know; Python's codecs hold more than text
_KNOWN: Final = re.compile(
    r"iso-?8859-[0-9]{1,2}|latin-?1|windows-[0-9]{3,4}|(?:cp|ibm)[0-9]{3,4}|shift_jis|euc-(?:jp|kr)"
    r"|gbk|gb2312|gb18030|big5|koi8-[ru]|utf-(?:16|32)(?:le|be)"
)


def body_of(node: Node | None, what: str) -> bytes:
    """The bytes of `{encoding, string}`, `{encoding, base64_string}`, text, or nothing.

    Raises CorruptCassette for text that the encoding doesn't hold, and encodings not known here.
    """
    if node is None:
        return b""
    if isinstance(node, Scalar | Block):
        return bytes_of(node, what)
    body = mapping_of(node, what)
    coded = body.get("base64_string")
    if coded is not None:
        return from_base64(text_of(coded, what), what, coded.line)
    text = body.entries.get("string")
    if text is None or is_null(text):
        return b""
    name = body.get("encoding")
    if text.tag == BINARY or name is None:
        return bytes_of(text, what)
    return encoded(text, text_of(name, f"encoding of {what}"), what)


def encoded(node: Node, name: str, what: str) -> bytes:
    """The text in the named encoding. Raises CorruptCassette."""
    key = name.strip().lower()
    if key in _UTF8:
        return bytes_of(node, what)
    try:
        if not _KNOWN.fullmatch(key):
            raise LookupError(key)
        return text_of(node, what).encode(key)
    except LookupError as error:
        raise CorruptCassette(
            f"{what} is in an encoding unknown here: {name[:40]!r}",
            line=node.line,
            hint="record it again with exact bytes (`preserve_exact_body_bytes`)",
        ) from error
    except UnicodeEncodeError as error:
        raise CorruptCassette(
            f"{what} holds a character that {name} does not",
            line=node.line,
            hint="record it again with exact bytes (`preserve_exact_body_bytes`)",
        ) from error


def from_base64(text: str, what: str, line: int | None) -> bytes:
    """The bytes of base64 text, in lines or not. Raises CorruptCassette."""
    try:
        return binascii.a2b_base64("".join(text.split()).encode("ascii"), strict_mode=True)
    except ValueError as error:
        raise CorruptCassette(f"{what} is no base64: {error}", line=line) from error
