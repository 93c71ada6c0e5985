"""Recut, pace and fault in a test project: where they come from, and what a failure says."""

from __future__ import annotations

import pytest

from tests.support.inner_project import Project
from tests.support.paced_answers import URL, forty_seconds

TEST = f"""
@stream_cassette("a.yaml"{{options}})
def test_a(tape):
    with httpx2.stream("GET", {URL!r}, timeout=None) as response:
        chunks = list(response.iter_raw())
    print("SIZES", [len(chunk) for chunk in chunks], response.status_code)
    assert {{holds}}
"""


def _write(project: Project, options: str = "", holds: str = "True") -> None:
    project.tests(TEST.format(options=options, holds=holds))
    (project.root / "cassettes").mkdir(exist_ok=True)
    forty_seconds(project.root / "cassettes" / "a.yaml")


@pytest.mark.parametrize(
    ("options", "args", "shown"),
    [
        ("", [], "SIZES [[]11, 11, 14] 200"),
        (', recut="whole"', [], "SIZES [[]36] 200"),
        (', recut="whole"', ["--stream-recut=at:5"], "SIZES [[]5, 31] 200"),
        ("", ["-ostream_recut=at:5"], "SIZES [[]5, 31] 200"),
        ("", ["--stream-fault=cut@1"], "SIZES [[]11] 200"),
        (', fault={0: "status:503"}', [], "*503"),
        (", fault='stall@1:30s', clock='virtual', unplayed='warn'", [], "SIZES [[]11, 11, 14] 200"),
        ("", ["--stream-pace=recorded", "--stream-clock=virtual"], "SIZES [[]11, 11, 14] 200"),
        (", keep_retry_after=True", ["-ostream_pace=1ms"], "SIZES [[]11, 11, 14] 200"),
    ],
)
def test_where_a_plan_comes_from(
    project: Project, options: str, args: list[str], shown: str
) -> None:
    _write(project, options)
    result = project.run("-s", *args)
    result.stdout.fnmatch_lines([f"*{shown}"])
    result.assert_outcomes(passed=1)


def test_a_failing_test_says_how_it_was_replayed(project: Project) -> None:
    _write(project, holds="len(chunks) == 3")
    plan = "recut=hostile:7 fault=duplicate@1"
    flags = "--stream-recut=hostile:7 --stream-fault=duplicate@1"
    result = project.run(*flags.split())
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "*- stream-cassette replay -*",
            f"replayed with {plan}; reproduce with {flags}",
            "interaction 0 answered: duplicate@1",
        ]
    )


def test_a_test_that_fails_after_its_teardown_says_it_too(project: Project) -> None:
    project.tests('@stream_cassette("a.yaml", recut="bytes")\ndef test_a(tape): pass\n')
    (project.root / "cassettes").mkdir()
    forty_seconds(project.root / "cassettes" / "a.yaml")
    result = project.run()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ["*1 of 1 interactions never played*", "replayed with recut=bytes*"]
    )


@pytest.mark.parametrize(
    ("mode", "said"),
    [
        ("all", ["recut=bytes pace=2x: left out while recording: that replays nothing"]),
        ("verify", ["recut=bytes pace=2x: left out while verifying: that replays nothing"]),
        ("once", []),
        ("new", []),
    ],
)
def test_what_nothing_is_replayed_by_is_said_once(
    project: Project, mode: str, said: list[str]
) -> None:
    calls = "".join(
        f"@stream_cassette\ndef test_{n}(tape):\n    httpx2.post(URL, json=1)\n" for n in range(2)
    )
    project.tests(calls)
    project.run("--stream-record=all").assert_outcomes(passed=2)
    plan = ("--stream-recut=bytes", "--stream-pace=2x")
    result = project.run(f"--stream-record={mode}", *plan)
    assert [line for line in result.outlines if "left out" in line] == said


def test_a_test_that_was_replayed_plainly_says_nothing(project: Project) -> None:
    _write(project, holds="False")
    result = project.run()
    result.assert_outcomes(failed=1)
    result.stdout.no_fnmatch_line("*replayed with*")


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--stream-recut=x"], "*recut='x': use recorded, whole, frames, bytes, random:SEED*"),
        (["--stream-pace=x"], "*pace='x': use none, recorded, a factor*"),
        (["--stream-fault=x"], "*fault='x': use cut@PLACE, reset@PLACE*"),
        (["-ostream_recut=hostile"], "*recut='hostile': use*"),
    ],
)
def test_a_form_that_does_not_exist_is_refused_before_any_test(
    project: Project, args: list[str], said: str
) -> None:
    _write(project)
    result = project.run(*args)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"ERROR: {said}"])


def test_torture_in_the_fixture_is_refused(project: Project) -> None:
    _write(project)
    project.pytester.makeconftest(
        "import pytest\n@pytest.fixture(scope='session')\n"
        "def stream_cassette_config(): return {'torture': True}"
    )
    result = project.run()
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*torture is known too late here; mark, flag, ini*"])


def test_a_fault_without_a_place_fails_the_test(project: Project) -> None:
    _write(project)
    result = project.run("--stream-fault=cut@9")
    result.assert_outcomes(errors=1)
    said = "interaction 0: fault 'cut@9': the answer has 3 frames only"
    assert sum(line.endswith(said) for line in result.outlines) == 1
    result.stdout.no_fnmatch_line("*During handling*")
