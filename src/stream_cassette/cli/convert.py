"""`stream-cassette convert`: cassettes of other tools into ours, and ours into those of others."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from stream_cassette.cassette.redact import DEFAULT
from stream_cassette.cassette.secret_names import Redaction
from stream_cassette.cli._failing import fail
from stream_cassette.cli._progress import tracked
from stream_cassette.converting import (
    Conversion,
    Planned,
    check_free,
    check_writable,
    known_formats,
    planned,
    prepared,
    written,
)
from stream_cassette.errors import CassetteFileError, NotACassette, StreamCassetteError, UsageError

__all__ = ["convert"]

_SCHEMA = 1
_FEW = 6  # interactions that a line lists


@click.command()
@click.argument("sources", nargs=-1)
@click.option("--to", default="", help="The format to write; --list names them.")
@click.option("--output", help="The file to write, or the directory to write into.")
@click.option("--force", is_flag=True, help="Replace files that are there.")
@click.option("--redact", is_flag=True, help="Mask what a recording would mask.")
@click.option("--ascii", is_flag=True, help="Escape everything beyond ASCII.")
@click.option("--dry-run", is_flag=True, help="Write nothing; exit with 1 if something is lost.")
@click.option("--list", "is_list", is_flag=True, help="List the formats, and do nothing else.")
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON.")
def convert(
    sources: tuple[str, ...], output: str | None, is_list: bool, as_json: bool, **options: Any
) -> None:
    """Convert cassettes into another format.

    SOURCES are cassettes of any format that can be read, directories to look below, globs, or
    REV:path of git. Their formats are told by their content. Without --output a new file stands
    beside its source, with the new format's extension (x.govcr.yaml where x.yaml has that already);
    trees keep their shape below --output.
    What a format does not hold is said before a file is written. Nothing that is there is replaced
    without --force, and a file is written whole or not at all.
    """
    if is_list:
        _list(as_json)
        return
    run = _Run(redaction=DEFAULT.with_environment(os.environ), quiet=as_json, **options)
    try:
        if not sources or not run.to:
            raise UsageError("say what to convert, and --to what; --list names the formats")
        check_writable(run.to)
        plan = planned(sources, run.to, output)
        if not plan:
            raise UsageError(f"no cassettes in {', '.join(sources)}")
    except StreamCassetteError as error:
        fail("convert", error)
        raise SystemExit(2) from error
    for one in tracked(plan, "convert"):
        run.take(one)
    run.close()
    raise SystemExit(run.status)


@dataclass(kw_only=True)
class _Run:
    """The options, and what became of each source."""

    to: str
    force: bool
    redact: bool
    ascii: bool
    dry_run: bool
    redaction: Redaction
    quiet: bool
    done: list[dict[str, Any]] = field(default_factory=list)
    skipped: dict[str, str] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    kept: int = 0  # that are in the format already
    targets: dict[Path, str] = field(default_factory=dict)

    @property
    def status(self) -> int:
        """2: something could not be done; 1: a dry run, in which something would be lost."""
        if self.failed or not (self.done or self.kept):
            return 2
        return int(self.dry_run and any(each["lost"] for each in self.done))

    def take(self, one: Planned) -> None:
        """Convert one source; what can't be done is noted."""
        name = one.source.name
        try:
            found = prepared(one, self.to, self.redaction, mask=self.redact)
            if one.is_itself and found.format == self.to and not one.source.is_named:
                self.skipped[name] = f"is {self.to} already"
                self.kept += 1
                return
            if found.target in self.targets:
                other = self.targets[found.target]
                raise CassetteFileError(f"{found.target} is what {other} becomes", path=name)
            self.targets[found.target] = name
            if not self.force:
                check_free(found.target)
            self._say(_notes(found, self.redact))
            size = None
            if not self.dry_run:
                size = written(found, force=self.force, ascii=self.ascii)
            self.done.append({**found.to_dict(), "written_bytes": size})
            self._say([_fate(found, size)])
        except NotACassette as error:
            (self.failed if one.source.is_named else self.skipped)[name] = str(error)
        except StreamCassetteError as error:
            self.failed[name] = str(error)

    def close(self) -> None:
        """Say what is left to say."""
        if self.quiet:
            click.echo(json.dumps(self._as_dict()))
        else:
            skipped = f", {len(self.skipped)} passed over" if self.skipped else ""
            click.echo(f"{_counted(len(self.done), 'cassette')} {self._done_word()}{skipped}")
        if not (self.done or self.kept or self.failed):
            fail("convert", f"no cassettes among {_counted(len(self.skipped), 'file')}")
        for name, what in self.failed.items():
            fail("convert", what if name in what else f"{name}: {what}")

    def _done_word(self) -> str:
        return "would be converted" if self.dry_run else "converted"

    def _say(self, lines: Iterable[str]) -> None:
        for line in () if self.quiet else lines:
            click.echo(line)

    def _as_dict(self) -> dict[str, Any]:
        return {
            "schema": _SCHEMA,
            "to": self.to,
            "dry_run": self.dry_run,
            "files": self.done,
            "skipped": [{"source": name, "why": why} for name, why in self.skipped.items()],
            "failed": [{"source": name, "error": text} for name, text in self.failed.items()],
        }


def _notes(found: Conversion, masks: bool) -> Iterator[str]:
    """What is lost, and what else is to be known, before the file is written."""
    for loss in found.lost:
        yield f"{found.source}: lost in {found.to}: {loss.what} ({_where(loss.interactions)})"
    if found.re_rendered:
        where = _where(found.re_rendered)
        yield f"{found.source}: a body was not kept as bytes, and rendered again ({where})"
    if found.secrets and not masks:
        yield (
            f"{found.source}: holds what a recording would mask ({_where(found.secrets)}); "
            "--redact masks it"
        )


def _fate(found: Conversion, size_bytes: int | None) -> str:
    count = _counted(len(found.cassette.interactions), "interaction")
    size = "not written" if size_bytes is None else f"{size_bytes:,} bytes"
    return f"{found.source} → {found.target}: {found.format} → {found.to}, {count}, {size}"


def _where(interactions: Sequence[int]) -> str:
    """The interactions, the first few by number."""
    listed = ", ".join(str(index) for index in interactions[:_FEW])
    more = f" and {len(interactions) - _FEW} more" if len(interactions) > _FEW else ""
    return f"interaction{'' if len(interactions) == 1 else 's'} {listed}{more}"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _list(as_json: bool) -> None:
    formats = known_formats()
    if as_json:
        click.echo(json.dumps({"schema": _SCHEMA, "formats": formats}))
        return
    for each in formats:
        how = "read, write" if each["write"] else "read"
        click.echo(f"{each['name']:<12}{how:<13}{each['looks_for']}")
