"""What a plain scalar means by YAML 1.2's core schema, which JavaScript's and Rust's writers keep.

`12:30:45`, `no` and `0777` are text or decimal here, unlike in YAML 1.1.
Source: YAML 1.2.2, 10.3.2.
"""

from __future__ import annotations

import re
from typing import Any, Final

from stream_cassette.formats._nodes import Scalar

__all__ = ["resolve_core"]

_WORDS: Final = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INTEGER: Final = re.compile(r"[-+]?[0-9]{1,4000}")
_FLOAT: Final = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")


def resolve_core(scalar: Scalar) -> Any:
    """The plain scalar as null, a boolean, a number or text."""
    text = scalar.text
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _FLOAT.fullmatch(text) else text
