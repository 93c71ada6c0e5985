"""The label of a dialect and of a vendor."""

from __future__ import annotations

import pytest

from stream_cassette.dialects._detect import dialect_of, vendor_of


@pytest.mark.parametrize(
    ("path", "first", "dialect"),
    [
        ("/x", '{"type":"message-start"}', "cohere-chat"),
        ("/x", '{"jsonrpc":"2.0"}', "mcp"),
        ("/x", '{"created_at":"","done":false,"message":{}}', "ollama-chat"),
        ("/x", '{"created_at":"","done":false,"response":""}', "ollama-generate"),
        ("/v2/chat", "[1]", "cohere-chat"),
        ("/model/m/converse-stream", "", "bedrock-converse"),
        ("/v2/chat", '{"type":"other"}', "cohere-chat"),
        ("/weather", '{"a":1}', None),
        ("/weather", "[" * 100_000, None),
    ],
)
def test_dialect(path: str, first: str, dialect: str | None) -> None:
    assert dialect_of(path, first) == dialect


@pytest.mark.parametrize(
    ("host", "first", "vendor"),
    [
        ("ai-gateway.vercel.sh", "", "vercel"),
        ("openrouter.ai", "", "openrouter"),
        ("my.openai.azure.com:443", "", "azure"),
        ("notopenrouter.ai", "", None),
        ("bedrock-runtime.us-east-1.amazonaws.com", "", None),
        ("127.0.0.1:8080", '{"id":"gen_1"}', "vercel"),
        ("127.0.0.1:8080", '{"id":"gen-1"}', "openrouter"),
        ("api.openai.com", '{"id":"chatcmpl-1","model":"gpt"}', None),
    ],
)
def test_vendor(host: str, first: str, vendor: str | None) -> None:
    assert vendor_of(host, first) == vendor
