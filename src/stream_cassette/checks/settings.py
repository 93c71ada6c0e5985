"""Which rules count, and how much: from a table of a configuration file and from options.

    [tool.stream-cassette.check]
    ignore = ["spelling", "streams"]
    fail-on = "error"
    max-age = "90d"
    severity = { stale-comments = "error" }
    per-file-ignores = { "cassettes/broken/*" = ["incomplete-stream"] }

Rules are named by their id, by their family, or by a pattern such as `echo-*`; `all` is all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from fnmatch import fnmatchcase
from typing import Any, Final

from stream_cassette.checks.ages import age_of
from stream_cassette.checks.finding import SEVERITIES, Finding, Severity
from stream_cassette.checks.rules import FAMILIES, RULES
from stream_cassette.errors import UsageError

__all__ = ["KEYS", "Settings", "settings_of"]

KEYS: Final = (
    "fail-on",
    "ignore",
    "jobs",
    "max-age",
    "names",
    "orphans",
    "paths",
    "patterns",
    "per-file-ignores",
    "select",
    "severity",
    "tests",
)
"""What the table may have. `paths`, `orphans`, `tests` and `jobs` are the command's own."""

_WHERE: Final = "[tool.stream-cassette.check]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The rules that are looked at, severities where they are not the table's, and limits.

    `names` and `patterns` are of secrets, besides the built-in ones, as `redact` takes them.

    `per_file` has patterns of paths, from the project's root, and the rules that don't count
    there.
    """

    rules: frozenset[str] = frozenset(RULES)
    severities: Mapping[str, Severity] = field(default_factory=dict)
    fail_on: Severity = "warning"
    names: tuple[str, ...] = ()
    patterns: tuple[str, ...] = ()
    max_age: timedelta | None = None
    per_file: tuple[tuple[str, frozenset[str]], ...] = ()

    def wants(self, finding: Finding, relative: str) -> bool:
        """Whether the finding counts, in the file of that path from the project's root."""
        return finding.rule in self.rules and not self.is_excused(finding.rule, relative)

    def is_excused(self, rule: str, relative: str) -> bool:
        """Whether the rule is named among those that don't count in the file of that path."""
        return any(
            rule in rules and fnmatchcase(relative, pattern) for pattern, rules in self.per_file
        )


def settings_of(
    table: Mapping[str, Any],
    *,
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    severity: Iterable[str] = (),
    names: Iterable[str] = (),
    patterns: Iterable[str] = (),
    fail_on: str | None = None,
    max_age: str | None = None,
) -> Settings:
    """The settings of the file's table, and of options over them.

    A `select` among the options stands in the place of the file's selection, `ignore` adds to it;
    so do `names` and `patterns`.
    `severity` are texts such as `spelling=warning`. A rule whose severity is given is selected.

    Raises:
        UsageError: an unknown key, rule or word; it names those that are known.
    """
    unknown = sorted(set(table) - set(KEYS))
    if unknown:
        names = ", ".join(map(repr, unknown))
        raise UsageError(f"{_WHERE}: unknown {names} (known: {', '.join(KEYS)})")
    chosen = tuple(select)
    selected = chosen or _names(table, "select") or ["all"]
    left_out = [*([] if chosen else _names(table, "ignore")), *ignore]
    rules = _rules(selected) - _rules(left_out)
    if not rules:
        raise UsageError(f"no rule is left: {', '.join(left_out)} leaves out all that is selected")
    age = max_age if max_age is not None else _text(table, "max-age")
    return Settings(
        rules=frozenset(rules),
        severities={**_severities(table), **dict(map(_pair, severity))},
        names=(*_names(table, "names"), *names),
        patterns=(*_names(table, "patterns"), *patterns),
        fail_on=_level(fail_on or _text(table, "fail-on") or "warning", "fail-on"),
        max_age=None if age is None else age_of(age),
        per_file=tuple(_per_file(table)),
    )


def _rules(names: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for name in names:
        meant = {
            one
            for one, rule in RULES.items()
            if name in ("all", rule.family) or fnmatchcase(one, name)
        }
        if not meant:
            known = ", ".join((*FAMILIES, *RULES))
            raise UsageError(f"no rule or family of rules is called {name!r} (known: {known})")
        found |= meant
    return found


def _severities(table: Mapping[str, Any]) -> dict[str, Severity]:
    given = table.get("severity", {})
    if not isinstance(given, Mapping):
        raise UsageError(f"{_WHERE}: severity is a table such as {{ spelling = 'warning' }}")
    return dict(_one(str(rule), level) for rule, level in given.items())


def _pair(text: str) -> tuple[str, Severity]:
    rule, equals, level = text.partition("=")
    if not equals:
        raise UsageError(f"a severity is given as rule=level, such as spelling=warning: {text!r}")
    return _one(rule.strip(), level.strip())


def _one(rule: str, level: object) -> tuple[str, Severity]:
    if rule not in RULES:
        raise UsageError(f"no rule is called {rule!r} (known: {', '.join(RULES)})")
    return rule, _level(level, rule)


def _level(level: object, what: str) -> Severity:
    for known in SEVERITIES:
        if level == known:
            return known
    raise UsageError(f"{what}: {level!r} is none of {', '.join(SEVERITIES)}")


def _per_file(table: Mapping[str, Any]) -> Iterable[tuple[str, frozenset[str]]]:
    given = table.get("per-file-ignores", {})
    if not isinstance(given, Mapping):
        raise UsageError(f"{_WHERE}: per-file-ignores is a table of patterns and lists of rules")
    for pattern in given:
        yield str(pattern), frozenset(_rules(_names(given, pattern)))


def _names(table: Mapping[str, Any], key: str) -> list[str]:
    value = table.get(key, [])
    if isinstance(value, str):
        return [value]
    if isinstance(value, list) and all(isinstance(name, str) for name in value):
        return value
    raise UsageError(f"{_WHERE}: {key} is a list of names, not {value!r}")


def _text(table: Mapping[str, Any], key: str) -> str | None:
    value = table.get(key)
    if value is None or isinstance(value, str):
        return value
    raise UsageError(f"{_WHERE}: {key} is text, not {value!r}")
