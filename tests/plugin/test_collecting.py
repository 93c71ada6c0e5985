"""Which cassettes a suite uses, as pytest itself collects it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from stream_cassette.store.collected import VARIABLE
from tests.support.inner_project import Project, project, provider

__all__ = ["project", "provider"]

TESTS = """
@stream_cassette
def test_plain(tape): ...

@stream_cassette
@pytest.mark.parametrize("city", ["florence", "Rome 1"])
def test_many(city, tape): ...

@stream_cassette("shared/{provider}.yaml")
@pytest.mark.parametrize("provider", ["acme", "emca"])
def test_named(provider, tape): ...

@stream_cassette("shared/acme.yaml")
def test_shared(tape): ...

def test_bare(tape): ...

@pytest.mark.skip
@stream_cassette
def test_skipped(): ...

class TestIt:
    @stream_cassette
    def test_in_class(self): ...

def test_unmarked(): ...
"""
LOADS = """
@pytest.fixture
def both(conversations):
    return conversations("from/fixture.yaml")

def test_literal(conversations):
    conversations("weather/*.yaml", "rome")

@pytest.mark.parametrize("name", ["acme", "emca"])
def test_parameter(name, conversations):
    conversations(name)

def test_computed(conversations):
    conversations(*["a" + suffix for suffix in ".yaml"])

def test_by_fixture(both): ...

def test_by_path():
    open("cassettes/by/path.yaml")
    open(f"cassettes/{1 + 1}/x{2}.yaml")
"""


def collected(project: Project, monkeypatch: pytest.MonkeyPatch, *args: str) -> dict[str, Any]:
    target = project.root / "found.json"
    monkeypatch.setenv(VARIABLE, str(target))
    done = project.run("--collect-only", "-q", "-p", "stream_cassette.plugin.collecting", *args)
    assert done.ret == 0
    found: dict[str, Any] = json.loads(target.read_text())
    root = f"{project.root}/"
    found["cassettes"] = [path.removeprefix(f"{root}cassettes/") for path in found["cassettes"]]
    found["loads"] = [[path.removeprefix(root), name] for path, name in found["loads"]]
    return found


PLAIN = [
    "shared/acme.yaml",
    "shared/emca.yaml",
    "test_a/TestIt.test_in_class.yaml",
    "test_a/test_bare.yaml",
    "test_a/test_many[Rome%201-a8b6adf2].yaml",
    "test_a/test_many[florence].yaml",
    "test_a/test_plain.yaml",
    "test_a/test_skipped.yaml",
]


def test_every_tests_own_cassette(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    project.tests(TESTS)
    found = collected(project, monkeypatch)
    there = [name for name in found["cassettes"] if "Rome" not in name]
    assert there == [name for name in PLAIN if "Rome" not in name]
    assert len(found["cassettes"]) == len(PLAIN)
    assert found["tests"] == 10 and found["loads"] == [] and found["computed"] == []


def test_deselected_tests_use_theirs_too(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    project.tests(TESTS)
    assert len(collected(project, monkeypatch, "-k", "test_plain")["cassettes"]) == len(PLAIN)


def test_what_conversations_are_asked_for(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.tests(LOADS)
    found = collected(project, monkeypatch)
    assert found["loads"] == [
        ["cassettes", name] for name in ("acme", "emca", "rome", "weather/*.yaml")
    ]
    assert found["computed"] == [
        "tests/test_a.py::test_by_fixture",
        "tests/test_a.py::test_computed",
    ]
    wanted = {"cassettes/by/path.yaml", "from/fixture.yaml", "cassettes/*/x*.yaml"}
    assert wanted <= set(found["mentions"])


def test_conftest_files_are_read_for_names(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.tests("NAME = 'in/conftest.yaml'", file="tests/conftest.py")
    project.tests("def test_x(): ...")
    assert "in/conftest.yaml" in collected(project, monkeypatch)["mentions"]


VCR = """
@pytest.mark.vcr("more.yaml")
def test_marked(): ...
"""
PLACED = """
@pytest.fixture
def vcr_cassette_dir(): return "elsewhere"
@pytest.mark.vcr
def test_placed(): ...
"""


def test_marks_that_are_taken_over(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    project.tests(VCR)
    project.tests(PLACED, "tests/test_b.py")
    assert collected(project, monkeypatch, "-Wdefault")["cassettes"] == []
    found = collected(project, monkeypatch, "-ostream_vcr_marks=true")
    ours = [
        f"{project.root}/tests/cassettes/test_a/{name}.yaml" for name in ("more", "test_marked")
    ]
    assert set(ours) <= set(found["cassettes"])
    assert found["computed"] == ["tests/test_b.py::test_placed"]


def test_a_run_that_nobody_waits_for_writes_nothing(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    project.tests(TESTS)
    before = set(Path(project.root).iterdir())
    project.run("--collect-only", "-q", "-p", "stream_cassette.plugin.collecting")
    assert {path for path in Path(project.root).iterdir() if path not in before} <= {
        project.root / "tests"
    }
