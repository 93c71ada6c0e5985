"""Two cassettes compared at a level: the one place that knows what a level looks at."""

from __future__ import annotations

from dataclasses import replace

from stream_cassette.cassette.bindings import Bindings
from stream_cassette.cassette.model import Cassette
from stream_cassette.diffing.conversations import conversation_diffs
from stream_cassette.diffing.interactions import interaction_diffs
from stream_cassette.diffing.model import CassetteDiff, FileStatus
from stream_cassette.diffing.pairs import Numbered, bindings_of, rebound
from stream_cassette.diffing.rules import Rules
from stream_cassette.diffing.talks import Talk, talks_of

__all__ = ["diff_cassettes"]


def diff_cassettes(left: Cassette | None, right: Cassette | None, rules: Rules) -> CassetteDiff:
    """Where the cassettes differ; what there is of one, where there is no other (None).

    At the level `conversation` interactions that are part of no conversation are compared by their
    frames, so that nothing is passed over. Names and path are the cassettes' own.

    Raises: DialectError, where a third party's dialect contradicts itself.
    """
    one, other = left or Cassette(), right or Cassette()
    bindings = Bindings()
    if rules.level != "bytes" and not rules.whole:
        bindings = bindings_of(one, other)
    again = rebound(other, bindings)
    if rules.level == "conversation":
        talks = talks_of(one, other, rules, bindings)
        conversations = conversation_diffs(*talks, rules)
        plain = _plain(one, talks[0]), _plain(again, talks[1])
    else:
        conversations = ()
        plain = tuple(enumerate(one.interactions)), tuple(enumerate(again.interactions))
    found = CassetteDiff(
        left=None if left is None else left.path or "",
        right=None if right is None else right.path or "",
        path=(right or left or one).path or "",
        level=rules.level,
        conversations=conversations,
        interactions=interaction_diffs(*plain, rules, bindings),
    )
    return replace(found, status=_status(left, right, found))


def _status(left: Cassette | None, right: Cassette | None, found: CassetteDiff) -> FileStatus:
    if left is None or right is None:
        return "added" if left is None else "removed"
    return "changed" if found.has_changes else "same"


def _plain(cassette: Cassette, talks: tuple[Talk, ...]) -> tuple[Numbered, ...]:
    """The interactions that are part of no conversation."""
    spoken = {index for talk in talks for index in talk.conversation.interactions}
    numbered = enumerate(cassette.interactions)
    return tuple((index, one) for index, one in numbered if index not in spoken)
