"""`stream-cassette diff`: what changed, for people, pull requests and programs."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias

import click

from stream_cassette.cli._failing import fail
from stream_cassette.comparing import diff_sides
from stream_cassette.diffing.model import DIFF_LEVELS, TreeDiff
from stream_cassette.diffing.rules import Rules, rules_of
from stream_cassette.errors import CassetteNotFound, StreamCassetteError, UsageError
from stream_cassette.store.git import is_revision
from stream_cassette.store.project import project_of
from stream_cassette.store.sources import Side, before_and_now, side_of

__all__ = ["diff"]

Shape: TypeAlias = Literal["text", "json", "markdown", "github"]

_SHAPES: Final[Mapping[str, Shape]] = {
    "as_json": "json",
    "markdown": "markdown",
    "github": "github",
}

_MANY = 20  # files from which on a terminal is shown how far it is
_STYLES: dict[str | None, dict[str, Any]] = {
    None: {},
    "heading": {"bold": True},
    "dim": {"dim": True},
    "removed": {"fg": "red"},
    "added": {"fg": "green"},
}


@click.command()
@click.argument("sides", nargs=-1, metavar="[A] [B]")
@click.option(
    "--level",
    type=click.Choice(DIFF_LEVELS),
    default="conversation",
    show_default=True,
    help="What is compared: what was said and asked for, the frames of the answers, or each byte.",
)
@click.option(
    "--ignore",
    multiple=True,
    metavar="PATH",
    help="A JSON path as differences have them, also with [*] and ..; what is at or below it does "
    "not count. Can be given several times.",
)
@click.option(
    "--include-volatile",
    is_flag=True,
    help="Ids, times, counts, signatures and what else differs from run to run counts as well.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.option("--markdown", is_flag=True, help="A comment for a pull request.")
@click.option("--github", is_flag=True, help="Annotations in a GitHub workflow.")
@click.option(
    "--html",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE.html",
    help="A page that needs nothing else, written besides; needs the extra `report`.",
)
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="Processes for the files of trees; as many as there are cores, one if they are few.",
)
@click.option(
    "--git-setup",
    is_flag=True,
    help="Set up this repository, so that git diff, git log -p and git difftool read cassettes: "
    "those in the directories that are named, or in the project's own, or in every one called "
    "`cassettes`.",
)
def diff(
    sides: tuple[str, ...],
    level: str,
    ignore: tuple[str, ...],
    include_volatile: bool,
    html: Path | None,
    jobs: int | None,
    git_setup: bool,
    **shapes: bool,
) -> None:
    """Show what changed between cassettes.

    A and B are two files, or two directories or globs, whose files are paired by their paths
    below; either may be REV:path of git. One alone is compared with the working tree: REV:path as
    it was at that revision, a path as it was at HEAD. None at all is the project's cassette
    directory.

    What differs between any two runs (ids, times, counts, the cuts and the pace of chunks) does
    not count. Nothing is printed if nothing differs.

    \b
    stream-cassette diff old.yaml new.yaml
    stream-cassette diff HEAD~1:cassettes cassettes
    stream-cassette diff cassettes/weather.yaml
    stream-cassette diff --git-setup

    Exit codes: 0 the same, 1 something differs, 2 something can't be read.
    """
    try:
        if git_setup:
            _set_up(sides)
            return
        rules = rules_of(level, ignore=ignore, whole=include_volatile)
        shape = _shape(shapes)
        tree = _compared(sides, rules, jobs)
        _show(tree, shape, html)
    except StreamCassetteError as error:
        fail("diff", error)
        raise SystemExit(2) from error
    for one in tree.files:
        if one.error is not None:
            fail("diff", one.error)
    raise SystemExit({"same": 0, "changed": 1, "unreadable": 2}[tree.status])


def _compared(arguments: tuple[str, ...], rules: Rules, jobs: int | None) -> TreeDiff:
    left, right = _sides(arguments)
    count = max(len(left.sources), len(right.sources))
    if count < _MANY or not sys.stderr.isatty():
        return diff_sides(left, right, rules, jobs=jobs)
    with click.progressbar(length=count, label="diff", file=sys.stderr) as bar:

        def told(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        return diff_sides(left, right, rules, jobs=jobs, progress=told)


def _shape(asked: Mapping[str, bool]) -> Shape:
    """Raises: UsageError: several were asked for."""
    found = [name for name in _SHAPES if asked[name]]
    if len(found) > 1:
        options = " and ".join(f"--{name.removeprefix('as_')}" for name in found)
        raise UsageError(f"{options} print to the same place: choose one")
    return _SHAPES[found[0]] if found else "text"


def _sides(arguments: tuple[str, ...]) -> tuple[Side, Side]:
    if len(arguments) > 2:
        raise UsageError(
            f"two sides are compared, or one with the working tree; {len(arguments)} given"
        )
    try:
        if len(arguments) == 2:
            return side_of(arguments[0]), side_of(arguments[1])
        return before_and_now(arguments[0]) if arguments else _joined(_directories())
    except CassetteNotFound:
        for one in arguments:
            if not os.path.lexists(one) and ":" not in one and is_revision(Path.cwd(), one):
                raise UsageError(
                    f"{one} is a revision: what is to be compared of it follows a colon, "
                    f"as in {one}:{_example(arguments, one)}"
                ) from None
        raise


def _joined(directories: Sequence[str]) -> tuple[Side, Side]:
    """What HEAD has and what the working tree has of all the directories."""
    pairs = [before_and_now(one) for one in directories]
    if len(pairs) == 1:
        return pairs[0]
    left, right = (
        Side(
            name=", ".join(side.name for side in sides),
            sources=tuple(
                replace(source, relative=f"{Path(one).as_posix()}/{source.relative}")
                for one, side in zip(directories, sides, strict=True)
                for source in side.sources
            ),
            is_tree=True,
        )
        for sides in zip(*pairs, strict=True)
    )
    return left, right


def _directories() -> list[str]:
    """The project's cassette directories. Raises: UsageError: there are none."""
    project = project_of(Path())
    found = [os.path.relpath(one) for one in project.cassette_dirs()]
    if not found:
        raise UsageError(
            f"no A or B, and {project.root} has no {project.cassette_dir or 'cassettes'}: "
            "name two sides, or one that is compared with the working tree"
        )
    return found


