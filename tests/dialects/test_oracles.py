"""The providers' own SDKs as oracles, over every streamed answer of the corpus.

Where an SDK is known to accumulate wrongly, a row says on which streams, in which fields, and why;
anything else that differs fails. The run's output ends with the table of what agreed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from stream_cassette.conversation.model import Exchange, Message
from stream_cassette.conversation.parts import Reasoning, Refusal, Text, ToolCall
from stream_cassette.dialects._registry import dialects
from stream_cassette.meaning import exchange_of, frames_of, heard
from tests.corpus import Tell
from tests.support.oracle_table import TITLE, Tally
from tests.support.recorded_streams import Recorded, recorded

Chunks = list[dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class Known:
    """A fault of an SDK: the fields it spoils (`all`: it raises), and on which streams."""

    why: str
    fields: frozenset[str]
    on: Callable[[Chunks], bool]


def streams(root: Path, dialect: str) -> Iterator[tuple[Recorded, Exchange, Chunks]]:
    """The answers of a dialect that came as events, each with its events' JSON."""
    for one in recorded(root):
        exchange = exchange_of(one.interaction)
        response = one.interaction.response
        if exchange is None or exchange.dialect != dialect or response.status >= 400:
            continue
        values: Chunks = []
        for frame in heard(frames_of(response)):
            if DIALECTS[dialect].ends(frame):  # a fixture may hold several answers in a row
                break
            if frame.dispatch:
                values.append(json.loads(frame.data))
        if len(values) > 1:
            yield one, exchange, values


def choices(chunks: Chunks) -> Iterator[dict[str, Any]]:
    for chunk in chunks:
        yield from chunk.get("choices") or ()


def fragments(chunks: Chunks) -> Iterator[dict[str, Any]]:
    for choice in choices(chunks):
        yield from (choice.get("delta") or {}).get("tool_calls") or ()


def says(name: str) -> Callable[[Chunks], bool]:
    """Whether some delta has the member."""
    return lambda chunks: any((one.get("delta") or {}).get(name) for one in choices(chunks))


def several_ids(chunks: Chunks) -> bool:
    seen: dict[Any, set[str]] = {}
    for one in fragments(chunks):
        if one.get("id"):
            seen.setdefault(one.get("index"), set()).add(one["id"])
    return any(len(ids) > 1 for ids in seen.values())


def gaps(chunks: Chunks) -> bool:
    indices = [one["index"] for one in fragments(chunks) if one.get("index") is not None]
    return bool(indices) and set(indices) != set(range(len(set(indices))))


def usage_then_none(chunks: Chunks) -> bool:
    counted = [bool(one.get("usage")) for one in chunks]
    return any(counted) and not counted[-1]


def list_content(chunks: Chunks) -> bool:
    contents = ((one.get("delta") or {}).get("content") for one in choices(chunks))
    return any(isinstance(content, list) for content in contents)


def null_arguments(chunks: Chunks) -> bool:
    functions = (one.get("function") or {} for one in fragments(chunks))
    return any("arguments" in one and one["arguments"] is None for one in functions)


EVERYTHING = frozenset({"raises"})
CHAT_KNOWN = [
    Known(
        why="an error chunk raises", fields=EVERYTHING, on=lambda c: any("error" in x for x in c)
    ),
    Known(
        why="a call without index raises",
        fields=EVERYTHING,
        on=lambda c: any(one.get("index") is None for one in fragments(c)),
    ),
    Known(why="indices that do not start at 0 raise", fields=EVERYTHING, on=gaps),
    Known(why="null arguments raise", fields=EVERYTHING, on=null_arguments),
    Known(why="calls that share an index are joined", fields=frozenset({"calls"}), on=several_ids),
    Known(why="usage is reset by a later chunk", fields=frozenset({"usage"}), on=usage_then_none),
    Known(
        why="x_groq.usage is not read",
        fields=frozenset({"usage"}),
        on=lambda c: any((one.get("x_groq") or {}).get("usage") for one in c),
    ),
    Known(
        why="content lists are not read",
        fields=frozenset({"text", "reasoning"}) | EVERYTHING,
        on=list_content,
    ),
    Known(
        why="reasoning_details are not joined to text",
        fields=frozenset({"reasoning"}),
        on=says("reasoning_details"),
    ),
]


def chat_oracle(chunks: Chunks) -> Any:
    """What openai-python makes of the chunks: its snapshot."""
    from openai._models import construct_type
    from openai.lib.streaming.chat import ChatCompletionStreamState
    from openai.types.chat import ChatCompletionChunk

    state = ChatCompletionStreamState()
    for chunk in chunks:
        state.handle_chunk(construct_type(type_=ChatCompletionChunk, value=chunk))  # type: ignore[arg-type]
    return state.current_completion_snapshot


def joined(message: Message, kind: type[Text | Reasoning | Refusal]) -> str:
    return "".join(part.content for part in message.parts if isinstance(part, kind))


def signatures(message: Message) -> list[str | None]:
    parts = (part for part in message.parts if isinstance(part, Reasoning))
    return [part.signature for part in parts if part.signature]


