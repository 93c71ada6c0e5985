"""Members that are never looked into."""

from __future__ import annotations

import pytest

from stream_cassette.cassette.opaque_names import is_opaque, is_opaque_type

OPAQUE = """
    signature thoughtSignature thought_signature encrypted_content encrypted_index redactedContent
    id tool_call_id responseId call_id request_id requestId max_tokens promptTokens created
    created_at createTime system_fingerprint sha256 etag obfuscation next_page_token item_ids
"""
OPEN = "content text arguments partial_json data token message error idea model paid key name"


@pytest.mark.parametrize("name", OPAQUE.split())
def test_opaque(name: str) -> None:
    assert is_opaque(name)


@pytest.mark.parametrize("name", OPEN.split())
def test_open(name: str) -> None:
    assert not is_opaque(name)


def test_data_by_the_type_of_its_object() -> None:
    assert is_opaque_type(b"redacted_thinking") and is_opaque_type(b"reasoning.encrypted")
    assert not is_opaque_type(b"text") and not is_opaque_type(b"")
