"""The group of commands."""

from __future__ import annotations

from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from stream_cassette.cli import main
from stream_cassette.store import written


def test_help_names_the_commands() -> None:
    result = CliRunner().invoke(main, ["--help"])
    assert result.exit_code == 0
    assert "demo" in result.output
    assert "Exit codes" in result.output


def test_an_unknown_command_is_a_usage_error() -> None:
    assert CliRunner().invoke(main, ["dance"]).exit_code == 2


@pytest.mark.parametrize("command", main.list_commands(click.Context(main)))
@pytest.mark.parametrize("kind", [KeyboardInterrupt, click.Abort])
def test_an_interrupt_is_no_answer(
    command: str, kind: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*args: object) -> None:
        raise kind

    monkeypatch.setattr(click.Command, "invoke", interrupted)
    result = CliRunner().invoke(main, [command, "x.yaml"] if command != "demo" else [command])
    assert (result.exit_code, result.stdout) == (130, "")
    assert result.stderr == "\nstream-cassette: interrupted\n"


def test_an_interrupt_leaves_nothing_half_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*args: object) -> None:
        raise KeyboardInterrupt

    (tmp_path / "a.yaml").write_text("interactions: []\nversion: 1\n")
    monkeypatch.setattr(written.os, "replace", interrupted)
    arguments = ["check", str(tmp_path / "a.yaml"), "--junit", str(tmp_path / "a.xml")]
    assert CliRunner().invoke(main, arguments).exit_code == 130
    assert [path.name for path in tmp_path.iterdir()] == ["a.yaml"]
