"""Items of Responses, each type, in answers and requests."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest

from stream_cassette.conversation.media import Blob
from stream_cassette.conversation.parts import (
    Compaction,
    Generic,
    Part,
    Reasoning,
    Refusal,
    ServerToolCall,
    ServerToolCallResponse,
    Text,
    ToolCall,
    ToolCallResponse,
)
from stream_cassette.dialects._responses_items import KNOWN_ITEMS, item_parts


def parts(item: Any, **rest: Any) -> list[Part]:
    return [part for _, part in item_parts(item, "output[0]", **rest)]


def only(item: Any, **rest: Any) -> Part:
    (part,) = parts(item, **rest)
    return part


def test_a_message_has_a_part_for_each_content() -> None:
    text = {"type": "output_text", "text": "a", "annotations": [{"type": "file_path"}]}
    message = {
        "type": "message",
        "id": "msg_1",
        "role": "assistant",
        "phase": "commentary",
        "content": [text, {"type": "refusal", "refusal": "no"}, {"type": "odd", "x": 1}],
    }
    extra = {"id": "msg_1", "phase": "commentary"}
    found = item_parts(message, "output[2]")
    assert [name for name, _ in found] == [0, 1, 2]
    assert [part for _, part in found] == [
        Text(content="a", citations=({"type": "file_path"},), extra=extra),
        Refusal(content="no", extra=extra),
        Generic(kind="odd", value={"type": "odd", "x": 1}, extra=extra),
    ]
    assert [part.path for _, part in found] == [f"output[2].content[{n}]" for n in range(3)]
    assert parts({"type": "message", "content": "plain"}) == [Text(content="plain")]
    assert parts({"type": "message", "content": None}) == []


def test_a_message_of_another_role_is_not_the_assistants() -> None:
    """A compaction repeats what the user said."""
    item = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "a"}]}
    assert only(item) == Generic(kind="message", value=item)
    assert "message" in KNOWN_ITEMS


@pytest.mark.parametrize(
    ("item", "wanted"),
    [
        ({"summary": []}, Reasoning(kind="summary")),
        ({"summary": [], "encrypted_content": "E"}, Reasoning(kind="encrypted", issued=("E",))),
        (
            {"id": "rs_1", "summary": [{"type": "summary_text", "text": "a"}]},
            Reasoning(content="a", kind="summary", id="rs_1"),
        ),
        (
            {"summary": [{"text": "a"}, {"text": ""}, {"text": "b"}], "encrypted_content": "E"},
            Reasoning(
                content="a\n\nb", kind="summary", issued=("E",), extra={"summary": ["a", "b"]}
            ),
        ),
        (
            {"summary": [], "content": [{"type": "reasoning_text", "text": "a"}], "status": "x"},
            Reasoning(content="a", extra={"status": "x"}),
        ),
        ({"summary": None, "content": "odd"}, Reasoning(content="odd")),
    ],
)
def test_reasoning(item: Any, wanted: Reasoning) -> None:
    assert only({"type": "reasoning", **item}) == wanted


def test_reasoning_with_a_summary_and_its_text() -> None:
    item = {"type": "reasoning", "id": "r", "summary": [{"text": "s"}], "content": [{"text": "t"}]}
    assert parts({**item, "encrypted_content": "E"}) == [
        Reasoning(content="s", kind="summary", id="r", issued=("E",)),
        Reasoning(content="t", id="r"),
    ]


def test_compaction() -> None:
    item = {"type": "compaction", "id": "cmp_1", "encrypted_content": "E"}
    assert only(item) == Compaction(issued=("E",), extra={"id": "cmp_1"})
    assert only({"type": "compaction"}) == Compaction()


@pytest.mark.parametrize(
    ("sent", "arguments"),
    [('{"a": 1}', {"a": 1}), ("", {}), ('{"a', None), ('{"a":1,"a":2}', {"a": 2})],
)
def test_function_call(sent: str, arguments: Any) -> None:
    item = {"type": "function_call", "id": "fc_1", "call_id": "call_1", "name": "f"}
    call = ToolCall(
        id="call_1", name="f", arguments=arguments, arguments_text=sent, extra={"id": "fc_1"}
    )
    assert only({**item, "arguments": sent}) == call


def test_function_call_with_an_object_and_a_namespace() -> None:
    item = {"type": "function_call", "name": "f", "arguments": {"a": 1}, "namespace": "n"}
    assert only(item) == ToolCall(name="f", arguments={"a": 1}, extra={"namespace": "n"})


def test_custom_call() -> None:
    item = {"type": "custom_tool_call", "call_id": "c", "name": "sql", "input": "SELECT 1"}
    assert only(item) == ToolCall(
        id="c", name="sql", arguments="SELECT 1", arguments_text="SELECT 1", custom=True
    )


def test_a_custom_call_of_xai_itself() -> None:
    item = {"type": "custom_tool_call", "call_id": "xs_call_1", "name": "x_keyword_search"}
    assert only({**item, "input": '{"query":"a"}'}) == ServerToolCall(
        id="xs_call_1",
        name="x_keyword_search",
        arguments={"query": "a"},
        arguments_text='{"query":"a"}',
    )
    search = {"type": "x_search_call", "id": "x", "name": "x_semantic_search", "arguments": "{}"}
    assert isinstance(only(search), ServerToolCall)


CLIENTS = [
    ("computer_call", {"action": {"type": "wait"}}, "computer", {"type": "wait"}),
    ("computer_call", {"actions": [{"type": "wait"}]}, "computer", {"actions": [{"type": "wait"}]}),
    ("local_shell_call", {"action": {"command": ["ls"]}}, "local_shell", {"command": ["ls"]}),
    ("shell_call", {"action": {"commands": ["ls"]}}, "shell", {"commands": ["ls"]}),
    ("apply_patch_call", {"operation": {"path": "a"}}, "apply_patch", {"path": "a"}),
    ("tool_search_call", {"arguments": {"goal": "a"}}, "tool_search", {"goal": "a"}),
    ("tool_search_call", {"arguments": "a"}, "tool_search", {"arguments": "a"}),
    ("apply_patch_call", {}, "apply_patch", {}),
]


@pytest.mark.parametrize(("kind", "given", "name", "arguments"), CLIENTS)
def test_calls_that_the_client_executes(kind: str, given: Any, name: str, arguments: Any) -> None:
    item = {"type": kind, "id": "i", "call_id": "c", "status": "completed", **given}
    extra = {"id": "i", "status": "completed"}
    assert only(item) == ToolCall(id="c", name=name, arguments=arguments, extra=extra)


@pytest.mark.parametrize(
    ("item", "extra"),
    [
        (
            {"type": "shell_call", "environment": {"type": "container_reference"}},
            {"environment": {"type": "container_reference"}},
        ),
        ({"type": "tool_search_call", "execution": "server"}, {"execution": "server"}),
    ],
)
def test_the_same_calls_where_the_provider_executes_them(item: Any, extra: Any) -> None:
    call = only({**item, "call_id": "c"})
    assert call == ServerToolCall(
        id="c", name=item["type"].removesuffix("_call"), arguments={}, extra=extra
    )


def test_hosted_calls_and_their_results() -> None:
    search = {"type": "file_search_call", "id": "fs", "queries": ["a"], "results": None}
    call = ServerToolCall(
        id="fs", name="file_search", arguments={"queries": ["a"]}, extra={"id": "fs"}
    )
    assert parts(search) == [call]
    found = [{"file_id": "f"}]
    told = ServerToolCallResponse(id="fs", name="file_search", response=found)
    assert parts({**search, "results": found}) == [call, told]
    web = {"type": "web_search_call", "id": "ws", "action": {"type": "search", "query": "a"}}
    action = {"type": "search", "query": "a"}
    assert only(web) == ServerToolCall(
        id="ws", name="web_search", arguments=action, extra={"id": "ws"}
    )


def test_a_hosted_call_as_xai_spells_it() -> None:
    item = {"type": "web_search_call", "id": "x", "call_id": "", "name": "web_search"}
    assert only({**item, "arguments": '{"query":"a"}'}) == ServerToolCall(
        id="x",
        name="web_search",
        arguments={"query": "a"},
        arguments_text='{"query":"a"}',
        extra={"id": "x", "call_id": ""},
    )


def test_an_mcp_call_that_failed() -> None:
    item = {"type": "mcp_call", "id": "m", "name": "f", "arguments": "", "server_label": "s"}
    extra = {"id": "m", "server_label": "s"}
    call, told = parts({**item, "arguments": "{}", "output": None, "error": {"message": "no"}})
    assert call == ServerToolCall(id="m", name="f", arguments={}, arguments_text="{}", extra=extra)
    assert told == ServerToolCallResponse(id="m", name="f", extra={"error": {"message": "no"}})


def test_an_image() -> None:
    item = {"type": "image_generation_call", "id": "ig", "revised_prompt": "a cat"}
    call = ServerToolCall(
        id="ig",
        name="image_generation",
        arguments={"revised_prompt": "a cat", "output_format": "png"},
        extra={"id": "ig"},
    )
    item["output_format"] = "png"
    assert parts(item) == [call]
    image = Blob(data=b"PNG", modality="image", mime_type="image/png", id="ig")
    assert parts({**item, "result": b64encode(b"PNG").decode()}) == [call, image]
    assert parts({**item, "result": "é"})[1] == Generic(kind="image", value="é")


def test_a_program_of_the_providers() -> None:
    call = {"type": "program", "id": "p", "call_id": "c", "code": "f()", "fingerprint": "x"}
    assert only(call) == ServerToolCall(
        id="c",
        name="program",
        arguments={"code": "f()"},
        extra={"id": "p", "fingerprint": "x", "call_id": "c"},
    )
    told = {"type": "program_output", "call_id": "c", "result": "1"}
    assert only(told) == ServerToolCallResponse(id="c", name="program", response="1")


OUTPUTS = [
    ({"type": "function_call_output", "output": "1"}, ToolCallResponse(id="c", response="1")),
    (
        {"type": "function_call_output", "output": [{"type": "input_text", "text": "1"}]},
        ToolCallResponse(id="c", response="1"),
    ),
    (
        {"type": "custom_tool_call_output", "output": [{"type": "input_image", "file_id": "f"}]},
        ToolCallResponse(id="c", response=[{"type": "input_image", "file_id": "f"}]),
    ),
    (
        {"type": "apply_patch_call_output", "status": "failed", "output": "x"},
        ToolCallResponse(
            id="c", name="apply_patch", response="x", is_error=True, extra={"status": "failed"}
        ),
    ),
    (
        {"type": "apply_patch_call_output", "status": "completed"},
        ToolCallResponse(id="c", name="apply_patch", is_error=False, extra={"status": "completed"}),
    ),
    (
        {"type": "tool_search_output", "execution": "client", "tools": [1]},
        ToolCallResponse(id="c", name="tool_search", response=[1], extra={"execution": "client"}),
    ),
    (
        {"type": "tool_search_output", "execution": "server", "tools": [1]},
        ServerToolCallResponse(
            id="c", name="tool_search", response=[1], extra={"execution": "server"}
        ),
    ),
    (
        {"type": "shell_call_output", "output": []},
        ToolCallResponse(id="c", name="shell", response=[]),
    ),
]


@pytest.mark.parametrize(("item", "wanted"), OUTPUTS)
def test_results_in_a_request(item: Any, wanted: Part) -> None:
    assert only({"call_id": "c", **item}, answer=False) == wanted


def test_a_shells_output_is_the_providers_in_an_answer_and_where_its_call_was() -> None:
    item = {"type": "shell_call_output", "call_id": "c", "output": []}
    told = ServerToolCallResponse(id="c", name="shell", response=[])
    assert only(item) == told
    assert only(item, answer=False, served={"c"}) == told


def test_a_local_shells_output_has_its_calls_id_as_id() -> None:
    item = {"type": "local_shell_call_output", "id": "c", "output": "x"}
    assert only(item, answer=False) == ToolCallResponse(
        id="c", name="local_shell", response="x", extra={"id": "c"}
    )


@pytest.mark.parametrize("kind", ["mcp_approval_request", "item_reference", "brand_new"])
def test_other_items_are_kept_as_they_are(kind: str) -> None:
    item = {"type": kind, "id": "x"}
    assert only(item) == Generic(kind=kind, value=item)
    assert (kind in KNOWN_ITEMS) is (kind != "brand_new")
