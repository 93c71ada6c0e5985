from __future__ import annotations

import time

import pytest

from stream_cassette.errors import CassetteFileError, CorruptCassette, NotACassette
from stream_cassette.formats import _yaml
from stream_cassette.formats._nodes import Mapping, Scalar, Sequence
from stream_cassette.formats._yaml import parse, resolve


def test_nodes_keep_lines_order_and_spelling() -> None:
    root = parse(b"b: no\na:\n- 'x'\n- !!binary aGk=\n")
    assert isinstance(root, Mapping)
    assert list(root.entries) == ["b", "a"]
    assert root.entries["b"] == Scalar("no", 1, None, True)
    items = root.entries["a"]
    assert isinstance(items, Sequence)
    assert [item.line for item in items.items] == [3, 4]
    assert items.items[0] == Scalar("x", 3)
    assert items.items[1] == Scalar("aGk=", 4, "tag:yaml.org,2002:binary")


def test_an_alias_is_the_node_of_its_anchor() -> None:
    root = parse(b"a: &x [1]\nb: *x\n")
    assert isinstance(root, Mapping)
    assert root.entries["a"] is root.entries["b"]


def test_a_pickled_header_name_is_text() -> None:
    root = parse(b"? !!python/object/apply:multidict._multidict.istr\n- Accept\n: [a]\n")
    assert isinstance(root, Mapping)
    assert list(root.entries) == ["Accept"]


@pytest.mark.parametrize(
    ("data", "kind", "text"),
    [
        (b"", NotACassette, "no YAML document"),
        (b"a: 1\na: 2\n", CorruptCassette, "line 2: the key 'a' stands twice"),
        (b"a: 1\n'a': 2\n", CorruptCassette, "stands twice"),
        (b"? [a]\n: b\n", CorruptCassette, "line 1: a key that is no text"),
        (b"? !x [a]\n: b\n", CorruptCassette, "the tag '!x'"),
        (b"<<: {}\n", CorruptCassette, "merge key"),
        (b"a: *b\n", CorruptCassette, "alias"),
        (b"a: &b [*b]\n", CorruptCassette, "the alias 'b' has no anchor before it"),
        (b"a\n---\nb\n", CorruptCassette, "line 2: a second YAML document"),
        (b"a: !!python/name:os.system\n", CorruptCassette, "python/name:os.system"),
        (b"a: \xff\n", CorruptCassette, "line 1: no valid YAML"),
        (b"a: 1\nb: \x07\n", CorruptCassette, "line 2: no valid YAML: control characters"),
        (b"a:\n- x\n- [\n", CorruptCassette, "interaction 1, line 4: no valid YAML"),
        (b"a:\n- x\n- {b: 1, b: 2}\n", CorruptCassette, "interaction 1, line 3: the key 'b'"),
        (b"a: 1\n<<<<<<< ours\n", CorruptCassette, "line 2: a merge-conflict marker"),
    ],
)
def test_refused(data: bytes, kind: type[CassetteFileError], text: str) -> None:
    with pytest.raises(kind) as caught:
        parse(data)
    assert text in str(caught.value)


def test_a_conflict_marker_inside_text_is_text() -> None:
    assert parse(b"a: |2-\n  <<<<<<< x\n") == Mapping(1, None, {"a": Scalar("<<<<<<< x", 1)})


def test_64_deep_is_read_and_65_refused() -> None:
    assert isinstance(parse(b"[" * 64 + b"]" * 64), Sequence)
    with pytest.raises(CorruptCassette, match="nested more than 64 deep"):
        parse(b"[" * 65 + b"]" * 65)


@pytest.mark.parametrize(
    "data",
    [
        b"interactions: " + b"[" * 50_000 + b"]" * 50_000,
        b"interactions: " + b"{a: " * 25_000,
        b"interactions:\n" + b"- " * 50_000,
    ],
)
def test_deep_nesting_is_refused_at_once(data: bytes) -> None:
    started = time.perf_counter()
    with pytest.raises(CorruptCassette, match="nested more than 64 deep"):
        parse(data)
    assert time.perf_counter() - started < 0.5


def test_aliases_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_yaml, "MAX_ALIASES", 3)
    parse(b"a: &x 1\nb: [*x, *x, *x]\n")
    with pytest.raises(CorruptCassette, match="aliases"):
        parse(b"a: &x 1\nb: [*x, *x, *x, *x]\n")


def test_what_aliases_stand_for_is_bounded() -> None:
    data = b"a0: &a0 [lol, lol, lol, lol]\n"
    for level in range(1, 16):
        data += b"a%d: &a%d [%s]\n" % (level, level, b", ".join([b"*a%d" % (level - 1)] * 4))
    with pytest.raises(CorruptCassette, match="aliases that expand without bound"):
        parse(data)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1),
        ("1.5", 1.5),
        ("true", True),
        ("no", False),
        ("null", None),
        ("~", None),
        ("hi", "hi"),
        ("2026-03-12", "2026-03-12"),
    ],
)
def test_plain_scalars_of_a_body(text: str, value: object) -> None:
    resolved = resolve(Scalar(text, 1, None, True))
    assert resolved == value
    assert type(resolved) is type(value)


def test_a_number_with_too_many_digits() -> None:
    with pytest.raises(CorruptCassette, match="line 7: no number"):
        resolve(Scalar("9" * 5000, 7, None, True))


def test_values_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_yaml, "MAX_NODES", 4)
    with pytest.raises(CorruptCassette, match="line 2: holds more than 4 values"):
        parse(b"- a\n- [b, c, d]\n")
