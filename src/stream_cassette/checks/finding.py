"""A rule, and one thing that it found: how grave, where, what, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias, get_args

__all__ = ["SEVERITIES", "Finding", "Rule", "Severity", "is_at_least"]

Severity: TypeAlias = Literal["error", "warning", "info"]

SEVERITIES: Final[tuple[Severity, ...]] = get_args(Severity)
"""From the gravest to the least."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One thing that is looked for: what and why in a sentence, and what to do about it.

    `severity` is that of its findings unless one is less grave by itself; `needs` names the
    option without which the rule says nothing.
    """

    id: str
    family: str
    severity: Severity
    what: str
    remedy: str
    needs: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """All members."""
        return {
            "id": self.id,
            "family": self.family,
            "severity": self.severity,
            "what": self.what,
            "remedy": self.remedy,
            "needs": self.needs,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something wrong with the file at `path`, by the rule of that id.

    `interaction` counts from 0, `line` from 1; each is None where the finding is of the whole
    file, or it isn't known. `remedy` says what to do.
    """

    rule: str
    severity: Severity
    path: str
    message: str
    remedy: str
    interaction: int | None = None
    line: int | None = None

    def to_dict(self) -> dict[str, Any]:
        """All members."""
        return {
            "rule": self.rule,
            "severity": self.severity,
            "path": self.path,
            "interaction": self.interaction,
            "line": self.line,
            "message": self.message,
            "remedy": self.remedy,
        }


def is_at_least(severity: Severity, limit: Severity) -> bool:
    """Whether the severity is as grave as the limit, or graver."""
    return SEVERITIES.index(severity) <= SEVERITIES.index(limit)
