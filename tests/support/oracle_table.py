"""The table of what SDKs say of recorded streams: agreed, differs for a reason, failed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

__all__ = ["TITLE", "Tally"]

TITLE = "oracles: what the providers' SDKs say of the same answers"


@dataclass(kw_only=True)
class Tally:
    """What came of one dialect's answers; `differs` counts by reason, `failed` says where."""

    dialect: str
    oracle: str
    agreed: int = 0
    differs: Counter[str] = field(default_factory=Counter)
    failed: list[str] = field(default_factory=list)

    def add(self, where: str, found: set[str], reasons: dict[str, frozenset[str]]) -> None:
        """Count one answer: the fields that differ, and those that each known reason explains."""
        explaining = {why: fields for why, fields in reasons.items() if fields & found}
        enough = [why for why, fields in explaining.items() if found <= fields][:1]
        if not found:
            self.agreed += 1
        elif found <= frozenset().union(*explaining.values()):
            self.differs.update(["; ".join(enough or explaining)])
        else:
            self.failed.append(f"{where}: {', '.join(sorted(found))}")

    def lines(self) -> list[str]:
        """One line of figures, and one for each reason."""
        figures = ("agreed", self.agreed), ("differs", self.differs.total())
        counted = "   ".join(f"{what} {count:>3}" for what, count in figures)
        first = f"{self.dialect:<20}{self.oracle:<14}{counted}   failed {len(self.failed):>3}"
        reasons = (f"    {count:>3} differ: {why}" for why, count in sorted(self.differs.items()))
        return [first, *reasons, *(f"    FAILED {one}" for one in self.failed)]
