"""SDKs that parse a stream's events but leave the joining to their caller, over the corpus.

The frames that botocore, cohere and ollama hand on are ours, one for one; joined in the plainest
way they say what our exchange says. The run's output ends with the table.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from stream_cassette.conversation.model import Exchange
from stream_cassette.conversation.parts import Reasoning, Text, ToolCall
from stream_cassette.meaning import decoded_body, exchange_of, frames_of
from tests.corpus import Tell
from tests.support.oracle_table import TITLE, Tally
from tests.support.recorded_streams import Recorded, recorded


@dataclass
class Said:
    """What the events say, joined by hand."""

    text: str = ""
    reasoning: str = ""
    signatures: list[str] = field(default_factory=list)
    calls: dict[Any, list[Any]] = field(default_factory=dict)
    finish: str | None = None
    usage: tuple[Any, Any] = (None, None)
    events: int = 0


def ours(exchange: Exchange) -> Said:
    (message,) = exchange.candidates
    assert message.finish_reason is not None
    calls = [one for one in message.parts if isinstance(one, ToolCall)]
    reasoning = [one for one in message.parts if isinstance(one, Reasoning)]
    usage = exchange.usage
    return Said(
        text="".join(one.content for one in message.parts if isinstance(one, Text)),
        reasoning="".join(one.content for one in reasoning),
        signatures=[one.signature for one in reasoning if one.signature],
        calls={n: [one.name, one.arguments] for n, one in enumerate(calls)},
        finish=message.finish_reason.raw,
        usage=(usage.input_tokens, usage.output_tokens) if usage else (None, None),
    )


def settled(said: Said) -> Said:
    """The calls in order, their arguments as JSON."""
    said.calls = {
        n: [name, json.loads(sent or "{}") if isinstance(sent, str) else sent]
        for n, (name, sent) in enumerate(said.calls.values())
    }
    return said


def bedrock_events(
    body: bytes, operation: str, service: str = "bedrock-runtime"
) -> Iterator[dict[str, Any]]:
    """The events as botocore gives them."""
    import botocore.session
    from botocore.eventstream import EventStream
    from botocore.parsers import EventStreamJSONParser

    class Raw:
        def stream(self) -> Iterator[bytes]:
            yield body

        def close(self) -> None:
            """Nothing is open."""

    model = botocore.session.get_session().get_service_model(service)
    output = model.operation_model(operation).get_event_stream_output()
    yield from EventStream(Raw(), output, EventStreamJSONParser(), operation)


def converse(recorded_one: Recorded) -> Said:
    said, hosted = Said(), set[int]()
    body = decoded_body(recorded_one.interaction.response)
    for event in bedrock_events(body, "ConverseStream"):
        said.events += 1
        ((name, value),) = event.items()
        tool = value.get("start", {}).get("toolUse")
        if tool and tool.get("type") == "server_tool_use":  # Nova's own search: no client's call
            hosted.add(value["contentBlockIndex"])
        elif tool:
            said.calls[value["contentBlockIndex"]] = [tool["name"], ""]
        elif name == "contentBlockDelta":
            delta = value["delta"]
            said.text += delta.get("text", "")
            if "toolUse" in delta and value["contentBlockIndex"] not in hosted:
                said.calls[value["contentBlockIndex"]][1] += delta["toolUse"]["input"]
            thought = delta.get("reasoningContent", {})
            said.reasoning += thought.get("text", "")
            said.signatures += [thought["signature"]] if "signature" in thought else []
        elif name == "messageStop":
            said.finish = value["stopReason"]
        elif name == "metadata":
            counted = value["usage"]
            cached = counted.get("cacheReadInputTokens", 0) + counted.get(
                "cacheWriteInputTokens", 0
            )
            said.usage = (counted["inputTokens"] + cached, counted["outputTokens"])
    return said


def invoke(recorded_one: Recorded) -> Said:
    """botocore hands on the payload's bytes: those of Anthropic are joined by its SDK."""
    from anthropic.lib.streaming._messages import accumulate_event

    said, snapshot, buffers = Said(), None, dict[int, bytes]()
    body = decoded_body(recorded_one.interaction.response)
    for event in bedrock_events(body, "InvokeModelWithResponseStream"):
        said.events += 1
        payload = json.loads(event["chunk"]["bytes"])
        if "outputText" in payload or "completion" in payload:
            said.text += payload.get("outputText", payload.get("completion"))
            said.finish = payload.get("completionReason") or payload.get("stop_reason")
            if payload.get("amazon-bedrock-guardrailAction") == "INTERVENED":
                said.finish = "INTERVENED"
            metrics = payload.get("amazon-bedrock-invocationMetrics", {})
            said.usage = (
                payload.get("inputTextTokenCount", metrics.get("inputTokenCount")),
                payload.get("totalOutputTextTokenCount", metrics.get("outputTokenCount")),
            )
        elif "type" in payload:
            if payload["type"] not in ("ping", "message_stop"):
                snapshot = accumulate_event(
                    event=payload, current_snapshot=snapshot, json_bufs=buffers
                )
        else:
            nova(payload, said)
    if snapshot is not None:
        said.text = "".join(one.text for one in snapshot.content if one.type == "text")
        calls = [one for one in snapshot.content if one.type == "tool_use"]
        said.calls = {n: [one.name, one.input] for n, one in enumerate(calls)}
        said.finish = snapshot.stop_reason
        said.usage = (snapshot.usage.input_tokens, snapshot.usage.output_tokens)
    return said


