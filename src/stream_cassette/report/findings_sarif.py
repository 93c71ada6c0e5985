"""Findings as SARIF 2.1.0, which code scanning services take in.

Source: OASIS, Static Analysis Results Interchange Format 2.1.0 (errata 01), 3.13 and on; GitHub
Docs, "SARIF support for code scanning": a region, and fingerprints that outlive other lines.
"""

from __future__ import annotations

from collections import Counter
from hashlib import sha256
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from stream_cassette.cassette.visible import visible
from stream_cassette.checks.finding import Finding, Rule
from stream_cassette.checks.rules import RULES
from stream_cassette.checks.run import Outcome
from stream_cassette.report.findings_place import within

__all__ = ["findings_sarif"]

_SCHEMA: Final = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_LEVELS: Final = {"error": "error", "warning": "warning", "info": "note"}
_NAMES: Final = tuple(RULES)


def findings_sarif(outcome: Outcome, *, root: Path, version: str) -> dict[str, Any]:
    """The log, as JSON values. `version` is this release's; paths count from `root`."""
    seen: Counter[str] = Counter()
    return {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": "stream-cassette",
                        "version": version,
                        "rules": [_rule(rule) for rule in RULES.values()],
                    }
                },
                "invocations": [
                    {
                        "executionSuccessful": not outcome.failed,
                        "toolExecutionNotifications": [
                            _failure(path, error, root) for path, error in outcome.failed
                        ],
                    }
                ],
                "results": [_result(one, root, seen) for one in outcome.findings],
            }
        ],
    }


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.what},
        "help": {"text": rule.remedy},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {"tags": [rule.family]},
    }


def _result(one: Finding, root: Path, seen: Counter[str]) -> dict[str, Any]:
    which = "" if one.interaction is None else f"interaction {one.interaction}: "
    path = within(one.path, root)
    spelled = "\0".join([one.rule, path, str(one.interaction), one.message])
    digest = sha256(spelled.encode("utf-8", "surrogatepass")).hexdigest()[:32]
    seen[digest] += 1
    return {
        "ruleId": one.rule,
        "ruleIndex": _NAMES.index(one.rule),
        "level": _LEVELS[one.severity],
        "message": {"text": visible(f"{which}{one.message}; {one.remedy}")},
        "locations": [_location(path, one.line)],
        "partialFingerprints": {"streamCassette/v1": f"{digest}:{seen[digest]}"},
    }


def _failure(path: str, error: str, root: Path) -> dict[str, Any]:
    return {
        "level": "error",
        "message": {"text": visible(error)},
        "locations": [_location(within(path, root), None)],
    }


def _location(path: str, line: int | None) -> dict[str, Any]:
    """A finding about the whole file stands at its first line."""
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(path.encode("utf-8", "surrogateescape"))},
            "region": {"startLine": line or 1},
        }
    }
