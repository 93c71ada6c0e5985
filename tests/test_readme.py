"""What the README and the reference say is what the code does, as far as a test can tell."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import click
import pytest

import stream_cassette
from stream_cassette import load
from stream_cassette.cli import main
from stream_cassette.plugin.declared import OPTIONS
from stream_cassette.session.mode import RULES, RecordMode

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text("utf-8")
REFERENCE = (ROOT / "docs" / "reference" / "python.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def test_the_first_two_blocks_are_one_shell_line_each() -> None:
    (first, demo), (second, tests) = BLOCKS[:2]
    assert first == second == "sh"
    assert demo.count("\n") == tests.count("\n") == 1
    assert demo.startswith("python3 -m venv .venv && ")
    assert demo.endswith(".venv/bin/stream-cassette demo\n")
    pytest_ = ".venv/bin/python -m pytest -q"
    assert tests.endswith(f"{pytest_} -n 2 && {pytest_} -n 8\n")


def test_ci_runs_the_second_block() -> None:
    """The script's own awk program, without running what it finds."""
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    program = re.search(r"awk '(.*?)'", script)
    assert program is not None
    command = ["awk", program[1], str(ROOT / "README.md")]
    found = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert found == BLOCKS[1][1]


def test_the_example_is_a_cassette(tmp_path: Path) -> None:
    path = tmp_path / "example.yaml"
    path.write_text(next(text for kind, text in BLOCKS if kind == "yaml"), "utf-8")
    (interaction,) = load(path).interactions
    assert interaction.response.chunks is not None
    assert [len(chunk.data) for chunk in interaction.response.chunks] == [76, 14]
    assert interaction.response.http_version == "HTTP/2"


def test_what_a_failed_run_leaves_is_ignored_as_the_readme_says() -> None:
    lines = next(text for kind, text in BLOCKS if kind == "gitignore").splitlines()
    assert set(lines) <= set((ROOT / ".gitignore").read_text("utf-8").splitlines())


@pytest.mark.parametrize("mode", list(RecordMode))
def test_every_mode_is_in_the_table(mode: RecordMode) -> None:
    row = next(line for line in README.splitlines() if line.startswith(f"| `{mode}`"))
    _, _, _, absent, there, _ = (cell.strip() for cell in row.split("|"))
    assert ("records" in absent) == RULES[mode, False].records
    assert ("record" in there) == RULES[mode, True].records
    assert ("replays" in there) == RULES[mode, True].plays


@pytest.mark.parametrize("name", stream_cassette.__all__)
def test_every_public_name_is_in_the_reference(name: str) -> None:
    assert re.search(rf"`{name}\b", REFERENCE)


def test_every_option_is_in_the_reference() -> None:
    text = (ROOT / "docs" / "reference" / "options.md").read_text("utf-8")
    spelled = [one.spelled if one.flag else one.key for one in OPTIONS]
    spelled += [one.key for one in OPTIONS if one.ini]
    assert [name for name in spelled if not re.search(rf"`{name}\b", text)] == []


@pytest.mark.parametrize("name", main.list_commands(click.Context(main)))
def test_every_command_is_in_the_reference_with_its_options(name: str) -> None:
    text = (ROOT / "docs" / "reference" / "command.md").read_text("utf-8")
    assert f"`stream-cassette {name} " in text
    own = text.partition(f"\n## {name}\n")[2].partition("\n## ")[0] or text
    command = main.get_command(click.Context(main), name)
    assert command is not None
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert any(re.search(rf"[`\[ ]{one}\b", own) for one in parameter.opts), parameter.opts
