"""google-genai as the oracle, over every answer of the corpus and over our own cassettes.

Its client reads the recorded bytes, over a transport that hands them out, and gives chunks; it
joins nothing. What its chunks hold, laid end to end, is what our exchange holds. What its types
name is known here. The run's output ends with the table of what agreed.
"""

from __future__ import annotations

import functools
import json
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, get_args

import pytest

from stream_cassette.cassette.model import Interaction, header
from stream_cassette.conversation.delta import Unfamiliar
from stream_cassette.conversation.media import Blob
from stream_cassette.conversation.model import Exchange, Message
from stream_cassette.conversation.parts import (
    Reasoning,
    ServerToolCall,
    ServerToolCallResponse,
    Text,
    ToolCall,
)
from stream_cassette.dialects import _gemini_candidate as candidate
from stream_cassette.dialects import _gemini_reader as reader
from stream_cassette.dialects import _interactions_top as top
from stream_cassette.dialects._gemini_parts import bytes_of, part_of
from stream_cassette.dialects._gemini_usage import GENERATE, INTERACTIONS
from stream_cassette.dialects._interactions_parts import content_part, step_part
from stream_cassette.dialects._interactions_reader import EventReader
from stream_cassette.dialects._interactions_step import OpenStep
from stream_cassette.meaning import decoded_body, exchange_of, frames_of, heard
from tests.corpus import CASSETTES, Tell
from tests.support.oracle_table import TITLE, Tally
from tests.support.read_answers import event_stream
from tests.support.recorded_streams import recorded

JSON = "application/json; charset=UTF-8"

genai = pytest.importorskip("google.genai")
httpx2 = pytest.importorskip("httpx2")
types = genai.types


@dataclass(frozen=True, kw_only=True)
class Known:
    """What the SDK does not do, and on which answers: it raises, or `fields` differ."""

    why: str
    on: Callable[[str], bool]
    fields: frozenset[str] = frozenset({"raises"})


KNOWN = [
    Known(why="an error in mid-stream raises", on=lambda body: '"error": {' in body),
    Known(why="an array is not read: it asks for events", on=lambda body: body.startswith("[")),
    Known(why="an event that was cut off raises", on=lambda body: not body.rstrip().endswith("}")),
    Known(why="enums as numbers raise", on=lambda body: '"finishReason": 1' in body),
    Known(
        why="arguments in pieces are not joined",
        on=lambda body: '"willContinue"' in body,
        fields=frozenset({"calls"}),
    ),
    Known(
        why="the API's earlier events are unknown",
        on=lambda body: '"content.delta"' in body,
        fields=frozenset({"text", "calls", "signatures", "finish", "usage", "id"}),
    ),
    Known(
        why="the API's earlier outputs are unknown",
        on=lambda body: '"outputs"' in body,
        fields=frozenset({"text", "signatures", "server results"}),
    ),
]


class Served:
    """A client to whom every request is answered with what was recorded last."""

    def __init__(self) -> None:
        http = httpx2.Client(transport=httpx2.MockTransport(self._answer))
        options = types.HttpOptions(httpx_client=http)
        self.client = genai.Client(api_key="none", http_options=options)

    def serving(self, interaction: Interaction) -> Any:
        response = interaction.response
        self._media = header(response.headers, "content-type")
        self._body = decoded_body(response)
        if self._media is None:  # of stripped chunks, line by line
            self._media = "text/event-stream"
            self._body = event_stream(frame.data for frame in heard(frames_of(response)))
        return self.client

    def _answer(self, request: Any) -> Any:
        return httpx2.Response(200, headers={"content-type": self._media}, content=self._body)


SERVED = functools.cache(Served)  # made once: a client is slow to make


def answers(root: Path) -> Iterator[tuple[str, Interaction, Exchange]]:
    """Gemini's answers below the directory, but for HTTP errors."""
    for one in recorded(root):
        exchange = exchange_of(one.interaction)
        if exchange is None or exchange.dialect not in DIFFERENCES:
            continue
        if one.interaction.response.status < 400:
            yield f"{one.path.relative_to(root)} [{one.index}]", one.interaction, exchange


def joined(message: Message, kind: type[Text | Reasoning]) -> str:
    return "".join(part.content for part in message.parts if isinstance(part, kind))


