"""Which cassettes a command means, wherever they are: on the disk, or in a revision of git.

An argument is a file, a directory to look below, a glob, or `REV:path`: a file or a directory at a
revision, its path counted from the repository's root, or from here if it begins with `./` or `../`,
as git has it. What is on the disk under such a name comes first.
"""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from stream_cassette.cassette.model import Cassette
from stream_cassette.errors import CassetteFileError, CassetteNotFound, UsageError
from stream_cassette.formats import _registry
from stream_cassette.store import git
from stream_cassette.store.files import content, read
from stream_cassette.store.find import cassettes_in
from stream_cassette.store.paths import is_cassette_name

__all__ = [
    "NOTHING",
    "Side",
    "Source",
    "before_and_now",
    "committed",
    "read_bytes",
    "read_source",
    "same_bytes",
    "side_of",
    "size_of",
    "source_bytes",
    "sources_in",
    "working",
]

_WILD = re.compile(r"[*?\[]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One cassette: `name` is what it is called, `path` its file.

    At a `revision` the path is where a checkout has the file, `blob` the id of its content.
    `relative` is its path below the directory (or the fixed part of the glob) that was named, with
    slashes; a file that was named itself (`is_named`) has its own name there.
    """

    name: str
    path: Path
    revision: str | None = None
    relative: str = ""
    is_named: bool = True
    root: Path | None = None
    blob: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """What one argument means: its sources, and whether it named a tree or one file."""

    name: str
    sources: tuple[Source, ...]
    is_tree: bool


NOTHING = Side(name=os.devnull, sources=(), is_tree=False)
"""What git's tools name in the place of a file that there is none of."""


def sources_in(arguments: Iterable[str | os.PathLike[str]]) -> tuple[Source, ...]:
    """Every cassette that the arguments mean, each once, in the order of their names.

    Below directories and by globs only names that a cassette may have count; journals, and what
    was rejected or recovered, never do unless named.

    Raises:
        CassetteNotFound: no such file, directory, glob, revision, or path at a revision.
        CassetteFileError: a revision is asked for outside a repository, or without git.
    """
    found: dict[str, Source] = {}
    for argument in arguments:
        for one in side_of(argument).sources:
            if one.name not in found or one.is_named:
                found[one.name] = one
    return tuple(found[name] for name in sorted(found))


def side_of(argument: str | os.PathLike[str]) -> Side:
    """What one argument means. Raises: as `sources_in`."""
    name = os.fspath(argument)
    if name == NOTHING.name:
        return NOTHING
    revision, colon, inside = name.partition(":")
    if not colon or not revision or os.path.lexists(name):
        return working(Path(argument))
    try:
        return working(Path(argument))  # a glob may have a colon
    except CassetteNotFound:
        return _at(revision, inside, name)


def working(path: Path) -> Side:
    """The file, the directory or the glob on the disk. Raises: CassetteNotFound."""
    found = cassettes_in([path])
    is_tree = path.is_dir() or not path.exists()
    base = path if path.is_dir() else _fixed(path)
    sources = (
        Source(
            name=str(each),
            path=each,
            relative=each.relative_to(base).as_posix() if is_tree else each.name,
            is_named=is_named,
        )
        for each, is_named in found.items()
    )
    return Side(name=str(path), sources=tuple(sources), is_tree=is_tree)


def before_and_now(argument: str) -> tuple[Side, Side]:
    """What a revision has and what the working tree has, of one argument.

    Of `REV:path` that revision, of a path on the disk HEAD. Where only one of them has the path,
    the other is empty.

    Raises: as `sources_in`; UsageError for a glob.
    """
    revision, colon, inside = argument.partition(":")
    if colon and revision and not os.path.lexists(argument):
        before = _at(revision, inside, argument)
        root = git.root_of(Path.cwd(), argument)
        path = root / _from_root(root, inside, argument)
        now = _here(Path(os.path.relpath(path)))
        return before, replace(before, name=str(path), sources=()) if now is None else now
    path = Path(argument)
    now = _here(path)
    try:
        before = committed(path)
    except CassetteNotFound:
        if now is None:
            raise
        return Side(name=f"HEAD:{path.as_posix()}", sources=(), is_tree=now.is_tree), now
    return before, replace(before, name=str(path), sources=()) if now is None else now


def _here(path: Path) -> Side | None:
    try:
        return working(path)
    except CassetteNotFound:
        return None


def committed(path: Path, revision: str = "HEAD") -> Side:
    """What the revision has where `path` is in the working tree; there need be no file now.

    Raises: as `sources_in`; UsageError for a glob.
    """
    if not path.exists() and _WILD.search(str(path)):
        raise UsageError(f"a glob has no revision: name a file or a directory instead of {path}")
    name = f"{revision}:{path.as_posix()}"
    near = path.absolute()
    while not near.is_dir():  # the directory may be gone as well
        near = near.parent
    root = git.root_of(near, name)
    whole = near.resolve() / path.absolute().relative_to(near)
    inside = _inside(root, whole, name)
    inside = "" if inside == "." else inside
    return _listed(root, revision, inside, f"{revision}:{inside}")


def read_source(source: Source) -> Cassette:
    """The cassette; its `path` is the source's name.

    Raises:
        CassetteNotFound: there is no file.
        CassetteFileError: it can't be read, or is no cassette; the error says where.
    """
    if source.revision is None:
        return read(source.path)
    return read_bytes(source_bytes(source), source.name)


def read_bytes(data: bytes, name: str) -> Cassette:
    """The cassette that the bytes are; its `path` is the name. Raises: CassetteFileError."""
    try:
        return replace(_registry.read(data), path=name)
    except CassetteFileError as error:
        raise error.located(path=name) from error.__cause__


def source_bytes(source: Source) -> bytes:
    """The bytes of the file. Raises: CassetteFileError: it can't be read."""
    if source.root is not None and source.blob is not None:
        inside = source.path.relative_to(source.root).as_posix()
        return git.content(source.root, git.Entry(path=inside, blob=source.blob), source.name)
    try:
        return content(source.path)
    except OSError as error:
        raise CassetteFileError(f"can't be read: {error.strerror}", path=source.name) from error


def same_bytes(left: Source, right: Source) -> bool:
    """Whether two files are the same, byte by byte. Raises: as `source_bytes`."""
    if left.blob is not None and right.blob is not None and left.root == right.root:
        return left.blob == right.blob
    sides = left.revision, right.revision
    if sides == (None, None) and size_of(left) != size_of(right):
        return False
    return source_bytes(left) == source_bytes(right)


def size_of(source: Source) -> int:
    """The size of the file in bytes; 0 at a revision, and where it can't be told."""
    if source.revision is not None:
        return 0
    try:
        return source.path.stat().st_size
    except OSError:
        return 0


def _at(revision: str, inside: str, name: str) -> Side:
    root = git.root_of(Path.cwd(), name)
    return _listed(root, revision, _from_root(root, inside, name), name)


def _from_root(root: Path, inside: str, name: str) -> str:
    """The path of `REV:path` from the repository's root, "" for the root itself."""
    if inside.startswith(("./", "../")) or inside in (".", ".."):
        inside = _inside(root, Path.cwd().resolve() / inside, name)
    normal = posixpath.normpath(inside) if inside else ""
    return "" if normal == "." else normal


def _listed(root: Path, revision: str, inside: str, name: str) -> Side:
    found, is_tree = git.entries(root, revision, inside, name)
    stem = name.rstrip("/") if not name.endswith(":") else name
    slash = "" if stem.endswith(":") else "/"
    sources = []
    for entry in found:
        relative = PurePosixPath(entry.path).relative_to(inside).as_posix()
        if is_tree and not is_cassette_name(Path(entry.path)):
            continue
        sources.append(
            Source(
                name=f"{stem}{slash}{relative}" if is_tree else name,
                path=root / entry.path,
                revision=revision,
                relative=relative if is_tree else PurePosixPath(entry.path).name,
                is_named=not is_tree,
                root=root,
                blob=entry.blob,
            )
        )
    ordered = tuple(sorted(sources, key=lambda one: one.name))
    return Side(name=name, sources=ordered, is_tree=is_tree)


def _inside(root: Path, path: Path, name: str) -> str:
    """The path from the repository's root. Raises: CassetteFileError: it is outside."""
    whole = Path(os.path.normpath(path))
    try:
        return whole.relative_to(root.resolve()).as_posix()
    except ValueError as error:
        raise CassetteFileError("is outside of the repository", path=name) from error


def _fixed(path: Path) -> Path:
    """The directory of a file; of a glob the part before its first wild card."""
    parts = path.parts
    wild = next((n for n, part in enumerate(parts) if _WILD.search(part)), len(parts) - 1)
    return Path(*parts[:wild])
