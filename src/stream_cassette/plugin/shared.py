"""A cassette that several tests use: unplayed is what none of them played, judged once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from stream_cassette.session.texts import unplayed_text

__all__ = ["LAXEST", "Shared"]

# of several tests' choices, the later in this order holds
LAXEST = ("fail", "warn", "ignore")


@dataclass(slots=True, kw_only=True)
class Shared:
    """What the tests of one cassette left unplayed: index → line; None before the first test.

    `expected` tests use it, `passed` of them have passed so far; it is judged when all have.
    """

    path: str
    expected: int
    passed: int = 0
    total: int = 0
    choice: str = "fail"
    left: dict[int, str] | None = field(default=None)

    def add(self, left: Mapping[int, str], *, total: int, choice: str, passed: int = 1) -> None:
        """Take in what a test (or, from a worker, several) left unplayed."""
        kept = left if self.left is None else {k: v for k, v in self.left.items() if k in left}
        self.left = dict(kept)
        self.passed += passed
        self.total = max(self.total, total)
        self.choice = max(self.choice, choice, key=LAXEST.index)

    @property
    def verdict(self) -> str | None:
        """The text to fail or warn with, once all tests have passed; None if there is none."""
        if self.passed < self.expected or not self.left or self.choice == "ignore":
            return None
        return unplayed_text(self.path, self.left, self.total)

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for an xdist worker to hand to the controller."""
        return {
            "path": self.path,
            "expected": self.expected,
            "passed": self.passed,
            "total": self.total,
            "choice": self.choice,
            "left": None if self.left is None else sorted(self.left.items()),
        }

    def merge(self, other: Mapping[str, Any]) -> None:
        """Take in a worker's `to_dict()`."""
        if other["left"] is not None:
            self.add(
                dict(other["left"]),
                total=other["total"],
                choice=other["choice"],
                passed=other["passed"],
            )
