"""Which names hold secrets, and which must never count as one."""

from __future__ import annotations

from typing import Any

import pytest

from stream_cassette.cassette.secret_names import DEFAULT, Redaction, redaction_of
from stream_cassette.errors import UsageError

HEADERS = [
    "Authorization",
    "proxy-authorization",
    "Cookie",
    "Set-Cookie",
    "X-API-Key",
    "api-key",
    "x-goog-api-key",
    "OpenAI-Organization",
    "openai-project",
    "anthropic-organization-id",
    "x-amz-security-token",
    "ocp-apim-subscription-key",
    "xi-api-key",
    "cf-aig-authorization",
    "x-newvendor-api-key",
    "X-Auth-Token",
    "helicone-auth",
    "x-portkey-api-key",
]
NOT_HEADERS = [
    "content-type",
    "x-request-id",
    "request-id",
    "openai-processing-ms",
    "idempotency-key",
    "x-ratelimit-remaining-tokens",
    "anthropic-ratelimit-tokens-limit",
    "anthropic-version",
    "anthropic-beta",
    "openai-version",
    "user-agent",
    "etag",
    "location",
    "x-stainless-lang",
    "host",
    "mcp-session-id",
]
QUERY = [
    "key",
    "api_key",
    "apiKey",
    "token",
    "access_token",
    "signature",
    "sig",
    "X-Amz-Signature",
    "X-Amz-Credential",
    "X-Amz-Security-Token",
    "X-Goog-Signature",
    "client_secret",
    "password",
]
NOT_QUERY = [
    "alt",
    "api-version",
    "model",
    "page_token",
    "max_tokens",
    "id",
    "q",
    "limit",
    "X-Amz-Date",
]
FIELDS = [
    "api_key",
    "apiKey",
    "API-KEY",
    "x_api_key",
    "secret",
    "password",
    "access_token",
    "refreshToken",
    "client_secret",
    "authorization",
    "secret_access_key",
    "id_token",
    "private_key",
]
NOT_FIELDS = [
    "max_tokens",
    "maxTokens",
    "prompt_tokens",
    "budget_tokens",
    "input_tokens",
    "token",
    "tokens",
    "key",
    "id",
    "tool_call_id",
    "signature",
    "thoughtSignature",
    "thought_signature",
    "encrypted_content",
    "data",
    "reasoning_details",
    "next_page_token",
    "finish_reason",
    "keys",
    "created",
]

Row = tuple[str, str, bool]
ROWS: list[Row] = [
    *(("hides_header", name, True) for name in HEADERS),
    *(("hides_header", name, False) for name in NOT_HEADERS),
    *(("hides_query", name, True) for name in QUERY),
    *(("hides_query", name, False) for name in NOT_QUERY),
    *(("hides_field", name, True) for name in FIELDS),
    *(("hides_field", name, False) for name in NOT_FIELDS),
    *(("hides_form", name, True) for name in ("client_secret", "token", "refresh_token")),
    *(("hides_form", name, False) for name in ("grant_type", "max_tokens", "model")),
]


@pytest.mark.parametrize(("method", "name", "hidden"), ROWS, ids=lambda value: str(value))
def test_names(method: str, name: str, hidden: bool) -> None:
    assert getattr(DEFAULT, method)(name) is hidden


def test_users_add_and_never_take_away() -> None:
    more = redaction_of(["X-My-Team", "my_field"])
    assert more is not None
    assert more.hides_header("x-my-team") and more.hides_field("myField")
    assert more.hides_header("authorization") and more.hides_query("X-My-Team")
    one = redaction_of("solo")
    assert one is not None and one.hides_field("solo")


def test_a_mapping_adds_where_it_says() -> None:
    more = redaction_of({"fields": ["session"], "headers": "x-y"})
    assert more is not None
    assert more.hides_field("session") and not more.hides_header("session")
    assert more.hides_header("x-y") and not more.hides_query("x-y")


def test_off_and_default() -> None:
    off = redaction_of(False)
    assert not off.hides_header("authorization") and not off.hides_field("api_key")
    assert redaction_of(None) is DEFAULT
    assert redaction_of(True) is DEFAULT
    mine = Redaction(headers=frozenset({"x"}), query=frozenset(), fields=frozenset())
    assert redaction_of(mine) is mine
    assert mine.to_dict() == {
        "headers": ["x"],
        "query": [],
        "fields": [],
        "by_name": True,
        "values": 0,
        "patterns": [],
        "environment": [],
    }


REFUSED: list[Any] = [3, [1], {"header": ["x"]}, {"headers": 3}, b"x"]


@pytest.mark.parametrize("value", REFUSED, ids=repr)
def test_refused(value: Any) -> None:
    with pytest.raises(UsageError, match="redact:"):
        redaction_of(value)


def test_values_and_patterns_add() -> None:
    more = redaction_of({"values": ["acme-42"], "patterns": [r"acct-\d+"], "fields": "team"})
    assert more.literals == ("acme-42",) and more.patterns == {r"acct-\d+"}
    assert more.hides_field("team") and more.hides_field("api_key")
    again = more.extended(values=["other-1"])
    assert again.values == {"acme-42", "other-1"} and again.patterns == more.patterns
    assert "acme-42" not in repr(again) and "acme-42" not in str(again.to_dict())


def test_the_environment_is_given_never_read() -> None:
    environ = {"OPENAI_API_KEY": "real-secret-1", "MAX_TOKENS": "real-secret-2", "B_TOKEN": "x"}
    rules = DEFAULT.with_environment(environ)
    assert rules.environment_names == ("OPENAI_API_KEY",)
    assert rules.literals == ("real-secret-1",)
    assert DEFAULT.environment_names == () and DEFAULT.literals == ()
    assert "real-secret-1" not in repr(rules) and "real-secret-1" not in str(rules.to_dict())
    assert rules.with_environment({}).literals == ()


WRONG: list[tuple[Any, str]] = [
    ({"values": ["abc"]}, "less than 4 bytes"),
    ({"patterns": ["("]}, "not a regular expression"),
    ({"patterns": ["a*"]}, "matches nothing at all"),
    ({"value": ["abcd"]}, "known: headers, query, fields, values, patterns"),
]


@pytest.mark.parametrize(("value", "said"), WRONG, ids=lambda value: str(value))
def test_wrong_values_and_patterns(value: Any, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        redaction_of(value)
