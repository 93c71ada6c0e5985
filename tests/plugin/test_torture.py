"""Torture in a test project: broken clients are caught and explained, correct ones pass."""

from __future__ import annotations

import os
from typing import Any

import pytest

from stream_cassette.errors import UsageError
from stream_cassette.plugin.options import Outside
from stream_cassette.plugin.torture import Wish, wish_of
from tests.corpus import ROOT
from tests.support import small_clients
from tests.support.inner_project import Project

TEST = """
from tests.support import small_clients

@stream_cassette("a.yaml"{options})
def test_a(tape):
    assert small_clients.{client}(small_clients.URL) == small_clients.TEXT
"""


def _write(project: Project, client: str, options: str = "", *, crlf: bool = False) -> None:
    project.tests(TEST.format(client=client, options=options))
    (project.root / "cassettes").mkdir(exist_ok=True)
    small_clients.write(project.root / "cassettes" / "a.yaml", crlf=crlf)


def test_all_of_them_pass_on_the_clean_replay(project: Project) -> None:
    for client in ("correct", "chunkwise", "splitlines", "trusting"):
        _write(project, client)
        file = project.root / "tests" / "test_a.py"
        file.rename(file.with_name(f"test_{client}.py"))
    project.run().assert_outcomes(passed=4)


def test_a_client_that_decodes_each_chunk_is_caught_and_explained(project: Project) -> None:
    _write(project, "chunkwise")
    result = project.run("--stream-torture=3")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "torture: the client depends on where its chunks are cut",
            "fails when bytes ?? | ?? of U+* in event * arrive in two chunks",
            "a chunk may end inside a character: decode incrementally, not chunk by chunk",
            "first seen with recut=bytes (* cuts), made smaller in * runs; reproduce with *",
            "AssertionError: *",
            "1 test, run again * times; 1 client found wanting",
        ]
    )


def test_what_it_says_reproduces_it(project: Project) -> None:
    _write(project, "chunkwise")
    lines = project.run("--stream-torture=0").outlines
    flag = next(line for line in lines if "reproduce with" in line).rpartition(" ")[2]
    result = project.run(flag)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([f"replayed with recut=at:*; reproduce with {flag}"])


def test_a_client_that_splits_at_other_line_ends_is_caught_and_explained(project: Project) -> None:
    _write(project, "splitlines", ", torture=2")
    result = project.run()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "fails when * in event 4 arrive in two chunks",
            "event 4 holds U+2028, at which str.splitlines() ends a line",
        ]
    )


def test_a_client_that_misses_no_end_marker_is_caught_and_explained(project: Project) -> None:
    _write(project, "trusting")
    result = project.run("--stream-torture=2", "--stream-faults")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "torture: the client takes broken streams for whole ones",
            "! early end * accepted a truncated stream as complete; the test then fails: *",
            "reproduce with --stream-fault=cut@5",
        ]
    )
    result.stdout.no_fnmatch_line("*depends on where*")


def test_what_clients_do_can_be_told_without_failing_them(project: Project) -> None:
    _write(project, "trusting")
    result = project.run("--stream-faults=report")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(
        [
            "tests/test_a.py::test_a",
            "! early end   cut@5 *",
            "  reset       reset@5 * raised httpx2.ReadError: *",
            "  stall       stall@5:60s * raised httpx2.ReadTimeout: *",
            "  duplicate   duplicate@5 * took the event that came twice; the test then fails: *",
            "  error event error-event@5 * raised KeyError: 'choices'",
            "  429         status:429:retry-after=2 raised httpx2.HTTPStatusError: *",
            "  529         status:529 * raised httpx2.HTTPStatusError: *",
        ]
    )


@pytest.mark.parametrize("crlf", [False, True], ids=["LF", "CRLF"])
def test_a_correct_client_passes(project: Project, crlf: bool) -> None:
    _write(project, "correct", crlf=crlf)
    result = project.run("--stream-torture=4", "--stream-faults", "tests")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["1 test, run again 15 times; 0 clients found wanting"])


@pytest.mark.parametrize("flag", ["--stream-torture", "--stream-faults"])
def test_a_path_behind_the_bare_flag_is_a_path(project: Project, flag: str) -> None:
    _write(project, "correct")
    project.tests("def test_other(): assert 1", "tests/test_b.py")
    result = project.run(flag, "tests/test_a.py")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["1 test, run again *"])


