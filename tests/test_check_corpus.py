"""Every file of the corpus is checked: without a crash, and without drowning anybody.

`STREAM_CASSETTE_CORPUS` names the directory, else `shared/corpus` beside the repository; else
these tests are skipped.
"""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest

from stream_cassette.checks.examine import Examined
from stream_cassette.checks.run import examined
from stream_cassette.store.sources import sources_in
from tests.corpus import corpus_directory
from tests.support.checked import terms

# Rules that speak of what only our own recordings have; other people's files have none of it.
OURS = {"stale-comments", "stale-decoded", "spelling", "unread-content", "unordered"}
# What no file there is: they load, they are written and read back, no dialect fails on them.
NEVER = {"round-trip", "dialect-error", "sizes", "newer-format", "broken-frame", "empty-cassette"}


@cache
def everything() -> tuple[Examined, ...]:
    directory = corpus_directory()
    if directory is None:
        pytest.skip("0 files: there is no corpus")
    return tuple(examined(sources_in([directory]), terms()))


def counts() -> Counter[str]:
    return Counter(one.rule for seen in everything() for one in seen.findings)


def test_every_file_is_checked_or_is_no_cassette() -> None:
    states = Counter(one.status for one in everything())
    assert states["failed"] == 0
    assert states["checked"] > 400 and states["skipped"] < 80


def test_findings_are_few_and_of_what_such_files_can_have() -> None:
    found = counts()
    assert not {*OURS, *NEVER} & set(found)
    assert found["corrupt"] == found["not-a-cassette"] == 0
    assert found["secret"] == 0  # the corpus was cleaned of them
    grave = Counter(
        rule
        for seen in everything()
        for rule in {one.rule for one in seen.findings if one.severity != "info"}
    )
    # session cookies of a content network, and whose account it was: a third of the files
    assert grave.pop("unmasked") < len(everything()) / 3
    assert grave.total() < len(everything()) / 20


def test_nearly_every_finding_has_its_line() -> None:
    findings = [one for seen in everything() for one in seen.findings]
    assert sum(one.line is None for one in findings) < len(findings) / 50
