"""Which variables are secrets, and in how many ways a value is spelled."""

from __future__ import annotations

import json
from base64 import b64encode, urlsafe_b64encode
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stream_cassette.cassette.secret_values import (
    is_secret_name,
    is_secret_value,
    secrets_in,
    spellings,
)

NAMES = "OPENAI_API_KEY GH_TOKEN DB_PASSWORD sentry_dsn AWS_SECRET_ACCESS_KEY X_CREDENTIALS PASSWD"
NO_NAMES = "MAX_TOKENS TOKENIZERS_PARALLELISM XDG_AUTH KEYBOARD MONKEY HOME PASSWORDS SSH_AUTH_SOCK"
VALUES = [
    "sk-proj-abcdefgh12345678",
    "hunter2!hunter2",
    "https://user:pw@host/db",
    "postgres://app:pw@db/prod",
    "https://abc123@o1.ingest.sentry.io/1",
    '{"type": "service_account", "private_key": "x"}',
    "wörd-lang",
    "my-Tr0ub4dor&3xyz",
    "replace_8f7a6b5c4d3e2f1a0b9c",
    "your_correct-horse-battery",
    "$tr0ub4dor",
]
NO_VALUES = [
    "",
    "short",
    "1234567890123",
    "1.5e10,2,3.25",
    "true",
    "/home/me/.keys/key.json",
    "~/.aws/credentials",
    "C:\\Users\\me\\key.pem",
    "./relative/path",
    "secrets/key.json",
    "https://api.example.com/v1",
    "stream-cassette-replay",
    "changeme",
    "********************",
    "<your-api-key>",
    "${OPENAI_API_KEY}",
    "{{ secrets.key }}",
    "your-api-key-here",
    "YOUR_API_KEY",
    "my openai secret",
    "replace-me",
    "$OPENAI_API_KEY",
    "%API_KEY_1%",
    "assistant",
    "       x       ",
]


@pytest.mark.parametrize("name", NAMES.split())
def test_names(name: str) -> None:
    assert is_secret_name(name)


@pytest.mark.parametrize("name", NO_NAMES.split())
def test_no_names(name: str) -> None:
    assert not is_secret_name(name)


@pytest.mark.parametrize("value", VALUES)
def test_values(value: str) -> None:
    assert is_secret_value(value)


@pytest.mark.parametrize("value", NO_VALUES)
def test_no_values(value: str) -> None:
    assert not is_secret_value(value)


def test_an_environment() -> None:
    environ = {"B_KEY": " good-value-1\n", "A_TOKEN": "good-value-2", "PATH": "x", "C_KEY": "1234"}
    assert secrets_in(environ) == (("A_TOKEN", "good-value-2"), ("B_KEY", "good-value-1"))


@settings(deadline=None)
@given(st.text(min_size=8, max_size=30), st.binary(max_size=5), st.binary(max_size=5))
def test_every_encoding_of_a_value_holds_one_of_its_spellings(
    value: str, before: bytes, after: bytes
) -> None:
    data = value.encode("utf-8", "surrogatepass")
    known = [text for text, _ in spellings(value)]
    ways = [
        data,
        json.dumps(value)[1:-1].encode(),
        quote(data, safe="").encode(),
        quote_plus(data).encode(),
        quote(data, safe="/").encode(),
        b64encode(before + data + after),
        urlsafe_b64encode(before + data + after),
    ]
    for way in ways:
        assert any(text in way for text in known)
    assert all(len(text) >= 4 for text in known)


def test_short_values_have_no_base64() -> None:
    assert not any(is_base64 for _, is_base64 in spellings("abcd"))
    assert any(is_base64 for _, is_base64 in spellings("abcdefgh"))