def test_a_test_that_can_not_be_run_twice_is_told_apart(project: Project) -> None:
    project.tests(
        """
from tests.support import small_clients
SEEN = []

@stream_cassette("a.yaml", torture=True)
def test_a(tape):
    SEEN.append(small_clients.correct(small_clients.URL))
    assert len(SEEN) == 1
"""
    )
    (project.root / "cassettes").mkdir()
    small_clients.write(project.root / "cassettes" / "a.yaml")
    result = project.run()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["torture can't tell: run a second time, the test fails as it is*"])


def test_tests_that_fail_or_are_left_out_are_not_run_again(project: Project) -> None:
    _write(project, "correct", ", torture=False")
    project.tests(
        """
from tests.support import small_clients

@stream_cassette("a.yaml")
def test_b(tape):
    assert small_clients.correct(small_clients.URL) == "no"
""",
        "tests/test_b.py",
    )
    result = project.run("--stream-torture")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.no_fnmatch_line("*run again*")


def test_tests_that_are_left_out_are_named(project: Project) -> None:
    _write(project, "correct", ", recut='bytes'")
    body = '@stream_cassette("a.yaml", unplayed="ignore")\ndef test_b(tape): pass\n'
    project.tests(body, "tests/test_b.py")
    result = project.run("--stream-torture")
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(
        [
            "tests/test_a.py::test_a was left out: it has a recut or a fault of its own",
            "tests/test_b.py::test_b was left out: it replays nothing",
            "0 tests, run again 0 times; 0 clients found wanting",
        ]
    )


def test_what_is_no_wish_ends_the_run(project: Project) -> None:
    _write(project, "correct", ", torture='often'")
    result = project.run()
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["ERROR: torture='often': use True, or how many seeds*"])


ASYNC = """
import asyncio, httpx2
from tests.support import small_clients

@pytest.mark.asyncio
@stream_cassette("a.yaml", torture=2)
async def test_a(tape):
    body = {"model": "m", "messages": [{"role": "user", "content": "Weather?"}], "stream": True}
    text = b""
    async with asyncio.timeout(30), httpx2.AsyncClient() as client:
        async with client.stream("POST", small_clients.URL, json=body) as response:
            response.raise_for_status()
            async for chunk in response.aiter_raw():
                text += chunk
    assert text.endswith(b"data: [DONE]\\n\\n")
"""


def test_async_tests_and_shared_cassettes(project: Project) -> None:
    project.tests(ASYNC)
    project.tests(TEST.format(client="correct", options=""), "tests/test_b.py")
    (project.root / "cassettes").mkdir()
    small_clients.write(project.root / "cassettes" / "a.yaml")
    result = project.run("--stream-faults=report", "--stream-torture=1")
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["2 tests, run again * times; 0 clients found wanting"])


def test_fixtures_of_a_module_are_made_once_and_gone_at_its_end(project: Project) -> None:
    project.tests(
        """
from tests.support import small_clients

@pytest.fixture(scope="module")
def wide():
    print("WIDE MADE")
    yield
    print("WIDE GONE")

@stream_cassette("a.yaml", torture=1)
def test_a(tape, wide):
    small_clients.correct(small_clients.URL)
"""
    )
    project.tests("def test_b(): print('NEXT MODULE')", "tests/test_b.py")
    (project.root / "cassettes").mkdir()
    small_clients.write(project.root / "cassettes" / "a.yaml")
    result = project.run("-s")
    result.assert_outcomes(passed=2)
    said = [line for line in result.outlines if "WIDE" in line or "NEXT" in line]
    assert [" ".join(line.split()[-2:]).lstrip(".") for line in said] == [
        "WIDE MADE",
        "WIDE GONE",
        "NEXT MODULE",
    ]


RETRYING = """
from tests.support import small_clients

def ask(url):
    for _ in range(3):
        try:
            return small_clients.correct(url)
        except httpx2.HTTPStatusError:
            pass
    raise RuntimeError("gave up")

@stream_cassette("a.yaml")
def test_a(tape):
    assert ask(small_clients.URL) == small_clients.TEXT
"""


