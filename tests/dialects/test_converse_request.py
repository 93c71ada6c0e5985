"""What a Converse request carries."""

from __future__ import annotations

from typing import Any

import pytest

from stream_cassette.conversation.model import History, Tool
from stream_cassette.dialects._converse_request import model_of, read_request


@pytest.mark.parametrize(
    ("path", "model"),
    [
        ("/model/amazon.nova%3A0/converse", "amazon.nova:0"),
        ("/model/a:0/invoke-with-response-stream", "a:0"),
        ("/model/arn%3Aaws%3A%2Fx%2Fy/converse-stream", "arn:aws:/x/y"),
        ("/proxy/model/arn:aws:x/y/converse", "arn:aws:x/y"),
        ("/v1/messages", None),
    ],
)
def test_model(path: str, model: str | None) -> None:
    assert model_of(path) == model


def test_tools() -> None:
    spec = {"name": "w", "description": "d", "inputSchema": {"json": {"type": "object"}}}
    tools = [{"toolSpec": spec}, {"cachePoint": {"type": "default"}}, {"systemTool": {"name": "s"}}]
    assert read_request({"toolConfig": {"tools": tools}}, "/x").tools == (
        Tool(name="w", description="d", parameters={"type": "object"}),
        Tool(name="s", kind="systemTool"),
    )


def test_paths() -> None:
    result = {"toolResult": {"toolUseId": "t", "content": [{"text": "a"}]}}
    messages = [{"role": "user", "content": [result, {"text": "b"}]}]
    found = read_request({"messages": messages, "system": [{"text": "s"}]}, "/x")
    assert [(one.role, one.path, [part.path for part in one.parts]) for one in found.messages] == [
        ("system", "system", ["system[0]"]),
        ("tool", "messages[0]", ["messages[0].content[0]"]),
        ("user", "messages[0]", ["messages[0].content[1]"]),
    ]


@pytest.mark.parametrize(
    "body", [{}, {"messages": 7, "toolConfig": 7}, {"toolConfig": {"tools": 7}}]
)
def test_nothing(body: dict[str, Any]) -> None:
    assert read_request(body, "/x") == History()


def test_odd_messages() -> None:
    assert [one.role for one in read_request({"messages": [7, {}]}, "/x").messages] == ["user"] * 2
