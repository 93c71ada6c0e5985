"""The decorator: the same as the marker, in every form."""

from __future__ import annotations

from typing import Any

import pytest

from stream_cassette import stream_cassette


def marks(target: Any) -> list[pytest.Mark]:
    return [mark for mark in target.pytestmark if mark.name == "stream_cassette"]


def test_bare() -> None:
    @stream_cassette
    def function() -> int:
        return 1

    assert function() == 1
    assert [(mark.args, mark.kwargs) for mark in marks(function)] == [((), {})]


def test_with_name_and_options() -> None:
    @stream_cassette("weather.yaml", record="once")
    async def function() -> None: ...

    assert marks(function)[0].args == ("weather.yaml",)
    assert marks(function)[0].kwargs == {"record": "once"}


def test_options_that_are_functions_are_options() -> None:
    @stream_cassette(before_record=str, on_miss=ValueError)
    def function() -> None: ...

    assert marks(function)[0].kwargs == {"before_record": str, "on_miss": ValueError}


def test_empty_parentheses() -> None:
    @stream_cassette()
    def function() -> None: ...

    assert len(marks(function)) == 1


def test_a_class() -> None:
    @stream_cassette
    class Group: ...

    assert isinstance(Group, type)
    assert len(marks(Group)) == 1


def test_the_nearest_is_the_last_applied() -> None:
    @stream_cassette(record="none")
    @stream_cassette(record="all")
    def function() -> None: ...

    assert [mark.kwargs["record"] for mark in marks(function)] == ["all", "none"]
