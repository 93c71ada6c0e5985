"""Tapes: what opening and closing does to files, in every mode."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx2
import pytest

from stream_cassette.cassette.model import Cassette, Interaction
from stream_cassette.errors import CassetteFileError, CassetteMiss, SessionError, UsageError
from stream_cassette.store.files import read
from stream_cassette.tape import Tape, current_tape, use_cassette


def _live(tape: Tape, answers: list[bytes]) -> Any:
    """A client through the tape whose server gives these answers, one each."""

    def answer(request: Any) -> Any:
        return httpx2.Response(200, content=answers.pop(0))

    return httpx2.Client(transport=tape.transport(httpx2.MockTransport(answer)))


def _ask(tape: Tape, question: int, answers: list[bytes]) -> bytes:
    with _live(tape, answers) as client:
        content: bytes = client.post("http://a.example/", json={"n": question}).content
        return content


def _record(path: Path, answers: list[bytes], *questions: int, mode: str = "once") -> None:
    with use_cassette(path, record=mode) as tape:
        for question in questions:
            _ask(tape, question, answers)


def _bodies(cassette: Cassette) -> list[bytes]:
    return [interaction.response.body for interaction in cassette.interactions]


def test_once_records_then_replays(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    _record(path, [b"one", b"two"], 1, 1)
    before = path.read_bytes()
    with use_cassette(path, record="once") as tape:
        assert [_ask(tape, 1, []), _ask(tape, 1, [])] == [b"one", b"two"]
        with pytest.raises(CassetteMiss, match="recorded 2 times and was asked 3 times"):
            _ask(tape, 1, [])
        tape._session.misses.clear()  # type: ignore[union-attr]
    assert path.read_bytes() == before


def test_new_plays_what_is_there_and_adds_the_rest(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    _record(path, [b"one"], 1)
    with use_cassette(path, record="new_episodes") as tape:
        assert _ask(tape, 1, []) == b"one"
        assert _ask(tape, 2, [b"two"]) == b"two"
        assert _bodies(tape.cassette) == [b"one", b"two"]
    assert _bodies(read(path)) == [b"one", b"two"]


def test_all_replaces(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    _record(path, [b"one", b"two"], 1, 2)
    _record(path, [b"three"], 1, mode="all")
    assert _bodies(read(path)) == [b"three"]


def test_all_with_no_request_replaces_nothing_and_warns(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    _record(path, [b"one"], 1)
    with pytest.warns(UserWarning, match="ended with nothing recorded"):
        with use_cassette(path, record="all"):
            pass
    assert _bodies(read(path)) == [b"one"]


def test_a_failing_block_leaves_a_rejected_file_and_the_old_one(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    _record(path, [b"one"], 1)
    before = path.read_bytes()
    with pytest.raises(ValueError, match="the test failed"):
        with use_cassette(path, record="all") as tape:
            _ask(tape, 1, [b"wrong"])
            raise ValueError("the test failed")
    assert path.read_bytes() == before
    assert _bodies(read(tmp_path / "a.rejected.yaml")) == [b"wrong"]


@pytest.mark.parametrize("mode", ["none", "once", "new", "all"])
def test_a_file_that_cannot_be_read_is_refused_before_any_request(
    tmp_path: Path, mode: str
) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"")
    with pytest.raises(CassetteFileError, match=r"a\.yaml: the file is empty"):
        use_cassette(path, record=mode).open()
    assert path.read_bytes() == b""
    with pytest.raises(SessionError, match="no cassette is open"):
        current_tape()


def test_none_without_a_file_is_a_miss_that_says_so(tmp_path: Path) -> None:
    with pytest.raises(CassetteMiss, match="no such file"):
        with use_cassette(tmp_path / "a.yaml") as tape:
            _ask(tape, 1, [])


def test_a_swallowed_miss_is_raised_at_the_end(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    _record(path, [b"one"], 1)
    with pytest.raises(CassetteMiss, match="n: recorded 1, sent 2"):
        with use_cassette(path, unplayed="ignore") as tape:
            try:
                _ask(tape, 2, [])
            except Exception:
                pass


@pytest.mark.parametrize("unplayed", ["fail", "warn", "ignore"])
def test_unplayed(tmp_path: Path, unplayed: Any, recwarn: pytest.WarningsRecorder) -> None:
    path = tmp_path / "a.yaml"
    _record(path, [b"one", b"two"], 1, 2)

    def replay() -> None:
        with use_cassette(path, unplayed=unplayed) as tape:
            _ask(tape, 1, [])

    text = "1 of 2 interactions never played"
    if unplayed == "fail":
        with pytest.raises(SessionError, match=text):
            replay()
    elif unplayed == "warn":
        with pytest.warns(UserWarning, match=text):
            replay()
    else:
        replay()
    assert not recwarn.list


def test_before_record_changes_and_drops(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"

    def keep(interaction: Interaction) -> Interaction | None:
        return None if interaction.response.body == b"drop" else interaction

    with use_cassette(path, record="once", before_record=keep) as tape:
        _ask(tape, 1, [b"drop"])
        _ask(tape, 2, [b"keep"])
    assert _bodies(read(path)) == [b"keep"]


def test_secrets_are_masked_and_the_recording_replays_without_them(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    with use_cassette(path, record="once") as tape, _live(tape, [b"{}"]) as client:
        client.post(
            "http://a.example/?key=SECRETQUERY",
            json={"api_key": "SECRETFIELD", "max_tokens": 5},
            headers={"authorization": "Bearer SECRETHEADER"},
        )
    assert b"SECRET" not in path.read_bytes()
    assert b'"max_tokens":5' in path.read_bytes()
    with use_cassette(path) as tape, _live(tape, []) as client:
        client.post("http://a.example/?key=other", json={"max_tokens": 5, "api_key": "x"})


def test_current_tape(tmp_path: Path) -> None:
    with use_cassette(tmp_path / "a.yaml") as outer:
        assert current_tape() is outer
        with use_cassette(tmp_path / "b.yaml") as inner:
            assert current_tape() is inner
        assert current_tape() is outer


def test_a_tape_is_opened_once(tmp_path: Path) -> None:
    with use_cassette(tmp_path / "a.yaml") as tape:
        with pytest.raises(SessionError, match="is open already"):
            tape.open()


def test_options_that_cannot_be(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no record mode"):
        use_cassette(tmp_path / "a.yaml", record="maybe")
    with pytest.raises(UsageError, match="unplayed='never'"):
        use_cassette(tmp_path / "a.yaml", unplayed="never")  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="no matcher 'boddy'"):
        use_cassette(tmp_path / "a.yaml", match_on=["boddy"])


def test_a_tape_has_its_conversation(tmp_path: Path) -> None:
    chunk = b'data: {"object":"chat.completion.chunk","choices":[{"delta":{"content":"Hi"}}]}\n\n'
    with use_cassette(tmp_path / "a.yaml", record="once") as tape:
        with _live(tape, [chunk + b"data: [DONE]\n\n"]) as client:
            asked = {"messages": [{"role": "user", "content": "Ho"}]}
            client.post("http://a.example/v1/chat/completions", json=asked).read()
        assert [one.text for one in tape.conversation.messages] == ["Ho", "Hi"]
    assert [one.text for one in tape.conversation.messages] == ["Ho", "Hi"]
    with pytest.raises(UsageError, match="holds 0 conversations"):
        use_cassette(tmp_path / "a.yaml").conversation  # noqa: B018
