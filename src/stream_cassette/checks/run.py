"""Examine many files, in this process or in several; and mend them first where that is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

from stream_cassette.checks.examine import (
    Examined,
    Terms,
    counted,
    examine,
    subject_of,
    unpacked,
)
from stream_cassette.checks.finding import SEVERITIES, Finding, Severity, is_at_least
from stream_cassette.checks.fixing import with_comments, without_cuts
from stream_cassette.errors import CassetteFileError
from stream_cassette.store.recover import left_in
from stream_cassette.store.rewrite import rewrite
from stream_cassette.store.sources import Source, source_bytes

__all__ = ["Outcome", "Repair", "examined", "left_behind", "mend", "outcome_of"]

_BATCH: Final = 8  # files that a process takes at a time


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of all files: the shape of `check --json`, schema 1.

    `skipped` are files that are no cassettes, `failed` the errors of those that could not be
    examined; `notes` say what could not be told.
    """

    checked: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    fixed: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
    failed: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()

    def counts(self) -> dict[Severity, int]:
        """How many findings there are of each severity."""
        severities = [one.severity for one in self.findings]
        return {level: severities.count(level) for level in SEVERITIES}

    def status(self, fail_on: Severity) -> int:
        """The exit code: 2 if something failed, 1 for findings that are grave enough, else 0."""
        if self.failed:
            return 2
        return int(any(is_at_least(one.severity, fail_on) for one in self.findings))

    def to_dict(self) -> dict[str, Any]:
        """Schema 1: counts, findings, and the paths by what became of them."""
        return {
            "schema": 1,
            "checked": len(self.checked),
            "counts": dict(self.counts()),
            "findings": [one.to_dict() for one in self.findings],
            "fixed": list(self.fixed),
            "skipped": list(self.skipped),
            "failed": [{"path": path, "error": error} for path, error in self.failed],
            "notes": list(self.notes),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """What may be mended: comments, and cut points of bodies that were edited by hand."""

    comments: bool = False
    cuts: bool = False


def examined(sources: Sequence[Source], terms: Terms, *, jobs: int = 1) -> Iterator[Examined]:
    """Each file's outcome, in the order of the files; `jobs` processes share them."""
    look: Callable[[Source], Examined] = partial(examine, terms=terms)
    if jobs <= 1 or len(sources) <= _BATCH:
        yield from map(look, sources)
        return
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    # not forked: a caller's threads and locks would come along
    with ProcessPoolExecutor(min(jobs, len(sources)), get_context("spawn")) as pool:
        yield from pool.map(look, sources, chunksize=_BATCH)


def outcome_of(
    seen: Iterable[Examined],
    terms: Terms,
    sources: Iterable[Source],
    *,
    extra: Iterable[Finding] = (),
    fixed: tuple[str, ...] = (),
    notes: tuple[str, ...] = (),
) -> Outcome:
    """All of it as one value; `extra` are findings that need more than the file."""
    more: dict[str, list[Finding]] = {}
    for one in extra:
        more.setdefault(one.path, []).append(one)
    by_name = {source.name: source for source in sources}
    seen = tuple(seen)
    findings: list[Finding] = []
    for each in seen:
        findings += each.findings
        findings += counted(by_name[each.path], more.get(each.path, ()), terms)
    return Outcome(
        checked=tuple(one.path for one in seen if one.status == "checked"),
        findings=tuple(findings),
        fixed=fixed,
        skipped=tuple(one.path for one in seen if one.status == "skipped"),
        failed=tuple((one.path, one.error or "") for one in seen if one.status == "failed"),
        notes=(*notes, *_undated(seen)),
    )


def left_behind(directories: Iterable[Path]) -> tuple[str, ...]:
    """A note for each directory in which journals lie that nobody writes to any more."""
    notes = []
    for directory in sorted(set(directories)):
        journals = left_in(directory)
        if journals:
            more = f" and {len(journals) - 1} more" if len(journals) > 1 else ""
            lies = f"{journals[0]}{more}: a journal of a killed recording lies here"
            notes.append(f"{lies}: run `stream-cassette recover`")
    return tuple(notes)


def _undated(seen: Sequence[Examined]) -> Iterator[str]:
    number = sum(one.is_undated for one in seen)
    if number:
        files = "1 cassette holds" if number == 1 else f"{number:,} cassettes hold"
        yield f"{files} no date at all, so that nothing tells how old: max-age passes over them"


def mend(sources: Iterable[Source], repair: Repair) -> tuple[str, ...]:
    """Mend the files on the disk; the names of those that were changed.

    What can't be read, and what is at a revision of git, stays as it is.

    Raises:
        LockTimeout: somebody is recording to one.
        PublishError: the disk refused; that file is untouched.
    """
    changed = []
    for source in sources:
        if source.revision is None and _mended(source, repair):
            changed.append(source.name)
    return tuple(changed)


def _mended(source: Source, repair: Repair) -> bool:
    try:
        before = unpacked(source_bytes(source))
        made = without_cuts(source.name, before) if repair.cuts else before
        if repair.comments or made != before:
            made = with_comments(subject_of(source.name, made))
    except CassetteFileError:
        return False  # the examination says why
    if made != before:
        rewrite(source.path, before, made, holder="stream-cassette check --fix")
    return made != before
