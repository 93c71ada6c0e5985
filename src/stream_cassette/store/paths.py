"""Names beside a cassette: rejected recordings, temporary files; and what a glob skips."""

from __future__ import annotations

import os
import re
import secrets
from pathlib import Path

__all__ = [
    "JOURNAL_SUFFIX",
    "is_cassette_name",
    "is_file_name",
    "journal_path",
    "lock_path",
    "recovered_path",
    "rejected_path",
    "temporary_path",
]

JOURNAL_SUFFIX = ".journal"

_LEFT_ASIDE = re.compile(r"\.(?:rejected|recovered(?:-\d+)?)\.yaml$")
_PLAIN = (".yaml", ".yml", ".json", ".toml", ".har", ".httprr")
_SUFFIXES = (*_PLAIN, *(f"{suffix}.gz" for suffix in _PLAIN), ".zz")


def rejected_path(path: Path) -> Path:
    """Where a recording goes whose test did not pass: `<name>.rejected.yaml`."""
    return path.with_name(f"{_stem(path)}.rejected.yaml")


def temporary_path(path: Path) -> Path:
    """A name in the same directory that no other process or thread uses."""
    return path.with_name(f".{path.name}.{os.getpid()}-{secrets.token_hex(4)}.tmp")


def recovered_path(path: Path, number: int = 1) -> Path:
    """Where a killed recording goes that must not replace the cassette: `<name>.recovered.yaml`.

    Of several the second is `<name>.recovered-2.yaml`.
    """
    which = f"-{number}" if number > 1 else ""
    return path.with_name(f"{_stem(path)}.recovered{which}.yaml")


def journal_path(path: Path) -> Path:
    """A name for the side file of a recording that no other process or thread uses."""
    return path.with_name(f".{path.name}.{os.getpid()}-{secrets.token_hex(4)}{JOURNAL_SUFFIX}")


def lock_path(path: Path) -> Path:
    """The file that says who is recording to the cassette at `path`."""
    return path.with_name(f".{path.name}.lock")


def is_cassette_name(path: Path) -> bool:
    """Whether a file of this name is looked at when a directory or glob is read."""
    name = path.name
    return (
        name.endswith(_SUFFIXES) and not name.startswith(".") and _LEFT_ASIDE.search(name) is None
    )


def is_file_name(name: str) -> bool:
    """Whether it names a file of a directory, and can name none outside of it."""
    return name not in ("", ".", "..") and "\0" not in name and Path(name).name == name


def _stem(path: Path) -> str:
    for suffix in sorted(_SUFFIXES, key=len, reverse=True):
        if path.name.endswith(suffix):
            return path.name[: -len(suffix)]
    return path.name
