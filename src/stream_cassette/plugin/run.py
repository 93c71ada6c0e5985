"""What the plugin knows: of the whole run (`Run`, on the config), and of one test (`Test`)."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from stream_cassette.errors import UsageError
from stream_cassette.plugin import workers
from stream_cassette.plugin.keys import DummyKeys
from stream_cassette.plugin.misses import Caught
from stream_cassette.plugin.naming import (
    Place,
    cassette_dir,
    collisions,
    file_name,
    named_path,
    same_file,
    sub_directory,
)
from stream_cassette.plugin.options import (
    Outside,
    check_keywords,
    merged,
    record_mode,
    unplayed_choice,
)
from stream_cassette.plugin.shared import Shared
from stream_cassette.plugin.vcr_hosts import hosts_of
from stream_cassette.plugin.vcr_place import block_mark, default_path, is_vcr
from stream_cassette.report.run_summary import Left
from stream_cassette.session.mode import RecordMode
from stream_cassette.store.recorded import RecordedPaths
from stream_cassette.tape import Tape
from stream_cassette.transport.hosts import Hosts

if TYPE_CHECKING:
    from stream_cassette.plugin.vcr_config import Taken

__all__ = [
    "MARK",
    "NETWORK_MARK",
    "RECORD_YIELDS",
    "Run",
    "Test",
    "caught_of",
    "check_collected",
    "forget",
    "is_taped",
    "marks_of",
    "network_marks_of",
    "outside_of",
    "place_of",
    "run_of",
    "state_of",
    "take",
    "taken_of",
]

MARK = "stream_cassette"
NETWORK_MARK = "stream_network"
# an option set where the flag for the mode is pytest-recording's
RECORD_YIELDS = "stream_record_yields"


@dataclass(slots=True, kw_only=True)
class Run:
    """One pytest process. `notes` are lines for the end of the run.

    `shared` has the cassettes of more than one test, by `same_file`; `recorded` those that the
    run has written, in whichever of its processes. `tests` has what each test did with its
    cassette, by nodeid, as `TestRun.to_dict()`; `left` what shared ones have left over, by path.
    """

    outside: Outside
    recorded: RecordedPaths
    notes: list[str] = field(default_factory=list)
    shared: dict[str, Shared] = field(default_factory=dict)
    tests: dict[str, dict[str, Any]] = field(default_factory=dict)
    left: dict[str, Left] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Test:
    """One test on a cassette. `problems` fail it although its function passed.

    `mode` is what it asked for, None before it came to its cassette; `rejected` whether what it
    recorded is kept aside, `unplayed_places` what is held against it. `setup` and `report` are
    those of its setup and its call.
    `hosts` are what its network guard lets through; None where it has no guard.
    """

    __test__ = False

    place: Place
    keys: DummyKeys
    caught: Caught
    unplayed: str = "fail"
    mode: RecordMode | None = None
    tape: Tape | None = None
    rejected: bool = False
    unplayed_places: tuple[int, ...] = ()
    hosts: Hosts | None = None
    setup: pytest.TestReport | None = None
    report: pytest.TestReport | None = None
    problems: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


_RUN = pytest.StashKey[Run]()
_TEST = pytest.StashKey[Test | None]()
_CAUGHT = pytest.StashKey[Caught | None]()
_TAKEN = pytest.StashKey["Taken"]()


def run_of(config: pytest.Config) -> Run:
    """The run's state, made when first asked for."""
    if _RUN not in config.stash:
        recorded = RecordedPaths(workers.directory_of(config))
        config.stash[_RUN] = Run(outside=Outside.of(config, os.environ), recorded=recorded)
    return config.stash[_RUN]


def state_of(item: pytest.Item, *, make: bool = False) -> Test | None:
    """The test's state; with `make`, made if it is not there."""
    if item.stash.get(_TEST, None) is None and make:
        setting = run_of(item.config).outside.ini.get("dummy_keys", ())
        item.stash[_TEST] = Test(
            place=place_of(item),
            keys=DummyKeys(os.environ, setting),
            caught=Caught(root=item.config.rootpath, nodeid=item.nodeid),
        )
    return item.stash.get(_TEST, None)


def forget(item: pytest.Item) -> None:
    """Begin anew with a test: it may be run again."""
    item.stash[_TEST] = None
    item.stash[_CAUGHT] = None


def caught_of(item: pytest.Item, *, make: bool = False) -> Caught | None:
    """What was caught of the test, on a cassette or not; with `make`, made if it is not there."""
    test = state_of(item)
    if test is not None:
        return test.caught
    if item.stash.get(_CAUGHT, None) is None and make:
        item.stash[_CAUGHT] = Caught(root=item.config.rootpath, nodeid=item.nodeid)
    return item.stash.get(_CAUGHT, None)


def take(item: pytest.Item, taken: Taken) -> None:
    """What a test asks for by marks that are taken over."""
    item.stash[_TAKEN] = taken


