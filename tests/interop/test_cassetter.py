"""cassetter replays our streams with equal bytes, and its own files replay here.

It reads text only through NFC and hands a body up decoded, so streams in NFC are compared.
"""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from stream_cassette.errors import CorruptCassette
from stream_cassette.store.files import read
from stream_cassette.tape import use_cassette
from tests.support.interop_rows import ROWS, Row, serve

if TYPE_CHECKING:
    from tests.interop.conftest import Ours

cassetter = pytest.importorskip("cassetter")


def _is_nfc(data: bytes) -> bool:
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return False
    return unicodedata.is_normalized("NFC", text)


STREAMS = [row for row in ROWS if row.is_stream and _is_nfc(row.body)]


@pytest.mark.parametrize("row", STREAMS, ids=lambda row: row.id)
def test_ours_there(ours: Ours, row: Row) -> None:
    with cassetter.use_cassette(str(ours.path), record_mode="none"):
        response = httpx.post(ours.url(row.id), json={"row": row.id})
    assert response.content == row.body


# cassetter writes U+FFFE as it is, which is no character of YAML (1.1, 5.1; 1.2, 5.1)
UNREADABLE = [row for row in STREAMS if "\ufffe" in row.body.decode()]
WHOLE = [row for row in STREAMS if not row.cut and row not in UNREADABLE]
# stored as other types of body, or decoded
OTHERS = [row for row in ROWS if row.id in ("not-utf-8", "not-utf-8-stream", "no-content")]


def _recorded(path: Path, row: Row) -> str:
    with serve() as url, cassetter.use_cassette(str(path), record_mode="once"):
        httpx.post(f"{url}/{row.id}", json={"row": row.id})
    return f"{url}/{row.id}"


@pytest.mark.parametrize("row", WHOLE + OTHERS, ids=lambda row: row.id)
def test_theirs_here(tmp_path: Path, row: Row) -> None:
    url = _recorded(tmp_path / "theirs.yaml", row)
    with use_cassette(tmp_path / "theirs.yaml") as tape:
        response = httpx.post(url, json={"row": row.id})
    assert (response.status_code, response.content) == (row.status, row.body)
    assert tape.cassette.format == "cassetter"
    assert len(tape.played) == 1


@pytest.mark.parametrize("row", UNREADABLE, ids=lambda row: row.id)
def test_theirs_that_are_no_yaml_are_refused_here(tmp_path: Path, row: Row) -> None:
    _recorded(tmp_path / "theirs.yaml", row)
    with pytest.raises(CorruptCassette, match="no valid YAML: control characters"):
        read(tmp_path / "theirs.yaml")


@pytest.mark.parametrize("row", [r for r in ROWS if r.coding], ids=lambda row: row.id)
def test_theirs_decoded_here(tmp_path: Path, row: Row) -> None:
    """Only the NFC form of a text is in their file."""
    url = _recorded(tmp_path / "theirs.yaml", row)
    with cassetter.use_cassette(str(tmp_path / "theirs.yaml"), record_mode="none"):
        there = httpx.post(url, json={"row": row.id}).text
    with use_cassette(tmp_path / "theirs.yaml"):
        here = httpx.post(url, json={"row": row.id}).text
    assert unicodedata.normalize("NFC", here) == unicodedata.normalize("NFC", there)
    assert here.count("data: ") == 3


def test_their_json_here(tmp_path: Path) -> None:
    (row,) = (row for row in ROWS if row.id == "json")
    url = _recorded(tmp_path / "theirs.yaml", row)
    with use_cassette(tmp_path / "theirs.yaml"):
        response = httpx.post(url, json={"row": row.id})
    assert response.json() == json.loads(row.body)
