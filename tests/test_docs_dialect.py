"""The page on adding a dialect, done as it says: in a package of its own, and in a copy of ours."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import stream_cassette
from tests.support.doc_pages import blocks

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "add-a-dialect.md").read_text("utf-8")
COMMANDS = {
    "pytest": ["-m", "pytest"],
    "stream-cassette": ["-c", "from stream_cassette.cli import main; main()"],
}
# what the tests of the second half need of this repository, besides src
OURS = (
    "conftest.py",
    "pyproject.toml",
    "tests/corpus.py",
    "tests/support/golden.py",
    "tests/dialects/test_registry.py",
)

ROW = re.compile(r"^\| `([\w./]+)` \| `([\w./]+)` \|$", re.MULTILINE)


def section(title: str) -> str:
    """The text below a heading."""
    return PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


PACKAGE, REPOSITORY = section("In your own package"), section("In this repository")


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def install(project: Path, into: Path) -> None:
    """What `pip install -e` leaves for `importlib.metadata`, beside the modules."""
    told = tomllib.loads((project / "pyproject.toml").read_text("utf-8"))["project"]
    head = f"Metadata-Version: 2.1\nName: {told['name']}\nVersion: {told['version']}\n"
    points = ""
    for group, rows in told["entry-points"].items():
        points += f"[{group}]\n" + "".join(f"{name} = {to}\n" for name, to in rows.items())
    kept = into / f"{told['name'].replace('-', '_')}-{told['version']}.dist-info"
    write(kept / "METADATA", head)
    write(kept / "entry_points.txt", points)


def run_console(text: str, project: Path, modules: Path) -> list[str]:
    """Run each command; what the page shows below one is what it prints. Returns the commands."""
    done = []
    for step in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, _, shown = step.partition("\n")
        name, *arguments = shlex.split(command)
        if name == "pip":
            assert arguments == ["install", "-e", "."]
            install(project, modules)
        else:
            printed = run([*COMMANDS[name], *arguments], project, modules)
            assert shown in ("", printed)
        done.append(command)
    return done


def run(arguments: list[str], project: Path, modules: Path) -> str:
    package = Path(stream_cassette.__file__).parents[1]
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(map(str, (modules, package))),
        "PYTHONIOENCODING": "utf-8",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    environment.pop("PYTEST_ADDOPTS", None)
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=project,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_in_a_package_of_its_own(tmp_path: Path) -> None:
    *files, console = blocks(PACKAGE)
    for file in files:
        write(tmp_path / file.name, file.text)
    assert console.kind == "console"
    commands = run_console(console.text, tmp_path, tmp_path)
    assert commands[0].startswith("pip ") and commands[-1] == "pytest" and len(commands) == 3


def test_in_this_repository(tmp_path: Path) -> None:
    pyproject, test, console = blocks(REPOSITORY)
    written = {file.name: file.text for file in blocks(PACKAGE)}
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
    for name in OURS:
        write(tmp_path / name, (ROOT / name).read_text("utf-8"))
    moves = ROW.findall(REPOSITORY)
    assert len(moves) == 3
    for above, here in moves:
        write(tmp_path / here, written[above])
    write(tmp_path / test.name, test.text)
    told = (tmp_path / pyproject.name).read_text("utf-8")
    table = '[project.entry-points."stream_cassette.dialects"]\n'
    assert told.count(table) == 1
    write(tmp_path / pyproject.name, told.replace(table, table + pyproject.text))
    assert len(run_console(console.text, tmp_path, tmp_path / "src")) == 2


def test_a_page_that_is_not_true_fails(tmp_path: Path) -> None:
    """The checks above can fail: arguments told from the wrong slot are seen."""
    *files, console = blocks(PACKAGE)
    told = """f"slot {event.get('slot')}\""""
    assert sum(file.text.count(told) for file in files) == 1
    for file in files:
        write(tmp_path / file.name, file.text.replace(told, '"slot"'))
    with pytest.raises(AssertionError, match=r"cassettes/tools\.yaml"):
        run_console(console.text, tmp_path, tmp_path)