def chat_differences(exchange: Exchange, chunks: Chunks) -> set[str]:
    try:
        snapshot = chat_oracle(chunks)
    except (TypeError, IndexError, AssertionError, RuntimeError):
        return {"raises"}
    found = set() if len(exchange.candidates) == len(snapshot.choices) else {"candidates"}
    for ours, theirs in zip(exchange.candidates, snapshot.choices, strict=False):
        said = theirs.message
        calls = [
            (one.id, one.function.name, one.function.arguments) for one in said.tool_calls or ()
        ]
        flat = getattr(said, "reasoning", None) or getattr(said, "reasoning_content", None)
        details = getattr(said, "reasoning_details", None) or []
        ours_calls = [
            (one.id, one.name, one.arguments_text)
            for one in ours.parts
            if isinstance(one, ToolCall)
        ]
        assert ours.finish_reason is not None
        pairs = {
            "text": (joined(ours, Text), said.content or ""),
            "refusal": (joined(ours, Refusal), said.refusal or ""),
            "calls": (ours_calls, calls),
            "reasoning": (joined(ours, Reasoning), flat or ""),
            "finish": (ours.finish_reason.raw, theirs.finish_reason or None),
        }
        if len(details) == 1 and isinstance(details[0], dict):
            signed = details[0].get("signature")
            pairs["signature"] = (signatures(ours), [signed] if signed else [])
        found |= {name for name, (one, other) in pairs.items() if one != other}
    ours_usage = exchange.usage.raw if exchange.usage else {}
    theirs_usage = snapshot.usage.to_dict() if snapshot.usage else {}
    names = ("prompt_tokens", "completion_tokens", "total_tokens")
    if any(ours_usage.get(name) != theirs_usage.get(name) for name in names):
        found.add("usage")
    return found


ANTHROPIC_KNOWN = [
    Known(
        why="an error event raises",
        fields=EVERYTHING,
        on=lambda c: any(one.get("type") == "error" for one in c),
    ),
    Known(
        why="partial JSON is repaired, its text lost",
        fields=frozenset({"calls"}),
        on=lambda c: not any(one.get("type") == "message_stop" for one in c) or cut_json(c),
    ),
    Known(
        why="mcp_tool_use.input is not filled in",
        fields=frozenset({"calls"}),
        on=lambda c: any(
            (one.get("content_block") or {}).get("type") == "mcp_tool_use" for one in c
        ),
    ),
]


def cut_json(chunks: Chunks) -> bool:
    texts: dict[int, str] = {}
    for one in chunks:
        piece = (one.get("delta") or {}).get("partial_json")
        if piece is not None:
            texts[one["index"]] = texts.get(one["index"], "") + piece
    for text in texts.values():
        try:
            json.loads(text or "{}")
        except ValueError:
            return True
    return False


def anthropic_oracle(chunks: Chunks) -> Any:
    """What anthropic-sdk-python makes of the events: the final message."""
    from anthropic.lib.streaming._messages import accumulate_event

    message: Any = None
    buffers: dict[int, bytes] = {}
    for event in chunks:
        if event.get("type") in ("ping", "message_stop"):
            continue
        if event.get("type") == "error":
            raise RuntimeError("error")
        message = accumulate_event(
            event=event,  # type: ignore[arg-type]
            current_snapshot=message,
            json_bufs=buffers,
        )
    return message


def anthropic_differences(exchange: Exchange, chunks: Chunks) -> set[str]:
    try:
        theirs = anthropic_oracle(chunks)
    except (RuntimeError, IndexError):
        return {"raises"}
    (ours,) = exchange.candidates
    blocks = [block.to_dict() for block in theirs.content]
    calls = [
        (one.id, one.name, one.arguments)
        for one in ours.parts
        if one.type in ("tool_call", "server_tool_call")
    ]
    thinking = [
        (part.content, part.signature)
        for part in ours.parts
        if isinstance(part, Reasoning) and part.kind == "text"
    ]
    redacted = [
        part.issued[0]
        for part in ours.parts
        if isinstance(part, Reasoning) and part.kind == "redacted"
    ]
    assert ours.finish_reason is not None
    usage = theirs.usage.to_dict()
    names = ("input_tokens", "output_tokens", "cache_read_input_tokens")
    raw = exchange.usage.raw if exchange.usage else {}
    pairs: dict[str, tuple[Any, Any]] = {
        "text": (
            [(part.content, len(part.citations)) for part in ours.parts if isinstance(part, Text)],
            [(b["text"], len(b.get("citations") or ())) for b in blocks if b["type"] == "text"],
        ),
        "calls": (
            calls,
            [(b["id"], b["name"], b["input"]) for b in blocks if b["type"].endswith("tool_use")],
        ),
        "reasoning": (
            thinking,
            [(b["thinking"], b["signature"] or None) for b in blocks if b["type"] == "thinking"],
        ),
        "redacted": (redacted, [b["data"] for b in blocks if b["type"] == "redacted_thinking"]),
        "parts": (len(ours.parts), len(blocks)),
        "finish": (ours.finish_reason.raw, theirs.stop_reason),
        "usage": ([raw.get(name) for name in names], [usage.get(name) for name in names]),
        "id": ((ours.response_id, ours.model), (theirs.id, theirs.model)),
    }
    return {name for name, (one, other) in pairs.items() if one != other}


DIALECTS = dialects()
ROWS = {
    "openai-chat": ("openai", chat_differences, CHAT_KNOWN, 100),
    "anthropic-messages": ("anthropic", anthropic_differences, ANTHROPIC_KNOWN, 40),
}


@pytest.mark.parametrize("dialect", ROWS)
@pytest.mark.filterwarnings("ignore:Pydantic serializer warnings")
def test_equals_the_sdk(dialect: str, corpus: Path, tell: Tell) -> None:
    sdk, differences, known, at_least = ROWS[dialect]
    pytest.importorskip(sdk)
    tally = Tally(dialect=dialect, oracle=sdk)
    for one, exchange, chunks in streams(corpus, dialect):
        where = f"{one.path.relative_to(corpus)} [{one.index}]"
        reasons = {each.why: each.fields for each in known if each.on(chunks)}
        tally.add(where, differences(exchange, chunks), reasons)
    tell(TITLE, tally.lines())
    assert tally.failed == []
    assert tally.agreed >= at_least
