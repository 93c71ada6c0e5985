"""From a recorded response to the pieces that a replay hands up, and when. Pure.

A plan is how a whole tape replays: `recut`, `pace` and `fault` together. The plain one hands up
what was recorded, cut as it was, at once.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate
from types import MappingProxyType
from typing import cast

from stream_cassette.cassette.cuts import Cuts
from stream_cassette.cassette.model import Headers, Interaction, Response
from stream_cassette.session import recut as recutting
from stream_cassette.session.broken import Broken, ErrorBytes, broken
from stream_cassette.session.fault import Fault
from stream_cassette.session.pace import AT_ONCE, Pace, dues_ms, head_ms
from stream_cassette.session.recut import RECORDED, Recut

__all__ = ["PLAIN", "Plan", "Playback", "pieces", "planned", "played_plainly"]

_RETRY_AFTER = frozenset({"retry-after", "retry-after-ms"})
_FIRST_RETRIED = 300  # no answer below it says when to come again


@dataclass(frozen=True, slots=True, kw_only=True)
class Playback:
    """A recorded response and the pieces in which its body is handed up, once.

    `dues_ms` says when each piece is due, in milliseconds since the head, and then when the end
    is; None where nothing is waited for. `head_ms` is how long the head takes.
    """

    response: Response
    pieces: Iterator[bytes]
    dues_ms: Sequence[float] | None = None
    head_ms: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How a tape replays. `faults` are by interaction, in the order in which they answer.

    `keeps_retry_after`: with `pace="none"` an answer's `retry-after` is replayed as 0 otherwise.
    """

    recut: Recut = RECORDED
    pace: Pace = AT_ONCE
    faults: Mapping[int, tuple[Fault, ...]] = field(default_factory=lambda: MappingProxyType({}))
    keeps_retry_after: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether it is the plain one, which has nothing to do."""
        # asked for every request: equality of the values would take ten times as long
        return self.recut.kind == "recorded" and self.pace.kind == "none" and not self.faults

    def named(self, clock: str = "real") -> dict[str, str]:
        """What is not as it is by default: option → value, as both are written.

        `clock` is the one it runs by. By itself it changes nothing; "quick" is no flag's.
        """
        out = {} if self.recut == RECORDED else {"recut": str(self.recut)}
        if self.pace != AT_ONCE:
            out["pace"] = str(self.pace)
        if self.faults:
            listed = [(n, fault) for n, faults in self.faults.items() for fault in faults]
            out["fault"] = ",".join(f"{n}={one}" if n else str(one) for n, one in listed)
        return out | {"clock": clock} if out and clock == "virtual" else out

    def told(self, clock: str = "real") -> str:
        """Names what was done, by which clock, and how to do it again; "" for the plain one."""
        named = self.named(clock)
        if not named:
            return ""
        done = " ".join(f"{name}={value}" for name, value in named.items())
        flags = " ".join(f"--stream-{name}={shlex.quote(v)}" for name, v in named.items())
        return f"replayed with {done}; reproduce with {flags}"


PLAIN = Plan()


def pieces(response: Response, frame_sizes: Callable[[Response], Iterable[int]]) -> Iterator[bytes]:
    """The body in its recorded chunks, each copied out of it when its turn comes.

    Where the cut points are unknown, one piece per wire frame: `frame_sizes(response)` gives
    the frames' sizes in bytes, which sum to the body's length.
    """
    body = response.body
    cuts = response.cuts
    sizes: Iterable[int]
    if cuts is None:
        sizes = frame_sizes(response) if body else ()
    else:
        sizes = cast(Cuts, cuts).sizes_bytes  # whatever was given is kept as such
    return _cut(body, sizes)


def _cut(body: bytes, sizes: Iterable[int]) -> Iterator[bytes]:
    start = 0
    for size in sizes:
        yield body[start : start + size]  # the body itself, where it is one piece
        start += size


def played_plainly(
    response: Response, plan: Plan, frame_sizes: Callable[[Response], Iterable[int]]
) -> Playback:
    """The response as it was recorded, at once."""
    if response.status >= _FIRST_RETRIED and not plan.keeps_retry_after:
        response = _retried_at_once(response)
    return Playback(response=response, pieces=pieces(response, frame_sizes))


def planned(
    interaction: Interaction,
    index: int,
    plan: Plan,
    *,
    fault: Fault | None,
    frame_sizes: Callable[[Response], Iterable[int]],
    error_bytes: ErrorBytes,
) -> Playback:
    """The answer of interaction `index` by the plan, with the fault.

    Raises:
        UsageError: the answer has no place for the fault.
    """
    answer = Broken(response=interaction.response)
    if fault is not None:
        answer = broken(interaction, fault, error_bytes)
    response = answer.response
    sizes = _sizes(response, index, plan, frame_sizes)
    if answer.stall_ms:
        sizes = _split(sizes, answer.stall_at)
    dues = None
    if plan.pace != AT_ONCE or answer.stall_ms:
        dues = _late(dues_ms(plan.pace, response, sizes), sizes, answer)
    if plan.pace == AT_ONCE and not plan.keeps_retry_after:
        response = _retried_at_once(response)
    return Playback(
        response=response,
        pieces=_cut(response.body, sizes),
        dues_ms=dues,
        head_ms=head_ms(plan.pace, response),
    )


def _sizes(
    response: Response,
    index: int,
    plan: Plan,
    frame_sizes: Callable[[Response], Iterable[int]],
) -> Sequence[int]:
    if plan.recut != RECORDED:
        return recutting.sizes(plan.recut, response, index)
    if response.cuts is None:
        return [*frame_sizes(response)] if response.body else []
    return cast(Cuts, response.cuts).sizes_bytes


def _split(sizes: Sequence[int], at: int) -> list[int]:
    """The sizes, with one more cut after `at` bytes."""
    out: list[int] = []
    start = 0
    for size in sizes:
        if start < at < start + size:
            out += [at - start, start + size - at]
        else:
            out.append(size)
        start += size
    return out


def _late(dues: Sequence[float], sizes: Sequence[int], answer: Broken) -> list[float]:
    """The timetable, with all that begins at `stall_at` or behind it so much later."""
    starts = accumulate(sizes, initial=0)
    return [
        due + answer.stall_ms if start >= answer.stall_at else due
        for due, start in zip(dues, starts, strict=True)
    ]


def _retried_at_once(response: Response) -> Response:
    """The response, with a `retry-after` of 0 where it has one."""
    if not any(name.lower() in _RETRY_AFTER for name, _ in response.headers):
        return response
    headers: Headers = tuple(
        (name, "0" if name.lower() in _RETRY_AFTER else value) for name, value in response.headers
    )
    return replace(response, headers=headers)