def ours(message: Message) -> dict[str, Any]:
    """What an answer holds, in the shape of what the SDK's chunks hold."""
    parts = message.parts
    called = [one for one in parts if isinstance(one, ToolCall)]
    assert message.finish_reason is not None
    return {
        "text": joined(message, Text),
        "reasoning": joined(message, Reasoning),
        "calls": [
            (None if one.id_synthesised else one.id, one.name, one.arguments) for one in called
        ],
        "signatures": [bytes_of(one.signature) for one in parts if one.signature],
        "media": [one.data for one in parts if isinstance(one, Blob)],
        "server calls": [one.arguments for one in parts if isinstance(one, ServerToolCall)],
        "server results": sum(isinstance(one, ServerToolCallResponse) for one in parts),
        "finish": message.finish_reason.raw,
        "citations": len((message.extra.get("groundingMetadata") or {}).get("groundingChunks", ())),
    }


def generated(chunks: list[Any]) -> dict[int, dict[str, Any]]:
    """What google-genai's chunks hold, by candidate, laid end to end."""
    out: dict[int, dict[str, Any]] = {}
    for chunk in chunks:
        for one in chunk.candidates or ():
            said = out.setdefault(one.index or 0, blank())
            for part in (one.content.parts if one.content else None) or ():
                add_part(said, part)
            if one.finish_reason is not None:
                said["finish"] = one.finish_reason.value
            if one.grounding_metadata is not None:
                said["citations"] = len(one.grounding_metadata.grounding_chunks or ())
        if (feedback := chunk.prompt_feedback) is not None and feedback.block_reason is not None:
            out.setdefault(0, blank())["finish"] = feedback.block_reason.value
    return out


def blank() -> dict[str, Any]:
    lists = {name: [] for name in ("calls", "signatures", "media", "server calls")}
    none = {"finish": None, "citations": 0, "server results": 0}
    return {"text": "", "reasoning": "", **lists, **none}


def add_part(said: dict[str, Any], part: Any) -> None:
    if part.text is not None:
        said["reasoning" if part.thought else "text"] += part.text
    if part.thought_signature is not None:
        said["signatures"].append(part.thought_signature)
    if (call := part.function_call) is not None:
        said["calls"].append((call.id, call.name, call.args or {}))
    if part.inline_data is not None:
        said["media"].append(part.inline_data.data)
    if (code := part.executable_code) is not None:
        said["server calls"].append({"language": code.language.value, "code": code.code})
    if part.tool_call is not None:
        said["server calls"].append(part.tool_call.args or {})
    said["server results"] += part.code_execution_result is not None
    said["server results"] += part.tool_response is not None


def counts(usage: Any, names: tuple[str, ...]) -> list[Any]:
    return [usage.get(name) for name in names]


def generate_differences(interaction: Interaction, exchange: Exchange) -> set[str]:
    models = SERVED().serving(interaction).models
    whole = ":generateContent" in interaction.request.url
    asked = {
        "model": "g",
        "contents": "x",
        "config": types.GenerateContentConfig(automatic_continuation=False),
    }
    try:
        chunks = [models.generate_content(**asked)] if whole else []
        chunks = chunks or list(models.generate_content_stream(**asked))
    except (genai.errors.APIError, genai.errors.UnknownApiResponseError, ValueError):
        return {"raises"}
    except AttributeError:  # of an enum that is a number
        return {"raises"}
    theirs = generated(chunks)
    found = {"candidates"} if len(theirs) != len(exchange.candidates) else set()
    for message in exchange.candidates:
        mine, other = ours(message), theirs.get(message.candidate_index, blank())
        found |= {name for name, value in other.items() if mine[name] != value}
    usage = next((one.usage_metadata for one in reversed(chunks) if one.usage_metadata), None)
    told = json.loads(usage.model_dump_json(by_alias=True)) if usage is not None else {}
    raw = exchange.usage.raw if exchange.usage is not None else {}
    if counts(raw, GENERATE) != counts(told, GENERATE):
        found.add("usage")
    told_id = next((one.response_id for one in chunks if one.response_id), None)
    if any(one.response_id != told_id for one in exchange.candidates):
        found.add("id")
    return found


