"""Where pytest-recording has a test's cassette."""

from __future__ import annotations

from pathlib import Path

import pytest

from stream_cassette.plugin.vcr_place import default_name, default_path
from tests.support.inner_project import Project

IDS = ["plain", "a/b:c", "x?<y>", "q\"uo'te", "star*|%", "back\\slash", "é", "long" * 90]
SOURCE = f"""
@pytest.mark.parametrize("value", range({len(IDS)}), ids={IDS!r})
def test_one(value): pass
class TestGroup:
    def test_two(self): pass
@pytest.mark.default_cassette("named")
def test_three(): pass
"""


def test_names_are_pytest_recordings_own(project: Project) -> None:
    plugin = pytest.importorskip("pytest_recording.plugin")
    project.tests(SOURCE)
    items, _ = project.pytester.inline_genitems("tests/test_a.py")
    assert len(items) == len(IDS) + 2
    for item in items[:-1]:
        theirs = plugin.get_default_cassette_name(getattr(item, "cls", None), item.name)
        ours = default_name(item)
        assert ours == theirs if len(theirs) < 250 else ours.startswith(theirs[:200])
        assert len(ours) <= 250
    assert default_name(items[-1]) == "named"
    path = default_path(items[-1]).relative_to(project.root)
    assert path == Path("tests/cassettes/test_a/named.yaml")
