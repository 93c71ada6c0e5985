"""The public API in use, for mypy and pyright; never run.

Every line has the type that a user's checker must see; `assert_type` says so where it matters.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import assert_type

import httpx

from stream_cassette import (
    Cassette,
    CassetteMiss,
    Chunk,
    Conversation,
    Cut,
    Divergence,
    Drift,
    DriftError,
    EchoFinding,
    Ending,
    Exchange,
    FinishReason,
    Interaction,
    Message,
    Miss,
    Part,
    RecordMode,
    Redaction,
    Request,
    Response,
    StreamError,
    Tape,
    Text,
    ToolCall,
    Usage,
    assert_conversations_match,
    check_echo,
    compare,
    current_tape,
    dump,
    exchange_of,
    load,
    stream_cassette,
    use_cassette,
)


def files(path: Path) -> None:
    cassette = load(path)
    assert_type(cassette, Cassette)
    assert_type(cassette.interactions, tuple[Interaction, ...])
    interaction = cassette.interactions[0]
    assert_type(interaction.request, Request)
    assert_type(interaction.request.headers, tuple[tuple[str, str], ...])
    assert_type(interaction.request.body, bytes)
    response = interaction.response
    assert_type(response, Response)
    assert_type(response.status, int)
    assert_type(response.chunks, tuple[Chunk, ...] | None)
    assert_type(response.cuts, Sequence[Cut] | None)
    assert_type(response.ending, Ending)
    dump(cassette, path)
    dump(cassette, str(path), format="vcr")


def matches(path: Path) -> None:
    conversations = load(path).conversations
    found = compare(conversations[0], conversations[1], level="text", ignore=["..location"])
    assert_type(found, tuple[Divergence, ...])
    assert_type(found[0].path, str)
    assert_type(found[0].steps, tuple[str | int, ...])
    assert_conversations_match(*conversations)
    assert_conversations_match(*conversations, level="exact", ignore=("messages[0]",))
    exchange = exchange_of(load(path).interactions[0])
    assert exchange is None or exchange.candidates[0].role == "assistant"


def said(exchange: Exchange, conversation: Conversation) -> str | None:
    message = exchange.candidates[0]
    assert_type(message, Message)
    assert_type(message.parts, tuple[Part, ...])
    assert_type(message.finish_reason, FinishReason | None)
    assert_type(exchange.usage, Usage | None)
    assert_type(exchange.error, StreamError | None)
    assert_type(conversation.messages, tuple[Message, ...])
    assert_type(conversation.exchanges, tuple[Exchange, ...])
    for part in message.parts:
        if isinstance(part, Text):
            assert_type(part.content, str)
        if isinstance(part, ToolCall):
            assert_type(part.name, str)
    assert_conversations_match(conversation, Conversation(messages=(message,)))
    return message.text


def drop(interaction: Interaction) -> Interaction | None:
    return interaction if interaction.response.status else None


def same_method(live: Request, recorded: Request) -> bool:
    return live.method == recorded.method


def sessions() -> None:
    with use_cassette("a.yaml", record="once", match_on=["method", same_method]) as tape:
        assert_type(tape, Tape)
        assert_type(tape.mode, RecordMode)
        assert_type(tape.misses, tuple[Miss, ...])
        assert_type(tape.played, tuple[Interaction, ...])
        httpx.Client(transport=tape.transport(httpx))
    use_cassette(Path("a.yaml"), record=RecordMode.ALL, before_record=drop, on_miss="error")
    use_cassette("a.yaml", redact=False)
    with use_cassette("a.yaml", record="verify", level="frames") as verified:
        pass
    assert_type(verified.drifts, tuple[Drift, ...])
    with use_cassette(
        "a.yaml", recut="hostile:7", pace="2x", fault="cut@3", clock="virtual"
    ) as cut:
        assert_type(cut.longest_gap, float | None)
        assert_type(cut.first_chunk_before_end, bool)
        assert_type(cut.faults, tuple[tuple[int, str], ...])
        assert_type(cut.replayed_with, str)
    use_cassette("a.yaml", fault={0: "status:429:retry-after=2", 2: ["cut@50%", "reset@1"]})
    use_cassette("a.yaml", fault=["cut@812b"], keep_retry_after=True)
    use_cassette("a.yaml", redact=["x-tenant"], ignore_body=["metadata.time"])
    use_cassette("a.yaml", redact={"headers": ["x-tenant"]}, unplayed="ignore")


async def async_sessions(redaction: Redaction) -> None:
    async with use_cassette("a.yaml", redact=redaction) as tape:
        assert_type(tape, Tape)
        httpx.AsyncClient(transport=tape.async_transport(httpx))
        assert_type(current_tape(), Tape)


def misses(error: CassetteMiss) -> str:
    return str(error)


def echoes(cassette: Cassette) -> list[str]:
    assert_type(check_echo(cassette), tuple[EchoFinding, ...])
    return [f"{one.path}: {one}" for one in check_echo(cassette) if one.severity == "error"]


def drifts(error: DriftError) -> str:
    return f"{error}, {len(error.drifts)}"


@stream_cassette
def test_bare(tape: Tape) -> None:
    assert tape.cassette.interactions


@stream_cassette("weather/{provider}.yaml", record="once", allow_repeats=True)
async def test_named(provider: str, tape: Tape) -> None:
    assert provider in tape.path.name


assert_type(test_bare(current_tape()), None)
