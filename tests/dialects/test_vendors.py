"""Who answers at a host."""

from __future__ import annotations

import pytest

from stream_cassette.dialects._vendors import by_host


@pytest.mark.parametrize(
    ("host", "vendor"),
    [
        ("openrouter.ai", "openrouter"),
        ("eu.openrouter.ai", "openrouter"),
        ("notopenrouter.ai", None),
        ("us-central1-aiplatform.googleapis.com", "vertex"),
        ("aiplatform.googleapis.com", "vertex"),
        ("bedrock-runtime.us-east-1.amazonaws.com", "bedrock"),
        ("account.snowflakecomputing.com", "snowflake"),
        ("api.openai.com", None),
        ("", None),
    ],
)
def test_by_host(host: str, vendor: str | None) -> None:
    assert by_host(host) == vendor
