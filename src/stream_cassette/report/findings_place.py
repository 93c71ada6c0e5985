"""Where a file is, for a reader that knows the repository and not this machine."""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["within"]


def within(path: str, root: Path) -> str:
    """The path from the root, with slashes; as it is if it is elsewhere, or in a revision."""
    if not os.path.lexists(path):
        return path
    whole = Path(os.path.abspath(path))
    try:
        return whole.relative_to(os.path.abspath(root)).as_posix()
    except ValueError:
        return whole.as_posix()
