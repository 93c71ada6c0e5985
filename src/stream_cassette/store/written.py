"""Files that are made anew each time, such as reports: whole, or not at all."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from stream_cassette.errors import UsageError
from stream_cassette.store.paths import temporary_path

__all__ = ["write_whole"]


def write_whole(path: Path, text: str) -> int:
    """Write the text as UTF-8, replacing what is there; directories are made. The size in bytes.

    Raises: UsageError: the disk refused; what was there is untouched.
    """
    data = text.encode("utf-8", "replace")
    temporary = temporary_path(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(data)
        os.replace(temporary, path)
    except OSError as error:
        raise UsageError(f"{path} can't be written: {error.strerror}") from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
    return len(data)
