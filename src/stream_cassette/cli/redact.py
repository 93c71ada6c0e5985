"""`stream-cassette redact`: secrets out of cassettes that are already there."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from stream_cassette.cassette.redact import Redaction, redaction_of
from stream_cassette.cli._failing import fail
from stream_cassette.errors import NotACassette, StreamCassetteError
from stream_cassette.redacting import Redacted, redact_file
from stream_cassette.store.find import Found, cassettes_in

__all__ = ["redact"]

_SCHEMA = 1
_MANY = 20  # files from which on a terminal is shown how far it is


class _Outcome:
    """What became of each file."""

    def __init__(self) -> None:
        self.done: list[Redacted] = []
        self.skipped: list[Path] = []
        self.failed: dict[Path, str] = {}

    @property
    def found(self) -> list[Redacted]:
        """The files in which something was."""
        return [one for one in self.done if one.findings]


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--name", "names", multiple=True, help="A header, parameter or field to mask too.")
@click.option("--pattern", "patterns", multiple=True, help="A regular expression to mask too.")
@click.option("--dry-run", is_flag=True, help="Change nothing; exit with 1 if something would be.")
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON.")
def redact(
    paths: tuple[Path, ...],
    names: tuple[str, ...],
    patterns: tuple[str, ...],
    dry_run: bool,
    as_json: bool,
) -> None:
    """Mask the secrets in cassettes, in place.

    PATHS are cassettes, directories to look below, or globs. What is masked is what a recording
    would mask: values by name and by shape, and the values of environment variables whose names
    say secret. A file in which nothing is found stays as it is, byte for byte.
    """
    try:
        redaction = redaction_of({"headers": names, "query": names, "fields": names})
        redaction = redaction.extended(patterns=patterns).with_environment(os.environ)
        found = cassettes_in(paths)
    except StreamCassetteError as error:
        fail("redact", error)
        raise SystemExit(2) from error
    outcome = _run(found, redaction, dry_run)
    if as_json:
        click.echo(json.dumps(_as_dict(outcome, redaction, dry_run)))
    else:
        for line in _lines(outcome, dry_run):
            click.echo(line)
    for path, what in outcome.failed.items():
        text = what if what.startswith(str(path)) else f"{path}: {what}"
        fail("redact", text)
    raise SystemExit(2 if outcome.failed else 1 if dry_run and outcome.found else 0)


def _run(found: Found, redaction: Redaction, dry_run: bool) -> _Outcome:
    outcome = _Outcome()
    for path in _shown(list(found)):
        try:
            outcome.done.append(redact_file(path, redaction, dry_run=dry_run))
        except NotACassette as error:
            if found[path]:
                outcome.failed[path] = str(error)
            else:
                outcome.skipped.append(path)
        except StreamCassetteError as error:
            outcome.failed[path] = str(error)
    return outcome


def _shown(paths: list[Path]) -> Iterable[Path]:
    """The paths, and on a terminal how many of them are done, where there are many."""
    if len(paths) < _MANY:
        return paths
    from rich.console import Console
    from rich.progress import track

    console = Console(stderr=True)
    if not console.is_terminal:
        return paths
    return track(paths, description="redact", console=console, transient=True)


def _as_dict(outcome: _Outcome, redaction: Redaction, dry_run: bool) -> dict[str, object]:
    return {
        "schema": _SCHEMA,
        "dry_run": dry_run,
        "environment": list(redaction.environment_names),
        "files": [one.to_dict() for one in outcome.done],
        "skipped": [str(path) for path in outcome.skipped],
        "failed": [{"path": str(path), "error": text} for path, text in outcome.failed.items()],
    }


def _lines(outcome: _Outcome, dry_run: bool) -> Iterator[str]:
    for one in outcome.found:
        for each in one.findings:
            yield f"{one.path}: interaction {each.interaction}: {each.place}: {each.kind}"
    found = len(outcome.found)
    done = "would be rewritten" if dry_run else "rewritten"
    files = f"{len(outcome.done)} cassette{'' if len(outcome.done) == 1 else 's'}"
    skipped = f", {len(outcome.skipped)} no cassettes" if outcome.skipped else ""
    failed = f", {len(outcome.failed)} failed" if outcome.failed else ""
    yield f"{files} looked at, {found} {done}{skipped}{failed}"
