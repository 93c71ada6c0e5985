"""What makes git's own tools read cassettes: attributes of the files, and a driver for them.

`.gitattributes` is shared with everybody and only ever added to; the driver stands in the
repository's own configuration, which is not shared, because it names a program of this machine.
Whoever has no driver sees the files as they are.
Source: gitattributes(5), "Performing text diffs of binary files"; git-difftool(1).
"""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from stream_cassette.errors import CassetteFileError
from stream_cassette.store import git

__all__ = ["DRIVER", "PATTERNS", "set_up"]

DRIVER = "stream-cassette"
_SUFFIXES = ("yaml", "yml", "json", "yaml.gz", "yml.gz", "json.gz")
PATTERNS = tuple(f"**/cassettes/**/*.{suffix}" for suffix in _SUFFIXES)


def set_up(directory: Path, paths: Sequence[str] = ()) -> list[str]:
    """Set up the repository that the directory is in; a line for each thing that was done.

    `paths` are directories or patterns of cassettes; none: every `cassettes` directory. Doing it
    again changes nothing, save the program where another one asks.

    Raises: CassetteFileError: there is no repository, or it can't be written to.
    """
    root = git.root_of(directory, str(directory))
    wanted = [one for path in paths for one in _patterns(path, directory, root)] or list(PATTERNS)
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
    base = "" if inside == "." else inside
    if not whole.is_dir():
        return [_quoted(f"/{base}")]
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
