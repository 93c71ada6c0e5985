"""The digest of a file as it lies on the disk."""

from __future__ import annotations

import hashlib
from pathlib import Path

__all__ = ["digest"]


def digest(path: Path) -> str:
    """The SHA-256 of the file's bytes, in hexadecimal. Raises: OSError."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
