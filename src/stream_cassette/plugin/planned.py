"""How a test's answers were cut, paced and broken, in the report of the test."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest

from stream_cassette.plugin.run import state_of

__all__ = ["SECTION", "Planned", "forced", "forcing"]

SECTION = "stream-cassette replay"

_FORCED = pytest.StashKey[dict[str, Any]]()


def forced(item: pytest.Item) -> dict[str, Any]:
    """The options that go over all others, for the time being."""
    none: dict[str, Any] = {}
    return item.stash.get(_FORCED, none)


@contextmanager
def forcing(item: pytest.Item, options: Mapping[str, Any]) -> Iterator[None]:
    """Put options over all others of the test."""
    item.stash[_FORCED] = dict(options)
    try:
        yield
    finally:
        del item.stash[_FORCED]


class Planned:
    """Adds a section to the reports of tests that were not replayed plainly.

    pytest shows it where the test failed, also where that is only known after its teardown.
    """

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[Any]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Name the plan, and the faults that answered."""
        report = yield
        test = state_of(item)
        tape = None if test is None else test.tape
        if tape is not None and tape.replayed_with:
            answered = "".join(f"\ninteraction {n} answered: {one}" for n, one in tape.faults)
            report.sections.append((SECTION, f"{tape.replayed_with}{answered}"))
        return report
