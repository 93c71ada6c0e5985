"""Which options hold for a test: nearest mark, then `stream_cassette_config`, then ini.

The command line goes over STREAM_RECORD, over mark and ini. In CI a test records, or verifies, only
if the command line says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from stream_cassette.errors import UsageError
from stream_cassette.plugin.declared import OPTIONS, Option, given
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

_ROWS = {option.name: option for option in OPTIONS}
_HANDED_ON = frozenset(option.name for option in OPTIONS if option.keyword)
# what a mark, or `stream_cassette_config`, may set besides, and the plugin keeps for itself
_OURS = frozenset({"allowed_hosts", "block_network", "record", "torture", "unplayed"})
# what `use_cassette` takes that can't be said in a word
_VALUES = frozenset(
    {
        "allow_repeats",
        "before_record",
        "ignore_body",
        "keep_retry_after",
        "match_on",
        "on_miss",
        "redact",
    }
)
KEYWORDS = (_HANDED_ON - {"lock_timeout"}) | _OURS | _VALUES


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """What comes from outside the tests: command line, environment, ini; only what was given.

    Each is by the option's name, as in `plugin.declared.OPTIONS`.
    """

    cli: Mapping[str, Any] = field(default_factory=dict)
    env: Mapping[str, Any] = field(default_factory=dict)
    ini: Mapping[str, Any] = field(default_factory=dict)
    ci: bool = False

    @classmethod
    def of(cls, config: pytest.Config, environ: Mapping[str, str]) -> Outside:
        """What holds for the run."""
        cli, env, ini = given(config, environ)
        return cls(cli=cli, env=env, ini=ini, ci=in_ci(environ))


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
        UsageError: an option from outside has a value that it can't have.
    """
    layers = [_read(outside.ini, _spelled_in_ini), config, *reversed(marks)]
    layers += [_read(outside.env, _spelled_in_environment), _read(outside.cli, _spelled_as_flag)]
    options = {name: value for layer in layers for name, value in layer.items()}
    return {name: value for name, value in options.items() if name not in _OURS}


def record_mode(
    marks: Sequence[Mapping[str, Any]], config: Mapping[str, Any], outside: Outside
) -> RecordMode:
    """The mode for a test.

    Raises:
        UsageError: a name that is no mode, with where it was given.
    """
    if "record" in outside.cli:
        return _parse(outside.cli["record"], "--stream-record")
    near = _nearest("record", marks, config)
    if "record" in outside.env:
        mode = _parse(outside.env["record"], "STREAM_RECORD")
    elif near is not None:
        mode = _parse(near, "record")
    else:
        mode = _parse(outside.ini.get("record") or RecordMode.NONE, "stream_record")
    return RecordMode.NONE if outside.ci else mode


def unplayed_choice(
    marks: Sequence[Mapping[str, Any]], config: Mapping[str, Any], outside: Outside
) -> str:
    """`fail`, `warn` or `ignore`.

    Raises:
        UsageError: anything else was given.
    """
    near = _nearest("unplayed", marks, config)
    choice = outside.cli.get("unplayed") or near or outside.ini.get("unplayed") or "fail"
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
    said: list[tuple[str, Any]] = [
        ("--stream-allowed-hosts", ",".join(outside.cli.get("allowed_hosts", ()))),
        ("stream_allowed_hosts", ",".join(outside.ini.get("allowed_hosts", ()))),
    ]
    said += [("allowed_hosts", layer.get("allowed_hosts") or ()) for layer in (*marks, config)]
    listed: list[str] = []
    for where, values in said:
        hosts = split_list(values)
        Hosts.parse(hosts, where=where)
        listed += hosts
    ignored = merged(marks, config, outside).get("ignore_hosts") or ()
    return Hosts.parse([*listed, *(host for host in ignored if is_host(host))])


def _nearest(key: str, marks: Sequence[Mapping[str, Any]], config: Mapping[str, Any]) -> Any:
    return next((layer[key] for layer in (*marks, config) if layer.get(key) is not None), None)


def _read(said: Mapping[str, Any], spelled: Callable[[Option], str]) -> dict[str, Any]:
    """What is handed on of values that were given as texts, converted."""
    found: dict[str, Any] = {}
    for name in said.keys() & _HANDED_ON:
        option, value = _ROWS[name], said[name]
        try:
            found[name] = value if option.convert is None else option.convert(value)
        except ValueError:
            where = spelled(option)
            raise UsageError(f"{where}: {value!r} is no {option.takes}") from None
    return found


def _spelled_in_ini(option: Option) -> str:
    return option.key


def _spelled_in_environment(option: Option) -> str:
    return str(option.environment)


def _spelled_as_flag(option: Option) -> str:
    return option.spelled


def _parse(name: str | RecordMode, where: str) -> RecordMode:
    try:
        return RecordMode.parse(name)
    except UsageError as error:
        raise UsageError(f"{where}: {error}") from None
