"""Examine one file: read it, hold it to every rule that is selected."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal, TypeAlias

from stream_cassette.cassette.secret_names import Redaction
from stream_cassette.checks import ages, bodies, commented, echoes, secrets, streams, written
from stream_cassette.checks.finding import Finding
from stream_cassette.checks.rules import RULES
from stream_cassette.checks.settings import Settings
from stream_cassette.checks.subject import Subject
from stream_cassette.errors import (
    CassetteFileError,
    CorruptCassette,
    NewerFormat,
    NotACassette,
    WrongSizes,
)
from stream_cassette.formats import _registry
from stream_cassette.formats._gunzip import unzipped
from stream_cassette.store.sources import Source, source_bytes

__all__ = ["Examined", "Terms", "counted", "examine", "subject_of", "unpacked"]

Status: TypeAlias = Literal["checked", "skipped", "failed"]
Check: TypeAlias = Callable[[Subject], Iterator[Finding]]

_OURS: Final = b"# stream-cassette"
_YAML: Final = (".yaml", ".yml")

# What a file is refused for → the rule; the most exact class first.
_REFUSALS: Final[tuple[tuple[type[CassetteFileError], str], ...]] = (
    (WrongSizes, "sizes"),
    (CorruptCassette, "corrupt"),
    (NewerFormat, "newer-format"),
    (NotACassette, "not-a-cassette"),
)

# The rules that a function speaks for.
_CHECKS: Final[tuple[tuple[frozenset[str], Check], ...]] = (
    (frozenset({"round-trip", "unread-content", "spelling"}), written.written),
    (frozenset({"stale-comments"}), commented.stale_comments),
    (frozenset({"stale-decoded"}), commented.stale_decoded),
    (frozenset({"content-length"}), bodies.content_length),
    (frozenset({"broken-encoding"}), bodies.broken_encoding),
    (frozenset({"re-rendered"}), bodies.re_rendered),
    (frozenset({"unknown-dialect"}), streams.unknown_dialect),
    (frozenset({"unknown-part"}), streams.unknown_part),
    (frozenset({"broken-frame"}), streams.broken_frame),
    (frozenset({"dialect-error"}), streams.dialect_error),
    (frozenset({"incomplete-stream"}), streams.incomplete_stream),
    (frozenset({"ended-early"}), streams.ended_early),
    (frozenset(one for one in RULES if one.startswith("echo-")), echoes.echoed),
    (frozenset({"unordered"}), ages.unordered),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a file is held to: the settings, what is a secret, and what time it is.

    `root` is the project's directory, from which patterns of paths count.
    """

    settings: Settings
    redaction: Redaction
    now: datetime
    root: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """What became of one file. `error` says why it could not be examined.

    `is_undated` is whether its age was asked for, and nothing in it tells.
    """

    path: str
    status: Status
    findings: tuple[Finding, ...] = ()
    error: str | None = None
    size_bytes: int = 0
    is_undated: bool = False


def examine(source: Source, terms: Terms) -> Examined:
    """The findings about one file, in the order of its lines.

    A file that was not named itself, and is no cassette, is passed over. One that can't be read has
    failed where the rule that would say so is left out: nothing else would tell of it.
    """
    try:
        data = source_bytes(source)
    except CassetteFileError as error:
        return Examined(path=source.name, status="failed", error=str(error))
    try:
        subject = subject_of(source.name, data)
    except CassetteFileError as error:
        if isinstance(error, NotACassette) and not _is_meant(source, data):
            return Examined(path=source.name, status="skipped")
        return _unread(source, data, error, terms)
    return Examined(
        path=source.name,
        status="checked",
        findings=counted(source, _found(subject, terms), terms),
        size_bytes=len(data),
        is_undated=_asks_age(terms.settings) and ages.is_undated(subject),
    )


def counted(source: Source, findings: Iterable[Finding], terms: Terms) -> tuple[Finding, ...]:
    """Those that count in the file, as grave as the settings have them, in the order of lines."""
    relative = _relative(source, terms)
    kept = [one for one in findings if terms.settings.wants(one, relative)]
    levels = terms.settings.severities
    graded = [replace(one, severity=levels.get(one.rule, one.severity)) for one in kept]
    return tuple(sorted(graded, key=lambda one: (one.line or 0, one.interaction or 0)))


def _unread(source: Source, data: bytes, error: CassetteFileError, terms: Terms) -> Examined:
    """What there is to say of a file that the reader refuses: why, and secrets in its text."""
    refused = _refused(source.name, error)
    findings = [refused]
    if "secret" in terms.settings.rules:
        findings += secrets.in_text(source.name, data, terms.redaction)
    excused = terms.settings.is_excused(refused.rule, _relative(source, terms))
    is_told = refused.rule in terms.settings.rules or excused
    return Examined(
        path=source.name,
        status="checked" if is_told else "failed",
        findings=counted(source, findings, terms),
        error=None if is_told else str(error.located(path=source.name)),
        size_bytes=len(data),
    )


def _relative(source: Source, terms: Terms) -> str:
    """The path from the project's root, by which patterns of paths go."""
    path = source.path.absolute().as_posix()
    return path.removeprefix(f"{terms.root}/") if terms.root else path


def subject_of(path: str, data: bytes) -> Subject:
    """The cassette in the bytes of a file. Raises: CassetteFileError, where it is refused."""
    return Subject(path, unpacked(data), _registry.read(data))


def unpacked(data: bytes) -> bytes:
    """The bytes of a file that may be gzipped. Raises: CassetteFileError, if it is not whole."""
    return unzipped(io.BytesIO(data)).read()


def _asks_age(settings: Settings) -> bool:
    return "too-old" in settings.rules and settings.max_age is not None


def _found(subject: Subject, terms: Terms) -> Iterator[Finding]:
    wanted = terms.settings.rules
    if not subject.cassette.interactions:
        yield subject.finding("empty-cassette", "the cassette holds no interaction")
    for rules, check in _CHECKS:
        if not wanted.isdisjoint(rules):
            yield from check(subject)
    if not wanted.isdisjoint({"secret", "unmasked"}):
        yield from secrets.secrets(subject, terms.redaction)
    if "too-old" in wanted and terms.settings.max_age is not None:
        yield from ages.too_old(subject, terms.settings.max_age, terms.now)


def _refused(path: str, error: CassetteFileError) -> Finding:
    rule = next((rule for kind, rule in _REFUSALS if isinstance(error, kind)), "corrupt")
    return Finding(
        rule=rule,
        severity=RULES[rule].severity,
        path=path,
        interaction=error.interaction,
        line=error.line,
        message=error.what,
        remedy=error.hint or RULES[rule].remedy,
    )


def _is_meant(source: Source, data: bytes) -> bool:
    """Whether a file that is no cassette should be one: it was named, or says so, or is empty."""
    empty = source.name.endswith(_YAML) and not data.strip()
    return source.is_named or empty or data.startswith(_OURS)
