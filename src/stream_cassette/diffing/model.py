"""What changed, as values: a tree of files, a cassette, its conversations, its interactions.

All are frozen and can be sent between processes. `to_dict()` is the JSON of `diff --json`, whose
shape has the number SCHEMA; members may be added to it without a new number.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias, get_args

from stream_cassette.comparison.match import Divergence
from stream_cassette.conversation.model import Message

__all__ = [
    "DIFF_LEVELS",
    "SCHEMA",
    "CassetteDiff",
    "ConversationDiff",
    "DiffLevel",
    "FileStatus",
    "InteractionDiff",
    "Pace",
    "Status",
    "TreeDiff",
    "Turn",
]

SCHEMA: Final = 1

DiffLevel: TypeAlias = Literal["conversation", "frames", "bytes"]
DIFF_LEVELS: Final[tuple[DiffLevel, ...]] = get_args(DiffLevel)

Status: TypeAlias = Literal["same", "changed", "added", "removed"]
FileStatus: TypeAlias = Literal["same", "changed", "added", "removed", "renamed", "unreadable"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """How the answers came, in pairs (left, right); none of it is a difference by itself.

    `chunks` is their number, None where cut points are unknown; `cuts_differ` says that the bytes
    of some answer were cut elsewhere. `total_ms` is the time of the last chunk and `head_ms` that
    of the response head, each summed over the answers, None where it is not known. `tokens` are
    the counts in words, as `424 in, 110 out`, "" where there are none.
    """

    chunks: tuple[int | None, int | None] = (None, None)
    cuts_differ: bool = False
    total_ms: tuple[float | None, float | None] = (None, None)
    head_ms: tuple[float | None, float | None] = (None, None)
    tokens: tuple[str, str] = ("", "")

    def to_dict(self) -> dict[str, Any]:
        """All members, pairs as lists."""
        return {
            "chunks": list(self.chunks),
            "cuts_differ": self.cuts_differ,
            "total_ms": list(self.total_ms),
            "head_ms": list(self.head_ms),
            "tokens": list(self.tokens),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A message of the left conversation beside the one of the right one that it is.

    None is where only the other side has it. `place` is its number in the left conversation (in
    the right one where only that has it), as the paths of `differences` count: neighbours of one
    role are one message. `differences` are those inside it.
    """

    status: Status
    place: int
    left: Message | None
    right: Message | None
    differences: tuple[Divergence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversationDiff:
    """A conversation of both sides, or of one where it was added or removed.

    `left` and `right` are its numbers in the cassettes, None where there is none, and
    `left_interactions` and `right_interactions` the places of its interactions. `title` says who
    spoke and about what. `differences` are all that count, with paths below `messages` (what was
    said), `requests` (what else was asked for, and what was carried back of the conversation) and
    `exchanges` (how the answers ended); `turns` has the messages in order, none where the status
    is `same`.
    """

    status: Status
    left: int | None
    right: int | None
    left_interactions: tuple[int, ...] = ()
    right_interactions: tuple[int, ...] = ()
    title: str = ""
    differences: tuple[Divergence, ...] = ()
    turns: tuple[Turn, ...] = ()
    pace: Pace = Pace()

    def to_dict(self) -> dict[str, Any]:
        """Numbers, places, title, differences, pace; the turns' differences are among them."""
        return {
            "status": self.status,
            "left": self.left,
            "right": self.right,
            "left_interactions": list(self.left_interactions),
            "right_interactions": list(self.right_interactions),
            "title": self.title,
            "differences": [one.to_dict() for one in self.differences],
            "pace": self.pace.to_dict(),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class InteractionDiff:
    """An interaction of both sides, or of one.

    At the level `conversation` those that are part of no conversation, else all. `left` and `right`
    are its places in the cassettes. Paths of `differences` lie below `request` and `response`.
    """

    status: Status
    left: int | None
    right: int | None
    method: str
    url: str
    differences: tuple[Divergence, ...] = ()
    pace: Pace = Pace()

    def to_dict(self) -> dict[str, Any]:
        """All members."""
        return {
            "status": self.status,
            "left": self.left,
            "right": self.right,
            "method": self.method,
            "url": self.url,
            "differences": [one.to_dict() for one in self.differences],
            "pace": self.pace.to_dict(),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class CassetteDiff:
    """Two cassettes compared, or what is known of one that has no other.

    `left` and `right` are what they are called, None on the side that has none. `path` is where
    they are below the trees (the new place, where it was renamed), or the right one's name.
    `renamed` may have differences as well. `error` says why one of them is `unreadable`.
    """

    left: str | None
    right: str | None
    path: str
    level: DiffLevel = "conversation"
    status: FileStatus = "same"
    conversations: tuple[ConversationDiff, ...] = ()
    interactions: tuple[InteractionDiff, ...] = ()
    error: str | None = None

    @property
    def differences(self) -> tuple[Divergence, ...]:
        """Those of all conversations and interactions."""
        return tuple(one for each in self.parts for one in each.differences)

    @property
    def has_changes(self) -> bool:
        """Whether some conversation or interaction is not the same."""
        return any(one.status != "same" for one in self.parts)

    @property
    def parts(self) -> tuple[ConversationDiff | InteractionDiff, ...]:
        """The conversations, then the interactions."""
        return (*self.conversations, *self.interactions)

    def to_dict(self) -> dict[str, Any]:
        """All members."""
        return {
            "path": self.path,
            "left": self.left,
            "right": self.right,
            "level": self.level,
            "status": self.status,
            "conversations": [one.to_dict() for one in self.conversations],
            "interactions": [one.to_dict() for one in self.interactions],
            "error": self.error,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeDiff:
    """Files compared, in the order of their paths; a diff of two files has one.

    `left` and `right` are what was named.
    """

    left: str
    right: str
    level: DiffLevel = "conversation"
    files: tuple[CassetteDiff, ...] = ()

    @property
    def status(self) -> Literal["same", "changed", "unreadable"]:
        """`unreadable` where some file is, `changed` where one is anything but `same`."""
        found = {one.status for one in self.files}
        if "unreadable" in found:
            return "unreadable"
        return "changed" if found - {"same"} else "same"

    def to_dict(self) -> dict[str, Any]:
        """`{"schema": 1, "left", "right", "level", "status", "counts", "files"}`.

        `counts` has the number of files of each status that there is.
        """
        counts: dict[str, int] = {}
        for one in self.files:
            counts[one.status] = counts.get(one.status, 0) + 1
        return {
            "schema": SCHEMA,
            "left": self.left,
            "right": self.right,
            "level": self.level,
            "status": self.status,
            "counts": counts,
            "files": [one.to_dict() for one in self.files],
        }
