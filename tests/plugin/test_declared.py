"""The table of options: what pytest is told of each row, and what is read back."""

from __future__ import annotations

import pytest

from stream_cassette.plugin.declared import MARKERS, OPTIONS, given
from tests.support.inner_project import Project


def test_names_are_given_once_and_each_row_can_be_given_somehow() -> None:
    names = [option.name for option in OPTIONS]
    assert len(set(names)) == len(names)
    assert all(option.flag or option.ini for option in OPTIONS)
    assert all(option.takes for option in OPTIONS if option.convert)


def test_every_row_is_declared(pytestconfig: pytest.Config) -> None:
    for option in OPTIONS:
        if option.flag:
            assert pytestconfig.getoption(option.key, "missing") != "missing"
        if option.ini:
            pytestconfig.getini(option.key)
    markers = pytestconfig.getini("markers")
    assert set(MARKERS) <= set(markers)


def test_what_was_given_is_read_by_name(project: Project) -> None:
    project.tests("")  # a directory for testpaths to find
    config = project.pytester.parseconfigure(
        "--stream-record=all",
        "--stream-allowed-hosts=a.example",
        "--stream-allowed-hosts=b.example",
        "-ostream_unplayed=warn",
        "-ostream_lock_timeout=5",
    )
    cli, env, ini = given(config, {"STREAM_RECORD": "new", "STREAM_LEVEL": "bytes"})
    assert cli == {"record": "all", "allowed_hosts": ["a.example", "b.example"]}
    assert env == {"record": "new"}
    assert ini == {"unplayed": "warn", "lock_timeout": "5"}
