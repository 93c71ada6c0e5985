"""Tell a file whose last line does not end: all writers end it, what is cut off mostly does not.

For formats in which nothing has to come last. A file cut off just behind a line has all that such
a format asks for: its reader gets what is left.
"""

from __future__ import annotations

from stream_cassette.errors import CorruptCassette

__all__ = ["refuse_open_end"]


def refuse_open_end(data: bytes) -> None:
    """Raises CorruptCassette unless the last line of `data` ends."""
    if not data.endswith(b"\n"):
        raise CorruptCassette(
            "the last line does not end: the file is cut off",
            line=data.count(b"\n") + 1,
            hint="restore the file; if nothing is missing, end its last line",
        )
