"""A test's tape: its mode, its options, what is published, the keys while it is open."""

from __future__ import annotations

import pytest

from tests.support.inner_project import INI, ONE, Project, Provider, fewer


def test_records_then_replays_without_a_server(project: Project) -> None:
    project.tests(ONE)
    project.run("--stream-record=once").assert_outcomes(passed=1)
    assert project.files == ["cassettes/test_a/test_one.yaml"]
    assert Provider.served == 1
    project.run().assert_outcomes(passed=1)
    assert Provider.served == 1


def test_unplayed_can_be_ignored_by_mark_option_and_ini(project: Project) -> None:
    fewer(project, unplayed="ignore")
    project.run().assert_outcomes(passed=1)
    project.run("--stream-unplayed=fail").assert_outcomes(failed=1)
    fewer(project)
    project.run("--stream-unplayed=ignore").assert_outcomes(passed=1)
    project.pytester.makeini(INI + "stream_unplayed = ignore\n")
    project.run().assert_outcomes(passed=1)


def test_unplayed_warns_when_asked_and_in_new(project: Project) -> None:
    fewer(project)
    project.pytester.makeini(INI.replace("error", "default"))
    result = project.run("--stream-unplayed=warn")
    result.assert_outcomes(passed=1, warnings=1)
    result.stdout.fnmatch_lines(
        [
            "*- stream-cassette -*",
            "1 played, 1 unplayed",
            "unplayed: cassettes/test_a/test_two.yaml, 1 of 2 interactions (tests/*::test_two)",
        ]
    )
    project.run("--stream-record=new").assert_outcomes(passed=1, warnings=1)


def test_a_request_of_a_fixtures_teardown_is_played(project: Project) -> None:
    project.tests(
        """
@pytest.fixture
def client():
    yield
    httpx2.post(URL, json={"n": 2})
@stream_cassette
def test_one(client):
    httpx2.post(URL, json={"n": 1})
"""
    )
    project.run("--stream-record=once").assert_outcomes(passed=1)
    project.run().assert_outcomes(passed=1)


def test_a_failed_test_leaves_a_rejected_file_and_the_old_cassette(project: Project) -> None:
    project.tests(ONE)
    project.run("--stream-record=once").assert_outcomes(passed=1)
    before = (project.root / "cassettes/test_a/test_one.yaml").read_bytes()
    project.tests(ONE + "    assert False\n")
    project.run("--stream-record=all").assert_outcomes(failed=1)
    assert (project.root / "cassettes/test_a/test_one.yaml").read_bytes() == before
    assert project.files == [
        "cassettes/test_a/test_one.rejected.yaml",
        "cassettes/test_a/test_one.yaml",
    ]


@pytest.mark.parametrize(
    ("end", "outcome", "published"),
    [
        ("assert False", "xfailed", True),
        ("pytest.skip('after a request')", "skipped", False),
        ("raise KeyboardInterrupt", None, False),
    ],
)
def test_what_is_published(
    project: Project, end: str, outcome: str | None, published: bool
) -> None:
    mark = "@pytest.mark.xfail\n" if outcome == "xfailed" else ""
    project.tests(ONE.replace("\ndef", f"\n{mark}def") + f"    {end}\n")
    run = project.run if outcome is not None else project.run_apart
    result = run("--stream-record=once")
    if outcome is not None:
        assert result.parseoutcomes()[outcome] == 1
    name = "test_one.yaml" if published else "test_one.rejected.yaml"
    assert project.files == [f"cassettes/test_a/{name}"]
    told = f"cassettes/test_a/{name}: recorded by a test that was interrupted; *"
    if outcome is None:
        result.stdout.fnmatch_lines([told])
    else:
        result.stdout.no_fnmatch_line(told)


def test_precedence_of_the_record_mode(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    project.tests(
        """
import os
@stream_cassette(unplayed="ignore")
class TestMode:
    @pytest.fixture
    def stream_cassette_config(self):
        return {"record": "new"}
    def test_fixture(self, tape): assert tape.mode == os.environ.get("WANT", "new")
    @stream_cassette(record="once")
    def test_mark(self, tape): assert tape.mode == os.environ.get("WANT", "once")
@stream_cassette
def test_ini(tape): assert tape.mode == os.environ.get("WANT", "all")
"""
    )
    project.pytester.makeini(INI.replace("error", "default") + "stream_record = rewrite\n")
    project.run().assert_outcomes(passed=3, warnings=3)
    monkeypatch.setenv("STREAM_RECORD", "new_episodes")
    monkeypatch.setenv("WANT", "new")
    project.run().assert_outcomes(passed=3, warnings=3)
    monkeypatch.setenv("WANT", "all")
    project.run("--stream-record=all").assert_outcomes(passed=3, warnings=3)
    monkeypatch.setenv("CI", "true")
    project.run("--stream-record=all").assert_outcomes(passed=3, warnings=3)
    monkeypatch.setenv("WANT", "none")
    project.run().assert_outcomes(passed=3)


def test_dummy_keys_are_there_for_session_fixtures_and_gone_after(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MISTRAL_API_KEY", "mine")
    project.pytester.makeini(INI + "stream_dummy_keys = HOUSE_KEY\n")
    project.tests(
        """
import os
@pytest.fixture(scope="session")
def key(): return os.environ["OPENAI_API_KEY"]
@stream_cassette
def test_with(key):
    assert key == os.environ["HOUSE_KEY"] == "stream-cassette-replay"
    assert os.environ["MISTRAL_API_KEY"] == "mine"
def test_without():
    assert "OPENAI_API_KEY" not in os.environ and "HOUSE_KEY" not in os.environ
@stream_cassette(record="all")
def test_recording(tape):
    assert "OPENAI_API_KEY" not in os.environ
    httpx2.post(URL)
"""
    )
    project.run().assert_outcomes(passed=3)


def test_ignored_hosts_pass_untouched(project: Project) -> None:
    project.tests("@stream_cassette\ndef test_live(tape):\n    httpx2.post(URL)\n")
    project.pytester.makeini(INI + "stream_ignore_hosts = 127.0.0.1\n")
    project.run().assert_outcomes(passed=1)
    assert Provider.served == 1


def test_what_killed_recordings_left_is_said_once_in_a_line(project: Project) -> None:
    project.tests(ONE)
    directory = project.root / "cassettes" / "test_a"
    directory.mkdir(parents=True)
    (directory / ".test_one.yaml.1-ab.journal").write_bytes(b"stream-cassette journal 1\n")
    result = project.run("--stream-record=once")
    result.assert_outcomes(passed=1)
    lines = [line for line in result.outlines if "left by a recording that was killed" in line]
    assert len(lines) == 1
    assert "stream-cassette recover" in lines[0]


def test_the_variables_whose_values_are_masked_are_named_while_recording(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANTERN_API_KEY", "Wq7-zebra-Lantern-0451")
    project.tests(ONE)
    text = project.run("--stream-record=once").stdout.str()
    assert text.count("LANTERN_API_KEY") == 1
    assert "Wq7-zebra" not in text
    assert "LANTERN_API_KEY" not in project.run().stdout.str()
