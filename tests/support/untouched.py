"""What must never be masked, found by other means than the masks': by names of members alone."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from stream_cassette.cassette.model import Interaction, header
from stream_cassette.wire.encoding import decode
from stream_cassette.wire.framing import frames

__all__ = ["ENVIRONMENT", "values_of"]

# what looks like it should be a secret and isn't, and some that are
ENVIRONMENT = {
    "TOKENIZERS_PARALLELISM": "false",
    "SECRET_KEY": "test",
    "SSH_AUTH_SOCK": "/private/tmp/com.apple.launchd.x1y2/Listeners",
    "KEY_FILE": "certs/key.pem",
    "MAX_TOKENS": "4096000000",
    "DB_PASSWORD": "postgres",
    "OPENAI_API_KEY": "sk-proj-4fX9wQ2mZ7rT1yK8bN3cV6pL0sD5gH",
    "ANTHROPIC_API_KEY": "sk-ant-api03-9sKq2LmZx7Vb4Nw1Ty6Ru8Io3Pa5Sd0F",
    "HF_TOKEN": "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",
    "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYzq0Tn3kLmA",
    "MY_PASSWORD": "tr0ub4dor&3-zebra",
    "SESSION_TOKEN": "5f0c9f31",
}

_SIGNATURES = re.compile(
    r"(?:thought_?)?signature|encrypted_content|encrypted_index|redacted_?content|data|id|.*_id|.*Id"
    r"|system_fingerprint|(?!access_).*[tT]okens?|created(?:_at|At)?|.*_time|.*Time|timestamp|hash|sha256|etag"
    r"|obfuscation|continuationToken"
)


def values_of(one: Interaction) -> Iterator[tuple[str, Any]]:
    """Signatures, ids, encrypted values, hashes, times, and every number, each with its path."""
    for whose, body, headers in (
        ("request", one.request.body, one.request.headers),
        ("response", one.response.body, one.response.headers),
    ):
        try:
            plain = decode(body, header(headers, "content-encoding"))
        except ValueError:
            plain = body
        for number, frame in enumerate(frames(plain, header(headers, "content-type"))):
            try:
                value = json.loads(frame.data)
            except ValueError:
                continue
            yield from _values(value, f"{whose} {number}", False)


def _values(value: Any, path: str, counts: bool) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for name, child in value.items():
            yield from _values(child, f"{path}/{name}", _SIGNATURES.fullmatch(name) is not None)
    elif isinstance(value, list):
        for n, child in enumerate(value):
            yield from _values(child, f"{path}/{n}", counts)
    elif counts or not isinstance(value, str):
        yield path, value
