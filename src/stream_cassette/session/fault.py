"""`fault`: what goes wrong on purpose with an answer. Pure.

cut@PLACE                 the body ends there, without an error where the framing allows that
reset@PLACE               the connection breaks there
stall@PLACE:TIME          what is behind it comes TIME later (10s, 200ms)
error-event@PLACE[:CODE]  an error in the provider's own words comes there, and then the end
duplicate@PLACE           the frame that is there comes twice
status:CODE[:retry-after=SECONDS]   an error instead of the answer

PLACE is `3` (after three frames, before frame 3, counted from 0), `812b` (after 812 bytes of the
decoded body) or `50%` (of its bytes). In front may stand `INDEX=`: the interaction that it is
for, 0 where not given. Several for one interaction are for the first, second, ... time it is asked
for: a fault answers before its interaction is taken, and the next attempt finds it unbroken.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from stream_cassette.errors import UsageError
from stream_cassette.session.pace import milliseconds, spelled

__all__ = ["FAULT_FORMS", "Fault", "FaultKind", "FaultOption", "Place", "faults_of", "seconds"]

FaultKind: TypeAlias = Literal["cut", "reset", "stall", "error-event", "duplicate", "status"]

FAULT_FORMS = (
    "cut@PLACE, reset@PLACE, stall@PLACE:TIME, error-event@PLACE[:CODE], duplicate@PLACE or "
    "status:CODE[:retry-after=SECONDS], where PLACE is a frame (3), a byte (812b) or a share "
    "(50%), TIME is 10s or 200ms and CODE is from 400 to 599; INDEX= in front names the "
    "interaction (0 where not given)"
)

_FORM = re.compile(
    r"(?P<kind>cut|reset|stall|error-event|duplicate)"
    r"@(?P<number>\d{1,12}(?:\.\d{1,6})?)(?P<unit>b|%|)(?::(?P<rest>[0-9.a-z]+))?",
    re.ASCII,
)
_STATUS = re.compile(r"status:([45]\d\d)(?::retry-after=(\d{1,6}(?:\.\d{1,3})?))?", re.ASCII)
_CODE = re.compile(r"[45]\d\d", re.ASCII)
_INDEX = re.compile(r"(\d{1,9})=(.*)", re.ASCII)
_ERROR = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place in an answer: after so many `frame`s, `byte`s, or so much `percent` of the bytes."""

    number: float
    unit: Literal["frame", "byte", "percent"]

    def __str__(self) -> str:
        number = f"{self.number:.6f}".rstrip("0").rstrip(".")
        return number + {"frame": "", "byte": "b", "percent": "%"}[self.unit]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault. `status` is of an error, `stall_ms` of a stall, `retry_after` in seconds."""

    kind: FaultKind
    place: Place | None = None
    stall_ms: float = 0.0
    status: int = _ERROR
    retry_after: float | None = None

    @classmethod
    def parse(cls, given: str | Fault) -> Fault:
        """The fault of that form, without an index. Raises: UsageError, listing the forms."""
        if isinstance(given, Fault):
            return given
        text = str(given).strip()
        found = _status_of(text) or _placed_of(text)
        if found is None:
            raise UsageError(f"fault={given!r}: use {FAULT_FORMS}")
        return found

    def __str__(self) -> str:
        if self.kind == "status":
            after = "" if self.retry_after is None else f":retry-after={seconds(self.retry_after)}"
            return f"status:{self.status}{after}"
        rest = ""
        if self.kind == "stall":
            rest = f":{spelled(self.stall_ms)}"
        elif self.kind == "error-event" and self.status != _ERROR:
            rest = f":{self.status}"
        return f"{self.kind}@{self.place}{rest}"


def seconds(value: float) -> str:
    """A number of seconds as a header gives it."""
    return f"{value:.3f}".rstrip("0").rstrip(".")


FaultOption: TypeAlias = (
    str | Fault | Iterable[str | Fault] | Mapping[int, str | Fault | Iterable[str | Fault]] | None
)


def faults_of(given: FaultOption) -> dict[int, tuple[Fault, ...]]:
    """The faults by interaction, in the order in which they answer.

    Takes a text (several with commas between), a sequence of them, or a mapping from index to
    either. Raises: UsageError, listing the forms.
    """
    found: dict[int, list[Fault]] = {}
    if given is None:
        return {}
    if isinstance(given, Mapping):
        for index, value in given.items():
            if isinstance(index, bool) or not isinstance(index, int) or index < 0:
                raise UsageError(f"fault={dict(given)!r}: {index!r} is no interaction's number")
            found[index] = [Fault.parse(one) for one in _listed(value)]
    else:
        for one in _listed(given):
            index, fault = _numbered(one)
            found.setdefault(index, []).append(fault)
    return {index: tuple(faults) for index, faults in sorted(found.items()) if faults}


def _listed(value: str | Fault | Iterable[str | Fault]) -> list[str | Fault]:
    if isinstance(value, str):
        return [*value.split(",")] if value.strip() else []
    return [value] if isinstance(value, Fault) else [*value]


def _numbered(given: str | Fault) -> tuple[int, Fault]:
    match = None if isinstance(given, Fault) else _INDEX.fullmatch(given.strip())
    return (0, Fault.parse(given)) if match is None else (int(match[1]), Fault.parse(match[2]))


def _status_of(text: str) -> Fault | None:
    match = _STATUS.fullmatch(text)
    if match is None:
        return None
    after = None if match[2] is None else float(match[2])
    return Fault(kind="status", status=int(match[1]), retry_after=after)


def _placed_of(text: str) -> Fault | None:
    match = _FORM.fullmatch(text)
    place = None if match is None else _place_of(match["number"], match["unit"])
    if match is None or place is None:
        return None
    kind, rest = match["kind"], match["rest"]
    if kind == "stall":
        stall_ms = milliseconds(rest or "")
        return None if stall_ms is None else Fault(kind="stall", place=place, stall_ms=stall_ms)
    if kind == "error-event" and rest is not None:
        known = _CODE.fullmatch(rest)
        return Fault(kind="error-event", place=place, status=int(rest)) if known else None
    return None if rest is not None else Fault(kind=kind, place=place)  # type: ignore[arg-type]


def _place_of(number: str, unit: str) -> Place | None:
    if unit == "%":
        return Place(number=float(number), unit="percent") if float(number) <= 100 else None
    if "." in number:
        return None
    return Place(number=int(number), unit="byte" if unit else "frame")
