"""Plain vcrpy replays our files with equal bytes, and its files replay here."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import httpx2
import pytest
import vcr

from stream_cassette.store.files import read
from stream_cassette.tape import use_cassette
from tests.support.interop_rows import ROWS, Row, serve

if TYPE_CHECKING:
    from tests.interop.conftest import Ours

CLIENTS = pytest.mark.parametrize("client", [httpx, httpx2], ids=["httpx", "httpx2"])
WHOLE = [row for row in ROWS if not row.cut]
MATCH_ON = ["method", "uri", "raw_body"]


def _raw(client: Any, url: str, row_id: str) -> bytes:
    with client.Client() as session, session.stream("POST", url, json={"row": row_id}) as response:
        return b"".join(response.iter_raw())


@CLIENTS
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.id)
def test_ours_there(ours: Ours, client: Any, row: Row) -> None:
    with vcr.use_cassette(str(ours.path), record_mode="none", match_on=MATCH_ON) as cassette:
        assert _raw(client, ours.url(row.id), row.id) == row.body
    assert cassette.play_count == 1


def test_a_request_that_got_no_head_is_an_empty_answer_there(ours: Ours) -> None:
    with vcr.use_cassette(str(ours.path), record_mode="none"):
        response = httpx.post(ours.url("no-head"), json={})
    assert (response.status_code, response.content) == (0, b"")


def test_all_interactions_are_seen_there(ours: Ours) -> None:
    with vcr.use_cassette(str(ours.path), record_mode="none") as cassette:
        bodies = [response["body"]["string"] or b"" for response in cassette.responses]
    assert bodies == [interaction.response.body for interaction in ours.cassette.interactions]


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    path = tmp_path_factory.mktemp("vcrpy") / "theirs.yaml"
    with serve() as url:
        with vcr.use_cassette(str(path), record_mode="once"):
            for row in WHOLE:
                _raw(httpx, f"{url}/{row.id}", row.id)
    return path, url


@CLIENTS
@pytest.mark.parametrize("row", WHOLE, ids=lambda row: row.id)
def test_theirs_here(theirs: tuple[Path, str], client: Any, row: Row) -> None:
    path, url = theirs
    with use_cassette(path, unplayed="ignore") as tape:
        assert _raw(client, f"{url}/{row.id}", row.id) == row.body
    assert len(tape.played) == 1


def test_theirs_have_unknown_cuts(theirs: tuple[Path, str]) -> None:
    assert all(interaction.response.cuts is None for interaction in read(theirs[0]).interactions)


def test_our_session_inside_theirs_and_theirs_inside_ours(tmp_path: Path) -> None:
    """Whoever was opened last has the request (vcrpy sends it on past every other patch), and
    once it is closed the other one has the next."""
    with serve() as url:
        with vcr.use_cassette(str(tmp_path / "v.yaml")) as outer:
            with use_cassette(tmp_path / "s.yaml", record="once") as tape:
                assert _raw(httpx, f"{url}/lf", "lf") == ROWS[0].body
        assert len(tape.recorded) == len(outer) == 1
        with use_cassette(tmp_path / "t.yaml", record="once") as tape:
            with vcr.use_cassette(str(tmp_path / "w.yaml")) as inner:
                assert _raw(httpx, f"{url}/lf", "lf") == ROWS[0].body
            assert _raw(httpx, f"{url}/cr", "cr") == ROWS[2].body
        assert len(inner) == 1
        assert [interaction.request.url[-2:] for interaction in tape.recorded] == ["cr"]
