"""Paths and names: the rules, and that no two ids meet in one file."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream_cassette.errors import UsageError
from stream_cassette.plugin.naming import (
    LONGEST_NAME_BYTES,
    Place,
    cassette_dir,
    collisions,
    file_name,
    named_path,
    same_file,
    sub_directory,
)

ROOT = Path("/project")


@pytest.mark.parametrize(
    ("template", "has_ini", "test_file", "expected"),
    [
        (None, True, "/project/tests/api/test_w.py", "/project/cassettes"),
        (None, False, "/project/tests/api/test_w.py", "/project/tests/api/cassettes"),
        (None, True, "/elsewhere/test_w.py", "/elsewhere/cassettes"),
        ("{test_dir}/cassettes", True, "/project/a/test_w.py", "/project/a/cassettes"),
        ("recordings", True, "/project/a/test_w.py", "/project/recordings"),
        ("/fixed", False, "/project/a/test_w.py", "/fixed"),
    ],
)
def test_directory(template: str | None, has_ini: bool, test_file: str, expected: str) -> None:
    found = cassette_dir(template, root=ROOT, test_file=Path(test_file), has_ini=has_ini)
    assert found == Path(expected)


@pytest.mark.parametrize(
    ("template", "testpaths", "has_ini", "test_file", "expected"),
    [
        (None, ["tests"], True, "/project/tests/api/test_w.py", "api/test_w"),
        (None, ["./tests/"], True, "/project/tests/api/test_w.py", "api/test_w"),
        (None, ["tests/api"], True, "/project/tests/api/test_w.py", "test_w"),
        (None, ["tests/api/test_w.py"], True, "/project/tests/api/test_w.py", "tests/api/test_w"),
        (None, ["unit", "tests"], True, "/project/tests/test_w.py", "tests/test_w"),
        (None, [], True, "/project/tests/test_w.py", "test_w"),
        (None, [], True, "/project/tests_more/test_w.py", "tests_more/test_w"),
        (None, ["."], True, "/project/tests/test_w.py", "tests/test_w"),
        (None, [], False, "/project/tests/test_w.py", "test_w"),
        ("recordings", [], True, "/project/tests/a/test_w.py", "a/test_w"),
        ("{test_dir}/c", ["tests"], True, "/project/tests/a/test_w.py", "test_w"),
        (None, ["tests"], True, "/elsewhere/a/test_w.py", "test_w"),
    ],
)
def test_sub_directory(
    template: str | None, testpaths: list[str], has_ini: bool, test_file: str, expected: str
) -> None:
    found = sub_directory(
        template, root=ROOT, test_file=Path(test_file), testpaths=testpaths, has_ini=has_ini
    )
    assert found == Path(expected)


@pytest.mark.parametrize(
    ("parts", "param_id", "expected"),
    [
        (["test_a"], None, "test_a"),
        (["TestA", "test_b"], None, "TestA.test_b"),
        (["test_a"], "openai-1.5_x", "test_a[openai-1.5_x]"),
        (["test_a"], "a b", "test_a[a%20b-c8687a08]"),
        (["test_a"], "é", "test_a[%C3%A9-4a99557e]"),
        (["test_a"], "A", "test_a[A-559aead0]"),
        (["test_a"], "", "test_a[]"),
    ],
)
def test_file_name(parts: list[str], param_id: str | None, expected: str) -> None:
    assert file_name(parts, param_id) == expected


@given(st.text(max_size=300), st.text(max_size=300))
def test_two_ids_have_two_names_on_any_file_system(one: str, other: str) -> None:
    names = [file_name(["test_a"], param_id) for param_id in (one, other)]
    assert (names[0].casefold() == names[1].casefold()) == (one == other)
    for name in names:
        assert len(name.encode()) <= LONGEST_NAME_BYTES
        assert set(name) <= set("%[]._-") | {chr(c) for c in range(128) if chr(c).isalnum()}


@pytest.mark.parametrize("length", [100, 140, 150, 151, 400])
@pytest.mark.parametrize("param_id", [None, "x", "y" * 500, "é" * 100])
def test_names_stay_short_and_whole(length: int, param_id: str | None) -> None:
    name = file_name(["t" * length], param_id)
    assert len(name) <= LONGEST_NAME_BYTES
    assert file_name(["t" * length + "u"], param_id) != name
    # no escape is cut in two
    for piece in name.split("%")[1:]:
        int(piece[:2], 16)


def test_a_cut_never_splits_an_escape() -> None:
    lengths = {len(file_name(["t" * n], "é" * 100)) for n in range(1, 30)}
    assert max(lengths) <= LONGEST_NAME_BYTES
    assert min(lengths) >= LONGEST_NAME_BYTES - 3


@pytest.mark.parametrize(
    ("template", "params", "expected"),
    [
        ("weather.yaml", {}, "weather.yaml"),
        ("weather", {}, "weather.yaml"),
        ("v1.5/weather", {}, "v1.5/weather.yaml"),
        ("weather.yaml.gz", {}, "weather.yaml.gz"),
        ("weather/{provider}.yaml", {"provider": "openai"}, "weather/openai.yaml"),
        ("{n}-{flag}", {"n": 3, "flag": None}, "3-None-dc937b59.yaml"),
        ("{{x}}.yaml", {}, "{x}.yaml"),
    ],
)
def test_named_path(template: str, params: dict[str, object], expected: str) -> None:
    assert named_path(template, params, where="t") == Path(expected)


@pytest.mark.parametrize("value", ["..", ".", "", "../x", "/etc/passwd", "a\\b", "C:\\x", "\x00"])
def test_a_parameter_stays_in_its_directory(value: str) -> None:
    path = named_path("in/{value}/x.yaml", {"value": value}, where="t")
    assert path.parts[0] == "in"
    assert len(path.parts) == 3
    assert path.parts[1] not in {"", ".", ".."}
    assert "\\" not in str(path)


@pytest.mark.parametrize(
    ("template", "params", "said"),
    [
        ("{nope}", {"model": "x"}, r"{nope} is no parameter of the test \(it has: model\)"),
        ("{model}", {"model": object()}, "parameter 'model' is a object"),
        ("{", {}, "'{'"),
        ("", {}, "names no file"),
        ("{}", {}, "is no parameter"),
        ("/etc/passwd", {}, "leaves the cassette directory; stream_cassette_dir says"),
        ("../x.yaml", {}, "leaves the cassette directory"),
        ("a/../../x.yaml", {}, "leaves the cassette directory"),
        ("a/../x.yaml", {}, "leaves the cassette directory"),
        ("a\0.yaml", {}, "leaves the cassette directory"),
        ("../{model}", {"model": "x"}, "leaves the cassette directory"),
    ],
)
def test_names_that_are_refused(template: str, params: dict[str, object], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        named_path(template, params, where="t")


def place(nodeid: str, path: str, *, named: bool = False) -> Place:
    return Place(nodeid=nodeid, path=Path(path), named=named)


def test_collisions() -> None:
    one, other = place("t::a", "/c/test_a.yaml"), place("t::A", "/c/test_A.yaml")
    assert collisions([one, other]) == [(one, other)]
    assert collisions([one, one]) == []
    named = [place("t::a", "/c/x.yaml", named=True), place("t::b", "/c/x.yaml", named=True)]
    assert collisions(named) == []
    assert len(collisions([*named, place("t::x", "/c/x.yaml")])) == 1


def test_same_file() -> None:
    assert same_file(Path("/c/a/../X.yaml")) == same_file(Path("/c/x.yaml"))
    assert same_file(Path("/c/x.yaml")) != same_file(Path("/c/y.yaml"))
