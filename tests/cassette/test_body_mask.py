"""Masks inside bodies: the same length, nothing else touched, whatever the body looks like."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream_cassette.cassette.body_mask import mask_body
from stream_cassette.cassette.secret_names import DEFAULT

SSE = "text/event-stream"
NDJSON = "application/x-ndjson"
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    id: str
    body: bytes
    masked: bytes
    places: tuple[str, ...] = ("/api_key",)
    media: str = "application/json"


CASES = [
    Case(id="plain", body=b'{"api_key": "sk-1"}', masked=b'{"api_key": "****"}'),
    Case(
        id="key-alone",
        body=b'{ "a":"b",\n"api_key"\t:\r\n"x" }',
        masked=b'{ "a":"b",\n"api_key"\t:\r\n"*" }',
    ),
    Case(
        id="escapes",
        body=b'{"api_key":"a\\"b\\u00e9\\\\"}',
        masked=b'{"api_key":"' + b"*" * 12 + b'"}',
    ),
    Case(id="utf-8", body='{"api_key":"é😀"}'.encode(), masked=b'{"api_key":"******"}'),
    Case(id="empty", body=b'{"api_key":""}', masked=b'{"api_key":""}', places=()),
    Case(
        id="number",
        body=b'{"api_key":12,"secret":true,"password":null}',
        masked=b'{"api_key":12,"secret":true,"password":null}',
        places=(),
    ),
    Case(
        id="nested",
        body=b'{"a":[1,"x",{"b":{"apiKey":"s"}}]}',
        masked=b'{"a":[1,"x",{"b":{"apiKey":"*"}}]}',
        places=("/a/2/b/apiKey",),
    ),
    Case(
        id="list",
        body=b'{"api_key":["a",["b"],"c"],"z":"z"}',
        masked=b'{"api_key":["*",["b"],"*"],"z":"z"}',
        places=("/api_key/0", "/api_key/2"),
    ),
    Case(
        id="value-member",
        body=b'{"client_secret":{"value":"ek","id":"x"}}',
        masked=b'{"client_secret":{"value":"**","id":"x"}}',
        places=("/client_secret/value",),
    ),
    Case(
        id="as-value",
        body=b'{"a":"api_key","b":["api_key","x"]}',
        masked=b'{"a":"api_key","b":["api_key","x"]}',
        places=(),
    ),
    Case(
        id="schema",
        body=b'{"properties":{"password":{"type":"string"}},"required":["password"]}',
        masked=b'{"properties":{"password":{"type":"string"}},"required":["password"]}',
        places=(),
    ),
    Case(id="escaped-name", body=b'{"api\\u005fkey":"sk"}', masked=b'{"api\\u005fkey":"**"}'),
    Case(
        id="odd-names",
        body=b'{"a/b":{"c~":{"api_key":"s"}}}',
        masked=b'{"a/b":{"c~":{"api_key":"*"}}}',
        places=("/a~1b/c~0/api_key",),
    ),
    Case(
        id="duplicates",
        body=b'{"api_key":"a","api_key":"b"}',
        masked=b'{"api_key":"*","api_key":"*"}',
    ),
    Case(id="cut-off-inside", body=b'{"api_key":"sk-12', masked=b'{"api_key":"*****'),
    Case(id="cut-off-in-escape", body=b'{"api_key":"s\\', masked=b'{"api_key":"**'),
    Case(id="cut-off-after", body=b'{"api_key":"s","m":"t', masked=b'{"api_key":"*","m":"t'),
    Case(
        id="list-of-objects",
        body=b'[{"api_key":"a"},{"api_key":"b"}]',
        masked=b'[{"api_key":"*"},{"api_key":"*"}]',
        places=("/0/api_key", "/1/api_key"),
    ),
    Case(id="by-look", body=b' {"api_key":"a"}', masked=b' {"api_key":"*"}', media=""),
    Case(
        id="text",
        body=b'say "api_key": "a"',
        masked=b'say "api_key": "a"',
        media="text/plain",
        places=(),
    ),
    Case(
        id="ndjson",
        body=b'{"x":"\n{"api_key":"a"}\n{"api_key":"bc"}\n',
        masked=b'{"x":"\n{"api_key":"*"}\n{"api_key":"**"}\n',
        media=NDJSON,
    ),
    Case(
        id="sse",
        body=b'event: api_key\ndata: {"api_key":"a"}\n\ndata: {"api_key":"b"}\n\n',
        masked=b'event: api_key\ndata: {"api_key":"*"}\n\ndata: {"api_key":"*"}\n\n',
        media=SSE,
    ),
    Case(
        id="sse-crlf",
        body=b'data:{"api_key":"a"}\r\n\r\n: "api_key":"x"\r\n',
        masked=b'data:{"api_key":"*"}\r\n\r\n: "api_key":"x"\r\n',
        media=SSE,
    ),
    Case(
        id="sse-many-lines",
        body=b'data: {"api_key":\nid: "7\ndata: "abc"}\n\n',
        masked=b'data: {"api_key":\nid: "7\ndata: "***"}\n\n',
        media=SSE,
    ),
    Case(
        id="sse-broken-event-before",
        body=b'data: {"m":"\n\ndata: {"api_key":"a"}\n\n',
        masked=b'data: {"m":"\n\ndata: {"api_key":"*"}\n\n',
        media=SSE,
    ),
    Case(
        id="sse-by-look",
        body=b'data: {"api_key":"a"}\n\n',
        masked=b'data: {"api_key":"*"}\n\n',
        media="",
    ),
    Case(
        id="form",
        body=b"a=1&api_key=sk%2D1&api_key=&client%5Fsecret=x",
        masked=b"a=1&api_key=******&api_key=&client%5Fsecret=*",
        media=FORM,
        places=("form.api_key", "form.client_secret"),
    ),
]

PART = b'--B\r\nContent-Disposition: form-data; name="%b"\r\n\r\n%b\r\n'
PARTS = [
    (PART % (b"api_key", b"sk") + PART % (b"a", b"1") + b"--B--", b"api_key", b"sk", b"**"),
    (
        PART % (b"a", b"1") + PART % (b"password", b"x\r\ny") + b"--B--",
        b"password",
        b"x\r\ny",
        b"****",
    ),
    (PART % (b"secret", b"") + b"--B--", b"", b"", b""),
    (PART % (b'f"; filename="api_key', b"content"), b"", b"", b""),
]


@pytest.mark.parametrize(("body", "name", "value", "mask"), PARTS)
def test_multipart_fields(body: bytes, name: bytes, value: bytes, mask: bytes) -> None:
    masked, places = mask_body(body, "multipart/form-data", DEFAULT)
    assert masked == (body.replace(value, mask) if value else body)
    assert places == ((f"form.{name.decode()}",) if name else ())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_masks(case: Case) -> None:
    masked, places = mask_body(case.body, case.media, DEFAULT)
    assert masked == case.masked
    assert len(masked) == len(case.body)
    assert places == case.places


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_masking_twice_changes_nothing(case: Case) -> None:
    assert mask_body(case.masked, case.media, DEFAULT) == (case.masked, case.places)


NEVER = b"""{"id":"msg_1","max_tokens":9,
"usage":{"prompt_tokens":1,"token":"a"},"created":1700000000,
"signature":"EqUD","thoughtSignature":"abc","encrypted_content":"gAAA","tool_call_id":"call_1",
"reasoning_details":[{"signature":"x","data":"y"}],"logprobs":[{"token":"Hello"}]}"""


def test_what_answers_need_is_untouched() -> None:
    body, places = mask_body(NEVER, "application/json", DEFAULT)
    assert body is NEVER and places == ()


def test_every_cut_of_a_body_hides_what_came_of_the_secret() -> None:
    whole = b'data: {"a":1,"api_key":"sk-se\\u0063ret"}\n\n'
    for end in range(len(whole)):
        masked, _ = mask_body(whole[:end], SSE, DEFAULT)
        assert len(masked) == end
        assert b"sk-" not in masked and b'"s' not in masked.replace(b'"signature', b"")
        assert masked[:24] == whole[: min(end, 24)]


SECRET = "api_key"
NAMES = st.sampled_from([SECRET, "apiKey", "a", "max_tokens", "signature", "x/y~z", "é"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)


def masked_value(value: Any, secret: bool = False) -> Any:
    """The same rules, on the parsed value."""
    if isinstance(value, dict):
        return {k: masked_value(v, DEFAULT.hides_field(k)) for k, v in value.items()}
    if isinstance(value, list):
        return [masked_value(v, secret and isinstance(v, str)) for v in value]
    return "*" if secret and isinstance(value, str) and value else value


def collapsed(value: Any, secret: bool = False) -> Any:
    """Masks of any length as one `*`."""
    if isinstance(value, dict):
        return {k: collapsed(v, DEFAULT.hides_field(k)) for k, v in value.items()}
    if isinstance(value, list):
        return [collapsed(v, secret) for v in value]
    return "*" if secret and isinstance(value, str) and value and not value.strip("*") else value


@given(VALUES, st.booleans(), st.sampled_from([None, 1]))
def test_any_json_keeps_its_length_and_all_but_the_secrets(
    value: Any, ascii_only: bool, indent: int | None
) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent)
    body = text.encode("utf-8", "surrogatepass")
    masked, _ = mask_body(body, "application/json", DEFAULT)
    assert len(masked) == len(body)
    changed = [i for i, (a, b) in enumerate(zip(body, masked, strict=True)) if a != b]
    assert all(masked[i] == ord("*") for i in changed)
    parsed = json.loads(masked.decode("utf-8", "surrogatepass"))
    assert collapsed(parsed) == masked_value(value)


@given(st.binary(max_size=80), st.sampled_from(["application/json", SSE, NDJSON, FORM, ""]))
def test_any_bytes_keep_their_length(noise: bytes, media: str) -> None:
    for body in (noise, noise + b'"api_key":"x"', b'{"api_key":"' + noise):
        assert len(mask_body(body, media, DEFAULT)[0]) == len(body)


@pytest.mark.parametrize("media", [SSE, NDJSON, "application/json", "text/plain"])
def test_a_key_that_only_the_end_tells(media: str) -> None:
    key = b"AIzaSyA-1234567890abcdefghijklmnopqrstu"
    body = b'[{"a":"' + key + b'"}]' if media != SSE else b'data: {"a":"' + key + b'"}\n\n'
    masked, places = mask_body(body, media, DEFAULT)
    assert masked == body.replace(key, b"*" * len(key)) and places
