"""What makes git's own tools read cassettes: attributes of the files, and a driver for them.

`.gitattributes` is shared with everybody and only ever added to; the driver stands in the
repository's own configuration, which is not shared, because it names a program of this machine.
Whoever has no driver sees the files as they are.
Source: gitattributes(5), "Performing text diffs of binary files"; git-difftool(1).
"""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Sequence
from glob import has_magic
from pathlib import Path

from stream_cassette.errors import CassetteFileError, CassetteNotFound
from stream_cassette.store import git
from stream_cassette.store.project import Project, project_of

__all__ = ["DRIVER", "PATTERNS", "set_up"]

DRIVER = "stream-cassette"
_SUFFIXES = ("yaml", "yml", "json", "yaml.gz", "yml.gz", "json.gz")
PATTERNS = tuple(f"**/cassettes/**/*.{suffix}" for suffix in _SUFFIXES)


def set_up(directory: Path, paths: Sequence[str] = ()) -> list[str]:
    """Set up the repository that the directory is in; a line for each thing that was done.

    `paths` are files, directories or patterns of cassettes; none: the project's own directory of
    them, which need not be there yet, or where it names none, every `cassettes` directory. Doing
    it again changes nothing, save the program where another one asks.

    Raises:
        CassetteFileError: there is no repository, or it can't be written to.
        CassetteNotFound: a path is not there.
        UsageError: the project's `pyproject.toml` can't be read.
    """
    root = git.root_of(directory, str(directory))
    wanted = [one for path in paths for one in _patterns(path, directory, root)]
    wanted = wanted or _own(project_of(directory), root) or list(PATTERNS)
    added = _attributes(root / ".gitattributes", [f"{one} diff={DRIVER}" for one in wanted])
    told = [f".gitattributes: {line}" for line in added]
    for name, value in _configuration().items():
        if _configured(root, name) != value:
            _configure(root, name, value)
            told.append(f"git config {name}: {value}")
    return told or ["nothing to do: this repository is set up"]


def _patterns(path: str, directory: Path, root: Path) -> list[str]:
    """The attributes' patterns for a directory, a file or a glob, from the root."""
    whole = (directory / path).resolve()
    try:
        inside = whole.relative_to(root.resolve()).as_posix()
    except ValueError as error:
        raise CassetteFileError("is outside of the repository", path=path) from error
    if not whole.exists() and not has_magic(path):
        raise CassetteNotFound(
            "no such file or directory", path=path, hint="name what is there, or a pattern"
        )
    base = "" if inside == "." else inside
    return _below(base) if whole.is_dir() else [_quoted(f"/{base}")]


def _own(project: Project, root: Path) -> list[str]:
    """The same for the directory that the project gives to pytest; none if it gives none."""
    if project.cassette_dir is None:
        return []
    # `**` is any directory, as a test's own may be
    template = project.cassette_dir.replace("{test_dir}", "**")
    whole = project.root.resolve() / template.replace("{rootdir}", str(project.root.resolve()))
    try:
        inside = Path(os.path.normpath(whole)).relative_to(root.resolve()).as_posix()
    except ValueError as error:
        raise CassetteFileError(
            "is outside of the repository", path=f"stream_cassette_dir = {project.cassette_dir}"
        ) from error
    return _below("" if inside == "." else inside)


def _below(base: str) -> list[str]:
    return [_quoted(f"{base and '/'}{base}/**/*.{suffix}") for suffix in _SUFFIXES]


def _quoted(pattern: str) -> str:
    """A pattern with blanks is quoted as a string of C is."""
    if not set(pattern) & set(' \t"\\'):
        return pattern
    escaped = pattern.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t")
    return f'"{escaped}"'


def _attributes(path: Path, lines: Sequence[str]) -> list[str]:
    """Add the lines that are not there yet; those."""
    try:
        before = path.read_bytes() if path.exists() else b""
        known = set(before.decode("utf-8", "surrogateescape").splitlines())
        new = [line for line in lines if line not in known]
        if new:
            gap = b"" if not before or before.endswith(b"\n") else b"\n"
            text = "".join(f"{line}\n" for line in new).encode("utf-8", "surrogateescape")
            path.write_bytes(before + gap + text)
    except OSError as error:
        raise CassetteFileError(f"can't be written: {error.strerror}", path=str(path)) from error
    return new


def _configuration() -> dict[str, str]:
    program = _program()
    # where the program is gone, or the file is no cassette, the file is shown as it is
    text = f'f() {{ {program} show --textconv "$1" 2>/dev/null || cat "$1"; }}; f'
    return {
        f"diff.{DRIVER}.textconv": text,
        f"difftool.{DRIVER}.cmd": f'{program} diff "$LOCAL" "$REMOTE"',
    }


def _program() -> str:
    """The command as git's shell is to call it, whatever is on the path then."""
    beside = Path(sys.executable).with_name("stream-cassette")
    if beside.is_file():
        return shlex.quote(beside.as_posix())
    # -P: no module of the repository that git is called in
    return f"{shlex.quote(Path(sys.executable).as_posix())} -P -m stream_cassette"


def _configured(root: Path, name: str) -> str | None:
    done = git.git(["config", "--local", "--get", name], root, str(root))
    return (
        done.stdout.decode("utf-8", "replace").removesuffix("\n") if not done.returncode else None
    )


def _configure(root: Path, name: str, value: str) -> None:
    done = git.git(["config", "--local", "--replace-all", name, value], root, str(root))
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip()
        raise CassetteFileError(f"git can't be configured: {said}", path=str(root))
