"""Cassettes as values: load a file, write one; what was said in it, and whether that matches.

Functions that need a file take a path as text or `Path`; what they return is frozen.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace as replaced
from pathlib import Path
from typing import TYPE_CHECKING

from stream_cassette.cassette.jsonpath import covers, parse_path
from stream_cassette.cassette.model import Cassette, Interaction
from stream_cassette.cassette.visible import visible
from stream_cassette.cassette.volatile_names import never_counts
from stream_cassette.echoing import echo_findings
from stream_cassette.errors import StreamCassetteWarning, UsageError
from stream_cassette.pipeline import conversations_of, frames_of, has_said_all, readable
from stream_cassette.store.digest import digest
from stream_cassette.store.files import lost_in, publish, read
from stream_cassette.store.recover import Recovered
from stream_cassette.store.recover import recover as salvage
from stream_cassette.store.sources import Source, read_bytes, read_source

if TYPE_CHECKING:
    from stream_cassette.comparison.echo_finding import EchoFinding
    from stream_cassette.comparison.ignore import MatchLevel
    from stream_cassette.comparison.match import Divergence
    from stream_cassette.conversation.chain import Step
    from stream_cassette.conversation.model import Conversation, Exchange

__all__ = [
    "assert_conversations_match",
    "check_echo",
    "compare",
    "dump",
    "exchange_of",
    "fingerprint",
    "frames_of",
    "headline",
    "load",
    "load_bytes",
    "load_source",
    "recover",
    "side_by_side",
    "steps_of",
]


def load(path: str | os.PathLike[str]) -> Cassette:
    """The cassette in the file, whatever known format it has; it can read its `conversations`.

    Raises:
        CassetteNotFound: there is no file.
        CassetteFileError: it can't be read or is no cassette; the message says where and why.
    """
    return replaced(read(Path(path)), reader=conversations_of)


def load_bytes(data: bytes, name: str) -> Cassette:
    """The cassette that the bytes are, of whatever known format; `name` is what errors call it.

    Raises: CassetteFileError: they are no cassette.
    """
    return replaced(read_bytes(data, name), reader=conversations_of)


def load_source(source: Source) -> Cassette:
    """The cassette of a source, on the disk or in a revision of git; as `load` has it.

    Raises: as `load`.
    """
    return replaced(read_source(source), reader=conversations_of)


def dump(
    cassette: Cassette,
    path: str | os.PathLike[str],
    format: str = "vcr",
    *,
    ascii: bool = False,
) -> int:
    """Write the cassette to the file, replacing what is there; the size in bytes.

    `format` is "vcr" (ours, readable by vcrpy) or another format that can be written. `ascii`
    escapes everything beyond ASCII. The file is written aside, read back, compared and renamed.
    What the format does not hold is a StreamCassetteWarning, before anything is written.

    Raises:
        PublishError: it does not read back equal, or the disk refused; the old file is untouched.
        UsageError: the format is unknown, or can only be read.
    """
    if found := lost_in(format, cassette):
        kinds = "; ".join(loss.what for loss in found)
        warnings.warn(f"{path}: lost in {format}: {kinds}", StreamCassetteWarning, stacklevel=2)
    viewed, comments = readable(cassette)
    return publish(Path(path), viewed, format=format, comments=comments, ascii=ascii)


def check_echo(cassette: Cassette) -> tuple[EchoFinding, ...]:
    """What the cassette's requests had to carry back of the answers before them, and did not.

    Signatures and encrypted reasoning, tool calls, their ids and results, by each provider's own
    rules; in the order of the requests. Nothing found: an empty tuple.

    Raises:
        UsageError: something that is no cassette.
    """
    if not isinstance(cassette, Cassette):
        raise UsageError(
            f"checked is a cassette, such as load(path), not a {type(cassette).__name__}"
        )
    return echo_findings(cassette)


def recover(
    journal: str | os.PathLike[str], *, replace: bool = False, dry_run: bool = False
) -> Recovered:
    """Make a cassette of what a recording left behind whose process was killed.

    `journal` is the side file, `.<name>.<pid>-<random>.journal`. The cassette goes to its own
    path if nothing is there, or with `replace`; else to `<name>.recovered.yaml`; then the journal
    is taken away. With `dry_run` nothing is changed.

    Raises:
        JournalError: it is no journal, or its recording still runs.
        CassetteFileError: the cassette can't be read or written; the journal stays.
    """
    return salvage(
        Path(journal),
        is_whole=has_said_all,
        publish=dump,
        environ=os.environ,
        replace_it=replace,
        dry=dry_run,
    )


def fingerprint(path: str | os.PathLike[str]) -> str:
    """The SHA-256 of the file's bytes, in hexadecimal. Raises: OSError."""
    return digest(Path(path))


