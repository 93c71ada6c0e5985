"""Cassettes as values: load a file, write one.

The functions take a path as text or `Path`; what they return is frozen.
"""

from __future__ import annotations

import os
from dataclasses import replace as replaced
from pathlib import Path

from stream_cassette.cassette.model import Cassette
from stream_cassette.pipeline import conversations_of, has_said_all, readable
from stream_cassette.store.digest import digest
from stream_cassette.store.files import publish, read
from stream_cassette.store.recover import Recovered
from stream_cassette.store.recover import recover as salvage

__all__ = ["dump", "fingerprint", "load", "recover"]


def load(path: str | os.PathLike[str]) -> Cassette:
    """The cassette in the file, whatever known format it has; it can read its `conversations`.

    Raises:
        CassetteNotFound: there is no file.
        CassetteFileError: it can't be read or is no cassette; the message says where and why.
    """
    return replaced(read(Path(path)), reader=conversations_of)


def dump(
    cassette: Cassette,
    path: str | os.PathLike[str],
    format: str = "vcr",
    *,
    ascii: bool = False,
) -> int:
    """Write the cassette to the file, replacing what is there; the size in bytes.

    `format` is "vcr" (ours, readable by vcrpy) or another format that can be written. `ascii`
    escapes everything beyond ASCII. The file is written aside, read back, compared and renamed.

    Raises:
        PublishError: it does not read back equal, or the disk refused; the old file is untouched.
    """
    viewed, comments = readable(cassette)
    return publish(Path(path), viewed, format=format, comments=comments, ascii=ascii)


def recover(
    journal: str | os.PathLike[str], *, replace: bool = False, dry_run: bool = False
) -> Recovered:
    """Make a cassette of what a recording left behind whose process was killed.

    `journal` is the side file, `.<name>.<pid>-<random>.journal`. The cassette goes to its own
    path if nothing is there, or with `replace`; else to `<name>.recovered.yaml`; then the journal
    is taken away. With `dry_run` nothing is changed.

    Raises:
        JournalError: it is no journal, or its recording still runs.
        CassetteFileError: the cassette can't be read or written; the journal stays.
    """
    return salvage(
        Path(journal), is_whole=has_said_all, publish=dump, replace_it=replace, dry=dry_run
    )


def fingerprint(path: str | os.PathLike[str]) -> str:
    """The SHA-256 of the file's bytes, in hexadecimal. Raises: OSError."""
    return digest(Path(path))
