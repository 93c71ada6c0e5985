"""The pytest plugin: options, markers, fixtures.

The options are the table in `plugin/declared.py`. The rest of `plugin/` is loaded only in a run
that has a test on a cassette.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from stream_cassette.plugin import declared, vcr_place

if TYPE_CHECKING:
    from stream_cassette.plugin.loader import Loader
    from stream_cassette.tape import Tape


def pytest_addoption(parser: pytest.Parser) -> None:
    """The command-line options and their ini twins."""
    declared.declare(parser)


def pytest_configure(config: pytest.Config) -> None:
    """The markers; and a mode that does not exist is refused before anything runs."""
    declared.give_back(config)
    for marker in declared.MARKERS:
        config.addinivalue_line("markers", marker)
    if hasattr(config.hook, "pytest_configure_node"):  # pytest-xdist is there
        from stream_cassette.plugin import workers

        config.pluginmanager.register(workers.Controller(config))
    if declared.wants_files(config):
        from stream_cassette.plugin import artifacts

        if files := artifacts.asked_for(config):
            config.pluginmanager.register(artifacts.Artifacts(config, files))
    if config.getini("stream_vcr_marks"):
        from stream_cassette.plugin import vcr_takeover

        vcr_takeover.take_over(config)
    mode = config.getoption("stream_record")
    if mode is not None:
        from stream_cassette.plugin import options

        with options.as_pytests():
            options.record_mode([], {}, options.Outside(cli={"record": str(mode)}))


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> Generator[None]:
    """Check names and options of all marked tests, also of those that are deselected."""
    collected = list(items)
    result = yield
    if marked := [item for item in collected if _is_taped(item)]:
        from stream_cassette.plugin import options, run

        with options.as_pytests():
            run.check_collected(marked, config)
    if marked or any(_may_be_guarded(item) for item in collected):
        _register(config)
    return result


@pytest.fixture(autouse=True)
def _stream_cassette(request: pytest.FixtureRequest) -> None:
    """Open the tape of a marked test, and begin a guard, before its other fixtures."""
    if vcr_place.is_vcr(request.node):
        request.getfixturevalue("vcr")
    elif _is_taped(request.node):
        request.getfixturevalue("tape")
    elif _may_be_guarded(request.node):
        request.getfixturevalue("_stream_guard")


@pytest.fixture
def _stream_guard(
    request: pytest.FixtureRequest, stream_cassette_config: dict[str, Any]
) -> Iterator[None]:
    """Keep a test on no cassette from the network."""
    from stream_cassette.plugin import guard

    _register(request.config)
    with guard.on_plain_test(request.node, stream_cassette_config):
        yield


@pytest.fixture(scope="session")
def stream_cassette_config() -> dict[str, Any]:
    """Options shared by tests; override it, in any scope. A mark's options go over these."""
    return {}


@pytest.fixture
def tape(request: pytest.FixtureRequest, stream_cassette_config: dict[str, Any]) -> Iterator[Tape]:
    """The test's open cassette: `.cassette`, `.played`, `.unplayed`, `.misses`, `.recorded`."""
    from stream_cassette.plugin import tapes

    _register(request.config)
    with tapes.on_tape(request.node, stream_cassette_config) as opened:
        yield opened


@pytest.fixture
def conversations(request: pytest.FixtureRequest) -> Loader:
    """The conversations of cassettes, by name or glob: `conversations("weather/*.yaml")`."""
    from stream_cassette.plugin.loader import Loader

    return Loader(request.node)


def _is_taped(item: pytest.Item) -> bool:
    names = getattr(item, "fixturenames", ())
    is_marked = item.get_closest_marker("stream_cassette") is not None
    return is_marked or "tape" in names or vcr_place.is_vcr(item)


def _may_be_guarded(item: pytest.Item) -> bool:
    """Whether a test on no cassette has to be asked about the network."""
    config = item.config
    everywhere = config.getoption("stream_block_network") or config.getini("stream_block_network")
    is_marked = item.get_closest_marker("stream_network") or vcr_place.block_mark(item)
    return everywhere or is_marked is not None


def _register(config: pytest.Config) -> None:
    from stream_cassette.plugin import hooks

    hooks.register(config)
