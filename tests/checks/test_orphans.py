from __future__ import annotations

from pathlib import Path

import pytest

from stream_cassette.checks.orphans import notes_on, orphans
from stream_cassette.store.collected import Collected
from stream_cassette.store.sources import Source


def sources(root: Path, *names: str) -> list[Source]:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("")
    return [Source(name=name, path=root / name) for name in names]


def test_what_a_test_uses_is_none(tmp_path: Path) -> None:
    there = sources(tmp_path, "a.yaml", "b.yaml", "sub/C.yaml")
    used = Collected(cassettes=(str(tmp_path / "a.yaml"), str(tmp_path / "sub/c.YAML")), tests=2)
    (one,) = orphans(there, used)
    assert (one.path, one.rule, one.message) == (
        "b.yaml",
        "orphan",
        "no test uses it (2 collected)",
    )


def test_what_a_test_loads_by_name_or_glob_is_none(tmp_path: Path) -> None:
    there = sources(tmp_path, "weather/a.yaml", "weather/b.yaml", "c.yaml", "d.yaml")
    loads = ((str(tmp_path), "weather/*.yaml"), (str(tmp_path), "c"), (str(tmp_path), "gone"))
    assert [one.path for one in orphans(there, Collected(loads=loads, tests=1))] == ["d.yaml"]


@pytest.mark.parametrize(
    ("mention", "left"),
    [
        ("x.yaml", ["y/x.yml"]),
        ("y/x.yml", ["y/x.yaml", "x.yaml"]),
        ("../cassettes/y/x.yml", ["y/x.yaml", "x.yaml", "y/x.yml"]),
        ("*.yaml", ["y/x.yml"]),
        ("y/*", ["x.yaml"]),
        ("z.yaml", ["y/x.yaml", "x.yaml", "y/x.yml"]),
    ],
)
def test_what_a_module_names_is_none(mention: str, left: list[str], tmp_path: Path) -> None:
    there = sources(tmp_path, "y/x.yaml", "x.yaml", "y/x.yml")
    assert [one.path for one in orphans(there, Collected(mentions=(mention,)))] == left


def test_a_revision_of_git_has_no_orphans(tmp_path: Path) -> None:
    one = Source(name="HEAD:a.yaml", path=tmp_path / "a.yaml", revision="HEAD")
    assert list(orphans([one], Collected())) == []


def test_what_could_not_be_told_is_said() -> None:
    assert notes_on(Collected(mentions=("a.yaml",))) == ()
    (note,) = notes_on(Collected(computed=("t.py::a", "t.py::b", "t.py::c", "t.py::d")))
    assert note == (
        "a cassette may be called an orphan though a test that runs loads it; such are "
        "t.py::a, t.py::b, t.py::c and 1 more"
    )
    (note,) = notes_on(Collected(mentions=("a.yaml", "w/*.yaml")))
    assert note.endswith("counts as used if it matches what the tests' source names: w/*.yaml")
