"""Which tests may not reach the network, for how long, and what they are told.

A test on a cassette that does not record is guarded, whatever client it uses; any other test only
where `--stream-block-network`, its ini twin or a mark says so. A mark's `block_network=False`
(for a test on no cassette `@pytest.mark.stream_network(block=False)`) takes the guard off. A test
that records is never guarded.

The guard holds from before the first fixture of function scope to after the last one's teardown.
Fixtures of wider scope are free, also when it is a guarded test that sets them up, because they
are set up before: containers and servers start there. What they keep running is guarded while the
test runs; so are threads.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest

from stream_cassette.errors import UsageError
from stream_cassette.plugin.misses import quiet_threads
from stream_cassette.plugin.options import allowed_hosts, blocks_network, check_keywords
from stream_cassette.plugin.run import Test, caught_of, marks_of, network_marks_of, run_of
from stream_cassette.transport.guard import Attempt, Guard
from stream_cassette.transport.hosts import Hosts

__all__ = ["hosts_of", "on_cassette", "on_plain_test"]


def hosts_of(item: pytest.Item, config: Mapping[str, Any]) -> Hosts | None:
    """What a test on a cassette that does not record may reach; None if it has no guard.

    Raises:
        UsageError: an option has a value it can't have.
    """
    return _hosts(item, [*network_marks_of(item), *marks_of(item)], config, default=True)


@contextmanager
def on_cassette(item: pytest.Item, test: Test) -> Iterator[None]:
    """Guard a test on a cassette, if it has a guard."""
    if test.hosts is None:
        yield
        return
    root = f"{item.config.rootpath}/"
    why = f"it replays {str(test.place.path).removeprefix(root)}"
    with _guard(item, test.hosts, why, "block_network=False in its mark"):
        yield


@contextmanager
def on_plain_test(item: pytest.Item, config: Mapping[str, Any]) -> Iterator[None]:
    """Guard a test that is on no cassette, if it has a guard."""
    outside = run_of(item.config).outside
    on_command_line = outside.cli.get("block_network", False)
    everywhere = on_command_line or outside.ini.get("block_network", False)
    try:
        check_keywords(config, "stream_cassette_config")
        hosts = _hosts(item, network_marks_of(item), config, default=everywhere)
    except UsageError as error:
        raise pytest.fail.Exception(str(error), pytrace=False) from None
    if hosts is None:
        yield
        return
    why = "its mark says block=True"
    if everywhere:
        why = f"--stream-block-network{'' if on_command_line else ' (ini)'} is on"
    with quiet_threads(), _guard(item, hosts, why, "@pytest.mark.stream_network(block=False)"):
        yield


@contextmanager
def _guard(item: pytest.Item, hosts: Hosts, why: str, off: str) -> Iterator[None]:
    caught = caught_of(item, make=True)
    assert caught is not None

    def refuse(attempt: Attempt) -> BaseException:
        return caught.keep(_text(item.nodeid, attempt, hosts, why, off))

    with Guard(hosts, refuse):
        yield


def _hosts(
    item: pytest.Item, marks: list[dict[str, Any]], config: Mapping[str, Any], *, default: bool
) -> Hosts | None:
    if not blocks_network(marks, config, default=default):
        return None
    return allowed_hosts(marks, config, run_of(item.config).outside)


def _text(nodeid: str, attempt: Attempt, hosts: Hosts, why: str, off: str) -> str:
    allowed = f" and {', '.join(hosts.listed)}" if hosts.listed else ""
    host = attempt.host
    lines = [
        f"{nodeid} was refused {attempt.text}",
        f"{why}, so it may reach this machine{allowed} only",
        "to answer it from a cassette: send it through httpx or httpx2, and --stream-record=all",
        f"to let it through: allowed_hosts=[{host!r}] in its mark, stream_allowed_hosts = {host}",
        f"  in the ini file, or --stream-allowed-hosts={host}; for no guard at all {off}",
    ]
    return "\n".join(lines)
