"""`stream-cassette check`: what a gate wants to know of cassettes."""

from __future__ import annotations

import json
import os
import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import click

from stream_cassette.cassette.redact import Redaction, redaction_of
from stream_cassette.checks.examine import Terms
from stream_cassette.checks.orphans import notes_on, orphans
from stream_cassette.checks.rules import RULES
from stream_cassette.checks.run import Outcome, Repair, examined, left_behind, mend, outcome_of
from stream_cassette.checks.settings import Settings, settings_of
from stream_cassette.cli._failing import fail
from stream_cassette.cli._progress import tracked
from stream_cassette.errors import StreamCassetteError, UsageError
from stream_cassette.store.collected import collected
from stream_cassette.store.project import Project, project_of
from stream_cassette.store.sources import Source, sources_in
from stream_cassette.store.written import JUNIT, SARIF, check_replaceable, write_whole

__all__ = ["check"]

_SCHEMA = 1
_FILES_A_JOB = 200  # below that a second process costs more than it gains
_STYLES: dict[str | None, dict[str, Any]] = {
    None: {},
    "error": {"fg": "red"},
    "warning": {"fg": "yellow"},
    "info": {},
    "dim": {"dim": True},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reports:
    """Where the outcome goes, besides the exit code."""

    as_json: bool
    github: bool
    junit: Path | None
    sarif: Path | None


@click.command()
@click.argument("paths", nargs=-1)
@click.option("--select", multiple=True, metavar="RULES", help="Only these rules or families.")
@click.option("--ignore", multiple=True, metavar="RULES", help="Not these; separated by commas.")
@click.option("--severity", multiple=True, metavar="RULE=LEVEL", help="error, warning or info.")
@click.option("--fail-on", metavar="LEVEL", help="Exit with 1 from this level on: warning.")
@click.option("--max-age", metavar="AGE", help="Recordings may be this old: 90d, 12w, 6m, 1y.")
@click.option("--name", "names", multiple=True, help="A header or field that is a secret too.")
@click.option("--pattern", "patterns", multiple=True, help="A regular expression for secrets.")
@click.option("--orphans", "seeks_orphans", is_flag=True, help="Find cassettes no test uses.")
@click.option("--tests", metavar="ARGS", help="What pytest is to collect; implies --orphans.")
@click.option("--fix", is_flag=True, help="Renew comments first; never a body.")
@click.option("--fix-cuts", is_flag=True, help="Drop cut points that contradict their body.")
@click.option("--jobs", type=click.IntRange(min=1), metavar="N", help="Processes; by the files.")
@click.option("--junit", type=click.Path(path_type=Path), metavar="FILE", help="JUnit XML.")
@click.option("--sarif", type=click.Path(path_type=Path), metavar="FILE", help="SARIF 2.1.0.")
@click.option("--github", is_flag=True, help="Print annotations for GitHub's log.")
@click.option("--json", "as_json", is_flag=True, help="Print the outcome as JSON.")
@click.option("--list-rules", is_flag=True, help="Print every rule, and stop.")
def check(paths: tuple[str, ...], list_rules: bool, **options: Any) -> None:
    """Check cassettes: that they load, are what they say, hold no secret, and are in use.

    PATHS are cassettes, directories to look below, globs, or REV:path of git; without any, those
    of `paths` in the configuration, or the project's cassette directory.

    `[tool.stream-cassette.check]` in pyproject.toml takes the same: select, ignore, severity,
    per-file-ignores, fail-on, max-age, names, patterns, orphans, tests, paths, jobs. Options go
    over it.
    """
    if list_rules:
        _list(options["as_json"])
        return
    reports = _Reports(**{name: options.pop(name) for name in _Reports.__slots__})
    try:
        if reports.as_json and reports.github:
            raise UsageError("--json and --github both print to the same place: choose one")
        for path, begins in ((reports.junit, JUNIT), (reports.sarif, SARIF)):
            if path is not None:
                check_replaceable(path, begins)
        project = project_of(Path())
        outcome, settings = _run(paths, project, **options)
        _say(outcome, settings, reports, project.repository)
    except StreamCassetteError as error:
        fail("check", error)
        raise SystemExit(2) from error
    raise SystemExit(outcome.status(settings.fail_on))


def _run(
    paths: tuple[str, ...],
    project: Project,
    *,
    seeks_orphans: bool,
    tests: str | None,
    fix: bool,
    fix_cuts: bool,
    jobs: int | None,
    **rules: Any,
) -> tuple[Outcome, Settings]:
    table = project.table("check")
    settings = settings_of(table, **_split(rules))
    named = _paths(paths, table, project)
    sources = sources_in(named)
    asked = tests if tests is not None else _tests(table)
    seeks = seeks_orphans or tests is not None or bool(asked) or _flag(table, "orphans")
    used = collected(project.root, shlex.split(asked or "")) if seeks else None
    fixed = mend(sources, Repair(comments=fix, cuts=fix_cuts)) if fix or fix_cuts else ()
    terms = Terms(
        settings=settings,
        redaction=_redaction(settings),
        now=datetime.now(UTC),
        root=project.root.as_posix(),
    )
    number = jobs or _jobs(table, len(sources))
    seen = tuple(tracked(examined(sources, terms, jobs=number), "check", len(sources)))
    left = left_behind(_directories(named, sources))
    if all(one.status == "skipped" for one in seen):
        raise UsageError(_nothing(named, len(seen), left))
    checked = {one.path for one in seen if one.status == "checked"}
    there = [one for one in sources if one.name in checked]
    unused = tuple(orphans(there, used)) if used is not None else ()
    notes = (*left, *(notes_on(used) if used is not None else ()))
    return outcome_of(seen, terms, sources, extra=unused, fixed=fixed, notes=notes), settings


def _directories(named: Iterable[str], sources: Iterable[Source]) -> set[Path]:
    """Where recordings to what is checked would leave something."""
    there = {one.path.parent for one in sources if one.revision is None}
    return there | {path for path in map(Path, named) if path.is_dir()}


def _nothing(named: Sequence[str], passed_over: int, notes: Iterable[str]) -> str:
    files = f" (other files passed over: {passed_over:,})" if passed_over else ""
    text = f"nothing was checked: there is no cassette in {', '.join(named)}{files}"
    return "; ".join((text, *notes))


def _redaction(settings: Settings) -> Redaction:
    """What is a secret: what a recording would mask, and what `redact` is told to."""
    names = settings.names
    known = redaction_of({"headers": names, "query": names, "fields": names})
    return known.extended(patterns=settings.patterns).with_environment(os.environ)


def _split(rules: Mapping[str, Any]) -> dict[str, Any]:
    """Rules may be given at once: `--select a,b`."""
    return {
        name: [part.strip() for one in value for part in one.split(",") if part.strip()]
        if name in ("select", "ignore", "severity")
        else value
        for name, value in rules.items()
    }


def _paths(paths: tuple[str, ...], table: Mapping[str, Any], project: Project) -> list[str]:
    """What is to be checked. Raises: UsageError: nothing was named, and nothing is there."""
    if paths:
        return list(paths)
    named = table.get("paths", [])
    named = [named] if isinstance(named, str) else named
    if not isinstance(named, list) or not all(isinstance(one, str) for one in named):
        raise UsageError(f"[tool.stream-cassette.check]: paths is a list, not {named!r}")
    found = [_near(project.root / one) for one in named]
    found = found or [_near(one) for one in project.cassette_dirs()]
    if not found:
        where = project.cassette_dir or "cassettes"
        raise UsageError(f"no PATHS, and {project.root} has no {where}: name what is to be checked")
    return found


def _near(path: Path) -> str:
    """The path as people here write it."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def _tests(table: Mapping[str, Any]) -> str | None:
    value = table.get("tests")
    if value is None or isinstance(value, str):
        return value
    raise UsageError(f"[tool.stream-cassette.check]: tests is pytest's arguments, not {value!r}")


def _flag(table: Mapping[str, Any], key: str) -> bool:
    value = table.get(key, False)
    if isinstance(value, bool):
        return value
    raise UsageError(f"[tool.stream-cassette.check]: {key} is true or false, not {value!r}")


def _jobs(table: Mapping[str, Any], files: int) -> int:
    value = table.get("jobs")
    if value is None:
        return max(1, min(os.cpu_count() or 1, files // _FILES_A_JOB))
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return value
    raise UsageError(f"[tool.stream-cassette.check]: jobs is a number from 1 on, not {value!r}")


def _say(outcome: Outcome, settings: Settings, reports: _Reports, root: Path) -> None:
    if reports.junit is not None:
        from stream_cassette.report.findings_junit import findings_junit

        junit = findings_junit(outcome, fail_on=settings.fail_on, root=root)
        write_whole(reports.junit, junit, begins=JUNIT)
    if reports.sarif is not None:
        from stream_cassette.report.findings_sarif import findings_sarif

        log = findings_sarif(outcome, root=root, version=version("stream-cassette"))
        write_whole(reports.sarif, json.dumps(log, indent=1) + "\n", begins=SARIF)
    if reports.as_json:
        click.echo(json.dumps(outcome.to_dict()))
    elif reports.github:
        from stream_cassette.report.findings_github import findings_github

        for line in findings_github(outcome, root=root):
            click.echo(line)
    else:
        from stream_cassette.report.findings_terminal import findings_lines

        for text, style in findings_lines(outcome):
            click.secho(text, **_STYLES[style])
    for _, error in outcome.failed:
        fail("check", error)


def _list(as_json: bool) -> None:
    from stream_cassette.report.findings_terminal import rules_lines

    if as_json:
        rules = [rule.to_dict() for rule in RULES.values()]
        click.echo(json.dumps({"schema": _SCHEMA, "rules": rules}))
        return
    for text, style in rules_lines():
        click.secho(text, **_STYLES[style])
