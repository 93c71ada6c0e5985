"""One recording of every row, made once, its server gone."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from stream_cassette.cassette.model import Cassette
from stream_cassette.store.files import read
from stream_cassette.tape import use_cassette
from tests.support.interop_rows import ROWS, serve

NO_SERVER = "http://127.0.0.1:9/no-head"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ours:
    """Our file with every row in it, and one request that never got a head."""

    path: Path
    cassette: Cassette

    def url(self, row_id: str) -> str:
        """The URL that was recorded for the row."""
        urls = [interaction.request.url for interaction in self.cassette.interactions]
        return next(url for url in urls if url.endswith(f"/{row_id}"))


@pytest.fixture(scope="session")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Ours:
    """A cassette that this package recorded with httpx."""
    path = tmp_path_factory.mktemp("interop") / "ours.yaml"
    with serve() as url, use_cassette(path, record="once"), httpx.Client() as client:
        for row in ROWS:
            with contextlib.suppress(httpx.RemoteProtocolError):
                client.post(f"{url}/{row.id}", json={"row": row.id})
        with contextlib.suppress(httpx.ConnectError):
            client.post(NO_SERVER, json={})
    cassette = read(path)
    bodies = [interaction.response.body for interaction in cassette.interactions]
    assert bodies == [row.body for row in ROWS] + [b""]
    return Ours(path=path, cassette=cassette)
