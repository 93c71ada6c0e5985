"""Names beside a cassette: rejected recordings, temporary files; and what a glob skips."""

from __future__ import annotations

import glob
import os
import secrets
from pathlib import Path

__all__ = [
    "JOURNAL_SUFFIX",
    "is_cassette_name",
    "journal_path",
    "journals_of",
    "lock_path",
    "recovered_path",
    "rejected_path",
    "temporary_path",
]

JOURNAL_SUFFIX = ".journal"

_SUFFIXES = (".yaml", ".yml", ".json", ".yaml.gz", ".yml.gz", ".json.gz")


def rejected_path(path: Path) -> Path:
    """Where a recording goes whose test did not pass: `<name>.rejected.yaml`."""
    return path.with_name(f"{_stem(path)}.rejected.yaml")


def temporary_path(path: Path) -> Path:
    """A name in the same directory that no other process or thread uses."""
    return path.with_name(f".{path.name}.{os.getpid()}-{secrets.token_hex(4)}.tmp")


def recovered_path(path: Path) -> Path:
    """Where a killed recording goes that must not replace the cassette: `<name>.recovered.yaml`."""
    return path.with_name(f"{_stem(path)}.recovered.yaml")


def journal_path(path: Path) -> Path:
    """A name for the side file of a recording that no other process or thread uses."""
    return path.with_name(f".{path.name}.{os.getpid()}-{secrets.token_hex(4)}{JOURNAL_SUFFIX}")


def lock_path(path: Path) -> Path:
    """The file that says who is recording to the cassette at `path`."""
    return path.with_name(f".{path.name}.lock")


def journals_of(path: Path) -> list[Path]:
    """The side files of the cassette at `path`, of the living and of the dead, oldest first."""
    pattern = f".{glob.escape(path.name)}.*-*{JOURNAL_SUFFIX}"
    return sorted(path.parent.glob(pattern), key=lambda found: found.stat().st_mtime_ns)


def is_cassette_name(path: Path) -> bool:
    """Whether a file of this name is looked at when a directory or glob is read."""
    name = path.name
    return (
        name.endswith(_SUFFIXES)
        and not name.startswith(".")
        and not name.endswith((".rejected.yaml", ".recovered.yaml"))
    )


def _stem(path: Path) -> str:
    for suffix in sorted(_SUFFIXES, key=len, reverse=True):
        if path.name.endswith(suffix):
            return path.name[: -len(suffix)]
    return path.name
