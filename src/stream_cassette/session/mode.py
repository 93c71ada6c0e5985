"""Record modes and what each does, as one table.

Names are ours; those of vcrpy and pytest-recording are accepted as aliases.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from stream_cassette.errors import UsageError

__all__ = ["ALIASES", "RULES", "RecordMode", "Rule", "rule_of"]


class RecordMode(StrEnum):
    """When a cassette is recorded: `none`, `once`, `new` or `all`; or held to: `verify`."""

    NONE = "none"
    ONCE = "once"
    NEW = "new"
    ALL = "all"
    VERIFY = "verify"

    @classmethod
    def parse(cls, name: str | RecordMode) -> RecordMode:
        """The mode of that name or alias.

        Raises:
            UsageError: the name is no mode; the message lists those that are.
        """
        known = {mode.value: mode for mode in cls} | ALIASES
        try:
            return known[str(name).lower()]
        except KeyError:
            raise UsageError(
                f"{str(name)!r} is no record mode; use one of {', '.join(sorted(known))}"
            ) from None


ALIASES = {
    "new_episodes": RecordMode.NEW,  # vcrpy, pytest-recording, cassetter
    "rewrite": RecordMode.ALL,  # pytest-recording
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Whether recorded interactions answer, whether unanswered requests go out and are kept.

    With `verifies` every request goes out, and nothing is kept: the answers are compared.
    """

    plays: bool
    records: bool
    verifies: bool = False

    @property
    def goes_out(self) -> bool:
        """Whether a request may reach the network."""
        return self.records or self.verifies


_PLAY = Rule(plays=True, records=False)
_RECORD = Rule(plays=False, records=True)
_BOTH = Rule(plays=True, records=True)
_VERIFY = Rule(plays=False, records=False, verifies=True)

# (mode, whether the file is there) → rule
RULES: dict[tuple[RecordMode, bool], Rule] = {
    (RecordMode.NONE, False): _PLAY,  # every request is a miss, and says that there is no file
    (RecordMode.NONE, True): _PLAY,
    (RecordMode.ONCE, False): _RECORD,
    (RecordMode.ONCE, True): _PLAY,
    (RecordMode.NEW, False): _BOTH,
    (RecordMode.NEW, True): _BOTH,
    (RecordMode.ALL, False): _RECORD,
    (RecordMode.ALL, True): _RECORD,  # replaces the file (vcrpy 9's `all` appends)
    (RecordMode.VERIFY, False): _VERIFY,  # refused when opened: there is nothing to hold to
    (RecordMode.VERIFY, True): _VERIFY,
}


def rule_of(mode: RecordMode, exists: bool) -> Rule:
    """What `mode` does with a cassette that is there, or is not."""
    return RULES[mode, exists]
