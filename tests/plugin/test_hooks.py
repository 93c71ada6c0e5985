"""Verdicts: one failure for a miss, whatever becomes of it; and for what was never played."""

from __future__ import annotations

import pytest

from tests.support.inner_project import ONE, Project, fewer

SWALLOWED = {
    "straight": "def test_it():\n    post()",
    "bare except": "def test_it():\n    try: post()\n    except BaseException: pass",
    "then another failure": (
        "def test_it():\n    try: post()\n    except BaseException: pass\n    assert False, 'later'"
    ),
    "then a skip": (
        "def test_it():\n    try: post()\n    except BaseException: pytest.skip('offline')"
    ),
    "thread": ("def test_it():\n    t = threading.Thread(target=post); t.start(); t.join()"),
    "pool": (
        "def test_it():\n    with concurrent.futures.ThreadPoolExecutor() as pool:\n"
        "        pool.submit(post)"
    ),
    "gather": (
        "async def test_it():\n    await asyncio.gather(apost(), apost(), return_exceptions=True)"
    ),
    "task group": (
        "async def test_it():\n    async with asyncio.TaskGroup() as group:\n"
        "        group.create_task(apost())"
    ),
    "callback": (
        "def test_it():\n    async def main():\n"
        "        asyncio.get_running_loop().call_soon(post)\n        await asyncio.sleep(0.01)\n"
        "    asyncio.run(main())"
    ),
    "except group": (
        "async def test_it():\n    try:\n        async with asyncio.TaskGroup() as group:\n"
        "            group.create_task(apost())\n    except BaseExceptionGroup: pass"
    ),
    "unittest": ("class TestIt(unittest.TestCase):\n    def test_it(self):\n        post()"),
    "unittest, swallowed": (
        "class TestIt(unittest.TestCase):\n    def test_it(self):\n        try: post()\n"
        "        except BaseException: pass\n        self.fail('later')"
    ),
    "fixture, swallowed": (
        "@pytest.fixture\ndef early():\n    try: post()\n    except BaseException: pass\n"
        "def test_it(early): pass"
    ),
    "teardown of a fixture": (
        "@pytest.fixture\ndef late():\n    yield\n    try: post()\n    except BaseException: pass\n"
        "def test_it(late): pass"
    ),
}


MISS_HEAD = """
import asyncio, concurrent.futures, threading, unittest
pytestmark = [pytest.mark.stream_cassette, pytest.mark.asyncio]
def post(): httpx2.post(URL, json={"a": 1})
async def apost():
    async with httpx2.AsyncClient() as client: await client.post(URL, json={"a": 1})
"""


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.parametrize("case", SWALLOWED)
def test_a_miss_is_one_failure_whatever_becomes_of_it(project: Project, case: str) -> None:
    pytest.importorskip("pytest_asyncio")
    head = (
        MISS_HEAD
        if "async def test_it" in SWALLOWED[case]
        else MISS_HEAD.replace(
            "[pytest.mark.stream_cassette, pytest.mark.asyncio]", "pytest.mark.stream_cassette"
        )
    )
    project.tests(head + SWALLOWED[case])
    result = project.run("-rA")
    result.assert_outcomes(failed=1)
    text = result.stdout.str()
    assert "FAILED tests/test_a.py::" in text
    first = next(line for line in text.splitlines() if line.startswith("cassettes/"))
    assert "test_it.yaml" in first
    assert "has no answer to POST" in first
    assert "ERROR tests/" not in text


def test_xfail_stays_xfail(project: Project) -> None:
    project.tests(
        MISS_HEAD.replace(", pytest.mark.asyncio", "")
        + """
@pytest.mark.xfail(strict=True)
def test_marked(): post()
def test_called():
    try: post()
    except BaseException: pytest.xfail("known")
"""
    )
    project.run().assert_outcomes(xfailed=2)


def test_on_miss_error_is_the_clients_own_error(project: Project) -> None:
    project.tests(
        """
@stream_cassette(on_miss="error")
def test_retry_code(tape):
    with pytest.raises(httpx2.ConnectError):
        httpx2.post(URL)
    assert len(tape.misses) == 1
"""
    )
    project.run().assert_outcomes(passed=1)


def test_a_miss_says_what_differs_where_and_how_to_record(project: Project) -> None:
    project.tests(ONE)
    project.run("--stream-record=once").assert_outcomes(passed=1)
    project.tests(ONE.replace('"a": 1', '"a": 2'))
    result = project.run()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "cassettes/test_a/test_one.yaml has no answer to POST *",
            "*nearest is interaction 0*",
            "  a: *",
            "*pytest --stream-record=all tests/test_a.py::test_one",
            "requested at tests/test_a.py:7 (test_one)",
        ]
    )


def test_unplayed_fails_a_passing_test_as_a_failure(project: Project) -> None:
    fewer(project)
    result = project.run("-v", "--junitxml=out.xml")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*1 of 2 interactions never played*", "*1: POST http*"])
    junit = (project.root / "out.xml").read_text("utf-8")
    assert 'failures="1"' in junit
    assert 'errors="0"' in junit


SHARED = """
PLAYED = (1, 2, 3)
@stream_cassette("shared.yaml")
@pytest.mark.parametrize("number", [1, 2, 3])
def test_part(number):
    if number in PLAYED:
        httpx2.post(URL, json={"n": number})
"""


@pytest.mark.parametrize("workers", [(), ("-n2",)])
def test_a_shared_cassette_is_judged_once_over_all(
    project: Project, workers: tuple[str, ...]
) -> None:
    if workers:
        pytest.importorskip("xdist")
    run = project.run_apart if workers else project.run
    project.tests(SHARED)
    project.run("--stream-record=once").assert_outcomes(passed=3)
    assert project.files == ["cassettes/shared.yaml"]
    run(*workers).assert_outcomes(passed=3)
    project.tests(SHARED.replace("(1, 2, 3)", "(1, 2)"))
    result = run(*workers)
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    assert result.parseoutcomes()["failed"] == 1
    result.stdout.fnmatch_lines(["*1 of 3 interactions never played*"])
    # without one of them, it can't be said
    assert run(*workers, "-k", "not 3").ret == pytest.ExitCode.OK
