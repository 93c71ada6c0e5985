"""Which options hold for a test: nearest mark, then `stream_cassette_config`, then ini.

The command line goes over STREAM_RECORD, over mark and ini. In CI a test records only if the
command line says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from stream_cassette.errors import UsageError
from stream_cassette.session.mode import RecordMode

__all__ = [
    "KEYWORDS",
    "UNPLAYED",
    "Outside",
    "check_keywords",
    "in_ci",
    "merged",
    "record_mode",
    "unplayed_choice",
]

UNPLAYED = ("fail", "warn", "ignore")

# what a mark, or `stream_cassette_config`, may set; handed on to `use_cassette`
KEYWORDS = frozenset(
    {
        "allow_repeats",
        "before_record",
        "ignore_body",
        "ignore_hosts",
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
    ci: bool = False
    ini_dummy_keys: tuple[str, ...] = field(default=())


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
    """One set of options, without `record` and `unplayed`; `marks` has the nearest first."""
    options: dict[str, Any] = {}
    if outside.ini_ignore_hosts:
        options["ignore_hosts"] = outside.ini_ignore_hosts
    for layer in (config, *reversed(marks)):
        options.update(layer)
    return {key: value for key, value in options.items() if key not in {"record", "unplayed"}}


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


def _nearest(key: str, marks: Sequence[Mapping[str, Any]], config: Mapping[str, Any]) -> Any:
    return next((layer[key] for layer in (*marks, config) if layer.get(key) is not None), None)


def _parse(name: str | RecordMode, where: str) -> RecordMode:
    try:
        return RecordMode.parse(name)
    except UsageError as error:
        raise UsageError(f"{where}: {error}") from None
