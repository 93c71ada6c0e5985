"""Secrets by their looks, and values that only a name calls one."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from stream_cassette.cassette.model import Headers, Interaction, Request
from stream_cassette.cassette.redact import redaction_of
from stream_cassette.checks.secrets import in_text, secrets
from tests.support.checked import get, held

KEY = "sk-proj-Zq3vT9xLmR2wY8bN4cK7pD1f"
REDACTION = redaction_of(True).with_environment({"ACME_TOKEN": "correct-horse-battery"})


def found(*interactions: Interaction) -> list[tuple[str, int | None, str]]:
    return [
        (one.rule, one.interaction, one.message) for one in secrets(held(*interactions), REDACTION)
    ]


def sent(headers: Headers = (), body: bytes = b"", query: str = "") -> Interaction:
    request = Request(method="POST", url=f"https://h.example/{query}", headers=headers, body=body)
    return replace(get(), request=request)


def test_a_key_is_told_with_its_place_and_not_shown() -> None:
    ((rule, interaction, message),) = found(get(), get(f"the key is {KEY}".encode()))
    assert (rule, interaction) == ("secret", 1)
    assert message == "OpenAI project key in the response body"


def test_a_variables_value_is_a_secret() -> None:
    ((rule, _, message),) = found(get(b"it is correct-horse-battery"))
    assert (rule, message) == ("secret", "the value of ACME_TOKEN in the response body")


@pytest.mark.parametrize(
    "value",
    [
        "Bearer q8w7e6r5t4z3u2",
        "Basic dXNlcjpoZWxsbw==",
        "q8w7e6r5t4z3u2",
        "AWS4-HMAC-SHA256 Credential=ABC/20260101/us-east-1/bedrock, Signature=0af1",
    ],
)
def test_an_unmasked_credential(value: str) -> None:
    ((rule, _, message),) = found(sent((("authorization", value),)))
    assert rule == "unmasked"
    assert message == "values whose names say secret: request header authorization"


@pytest.mark.parametrize(
    "value",
    [
        "Bearer <AUTH_TOKEN>",
        "<filtered>",
        "[REDACTED:authorization]",
        "Bearer test_openai_api_key",
        "DUMMY_GOOGLE_API_KEY",
        "token",
        "Bearer foo",
        "Bearer XXXXXXXX",
        "sk-wrong****-key",
        "AWS4-HMAC-SHA256 Credential=<AWS_ACCESS_KEY_ID>/<DATE>/us-east-1/bedrock/aws4_request",
        "${API_KEY}",
    ],
)
def test_what_people_mask_with_is_no_secret(value: str) -> None:
    assert found(sent((("authorization", value), ("x-api-key", value)))) == []


@pytest.mark.parametrize(
    ("name", "value", "is_found"),
    [
        ("cookie", "a=1; b=2", False),
        ("cookie", "a=1; session=q8w7e6r5t4z3u2", True),
        ("set-cookie", "a=1; Path=/; Expires=Fri, 01 May 2026 00:00:00 GMT", False),
        ("set-cookie", "session=q8w7e6r5t4z3u2; Path=/", True),
        ("Cookie", "session=<filtered>", False),
    ],
)
def test_of_cookies_each_counts(name: str, value: str, is_found: bool) -> None:
    assert bool(found(sent(((name, value),)))) == is_found


def test_one_of_two_headers_that_is_no_mask_is_enough() -> None:
    assert found(sent((("x-api-key", "dummy"), ("x-api-key", "q8w7e6r5t4z3u2")))) != []


@pytest.mark.parametrize(
    ("one", "place"),
    [
        (sent(query="?api_key=q8w7e6r5t4z3u2"), "request URL query.api_key"),
        (
            sent(
                (("content-type", "application/x-www-form-urlencoded"),),
                b"client_secret=q8w7e6r5t4z3u2",
            ),
            "request body form.client_secret",
        ),
        (
            sent(
                (("content-type", "application/json"),), b'{"a/b": [{"api_key": "q8w7e6r5t4z3"}]}'
            ),
            "request body /a~1b/0/api_key",
        ),
    ],
)
def test_places_besides_headers(one: Interaction, place: str) -> None:
    ((rule, _, message),) = found(one)
    assert (rule, message) == ("unmasked", f"values whose names say secret: {place}")
    masked = replace(
        one,
        request=replace(
            one.request,
            url=one.request.url.replace("q8w7e6r5t4z3u2", "dummy-api-key-1"),
            body=one.request.body.replace(b"q8w7e6r5t4z3u2", b"<secret>").replace(
                b"q8w7e6r5t4z3", b"<secret>"
            ),
        ),
    )
    assert found(masked) == []


def test_what_can_not_be_looked_up_is_told() -> None:
    body = gzip.compress(json.dumps({"api_key": "<secret>"}).encode())
    headers = (("content-type", "application/json"), ("content-encoding", "gzip"))
    assert [rule for rule, _, _ in found(get(body, *headers))] == ["unmasked"]


def test_many_places_are_told_in_short() -> None:
    names = ("authorization", "x-api-key", "api-key", "x-goog-api-key", "cookie")
    ((_, _, message),) = found(sent(tuple((name, "a=q8w7e6r5t4z3u2") for name in names)))
    assert message.endswith("request header api-key and 2 more")


@pytest.mark.parametrize(
    "packed",
    [
        lambda text: text,
        lambda text: gzip.compress(text + bytes(100))[:-9],
        lambda text: text.decode().encode("utf-16"),
        lambda text: text.replace(b"the key", rb'"\\nthe key'),
    ],
    ids=["plain", "cut off", "utf-16", "escaped"],
)
def test_the_text_of_a_file_that_can_not_be_read(packed: Callable[[bytes], bytes]) -> None:
    text = b"a: 1\r\n<<<<<<<\nb: 'the key is " + KEY.encode() + b"'\nc: correct-horse-battery\n"
    found = list(in_text("a.yaml", packed(text), REDACTION))
    assert [(one.rule, one.line, one.interaction) for one in found] == [
        ("secret", 3, None),
        ("secret", 4, None),
    ]
    assert found[0].message == "OpenAI project key in the text of a file that can't be read"
    assert "ACME_TOKEN" in found[1].message
    assert not any(KEY in str(one) or "horse" in str(one) for one in found)


def test_a_value_over_several_lines_is_told_without_a_line() -> None:
    redaction = redaction_of(True).with_environment({"ACME_SECRET": "correct-horse\nbattery"})
    (one,) = in_text("a.yaml", b"- correct-horse\nbattery\n", redaction)
    assert (one.rule, one.line) == ("secret", None)
    assert list(in_text("a.yaml", b"nothing: here\n", redaction)) == []
