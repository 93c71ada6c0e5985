"""The pytest plugin: options, markers, fixtures.

The rest is in `plugin/`, loaded only in a run that has a test on a cassette.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from stream_cassette.plugin.loader import Loader
    from stream_cassette.tape import Tape

_INI: tuple[tuple[str, Any, str], ...] = (
    ("stream_record", "string", "record mode: none (default), once, new, all, verify"),
    ("stream_unplayed", "string", "interactions never played: fail (default), warn, ignore"),
    ("stream_level", "string", "what verify compares of answers: frames or bytes"),
    ("stream_cassette_dir", "string", "where cassettes live; '{test_dir}/cassettes' for beside"),
    ("stream_ignore_hosts", "args", "hosts whose requests pass untouched"),
    ("stream_block_network", "bool", "guard tests that are on no cassette, too"),
    ("stream_allowed_hosts", "args", "hosts that guarded tests may reach"),
    ("stream_lock_timeout", "string", "seconds to wait while somebody else records to a path"),
    ("stream_dummy_keys", "args", "key variables to set on replay too; 'false' for none at all"),
)
_MARKERS = (
    "stream_cassette(name=None, /, **options): run the test on a recorded or replayed cassette",
    "stream_network(block=..., allowed_hosts=...): whether the test may reach the network",
)
_DEFAULTS: dict[str, Any] = {"args": [], "bool": False}
_OPTIONS: dict[str, dict[str, Any]] = {
    "record": {"metavar": "MODE", "help": "over STREAM_RECORD, marks and ini; also in CI"},
    "level": {"choices": ("frames", "bytes"), "help": "what verify compares of answers"},
    "unplayed": {"choices": ("fail", "warn", "ignore"), "help": "for interactions never played"},
    "block-network": {"action": "store_true", "help": "guard tests that are on no cassette, too"},
    "allowed-hosts": {
        "action": "append",
        "default": [],
        "metavar": "HOSTS",
        "help": "what guarded tests may reach: names, *.example.com, addresses, networks",
    },
}


def pytest_addoption(parser: pytest.Parser) -> None:
    """The command-line options and their ini twins."""
    group = parser.getgroup("stream-cassette", "record and replay HTTP streams")
    for name, settings in _OPTIONS.items():
        group.addoption(f"--stream-{name}", dest=f"stream_{name.replace('-', '_')}", **settings)
    for name, kind, text in _INI:
        parser.addini(name, text, type=kind, default=_DEFAULTS.get(kind))


def pytest_configure(config: pytest.Config) -> None:
    """The markers; and a mode that does not exist is refused before anything runs."""
    for marker in _MARKERS:
        config.addinivalue_line("markers", marker)
    if hasattr(config.hook, "pytest_configure_node"):  # pytest-xdist is there
        from stream_cassette.plugin import workers

        config.pluginmanager.register(workers)
    mode = config.getoption("stream_record")
    if mode is not None:
        from stream_cassette.plugin import options

        with options.as_pytests():
            options.record_mode([], {}, options.Outside(cli_record=str(mode)))


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
    if _is_taped(request.node):
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
    return item.get_closest_marker("stream_cassette") is not None or "tape" in names


def _may_be_guarded(item: pytest.Item) -> bool:
    """Whether a test on no cassette has to be asked about the network."""
    config = item.config
    everywhere = config.getoption("stream_block_network") or config.getini("stream_block_network")
    return everywhere or item.get_closest_marker("stream_network") is not None


def _register(config: pytest.Config) -> None:
    from stream_cassette.plugin import hooks

    hooks.register(config)
