"""The plugin's options, one row each: flag, ini key, environment variable and what they take.

Read when pytest starts, in every run: imports nothing that pytest does not have already.
A row with `keyword=True` reaches `use_cassette` under its name, and may be given in a mark.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pytest

__all__ = ["MARKERS", "OPTIONS", "Option", "declare", "given"]

MARKERS = (
    "stream_cassette(name=None, /, **options): run the test on a recorded or replayed cassette",
    "stream_network(block=..., allowed_hosts=...): whether the test may reach the network",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One option: `--stream-NAME` where `flag`, `stream_NAME` of the ini file where `ini`.

    `kind` is what it takes: a text, several ("args") or yes and no ("bool"). `environment` is the
    variable that says it, too. `convert` makes a value of a text; it raises ValueError, and
    `takes` says what it should have been.
    """

    name: str
    help: str
    kind: Literal["string", "args", "bool"] = "string"
    flag: bool = True
    ini: bool = True
    environment: str | None = None
    choices: tuple[str, ...] | None = None
    metavar: str | None = None
    keyword: bool = False
    convert: Callable[[str], Any] | None = None
    takes: str = ""

    @property
    def key(self) -> str:
        """The ini key, which is where the command line's value is kept, too."""
        return f"stream_{self.name}"

    @property
    def spelled(self) -> str:
        """The flag, as it is typed."""
        return f"--{self.key.replace('_', '-')}"


def _recut(text: str) -> Any:
    from stream_cassette.session.recut import Recut

    return Recut.parse(text)


def _pace(text: str) -> Any:
    from stream_cassette.session.pace import Pace

    return Pace.parse(text)


def _fault(text: str) -> Any:
    from stream_cassette.session.fault import faults_of

    return faults_of(text)


OPTIONS: tuple[Option, ...] = (
    Option(
        name="record",
        help="record mode: none (default), once, new, all, verify; "
        "the flag goes over STREAM_RECORD, marks and ini, also in CI",
        environment="STREAM_RECORD",
        metavar="MODE",
    ),
    Option(
        name="level",
        help="what verify compares of answers: of a model's conversation (default; structure is "
        "another name for it), text or exact; frames; bytes",
        choices=("conversation", "structure", "text", "exact", "frames", "bytes"),
        keyword=True,
    ),
    Option(
        name="recut",
        help="where replayed bodies are cut: recorded (default), whole, frames, bytes, "
        "random:SEED, hostile:SEED, at:[INDEX/]BYTE,...",
        metavar="HOW",
        keyword=True,
        convert=_recut,
        takes="way to cut",
    ),
    Option(
        name="pace",
        help="when replayed chunks come: none (default: at once), recorded, 2x, 20ms",
        metavar="PACE",
        keyword=True,
        convert=_pace,
        takes="pace",
    ),
    Option(
        name="fault",
        help="what goes wrong in a replay, [INDEX=]FAULT,...: cut@PLACE, reset@PLACE, "
        "stall@PLACE:TIME, error-event@PLACE, duplicate@PLACE, status:CODE[:retry-after=SECONDS]; "
        "PLACE is 3 (after three frames), 812b (bytes) or a percentage",
        metavar="FAULT",
        keyword=True,
        convert=_fault,
        takes="fault",
    ),
    Option(
        name="clock",
        help="virtual: an asyncio loop jumps over what a replay waits; real (default)",
        choices=("real", "virtual"),
        keyword=True,
    ),
    Option(
        name="unplayed",
        help="interactions never played: fail (default), warn, ignore",
        choices=("fail", "warn", "ignore"),
    ),
    Option(
        name="block_network",
        help="guard tests that are on no cassette, too",
        kind="bool",
    ),
    Option(
        name="allowed_hosts",
        help="what guarded tests may reach: names, *.example.com, addresses, networks",
        kind="args",
        metavar="HOSTS",
    ),
    Option(
        name="cassette_dir",
        help="where cassettes live; '{test_dir}/cassettes' for beside",
        flag=False,
    ),
    Option(
        name="ignore_hosts",
        help="hosts whose requests pass untouched",
        kind="args",
        flag=False,
        keyword=True,
    ),
    Option(
        name="lock_timeout",
        help="seconds to wait while somebody else records to a path",
        flag=False,
        keyword=True,
        convert=float,
        takes="number of seconds",
    ),
    Option(
        name="dummy_keys",
        help="key variables to set on replay too; 'false' for none at all",
        kind="args",
        flag=False,
    ),
)

_INI_DEFAULTS: dict[str, Any] = {"string": None, "args": [], "bool": False}


def declare(parser: pytest.Parser) -> None:
    """Tell pytest of every option."""
    group = parser.getgroup("stream-cassette", "record and replay HTTP streams")
    for option in OPTIONS:
        if option.flag:
            group.addoption(option.spelled, dest=option.key, help=option.help, **_settings(option))
        if option.ini:
            default = _INI_DEFAULTS[option.kind]
            parser.addini(option.key, option.help, type=option.kind, default=default)


def _settings(option: Option) -> dict[str, Any]:
    if option.kind == "bool":
        return {"action": "store_true"}
    settings: dict[str, Any] = {"metavar": option.metavar} if option.metavar else {}
    if option.kind == "args":
        return {"action": "append", "default": [], **settings}
    return {"choices": option.choices, **settings} if option.choices else settings


def given(
    config: pytest.Config, environ: Mapping[str, str]
) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """What was given on the command line, in the environment and in the ini file, by name."""
    cli = {one.name: config.getoption(one.key) for one in OPTIONS if one.flag}
    env = {one.name: environ.get(one.environment) for one in OPTIONS if one.environment}
    ini = {one.name: config.getini(one.key) for one in OPTIONS if one.ini}
    return _set(cli), _set(env), _set(ini)


def _set(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value}
