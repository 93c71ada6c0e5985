"""`stream-cassette report`: cassettes, and what changed, as one HTML file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from stream_cassette.api import load_source
from stream_cassette.cassette.model import Cassette
from stream_cassette.cli._failing import fail
from stream_cassette.cli._progress import tracked
from stream_cassette.comparing import diff_sides
from stream_cassette.diffing.model import TreeDiff
from stream_cassette.diffing.rules import rules_of
from stream_cassette.errors import NotACassette, StreamCassetteError, UsageError
from stream_cassette.store.sources import Source, side_of, sources_in
from stream_cassette.store.written import PAGE, check_replaceable, write_whole

__all__ = ["report"]

_SCHEMA = 1


@click.command()
@click.argument("paths", nargs=-1)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("stream-cassette.html"),
    show_default=True,
    metavar="FILE.html",
    help="Where the page is written.",
)
@click.option("--title", default=None, help="What the page is called; the paths if not given.")
@click.option(
    "--diff",
    "pairs",
    type=(str, str),
    multiple=True,
    metavar="A B",
    help="What changed from A to B, two files or trees, as well. Can be given several times.",
)
@click.option("--json", "as_json", is_flag=True, help="Print what was written as JSON.")
def report(
    paths: tuple[str, ...],
    output: Path,
    title: str | None,
    pairs: tuple[tuple[str, str], ...],
    as_json: bool,
) -> None:
    """Write cassettes as one HTML file: what was said, when the chunks came, what went wrong.

    PATHS are cassettes of any format that can be read, directories to look below, globs, or
    REV:path of git. The file needs no network and no other file. It needs the extra `report`.
    """
    try:
        if not paths and not pairs:
            raise UsageError("nothing to report: name a cassette, a directory or a glob")
        check_replaceable(output, PAGE)
        sources = sources_in(paths)
        diffs = [diff_sides(side_of(a), side_of(b), rules_of("conversation")) for a, b in pairs]
        unreadable: list[tuple[str, str]] = []
        named = paths or [f"{a} → {b}" for a, b in pairs]
        page = _page(sources, unreadable, title or _title(named), diffs)
        size = write_whole(output, page, begins=PAGE)
    except StreamCassetteError as error:
        fail("report", error)
        raise SystemExit(2) from error
    failed = [why for _, why in unreadable]
    failed += [one.error for tree in diffs for one in tree.files if one.error is not None]
    for why in failed:
        fail("report", why)
    if as_json:
        told = {"schema": _SCHEMA, "path": str(output), "size_bytes": size, "unreadable": failed}
        click.echo(json.dumps(told))
    else:
        click.echo(f"{output}: {size:,} bytes")
    raise SystemExit(2 if failed else 0)


def _page(
    sources: Sequence[Source],
    unreadable: list[tuple[str, str]],
    title: str,
    diffs: Sequence[TreeDiff],
) -> str:
    from stream_cassette.report.html import html_report

    found = _cassettes(sources, unreadable)
    return html_report(found, diffs=diffs, title=title, unreadable=unreadable)


def _cassettes(
    sources: Sequence[Source], unreadable: list[tuple[str, str]]
) -> Iterator[tuple[str, Cassette]]:
    """Names and cassettes; files that were found below and are none are passed over."""
    for source in tracked(sources, "report"):
        try:
            yield source.name, load_source(source)
        except NotACassette as error:
            if source.is_named:
                unreadable.append((source.name, str(error)))
        except StreamCassetteError as error:
            unreadable.append((source.name, str(error)))


def _title(paths: Sequence[str]) -> str:
    return ", ".join(paths[:3]) + (" …" if len(paths) > 3 else "") or "Cassettes"
