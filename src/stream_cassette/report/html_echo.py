"""What answers issued, and where the next request carries it back: the links between turns.

A link is drawn from a part of an answer to the first request that goes on from it. What should be
there and is not comes from the echo check; what the check does not speak of is found by its value.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from stream_cassette.cassette.visible import visible
from stream_cassette.comparison.echo_finding import EchoFinding, abbreviated
from stream_cassette.conversation.chain import Step
from stream_cassette.conversation.parts import (
    Compaction,
    Part,
    Reasoning,
    ToolCall,
    ToolCallResponse,
)

__all__ = ["EchoLink", "LinkKind", "links_of"]

LinkKind: TypeAlias = Literal["signature", "value", "call", "result"]

# base64 of either alphabet, padded or not, is one value
_ALPHABET = str.maketrans("+/", "-_")

_OPAQUE: frozenset[LinkKind] = frozenset({"signature", "value"})

# What a finding is about; all others are about what is signed or opaque.
_ABOUT: dict[str, LinkKind] = {
    "call-missing": "call",
    "call-id": "call",
    "call-name": "call",
    "arguments": "call",
    "call-without-result": "result",
    "result-without-call": "result",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class EchoLink:
    """Something issued by the answer of interaction `issued`, and its echo.

    `part` is the place of the part in the answer, None where the fault lies within the request.
    `echoed` is the interaction whose request carries it, or should; `path` the place in its body.
    `is_held` says that the server keeps the history, so that nothing has to come back. `fault` is
    the finding's message where the echo is broken, `severity` how bad that is.
    """

    kind: LinkKind
    label: str
    issued: int | None
    part: int | None
    echoed: int
    path: str
    is_held: bool = False
    fault: str | None = None
    severity: Literal["error", "warning"] | None = None


def links_of(steps: Sequence[Step], findings: Iterable[EchoFinding]) -> tuple[EchoLink, ...]:
    """All links of a cassette, by the interaction that echoes, then by what was issued."""
    by_request: dict[int, list[EchoFinding]] = {}
    for finding in findings:
        by_request.setdefault(finding.interaction, []).append(finding)
    return tuple(link for step in steps for link in _of_step(step, by_request))


def _of_step(step: Step, findings: Mapping[int, list[EchoFinding]]) -> Iterator[EchoLink]:
    here = step.spoken.index
    broken = list(findings.get(here, ()))
    if step.previous is not None and not step.link.again:
        answer = step.previous.spoken
        candidates = answer.exchange.candidates
        parts = candidates[step.link.candidate].parts if candidates else ()
        sent = _sent(step)
        for place, part in enumerate(parts):
            told = [one for one in broken if _is_about(one, answer.index, part)]
            broken = [one for one in broken if one not in told]
            opaque: LinkKind = "signature" if part.signature else "value"
            faulty = list(_broken(told, place, opaque))
            yield from faulty
            known = {link.kind for link in faulty}
            for link in _sound(part, place, (answer.index, here), sent, step.link.held):
                if link.kind not in known and not (link.kind in _OPAQUE and known & _OPAQUE):
                    yield link
    yield from _broken(broken, None)


def _is_about(finding: EchoFinding, answer: int, part: Part) -> bool:
    return finding.answer == answer and finding.answer_path == part.path


def _broken(
    findings: Iterable[EchoFinding], place: int | None, opaque: LinkKind = "signature"
) -> Iterator[EchoLink]:
    for one in findings:
        yield EchoLink(
            kind=_ABOUT.get(one.kind, opaque),
            label=one.kind.replace("-", " "),
            issued=one.answer,
            part=place,
            echoed=one.interaction,
            path=visible(one.path),
            fault=visible(one.message),
            severity=one.severity,
        )


def _sound(
    part: Part,
    place: int,
    ends: tuple[int, int],
    sent: Mapping[tuple[LinkKind, str], str],
    is_held: bool,
) -> Iterator[EchoLink]:
    """What the part issued and the request carries, or the server holds."""
    for kind, value in _issued(part):
        path = sent.get((kind, _plain(value)))
        held = is_held and kind != "result"
        if path is not None or held:
            yield EchoLink(
                kind=kind,
                label=visible(abbreviated(value) if kind in _OPAQUE else value),
                issued=ends[0],
                part=place,
                echoed=ends[1],
                path=visible(path or ""),
                is_held=path is None,
            )


def _issued(part: Part) -> Iterator[tuple[LinkKind, str]]:
    if part.signature:
        yield "signature", part.signature
    if isinstance(part, (Reasoning, Compaction)) and part.issued:
        yield "value", part.issued[-1]
    if isinstance(part, ToolCall) and part.id:
        yield "call", part.id
        yield "result", part.id


def _sent(step: Step) -> dict[tuple[LinkKind, str], str]:
    """What the request carries: kind and value → the place of the last part that has it."""
    found: dict[tuple[LinkKind, str], str] = {}
    for message in step.spoken.history.messages:
        for part in message.parts:
            path = part.path or message.path or ""
            if part.signature:
                found["signature", _plain(part.signature)] = path
            if isinstance(part, (Reasoning, Compaction)):
                for value in part.issued:
                    found["value", _plain(value)] = path
            if isinstance(part, ToolCall) and part.id:
                found["call", _plain(part.id)] = path
            if isinstance(part, ToolCallResponse) and part.id:
                found["result", _plain(part.id)] = path
    return found


def _plain(value: str) -> str:
    return value.translate(_ALPHABET).rstrip("=")
