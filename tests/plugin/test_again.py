"""A test that is run again: its fixtures, its state, and what nobody is told."""

from __future__ import annotations

from tests.support.inner_project import Project
from tests.support.paced_answers import URL, forty_seconds

CONFTEST = """
import pytest
from stream_cassette.plugin.again import rerun

LOG = []

class Again:
    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item, nextitem):
        result = yield
        for options in ({}, {"recut": "whole"}, {"fault": "status:503"}):
            one = rerun(item, options)
            LOG.append(f"{one.passed} {one.text!r} {one.tape.faults if one.tape else None}")
        return result

def pytest_configure(config):
    config.pluginmanager.register(Again())

def pytest_unconfigure():
    for line in LOG:
        print("LOG", line)

@pytest.fixture(scope="module")
def wide():
    LOG.append("wide made")
    yield
    LOG.append("wide gone")

@pytest.fixture
def narrow(wide):
    LOG.append("narrow made")
    yield
    LOG.append("narrow gone")
"""


def _log(project: Project, body: str) -> list[str]:
    project.pytester.makeconftest(CONFTEST)
    project.tests(body)
    (project.root / "cassettes").mkdir()
    forty_seconds(project.root / "cassettes" / "a.yaml")
    result = project.run("-s")
    assert result.parseoutcomes() == {"passed": 1}
    return [line.removeprefix("LOG ") for line in result.outlines if line.startswith("LOG ")]


TEST = f"""
@stream_cassette("a.yaml")
def test_a(tape, narrow, tmp_path):
    assert not list(tmp_path.iterdir())
    (tmp_path / "seen").touch()
    print("printed")
    assert httpx2.get({URL!r}).status_code == 200
"""

CLASS = f"""
import unittest

@pytest.mark.stream_cassette("a.yaml")
class TestA(unittest.TestCase):
    def setUp(self):
        self.seen = []
    def test_a(self):
        self.seen.append(1)
        assert len(self.seen) == 1
        assert httpx2.get({URL!r}).status_code == 200
"""

FAILED = 'False "AssertionError: assert 503 == 200"'


def test_fixtures_of_the_function_are_fresh_and_others_stay(project: Project) -> None:
    lines = _log(project, TEST)
    narrow = ["narrow made", "narrow gone"]
    first = ["wide made", *narrow, "wide gone"]
    assert lines[:4] == first
    rest = lines[4:]
    assert rest[0] == "wide made" and rest.count("wide made") == 1
    assert rest.count("narrow made") == rest.count("narrow gone") == 3
    told = [line for line in rest if line.startswith(("True", "False"))]
    assert told[:2] == ["True '' ()"] * 2
    assert told[2].startswith("False 'AssertionError: assert 503 == 200")
    assert told[2].endswith("((0, 'status:503'),)")


def test_unittest_cases_are_made_anew(project: Project) -> None:
    told = _log(project, CLASS)
    assert [line.split()[0] for line in told] == ["True", "True", "False"]


def test_a_fixture_that_fails_is_what_went_wrong(project: Project) -> None:
    lines = _log(
        project,
        f"""
TIMES = []

@pytest.fixture
def once():
    TIMES.append(1)
    assert len(TIMES) == 1, "made twice"

@stream_cassette("a.yaml")
def test_a(tape, once):
    httpx2.get({URL!r})
""",
    )
    assert [line.split()[0] for line in lines] == ["False"] * 3
    assert all("made twice" in line for line in lines)


def test_a_test_that_skips_has_not_passed(project: Project) -> None:
    lines = _log(
        project,
        f"""
@stream_cassette("a.yaml")
def test_a(tape):
    if httpx2.get({URL!r}).status_code == 503:
        pytest.skip("busy")
""",
    )
    assert lines[2].startswith("False 'the test is skipped'")
