"""Make cassettes of journals whose writer is gone.

What was whole stays whole; an exchange without an ending ends where its writer was killed, unless
its stream had said its last word. A cassette that is there is never replaced unasked: the
recovered one goes beside it.
"""

from __future__ import annotations

import glob
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from stream_cassette.cassette.model import COMPLETE, Cassette, Interaction
from stream_cassette.cassette.scan import refuse_leaks
from stream_cassette.cassette.secret_names import DEFAULT
from stream_cassette.errors import CassetteNotFound, JournalError
from stream_cassette.store import files
from stream_cassette.store._flock import try_lock
from stream_cassette.store._journal_read import Contents, contents
from stream_cassette.store.lock import PathLock
from stream_cassette.store.paths import JOURNAL_SUFFIX, is_file_name, recovered_path

__all__ = ["Recovered", "journals_in", "left_beside", "left_in", "recover"]

# whatever the recording was told to mask by name, keys known by their shape are none of it
_KEYS = replace(DEFAULT, by_name=False)
_STAYS = "the journal stays; delete it, and record again"

IsWhole = Callable[[Interaction], bool]
Publish = Callable[[Cassette, Path], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovered:
    """What became of a journal.

    `path` is the cassette that was (or would be) written, None where the journal held no
    exchange; `cut_short` counts the interactions that its writer's end cut short, `torn_bytes`
    what was not whole at the journal's end.
    """

    journal: Path
    path: Path | None
    interactions: int
    cut_short: int
    torn_bytes: int

    def to_dict(self) -> dict[str, Any]:
        """The same as JSON, the paths as text."""
        return {
            "journal": str(self.journal),
            "path": None if self.path is None else str(self.path),
            "interactions": self.interactions,
            "cut_short": self.cut_short,
            "torn_bytes": self.torn_bytes,
        }


def journals_in(paths: Iterable[Path]) -> list[Path]:
    """The journals among these files and below these directories, sorted.

    A cassette's path stands for the journals beside it. Raises: CassetteNotFound.
    """
    found: set[Path] = set()
    for path in paths:
        if path.is_dir():
            found.update(path.rglob(f".*{JOURNAL_SUFFIX}"))
        elif path.name.endswith(JOURNAL_SUFFIX) and path.exists():
            found.add(path)
        elif beside := _beside(path):
            found.update(beside)
        elif not path.exists():
            raise CassetteNotFound(
                "no such file or directory", path=str(path), hint="name a cassette or a directory"
            )
    return sorted(found)


def left_beside(path: Path) -> list[Path]:
    """The journals beside the cassette at `path` whose writer is gone.

    A directory is looked through once in a process: what is left behind later is for the next.
    """
    prefix = f".{path.name}."
    names = [name for name in _journals_at_first(path.parent) if name.startswith(prefix)]
    return [found for name in names if not _is_alive(found := path.with_name(name))]


def left_in(directory: Path) -> list[Path]:
    """The journals in the directory itself whose writer is gone, of any cassette, as of now."""
    names = [name for name in _journals(directory) if name.startswith(".")]
    return [found for name in names if not _is_alive(found := directory / name)]


def recover(
    journal: Path,
    *,
    is_whole: IsWhole,
    publish: Publish,
    environ: Mapping[str, str],
    replace_it: bool = False,
    dry: bool = False,
) -> Recovered:
    """Publish what the journal holds, then take the journal away.

    To the cassette's own path if nothing is there, or with `replace_it`; else to
    `<name>.recovered.yaml`. `is_whole` says of an exchange without an ending whether its stream
    had come to its end. What is published is looked through for keys, and for the secrets of
    `environ`. With `dry`, nothing is written or taken away.

    Raises:
        JournalError: its writer still lives, or it is no journal; nothing is changed.
        CassetteFileError: the cassette can't be read, or the new one not be written, or what
            the journal holds looks like a secret; or somebody is recording to it.
    """
    with _opened(journal) as held:
        target = journal.with_name(_cassette_name(journal, held))
        with nullcontext() if dry else PathLock(target, holder="stream-cassette recover"):
            base = _base(target, held)
            interactions = tuple(
                _ended(one, is_whole) if place in held.unended else one
                for place, one in enumerate(held.interactions)
            )
            path = target if replace_it or not files.exists(target) else _free(target)
            if not dry:
                if interactions:
                    rules, first = _KEYS.with_environment(environ), len(base)
                    refuse_leaks(interactions, rules, path=str(path), first=first, hint=_STAYS)
                    publish(Cassette(interactions=base + interactions), path)
                _clean(target, journal)
    return Recovered(
        journal=journal,
        path=path if interactions else None,
        interactions=len(interactions),
        cut_short=sum(interactions[n].response.ending != COMPLETE for n in held.unended),
        torn_bytes=held.torn_bytes,
    )


@contextmanager
def _opened(journal: Path) -> Iterator[Contents]:
    """What the journal holds, while no other process can recover it too."""
    try:
        if journal.exists() and not journal.is_file():  # a pipe would be waited for
            raise JournalError("is no file", path=str(journal), hint="it is left as it is")
        file = open(journal, "r+b")  # noqa: SIM115 - closed below
    except OSError as error:
        raise JournalError(f"can't be read: {error.strerror}", path=str(journal)) from error
    with file:
        if not try_lock(file.fileno()):
            raise JournalError(
                "is still being written", path=str(journal), hint="wait for the recording to end"
            )
        try:
            held = contents(file)
        except JournalError as error:
            raise error.located(path=str(journal)) from error.__cause__
        if held is None:
            raise JournalError("is no journal", path=str(journal), hint="it is left as it is")
        yield held


def _cassette_name(journal: Path, held: Contents) -> str:
    """The cassette's name: as the journal says, else from its own name."""
    if held.session is not None:
        return str(held.session["cassette"])
    name = journal.name.removeprefix(".").rsplit(".", 2)[0]
    if not is_file_name(name):
        raise JournalError("is named after no cassette", path=str(journal), hint="rename it")
    return name


def _base(target: Path, held: Contents) -> tuple[Interaction, ...]:
    """What the recording was to be added to."""
    adds = held.session is not None and held.session.get("mode") == "new"
    return files.read(target).interactions if adds and files.exists(target) else ()


def _ended(interaction: Interaction, is_whole: IsWhole) -> Interaction:
    if not interaction.response.status or not is_whole(interaction):
        return interaction
    return replace(interaction, response=replace(interaction.response, ending=COMPLETE))


def _clean(target: Path, journal: Path) -> None:
    """Take away what the killed writer left: half a cassette, and the journal."""
    writer = journal.name.removeprefix(f".{target.name}.").partition("-")[0]
    for temporary in target.parent.glob(f"{glob.escape(f'.{target.name}.{writer}-')}*.tmp"):
        temporary.unlink(missing_ok=True)
    journal.unlink()


def _free(target: Path) -> Path:
    """A name beside the cassette that nothing has yet."""
    number = 1
    while files.exists(path := recovered_path(target, number)):
        number += 1
    return path


def _beside(path: Path) -> list[Path]:
    prefix = f".{path.name}."
    if not path.parent.is_dir():
        return []
    return sorted(
        found
        for found in path.parent.iterdir()
        if found.name.startswith(prefix) and found.name.endswith(JOURNAL_SUFFIX)
    )


@cache
def _journals_at_first(directory: Path) -> tuple[str, ...]:
    """The names of the journals in the directory, as they were when it was first asked for."""
    return _journals(directory)


def _journals(directory: Path) -> tuple[str, ...]:
    try:
        names = os.listdir(directory)
    except OSError:
        return ()
    return tuple(sorted(name for name in names if name.endswith(JOURNAL_SUFFIX)))


def _is_alive(path: Path) -> bool:
    """Whether the journal's writer still lives (it holds the system's lock on it)."""
    try:
        with open(path, "r+b") as file:
            # an empty one is made just now, and not locked yet: its writer must get the lock
            return not os.fstat(file.fileno()).st_size or not try_lock(file.fileno())
    except OSError:  # gone by now, or not ours to touch
        return True
