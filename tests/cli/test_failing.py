"""What is said on stderr is one line for each line, whatever a file is called."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from stream_cassette.cli import main
from stream_cassette.cli._failing import fail

NAME = "a\r::error::x\x1b[31m\u202e.yaml"
SHOWN = "a\\u{D}::error::x\\u{1B}[31m\\u{202E}.yaml"


def test_hidden_characters_are_written_out(capsys: pytest.CaptureFixture[str]) -> None:
    fail("check", f"{NAME}: gone")
    assert capsys.readouterr().err == f"stream-cassette check: {SHOWN}: gone\n"


def test_further_lines_are_no_commands(capsys: pytest.CaptureFixture[str]) -> None:
    fail("check", ValueError("pytest can't:\n::error::x\n\n  ::set-env::y\t"))
    assert capsys.readouterr().err.splitlines() == [
        "stream-cassette check: pytest can't:",
        "  | ::error::x",
        "  | ",
        "  |   ::set-env::y\\u{9}",
    ]


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", "{}"),
        ("convert", "{}", "--to", "vcr"),
        ("demo", "--dir", "{}/x"),
        ("diff", "{}", "{}"),
        ("recover", "{}"),
        ("redact", "{}"),
        ("report", "{}", "-o", "{}.html"),
        ("show", "{}"),
    ],
    ids=lambda arguments: arguments[0],
)
@pytest.mark.parametrize("name", [NAME, "a\n::error::x.yaml"])
@pytest.mark.parametrize("is_there", [True, False])
def test_of_every_command(
    tmp_path: Path, arguments: tuple[str, ...], name: str, is_there: bool
) -> None:
    path = tmp_path / name
    if is_there or arguments[0] == "demo":
        path.write_text("interactions: [{]\nversion: 1\n", "utf-8")
    result = CliRunner().invoke(main, [each.format(path) for each in arguments])
    assert result.exit_code in (0, 1, 2)
    lines = result.stderr.split("\n")[:-1]
    assert all(line.startswith((f"stream-cassette {arguments[0]}: ", "  | ")) for line in lines)
    assert all(line.isprintable() for line in lines)
    assert lines or arguments[0] in ("check", "recover")
