"""A signed first turn and its echo in the second request, in every dialect that has signatures.

Each pair is made of JSON values as they stand on the wire, so that a test can tamper with the
second request before it becomes an interaction.
"""

from __future__ import annotations

import copy
import json
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from stream_cassette.cassette.model import Cassette, Interaction, Request, Response

__all__ = ["PAIRS", "QUESTION", "SIGNATURE", "TEXT", "Pair", "Steps", "at", "put"]

Steps = tuple[Any, ...]

# Letters and accents in two characters each, which NFC makes one; more than one blank; CRLF.
TEXT = "Cafe\u0301 in  Florence?\r\nLook at the weather there. "
SIGNATURE = b64encode(
    b"\xfb\xef\xbe\xff signed by the model, for nobody else \xfb\xef\xbe"
).decode()
OPAQUE = b64encode(b"\xff\xef\xbe what nobody is to read, and that is long enough \xfe").decode()
OTHER = b64encode(b"\xfe\xef\xbe another value that nobody reads, with its own end").decode()
ARGUMENTS = {"location": "Florence, Italy", "days": 2, "exact": 1.5, "units": ["C", True]}


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Two interactions. `turn` is the path of the echo's message or items in the second request.

    `values` are the places of opaque values, `texts` those of texts that are signed, `blocks` of
    whole blocks, each with the path that a finding has; `swap` are two blocks of a list, with the
    paths of which either may be named. `call` is the place of the id, `arguments` of
    the arguments, `result` of the id in the result.
    """

    id: str
    url: str
    answer: Any
    first: dict[str, Any]
    second: dict[str, Any]
    values: dict[Steps, str]
    texts: dict[Steps, str] = field(default_factory=dict)
    blocks: dict[Steps, str] = field(default_factory=dict)
    swap: tuple[Steps, Steps, frozenset[str]] | None
    call: Steps
    call_path: str
    arguments: Steps
    arguments_path: str
    arguments_text: bool = False
    result: Steps
    decoded: bool = False  # base64 in another spelling is the same
    by_name: bool = False  # a result finds its call without an id

    def cassette(self, change: Callable[[dict[str, Any]], None] | None = None) -> Cassette:
        """The pair as a cassette, the second request changed."""
        second = copy.deepcopy(self.second)
        if change is not None:
            change(second)
        done = {"role": "assistant", "content": "Sunny"}
        bodies = [
            (self.first, self.answer),
            (
                second,
                {
                    "object": "chat.completion",
                    "choices": [{"index": 0, "message": done, "finish_reason": "stop"}],
                }
                if "chat/completions" in self.url
                else self.answer,
            ),
        ]
        return Cassette(
            interactions=tuple(
                Interaction(
                    request=Request(method="POST", url=self.url, body=json.dumps(asked).encode()),
                    response=Response(
                        status=200,
                        headers=(("content-type", "application/json"),),
                        body=json.dumps(answer).encode(),
                    ),
                )
                for asked, answer in bodies
            )
        )


def at(value: Any, steps: Steps) -> Any:
    """The value at a path."""
    for step in steps:
        value = value[step]
    return value


def put(value: Any, steps: Steps, new: Any) -> None:
    """Set the value at a path; None takes it away."""
    parent = at(value, steps[:-1])
    if new is None:
        del parent[steps[-1]]
    else:
        parent[steps[-1]] = new


QUESTION = {"role": "user", "content": "How is the weather?"}


def _anthropic() -> Pair:
    content = [
        {"type": "thinking", "thinking": TEXT, "signature": SIGNATURE},
        {"type": "redacted_thinking", "data": OPAQUE},
        {"type": "text", "text": "I look."},
        {"type": "tool_use", "id": "toolu_01abc", "name": "weather", "input": ARGUMENTS},
    ]
    answer = {
        "type": "message",
        "role": "assistant",
        "id": "msg_1",
        "content": content,
        "stop_reason": "tool_use",
    }
    result = {"type": "tool_result", "tool_use_id": "toolu_01abc", "content": "40 C"}
    turn = ("messages", 1, "content")
    return Pair(
        id="anthropic-messages",
        url="https://api.anthropic.com/v1/messages",
        answer=answer,
        first={"model": "claude-x", "messages": [QUESTION]},
        second={
            "model": "claude-x",
            "messages": [
                QUESTION,
                {"role": "assistant", "content": content},
                {"role": "user", "content": [result, {"type": "text", "text": "Be brief."}]},
            ],
        },
        values={
            (*turn, 0, "signature"): "messages[1].content[0].signature",
            (*turn, 1, "data"): "messages[1].content[1].data",
        },
        texts={(*turn, 0, "thinking"): "messages[1].content[0].thinking"},
        blocks={
            (*turn, 0): "messages[1].content[0].signature",
            (*turn, 1): "messages[1].content[1].data",
        },
        swap=(
            (*turn, 0),
            (*turn, 1),
            frozenset({"messages[1].content[0]", "messages[1].content[1]"}),
        ),
        call=(*turn, 3, "id"),
        call_path="messages[1].content[3].id",
        arguments=(*turn, 3, "input"),
        arguments_path="messages[1].content[3].input",
        result=("messages", 2, "content", 0, "tool_use_id"),
    )


def _bedrock() -> Pair:
    said = {"reasoningText": {"text": TEXT, "signature": SIGNATURE}}
    call = {"toolUseId": "tooluse_1", "name": "weather", "input": ARGUMENTS}
    content = [
        {"reasoningContent": said},
        {"reasoningContent": {"redactedContent": OPAQUE}},
        {"toolUse": call},
    ]
    message = {"role": "assistant", "content": content}
    question = {"role": "user", "content": [{"text": "How is the weather?"}]}
    result = {"toolUseId": "tooluse_1", "content": [{"text": "40 C"}], "status": "success"}
    turn, where = ("messages", 1, "content"), "messages[1].content"
    text = (*turn, 0, "reasoningContent", "reasoningText")
    return Pair(
        id="bedrock-converse",
        url="https://bedrock-runtime.us-east-1.amazonaws.com/model/claude-x/converse",
        answer={"output": {"message": message}, "stopReason": "tool_use", "usage": {}},
        first={"messages": [question]},
        second={
            "messages": [question, message, {"role": "user", "content": [{"toolResult": result}]}]
        },
        values={
            (*text, "signature"): f"{where}[0].reasoningContent.reasoningText.signature",
            (*turn, 1, "reasoningContent", "redactedContent"): (
                f"{where}[1].reasoningContent.redactedContent"
            ),
        },
        texts={(*text, "text"): f"{where}[0].reasoningContent.reasoningText.text"},
        blocks={
            (*turn, 0): f"{where}[0].reasoningContent.reasoningText.signature",
            (*turn, 1): f"{where}[1].reasoningContent.redactedContent",
        },
        swap=((*turn, 1), (*turn, 2), frozenset({f"{where}[2]"})),
        call=(*turn, 2, "toolUse", "toolUseId"),
        call_path=f"{where}[2].toolUse.toolUseId",
        arguments=(*turn, 2, "toolUse", "input"),
        arguments_path=f"{where}[2].toolUse.input",
        result=("messages", 2, "content", 0, "toolResult", "toolUseId"),
    )


def _responses() -> Pair:
    summary = [{"type": "summary_text", "text": TEXT}]
    items = [
        {"type": "reasoning", "id": "rs_1", "summary": summary, "encrypted_content": OPAQUE},
        {"type": "reasoning", "id": "rs_2", "summary": [], "encrypted_content": OTHER},
        {
            "type": "function_call",
            "id": "fc_1",
            "call_id": "call_1",
            "name": "weather",
            "arguments": json.dumps(ARGUMENTS),
        },
    ]
    return Pair(
        id="openai-responses",
        url="https://api.openai.com/v1/responses",
        answer={"object": "response", "id": "resp_1", "status": "completed", "output": items},
        first={"model": "gpt-x", "input": [QUESTION]},
        second={
            "model": "gpt-x",
            "input": [
                QUESTION,
                *items,
                {"type": "function_call_output", "call_id": "call_1", "output": "40 C"},
            ],
        },
        values={
            ("input", 1, "encrypted_content"): "input[1].encrypted_content",
            ("input", 2, "encrypted_content"): "input[2].encrypted_content",
        },
        texts={("input", 1, "summary", 0, "text"): "input[1].summary"},
        blocks={
            # where it would stand: before the call, the next of its turn that there must be
            ("input", 1): "input[2].encrypted_content",
            ("input", 2): "input[2].encrypted_content",
        },
        swap=(("input", 1), ("input", 2), frozenset({"input[1]", "input[2]"})),
        call=("input", 3, "call_id"),
        call_path="input[3].call_id",
        arguments=("input", 3, "arguments"),
        arguments_path="input[3].arguments",
        arguments_text=True,
        result=("input", 4, "call_id"),
    )


def _gemini() -> Pair:
    call = {"id": "c1", "name": "weather", "args": ARGUMENTS}
    parts = [
        {"functionCall": call, "thoughtSignature": SIGNATURE},
        {"functionCall": {"id": "c2", "name": "time", "args": {}}},
    ]
    content = {"role": "model", "parts": parts}
    question = {"role": "user", "parts": [{"text": "How is the weather?"}]}
    results = [
        {"functionResponse": {"id": "c1", "name": "weather", "response": {"result": "40 C"}}},
        {"functionResponse": {"id": "c2", "name": "time", "response": {"result": "noon"}}},
    ]
    turn = ("contents", 1, "parts")
    return Pair(
        id="gemini-generate",
        url="https://generativelanguage.googleapis.com/v1beta/models/gemini-3-x:generateContent",
        answer={"candidates": [{"content": content, "finishReason": "STOP"}]},
        first={"contents": [question]},
        second={"contents": [question, content, {"role": "user", "parts": results}]},
        values={(*turn, 0, "thoughtSignature"): "contents[1].parts[0].thoughtSignature"},
        swap=((*turn, 0), (*turn, 1), frozenset({"contents[1].parts[0]", "contents[1].parts[1]"})),
        call=(*turn, 0, "functionCall", "id"),
        call_path="contents[1].parts[0].functionCall.id",
        arguments=(*turn, 0, "functionCall", "args"),
        arguments_path="contents[1].parts[0].functionCall.args",
        result=("contents", 2, "parts", 0, "functionResponse", "id"),
        decoded=True,
        by_name=True,
    )


def _chat(name: str, carrier: str, blocks: list[Any], value: str, text: str, host: str) -> Pair:
    """A chat whose reasoning comes in a member of its own."""
    call = {
        "id": "call_1",
        "type": "function",
        "function": {"name": "weather", "arguments": json.dumps(ARGUMENTS)},
    }
    message = {"role": "assistant", "content": None, carrier: blocks, "tool_calls": [call]}
    turn, where = ("messages", 1), f"messages[1].{carrier}"
    return Pair(
        id=name,
        url=f"https://{host}/v1/chat/completions",
        answer={
            "object": "chat.completion",
            "choices": [{"index": 0, "message": message, "finish_reason": "tool_calls"}],
        },
        first={"model": "m", "messages": [QUESTION]},
        second={
            "model": "m",
            "messages": [
                QUESTION,
                message,
                {"role": "tool", "tool_call_id": "call_1", "content": "40 C"},
            ],
        },
        values={
            (*turn, carrier, 0, "signature"): f"{where}[0].signature",
            (*turn, carrier, 1, value): f"{where}[1].{value}",
        },
        texts={(*turn, carrier, 0, text): f"{where}[0].{text}"},
        blocks={
            (*turn, carrier, 0): f"{where}[0].signature",
            (*turn, carrier, 1): f"{where}[1].{value}",
        },
        swap=(
            (*turn, carrier, 0),
            (*turn, carrier, 1),
            frozenset({f"{where}[0]", f"{where}[1]"}),
        ),
        call=(*turn, "tool_calls", 0, "id"),
        call_path="messages[1].tool_calls[0].id",
        arguments=(*turn, "tool_calls", 0, "function", "arguments"),
        arguments_path="messages[1].tool_calls[0].function.arguments",
        arguments_text=True,
        result=("messages", 2, "tool_call_id"),
    )


def _interactions() -> Pair:
    summary = [{"type": "text", "text": TEXT}]
    steps = [
        {"type": "thought", "signature": SIGNATURE, "summary": summary},
        {"type": "thought", "signature": OPAQUE},
        {"type": "function_call", "id": "call_1", "name": "weather", "arguments": ARGUMENTS},
    ]
    question = {"type": "user_input", "content": [{"type": "text", "text": "How is it?"}]}
    result = {"type": "function_result", "call_id": "call_1", "name": "weather", "result": "40 C"}
    answer = {"object": "interaction", "id": "v1_x", "status": "requires_action", "steps": steps}
    return Pair(
        id="gemini-interactions",
        url="https://generativelanguage.googleapis.com/v1beta/interactions",
        answer=answer,
        first={"model": "gemini-3-x", "input": [question]},
        second={"model": "gemini-3-x", "input": [question, *steps, result]},
        values={
            ("input", 1, "signature"): "input[1].signature",
            ("input", 2, "signature"): "input[2].signature",
        },
        blocks={
            ("input", 1): "input[2].signature",  # before the call, as items have no place else
            ("input", 2): "input[2].signature",
        },
        swap=(("input", 1), ("input", 2), frozenset({"input[1]", "input[2]"})),
        call=("input", 3, "id"),
        call_path="input[3].id",
        arguments=("input", 3, "arguments"),
        arguments_path="input[3].arguments",
        result=("input", 4, "call_id"),
        decoded=True,
    )


def _invoke(pair: Pair) -> Pair:
    """Anthropic's own shapes behind InvokeModel."""
    host = "bedrock-runtime.us-east-1.amazonaws.com"
    first, second = ({k: v for k, v in one.items() if k != "model"} for one in _bodies(pair))
    version = {"anthropic_version": "bedrock-2023-05-31", "max_tokens": 9}
    return replace(
        pair,
        id="bedrock-invoke",
        url=f"https://{host}/model/anthropic.claude-x/invoke",
        first=version | first,
        second=version | second,
    )