def taken_of(item: pytest.Item) -> Taken | None:
    """What `take` was told."""
    return item.stash.get(_TAKEN, None)


def is_taped(item: pytest.Item) -> bool:
    """Whether the test is marked, or asks for the `tape` fixture."""
    asks = "tape" in getattr(item, "fixturenames", ())
    return asks or item.get_closest_marker(MARK) is not None or is_vcr(item)


def outside_of(item: pytest.Item) -> Outside:
    """What holds for the test from outside; a `--record-mode` yields to a mode taken over."""
    outside, taken = run_of(item.config).outside, taken_of(item)
    yields = getattr(item.config.option, RECORD_YIELDS, False)
    if taken is None or "record" not in taken.options or not yields:
        return outside
    return replace(outside, cli={key: v for key, v in outside.cli.items() if key != "record"})


def marks_of(item: pytest.Item) -> list[dict[str, Any]]:
    """The options of each mark, nearest first.

    Raises:
        UsageError: an option that does not exist, or more than one name in a mark.
    """
    taken = taken_of(item)
    layers = [taken.options] if taken is not None else []
    for mark in item.iter_markers(MARK):
        where = f"{item.nodeid}: stream_cassette mark"
        check_keywords(mark.kwargs, where)
        if len(mark.args) > 1 or not all(isinstance(arg, str | Path) for arg in mark.args):
            raise UsageError(f"{where}: takes one cassette name, then options by keyword")
        layers.append(dict(mark.kwargs))
    return layers


def network_marks_of(item: pytest.Item) -> list[dict[str, Any]]:
    """The `stream_network` marks, nearest first, in the words of `stream_cassette`'s options.

    Raises:
        UsageError: an option that does not exist.
    """
    words = {"block": "block_network", "allowed_hosts": "allowed_hosts"}
    layers: list[dict[str, Any]] = []
    if (theirs := block_mark(item)) is not None:
        hosts = hosts_of(theirs.kwargs.get("allowed_hosts") or (), where=item.nodeid)
        layers.append({"block_network": True, "allowed_hosts": hosts})
    for mark in item.iter_markers(NETWORK_MARK):
        if mark.args or not mark.kwargs.keys() <= words.keys():
            raise UsageError(
                f"{item.nodeid}: {NETWORK_MARK} mark takes block=True or False, and allowed_hosts="
            )
        layers.append({words[name]: value for name, value in mark.kwargs.items()})
    return layers


def place_of(item: pytest.Item) -> Place:
    """Where the test's cassette is, by its nearest mark that names one, else by the test.

    Raises:
        UsageError: a name with a field that is no parameter of the test.
    """
    if is_vcr(item):
        return Place(nodeid=item.nodeid, path=default_path(item), named=True)
    config = item.config
    template = config.getini("stream_cassette_dir") or None
    has_ini = config.inipath is not None
    root = config.rootpath
    directory = cassette_dir(template, root=root, test_file=item.path, has_ini=has_ini)
    callspec = getattr(item, "callspec", None)
    name = next((mark.args[0] for mark in item.iter_markers(MARK) if mark.args), None)
    if name is not None:
        params = callspec.params if callspec is not None else {}
        path = directory / named_path(str(name), params, where=item.nodeid)
        return Place(nodeid=item.nodeid, path=path, named=True)
    below = sub_directory(
        template,
        root=root,
        test_file=item.path,
        testpaths=config.getini("testpaths"),
        has_ini=has_ini,
    )
    classes = [node.name for node in item.listchain() if isinstance(node, pytest.Class)]
    function = getattr(item, "originalname", None) or item.name
    file = file_name([*classes, function], callspec.id if callspec is not None else None)
    return Place(nodeid=item.nodeid, path=directory / below / f"{file}.yaml", named=False)


def check_collected(items: Sequence[pytest.Item], config: pytest.Config) -> None:
    """Check all marks, refuse two tests on one file, and note cassettes that are shared.

    Raises:
        UsageError: see `marks_of`, `place_of`; or two tests have one path, or an
            option from outside the tests has a value it can't have.
    """
    outside = run_of(config).outside
    record_mode([], {}, outside)
    unplayed_choice([], {}, outside)
    merged([], {}, outside)
    places: dict[str, Place] = {}
    for item in items:
        marks_of(item)
        places[item.nodeid] = place_of(item)
    for first, second in collisions(places.values()):
        raise UsageError(
            f"{first.nodeid} and {second.nodeid} have one cassette, {second.path} "
            "(upper and lower case are one on some systems): rename one, or name both cassettes"
        )
    shared: dict[str, list[Place]] = {}
    for place in places.values():
        shared.setdefault(same_file(place.path), []).append(place)
    run_of(config).shared = {
        key: Shared(path=str(users[0].path), expected=len(users))
        for key, users in shared.items()
        if len(users) > 1
    }
