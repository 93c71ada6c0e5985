"""pytest-recording replays our file in a test of its own run, and its files replay here."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from stream_cassette.tape import use_cassette
from tests.support.interop_rows import ROWS, serve

if TYPE_CHECKING:
    from tests.interop.conftest import Ours

pytest.importorskip("pytest_recording")

ASK = """
import httpx
import pytest

@pytest.mark.vcr(match_on=["method", "uri", "raw_body"])
def test_rows():
    for row_id, url, wanted in {rows!r}:
        with httpx.stream("POST", url, json={{"row": row_id}}) as response:
            assert b"".join(response.iter_raw()) == wanted, row_id
"""


def _run(pytester: pytest.Pytester, rows: list[tuple[str, str, bytes]], mode: str) -> Path:
    pytester.makepyfile(ASK.format(rows=rows))
    result = pytester.runpytest_subprocess(f"--record-mode={mode}")
    result.assert_outcomes(passed=1)
    (directory,) = pytester.path.glob("cassettes/*")
    return directory / "test_rows.yaml"


def test_ours_there(ours: Ours, pytester: pytest.Pytester) -> None:
    name = pytester.path.name.rstrip("0123456789")
    directory = pytester.path / "cassettes" / name
    directory.mkdir(parents=True)
    shutil.copy(ours.path, directory / "test_rows.yaml")
    rows = [(row.id, ours.url(row.id), row.body) for row in ROWS]
    assert _run(pytester, rows, "none") == directory / "test_rows.yaml"


def test_theirs_here(pytester: pytest.Pytester) -> None:
    whole = [row for row in ROWS if not row.cut]
    with serve() as url:
        path = _run(pytester, [(row.id, f"{url}/{row.id}", row.body) for row in whole], "once")
    with use_cassette(path) as tape:
        for row in whole:
            with httpx.stream("POST", f"{url}/{row.id}", json={"row": row.id}) as response:
                assert b"".join(response.iter_raw()) == row.body
    assert len(tape.played) == len(whole)
