"""Tool calls against what a request carries of them, and calls against results within a request.

Source: dialects' fact sheet 14, 8; 15.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Iterator, Sequence

from stream_cassette.comparison.echo_parts import Fault
from stream_cassette.comparison.echo_rules import wanted_path
from stream_cassette.comparison.json_value import first_difference
from stream_cassette.conversation.likeness import canonical
from stream_cassette.conversation.model import Message
from stream_cassette.conversation.parts import Part, ToolCall, ToolCallResponse

__all__ = ["IDS_OPTIONAL", "call_faults", "calls_paired", "result_faults"]

# Dialects whose clients may leave a call's id out, or make one up.
IDS_OPTIONAL = frozenset({"gemini-generate", "ollama-chat"})

# LiteLLM appends Gemini's signature to a call's id; without it the upstream refuses the call.
_SIGNED_ID = "__thought__"

# Dialect → the member of a call with its id, its name, its arguments.
_MEMBERS = {
    "openai-chat": (".id", ".function.name", ".function.arguments"),
    "openai-responses": (".call_id", ".name", ".arguments"),
    "anthropic-messages": (".id", ".name", ".input"),
    "bedrock-invoke": (".id", ".name", ".input"),
    "bedrock-converse": (".toolUse.toolUseId", ".toolUse.name", ".toolUse.input"),
    "gemini-generate": (".functionCall.id", ".functionCall.name", ".functionCall.args"),
    "gemini-interactions": (".id", ".name", ".arguments"),
    "cohere-chat": (".id", ".function.name", ".function.arguments"),
    "ollama-chat": (".id", ".function.name", ".function.arguments"),
}
_DEFAULT = (".id", ".name", ".arguments")


def calls_paired(recorded: Sequence[Part], sent: Sequence[Part]) -> dict[int, int]:
    """Places of an answer's calls → places of the calls that a request carries for them.

    By id, then by name and arguments, then by name, then by order. A call without a name is none.
    """
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for rank in range(4):
        free: dict[Hashable, deque[int]] = {}
        for place, part in enumerate(sent):
            if isinstance(part, ToolCall) and place not in taken:
                free.setdefault(_key(part, rank), deque()).append(place)
        for place, part in enumerate(recorded):
            if not isinstance(part, ToolCall) or place in pairs or not part.name:
                continue
            key = _key(part, rank)
            if key is not None and free.get(key):
                pairs[place] = free[key].popleft()
                taken.add(pairs[place])
    return pairs


def _key(call: ToolCall, rank: int) -> Hashable:
    """What a call is known by: None at first where it has no id of its own."""
    if rank == 0:
        return None if call.id_synthesised else call.id
    return (call.name, canonical(call.arguments)) if rank == 1 else call.name if rank == 2 else ""


def call_faults(
    dialect: str,
    recorded: Sequence[Part],
    sent: Sequence[Part],
    pairs: dict[int, int],
    base: str,
) -> Iterator[Fault]:
    """What is wrong with the calls that a request carries back."""
    ident, name, arguments = _MEMBERS.get(dialect, _DEFAULT)
    for place, part in enumerate(recorded):
        if not isinstance(part, ToolCall) or not part.name:
            continue
        if place not in pairs:
            yield Fault(
                kind="call-missing",
                severity="warning",
                part=part,
                path=wanted_path(part, base),
                what=f"TURN's call of {part.name!r}",
                said="is missing",
                recorded=part.id,
            )
            continue
        echo = sent[pairs[place]]
        assert isinstance(echo, ToolCall)
        where = echo.path or ""
        yield from _id(dialect, part, echo, where + ident)
        if part.name != echo.name:
            yield Fault(
                kind="call-name",
                severity="error",
                part=part,
                path=where + name,
                what=f"the name of TURN's call of {part.name!r}",
                said="is not what it was",
                recorded=part.name,
                sent=echo.name,
            )
        yield from _arguments(part, echo, where + arguments)


def _id(dialect: str, part: ToolCall, echo: ToolCall, path: str) -> Iterator[Fault]:
    if part.id_synthesised or part.id == echo.id:
        return
    if dialect in IDS_OPTIONAL and echo.id is None:
        return
    yield Fault(
        kind="call-id",
        # else an error only where the result has another: that is told there
        severity="error" if _SIGNED_ID in (part.id or "") else "warning",
        part=part,
        path=path,
        what=f"the id of TURN's call of {part.name!r}",
        said="is not what it was" if echo.id else "is missing",
        recorded=part.id,
        sent=echo.id,
    )


def _arguments(part: ToolCall, echo: ToolCall, path: str) -> Iterator[Fault]:
    if part.arguments is None:  # no JSON: a client may have mended it
        return
    place = first_difference(part.arguments, echo.arguments)
    if place is not None:
        said = "are not what they were" + (f", at {place}" if place != "$" else "")
        yield Fault(
            kind="arguments",
            severity="warning",
            part=part,
            path=path,
            what=f"the arguments of TURN's call of {part.name!r}",
            said=said,
        )


def result_faults(
    dialect: str, messages: Sequence[Message], open_calls: Sequence[ToolCall] = ()
) -> Iterator[Fault]:
    """Results without a call, and calls without a result, in what a request carries.

    `open_calls` are those of an answer whose history the server holds. Calls of the very last
    message may still go on, and want no result.
    """
    loose = dialect in IDS_OPTIONAL
    book = _Calls(loose=loose)
    for call in open_calls:
        book.add(call)
    for number, message in enumerate(messages, 1):
        for part in message.parts:
            if isinstance(part, ToolCall) and number < len(messages):
                book.add(part)
            elif isinstance(part, ToolCallResponse) and not book.answered(part):
                yield _without_call(part, loose=loose)
    yield from (_without_result(call, loose=loose) for call in book.open)


class _Calls:
    """Calls that wait for their results; `loose`: a name will do where there is no id."""

    def __init__(self, *, loose: bool) -> None:
        self._loose = loose
        self._waiting: dict[str, deque[int]] = {}
        self._open: dict[int, ToolCall] = {}
        self._count = 0

    @property
    def open(self) -> tuple[ToolCall, ...]:
        """The calls that nothing has answered, in order."""
        return tuple(self._open.values())

    def add(self, call: ToolCall) -> None:
        """Enter a call under its id, and under its name and none where it has no id."""
        has_id = bool(call.id) and not call.id_synthesised
        names = [f"id {call.id}"] if has_id else []
        if self._loose or not has_id:
            names += [f"name {call.name}", ""]
        self._open[self._count] = call
        for name in names:
            self._waiting.setdefault(name, deque()).append(self._count)
        self._count += 1

    def answered(self, result: ToolCallResponse) -> bool:
        """Whether there is a call that the result belongs to, which then is answered.

        A second result for an id belongs to the same call.
        """
        by_id = f"id {result.id}"
        for name in (by_id, f"name {result.name}" if result.name else ""):
            free = self._waiting.get(name, deque())
            while free:
                if self._open.pop(free.popleft(), None) is not None:
                    return True
        return bool(result.id) and by_id in self._waiting


def _without_call(result: ToolCallResponse, *, loose: bool) -> Fault:
    named = result.id or result.name
    return Fault(
        kind="result-without-call",
        severity="warning" if loose else "error",
        part=result,
        path=result.path or "",
        what="the tool result" + (f" {named!r}" if named else ""),
        said="belongs to no call before it",
        sent=result.id,
    )


def _without_result(call: ToolCall, *, loose: bool) -> Fault:
    return Fault(
        kind="call-without-result",
        severity="warning" if loose else "error",
        part=call,
        path=call.path or "",
        what=f"the call of {call.name!r}" + (f" ({call.id!r})" if call.id else ""),
        said="has no result",
        sent=call.id,
    )
