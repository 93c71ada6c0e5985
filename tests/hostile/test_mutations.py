"""Our own file with one interaction damaged: a typed error, or all the others as they were."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stream_cassette.cassette.model import Cassette
from stream_cassette.errors import CassetteFileError
from stream_cassette.formats._registry import write
from stream_cassette.store.files import read
from tests.hostile.test_cut_off import WRITTEN

FILE = write(WRITTEN, comments=["said"] * len(WRITTEN.interactions))
HEAD = FILE.index(b"- request:")
PARTS = [b"- request:" + part for part in FILE[HEAD:-11].split(b"- request:")[1:]]
TAIL = FILE[-11:]
TOKENS = (
    *(
        b"\n",
        b"\r",
        b"\r\n",
        b" ",
        b"\t",
        b"  ",
        b"#",
        b" #",
        b"'",
        b'"',
        b"\\",
        b":",
        b": ",
        b"- ",
    ),
    *(
        b"[",
        b"]",
        b"{",
        b"}",
        b",",
        b"|",
        b">",
        b"&a ",
        b"*a",
        b"!!binary ",
        b"!x ",
        b"? ",
        b"<<: ",
    ),
    *(b"---\n", b"...\n", b"%YAML 1.1\n", b"<<<<<<< x\n", b"=======\n", b"\0", b"\xff", b"\x85"),
    *("\u2028".encode(), b"\xef\xbb\xbf", b"0", b"-", b"1e9", b"null", b"~", b"version: 1\n"),
)


Change = Callable[[bytes, int, int, bytes], bytes]


def _flipped(part: bytes, at: int, bit: int, token: bytes) -> bytes:
    return part[:at] + bytes([part[at] ^ 1 << bit % 8]) + part[at + 1 :]


def _deleted(part: bytes, at: int, size: int, token: bytes) -> bytes:
    return part[:at] + part[at + 1 + size :]


def _inserted(part: bytes, at: int, size: int, token: bytes) -> bytes:
    return part[:at] + token + part[at:]


def _swapped(part: bytes, at: int, size: int, token: bytes) -> bytes:
    lines = part.split(b"\n")
    one, other = at % len(lines), (at + 1 + size) % len(lines)
    lines[one], lines[other] = lines[other], lines[one]
    return b"\n".join(lines)


def _repeated(part: bytes, at: int, size: int, token: bytes) -> bytes:
    lines = part.split(b"\n")
    one = at % len(lines)
    return b"\n".join([*lines[: one + 1 + size], *lines[one:]])


CHANGES: tuple[Change, ...] = (_flipped, _deleted, _inserted, _swapped, _repeated)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("mutations") / "x.yaml"


def test_the_parts_are_the_file(path: Path) -> None:
    assert FILE[:HEAD] + b"".join(PARTS) + TAIL == FILE
    assert len(PARTS) == len(WRITTEN.interactions)
    path.write_bytes(FILE)
    assert read(path).interactions == WRITTEN.interactions


def _outcome(path: Path) -> Cassette | CassetteFileError:
    try:
        return read(path)
    except CassetteFileError as error:
        return error


@settings(max_examples=300, deadline=None)
@given(
    st.integers(0, len(PARTS) - 1),
    st.sampled_from(CHANGES),
    st.integers(0, 2000),
    st.integers(0, 20),
    st.sampled_from(TOKENS),
)
def test_what_is_untouched_stays(
    path: Path, number: int, change: Change, at: int, size: int, token: bytes
) -> None:
    part = PARTS[number]
    damaged = change(part, at % len(part), size, token)
    data = FILE[:HEAD] + b"".join([*PARTS[:number], damaged, *PARTS[number + 1 :]]) + TAIL
    path.write_bytes(data)
    before = path.stat().st_mtime_ns
    outcome = _outcome(path)
    assert path.read_bytes() == data
    assert path.stat().st_mtime_ns == before
    if isinstance(outcome, CassetteFileError):
        assert outcome.path == str(path)
    else:
        found = outcome.interactions
        rest = len(PARTS) - number - 1
        assert found[:number] == WRITTEN.interactions[:number]
        assert found[len(found) - rest :] == WRITTEN.interactions[number + 1 :]
