"""Which options hold for a test: nearest mark, then `stream_cassette_config`, then ini.

The command line goes over STREAM_RECORD, over mark and ini. In CI a test records, or verifies, only
if the command line says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from stream_cassette.errors import UsageError
from stream_cassette.session.mode import RecordMode
from stream_cassette.transport.hosts import Hosts, is_host, split_list

__all__ = [
    "KEYWORDS",
    "UNPLAYED",
    "Outside",
    "allowed_hosts",
    "as_pytests",
    "blocks_network",
    "check_keywords",
    "in_ci",
    "merged",
    "record_mode",
    "unplayed_choice",
]

UNPLAYED = ("fail", "warn", "ignore")

# what a mark, or `stream_cassette_config`, may set; handed on to `use_cassette`, save these
_OURS = frozenset({"allowed_hosts", "block_network", "record", "unplayed"})
KEYWORDS = frozenset(
    {
        "allow_repeats",
        "allowed_hosts",
        "before_record",
        "block_network",
        "ignore_body",
        "ignore_hosts",
        "level",
        "match_on",
        "on_miss",
        "record",
        "redact",
        "unplayed",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """What comes from outside the tests: command line, environment, ini; None where not given."""

    cli_record: str | None = None
    env_record: str | None = None
    ini_record: str | None = None
    cli_unplayed: str | None = None
    ini_unplayed: str | None = None
    ini_ignore_hosts: tuple[str, ...] = ()
    cli_level: str | None = None
    ini_level: str | None = None
    cli_block_network: bool = False
    ini_block_network: bool = False
    cli_allowed_hosts: tuple[str, ...] = ()
    ini_allowed_hosts: tuple[str, ...] = ()
    ci: bool = False
    ini_dummy_keys: tuple[str, ...] = field(default=())
    ini_lock_timeout: str | None = None


@contextmanager
def as_pytests() -> Iterator[None]:
    """What is refused in here is refused as pytest refuses a use of its own."""
    try:
        yield
    except UsageError as error:
        raise pytest.UsageError(str(error)) from None


def in_ci(environ: Mapping[str, str]) -> bool:
    """Whether the variable CI is set, to anything that does not mean no."""
    return environ.get("CI", "").strip().lower() not in {"", "0", "false", "no"}


def check_keywords(names: Iterable[str], where: str) -> None:
    """Refuse options that do not exist.

    Raises:
        UsageError: names the unknown ones, and all that there are.
    """
    unknown = sorted(set(names) - KEYWORDS)
    if unknown:
        listed = ", ".join(repr(name) for name in unknown)
        raise UsageError(f"{where}: no option {listed}; there are {', '.join(sorted(KEYWORDS))}")


def merged(
    marks: Sequence[Mapping[str, Any]], config: Mapping[str, Any], outside: Outside
) -> dict[str, Any]:
    """One set of options for `use_cassette`, `record` aside; `marks` has the nearest first.

    Raises:
        UsageError: `stream_lock_timeout` is no number.
    """
    options: dict[str, Any] = {}
    if outside.ini_ignore_hosts:
        options["ignore_hosts"] = outside.ini_ignore_hosts
    if outside.ini_lock_timeout is not None:
        options["lock_timeout"] = _seconds(outside.ini_lock_timeout, "stream_lock_timeout")
    if outside.ini_level:
        options["level"] = outside.ini_level
    for layer in (config, *reversed(marks)):
        options.update(layer)
    if outside.cli_level is not None:
        options["level"] = outside.cli_level
    return {key: value for key, value in options.items() if key not in _OURS}


def record_mode(
    marks: Sequence[Mapping[str, Any]], config: Mapping[str, Any], outside: Outside
) -> RecordMode:
    """The mode for a test.

    Raises:
        UsageError: a name that is no mode, with where it was given.
    """
    if outside.cli_record is not None:
        return _parse(outside.cli_record, "--stream-record")
    near = _nearest("record", marks, config)
    if outside.env_record:
        mode = _parse(outside.env_record, "STREAM_RECORD")
    elif near is not None:
        mode = _parse(near, "record")
    else:
        mode = _parse(outside.ini_record or RecordMode.NONE, "stream_record")
    return RecordMode.NONE if outside.ci else mode


def unplayed_choice(
    marks: Sequence[Mapping[str, Any]], config: Mapping[str, Any], outside: Outside
) -> str:
    """`fail`, `warn` or `ignore`.

    Raises:
        UsageError: anything else was given.
    """
    near = _nearest("unplayed", marks, config)
    choice = outside.cli_unplayed or near or outside.ini_unplayed or "fail"
    if choice not in UNPLAYED:
        raise UsageError(f"unplayed: {choice!r} is none of {', '.join(UNPLAYED)}")
    return str(choice)


def blocks_network(
    marks: Sequence[Mapping[str, Any]], config: Mapping[str, Any], *, default: bool
) -> bool:
    """Whether the network guard holds for a test that does not record.

    Raises:
        UsageError: `block_network` is neither true nor false.
    """
    near = _nearest("block_network", marks, config)
    if near is not None and not isinstance(near, bool):
        raise UsageError(f"block_network: {near!r} is neither True nor False")
    return default if near is None else near


def allowed_hosts(
    marks: Sequence[Mapping[str, Any]], config: Mapping[str, Any], outside: Outside
) -> Hosts:
    """The hosts that a guarded test may reach: all that are given anywhere, and the ignored ones.

    Raises:
        UsageError: one is no host, with where it was given.
    """
    given = [("--stream-allowed-hosts", outside.cli_allowed_hosts)]
    given.append(("stream_allowed_hosts", outside.ini_allowed_hosts))
    given += [("allowed_hosts", layer.get("allowed_hosts") or ()) for layer in (*marks, config)]
    listed: list[str] = []
    for where, values in given:
        hosts = split_list(values)
        Hosts.parse(hosts, where=where)
        listed += hosts
    ignored = merged(marks, config, outside).get("ignore_hosts") or ()
    return Hosts.parse([*listed, *(host for host in ignored if is_host(host))])


def _nearest(key: str, marks: Sequence[Mapping[str, Any]], config: Mapping[str, Any]) -> Any:
    return next((layer[key] for layer in (*marks, config) if layer.get(key) is not None), None)


def _seconds(text: str, where: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise UsageError(f"{where}: {text!r} is no number of seconds") from None


def _parse(name: str | RecordMode, where: str) -> RecordMode:
    try:
        return RecordMode.parse(name)
    except UsageError as error:
        raise UsageError(f"{where}: {error}") from None
