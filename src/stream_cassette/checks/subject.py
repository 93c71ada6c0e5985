"""A cassette under examination: its file's bytes, and what several rules ask of it, made once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Final

from stream_cassette.cassette.model import Cassette
from stream_cassette.checks.finding import Finding, Severity
from stream_cassette.checks.rules import RULES
from stream_cassette.comments import comment_of
from stream_cassette.conversation.model import Exchange, History
from stream_cassette.errors import DialectError
from stream_cassette.formats._registry import pieces
from stream_cassette.formats._yaml_lines import interaction_lines, interaction_starts
from stream_cassette.meaning import told_of

__all__ = ["AnyTag", "Subject", "Told"]

Told = tuple[History, Exchange]

_OURS: Final = re.compile(rb"^stream_cassette:", re.MULTILINE)
_HEAD: Final = 4096


class Subject:
    """`data` are the bytes of the file, unpacked; `path` is what it is called."""

    def __init__(self, path: str, data: bytes, cassette: Cassette) -> None:
        self.path = path
        self.data = data
        self.cassette = cassette
        self.failed: dict[int, str] = {}

    @cached_property
    def is_ours(self) -> bool:
        """Whether the file is of our own writer, and so has comments and can be compared."""
        return self.cassette.format == "vcr" and _OURS.search(self.data, 0, _HEAD) is not None

    @cached_property
    def lines(self) -> tuple[int, ...]:
        """The line of each interaction; none where they can't be told."""
        return interaction_lines(self.data, len(self.cassette.interactions))

    @cached_property
    def starts(self) -> tuple[int, ...]:
        """The offset in bytes of each of those lines."""
        known = interaction_starts(self.data, len(self.cassette.interactions))
        if known:
            return known
        starts, line, at = [], 1, 0
        for wanted in self.lines:
            while line < wanted:
                at = self.data.index(b"\n", at) + 1
                line += 1
            starts.append(at)
        return tuple(starts)

    @cached_property
    def is_as_written(self) -> bool:
        """Whether our writer would write these very bytes, comments included.

        So it is with nearly every file; then nothing that is written has to be looked at.
        """
        if not self.is_ours:
            return False
        interactions = zip(self.cassette.interactions, self.told, strict=True)
        texts = [comment_of(number, *pair) for number, pair in enumerate(interactions)]
        at = 0
        for piece in pieces(self.cassette, comments=texts):
            if not self.data.startswith(piece, at):
                return False
            at += len(piece)
        return at == len(self.data)

    @cached_property
    def told(self) -> tuple[Told | None, ...]:
        """What each request carried and was answered; None where no dialect reads it.

        Where a dialect fails it is None, and `failed` has the words.
        """
        return tuple(self._told())

    def finding(
        self,
        rule: str,
        message: str,
        *,
        interaction: int | None = None,
        line: int | None = None,
        severity: Severity | None = None,
    ) -> Finding:
        """A finding about this file; its line is the interaction's unless another is given."""
        if line is None and interaction is not None and self.lines:
            line = self.lines[interaction]
        return Finding(
            rule=rule,
            severity=severity or RULES[rule].severity,
            path=self.path,
            interaction=interaction,
            line=line,
            message=message,
            remedy=RULES[rule].remedy,
        )

    def findings(self, rule: str, messages: Iterable[tuple[int, str]]) -> Iterator[Finding]:
        """A finding for each interaction that there is something to say of."""
        for index, message in messages:
            yield self.finding(rule, message, interaction=index)

    def _told(self) -> Iterator[Told | None]:
        for index, one in enumerate(self.cassette.interactions):
            try:
                yield told_of(one)
            except DialectError as error:
                self.failed[index] = str(error)
                yield None


class AnyTag(frozenset[str]):
    """Has every tag: for a second look at YAML that has been read before."""

    def __contains__(self, tag: object) -> bool:
        return True
