"""`stream-cassette show`: what is in a cassette, for people and for programs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

import click

from stream_cassette.api import load_bytes, load_source
from stream_cassette.cassette.model import Cassette
from stream_cassette.cli._failing import fail
from stream_cassette.errors import NotACassette, StreamCassetteError, UsageError
from stream_cassette.store.sources import Source, source_bytes, sources_in

__all__ = ["show"]

_STYLES: dict[str | None, dict[str, Any]] = {
    None: {},
    "heading": {"bold": True},
    "bad": {"fg": "red"},
    "dim": {"dim": True},
}


@click.command()
@click.argument("paths", nargs=-1, required=True)
@click.option("--frames", is_flag=True, help="Each frame: byte, size, event, data.")
@click.option("--chunks", is_flag=True, help="Each chunk: size, time, first bytes.")
@click.option("--raw", type=int, metavar="N", help="The response body of interaction N, exactly.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object for each cassette, a line.")
@click.option(
    "--textconv",
    is_flag=True,
    help="What was said and asked for, less what differs from run to run: for git diff.",
)
def show(
    paths: tuple[str, ...],
    frames: bool,
    chunks: bool,
    raw: int | None,
    as_json: bool,
    textconv: bool,
) -> None:
    """Show the interactions of cassettes, and what was said in them.

    PATHS are cassettes of any format that can be read, directories to look below, globs, or
    REV:path of git, a file or a directory at a revision.

    Control characters are written out; --raw writes bytes as they are stored: after transfer
    decoding, before content decoding.
    """
    status = 0
    try:
        if raw is not None:
            _write_raw(paths, raw)
            return
        if textconv:
            raise SystemExit(_say_stable(paths))
        for cassette in _cassettes(paths):
            if isinstance(cassette, str):
                fail("show", cassette)
                status = 2
            elif as_json:
                _say_json(cassette)
            else:
                _say(cassette, frames, chunks)
    except StreamCassetteError as error:
        fail("show", error)
        status = 2
    raise SystemExit(status)


def _cassettes(paths: tuple[str, ...]) -> Iterator[Cassette | str]:
    """Each cassette, or why it can't be read; files that were found below and are none are not."""
    for source in sources_in(paths):
        try:
            yield load_source(source)
        except NotACassette as error:
            if source.is_named:
                yield str(error)
        except StreamCassetteError as error:
            yield str(error)


def _write_raw(paths: tuple[str, ...], index: int) -> None:
    """Raises: UsageError: more than one cassette, or no such interaction."""
    found = sources_in(paths)
    if len(found) != 1:
        raise UsageError(f"--raw shows one interaction of one cassette; {len(found)} are named")
    interactions = load_source(found[0]).interactions
    if not 0 <= index < len(interactions):
        raise UsageError(
            f"{found[0].name} has no interaction {index}; it holds {len(interactions)}"
        )
    click.echo(interactions[index].response.body, nl=False)


def _say(cassette: Cassette, frames: bool, chunks: bool) -> None:
    from stream_cassette.report.terminal import shown

    for line in shown(cassette, frames=frames, chunks=chunks):
        click.secho(line.text, **_STYLES[line.style])


def _say_json(cassette: Cassette) -> None:
    from stream_cassette.report.as_json import cassette_json

    click.echo(json.dumps(cassette_json(cassette)))


def _say_stable(paths: tuple[str, ...]) -> int:
    """The exit status. What can't be read may be in the middle of a merge."""
    from stream_cassette.report.stable_text import stable_text

    status = 0
    for source in sources_in(paths):
        try:
            click.echo("\n".join(stable_text(load_source(source))))  # all of it, or nothing
        except StreamCassetteError as error:
            conflicted = _conflicted(source)
            if conflicted is not None:
                click.echo("\n".join(conflicted))
            elif source.is_named or not isinstance(error, NotACassette):
                fail("show", error)
                status = 2
    return status


def _conflicted(source: Source) -> Iterable[str] | None:
    """What both sides of a merge say; None if the file isn't there, or is in no conflict."""
    from stream_cassette.report.conflict_text import conflict_text, regions_text
    from stream_cassette.store.conflict import conflict_in

    try:
        conflict = conflict_in(source_bytes(source))
    except StreamCassetteError:
        return None
    if conflict is None:
        return None
    try:
        sides = [load_bytes(each, source.name) for each in (conflict.left, conflict.right)]
    except StreamCassetteError:
        return regions_text(conflict.regions)
    return conflict_text(sides[0], sides[1], conflict.names)
