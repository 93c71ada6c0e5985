"""What tests tell of many cassettes stands in tables at the end of the run's output."""

from __future__ import annotations

import pytest

PLUGINS = ("-p", "tests.corpus", "-p", "no:asyncio")
SUITE = """
def test_one(tell):
    tell("figures", ["b 2", "c 3"])

def test_other(tell):
    tell("figures", ["a 1"])
    assert False
"""


@pytest.mark.parametrize("workers", [[], ["-n", "1"]], ids=["alone", "xdist"])
def test_tables_are_in_the_output(pytester: pytest.Pytester, workers: list[str]) -> None:
    if workers:
        pytest.importorskip("xdist")
    pytester.makepyfile(SUITE)
    result = pytester.runpytest_inprocess(*PLUGINS, "-q", *workers)
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["=* figures =*", "a 1", "b 2", "c 3", "=* short test summary *"])
