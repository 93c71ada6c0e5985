"""Where pytest-recording has a test's cassette; its own rule, so that its files are found.

Source: pytest-recording, `plugin.py` (`get_default_cassette_name`) and `_vcr.py`.
"""

from __future__ import annotations

from hashlib import md5
from pathlib import Path

import pytest

__all__ = [
    "BLOCK_MARK",
    "VCR_MARK",
    "block_mark",
    "default_name",
    "default_path",
    "is_placed",
    "is_vcr",
    "more_paths",
]

VCR_MARK = "vcr"
BLOCK_MARK = "block_network"

_NOT_IN_NAMES = r"<>?%*:|\"'/\\"
_FIXTURES = frozenset({"stream_cassette.plugin.vcr_fixtures", "pytest_recording.plugin"})
_LONGEST = 255  # of a file name, with its suffix
_SUFFIX = ".yaml"


def is_vcr(item: pytest.Item) -> bool:
    """Whether the test has pytest-recording's mark, none of ours, and such marks are taken over."""
    config = item.config
    return (
        config.getini("stream_vcr_marks")
        and item.get_closest_marker(VCR_MARK) is not None
        and item.get_closest_marker("stream_cassette") is None
        and not config.getoption("--disable-recording", False)
    )


def block_mark(item: pytest.Item) -> pytest.Mark | None:
    """pytest-recording's mark that keeps a test from the network, where it is taken over."""
    return item.get_closest_marker(BLOCK_MARK) if item.config.getini("stream_vcr_marks") else None


def default_name(item: pytest.Item) -> str:
    """`TestClass.test_name[id]`, or what `@pytest.mark.default_cassette` says; no suffix."""
    mark = item.get_closest_marker("default_cassette")
    if mark is not None and mark.args:
        return str(mark.args[0])
    owner = getattr(item, "cls", None)
    name = f"{owner.__name__}.{item.name}" if owner is not None else item.name
    for character in _NOT_IN_NAMES:
        name = name.replace(character, "-")
    if len(name) + len(_SUFFIX) <= _LONGEST:
        return name
    digest = md5(name.encode(), usedforsecurity=False).hexdigest()
    return f"{name[: _LONGEST - len(_SUFFIX) - len(digest) - 3]}...{digest}"


def more_paths(item: pytest.Item) -> list[Path]:
    """The cassettes that the marks name besides: relative ones count from the test's directory."""
    names = [name for mark in item.iter_markers(VCR_MARK) for name in mark.args]
    return [default_path(item).parent / name for name in names] if is_vcr(item) else []


def is_placed(item: pytest.Item) -> bool:
    """Whether a fixture of the project's says where the cassette is, which only a run can tell."""
    manager = item.session._fixturemanager
    fixtures = ("vcr_cassette_dir", "default_cassette_name")
    found = [one for name in fixtures for one in manager.getfixturedefs(name, item) or ()]
    return is_vcr(item) and any(one.func.__module__ not in _FIXTURES for one in found)


def default_path(item: pytest.Item) -> Path:
    """The cassette, where no fixture says otherwise."""
    name = default_name(item)
    name += "" if name.endswith(_SUFFIX) else _SUFFIX
    return item.path.parent / "cassettes" / item.path.stem / name
