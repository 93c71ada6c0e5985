"""The pages of docs/ as what a reader would do: files to write, commands to type, what they print.

A code block is a console (`$ command`, and below it what it prints), or a file: then the paragraph
before it begins with the file's name. Nothing else is a code block. In what is printed `…` stands
for any text of a line, a line of it alone for any lines, and a pytest run may take any time.
"""

from __future__ import annotations

import contextlib
import os
import re
import selectors
import socket
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, Self

import yaml

import stream_cassette

__all__ = [
    "PORT",
    "Block",
    "Shell",
    "blocks",
    "follow",
    "free_port",
    "is_as_shown",
    "pipeline_scripts",
    "steps_of",
]

LIMIT_S = 300.0
PORT = "8123"  # the pages' port; a test takes one that is free
_BLOCK = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_NAMED = re.compile(r"`([\w./-]+)`")
_TIME = re.compile(r"\bin \d+\.\d+s( \(\d+:\d+:\d+\))?")
_DONE = "\x1e"

# What the pages call, as it is found where the tests run; what they would install is there.
_COMMANDS = {
    "python": 'exec "{python}" "$@"',
    "pytest": 'exec "{python}" -m pytest "$@"',
    "stream-cassette": 'exec "{python}" -c "from stream_cassette.cli import main; main()" "$@"',
    "pip": '[ "$1" = install ] || exit 2',
    "gh": 'echo "gh $*"',
}


class Block(NamedTuple):
    """A code block: `name` is its file's, "" for a console."""

    kind: str
    name: str
    text: str


def blocks(page: str) -> Iterator[Block]:
    """All code blocks of a page, or of a section; each is a console or has a file's name."""
    for found in _BLOCK.finditer(page):
        before = page[: found.start()].rstrip().rpartition("\n\n")[2]
        named = None if found[1] == "console" else _NAMED.match(before)
        assert named or found[1] == "console", f"{found[0][:200]!r} after {before!r}"
        yield Block(found[1], named[1] if named else "", found[2])


def steps_of(console: str) -> list[tuple[str, str]]:
    """Each command of a console with what is shown below it; `> ` lines go on with a command."""
    steps = []
    for step in re.split(r"^\$ ", console, flags=re.MULTILINE)[1:]:
        lines = step.splitlines()
        more = next((n for n, line in enumerate(lines) if n and not line.startswith("> ")), None)
        more = len(lines) if more is None else more
        command = "\n".join([lines[0], *(line[2:] for line in lines[1:more])])
        steps.append((command, "\n".join(lines[more:])))
    return steps


def is_as_shown(shown: str, printed: str) -> bool:
    """Whether a command printed what the page shows; a page that shows nothing leaves it open."""
    if not shown.strip():
        return True
    parts = []
    for line in _TIME.sub("in …s", shown).strip("\n").splitlines():
        if line.strip() == "…":
            parts.append(r"(?:[^\n]*\n)*?")
        else:
            parts.append(".*?".join(map(re.escape, line.rstrip().split("…"))) + r"[ ]*\n")
    text = _TIME.sub("in …s", printed).strip("\n") + "\n"
    return re.fullmatch("".join(parts), text) is not None


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await(port: int) -> None:
    """Wait until somebody listens there."""
    limit = time.monotonic() + LIMIT_S
    while time.monotonic() < limit:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise AssertionError(f"nobody listens on port {port}")


class Shell:
    """One bash in a directory, with the pages' commands; what runs in it goes when it goes."""

    def __init__(self, directory: Path, tools: Path, **environment: str) -> None:
        tools.mkdir(parents=True, exist_ok=True)
        for name, script in _COMMANDS.items():
            tool = tools / name
            tool.write_text(f"#!/bin/sh\n{script.format(python=sys.executable)}\n")
            tool.chmod(0o755)
        self._directory, self._environment = directory, _environment(tools) | environment

    def __enter__(self) -> Self:
        self._bash = subprocess.Popen(
            ["bash", "--noprofile", "--norc"],
            cwd=self._directory,
            env=self._environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        return self

    def __exit__(self, *exc_info: object) -> None:
        os.killpg(self._bash.pid, 9)
        self._bash.communicate()

    def run(self, command: str) -> str:
        """What the command printed, to both streams."""
        assert self._bash.stdin is not None
        self._bash.stdin.write(f"{command}\n_s=$?; printf '%s' '{_DONE}'; (exit $_s)\n".encode())
        self._bash.stdin.flush()
        return self._read(command).removesuffix(_DONE)

    def _read(self, command: str) -> str:
        assert self._bash.stdout is not None
        limit, out = time.monotonic() + LIMIT_S, b""
        with selectors.DefaultSelector() as selector:
            selector.register(self._bash.stdout, selectors.EVENT_READ)
            while not out.endswith(_DONE.encode()):
                assert selector.select(limit - time.monotonic()), f"{command!r} hangs: {out!r}"
                data = os.read(self._bash.stdout.fileno(), 1 << 16)
                assert data, f"{command!r} ended the shell: {out!r}"
                out += data
        return out.decode("utf-8", "replace")


def _environment(tools: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not _is_ours(name)}
    return kept | {
        "PATH": os.pathsep.join((str(tools), os.environ["PATH"])),
        "PYTHONPATH": str(Path(stream_cassette.__file__).parents[1]),
        "PYTHONIOENCODING": "utf-8",
        "PYTHONDONTWRITEBYTECODE": "1",
        # printed by some releases of pytest-asyncio before any test
        "PYTHONWARNINGS": "ignore:The configuration option",
        "COLUMNS": "80",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
        "GIT_AUTHOR_NAME": "A Reader",
        "GIT_AUTHOR_EMAIL": "reader@example.com",
        "GIT_COMMITTER_NAME": "A Reader",
        "GIT_COMMITTER_EMAIL": "reader@example.com",
    }


def _is_ours(name: str) -> bool:
    """Whether a variable of the outer run would change what an inner one does or prints."""
    return name in {"CI", "GITHUB_ACTIONS"} or name.startswith(("PYTEST_", "STREAM_"))


def follow(page: str, shell: Shell, directory: Path, port: int) -> list[str]:
    """Do what the page says, in its order, with `port` for its own; the commands that were run.

    Raises: AssertionError: a command printed something else than the page shows.
    """
    done = []
    for block in blocks(page):
        text = block.text.replace(PORT, str(port))
        if block.name:
            path = directory / block.name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
            continue
        for command, shown in steps_of(text):
            printed = shell.run(command)
            if "--provider" in command:  # a reader's next command comes later than a test's
                _await(port)
            assert is_as_shown(shown, printed), _told(command, shown, printed)
            done.append(command)
    return done


def _told(command: str, shown: str, printed: str) -> str:
    shown, printed = textwrap.indent(shown, "    "), textwrap.indent(printed, "    ")
    return f"$ {command}\nthe page shows:\n{shown}\nit printed:\n{printed}"


def pipeline_scripts(block: Block) -> Iterator[tuple[str, bool]]:
    """The shell scripts of a CI file: GitHub's `run`, GitLab's `script`; and which may fail."""
    if block.kind == "yaml" and block.name.startswith((".github/workflows/", ".gitlab-ci")):
        yield from _scripts(yaml.safe_load(block.text))


def _scripts(value: Any) -> Iterator[tuple[str, bool]]:
    if isinstance(value, list):
        for each in value:
            yield from _scripts(each)
    if not isinstance(value, dict):
        return
    for name, each in value.items():
        if name in ("run", "script"):
            text = each if isinstance(each, str) else "\n".join(each)
            yield text, bool(value.get("continue-on-error"))
        else:
            yield from _scripts(each)
