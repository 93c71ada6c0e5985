"""What a git repository holds at a revision, asked of the `git` command.

Paths inside a repository are as git has them: from its root, with slashes.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from stream_cassette.errors import CassetteFileError, CassetteNotFound

__all__ = ["Entry", "content", "entries", "git", "is_revision", "root_of"]

_KINDS = {"120000": "a symbolic link", "160000": "a submodule", "040000": "a directory"}
_SAID = 200  # characters of what git says


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A file of a revision: its path from the root, and the id of its content."""

    path: str
    blob: str


def root_of(directory: Path, name: str) -> Path:
    """The top of the working tree that the directory is in; `name` is what errors call it.

    Raises: CassetteFileError: it is in no repository, git refuses to read it, or there is no git.
    """
    done = git(["rev-parse", "--show-toplevel"], directory, name)
    if not done.returncode:
        return Path(os.fsdecode(done.stdout.removesuffix(b"\n")))
    reason, _, advice = done.stderr.decode("utf-8", "replace").strip().partition("\n")
    if "not a git repository" in reason:
        raise CassetteFileError(
            f"{_shown(directory)} is not in a git repository",
            path=name,
            hint="name a file, or go to the repository that has the revision",
        )
    reason = reason.removeprefix("fatal: ") or f"status {done.returncode}"
    # of whose directory it is, git says how to allow it
    raise CassetteFileError(
        f"git can't be asked in {_shown(directory)}: {reason}",
        path=name,
        hint=" ".join(advice.split()) or "name a file, or go to where the repository's files are",
    )


def is_revision(directory: Path, text: str) -> bool:
    """Whether that is a branch, a tag or a commit of the repository, if there is one.

    Raises: CassetteFileError: there is no git.
    """
    asked = ["rev-parse", "--verify", "--quiet", "--end-of-options", f"{text}^{{commit}}"]
    return git(asked, directory, text).returncode == 0


def entries(root: Path, revision: str, inside: str, name: str) -> tuple[list[Entry], bool]:
    """The files at or below the path at the revision, and whether it is a directory there.

    `inside` is "" for the root. Links and submodules below a directory are passed over.

    Raises:
        CassetteNotFound: no such revision, or no such path there.
        CassetteFileError: the path is a link or a submodule there.
    """
    tree = _tree(root, revision, name)
    if inside:
        mode, kind, blob = _entry(root, tree, inside, name, revision)
        if kind == "blob" and mode != "120000":
            return [Entry(path=inside, blob=blob)], False
        if kind != "tree":
            raise CassetteFileError(f"is {_KINDS.get(mode, kind)} at {revision!r}", path=name)
        tree = blob
    listed = _listed(git(["ls-tree", "-r", "-z", "--full-tree", tree], root, name).stdout)
    prefix = f"{inside}/" if inside else ""
    found = [
        Entry(path=prefix + path, blob=blob)
        for mode, kind, blob, path in listed
        if kind == "blob" and mode != "120000"
    ]
    return found, True


def content(root: Path, entry: Entry, name: str) -> bytes:
    """The file as a checkout would write it: line ends converted, large files fetched.

    Raises: CassetteFileError: git can't read it.
    """
    done = git(["cat-file", "--filters", f"--path={entry.path}", entry.blob], root, name)
    if done.returncode:
        raise CassetteFileError(f"git can't read it: {_said(done)}", path=name)
    return done.stdout


def git(arguments: Sequence[str], directory: Path, name: str) -> subprocess.CompletedProcess[bytes]:
    """Run git in the directory; its exit status is the caller's to look at.

    Raises: CassetteFileError: there is no git, or no such directory.
    """
    # a path means itself, and git speaks English, so that what it says can be passed on
    environ = {**os.environ, "GIT_LITERAL_PATHSPECS": "1", "LC_ALL": "C"}
    try:
        return subprocess.run(
            ["git", *arguments],
            cwd=directory,
            env=environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
        )
    except OSError as error:
        if not directory.is_dir():
            raise CassetteNotFound("no such directory", path=_shown(directory)) from error
        raise CassetteFileError(
            f"git can't be run: {error.strerror}", path=name, hint="install it, or name files"
        ) from error


def _tree(root: Path, revision: str, name: str) -> str:
    asked = ["rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{tree}}"]
    done = git(asked, root, name)
    if done.returncode:
        raise CassetteNotFound(
            f"no such revision: {revision!r}",
            path=name,
            hint="a revision is a branch, a tag, a commit, or HEAD~1; the path follows its colon",
        )
    return done.stdout.decode().strip()


def _entry(root: Path, tree: str, inside: str, name: str, revision: str) -> tuple[str, str, str]:
    done = git(["ls-tree", "-z", "--full-tree", tree, "--", inside], root, name)
    listed = [one for one in _listed(done.stdout) if one[3] == inside]
    if not listed:
        raise CassetteNotFound(
            f"no such path at {revision!r}",
            path=name,
            hint="paths count from the repository's root; from here they begin with ./",
        )
    return listed[0][:3]


def _listed(output: bytes) -> list[tuple[str, str, str, str]]:
    """Mode, kind, object and path of each line of `ls-tree -z`."""
    found = []
    for line in output.split(b"\0")[:-1]:
        head, _, path = line.partition(b"\t")
        mode, kind, blob = head.decode().split()
        found.append((mode, kind, blob, os.fsdecode(path)))
    return found


def _said(done: subprocess.CompletedProcess[bytes]) -> str:
    return done.stderr.decode("utf-8", "replace").strip()[:_SAID] or f"status {done.returncode}"


def _shown(directory: Path) -> str:
    return str(directory.absolute())
