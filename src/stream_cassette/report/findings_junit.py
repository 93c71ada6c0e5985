"""Findings as JUnit XML, which every CI shows: a test case for each cassette.

A case has one failure with all findings that are grave enough; the others stand in its output.
Source: the schema of Jenkins's xUnit plugin, junit-10.xsd.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from stream_cassette.cassette.visible import visible
from stream_cassette.checks.finding import Finding, Severity, is_at_least
from stream_cassette.checks.run import Outcome
from stream_cassette.report.findings_place import within

__all__ = ["findings_junit"]

_NAME: Final = "stream-cassette check"
_CLASS: Final = "stream_cassette.check"


def findings_junit(outcome: Outcome, *, fail_on: Severity, root: Path) -> str:
    """The document. A finding of `fail_on` or graver is a failure."""
    by_path: dict[str, list[Finding]] = {path: [] for path in outcome.checked}
    for one in outcome.findings:
        by_path.setdefault(one.path, []).append(one)
    errors = dict(outcome.failed)
    paths = sorted({*by_path, *errors})
    suite = Element("testsuite", name=_NAME)
    failures = sum(
        _case(suite, path, by_path.get(path, []), errors.get(path), fail_on, root) for path in paths
    )
    counts = {"tests": str(len(paths)), "failures": str(failures), "errors": "0"}
    suite.attrib.update(counts)
    suites = Element("testsuites", {"name": _NAME, **counts})
    suites.append(suite)
    indent(suites)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(suites, "unicode") + "\n"


def _case(
    suite: Element,
    path: str,
    findings: Sequence[Finding],
    error: str | None,
    fail_on: Severity,
    root: Path,
) -> bool:
    """Add the file's case; whether it failed."""
    case = SubElement(suite, "testcase", name=visible(within(path, root)), classname=_CLASS)
    grave = [one for one in findings if is_at_least(one.severity, fail_on)]
    if error is not None:
        failure = SubElement(case, "failure", type="unreadable", message=visible(error))
        failure.text = "\n".join([visible(error), *([_text(grave)] if grave else [])])
    elif grave:
        rules = ", ".join(dict.fromkeys(one.rule for one in grave))
        message = f"{len(grave)} finding{'' if len(grave) == 1 else 's'}: {rules}"
        failure = SubElement(case, "failure", type=grave[0].rule, message=message)
        failure.text = _text(grave)
    if slight := [one for one in findings if not is_at_least(one.severity, fail_on)]:
        SubElement(case, "system-out").text = _text(slight)
    return error is not None or bool(grave)


def _text(findings: Sequence[Finding]) -> str:
    return "\n".join(visible(_said(one)) for one in findings)


def _said(one: Finding) -> str:
    places = [f"line {one.line}"] if one.line is not None else []
    places += [f"interaction {one.interaction}"] if one.interaction is not None else []
    where = f"{', '.join(places)}: " if places else ""
    return f"{one.severity} {one.rule}: {where}{one.message}; {one.remedy}"
