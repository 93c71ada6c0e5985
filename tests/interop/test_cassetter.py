"""cassetter replays our streams with equal bytes, and its files in vcrpy's shape load here.

It reads text only through NFC and hands a body up decoded, so streams in NFC are compared.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

import httpx
import pytest

from tests.support.interop_rows import ROWS, Row

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
