"""A diff as Markdown for a comment on a pull request: a line for each file, the rest folded away.

What was recorded stands in fenced blocks, whose fence is longer than any run of backticks in them,
so that it can't end one; names stand in code spans. GitHub takes 65,536 characters: what goes
beyond the limit is counted, not shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from stream_cassette.cassette.visible import visible
from stream_cassette.comparison.match import Divergence
from stream_cassette.diffing.model import (
    CassetteDiff,
    ConversationDiff,
    InteractionDiff,
    TreeDiff,
)
from stream_cassette.report.diff_values import (
    counts_in_words,
    heading_of,
    is_prose,
    name_of,
    pace_in_words,
    said_by,
    status_words,
    value_in_words,
)
from stream_cassette.report.diff_words import excerpts, left_out

__all__ = ["LIMIT", "diff_markdown"]

LIMIT = 60_000  # characters; GitHub's own is 65,536, and a bot may put a line of its own before

_MOST = 30  # differences shown of a conversation
_PLACES = 96  # places of texts shown of all of them together
_TICKS = re.compile(r"`+")


def diff_markdown(tree: TreeDiff, limit: int = LIMIT) -> str:
    """The comment, ending in a line end; empty if nothing differs. At most `limit` characters."""
    if tree.status == "same":
        return ""
    changed = [one for one in tree.files if one.status != "same"]
    sides = f"{_code(visible(tree.left))} → {_code(visible(tree.right))}"
    head = f"### Cassettes: {counts_in_words(tree)}\n\n{sides}\n\n"
    blocks: list[str] = []
    room = limit - len(head) - 200  # for the line that says what is left out
    for one in changed:
        whole = _file(one)
        block = whole if len(whole) <= room else _short(one)
        if len(block) > room:
            break
        blocks.append(block)
        room -= len(block)
    left = len(changed) - len(blocks)
    more = f"… and {left} more files: `stream-cassette diff` shows them.\n" if left else ""
    return head + "".join(blocks) + more


def _short(one: CassetteDiff) -> str:
    count = len(one.differences)
    return (
        f"- {_code(name_of(one))} · {status_words(one)} · {count} differences, too long to show\n"
    )


def _file(one: CassetteDiff) -> str:
    title = f"{_code(name_of(one))} · {status_words(one)}"
    lines = list(_lines(one))
    if not lines:
        return f"- {title}\n"
    text = "\n".join(lines)
    fence = "`" * max(3, 1 + max(map(len, _TICKS.findall(text)), default=0))
    summary = f"<summary>{_html(name_of(one))} · {status_words(one)}</summary>"
    return f"<details>{summary}\n\n{fence}diff\n{text}\n{fence}\n\n</details>\n\n"


def _lines(one: CassetteDiff) -> Iterator[str]:
    """The inside of a block that is coloured as a diff: by the first character of a line."""
    if one.error is not None:
        yield f"! {visible(one.error)}"
    if one.status in ("added", "removed"):  # what it says, the file itself shows
        for part in one.parts:
            yield from _titled(part)
        return
    for talk in one.conversations:
        if talk.status != "same":
            yield from _titled(talk)
            yield from _conversation(talk)
    for plain in one.interactions:
        if plain.status != "same":
            yield from _titled(plain)
            yield from _listed(plain.differences)
            yield from _pace(plain)


def _titled(one: ConversationDiff | InteractionDiff) -> Iterator[str]:
    sign = {"added": "+", "removed": "-"}.get(one.status)
    said = f"{heading_of(one)} · {one.status}" if sign else heading_of(one)
    yield f"{sign} {said}" if sign else f"@@ {said} @@"


def _conversation(talk: ConversationDiff) -> Iterator[str]:
    if talk.status != "changed":
        for turn in talk.turns:
            message = turn.right or turn.left
            sign = "+" if talk.status == "added" else "-"
            if message is not None:
                said = " · ".join(said_by(message, 120))
                yield f"{sign} {visible(message.role)}: {said}"
        return
    yield from _listed(talk.differences)
    yield from _pace(talk)


def _pace(one: ConversationDiff | InteractionDiff) -> Iterator[str]:
    words = pace_in_words(one.pace)
    if words:
        yield f"  ({words})"


def _listed(found: Sequence[Divergence]) -> Iterator[str]:
    # few texts are shown at length, so that many fit into the comment
    most = max(2, min(12, _PLACES // max(1, len(found))))
    for one in found[:_MOST]:
        yield f"  {visible(one.path)}"
        sides, more = _sides(one, most)
        for left, right in sides:
            if one.kind != "right_only":
                yield f"- {left}"
            if one.kind != "left_only":
                yield f"+ {right}"
        if more:
            yield f"  {left_out(more)}"
    if len(found) > _MOST:
        yield f"  … and {len(found) - _MOST} more"


def _sides(one: Divergence, most: int) -> tuple[list[tuple[str, str]], int]:
    """What is shown of both sides, place by place, and how many places are not shown."""
    if is_prose(one):
        return excerpts(str(one.left), str(one.right), most)
    return [(value_in_words(one.left, 400), value_in_words(one.right, 400))], 0


def _code(text: str) -> str:
    ticks = "`" * (1 + max(map(len, _TICKS.findall(text)), default=0))
    blank = " " if "`" in text else ""
    return f"{ticks}{blank}{text}{blank}{ticks}"


def _html(text: str) -> str:
    """A name inside HTML: no markup, and none of Markdown's either."""
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"<code>{re.sub(r'([`*_~|@#])', lambda m: f'&#{ord(m[1])};', escaped)}</code>"