def test_a_client_that_asks_again(project: Project) -> None:
    project.tests(RETRYING)
    (project.root / "cassettes").mkdir()
    small_clients.write(project.root / "cassettes" / "a.yaml")
    result = project.run("--stream-faults")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(
        [
            "  early end   cut@5 * raised tests.support.small_clients.Truncated: no [[]DONE]",
            "  429 * asked again once and had the answer",
            "  529 * asked again once and had the answer",
        ]
    )


CLASS = """
import unittest
from tests.support import small_clients

@pytest.mark.stream_cassette("a.yaml")
class TestA(unittest.TestCase):
    def test_a(self):
        self.assertEqual(small_clients.trusting(small_clients.URL), small_clients.TEXT)
"""


def test_an_assertion_of_unittest_is_the_tests_own(project: Project) -> None:
    project.tests(CLASS)
    (project.root / "cassettes").mkdir()
    small_clients.write(project.root / "cassettes" / "a.yaml")
    result = project.run("--stream-faults=report")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["! early end * as complete; the test then fails: AssertionError*"])


EVENT_A_CHUNK = """
import json
from tests.support import small_clients

@stream_cassette("a.yaml", torture=True)
def test_a(tape):
    words = []
    for chunk in small_clients._chunks(small_clients.URL):
        first = chunk.decode().split("\\n\\n")[0]
        words += [word for word in small_clients._words([first]) if word]
    assert "".join(words) == small_clients.TEXT
"""


def test_a_client_that_takes_each_chunk_for_an_event(project: Project) -> None:
    project.tests(EVENT_A_CHUNK)
    (project.root / "cassettes").mkdir()
    small_clients.write(project.root / "cassettes" / "a.yaml")
    result = project.run()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "fails when event * and event * arrive in one chunk",
            "a chunk may hold several frames, and parts of them*",
            "first seen with recut=whole (10 cuts), made smaller in * runs; reproduce with *at:*",
        ]
    )


def test_a_fixture_of_the_module_that_fails_at_its_end_is_told(project: Project) -> None:
    project.tests(
        """
from tests.support import small_clients

@pytest.fixture(scope="module")
def wide():
    yield
    raise RuntimeError("at the end")

@stream_cassette("a.yaml", torture=0)
def test_a(tape, wide):
    small_clients.correct(small_clients.URL)
"""
    )
    (project.root / "cassettes").mkdir()
    small_clients.write(project.root / "cassettes" / "a.yaml")
    result = project.run()
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["E * RuntimeError: at the end"])


def test_workers_tell_the_run(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT), prepend=os.pathsep)
    _write(project, "trusting")
    result = project.run_apart("--stream-faults=report", "-n1")
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["! early end *", "1 test, run again 7 times; 0 clients found*"])


WISHES: dict[str, tuple[list[dict[str, Any]], Outside, Wish | None]] = {
    "nothing": ([], Outside(), None),
    "a mark": ([{"torture": True}], Outside(), Wish(seeds=20)),
    "a mark's number": ([{"torture": 7}], Outside(), Wish(seeds=7)),
    "the flag": ([], Outside(cli={"torture": "20"}), Wish(seeds=20)),
    "the flag over the mark": ([{"torture": 7}], Outside(cli={"torture": "3"}), Wish(seeds=3)),
    "the ini": (
        [],
        Outside(ini={"torture": "4", "faults": "report"}),
        Wish(seeds=4, faults="report"),
    ),
    "faults alone": ([], Outside(cli={"faults": "fail"}), Wish(faults="fail")),
    "left out": ([{"torture": False}], Outside(cli={"torture": "3", "faults": "fail"}), None),
    "the nearest mark": ([{"torture": 1}, {"torture": False}], Outside(), Wish(seeds=1)),
}


@pytest.mark.parametrize(("marks", "outside", "wish"), WISHES.values(), ids=WISHES.keys())
def test_wishes(marks: list[dict[str, Any]], outside: Outside, wish: Wish | None) -> None:
    assert wish_of(marks, outside) == wish


@pytest.mark.parametrize(
    ("marks", "outside"),
    [([{"torture": "often"}], Outside()), ([], Outside(ini={"faults": "maybe"}))],
)
def test_what_is_no_wish(marks: list[dict[str, Any]], outside: Outside) -> None:
    with pytest.raises(UsageError, match="use "):
        wish_of(marks, outside)
