"""Rules on what requests carry back: one for each kind of echo finding."""

from __future__ import annotations

from collections.abc import Iterator

from stream_cassette.checks.finding import Finding
from stream_cassette.checks.subject import Subject
from stream_cassette.comparison.echo import check
from stream_cassette.conversation.chain import chained
from stream_cassette.meaning import spoken_in

__all__ = ["echoed"]


def echoed(subject: Subject) -> Iterator[Finding]:
    """`echo-…`: what a request had to carry back, and did not; as grave as the provider has it."""
    for one in check(chained(spoken_in(subject.told))):
        yield subject.finding(
            f"echo-{one.kind}", one.message, interaction=one.interaction, severity=one.severity
        )