def interaction_differences(interaction: Interaction, exchange: Exchange) -> set[str]:
    """The typed events of a stream, or the typed steps of a whole interaction."""
    client = SERVED().serving(interaction)
    asked = {"model": "g", "input": "x", "automatic_continuation": False}
    streamed = header(interaction.response.headers, "content-type") != JSON
    said: dict[str, Any] = {**blank(), "usage": [None] * len(INTERACTIONS), "id": None}
    if streamed:
        arguments: dict[int, str] = {}
        with warnings.catch_warnings():  # one, that the answer goes on elsewhere
            warnings.simplefilter("ignore")
            events = list(client.interactions.create(**asked, stream=True))
        for event in events:
            if not isinstance(event, str):  # it flushes what was cut off
                add_event(said, json.loads(event.model_dump_json()), arguments)
        said["calls"] = [(*one[:2], read_arguments(arguments[one[2]])) for one in said["calls"]]
    else:
        add_whole(said, json.loads(client.interactions.create(**asked).model_dump_json()))
    (message,) = exchange.candidates
    mine = ours(message)
    mine["signatures"] = [one.signature for one in message.parts if one.signature]
    mine["usage"] = counts(exchange.usage.raw if exchange.usage else {}, INTERACTIONS)
    mine["id"] = message.response_id
    del said["citations"], said["media"], said["server calls"]
    return {name for name, value in said.items() if mine[name] != value}


def read_arguments(text: str) -> Any:
    try:
        return json.loads(text or "{}")
    except ValueError:
        return None


def add_event(said: dict[str, Any], event: dict[str, Any], arguments: dict[int, str]) -> None:
    about, step, delta = (event.get(name) or {} for name in ("interaction", "step", "delta"))
    index = event.get("index", 0)
    if event["event_type"] == "interaction.completed":
        add_top(said, about)
    said["id"] = said["id"] or about.get("id") or None
    add_step(said, step, index)
    arguments[index] = arguments.get(index, "") + (
        delta.get("arguments") or "" if delta.get("type") == "arguments_delta" else ""
    )
    if delta.get("type") == "thought_summary":
        said["reasoning"] += delta["content"].get("text", "")
    elif delta.get("type") == "text":
        said["text"] += delta["text"]
    if delta.get("signature"):
        said["signatures"].append(delta["signature"])


def add_top(said: dict[str, Any], interaction: dict[str, Any]) -> None:
    said["finish"] = interaction.get("status")
    said["usage"] = counts(interaction.get("usage") or {}, INTERACTIONS)
    said["id"] = interaction.get("id") or None


def add_step(said: dict[str, Any], step: dict[str, Any], index: int) -> None:
    kind = step.get("type", "")
    said["text"] += "".join(one.get("text", "") for one in step.get("content") or ())
    said["reasoning"] += "".join(one.get("text", "") for one in step.get("summary") or ())
    if kind == "function_call":
        said["calls"].append((step["id"], step["name"], index))
    if step.get("signature"):
        said["signatures"].append(step["signature"])
    said["server results"] += kind.endswith("_result")


def add_whole(said: dict[str, Any], interaction: dict[str, Any]) -> None:
    add_top(said, interaction)
    steps = [one for one in interaction.get("steps") or () if one["type"] != "user_input"]
    for step in steps:
        add_step(said, step, 0)
    said["calls"] = [
        (one["id"], one["name"], one.get("arguments") or {})
        for one in steps
        if one["type"] == "function_call"
    ]


DIFFERENCES = {
    "gemini-generate": generate_differences,
    "gemini-interactions": interaction_differences,
}


EXPLAINED = {"enums as numbers raise", "an array is not read: it asks for events"}


def tallies(*roots: Path) -> dict[str, Tally]:
    """How many answers agree, how many differ for which reason, and which do so for none."""
    out = {dialect: Tally(dialect=dialect, oracle="google-genai") for dialect in DIFFERENCES}
    for where, interaction, exchange in chain.from_iterable(map(answers, roots)):
        found = DIFFERENCES[exchange.dialect](interaction, exchange)
        body = decoded_body(interaction.response).decode("utf-8", "replace")
        reasons = {one.why: one.fields for one in KNOWN if one.on(body)}
        out[exchange.dialect].add(where, found, reasons)
    return out


