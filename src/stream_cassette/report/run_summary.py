"""What a run of tests did with its cassettes, as values: per test, and counted over all.

Plain data throughout, so that the processes of a distributed run can hand it over as JSON.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Literal, TypeAlias

__all__ = ["SCHEMA", "Left", "Outcome", "RunSummary", "Tally", "TestRun"]

SCHEMA = 1

Outcome: TypeAlias = Literal["passed", "failed", "skipped", "xfailed", "xpassed", "error"]
Tally: TypeAlias = Literal[
    "played", "recorded", "verified", "rejected", "unplayed", "missed", "drifted"
]


@dataclass(frozen=True, slots=True, kw_only=True)
class TestRun:
    """One test on a cassette; of a test that was run again, the last time.

    `path` is the cassette, relative to the rootdir where it is below it, with `/`; it has `total`
    interactions. `mode` is what the test did in the end (`once` with no file there records).
    `played` has the places of those that answered, in that order, one twice if it answered twice;
    `missed` the requests that nothing answered ("POST https://…", secrets masked). `unplayed` has
    the places that were held against the test: it passed, no other test has the cassette, and they
    are not ignored. `recorded` interactions were kept, in `kept_in`: `path`, or, with `rejected`,
    the file beside it.
    `drifts` are `Drift.to_dict()`s of a test in `verify`. `details` is what
    the cassette has against it, `message` the first line of that.
    """

    __test__: ClassVar[bool] = False

    nodeid: str
    outcome: Outcome
    path: str
    mode: str
    total: int = 0
    played: tuple[int, ...] = ()
    recorded: int = 0
    rejected: bool = False
    kept_in: str | None = None
    missed: tuple[str, ...] = ()
    unplayed: tuple[int, ...] = ()
    drifts: tuple[Mapping[str, Any], ...] = ()
    duration_s: float = 0.0
    message: str | None = None
    details: str | None = None

    @property
    def verified(self) -> bool:
        """Whether live answers were held to the cassette."""
        return self.mode == "verify" and self.outcome != "skipped"

    def to_dict(self) -> dict[str, Any]:
        """The same as JSON."""
        return {name: list(v) if isinstance(v, tuple) else v for name, v in asdict(self).items()}

    @classmethod
    def from_dict(cls, value: Mapping[str, Any]) -> TestRun:
        """What `to_dict` gave."""
        given: dict[str, Any] = {
            k: tuple(v) if isinstance(v, list) else v for k, v in value.items()
        }
        return cls(**given)

    def counts_as(self, tally: Tally) -> bool:
        """Whether the test's cassette belongs under that heading."""
        if tally == "verified":
            return self.verified and not self.drifts
        if tally == "recorded":
            return self.recorded > 0 and not self.rejected
        if tally == "rejected":
            return self.recorded > 0 and self.rejected
        if tally == "drifted":
            return bool(self.drifts)
        if tally == "missed":  # a test of what happens then has nothing to be told
            return bool(self.missed) and self.outcome in ("failed", "error")
        return bool(getattr(self, tally))


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """The places in a cassette of several tests, of `total`, that none of them played."""

    path: str
    unplayed: tuple[int, ...]
    total: int

    def to_dict(self) -> dict[str, Any]:
        """The same as JSON."""
        return {"path": self.path, "unplayed": list(self.unplayed), "total": self.total}

    @classmethod
    def from_dict(cls, value: Mapping[str, Any]) -> Left:
        """What `to_dict` gave."""
        return cls(path=value["path"], unplayed=tuple(value["unplayed"]), total=int(value["total"]))


@dataclass(frozen=True, slots=True, kw_only=True)
class RunSummary:
    """A whole run: `tests` in the order they ended, and what shared cassettes have left over."""

    tests: tuple[TestRun, ...] = ()
    shared: tuple[Left, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.tests or self.shared)

    def of(self, tally: Tally) -> tuple[TestRun, ...]:
        """The tests whose cassettes belong under that heading."""
        return tuple(test for test in self.tests if test.counts_as(tally))

    def paths(self, tally: Tally) -> tuple[str, ...]:
        """The cassettes under that heading, each once, in order of their first test."""
        left = (one.path for one in self.shared) if tally == "unplayed" else ()
        return tuple(dict.fromkeys([*(test.path for test in self.of(tally)), *left]))

    @property
    def counts(self) -> dict[Tally, int]:
        """How many cassettes are under each heading; a cassette may be under several."""
        return {tally: len(self.paths(tally)) for tally in _TALLIES}

    def to_dict(self) -> dict[str, Any]:
        """The same as JSON: `schema`, `counts` (of cassettes), `tests`, `shared`."""
        return {
            "schema": SCHEMA,
            "counts": self.counts,
            "tests": [test.to_dict() for test in self.tests],
            "shared": [left.to_dict() for left in self.shared],
        }

    @classmethod
    def from_dict(cls, value: Mapping[str, Any]) -> RunSummary:
        """What `to_dict` gave."""
        return cls(
            tests=tuple(TestRun.from_dict(one) for one in value["tests"]),
            shared=tuple(Left.from_dict(one) for one in value["shared"]),
        )


_TALLIES: tuple[Tally, ...] = (
    "played",
    "recorded",
    "verified",
    "rejected",
    "unplayed",
    "missed",
    "drifted",
)
