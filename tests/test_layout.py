"""Imports point down only: the layers of the package, read from its source.

`ALLOWED` is the whole table and is not transitive: a room may import itself, and the rooms in its
row. A room is the first name below `stream_cassette`: a package (`wire`) or a module (`tape`).
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parent.parent / "src" / "stream_cassette"
PACKAGE = "stream_cassette"

VALUES = {"errors", "wire", "cassette"}
ALLOWED: dict[str, set[str]] = {
    "errors": set(),
    # record side
    "wire": {"errors"},
    "cassette": {"errors", "wire"},
    "formats": VALUES,
    "store": VALUES | {"formats"},
    "session": VALUES,
    "transport": VALUES | {"session"},
    # meaning side
    "conversation": {"errors"},
    "dialects": {"errors", "wire", "conversation"},
    "comparison": {"errors", "conversation"},
    # joins
    "meaning": VALUES | {"dialects", "conversation"},
    "comments": VALUES | {"dialects", "conversation", "meaning"},
    "pipeline": VALUES | {"dialects", "conversation", "meaning", "comments"},
    "echoing": VALUES | {"meaning", "conversation", "comparison"},
    "recording": VALUES | {"session", "store", "transport", "pipeline"},
    "spoken_levels": VALUES | {"session", "meaning", "comparison", "conversation"},
    "verifying": VALUES | {"session", "store", "transport", "pipeline", "spoken_levels"},
    "tape_views": VALUES | {"session", "pipeline", "recording", "verifying"},
    "tape": VALUES
    | {"session", "store", "transport", "pipeline", "recording", "verifying", "echoing"}
    | {"tape_views"},
    "api": VALUES
    | {"store", "meaning", "pipeline", "comments", "echoing", "comparison", "conversation"},
    "diffing": VALUES | {"conversation", "comparison", "meaning"},
    "comparing": VALUES | {"store", "diffing"},
    "redacting": VALUES | {"store", "pipeline"},
    "converting": VALUES | {"formats", "store", "pipeline"},
    "checks": VALUES
    | {"formats", "store", "meaning", "comments", "pipeline", "conversation", "comparison"},
    "marks": {"errors"},
    "torture": VALUES | {"session"},
    # faces
    "report": VALUES | {"api", "tape", "conversation", "comparison", "diffing", "checks"},
    "server": VALUES | {"api", "tape"},
    "plugin": VALUES
    | {"session", "store", "transport", "api", "tape", "report", "conversation", "torture"},
    "pytest_plugin": VALUES | {"plugin", "session", "store", "api", "tape", "report"},
    "cli": VALUES
    | {"comparing", "diffing"}
    | {"converting", "redacting", "session", "store", "api", "tape", "report", "server", "checks"},
    # re-exports the public names, lazily
    "__init__": VALUES | {"session", "api", "tape", "marks", "comparison", "conversation"},
    "__main__": {"cli"},
}

# wire has no files and no clocks; the codings that the standard library lacks are optional
WIRE_MODULES = (sys.stdlib_module_names | {"brotli", "zstandard", "backports"}) - {
    "asyncio",
    "datetime",
    "os",
    "pathlib",
    "socket",
    "time",
}
CLIENTS = {"aiohttp", "anthropic", "botocore", "httpx", "httpx2", "openai", "requests", "urllib3"}
CLIENT_ROOMS = {"transport", "server", "cli"}
# methods of pathlib.Path and functions that read or write a file
DISK_METHODS = {"read_bytes", "read_text", "write_bytes", "write_text", "unlink"}
DISK_FUNCTIONS = {("os", "open"), ("os", "replace"), ("os", "rename"), ("os", "fsync")}


def room_of(path: Path) -> str:
    """The room that a source file belongs to."""
    return path.relative_to(SOURCE).parts[0].removesuffix(".py")


def imported(tree: ast.AST) -> Iterator[str]:
    """Every module that is imported anywhere in a file, as a dotted name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            if module == PACKAGE:
                yield from (f"{PACKAGE}.{alias.name}" for alias in node.names)
            else:
                yield module
        elif isinstance(node, ast.Call) and name_of(node.func).endswith("import_module"):
            yield from (arg.value for arg in node.args[:1] if is_text(arg))


def is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def name_of(node: ast.AST) -> str:
    """`a.b` for an attribute of a name, `a` for a name, `?` for what has no name."""
    if isinstance(node, ast.Attribute):
        return f"{name_of(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else "?"


def faults(room: str, path: str, text: str) -> list[str]:
    """What the file does that its room may not do; one line each."""
    tree = ast.parse(text)
    found: list[str] = []
    for module in imported(tree):
        parts = module.split(".")
        if module.startswith("."):
            found.append(f"{path}: relative import {module!r}")
        elif parts[0] == PACKAGE and len(parts) > 1:
            found += package_faults(room, path, parts[1:])
        else:
            found += outside_faults(room, path, parts[0])
    if room != "store":
        found += disk_faults(path, tree)
    return found


