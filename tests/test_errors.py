"""The error tree: coordinates are added on the way up, and the message is built from them."""

from __future__ import annotations

import inspect

import pytest

from stream_cassette import errors
from stream_cassette.errors import CassetteMiss, CorruptCassette, DriftError, TruncatedStream


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (CorruptCassette("is odd"), "is odd"),
        (CorruptCassette("is odd", path="a.yaml"), "a.yaml: is odd"),
        (
            CorruptCassette("is odd", path="a.yaml", interaction=3, line=9, hint="mend it"),
            "a.yaml, interaction 3, line 9: is odd; mend it",
        ),
        (
            TruncatedStream(byte=812, hint="re-record"),
            "byte 812: marked complete but stops inside a frame; re-record",
        ),
        (CassetteMiss("nothing answers"), "nothing answers"),
        (DriftError("another answer", ()), "another answer"),
    ],
)
def test_message(error: Exception, text: str) -> None:
    assert str(error) == text


def test_located_fills_in_what_is_not_known_and_keeps_the_rest() -> None:
    inner = CorruptCassette("is odd", interaction=0, line=4)
    inner.__cause__ = ValueError("why")
    outer = inner.located(path="a.yaml", interaction=7, line=9)
    assert (outer.path, outer.interaction, outer.line) == ("a.yaml", 0, 4)
    assert type(outer) is CorruptCassette
    assert outer.__cause__ is inner.__cause__
    assert inner.path is None


def test_everything_in_the_module_is_in_the_tree_and_drawn() -> None:
    assert errors.__doc__ is not None
    for name, found in inspect.getmembers(errors, inspect.isclass):
        if found.__module__ == errors.__name__:
            assert name in errors.__all__
            assert name in errors.__doc__