def agent(recorded_one: Recorded) -> Said:
    said = Said()
    body = decoded_body(recorded_one.interaction.response)
    for event in bedrock_events(body, "InvokeAgent", "bedrock-agent-runtime"):
        said.events += 1
        said.text += event["chunk"]["bytes"].decode() if "chunk" in event else ""
    return said


def nova(payload: dict[str, Any], said: Said) -> None:
    ((name, value),) = ((n, v) for n, v in payload.items() if not n.startswith("amazon-"))
    index = value.get("contentBlockIndex")
    if name == "contentBlockStart":
        said.calls[index] = [value["start"]["toolUse"]["name"], ""]
    elif name == "contentBlockDelta":
        said.text += value["delta"].get("text", "")
        if "toolUse" in value["delta"]:
            said.calls[index][1] += value["delta"]["toolUse"]["input"]
    elif name == "messageStop":
        said.finish = value["stopReason"]
    elif name == "metadata":
        said.usage = (value["usage"]["inputTokens"], value["usage"]["outputTokens"])


def answering(recorded_one: Recorded, media: str) -> Any:
    """An httpx transport that gives the recorded answer; a list of chunks as an event stream."""
    import httpx

    response = recorded_one.interaction.response
    body = decoded_body(response)
    if media == "text/event-stream" and body.startswith(b"{"):
        body = b"".join(b"data: %b\n\n" % one.data.encode() for one in frames_of(response))
    headers = {"content-type": media}
    return httpx.MockTransport(lambda _: httpx.Response(200, headers=headers, content=body))


def cohere(recorded_one: Recorded) -> Said:
    import cohere as sdk
    import httpx

    said = Said()
    client = httpx.Client(transport=answering(recorded_one, "text/event-stream"))
    for event in sdk.ClientV2("key", httpx_client=client).chat_stream(model="m", messages=[]):
        said.events += 1
        value = json.loads(event.model_dump_json())
        message = ((value.get("delta") or {}).get("message")) or {}
        if event.type == "content-delta":
            said.text += message["content"].get("text") or ""
            said.reasoning += message["content"].get("thinking") or ""
        elif event.type == "tool-plan-delta":
            said.reasoning += message["tool_plan"]
        elif event.type == "tool-call-start":
            function = message["tool_calls"]["function"]
            said.calls[event.index] = [function["name"], function["arguments"]]
        elif event.type == "tool-call-delta":
            piece = message["tool_calls"]["function"]["arguments"]
            said.calls[event.index][1] += piece or ""
        elif event.type == "message-end":
            said.finish = value["delta"]["finish_reason"]
            tokens = value["delta"]["usage"]["tokens"]
            said.usage = (tokens["input_tokens"], tokens["output_tokens"])
    client.close()
    return said


def ollama(recorded_one: Recorded) -> Said:
    import ollama as sdk

    said = Said()
    client = sdk.Client(transport=answering(recorded_one, "application/x-ndjson"))
    generates = recorded_one.interaction.request.url.endswith("/api/generate")
    ask = client.generate if generates else client.chat
    for line in ask(model="m", stream=True):
        said.events += 1
        message = line if generates else line.message
        said.text += (line.response if generates else line.message.content) or ""
        said.reasoning += message.thinking or ""
        for call in () if generates else message.tool_calls or ():
            said.calls[len(said.calls)] = [call.function.name, call.function.arguments]
        if line.done:
            said.finish = line.done_reason
            said.usage = (line.prompt_eval_count, line.eval_count)
    return said


ROWS: dict[str, tuple[tuple[str, ...], Callable[[Recorded], Said], int]] = {
    "bedrock-agent": (("botocore",), agent, 2),
    "bedrock-converse": (("botocore",), converse, 14),
    "bedrock-invoke": (("botocore", "anthropic"), invoke, 13),
    "cohere-chat": (("cohere",), cohere, 5),
    "ollama-chat": (("ollama",), ollama, 1),
}


def is_streamed(one: Recorded, exchange: Exchange) -> bool:
    """Whether the answer came as the wire's own events."""
    body = decoded_body(one.interaction.response)
    if exchange.dialect.startswith("bedrock"):
        return body.startswith(b"\0\0")  # a fixture may hold the events' JSON alone
    return exchange.end_marker


@pytest.mark.parametrize("dialect", ROWS)
def test_says_what_the_sdk_says(dialect: str, corpus: Path, tell: Tell) -> None:
    sdks, oracle, at_least = ROWS[dialect]
    for one in sdks:
        pytest.importorskip(one)
    tally = Tally(dialect=dialect, oracle=sdks[0])
    for one in recorded(corpus):
        exchange = exchange_of(one.interaction)
        if exchange is None or exchange.dialect != dialect or not is_streamed(one, exchange):
            continue
        theirs, mine = settled(oracle(one)), ours(exchange)
        spoken = [each for each in frames_of(one.interaction.response) if each.dispatch]
        mine.events = sum(each.data != "[DONE]" for each in spoken)
        found = {name for name, value in vars(mine).items() if value != vars(theirs)[name]}
        tally.add(f"{one.path.relative_to(corpus)} [{one.index}]", found, {})
    tell(TITLE, tally.lines())
    assert tally.failed == []
    assert tally.agreed >= at_least