def exchange_of(interaction: Interaction) -> Exchange | None:
    """What the answer says, accumulated; None if no dialect claims the interaction.

    Raises: DialectError, where a third party's dialect contradicts itself.
    """
    from stream_cassette import meaning

    return meaning.exchange_of(interaction)


def headline(index: int, interaction: Interaction) -> str:
    """The first line of the interaction's comment in a file: what was asked, who answered."""
    from stream_cassette.comments import first_line

    return first_line(index, interaction)


def compare(
    a: Conversation,
    b: Conversation,
    *,
    level: MatchLevel = "structure",
    ignore: Iterable[str] = (),
) -> tuple[Divergence, ...]:
    """Every place where two conversations do not say the same; none if they match.

    `level`: "structure" compares roles, kinds and order of parts, tool names, arguments as JSON
    values, which result answers which call, why messages ended, refusals, errors and the number of
    candidates; "text" what was said, too, with white space folded; "exact" everything but ids,
    times, fingerprints and opaque values. `ignore`: JSON paths as divergences have them, also
    with `[*]` and `..`; what is below them is left out.

    Raises:
        UsageError: no such level, not a path, or something that is no conversation.
    """
    from stream_cassette.comparison import match
    from stream_cassette.comparison.ignore import level_of
    from stream_cassette.conversation.model import Conversation

    for one in (a, b):
        if not isinstance(one, Conversation):
            raise UsageError(
                f"compared are conversations, such as load(path).conversation, not a "
                f"{type(one).__name__}"
            )
    return match.compare(
        a, b, level=level_of(level), ignores=_ignoring(ignore), is_volatile=never_counts
    )


def steps_of(cassette: Cassette) -> tuple[Step, ...]:
    """Each interaction that is part of a conversation, and the one whose answer it goes on from.

    Raises: DialectError, where a third party's dialect contradicts itself or raises.
    """
    from stream_cassette.conversation.chain import chained
    from stream_cassette.meaning import spoken_of

    return chained(spoken_of(cassette.interactions))


def assert_conversations_match(
    *conversations: Conversation, level: MatchLevel = "structure", ignore: Iterable[str] = ()
) -> None:
    """That all conversations say what the first one does; `level` and `ignore` as for `compare`.

    Raises:
        AssertionError: they do not; it lists the differences and shows both sides.
        UsageError: fewer than two conversations, no such level, or not a path.
    """
    from stream_cassette.comparison.explain import explain
    from stream_cassette.comparison.ignore import level_of

    if len(conversations) < 2:
        raise UsageError(f"a match needs two conversations or more; there is {len(conversations)}")
    ignored = (ignore,) if isinstance(ignore, str) else tuple(ignore)
    found = {
        place: differences
        for place, other in enumerate(conversations)
        if place and (differences := compare(conversations[0], other, level=level, ignore=ignored))
    }
    if found:
        raise AssertionError(explain(conversations, found, level=level_of(level), clean=visible))


def side_by_side(
    a: Conversation, b: Conversation, names: tuple[str, str], *, level: MatchLevel = "structure"
) -> list[str]:
    """Both conversations in two columns, with marks where they differ at the level."""
    from stream_cassette.comparison.side_by_side import side_by_side as columns

    found = compare(a, b, level=level)
    return columns(a, b, names, found, level=level, clean=visible)


def _ignoring(paths: Iterable[str]) -> Callable[[Sequence[str | int]], bool]:
    if isinstance(paths, str):
        paths = (paths,)
    known = [parse_path(path) for path in paths]
    return lambda place: any(covers(steps, place) for steps in known)
