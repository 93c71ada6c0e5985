"""Members of JSON answers whose values differ between two runs that say the same.

Issued values (ids, signatures, encrypted blocks) are made anew in each run and come back in later
requests, so one run's stands for the other's. The rest (times, cost, the machine that answered)
never counts. Names are compared without `_`, `-` and case.
Source: `dialects.md`, 13.1 (values that differ) and 14 (values that come back).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

__all__ = [
    "ARGUMENTS",
    "ISSUED",
    "VOLATILE",
    "VOLATILE_EVENTS",
    "is_issued",
    "is_volatile",
    "never_counts",
]

# name → what is issued under it
ISSUED: dict[str, str] = {
    "id": "the id of an answer, an item, a tool call",
    "itemid": "OpenAI Responses",
    "callid": "the id of a tool call: OpenAI Responses, Interactions",
    "toolcallid": "the id of a tool call: chat dialects",
    "tooluseid": "the id of a tool call: Anthropic, Bedrock",
    "responseid": "Gemini; OpenAI's `previous_response_id` holds an `id`",
    "generationid": "Cohere, Vercel",
    "messageid": "Cohere, UI streams",
    "interactionid": "Gemini Interactions",
    "eventid": "Interactions, realtime",
    "conversationid": "OpenAI Responses, Mistral",
    "containerid": "code containers of Anthropic and OpenAI",
    "requestid": "in error bodies and gateways",
    "traceid": "traces of Bedrock's agents",
    "clientrequestid": "traces of Bedrock's agents",
    "invocationid": "returned control, and the results sent back: Bedrock's agents",
    "signature": "reasoning: Anthropic, Bedrock, OpenRouter, Vercel, Mistral",
    "thoughtsignature": "reasoning: Gemini",
    "encryptedcontent": "reasoning: OpenAI Responses; search results: Anthropic",
    "encryptedindex": "citations: Anthropic",
    "encryptedstdout": "code execution: Anthropic",
    "redactedcontent": "reasoning: Bedrock",
    "continuationtoken": "Gemini",
}

# `data` is issued only where the object's `type` says so; else it may be anything
_ISSUED_DATA_TYPES = ("redacted_thinking", "reasoning.encrypted")

# name → why it differs
VOLATILE: dict[str, str] = {
    "created": "time",
    "createdat": "time",
    "createtime": "time",
    "completedat": "time",
    "expiresat": "time",
    "starttime": "time: gateways' attempts, traces of Bedrock's agents",
    "endtime": "time: traces of Bedrock's agents",
    "eventtime": "time: traces of Bedrock's agents",
    "totaltimems": "speed: traces of Bedrock's agents",
    "operationtotaltimems": "speed: traces of Bedrock's agents",
    "latencyms": "speed: Bedrock",
    "latencycheckpoint": "speed",
    "timings": "speed: llama.cpp",
    "totalduration": "speed: Ollama",
    "loadduration": "speed: Ollama",
    "promptevalduration": "speed: Ollama",
    "evalduration": "speed: Ollama",
    "systemfingerprint": "the machine that answered",
    "servicetier": "the machine that answered",
    "inferencegeo": "the machine that answered",
    "model": "an alias, or the version that served it",
    "modelversion": "an alias, or the version that served it",
    "provider": "where a gateway sent it",
    "routing": "where a gateway sent it",
    "seed": "chosen by the server",
    "xgroq": "ids, times and seed of Groq",
    "obfuscation": "padding: OpenAI",
    "sequencenumber": "counts the deltas, whose number varies",
    "usage": "counts",
    "usagemetadata": "counts",
    "metrics": "counts and speed: Bedrock",
    "amazonbedrockinvocationmetrics": "counts and speed: Bedrock",
    "promptevalcount": "counts: Ollama",
    "evalcount": "counts: Ollama",
    "cost": "counts",
    "costinusdticks": "counts",
    "marketcost": "counts: Vercel",
    "cachecreationinputtokens": "counts, where they stand outside of `usage`: Vercel",
    "cachereadinputtokens": "counts, as above",
}

# what a model made up for a tool, in which every name means something else
ARGUMENTS = frozenset({"args", "arguments", "input", "parameters"})

# padding by event name or `type`
VOLATILE_EVENTS = frozenset({"ping"})


@lru_cache(maxsize=4096)
def _plain(name: str) -> str:
    return name.replace("_", "").replace("-", "").lower()


def is_issued(name: str, holder: Mapping[str, Any]) -> bool:
    """Whether the server made up what `holder`, a JSON object, has under this name."""
    if name == "data":
        return holder.get("type") in _ISSUED_DATA_TYPES
    return _plain(name) in ISSUED


def is_volatile(name: str, depth: int) -> bool:
    """Whether the value under this name never counts; `depth` is 0 in the outermost object.

    Bedrock pads its messages with a member `p` there.
    """
    return _plain(name) in VOLATILE or (name == "p" and depth == 0)


def never_counts(name: str, holder: Mapping[str, Any]) -> bool:
    """Whether a member inside a provider's JSON is issued or volatile, and no tool's argument."""
    return name not in ARGUMENTS and (is_issued(name, holder) or is_volatile(name, depth=1))
