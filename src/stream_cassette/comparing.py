"""Cassettes read from wherever they are, and compared: two files, or two trees of them.

Files of a tree are read and compared in processes of their own, if there are enough of them.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from stream_cassette.diffing.model import CassetteDiff, TreeDiff
from stream_cassette.diffing.rules import Rules
from stream_cassette.diffing.trees import paired, with_renames
from stream_cassette.errors import NotACassette, StreamCassetteError, UsageError
from stream_cassette.store.sources import (
    Side,
    Source,
    read_source,
    same_bytes,
    size_of,
    source_bytes,
)

__all__ = ["Progress", "diff_sides"]

Progress = Callable[[int, int], None]
"""Called with the number of files that are done, and of all."""

_FEW = 24  # files, and bytes, that are not worth another process
_SMALL = 8_000_000
_AT_ONCE = 8  # files that a process is given at a time, at most


@dataclass(frozen=True, slots=True, kw_only=True)
class _Job:
    """Two files to compare, or one that has no other; `path` is what the pair is called."""

    path: str
    left: Source | None
    right: Source | None
    is_renamed: bool = False


def diff_sides(
    left: Side,
    right: Side,
    rules: Rules,
    *,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> TreeDiff:
    """Two files compared, or each file of two trees, paired by path.

    `jobs` is the number of processes, None for as many as there are cores. Files that are no
    cassettes are passed over, unless they were named. A file that can't be read is `unreadable`.

    Raises: UsageError: one side is a file and the other a tree.
    """
    todo = _jobs(left, right)
    found: list[CassetteDiff] = []
    for done, each in enumerate(_compared(todo, rules, jobs), 1):
        if each is not None:
            found.append(each)
        if progress is not None:
            progress(done, len(todo))
    return TreeDiff(left=left.name, right=right.name, level=rules.level, files=tuple(found))


def _jobs(left: Side, right: Side) -> list[_Job]:
    if not (left.is_tree or right.is_tree):
        one = next(iter(left.sources), None)
        other = next(iter(right.sources), None)
        return [_Job(path=right.name if other else left.name, left=one, right=other)]
    if left.sources and right.sources and left.is_tree is not right.is_tree:
        names = (left.name, right.name) if left.is_tree else (right.name, left.name)
        raise UsageError(f"{names[0]} is a tree and {names[1]} a file: name two of one kind")
    ours = {one.relative: one for one in left.sources}
    theirs = {one.relative: one for one in right.sources}
    pairs = with_renames(paired(ours, theirs), ours, theirs, _content, _opening)
    return [
        _Job(
            path=pair.right or pair.left or "",
            left=ours.get(pair.left or ""),
            right=theirs.get(pair.right or ""),
            is_renamed=None not in pair and pair.left != pair.right,
        )
        for pair in pairs
    ]


def _content(source: Source) -> bytes:
    """What renames are told by; nothing of what can't be read, which is told later."""
    try:
        return source_bytes(source)
    except StreamCassetteError:
        return b""


def _opening(source: Source) -> Hashable:
    from stream_cassette.diffing.pairs import same_request

    try:
        first = next(iter(read_source(source).interactions), None)
    except StreamCassetteError:
        return None
    return None if first is None else same_request(first)


def _compared(
    todo: Sequence[_Job], rules: Rules, jobs: int | None
) -> Iterator[CassetteDiff | None]:
    workers = min(jobs or _cores(), len(todo))
    compare = partial(_diff, rules=rules)
    if workers < 2 or (jobs is None and _is_little(todo)):
        yield from map(compare, todo)
        return
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    step = max(1, min(_AT_ONCE, len(todo) // (workers * 4)))
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        yield from pool.map(compare, todo, chunksize=step)


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _is_little(todo: Iterable[_Job]) -> bool:
    """Whether comparing takes no longer than starting processes would."""
    files = [one for job in todo for one in (job.left, job.right) if one is not None]
    return len(files) < _FEW and sum(map(size_of, files)) < _SMALL


def _diff(job: _Job, rules: Rules) -> CassetteDiff | None:
    """The files compared; None if what was found below a tree is no cassette."""
    named = any(one is not None and one.is_named for one in (job.left, job.right))
    try:
        return replace(_read_and_compared(job, rules), path=job.path)
    except NotACassette as error:
        if not named and _is_foreign(job):
            return None
        return _unreadable(job, rules, error)
    except StreamCassetteError as error:
        return _unreadable(job, rules, error)
    except RecursionError:
        return _unreadable(job, rules, UsageError(f"{job.path}: JSON nested too deep to compare"))


def _read_and_compared(job: _Job, rules: Rules) -> CassetteDiff:
    from stream_cassette.diffing.cassettes import diff_cassettes

    left, right = job.left, job.right
    if left is not None and right is not None and same_bytes(left, right):
        read_source(right)  # that it can be read is to be known all the same
        found = _named(job, rules)
    else:
        one, other = (None if each is None else read_source(each) for each in (left, right))
        found = diff_cassettes(one, other, rules)
    return replace(found, status="renamed") if job.is_renamed else found


def _is_foreign(job: _Job) -> bool:
    """Whether no side is a cassette: a file that stopped being one is told of."""
    for one in (job.left, job.right):
        try:
            if one is not None:
                read_source(one)
                return False
        except NotACassette:
            continue
        except StreamCassetteError:
            return False
    return True


def _unreadable(job: _Job, rules: Rules, error: StreamCassetteError) -> CassetteDiff:
    return replace(_named(job, rules), status="unreadable", error=str(error))


def _named(job: _Job, rules: Rules) -> CassetteDiff:
    left, right = (None if one is None else one.name for one in (job.left, job.right))
    return CassetteDiff(left=left, right=right, path=job.path, level=rules.level)
