"""Who speaks Chat Completions, and what each adds: data only.

The merge rules never look at the vendor; these rows name it, and say which members are known.
Source: dialects' fact sheet 4, row by row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from stream_cassette.dialects._chat_sdk import unwrapped
from stream_cassette.dialects._json import mapping, text
from stream_cassette.dialects._protocol import Opening
from stream_cassette.dialects._vendors import by_host

__all__ = ["CHOICE", "DELTA", "DROPPED", "TOP", "VENDORS", "Vendor", "traits", "vendor_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Vendor:
    """How a vendor is recognised where its host is not known: any of these is enough.

    `path` is a part of the path, `headers` are beginnings of response headers; the rest is of the
    first chunk: beginnings of its id, model and fingerprint, members of the chunk, of its first
    choice, and of that choice's delta. The first row that shows counts.
    """

    name: str
    path: str | None = None
    headers: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    fingerprints: tuple[str, ...] = ()
    top: tuple[str, ...] = ()
    choice: tuple[str, ...] = ()
    delta: tuple[str, ...] = ()
    cumulative: bool = False  # a delta's text may repeat all that was said so far
    unmarked: bool = False  # a stream may end without a marker, after its finish reason


VENDORS = (
    Vendor(name="vercel", ids=("gen_",), top=("generationId",)),
    Vendor(name="openrouter", headers=("x-generation-id",), ids=("gen-",),
           choice=("native_finish_reason",)),
    Vendor(name="azure", path="/openai/deployments/", top=("prompt_filter_results",),
           choice=("content_filter_results",)),
    Vendor(name="litellm", headers=("x-litellm-",), top=("provider_specific_fields",),
           delta=("provider_specific_fields", "thinking_blocks")),
    Vendor(name="gemini", path="/v1beta/openai/", models=("gemini-",)),
    Vendor(name="groq", top=("x_groq",)),
    Vendor(name="stepfun", models=("step-",)),
    Vendor(name="deepseek", models=("deepseek-",)),
    Vendor(name="xai", models=("grok-",)),
    Vendor(name="mistral", models=("mistral", "magistral", "codestral", "ministral", "pixtral")),
    Vendor(name="together", choice=("seed",), delta=("token_id",)),
    Vendor(name="fireworks", models=("accounts/",)),
    Vendor(name="perplexity", models=("sonar",), top=("search_results",)),
    Vendor(name="qwen", path="/compatible-mode/", models=("qwen",), cumulative=True),
    Vendor(name="moonshot", models=("kimi-",)),
    Vendor(name="zai", models=("glm-",)),
    Vendor(name="vllm", fingerprints=("vllm-",), top=("prompt_token_ids",), choice=("token_ids",)),
    Vendor(name="sglang", choice=("matched_stop",)),
    Vendor(name="llamacpp", top=("timings",)),
    Vendor(name="ollama", fingerprints=("fp_ollama",)),
    Vendor(name="writer", models=("palmyra",), delta=("graph_data",), unmarked=True),
)  # fmt: skip

_NOBODY = Vendor(name="")

# Members of a chunk that are kept as extras of the answer: the last value that says something.
TOP = frozenset(
    {
        "service_tier", "moderation",
        "provider", "generationId", "openrouter_metadata",  # gateways
        "citations", "search_results", "images", "related_questions", "num_sources_used",
        "prompt_filter_results", "latency_checkpoint",  # Azure
        "x_groq", "usage_breakdown", "prompt_logprobs", "prompt_token_ids", "kv_transfer_params",
        "timings", "time_info", "warnings", "metadata", "request_id", "provider_specific_fields",
        "stream_options", "sla_metrics",
        "cost", "nonce", "prompt", "execution_time", "user_id",
    }
)  # fmt: skip

# … of a choice, kept as extras of the candidate.
CHOICE = frozenset(
    {
        "content_filter_results", "content_filter_offsets", "content_filter_result",  # Azure
        "matched_stop", "stop_reason", "token_ids", "seed", "routed_experts", "error",
        "trace_details",  # Writer
    }
)  # fmt: skip

# … of a delta or message, kept as extras of the candidate.
DELTA = frozenset(
    {
        "provider_metadata", "provider_specific_fields", "context", "channel", "token_id",
        "images", "prefix", "tokens", "end_turn", "cite", "stop_reason",
        "graph_data", "llm_data", "image_data", "translation_data", "web_search_data",  # Writer
    }
)  # fmt: skip

# Padding, and members that say again what another one says: `object`, Together's `text`, which
# repeats the delta, Perplexity's `type`.
DROPPED = frozenset({"obfuscation", "object", "text", "type", "p"})


def vendor_of(opening: Opening) -> str | None:
    """The vendor's name; None for OpenAI itself and for whoever can't be told."""
    host = opening.request.host
    if (named := by_host(host)) is not None:
        return named
    if host.endswith("openai.com"):
        return None
    chunk = unwrapped(mapping(opening.value))
    return next((row.name for row in VENDORS if _shows(row, opening, chunk)), None)


def traits(opening: Opening) -> Vendor:
    """The vendor's row; one that says nothing for who has none."""
    name = vendor_of(opening)
    return next((row for row in VENDORS if row.name == name), _NOBODY)


def _shows(row: Vendor, opening: Opening, chunk: Mapping[str, Any]) -> bool:
    if row.path is not None and row.path in opening.request.path:
        return True
    if any(name.startswith(row.headers) for name in opening.response.headers if row.headers):
        return True
    beginnings = (("id", row.ids), ("model", row.models), ("system_fingerprint", row.fingerprints))
    if any(
        begins and (text(chunk.get(name)) or "").startswith(begins) for name, begins in beginnings
    ):
        return True
    choices = chunk.get("choices")
    choice = mapping(choices[0]) if isinstance(choices, list) and choices else {}
    said = mapping(choice.get("delta") or choice.get("message"))
    places = ((row.top, chunk), (row.choice, choice), (row.delta, said))
    return any(name in place for names, place in places for name in names)
