"""Tapes in `verify`: live answers for the client, the verdict at the end, nothing on the disk."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx2
import pytest

import stream_cassette
from stream_cassette.cassette.model import Interaction
from stream_cassette.errors import CassetteFileError, CassetteNotFound, DriftError, SessionError
from stream_cassette.tape import Tape, current_tape, use_cassette


def _ask(tape: Tape, question: Any, answer: Any) -> Any:
    """What the client gets of a server that gives this answer."""

    def respond(request: Any) -> Any:
        return httpx2.Response(200, json=answer)

    with httpx2.Client(transport=tape.transport(httpx2.MockTransport(respond))) as client:
        return client.post("http://a.example/", json=question).json()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A cassette of two interactions, alone in its directory."""
    path = tmp_path / "cassettes" / "a.yaml"
    with use_cassette(path, record="once") as tape:
        _ask(tape, {"n": 1}, {"id": "resp_recorded", "said": "one"})
        _ask(tape, {"n": 2, "previous_response_id": "resp_recorded"}, {"said": "two"})
    return path


def _on_disk(path: Path) -> dict[str, tuple[bytes, int]]:
    found = (path.parent, *path.parent.iterdir())
    return {
        one.name: (one.read_bytes() if one.is_file() else b"", one.stat().st_mtime_ns)
        for one in found
    }


def test_the_client_gets_the_live_answers_and_nothing_is_written(path: Path) -> None:
    before = _on_disk(path)
    with use_cassette(path, record="verify") as tape:
        live = {"id": "resp_live_one", "said": "one"}
        assert _ask(tape, {"n": 1}, live) == live
        _ask(tape, {"n": 2, "previous_response_id": "resp_live_one"}, {"said": "two"})
        assert _on_disk(path) == before
        assert (tape.drifts, tape.recorded, tape.played, tape.misses) == ((), (), (), ())
        assert len(tape.cassette.interactions) == 2
    assert (tape.drifts, tape.unplayed) == ((), ())
    assert _on_disk(path) == before


def test_a_drift_is_raised_with_its_values(path: Path) -> None:
    before = _on_disk(path)
    with pytest.raises(DriftError, match=r"said: recorded \"one\", received \"1\"") as caught:
        with use_cassette(path, record="verify") as tape:
            _ask(tape, {"n": 1}, {"id": "x", "said": "1"})
            _ask(tape, {"n": 2, "previous_response_id": "x"}, {"said": "two"})
    assert caught.value.drifts == tape.drifts
    (drift,) = tape.drifts
    assert isinstance(drift, stream_cassette.Drift)
    assert json.loads(json.dumps(drift.to_dict()))["answer"] == [
        {
            "path": "said",
            "recorded": '"one"',
            "live": '"1"',
            "text": 'said: recorded "one", received "1"',
        }
    ]
    assert _on_disk(path) == before


def test_a_failing_block_stays_the_failure_and_the_drifts_are_known(path: Path) -> None:
    with pytest.raises(ValueError, match="the test failed"):
        with use_cassette(path, record="verify") as tape:
            _ask(tape, {"n": 7}, {"said": "one"})
            raise ValueError("the test failed")
    assert [drift.kind for drift in tape.drifts] == ["changed", "unasked"]
    assert [one.request.method for one in tape.unplayed] == ["POST"]


def test_without_a_file_nothing_is_sent_and_no_session_is_left(tmp_path: Path) -> None:
    with pytest.raises(CassetteNotFound, match=r"b\.yaml: there is no cassette to verify; record"):
        use_cassette(tmp_path / "none" / "b.yaml", record="verify").open()
    with pytest.raises(SessionError, match="no cassette is open"):
        current_tape()
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(b"")
    with pytest.raises(CassetteFileError, match="the file is empty"):
        use_cassette(tmp_path / "a.yaml", record="verify").open()


def _one_and_no_more(path: Path, **options: Any) -> Tape:
    with use_cassette(path, record="verify", **options) as tape:
        _ask(tape, {"n": 1}, {"id": "y", "said": "one"})
    return tape


def test_what_was_not_asked_for_fails_warns_or_is_ignored(path: Path) -> None:
    with pytest.raises(DriftError, match=r"interaction 1, POST http://a\.example/: was not"):
        _one_and_no_more(path)
    with pytest.warns(UserWarning, match="1 of 2 interactions never played"):
        warned = _one_and_no_more(path, unplayed="warn")
    ignored = _one_and_no_more(path, unplayed="ignore")
    assert (warned.drifts, ignored.drifts) == ((), ())
    assert len(ignored.unplayed) == 1


def _only_first(interaction: Interaction) -> Interaction | None:
    return interaction if b'"n":1' in interaction.request.body.replace(b" ", b"") else None


def test_what_a_hook_keeps_out_of_a_recording_is_not_held_to_it(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    for mode in ("once", "verify"):
        with use_cassette(path, record=mode, before_record=_only_first) as tape:
            _ask(tape, {"n": 1}, {"said": "one"})
            _ask(tape, {"n": 2}, {"said": mode})
    assert len(tape.cassette.interactions) == 1


def test_a_hook_sees_no_secret(path: Path) -> None:
    seen: list[bytes] = []

    def hook(interaction: Interaction) -> None:
        seen.append(interaction.request.body)

    with use_cassette(path, record="verify", before_record=hook, unplayed="ignore") as tape:
        _ask(tape, {"api_key": "sk-live-0123456789abcdef"}, {})
    assert len(seen) == 1
    assert b"sk-live" not in seen[0]


@pytest.mark.parametrize(
    ("options", "is_drift"),
    [
        ({}, True),
        ({"ignore_body": ["n"]}, False),
        ({"match_on": ["method", "uri"]}, False),
    ],
)
def test_matching_options_hold(path: Path, options: dict[str, Any], is_drift: bool) -> None:
    def run() -> None:
        with use_cassette(path, record="verify", unplayed="ignore", **options) as tape:
            _ask(tape, {"n": 5}, {"id": "z", "said": "one"})

    if is_drift:
        with pytest.raises(DriftError, match="n: recorded 1, sent 5"):
            run()
    else:
        run()


def test_a_secret_is_never_said_also_where_names_are_not_masked(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    for mode in ("once", "verify"):
        tape = use_cassette(path, record=mode, redact=False)
        error: DriftError | None = None
        try:
            with tape:
                answer = {"api_key": f"the-key-of-{mode}", "n": mode}
                _ask(tape, {"api_key": f"the-key-of-{mode}", "n": mode}, answer)
        except DriftError as raised:
            error = raised
    assert error is not None
    assert 'n: recorded "once", sent "verify"' in str(error)
    assert 'n: recorded "once", received "verify"' in str(error)
    assert "the-key-of" not in f"{error} {error.drifts}"


def test_the_level_is_kept_to(path: Path) -> None:
    with pytest.raises(DriftError, match=r"another answer \(level bytes\)"):
        with use_cassette(path, record="verify", level="bytes", unplayed="ignore") as tape:
            _ask(tape, {"n": 1}, {"id": "w", "said": "one"})


def test_an_inner_tape_answers_for_itself(path: Path, tmp_path: Path) -> None:
    """A tape that verifies is a session as any other: the innermost answers."""
    with use_cassette(path, record="verify", unplayed="ignore") as outer:
        with use_cassette(tmp_path / "inner.yaml", record="once") as inner:
            _ask(inner, {"n": 9}, {"said": "nine"})
    assert len(inner.recorded) == 1
    assert outer.drifts == ()
