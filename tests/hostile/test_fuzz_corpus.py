"""Small inputs that a coverage-guided fuzzer found for the readers: none gets past a typed error.

Each reaches code that no smaller one does. Those that begin with `J` are records of a journal, to
which the checksums are added here: kind, number, size (u16), payload.
"""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from stream_cassette.errors import CassetteFileError, JournalError
from stream_cassette.formats import _registry
from stream_cassette.pipeline import readable
from stream_cassette.store._journal_read import contents
from stream_cassette.store._records import MAGIC, pack

with zipfile.ZipFile(Path(__file__).with_name("fuzz_corpus.zip")) as archive:
    INPUTS = {name: archive.read(name) for name in archive.namelist()}
FILES = {name: data for name, data in INPUTS.items() if not data.startswith(b"J")}
JOURNALS = {name: data for name, data in INPUTS.items() if data.startswith(b"J")}


def _journal(data: bytes) -> bytes:
    out, at = [MAGIC], 1
    while at + 4 <= len(data):
        size = int.from_bytes(data[at + 2 : at + 4], "little")
        payload = data[at + 4 : at + 4 + size]
        out.append(pack(data[at], data[at + 1] & 3, payload))  # type: ignore[arg-type]
        at += 4 + size
    return b"".join(out)


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_refused_or_can_be_written_again(name: str) -> None:
    try:
        cassette = _registry.read(FILES[name])
    except CassetteFileError:
        return
    viewed, comments = readable(cassette)
    again = _registry.read(_registry.write(viewed, comments=comments))
    assert again.interactions == _registry.canonical(cassette).interactions


@pytest.mark.parametrize("name", JOURNALS)
def test_a_journal_is_refused_or_read(name: str) -> None:
    try:
        found = contents(io.BytesIO(_journal(JOURNALS[name])))
    except JournalError:
        return
    assert found is not None


def test_there_are_some_of_both() -> None:
    assert len(FILES) > 90
    assert len(JOURNALS) > 5
