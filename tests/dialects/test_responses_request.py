"""What a request carries: input in all shapes, tools, history at the server."""

from __future__ import annotations

from typing import Any

import pytest

from stream_cassette.conversation.media import Uri
from stream_cassette.conversation.model import History, Message, Tool, Unknown
from stream_cassette.conversation.parts import (
    Compaction,
    Generic,
    Reasoning,
    ServerToolCall,
    ServerToolCallResponse,
    Text,
    ToolCall,
    ToolCallResponse,
)
from stream_cassette.dialects._protocol import Request
from stream_cassette.dialects._responses_request import read_request


def history(**body: Any) -> History:
    return read_request(Request(path="/v1/responses", value=body))


def messages(*items: Any) -> tuple[Message, ...]:
    return history(input=list(items)).messages


def call(ident: str) -> dict[str, Any]:
    return {"type": "function_call", "call_id": ident, "name": "f", "arguments": "{}"}


def told(ident: str) -> dict[str, Any]:
    return {"type": "function_call_output", "call_id": ident, "output": ident}


def test_text_alone() -> None:
    found = history(model="m", instructions="be brief", input="hello")
    system, user = found.messages
    assert system == Message(role="system", parts=(Text(content="be brief"),))
    assert user == Message(role="user", parts=(Text(content="hello"),))
    assert (user.path, user.parts[0].path, found.model) == ("input", "input", "m")
    assert messages("bare") == (Message(role="user", parts=(Text(content="bare"),)),)


@pytest.mark.parametrize("kind", [{}, {"type": "message"}])
@pytest.mark.parametrize(
    ("role", "ours"),
    [("user", "user"), ("developer", "system"), ("system", "system"), ("assistant", "assistant")],
)
def test_messages(kind: Any, role: str, ours: str) -> None:
    (easy,) = messages({**kind, "role": role, "content": "a"})
    assert easy == Message(role=ours, parts=(Text(content="a"),))
    (listed,) = messages({**kind, "role": role, "content": [{"type": "input_text", "text": "a"}]})
    assert listed == easy
    assert listed.parts[0].path == "input[0].content[0]"
    assert messages({**kind, "role": role, "content": ""}) == (Message(role=ours),)


def test_contents() -> None:
    image = {"type": "input_image", "image_url": "https://a.example/b.png"}
    (found,) = messages({"role": "user", "content": [image, {"type": "new"}]})
    assert found.parts == (
        Uri(uri="https://a.example/b.png", modality="image"),
        Generic(kind="new", value={"type": "new"}),
    )


def test_the_items_of_a_turn_are_one_message() -> None:
    reasoning = {"type": "reasoning", "id": "r", "summary": [], "encrypted_content": "E"}
    said = {
        "type": "message",
        "role": "assistant",
        "content": [{"type": "output_text", "text": "a"}],
    }
    items = [{"role": "user", "content": "q"}, reasoning, said, call("1"), call("2")]
    found = messages(*items, told("1"), told("2"), said, {"role": "user", "content": "w"}, said)
    assert [one.role for one in found] == [
        "user",
        "assistant",
        "tool",
        "assistant",
        "user",
        "assistant",
    ]
    turn, results = found[1], found[2]
    assert turn.parts == (
        Reasoning(kind="encrypted", id="r", issued=("E",)),
        Text(content="a"),
        ToolCall(id="1", name="f", arguments={}, arguments_text="{}"),
        ToolCall(id="2", name="f", arguments={}, arguments_text="{}"),
    )
    assert (turn.path, turn.parts[3].path) == ("input[1]", "input[4]")
    assert results.parts == tuple(ToolCallResponse(id=one, response=one) for one in "12")
    assert results.parts[1].path == "input[6]"


def test_two_users_in_a_row_stay_two() -> None:
    found = messages({"role": "user", "content": "a"}, {"role": "user", "content": "b"})
    assert [one.text for one in found] == ["a", "b"]


def test_a_compaction_stands_for_what_was_before() -> None:
    (found, _) = messages(
        {"type": "compaction", "id": "c", "encrypted_content": "E"},
        {"role": "user", "content": "q"},
    )
    assert found == Message(role="assistant", parts=(Compaction(issued=("E",), extra={"id": "c"}),))


