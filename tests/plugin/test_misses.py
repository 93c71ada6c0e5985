"""Misses as outcomes: kept whoever swallows them, told once."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from stream_cassette.cassette.model import Request
from stream_cassette.plugin.misses import Caught, MissOutcome, only_misses, quiet_threads
from stream_cassette.session.player import Miss

HERE = Path(__file__).resolve().parent


def miss(name: str = "/root/c/x.yaml", path: str = "v1") -> Miss:
    request = Request(method="POST", url=f"https://api.example.com/{path}")
    return Miss(cassette=name, request=request, nearest=None, command="?")


def test_no_client_that_catches_exceptions_catches_it() -> None:
    error = Caught(root=HERE, nodeid="t.py::test_a").outcome(miss())
    assert isinstance(error, pytest.fail.Exception)
    assert not isinstance(error, Exception)


def test_the_text_has_path_command_and_caller() -> None:
    caught = Caught(root=HERE, nodeid="t.py::test_a[x y]")
    error = caught.outcome(miss(f"{HERE}/c/x.yaml"))
    lines = str(error).splitlines()
    assert lines[0].startswith("c/x.yaml has no answer to POST https://api.example.com/v1")
    assert "to record it: pytest --stream-record=all 't.py::test_a[x y]'" in lines
    assert lines[-1].startswith("requested at test_misses.py:")
    assert lines[-1].endswith("(test_the_text_has_path_command_and_caller)")


def test_outside_the_project_there_is_no_caller(tmp_path: Path) -> None:
    assert "requested at" not in str(Caught(root=tmp_path, nodeid="t").outcome(miss()))


def test_judged_once_the_first_whole_the_others_in_a_line() -> None:
    caught = Caught(root=HERE, nodeid="t")
    assert caught.judge() is None
    for path in ("a", "b", "c"):
        caught.outcome(miss(path=path))
    text = caught.judge()
    assert text is not None
    assert text.count("to record it") == 1
    assert "and 2 more:\n  /root/c/x.yaml has no answer to POST" in text
    assert caught.judge() is None
    for _ in range(4):
        caught.outcome(miss(path="d"))
    text = caught.judge()
    assert text is not None
    assert text.splitlines()[-2] == "and 3 more:"
    assert text.endswith("(3 times)")
    caught.outcome(miss())
    assert caught.judge() is not None


def test_only_misses() -> None:
    one = MissOutcome("x", pytrace=False)
    assert only_misses(one)
    assert only_misses(BaseExceptionGroup("g", [one, BaseExceptionGroup("h", [one])]))
    assert not only_misses(BaseExceptionGroup("g", [one, ValueError()]))
    assert not only_misses(ValueError())


def test_threads_report_other_failures_only(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[Any] = []
    monkeypatch.setattr(threading, "excepthook", told.append)

    def fail(error: BaseException) -> None:
        raise error

    with quiet_threads():
        for error in (MissOutcome("x", pytrace=False), ValueError("y")):
            thread = threading.Thread(target=fail, args=(error,))
            thread.start()
            thread.join()
    assert [args.exc_type for args in told] == [ValueError]
    assert threading.excepthook == told.append
