"""Names beside a cassette: rejected recordings, temporary files; and what a glob skips."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

__all__ = ["is_cassette_name", "rejected_path", "temporary_path"]

_SUFFIXES = (".yaml", ".yml", ".json", ".yaml.gz", ".yml.gz", ".json.gz")


def rejected_path(path: Path) -> Path:
    """Where a recording goes whose test did not pass: `<name>.rejected.yaml`."""
    return path.with_name(f"{_stem(path)}.rejected.yaml")


def temporary_path(path: Path) -> Path:
    """A name in the same directory that no other process or thread uses."""
    return path.with_name(f".{path.name}.{os.getpid()}-{secrets.token_hex(4)}.tmp")


def is_cassette_name(path: Path) -> bool:
    """Whether a file of this name is looked at when a directory or glob is read."""
    name = path.name
    return (
        name.endswith(_SUFFIXES)
        and not name.startswith(".")
        and not name.endswith(".rejected.yaml")
    )


def _stem(path: Path) -> str:
    for suffix in sorted(_SUFFIXES, key=len, reverse=True):
        if path.name.endswith(suffix):
            return path.name[: -len(suffix)]
    return path.name
