"""The mode `verify` in a test project: what fails, what it says, and that nothing is written.

The provider numbers its answers: a second run gets others, unless it starts over.
"""

from __future__ import annotations

import pytest

from tests.support.inner_project import ONE, TWO, Project, Provider

DRIFT = [
    "*cassettes/test_a/test_one.yaml: 1 drift from the recording of 1 interaction; *unchanged",
    "interaction 0, POST http://127.0.0.1:*/v1: another answer (level frames)",
    "  frames[[]0[]].data: recorded 1, received 2",
]
VERIFY = "--stream-record=verify"


def snapshot(project: Project) -> dict[str, tuple[bytes, int]]:
    """Every file and directory of the cassettes: bytes, and when it was last changed."""
    root = project.root / "cassettes"
    return {
        str(path): (path.read_bytes() if path.is_file() else b"", path.stat().st_mtime_ns)
        for path in (root, *root.rglob("*"))
    }


def recorded(project: Project, source: str = ONE) -> dict[str, tuple[bytes, int]]:
    """Record the tests; what is on the disk then. The provider starts over."""
    project.tests(source)
    project.run("--stream-record=once").assert_outcomes(passed=source.count("def test_"))
    Provider.served = 0
    return snapshot(project)


def test_the_same_answers_pass_and_nothing_is_written(project: Project) -> None:
    before = recorded(project)
    project.run(VERIFY).assert_outcomes(passed=1)
    assert Provider.served == 1
    assert snapshot(project) == before


def test_a_drift_fails_once_and_says_where(project: Project) -> None:
    before = recorded(project)
    Provider.served = 1
    result = project.run(VERIFY)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(DRIFT)
    assert snapshot(project) == before


def test_workers_say_the_same(project: Project) -> None:
    before = recorded(project)
    Provider.served = 1
    result = project.run_apart(VERIFY, "-n", "2")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(DRIFT)
    assert snapshot(project) == before


WAYS = {
    "mark": ("cassette(record='verify')", {}, ""),
    "environment": ("cassette", {"STREAM_RECORD": "verify"}, ""),
    "ini": ("cassette", {}, "stream_record = verify"),
}


@pytest.mark.parametrize(("mark", "environ", "ini"), WAYS.values(), ids=WAYS)
def test_where_the_mode_may_come_from_and_that_ci_replays(
    project: Project,
    monkeypatch: pytest.MonkeyPatch,
    mark: str,
    environ: dict[str, str],
    ini: str,
) -> None:
    recorded(project)
    project.tests(ONE.replace("cassette\n", mark + "\n"))
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    args = ["-o", ini.replace(" ", "")] if ini else []
    project.run(*args).assert_outcomes(passed=1)
    assert Provider.served == 1
    monkeypatch.setenv("CI", "true")
    project.run(*args).assert_outcomes(passed=1)
    assert Provider.served == 1
    project.run(VERIFY).assert_outcomes(failed=1)
    assert Provider.served == 2


def test_without_a_cassette_the_test_fails_before_anything_is_sent(project: Project) -> None:
    project.tests(ONE)
    result = project.run(VERIFY)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*test_one.yaml: there is no cassette to verify; record it *"])
    assert (Provider.served, project.files) == (0, [])


def test_a_failing_body_stays_the_failure_and_the_drift_is_a_note(project: Project) -> None:
    before = recorded(project)
    project.tests(ONE + "    assert tape.path.name == 'another'\n")
    Provider.served = 1
    result = project.run(VERIFY)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["E * AssertionError: assert 'test_one.yaml' == 'another'"])
    result.stdout.fnmatch_lines(["*- stream-cassette -*", *DRIFT])
    assert snapshot(project) == before


@pytest.mark.parametrize("outcome", ["xfail", "skip"])
def test_xfail_and_skip_stay_what_they_are(project: Project, outcome: str) -> None:
    recorded(project)
    project.tests(ONE + f"    pytest.{outcome}('for now')\n")
    Provider.served = 1
    expected = {"xfailed" if outcome == "xfail" else "skipped": 1}
    project.run(VERIFY).assert_outcomes(**expected)


def test_one_call_less_and_one_call_more(project: Project) -> None:
    recorded(project, TWO)
    project.tests(TWO.replace("return 2", "return 1"))
    result = project.run(VERIFY)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["interaction 1, POST *: was not asked for"])
    Provider.served = 0
    project.tests(TWO.replace("return 2", "return 3"))
    result = project.run(VERIFY)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["request 2, POST *: nothing is recorded for it, or no more"])


@pytest.mark.parametrize(("choice", "warnings"), [("warn", 1), ("ignore", 0)])
def test_what_was_not_asked_for_is_as_grave_as_what_was_not_played(
    project: Project, choice: str, warnings: int
) -> None:
    recorded(project, TWO)
    project.tests(TWO.replace("return 2", "return 1"))
    arguments = ["-W", "default", VERIFY, f"--stream-unplayed={choice}"]
    project.run(*arguments).assert_outcomes(passed=1, warnings=warnings)


SHARED = """
@stream_cassette("both.yaml")
def test_first(tape):
    httpx2.post(URL, json={"n": 1})
@stream_cassette("both.yaml")
def test_second(tape):
    httpx2.post(URL, json={"n": 2})
"""


def test_tests_that_share_a_cassette_verify_their_parts(project: Project) -> None:
    before = recorded(project, SHARED)
    project.run(VERIFY).assert_outcomes(passed=2)
    project.tests(SHARED.replace('json={"n": 2}', 'json={"n": 1}'))
    Provider.served = 0
    result = project.run(VERIFY)
    result.assert_outcomes(passed=1, failed=1)
    assert snapshot(project) == before


def test_the_level_is_an_option(project: Project) -> None:
    recorded(project)
    project.run(VERIFY, "--stream-level=bytes").assert_outcomes(passed=1)
    for arguments in (["--stream-level=bytes"], ["-o", "stream_level=bytes"]):
        result = project.run(VERIFY, *arguments)
        result.assert_outcomes(failed=1)
        result.stdout.fnmatch_lines(["*another answer (level bytes)"])
    wrong = project.run(VERIFY, "-o", "stream_level=words")
    wrong.assert_outcomes(errors=1)
    wrong.stdout.fnmatch_lines(["level='words': use one of 'conversation', *, 'bytes'"])


KEYED = """
import os
@stream_cassette
def test_one(tape):
    assert os.environ["OPENAI_API_KEY"] == "the-real-one"
    httpx2.post("http://localhost:" + URL.split(":")[2], json={})
"""


def test_the_keys_are_the_real_ones_and_no_guard_is_in_the_way(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "the-real-one")
    recorded(project, KEYED)
    project.run(VERIFY).assert_outcomes(passed=1)
    monkeypatch.delenv("OPENAI_API_KEY")
    result = project.run(VERIFY)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["E *KeyError: 'OPENAI_API_KEY'"])


def test_an_async_test(project: Project) -> None:
    source = """
@pytest.mark.asyncio
@stream_cassette
async def test_one(tape):
    async with httpx2.AsyncClient() as client:
        await client.post(URL, json={})
"""
    before = recorded(project, source)
    project.run(VERIFY).assert_outcomes(passed=1)
    project.run(VERIFY).assert_outcomes(failed=1)
    assert snapshot(project) == before
