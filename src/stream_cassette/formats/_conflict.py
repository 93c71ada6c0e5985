"""Find the markers that a merge leaves in a file where both sides changed the same lines.

They stand at the start of a line, where no file of a known format has such text: what is inside a
scalar is indented.
Source: git-merge(1), 'How conflicts are presented'.
"""

from __future__ import annotations

import re
from typing import Final

from stream_cassette.errors import CorruptCassette

__all__ = ["refuse_conflict"]

_SIDE: Final = re.compile(rb"^(?:<{7}|\|{7}|>{7}) ", re.MULTILINE)
_SIDES: Final = (b"<<<<<<< ", b">>>>>>> ", b"||||||| ")  # sought first: it is faster
_MIDDLE: Final = re.compile(rb"^={7}\r?$", re.MULTILINE)


def refuse_conflict(data: bytes, *, is_broken: bool = False) -> None:
    """Raises CorruptCassette, with the line, if there is a marker of a merge conflict.

    `is_broken`: the file can't be read, so that the middle marker alone says why.
    """
    marker = _SIDE.search(data) if any(side in data for side in _SIDES) else None
    if marker is None and is_broken and b"=======" in data:
        marker = _MIDDLE.search(data)
    if marker is not None:
        line = data.count(b"\n", 0, marker.start()) + 1
        raise CorruptCassette("a merge-conflict marker", line=line, hint="resolve the merge first")
