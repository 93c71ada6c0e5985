"""`stream-cassette recover`: cassettes out of what killed recordings left behind."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import click

from stream_cassette.api import recover as recover_one
from stream_cassette.cli._failing import fail
from stream_cassette.errors import StreamCassetteError
from stream_cassette.store.recover import Recovered, journals_in

__all__ = ["recover"]

_SCHEMA = 1


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--replace", is_flag=True, help="Replace the cassette, where there is one.")
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON.")
def recover(paths: tuple[Path, ...], replace: bool, dry_run: bool, as_json: bool) -> None:
    """Make cassettes of the journals that killed recordings left behind.

    PATHS are journals (.NAME.PID-XXXX.journal), cassettes, or directories to look below; without
    any, the current directory. What was recorded whole comes back whole; an exchange that was cut
    short ends where it was. A cassette that is there stays, and the recovered one goes beside it
    as NAME.recovered.yaml, unless --replace is given. The journal goes once that is written.
    """
    done: list[Recovered] = []
    failed: list[str] = []
    try:
        journals = journals_in(paths or (Path(),))
    except StreamCassetteError as error:
        fail("recover", error)
        raise SystemExit(2) from error
    for journal in journals:
        try:
            done.append(recover_one(journal, replace=replace, dry_run=dry_run))
        except StreamCassetteError as error:
            failed.append(str(error))
    if as_json:
        recovered = [one.to_dict() for one in done]
        click.echo(json.dumps({"schema": _SCHEMA, "recovered": recovered, "failed": failed}))
    else:
        for line in _lines(done, dry_run):
            click.echo(line)
    for line in failed:
        fail("recover", line)
    raise SystemExit(2 if failed else 0)


def _lines(done: Iterable[Recovered], dry_run: bool) -> Iterable[str]:
    none = True
    for one in done:
        none = False
        yield f"{one.journal}: {_held(one)}{_fate(one, dry_run)}"
    if none:
        yield "no journals found"


def _held(one: Recovered) -> str:
    if one.path is None:
        return "no exchange had begun"
    plural = "s" if one.interactions > 1 else ""
    cut_short = f" ({one.cut_short} cut short)" if one.cut_short else ""
    return f"{one.interactions} interaction{plural}{cut_short}"


def _fate(one: Recovered, dry_run: bool) -> str:
    if one.path is None:
        return ", would be removed" if dry_run else ", removed"
    return f" → {one.path}" + (" (not written)" if dry_run else "")