def _bodies(pair: Pair) -> tuple[dict[str, Any], dict[str, Any]]:
    return pair.first, pair.second


def _mistral() -> Pair:
    """Thinking parts stand in the content, signed or not."""
    thinking = [{"type": "text", "text": TEXT}]
    content = [
        {"type": "thinking", "thinking": thinking, "signature": SIGNATURE},
        {"type": "text", "text": "I look."},
        {"type": "thinking", "thinking": [{"type": "text", "text": "Hm"}], "signature": OPAQUE},
    ]
    pair = _chat("mistral", "content", content, "signature", "thinking", "api.mistral.ai")
    turn, where = ("messages", 1, "content"), "messages[1].content"
    return replace(
        pair,
        values={
            (*turn, 0, "signature"): f"{where}[0].signature",
            (*turn, 2, "signature"): f"{where}[2].signature",
        },
        texts={(*turn, 0, "thinking", 0, "text"): f"{where}[0].thinking"},
        blocks={},
        swap=((*turn, 0), (*turn, 2), frozenset({f"{where}[0]", f"{where}[2]"})),
    )


def _compatible() -> Pair:
    """Gemini behind the chat shape: the first call of a step is signed."""
    signed = {"extra_content": {"google": {"thought_signature": SIGNATURE}}}
    pair = _chat("gemini-compatible", "refusal", [], "", "", "generativelanguage.googleapis.com")
    answer, second = copy.deepcopy(pair.answer), copy.deepcopy(pair.second)
    for message in (answer["choices"][0]["message"], second["messages"][1]):
        del message["refusal"]
        message["tool_calls"][0] |= signed
    where = "messages[1].tool_calls[0].extra_content.google.thought_signature"
    steps = ("messages", 1, "tool_calls", 0, "extra_content", "google", "thought_signature")
    return replace(
        pair,
        url="https://generativelanguage.googleapis.com/v1beta/openai/chat/completions",
        answer=answer,
        second=second,
        values={steps: where},
        texts={},
        blocks={},
        swap=None,
        decoded=True,
    )


DETAILS = [
    {"type": "reasoning.text", "text": TEXT, "signature": SIGNATURE, "index": 0},
    {"type": "reasoning.encrypted", "data": OPAQUE, "index": 1},
]
BLOCKS = [
    {"type": "thinking", "thinking": TEXT, "signature": SIGNATURE},
    {"type": "redacted_thinking", "data": OPAQUE},
]

PAIRS = [
    _anthropic(),
    _invoke(_anthropic()),
    _bedrock(),
    _responses(),
    _gemini(),
    _interactions(),
    _compatible(),
    _mistral(),
    _chat("vercel", "reasoning_details", DETAILS, "data", "text", "ai-gateway.vercel.sh"),
    _chat("openrouter", "reasoning_details", DETAILS, "data", "text", "openrouter.ai"),
    _chat("litellm", "thinking_blocks", BLOCKS, "data", "thinking", "litellm.example"),
]
