"""The demo's clients: one two-turn conversation, through the real SDKs or a plain HTTP client.

A trip takes `send`, which posts a request and yields the stream's events as JSON objects; what the
first turn said goes back, signature and all, in the second.
"""

from __future__ import annotations

import importlib
import importlib.metadata
import importlib.util
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from types import ModuleType
from typing import Any, TypeAlias

from stream_cassette.server._demo_answers import CHAT_PATH, MESSAGES_PATH
from stream_cassette.wire.sse import SSEDecoder

__all__ = ["CLIENTS", "DemoClient", "Said", "chat_trip", "messages_trip"]

Send: TypeAlias = Callable[[dict[str, Any]], Iterator[dict[str, Any]]]

MODEL = "anthropic/claude-sonnet-4"
QUESTION = "What's the weather in Florence, Italy?"
TOOL_RESULT = "40 C"
_SCHEMA = {"type": "object", "properties": {"location": {"type": "string"}}}
_KEY = "sk-demo-0123456789"  # the provider takes any; the file must not hold it


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a client read from the streams of one trip."""

    reasoning: str = ""
    signature: str = ""
    tool_id: str = ""
    tool: str = ""
    arguments: str = ""
    text: str = ""

    @property
    def call(self) -> str:
        """The tool call as one reads it: `weather({"location": "Florence, Italy"})`."""
        return f"{self.tool}({self.arguments})"


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoClient:
    """A dialect with the client that speaks it.

    `sdk` is the SDK's distribution, `trip` the conversation, `sender` makes its `send` from the
    provider's URL and an HTTP client of the SDK's own family.
    """

    name: str
    sdk: str
    path: str
    trip: Callable[[Send], Said]
    sender: Callable[[str, Any], Send]

    @property
    def installed(self) -> bool:
        """Whether the SDK can be imported."""
        return importlib.util.find_spec(self.sdk) is not None

    def family(self) -> ModuleType:
        """The HTTP client module to use: the SDK's own, else `httpx2` or `httpx`."""
        if self.installed:
            bases = importlib.import_module(self.sdk).DefaultHttpxClient.__mro__
            names = [base.__module__.partition(".")[0] for base in bases]
            return importlib.import_module(next(n for n in names if n in ("httpx", "httpx2")))
        name = "httpx2" if importlib.util.find_spec("httpx2") else "httpx"
        return importlib.import_module(name)

    def send(self, url: str, http_client: Any) -> Send:
        """What posts this dialect's requests to the provider at `url`."""
        if self.installed:
            return self.sender(url, http_client)
        return _plain(url + self.path, http_client)

    def label(self) -> str:
        """The client's name and version, for people."""
        if self.installed:
            return f"{self.sdk} {importlib.metadata.version(self.sdk)}"
        return self.family().__name__


def _plain(url: str, http_client: Any) -> Send:
    def send(request: dict[str, Any]) -> Iterator[dict[str, Any]]:
        headers = {"authorization": f"Bearer {_KEY}"}
        with http_client.stream("POST", url, json=request, headers=headers) as response:
            response.raise_for_status()
            decoder = SSEDecoder()
            for chunk in response.iter_bytes():
                for frame in decoder.feed(chunk):
                    if frame.dispatch and not frame.data.startswith("[DONE]"):
                        yield json.loads(frame.data)

    return send


def _openai(url: str, http_client: Any) -> Send:
    sdk = importlib.import_module("openai")
    client = sdk.OpenAI(api_key=_KEY, base_url=f"{url}/v1", http_client=http_client, max_retries=0)

    def send(request: dict[str, Any]) -> Iterator[dict[str, Any]]:
        known = {key: value for key, value in request.items() if key != "reasoning"}
        extra = {"reasoning": request["reasoning"]}
        with client.chat.completions.create(**known, extra_body=extra) as stream:
            for chunk in stream:
                yield chunk.to_dict()

    return send


