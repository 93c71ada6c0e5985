"""Puts our fixtures in the place of pytest-recording's, for `stream_vcr_marks = true`.

pytest-recording itself, if it is installed, is taken out of the run; its options stay, and
`--record-mode` is obeyed as there: a `record_mode` of `vcr_config` or a mark goes over it.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from stream_cassette.cassette.secret_names import DEFAULT
from stream_cassette.errors import UsageError
from stream_cassette.plugin import vcr_fixtures
from stream_cassette.plugin.naming import Place
from stream_cassette.plugin.options import as_pytests
from stream_cassette.plugin.run import RECORD_YIELDS, state_of, take
from stream_cassette.plugin.vcr_config import taken
from stream_cassette.plugin.vcr_hosts import hosts_of

__all__ = ["prepare", "take_over"]

_NAME = "stream-cassette-vcr-marks"
_MARKERS = (
    "vcr(*more, **options): as pytest-recording's, on a cassette of ours",
    "default_cassette(name): the cassette's name",
    "block_network(allowed_hosts=...): keep the test from the network",
)


def take_over(config: pytest.Config) -> None:
    """Put the fixtures in the place of pytest-recording's."""
    manager = config.pluginmanager
    if manager.has_plugin("recording"):
        manager.unregister(name="recording")
    hook = getattr(config.hook, "pytest_recording_configure", None)
    if hook is None or not hook.has_spec():  # a conftest may have it already
        manager.add_hookspecs(_Hooks)
    _read_their_options(config)
    for marker in _MARKERS:
        config.addinivalue_line("markers", marker)
    manager.register(vcr_fixtures, _NAME)


def _read_their_options(config: pytest.Config) -> None:
    """pytest-recording's flags, where it is installed, are ours; what is said in ours goes over."""
    option = config.option
    theirs = config.getoption("--record-mode", None)
    if theirs and not option.stream_record:  # a worker of xdist is given both, and the attribute
        option.stream_record = theirs
        setattr(option, RECORD_YIELDS, True)
    if config.getoption("--block-network", False):
        option.stream_block_network = True
    hosts = config.getoption("--allowed-hosts", None)
    if hosts:
        with as_pytests():
            option.stream_allowed_hosts = hosts_of(hosts, where="--allowed-hosts")


class _Hooks:
    """pytest-recording's hook, for conftest files that have it."""

    @pytest.hookspec
    def pytest_recording_configure(self, config: pytest.Config, vcr: Any) -> None:
        """Register matchers: `vcr.register_matcher(name, function)`."""


class _Registry:
    """What `pytest_recording_configure` is given for a `VCR`: matchers can be registered."""

    def __init__(self) -> None:
        self.matchers: dict[str, Callable[..., Any]] = {}

    def register_matcher(self, name: str, matcher: Callable[..., Any]) -> None:
        """A matcher by this name, for `match_on`; a function of (live, recorded)."""
        self.matchers[name] = matcher

    def __getattr__(self, name: str) -> Any:
        raise UsageError(f"pytest_recording_configure: stream_vcr_marks has no vcr.{name}")


def prepare(request: pytest.FixtureRequest) -> None:
    """Say of a marked test which cassette it is on, and with which options."""
    item = request.node
    marks: list[pytest.Mark] = request.getfixturevalue("vcr_markers")
    config = dict(request.getfixturevalue("vcr_config"))
    for mark in reversed(marks):
        config |= mark.kwargs
    registry = _Registry()
    try:
        item.config.hook.pytest_recording_configure(config=item.config, vcr=registry)
        found = taken(
            config,
            where=f"{item.nodeid}: vcr_config and vcr marks",
            name=request.getfixturevalue("default_cassette_name"),
            directory=Path(request.getfixturevalue("vcr_cassette_dir")),
            more=[name for mark in marks for name in mark.args],
            matchers=registry.matchers,
            redaction=DEFAULT.with_environment(os.environ),
        )
    except UsageError as error:
        raise pytest.fail.Exception(str(error), pytrace=False) from None
    test = state_of(item, make=True)
    assert test is not None
    test.place = Place(nodeid=item.nodeid, path=found.path, named=True)
    take(item, found)