def test_the_corpus_agrees(corpus: Path, tell: Tell) -> None:
    found = tallies(corpus)
    for one in found.values():
        tell(TITLE, one.lines())
        assert one.failed == []
        assert one.differs.keys() <= EXPLAINED
    generate, interactions = found.values()
    assert generate.agreed >= 82 and interactions.agreed >= 1


def test_our_cassettes_agree() -> None:
    """The wire of our own cassettes is one that the SDK reads, and reads alike."""
    found = tallies(CASSETTES / "gemini_generate", CASSETTES / "gemini_interactions")
    assert [one.failed for one in found.values()] == [[], []]
    generate, interactions = found.values()
    assert generate.agreed >= 20 and interactions.agreed >= 17


def aliases(model: Any) -> set[str]:
    """The names that a type's members have on the wire."""
    return {field.alias or name for name, field in model.model_fields.items()}


def test_what_the_types_of_generate_content_name_is_known() -> None:
    sdk_only = {"sdkHttpResponse", "automaticFunctionCallingHistory", "parsed"}
    known = reader._CORE | reader._KEPT
    assert aliases(types.GenerateContentResponse) - sdk_only <= known
    assert aliases(types.Candidate) <= candidate._CORE | candidate._KEPT
    unmapped = {one.value for one in types.FinishReason} - set(candidate.FINISH)
    # each reads `other`, by the table of finish reasons
    assert unmapped == {
        "FINISH_REASON_UNSPECIFIED",
        "OTHER",
        "IMAGE_OTHER",
        "NO_IMAGE",
        "PUP_LIMITED_DISABLED",
    }
    sums = {"totalTokenCount", "trafficType"}
    counted = aliases(types.GenerateContentResponseUsageMetadata) - sums
    assert {one for one in counted if one.endswith("Count")} == set(GENERATE)


def test_what_the_types_of_interactions_name_is_known() -> None:
    typed = pytest.importorskip("google.genai._gaos.types.interactions")
    members = set(typed.interaction.Interaction.model_fields)
    members |= set(typed.interactionsseeventinteraction.InteractionSseEventInteraction.model_fields)
    assert members - {"continuation_ids"} <= top._CORE | top._KEPT | top._REPEATED  # SDK-side
    for kind in typed.interactionsseevent._INTERACTION_SSE_EVENT_VARIANTS:
        found = EventReader().read({"event_type": kind})
        strange = [one for one in found if isinstance(one, Unfamiliar) and one.kind == "event"]
        assert kind not in {one.name for one in strange}
    for kind in typed.step._STEP_VARIANTS.keys() - {"model_output", "user_input"}:
        assert step_part({"type": kind}, "").type != "generic"
    for kind in typed.content._CONTENT_VARIANTS:
        assert content_part({"type": kind, "uri": "u"}, "").type != "generic"
    for kind in typed.stepdeltadata._STEP_DELTA_DATA_VARIANTS:
        step = OpenStep.for_delta(0, 0, {"type": kind})
        found = [*step.start({"type": step.kind}), *step.delta({"type": kind, "uri": "u"})]
        assert not any(isinstance(one, Unfamiliar) for one in found), kind
    (words,) = (
        get_args(one)
        for one in get_args(
            typed.interactionsseeventinteraction.InteractionSseEventInteractionStatus
        )
        if get_args(one)
    )
    assert set(words) == set(top.FINISH)


def test_parts_of_the_types_are_read() -> None:
    data = {"functionCall", "functionResponse", "inlineData", "fileData", "executableCode"}
    data |= {"codeExecutionResult", "toolCall", "toolResponse", "text"}
    beside = {"thought", "thoughtSignature"}
    more = {"mediaResolution", "videoMetadata", "partMetadata", "mediaProcessing"}
    more |= {"audioTranscription", "speechMetadata", "documentMetadata", "spreadsheetMetadata"}
    more |= {"audioMetadata"}
    assert aliases(types.Part) == data | beside | more
    for name in more:  # kept beside the data
        found = part_of({"text": "a", name: {"a": 1}}, "")
        assert found is not None and found.extra == {name: {"a": 1}}
