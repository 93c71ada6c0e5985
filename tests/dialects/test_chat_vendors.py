"""Vendors by what their first chunk shows, a row each."""

from __future__ import annotations

from typing import Any

import pytest

from stream_cassette.dialects._chat_vendors import VENDORS, vendor_of
from stream_cassette.dialects._protocol import Opening, Request, ResponseHead


def opening(value: Any = None, host: str = "127.0.0.1", path: str = "/", **headers: str) -> Opening:
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return Opening(
        request=Request(host=host, path=path), response=ResponseHead(headers=named), value=value
    )


def choice(**members: Any) -> dict[str, Any]:
    return {"id": "chatcmpl-1", "model": "m", "choices": [{"index": 0, **members}]}


ROWS: list[tuple[str | None, Opening]] = [
    ("vercel", opening({"id": "gen_1"})),
    ("vercel", opening({"generationId": "x"})),
    ("openrouter", opening({"id": "gen-1"})),
    ("openrouter", opening(choice(native_finish_reason=None))),
    ("openrouter", opening(x_generation_id="gen-1")),
    ("openrouter", opening({"data": {"id": "gen-1", "choices": []}})),
    ("azure", opening({"choices": [], "prompt_filter_results": []})),
    ("azure", opening(path="/openai/deployments/d/chat/completions")),
    ("litellm", opening(x_litellm_version="1")),
    ("litellm", opening(choice(delta={"provider_specific_fields": None}))),
    ("litellm", opening(choice(message={"thinking_blocks": []}))),
    ("gemini", opening({"model": "gemini-3-pro"})),
    ("gemini", opening(path="/v1beta/openai/chat/completions")),
    ("groq", opening({"x_groq": {}})),
    ("stepfun", opening({"model": "step-3.5-flash"})),
    ("deepseek", opening({"model": "deepseek-chat"})),
    ("xai", opening({"model": "grok-4"})),
    ("mistral", opening({"model": "magistral-small"})),
    ("together", opening(choice(delta={"token_id": 1}))),
    ("fireworks", opening({"model": "accounts/fireworks/models/x"})),
    ("perplexity", opening({"model": "sonar-pro"})),
    ("qwen", opening(path="/compatible-mode/v1/chat/completions")),
    ("moonshot", opening({"model": "kimi-k2"})),
    ("zai", opening({"model": "glm-4.6"})),
    ("vllm", opening({"system_fingerprint": "vllm-0.11"})),
    ("vllm", opening(choice(token_ids=None))),
    ("sglang", opening(choice(matched_stop=None))),
    ("llamacpp", opening({"timings": {}})),
    ("ollama", opening({"system_fingerprint": "fp_ollama"})),
    ("writer", opening({"model": "palmyra-x5"})),
    ("writer", opening(choice(delta={"graph_data": None}))),
    ("snowflake", opening(host="x.snowflakecomputing.com")),
    (None, opening({"id": "gen-1"}, host="api.openai.com")),
    (None, opening({"id": "chatcmpl-1", "model": "gpt-5", "choices": []})),
    (None, opening([1])),
    (None, opening()),
]


@pytest.mark.parametrize(("vendor", "shown"), ROWS)
def test_vendor_of(vendor: str | None, shown: Opening) -> None:
    assert vendor_of(shown) == vendor


def test_every_row_is_shown() -> None:
    assert {row.name for row in VENDORS} <= {vendor for vendor, _ in ROWS}
