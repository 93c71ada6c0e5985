"""Put changed bytes in the place of a file that is there: whole or not at all."""

from __future__ import annotations

import gzip
import os
import shutil
from contextlib import suppress
from pathlib import Path

from stream_cassette.errors import PublishError
from stream_cassette.store.lock import PathLock
from stream_cassette.store.paths import temporary_path

__all__ = ["rewrite"]

_LOCK_LIMIT_S = 10.0


def rewrite(path: Path, before: bytes, after: bytes, *, holder: str) -> None:
    """Put `after` in the place of `before`: what the file held, unpacked, when it was read.

    A link stays one; the file keeps its rights; a name ending in `.gz` is packed.

    Raises:
        LockTimeout: somebody is recording to it.
        PublishError: it holds something else by now, or the disk refused; the file is untouched.
    """
    target = path.resolve()
    packed = target.name.endswith(".gz")
    with PathLock(target, holder=holder, limit_s=_LOCK_LIMIT_S):
        temporary = temporary_path(target)
        try:
            if _unpacked(target.read_bytes()) != before:
                raise PublishError("was changed while it was looked at", path=str(path))
            _write_synced(temporary, gzip.compress(after, mtime=0) if packed else after)
            shutil.copymode(target, temporary)
            os.replace(temporary, target)
        except OSError as error:
            raise PublishError(
                f"can't be written: {error.strerror}", path=str(path), hint="it is untouched"
            ) from error
        finally:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)


def _unpacked(data: bytes) -> bytes:
    return gzip.decompress(data) if data.startswith(b"\x1f\x8b") else data


def _write_synced(path: Path, data: bytes) -> None:
    with open(path, "xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
