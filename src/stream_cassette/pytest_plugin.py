"""The pytest plugin: options, the marker, and the fixtures `tape` and `stream_cassette_config`.

All the rest is in `plugin/`, loaded only in a run that has a test on a cassette.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from stream_cassette.tape import Tape

_INI: tuple[tuple[str, Any, str], ...] = (
    ("stream_record", "string", "record mode: none (default), once, new, all"),
    ("stream_unplayed", "string", "interactions never played: fail (default), warn, ignore"),
    ("stream_cassette_dir", "string", "where cassettes live; '{test_dir}/cassettes' for beside"),
    ("stream_ignore_hosts", "args", "hosts whose requests pass untouched"),
    ("stream_dummy_keys", "args", "key variables to set on replay too; 'false' for none at all"),
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """The command-line options and their ini twins."""
    group = parser.getgroup("stream-cassette", "record and replay HTTP streams")
    group.addoption(
        "--stream-record",
        dest="stream_record",
        metavar="MODE",
        help="record mode: none, once, new, all; over STREAM_RECORD, marks and ini, also in CI",
    )
    group.addoption(
        "--stream-unplayed",
        dest="stream_unplayed",
        choices=("fail", "warn", "ignore"),
        help="what interactions that were never played do to a passing test",
    )
    for name, kind, text in _INI:
        parser.addini(name, text, type=kind, default=[] if kind == "args" else None)


def pytest_configure(config: pytest.Config) -> None:
    """The marker; and a mode that does not exist is refused before anything runs."""
    config.addinivalue_line(
        "markers",
        "stream_cassette(name=None, /, **options): run the test on a recorded or replayed cassette",
    )
    mode = config.getoption("stream_record")
    if mode is not None:
        from stream_cassette.errors import UsageError
        from stream_cassette.session.mode import RecordMode

        try:
            RecordMode.parse(str(mode))
        except UsageError as error:
            raise pytest.UsageError(f"--stream-record: {error}") from None


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> Generator[None]:
    """Check names and options of all marked tests, also of those that are deselected."""
    collected = list(items)
    result = yield
    marked = [
        item
        for item in collected
        if item.get_closest_marker("stream_cassette") is not None
        or "tape" in getattr(item, "fixturenames", ())
    ]
    if marked:
        from stream_cassette.errors import UsageError
        from stream_cassette.plugin import hooks, run

        try:
            run.check_collected(marked, config)
        except UsageError as error:
            raise pytest.UsageError(str(error)) from None
        hooks.register(config)
    return result


@pytest.hookimpl(optionalhook=True)
def pytest_testnodeready(node: Any) -> None:
    """The controller of a distributed run collects nothing; what its workers say, it judges."""
    from stream_cassette.plugin import hooks

    hooks.register(node.config)


@pytest.fixture(autouse=True)
def _stream_cassette(request: pytest.FixtureRequest) -> None:
    """Open the tape of a marked test before its other fixtures."""
    if request.node.get_closest_marker("stream_cassette") or "tape" in request.fixturenames:
        request.getfixturevalue("tape")


@pytest.fixture(scope="session")
def stream_cassette_config() -> dict[str, Any]:
    """Options shared by tests; override it, in any scope. A mark's options go over these."""
    return {}


@pytest.fixture
def tape(request: pytest.FixtureRequest, stream_cassette_config: dict[str, Any]) -> Iterator[Tape]:
    """The test's open cassette: `.cassette`, `.played`, `.unplayed`, `.misses`, `.recorded`."""
    from stream_cassette.plugin import hooks, tapes

    hooks.register(request.config)
    with tapes.on_tape(request.node, stream_cassette_config) as opened:
        yield opened