def test_a_shell_in_the_providers_container() -> None:
    where = {"environment": {"type": "container_reference", "container_id": "n"}}
    (found,) = messages(
        {"type": "shell_call", "call_id": "c", "action": {"commands": []}, **where},
        {"type": "shell_call_output", "call_id": "c", "output": []},
    )
    assert [type(one) for one in found.parts] == [ServerToolCall, ServerToolCallResponse]


@pytest.mark.parametrize(
    ("item", "role"),
    [
        ({"type": "item_reference", "id": "x"}, "assistant"),
        ({"id": "x"}, "assistant"),
        ({"type": "mcp_approval_response", "approve": True}, "user"),
        ({"type": "mcp_approval_request", "name": "f"}, "assistant"),
        ({"type": "compaction_trigger"}, "user"),
        ({"type": "configuration_update"}, "system"),
    ],
)
def test_items_without_a_part_of_their_own(item: Any, role: str) -> None:
    found = history(input=[item])
    kind = item.get("type", "item_reference")
    assert found.messages == (
        Message(role=role, parts=(Generic(kind=kind, value={"type": kind, **item}),)),
    )
    assert found.unknown == ()


def test_an_unknown_item_is_kept_and_reported() -> None:
    item = {"type": "brand_new", "x": 1}
    found = history(input=[item])
    assert found.messages[0].parts == (Generic(kind="brand_new", value=item),)
    assert found.unknown == (Unknown(kind="part", name="brand_new", value=item),)


@pytest.mark.parametrize(
    ("tool", "wanted"),
    [
        (
            {"type": "function", "name": "f", "description": "d", "parameters": {"type": "object"}},
            Tool(name="f", description="d", parameters={"type": "object"}),
        ),
        ({"type": "web_search"}, Tool(name="web_search", kind="web_search")),
        ({"type": "mcp", "server_label": "maps"}, Tool(name="maps", kind="mcp")),
        ({"type": "custom", "name": "sql"}, Tool(name="sql", kind="custom")),
        (
            {"type": "namespace", "name": "n", "tools": [{"name": "f"}]},
            Tool(name="n", kind="namespace", parameters=[{"name": "f"}]),
        ),
    ],
)
def test_tools(tool: Any, wanted: Tool) -> None:
    assert history(tools=[tool]).tools == (wanted,)


def test_tools_that_an_input_item_adds() -> None:
    more = {"type": "additional_tools", "role": "developer", "tools": [{"type": "shell"}]}
    found = history(tools=[{"type": "web_search"}], input=[more])
    assert [one.name for one in found.tools] == ["web_search", "shell"]
    assert found.messages == (
        Message(role="system", parts=(Generic(kind="additional_tools", value=more),)),
    )


@pytest.mark.parametrize(
    ("body", "previous"),
    [
        ({}, None),
        ({"previous_response_id": "resp_1"}, "resp_1"),
        ({"conversation": "conv_1"}, "conv_1"),
        ({"conversation": {"id": "conv_1"}}, "conv_1"),
        ({"conversation": {"id": 7}}, None),
    ],
)
def test_history_at_the_server(body: Any, previous: str | None) -> None:
    assert history(input="a", **body).previous_id == previous


@pytest.mark.parametrize(
    ("path", "previous"),
    [
        ("/v1/responses/resp_1", "resp_1"),
        ("/v1/responses/resp_1/", "resp_1"),
        ("/v1/responses/resp_1/cancel", "resp_1"),
        ("/v1/responses", None),
    ],
)
def test_a_response_that_is_fetched(path: str, previous: str | None) -> None:
    assert read_request(Request(method="GET", path=path)) == History(previous_id=previous)


def test_a_template_at_the_server() -> None:
    prompt = {"id": "pmpt_1", "variables": {"a": "b"}}
    found = history(prompt=prompt, input="a")
    assert found.messages[0] == Message(
        role="system", parts=(Generic(kind="prompt", value=prompt),)
    )
    assert found.unknown == ()
