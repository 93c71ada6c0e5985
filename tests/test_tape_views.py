"""What a tape shows of a replay, and of a recording."""

from __future__ import annotations

from pathlib import Path

import httpx2
import pytest

from stream_cassette.errors import CassetteMiss, SessionError, UsageError
from stream_cassette.tape import use_cassette
from tests.support.paced_answers import FRAMES, URL, forty_seconds


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return forty_seconds(tmp_path / "a.yaml")


def _get() -> bytes:
    return httpx2.get(URL).content


def test_the_times_are_those_of_the_recording(path: Path) -> None:
    with use_cassette(path) as tape:
        assert tape.longest_gap is None
        assert not tape.first_chunk_before_end
        _get()
        assert tape.longest_gap == 18_000
        assert tape.first_chunk_before_end
        assert tape.replayed_with == ""


def test_a_recording_has_its_own(tmp_path: Path) -> None:
    class Chunks(httpx2.SyncByteStream):
        def __iter__(self):  # type: ignore[no-untyped-def]
            yield from FRAMES

    answer = httpx2.MockTransport(lambda request: httpx2.Response(200, stream=Chunks()))
    with use_cassette(tmp_path / "b.yaml", record="once") as tape:
        with httpx2.Client(transport=tape.transport(answer)) as client:
            client.get(URL)
        assert tape.longest_gap is not None and 0 <= tape.longest_gap < 5_000
        assert tape.replayed_with == ""


def test_faults_that_answered(path: Path) -> None:
    with use_cassette(path, fault="status:503,cut@1") as tape:
        assert tape.faults == ()
        assert [httpx2.get(URL).status_code for _ in range(3)] == [503, 200, 200]
        assert tape.faults == ((0, "status:503"), (0, "cut@1"))
        assert len(tape.played) == 1


def test_a_fault_alone_leaves_nothing_unplayed(path: Path) -> None:
    with use_cassette(path, fault="cut@1"):
        assert _get() == FRAMES[0]


def test_what_fails_is_told_with_the_plan(path: Path) -> None:
    with pytest.raises(ZeroDivisionError) as caught, use_cassette(path, recut="hostile:7"):
        _ = 1 / 0
    (note,) = caught.value.__notes__
    assert note == (
        f"{path}: replayed with recut=hostile:7; reproduce with --stream-recut=hostile:7"
    )


def test_so_is_what_was_never_played_and_a_miss(path: Path) -> None:
    with pytest.raises(SessionError) as caught, use_cassette(path, pace="20ms"):
        pass
    assert "pace=20ms" in caught.value.__notes__[0]
    virtual = use_cassette(path, pace="3600s", clock="virtual")
    with pytest.raises(SessionError) as caught, virtual:
        pass
    assert caught.value.__notes__[0].endswith("--stream-pace=3600s --stream-clock=virtual")
    with pytest.raises(CassetteMiss) as missed, use_cassette(path, recut="bytes"):
        httpx2.get(f"{URL}/elsewhere")
    assert "recut=bytes" in missed.value.__notes__[0]


def test_a_recording_is_not_told_of_a_plan(tmp_path: Path) -> None:
    tape = use_cassette(tmp_path / "b.yaml", record="once", recut="bytes")
    with pytest.raises(ZeroDivisionError) as caught, tape:
        _ = 1 / 0
    assert not hasattr(caught.value, "__notes__")


@pytest.mark.parametrize("text", ["cut@9", "3=cut@1", "reset@999b"])
def test_a_fault_without_a_place_is_refused_when_the_tape_opens(path: Path, text: str) -> None:
    with pytest.raises(UsageError), use_cassette(path, fault=text):
        pytest.fail("it was opened")


@pytest.mark.parametrize(
    "wrong", [{"recut": "x"}, {"pace": "x"}, {"fault": "x"}, {"clock": "x"}], ids=str
)
def test_a_form_that_does_not_exist_is_refused_at_once(path: Path, wrong: dict[str, str]) -> None:
    with pytest.raises(UsageError, match="use "):
        use_cassette(path, **wrong)  # type: ignore[arg-type]


def test_an_error_comes_in_the_providers_words(cassettes: Path) -> None:
    from stream_cassette.api import load

    path = cassettes / "openai_chat" / "error.yaml"
    sent = load(path).interactions[0].request
    with use_cassette(path, fault="status:429"):
        got = httpx2.request(sent.method, sent.url, headers=list(sent.headers), content=sent.body)
    assert got.json()["error"]["code"] == "rate_limit_exceeded"