def _example(arguments: tuple[str, ...], revision: str) -> str:
    """What may follow the revision's colon, from here: the other side, or the project's own."""
    paths = [one for one in arguments if one != revision and os.path.lexists(one)]
    try:
        path = (paths or _directories())[0]
    except UsageError:
        return "cassettes"
    is_top = (Path.cwd() / ".git").exists()
    return path if is_top or path.startswith(".") else f"./{path}"


def _show(tree: TreeDiff, shape: Shape, html: Path | None) -> None:
    if html is not None:
        from stream_cassette.report.html import html_report
        from stream_cassette.store.written import PAGE, write_whole

        page = html_report((), diffs=tree, title=f"{tree.left} → {tree.right}")
        write_whole(html, page, begins=PAGE)
    if shape == "json":
        click.echo(json.dumps(tree.to_dict()))
    elif shape == "markdown":
        from stream_cassette.report.diff_markdown import diff_markdown

        click.echo(diff_markdown(tree), nl=False)
    elif shape == "github":
        from stream_cassette.report.diff_github import diff_annotations

        for line in diff_annotations(tree):
            click.echo(line)
    else:
        _say(tree)


def _say(tree: TreeDiff) -> None:
    from stream_cassette.report.diff_terminal import diff_rows

    for row in diff_rows(tree):
        click.echo("".join(click.style(piece.text, **_STYLES[piece.style]) for piece in row))


def _set_up(paths: tuple[str, ...]) -> None:
    from stream_cassette.store.git_setup import set_up

    for line in set_up(Path.cwd(), paths):
        click.echo(line)
