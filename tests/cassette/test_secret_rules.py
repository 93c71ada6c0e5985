"""What begins a secret, and where one may begin."""

from __future__ import annotations

import pytest

from stream_cassette.cassette.secret_rules import Rules
from stream_cassette.cassette.secret_shapes import BOUNDARY, SHAPES

RULES = Rules(SHAPES, ["hunter2&more"], [r"acct-\d+", r"a\.b+", "x|y", "ab?"])


def test_heads() -> None:
    assert RULES.has_head(b"") is True  # with patterns, any text may hold a match
    plain = Rules(SHAPES, ["hunter2&more"])
    for text, at in ((b"a sk-b", 2), (b"xhuntx", 1), (b"AIza", 0), (b";base64,", 0)):
        assert plain.has_head(text) and plain.head(text, 0) == at
        assert plain.head(text, at + 1) == -1
    assert plain.head(b"nothing", 0) == -1 and not plain.has_head(b"nothing hun")


def test_ends() -> None:
    for text, end in ((b"a s", 2), (b"as", 2), (b"a hun", 2), (b"ahun", 1), (b"xyz", 3), (b"", 0)):
        assert RULES.short_end(text, b"") == end
    assert RULES.short_end(b"s", b"a") == 1 and RULES.short_end(b"s", b" ") == 0


def test_boundaries() -> None:
    for before in (b"", b" ", b'"', b"%20", b"\\n", b"/", b"="):
        assert RULES.is_bounded(before + b"sk-", len(before), b"")
        assert RULES.is_bounded(b"sk-", 0, before)
    for before in (b"a", b"0", b"-", b"_", b"+", b"%41", b"n"):
        assert not RULES.is_bounded(before + b"sk-", len(before), b"")
        assert not RULES.is_bounded(b"sk-", 0, before)
    form = Rules(SHAPES, [], is_form=True)
    assert form.is_bounded(b"+sk-", 1, b"") and ord("+") in BOUNDARY


def test_patterns_by_the_text_they_begin_with() -> None:
    assert [literal for _, literal in RULES.patterns] == [b"acct-", b"a.b", b"", b"a"]


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: repr(shape.prefix))
def test_every_shape_is_known_by_its_head(shape: object) -> None:
    rows = [row for row in SHAPES if row is shape]
    assert rows[0] in RULES.shapes_at(rows[0].prefix, 0)