def package_faults(room: str, path: str, parts: list[str]) -> list[str]:
    """Arrows to other rooms, and between dialects."""
    target = parts[0]
    if room not in ALLOWED:
        return [f"{path}: {room!r} has no row in ALLOWED"]
    if target != room and target not in ALLOWED[room]:
        return [f"{path}: {room} may not import {target}"]
    if room == "dialects" and target == "wire" and parts[1:2] != ["framing"]:
        return [f"{path}: of wire, dialects import framing only"]
    own = f"dialects/{parts[1]}.py" if target == "dialects" and parts[1:] else path
    if room == "dialects" and own != path and not parts[1].startswith("_"):
        # the registry is the one place that names them all
        return [] if path == "dialects/_registry.py" else [f"{path}: imports dialect {parts[1]}"]
    return []


def outside_faults(room: str, path: str, module: str) -> list[str]:
    """Imports of other distributions, or of standard modules that a pure room must not have."""
    if module == "yaml" and not path.startswith("formats/_yaml"):
        return [f"{path}: only formats/_yaml*.py imports yaml"]
    if room == "wire" and module not in WIRE_MODULES:
        return [f"{path}: wire may not import {module}"]
    if room == "conversation" and module not in sys.stdlib_module_names:
        return [f"{path}: conversation may not import {module}"]
    if module in CLIENTS and room not in CLIENT_ROOMS:
        return [f"{path}: {room} may not import the client {module}"]
    return []


def disk_faults(path: str, tree: ast.AST) -> list[str]:
    """Calls that read or write files, as far as they can be told by their names."""
    found: list[str] = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        owner, _, called = name_of(node.func).rpartition(".")
        method = isinstance(node.func, ast.Attribute) and node.func.attr in DISK_METHODS
        if method or (owner, called) in DISK_FUNCTIONS or (owner, called) == ("", "open"):
            found.append(f"{path}: line {node.lineno}: only store touches the disk")
    return found


SOURCES = sorted(SOURCE.rglob("*.py"))


def test_the_package_is_found() -> None:
    assert SOURCE / "wire" / "chunk.py" in SOURCES
    assert len(SOURCES) > 20


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_imports_point_down(path: Path) -> None:
    relative = path.relative_to(SOURCE).as_posix()
    assert faults(room_of(path), relative, path.read_text("utf-8")) == []


def test_every_room_has_a_row() -> None:
    assert {room_of(path) for path in SOURCES} <= set(ALLOWED)


def test_the_table_has_no_circle() -> None:
    """Repeatedly take away the rooms that need nothing that is left."""
    left = dict(ALLOWED)
    while free := [room for room, needs in left.items() if not needs & set(left)]:
        for room in free:
            del left[room]
    assert left == {}


BAD = {
    "up": ("wire", "wire/sse.py", "from stream_cassette.cassette.model import Request"),
    "up, whole module": ("cassette", "cassette/match.py", "import stream_cassette.tape"),
    "up, from the package": ("session", "session/mode.py", "from stream_cassette import store"),
    "inside a function": ("store", "store/x.py", "def f():\n from stream_cassette import tape"),
    "by name": ("formats", "formats/x.py", "import_module('stream_cassette.tape')"),
    "into a face": ("tape", "tape.py", "import stream_cassette.pytest_plugin"),
    "relative": ("store", "store/files.py", "from ..formats import vcr"),
    "no row": ("attic", "attic/x.py", "from stream_cassette.wire import sse"),
    "dialect to dialect": (
        "dialects",
        "dialects/cohere_chat.py",
        "from stream_cassette.dialects.openai_chat import x",
    ),
    "dialect to decoder": ("dialects", "dialects/x.py", "import stream_cassette.wire.sse"),
    "yaml": ("store", "store/files.py", "import yaml"),
    "yaml in another format": ("formats", "formats/vcr.py", "from yaml import CSafeLoader"),
    "third party in wire": ("wire", "wire/sse.py", "import orjson"),
    "clock in wire": ("wire", "wire/sse.py", "import time"),
    "third party in conversation": ("conversation", "conversation/model.py", "import orjson"),
    "client in session": ("session", "session/player.py", "import httpx"),
    "open": ("session", "session/player.py", "open('x')"),
    "read_bytes": ("api", "api.py", "Path('x').read_bytes()"),
    "replace": ("tape", "tape.py", "import os\nos.replace('a', 'b')"),
}


@pytest.mark.parametrize(("room", "path", "text"), BAD.values(), ids=BAD.keys())
def test_the_checker_sees(room: str, path: str, text: str) -> None:
    assert len(faults(room, path, text)) == 1


GOOD = {
    "own room": ("wire", "wire/sse.py", "from stream_cassette.wire.framing import Frame"),
    "down": ("formats", "formats/vcr.py", "from stream_cassette.cassette.model import Cut"),
    "errors": ("conversation", "conversation/x.py", "from stream_cassette import errors"),
    "yaml": ("formats", "formats/_yaml.py", "import yaml"),
    "helpers of dialects": (
        "dialects",
        "dialects/x.py",
        "from stream_cassette.dialects._json import y",
    ),
    "registry": (
        "dialects",
        "dialects/_registry.py",
        "from stream_cassette.dialects.openai_chat import x",
    ),
    "opening a tape": ("cli", "cli/demo.py", "tape.open()"),
    "opening a new tape": ("cli", "cli/demo.py", "use_cassette('a').open()"),
    "replacing text": ("cli", "cli/demo.py", "'a'.replace('a', 'b')"),
}


@pytest.mark.parametrize(("room", "path", "text"), GOOD.values(), ids=GOOD.keys())
def test_the_checker_accepts(room: str, path: str, text: str) -> None:
    assert faults(room, path, text) == []
