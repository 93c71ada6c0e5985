"""pytest, asked in a process of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from stream_cassette.errors import UsageError
from stream_cassette.store.collected import Collected, collected, report
from tests.support.checked import lean_pytest

__all__ = ["lean_pytest"]


@pytest.fixture
def suite(tmp_path: Path, lean_pytest: None) -> Path:
    (tmp_path / "pytest.ini").write_text("[pytest]\ntestpaths = tests\n")
    (tmp_path / "tests").mkdir()
    return tmp_path


def test_what_the_tests_use(suite: Path) -> None:
    (suite / "tests/test_a.py").write_text("def test_x(tape): ...\ndef test_y(): ...\n")
    (suite / "tests/test_b.py").write_text("def test_z(tape): ...\n")
    path = str(suite / "cassettes/test_a/test_x.yaml")
    assert collected(suite, ["tests/test_a.py"]) == Collected(cassettes=(path,), tests=2)


def test_no_tests_use_nothing(suite: Path) -> None:
    assert collected(suite) == Collected()


def test_tests_that_can_not_be_collected_are_an_error(suite: Path) -> None:
    (suite / "tests/test_a.py").write_text("import nothing_of_that_name\n")
    with pytest.raises(UsageError, match=r"can't collect the tests \(2\)") as caught:
        collected(suite)
    assert "nothing_of_that_name" in str(caught.value)


def test_a_report_is_json(tmp_path: Path) -> None:
    report(tmp_path / "a.json", {"tests": 1})
    assert (tmp_path / "a.json").read_text() == '{"tests": 1}'