def _anthropic(url: str, http_client: Any) -> Send:
    sdk = importlib.import_module("anthropic")
    client = sdk.Anthropic(api_key=_KEY, base_url=url, http_client=http_client, max_retries=0)

    def send(request: dict[str, Any]) -> Iterator[dict[str, Any]]:
        with client.messages.create(**request) as stream:
            for event in stream:
                yield event.to_dict()

    return send


def chat_trip(send: Send) -> Said:
    """The round trip in openai-chat, with signed `reasoning_details`."""
    function = {"name": "weather", "parameters": _SCHEMA}
    messages: list[dict[str, Any]] = [{"role": "user", "content": QUESTION}]
    request = {
        "model": MODEL,
        "messages": messages,
        "tools": [{"type": "function", "function": function}],
        "stream": True,
        "stream_options": {"include_usage": True},
        "reasoning": {"enabled": True},
    }
    said = Said()
    for chunk in send(request):
        said = _chat_delta(said, chunk)
    detail = {"type": "reasoning.text", "text": said.reasoning, "signature": said.signature}
    call = {"name": said.tool, "arguments": said.arguments}
    turn = {
        "role": "assistant",
        "reasoning_details": [{**detail, "format": "anthropic-claude-v1", "index": 0}],
        "tool_calls": [{"id": said.tool_id, "type": "function", "function": call}],
    }
    result = {"role": "tool", "tool_call_id": said.tool_id, "content": TOOL_RESULT}
    for chunk in send({**request, "messages": [*messages, turn, result]}):
        said = _chat_delta(said, chunk)
    return said


def _chat_delta(said: Said, chunk: dict[str, Any]) -> Said:
    delta = chunk["choices"][0]["delta"] if chunk.get("choices") else {}
    for detail in delta.get("reasoning_details") or ():
        said = replace(
            said,
            reasoning=said.reasoning + detail.get("text", ""),
            signature=detail.get("signature") or said.signature,
        )
    for call in delta.get("tool_calls") or ():
        said = replace(
            said,
            tool_id=call.get("id") or said.tool_id,
            tool=call["function"].get("name") or said.tool,
            arguments=said.arguments + call["function"].get("arguments", ""),
        )
    return replace(said, text=said.text + (delta.get("content") or ""))


def messages_trip(send: Send) -> Said:
    """The round trip in Anthropic Messages, with a signed thinking block."""
    messages: list[dict[str, Any]] = [{"role": "user", "content": QUESTION}]
    request = {
        "model": MODEL.partition("/")[2],
        "max_tokens": 2048,
        "thinking": {"type": "enabled", "budget_tokens": 1024},
        "tools": [{"name": "weather", "input_schema": _SCHEMA}],
        "messages": messages,
        "stream": True,
    }
    said = Said()
    for event in send(request):
        said = _messages_event(said, event)
    use = {"type": "tool_use", "id": said.tool_id, "name": said.tool}
    thinking = {"type": "thinking", "thinking": said.reasoning, "signature": said.signature}
    content = [thinking, {**use, "input": json.loads(said.arguments)}]
    result = {"type": "tool_result", "tool_use_id": said.tool_id, "content": TOOL_RESULT}
    turns = [{"role": "assistant", "content": content}, {"role": "user", "content": [result]}]
    for event in send({**request, "messages": [*messages, *turns]}):
        said = _messages_event(said, event)
    return said


def _messages_event(said: Said, event: dict[str, Any]) -> Said:
    block, delta = event.get("content_block") or {}, event.get("delta") or {}
    if block.get("type") == "tool_use":
        said = replace(said, tool_id=block["id"], tool=block["name"])
    return replace(
        said,
        reasoning=said.reasoning + delta.get("thinking", ""),
        signature=said.signature + delta.get("signature", ""),
        arguments=said.arguments + delta.get("partial_json", ""),
        text=said.text + delta.get("text", ""),
    )


CLIENTS = (
    DemoClient(name="openai-chat", sdk="openai", path=CHAT_PATH, trip=chat_trip, sender=_openai),
    DemoClient(
        name="anthropic-messages",
        sdk="anthropic",
        path=MESSAGES_PATH,
        trip=messages_trip,
        sender=_anthropic,
    ),
)
