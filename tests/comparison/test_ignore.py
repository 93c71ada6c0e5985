"""The table of what counts: every row names a member that is there, and every level is told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

import pytest

from stream_cassette.comparison import ignore
from stream_cassette.comparison.ignore import LEVELS, VOLATILE, counts, level_of, reaches
from stream_cassette.conversation import media, parts
from stream_cassette.conversation.model import (
    Exchange,
    FinishReason,
    Message,
    StreamError,
    Usage,
)
from stream_cassette.errors import UsageError

OWNERS = {
    "message": Message,
    "exchange": Exchange,
    "usage": Usage,
    "error": StreamError,
    "finish_reason": FinishReason,
}
COMPUTED = {"answers", "server_tool_call", "type"}  # members of the view, not of a class


def kinds() -> Iterator[type[parts.Part]]:
    for module in (parts, media):
        for name in module.__all__:
            kind = getattr(module, name)
            if isinstance(kind, type) and issubclass(kind, parts.Part) and kind is not parts.Part:
                yield kind


def members() -> dict[str, set[str]]:
    known = {kind.type: {field.name for field in fields(kind)} for kind in kinds()}
    return known | {name: {field.name for field in fields(o)} for name, o in OWNERS.items()}


@pytest.mark.parametrize("row", sorted({*VOLATILE, *ignore._FROM}), ids=".".join)
def test_a_row_names_a_member_that_is_there(row: tuple[str, str]) -> None:
    owner, member = row
    known = members()
    if member not in COMPUTED:
        assert member in (set().union(*known.values()) if owner == "*" else known[owner])


def test_no_member_has_two_rows_and_every_volatile_one_a_reason() -> None:
    assert not VOLATILE.keys() & ignore._FROM.keys()
    assert all(VOLATILE.values())


@pytest.mark.parametrize(
    ("owner", "member", "first"),
    [
        ("message", "role", "structure"),
        ("tool_call", "arguments", "structure"),
        ("text", "content", "text"),
        ("reasoning", "content", "exact"),
        ("usage", "input_tokens", "exact"),
        ("tool_call_response", "is_error", "exact"),
        ("tool_call", "id", None),
        ("reasoning", "signature", None),
        ("message", "model", None),
    ],
)
def test_from_which_level_on(owner: str, member: str, first: str | None) -> None:
    found = [level for level in LEVELS if counts(owner, member, level)]
    assert found == (list(LEVELS[LEVELS.index(level_of(first)) :]) if first else [])


def test_levels() -> None:
    assert LEVELS == ("structure", "text", "exact")
    assert reaches("exact", "text") and not reaches("structure", "text")
    with pytest.raises(UsageError, match="'loose' is none of structure, text, exact"):
        level_of("loose")
