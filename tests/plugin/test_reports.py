"""What a run says besides passed and failed."""

from __future__ import annotations

from tests.support.inner_project import INI, ONE, Project


def test_a_recording_of_nothing_warns_loudly(project: Project) -> None:
    project.pytester.makeini(INI.replace("error", "default"))
    project.tests("@stream_cassette\ndef test_idle(): pass\n")
    result = project.run("--stream-record=once")
    result.assert_outcomes(passed=1, warnings=1)
    result.stdout.fnmatch_lines(["*- stream-cassette -*", "*nothing recorded*"])


def test_no_network_is_said_in_one_line(project: Project) -> None:
    project.tests(
        ONE.replace("URL,", "'http://127.0.0.1:9/v1',"),
    )
    result = project.run("--stream-record=once")
    result.assert_outcomes(failed=1)
    lines = [line for line in result.outlines if line.startswith("could not reach 127.0.0.1:9")]
    assert len(lines) == 1
    assert "while recording cassettes/test_a/test_one.yaml" in lines[0]
