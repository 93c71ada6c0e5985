"""MCP over HTTP: golden conversations, detection, messages, errors, the corpus."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from stream_cassette.conversation.parts import Generic, ToolCallResponse
from stream_cassette.dialects._protocol import Opening, Request, ResponseHead
from stream_cassette.dialects.mcp import MCP
from stream_cassette.meaning import exchange_of
from tests.support.read_answers import fold, frame, history
from tests.support.recorded_streams import recorded

DIALECT = MCP()
CALL = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "w"}}
RESULT = {"jsonrpc": "2.0", "id": 1, "result": {}}
HEADERS = {"mcp-session-id": "s"}


def answer(asked: Any, *spoken: Any, media: str = "text/event-stream") -> Any:
    opening = Opening(request=Request(value=asked), response=ResponseHead(media=media))
    return fold(DIALECT.reader(opening), map(frame, spoken))


@pytest.mark.parametrize(
    ("asked", "headers", "value", "claim"),
    [
        (CALL, {}, RESULT, 3),
        (None, HEADERS, RESULT, 3),
        (None, {}, {"jsonrpc": "2.0", "method": "notifications/message"}, 3),
        (CALL, {}, [RESULT], 3),
        (CALL, {}, None, 2),
        ([CALL], {}, "odd", 2),
        (None, HEADERS, None, 0),
        ({**CALL, "method": "eth_call"}, {}, RESULT, 0),
        ({**CALL, "method": ["tools/call"]}, {}, RESULT, 0),
        (None, {}, RESULT, 0),
        (None, {}, {"method": "tools/call"}, 0),
    ],
)
def test_claims(asked: Any, headers: dict[str, str], value: Any, claim: int) -> None:
    for request, response in ((headers, {}), ({}, headers)):
        opening = Opening(
            request=Request(value=asked, headers=request),
            response=ResponseHead(headers=response),
            value=value,
        )
        assert DIALECT.claims(opening) == claim


def test_vendor() -> None:
    assert DIALECT.vendor(Opening(request=Request(host="mcp.example.com"))) is None


@pytest.mark.parametrize(
    ("data", "ends"),
    [
        (RESULT, True),
        ({"jsonrpc": "2.0", "id": 1, "error": {}}, True),
        ([RESULT], True),
        ({"jsonrpc": "2.0", "method": "ping", "id": 1}, False),
        ({"result": '"jsonrpc"'}, False),
        ('"jsonrpc"', False),
        ('{"jsonrpc"', False),
    ],
)
def test_ends(data: Any, ends: bool) -> None:
    assert DIALECT.ends(frame(data)) is ends


def test_results_without_content_are_kept_as_they_are() -> None:
    for result in ({}, {"resultType": "input_required"}, "odd"):
        found = answer(CALL, {**RESULT, "result": result})
        part = Generic(kind="tools/call result", value=result)
        assert found.candidates[0].parts == (part,)


def test_a_tools_result() -> None:
    content = [{"type": "image"}]
    found = answer(CALL, {**RESULT, "result": {"content": content, "isError": "odd"}})
    assert found.candidates[0].role == "tool"
    assert found.candidates[0].parts == (ToolCallResponse(id="1", name="w", response=content),)
    assert found.end_marker


def test_what_follows_the_last_response_is_not_read() -> None:
    found = answer(CALL, {**RESULT, "id": 7}, RESULT, "not read")
    assert (found.termination, len(found.candidates[0].parts)) == ("complete", 2)
    assert found.unknown == ()


def test_an_answer_to_nothing_ends_with_its_body() -> None:
    note = {"jsonrpc": "2.0", "method": "notifications/message"}
    for asked in (None, {"jsonrpc": "2.0", "id": 3, "result": {}}, note):
        found = answer(asked, note, {**note, "id": [1]})
        assert (found.termination, found.end_marker) == ("complete", False)


def test_error_bytes() -> None:
    whole = DIALECT.error_bytes(500, "whole")
    event = DIALECT.error_bytes(500, "sse")
    assert event == b"event: message\ndata: " + whole + b"\n\n"
    found = answer(CALL, whole.decode())
    assert found.error is not None and found.error.message == "HTTP 500"


def test_read_request() -> None:
    reply = {"jsonrpc": "2.0", "id": 3, "result": {"roots": []}}
    found = history(DIALECT, [CALL, reply])
    assert [(one.role, one.path) for one in found.messages] == [
        ("assistant", "[0]"),
        ("user", "[1]"),
    ]
    assert found.messages[1].parts == (Generic(kind="response", value=reply),)
    assert history(DIALECT, {"method": "tools/call"}).messages == ()


def test_the_corpus(corpus: Path) -> None:
    streamed = 0
    for one in recorded(corpus):
        exchange = exchange_of(one.interaction)
        if exchange is not None and exchange.dialect == DIALECT.name:
            streamed += exchange.end_marker
            assert (exchange.unknown, exchange.termination) == ((), "complete"), one.path
    print(f"\nmcp: {streamed} streamed")
    assert streamed >= 7
