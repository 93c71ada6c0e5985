"""How far it is: on a terminal, for many; the items are the same."""

from __future__ import annotations

import pytest
import rich.console

from stream_cassette.cli._progress import tracked


def test_no_bar_without_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    items = list(range(100))
    assert tracked(items, "x") is items
    assert capsys.readouterr() == ("", "")


def test_a_bar_on_a_terminal_for_many(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rich.console.Console, "is_terminal", True)
    few = [1, 2]
    assert tracked(few, "x") is few
    many = list(range(100))
    assert list(tracked(many, "counting")) == many
    told = capsys.readouterr()
    assert told.out == "" and "counting" in told.err


def test_what_has_no_length_is_counted_by_its_total(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rich.console.Console, "is_terminal", True)
    endless = iter(range(100))
    assert tracked(endless, "x") is endless
    assert tracked(endless, "x", 2) is endless
    assert list(tracked(endless, "x", 100)) == list(range(100))
