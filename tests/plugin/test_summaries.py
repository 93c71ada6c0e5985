"""What each test did with its cassette, as it is told with its last report."""

from __future__ import annotations

from pathlib import Path

import pytest

from stream_cassette.plugin.summaries import below
from tests.support.inner_project import Project, fewer

TOLD = """
def pytest_runtest_logreport(report):
    told = getattr(report, "stream_cassette", None)
    if told is not None:
        told.pop("duration_s")
        print("TOLD", told["nodeid"].rpartition("::")[2], told["outcome"], told["mode"],
              told["played"], told["recorded"], told["total"], told["message"])
"""
SUITE = """
@pytest.fixture
def late():
    yield
    assert not LATE
LATE = False
@stream_cassette
def test_passed(late): httpx2.post(URL); httpx2.post(URL)
@stream_cassette(unplayed="ignore")
def test_failed(tape): assert 0
@pytest.mark.xfail
@stream_cassette
def test_expected(tape): assert 0
@pytest.mark.xfail
@stream_cassette
def test_unexpected(tape): pass
@stream_cassette
def test_skips(tape): pytest.skip("for now")
@pytest.mark.skip
@stream_cassette
def test_skipped(tape): pass
@stream_cassette(level="no such level")
def test_refused(tape): pass
"""


def test_every_outcome(project: Project) -> None:
    project.pytester.makeconftest(TOLD)
    project.tests(SUITE)
    project.run("--stream-record=once", "-k", "passed")
    project.tests(SUITE.replace("LATE = False", "LATE = True"))
    result = project.run("-s", "-q")
    told = [line.partition("TOLD ")[2] for line in result.outlines if "TOLD" in line]
    assert told == [
        "test_passed error none [0, 1] 0 2 None",
        "test_failed failed none [] 0 0 None",
        "test_expected xfailed none [] 0 0 None",
        "test_unexpected xpassed none [] 0 0 None",
        "test_skips skipped none [] 0 0 None",
        "test_refused error none [] 0 0 None",
    ]


def test_what_a_cassette_has_against_it_names_it_from_the_rootdir(project: Project) -> None:
    project.pytester.makeconftest(TOLD)
    fewer(project)
    result = project.run("-s", "-q")
    (told,) = [line.partition(" [0] 0 2 ")[2] for line in result.outlines if "TOLD" in line]
    assert told == "cassettes/test_a/test_two.yaml: 1 of 2 interactions never played"
    sharing = '@stream_cassette("s.yaml")\ndef test_{}(tape):\n    {}\n'
    project.tests(sharing.format("a", "httpx2.post(URL)") + sharing.format("b", "pass"))
    project.run("--stream-record=new", "-W", "default").assert_outcomes(passed=2, warnings=1)
    project.tests(sharing.format("a", "pass") + sharing.format("b", "pass"))
    result = project.run("-s", "-q")
    told = next(line for line in result.outlines if "TOLD test_b" in line)
    assert told.endswith(" cassettes/s.yaml: 1 of 1 interactions never played")


@pytest.mark.parametrize(
    ("path", "said"), [("/root/c/a.yaml", "c/a.yaml"), ("/other/a.yaml", "/other/a.yaml")]
)
def test_paths_are_said_from_the_rootdir(path: str, said: str) -> None:
    assert below(Path("/root"), Path(path)) == said
