"""The plugin's options, one row each: flag, ini key, environment variable and what they take.

Read when pytest starts, in every run: imports nothing that pytest does not have already.
A row with `keyword=True` reaches `use_cassette` under its name, and may be given in a mark.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from typing import Any, Literal, NamedTuple

import pytest

__all__ = ["FILES", "MARKERS", "OPTIONS", "Option", "declare", "give_back", "given", "wants_files"]

MARKERS = (
    "stream_cassette(name=None, /, **options): run the test on a recorded or replayed cassette",
    "stream_network(block=..., allowed_hosts=...): whether the test may reach the network",
)


class Option(NamedTuple):  # a dataclass would take a millisecond, in every run
    """One option: `--stream-NAME` where `flag`, `stream_NAME` of the ini file where `ini`.

    `kind` is what it takes: a text, several ("args") or yes and no ("bool"). `environment` is the
    variable that says it, too. `convert` makes a value of a text; it raises ValueError, and
    `takes` says what it should have been. `bare` is what the flag without a value means.
    """

    name: str
    help: str
    kind: Literal["string", "args", "bool"] = "string"
    flag: bool = True
    ini: bool = True
    environment: str | None = None
    choices: tuple[str, ...] | None = None
    metavar: str | None = None
    bare: str | None = None
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
        name="torture",
        help="run passing tests again under whole, bytes, frames and N hostile cuts (20)",
        metavar="N",
        bare="20",
    ),
    Option(
        name="faults",
        help="run passing tests again with faults, and tell what their clients did; "
        "fail (default): clients that take a broken stream for a whole one fail their test; report",
        metavar="WHAT",
        bare="fail",
    ),
    Option(
        name="unplayed",
        help="interactions never played: fail (default), warn, ignore",
        choices=("fail", "warn", "ignore"),
    ),
    Option(
        name="report",
        help="write a page of HTML: what each test played, missed and recorded, and its cassette",
        metavar="FILE.html",
    ),
    Option(
        name="verify_report",
        help="write what verify found, as JSON",
        metavar="FILE.json",
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
        name="vcr_marks",
        help="run tests marked for pytest-recording, with its fixtures, on these cassettes",
        kind="bool",
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

# those that name a file that the run is to leave
FILES = ("report", "verify_report")

_PATHS = "stream_paths"
_WORDS = ("fail", "report")  # what a flag that may stand alone takes, besides numbers
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
    if option.bare is not None:
        return {"action": _MayStandAlone, "nargs": "?", "const": option.bare, **settings}
    return {"choices": option.choices, **settings} if option.choices else settings


def wants_files(config: pytest.Config) -> bool:
    """Whether the run is asked for a file."""
    keys = [f"stream_{name}" for name in FILES]
    return any(config.getoption(key) or config.getini(key) for key in keys)


class _MayStandAlone(argparse.Action):
    """A flag that takes `=VALUE` or nothing; argparse would give it the test path behind it."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: Any,
        option_string: str | None = None,
    ) -> None:
        """Keep the value; a path is kept for `give_back`."""
        is_value = str(values).isdecimal() or values in _WORDS
        if not is_value:
            setattr(namespace, _PATHS, [*getattr(namespace, _PATHS, ()), values])
        setattr(namespace, self.dest, values if is_value else self.const)


def give_back(config: pytest.Config) -> None:
    """Run the paths that stood behind a flag that may stand alone."""
    paths: list[str] = getattr(config.option, _PATHS, [])
    if hasattr(config, "workerinput"):
        return  # a worker of pytest-xdist is given the paths of the run
    if paths and config.args_source is not pytest.Config.ArgsSource.ARGS:
        config.args = []
        config.args_source = pytest.Config.ArgsSource.ARGS
    config.args += paths


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
