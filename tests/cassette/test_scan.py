"""What the last look finds, and what it leaves alone."""

from __future__ import annotations

import base64
import gzip
import json
import struct
from binascii import crc32
from typing import Any
from urllib.parse import quote

import pytest

from stream_cassette.cassette.model import Ending, Headers, Interaction, Request, Response
from stream_cassette.cassette.redact import DEFAULT, redaction_of
from stream_cassette.cassette.scan import Leak, refuse_leaks, scan
from stream_cassette.errors import PublishError

KEY = "sk-proj-Zq3vT9xLmR2wY8bN4cK7pD1f"
VALUE = "hunter2/hunter2+0815?"
RULES = DEFAULT.with_environment({"MY_SECRET": VALUE}).extended(patterns=[r"acct-\d{6}"])

JSON: Headers = (("content-type", "application/json"),)
SSE: Headers = (("content-type", "text/event-stream"),)
TEXT: Headers = (("content-type", "text/plain"),)
FORM: Headers = (("content-type", "application/x-www-form-urlencoded"),)
NDJSON: Headers = (("content-type", "application/x-ndjson"),)
AWS: Headers = (("content-type", "application/vnd.amazon.eventstream"),)
OPENAI = "OpenAI project key"
ENV = "the value of MY_SECRET"
NAMED = "a value whose name says secret"


def asked(url: str = "https://h/", headers: Headers = (), body: bytes = b"") -> Interaction:
    request = Request(method="POST", url=url, headers=headers, body=body)
    return Interaction(request=request, response=Response(status=200))


def answered(headers: Headers = (), body: bytes = b"", **rest: Any) -> Interaction:
    request = Request(method="GET", url="https://h/")
    return Interaction(
        request=request, response=Response(status=200, headers=headers, body=body, **rest)
    )


def events(*values: object) -> bytes:
    return b"".join(b"data: %s\n\n" % json.dumps(value).encode() for value in values)


def chat(*texts: str, index: int = 0) -> list[object]:
    return [{"choices": [{"index": index, "delta": {"content": text}}]} for text in texts]


def message(payload: bytes, headers: bytes = b"") -> bytes:
    prelude = struct.pack(">II", len(payload) + len(headers) + 16, len(headers))
    start = prelude + struct.pack(">I", crc32(prelude)) + headers + payload
    return start + struct.pack(">I", crc32(start))


def interleaved() -> bytes:
    first, second = chat(*KEY), chat(*"this one is not a secret, only text.", index=1)
    return events(*(event for pair in zip(first, second, strict=False) for event in pair))


BASE64 = base64.b64encode(b"me:" + VALUE.encode() + b"\n").decode()
NESTED = json.dumps({"args": json.dumps({"text": f"the key:\n{KEY}"})}).encode()

FOUND: dict[str, tuple[Interaction, str, str]] = {
    "URL path": (asked(f"https://h/v1/{KEY}/x"), "request URL", OPENAI),
    "URL query, escaped": (asked(f"https://h/?q=%20{KEY}"), "request URL", OPENAI),
    "URL, value, escaped": (asked(f"https://h/?q={quote(VALUE, '')}"), "request URL", ENV),
    "userinfo": (asked("https://me:pass@h/"), "request URL", "a user's name or password"),
    "named parameter": (asked("https://h/?api_key=x"), "request URL query.api_key", NAMED),
    "header value": (asked(headers=(("x-trace", f"<{KEY}>"),)), "request header x-trace", OPENAI),
    "header name": (asked(headers=((f"x.{KEY}", "1"),)), "request headers", OPENAI),
    "named header": (asked(headers=(("X-API-Key", "k"),)), "request header X-API-Key", NAMED),
    "cookie": (asked(headers=(("cookie", "a=REDACTED; b=1"),)), "request header cookie", NAMED),
    "set-cookie": (answered((("set-cookie", "a=1; Path=/"),)), "response header set-cookie", NAMED),
    "redirect": (
        answered((("location", "https://h/?token=abc"),)),
        "response header location query.token",
        NAMED,
    ),
    "reason": (answered(reason=KEY), "status line", OPENAI),
    "ending": (
        answered(ending=Ending(kind="error", error="other", message=f"no {VALUE}")),
        "ending message",
        ENV,
    ),
    "JSON": (
        asked(headers=JSON, body=b'{"a": ["%s"]}' % KEY.encode()),
        "request body /a/0",
        OPENAI,
    ),
    "JSON, escaped": (
        asked(headers=JSON, body=rb'{"a": "\u0073k' + KEY[2:].encode() + b'"}'),
        "request body /a",
        OPENAI,
    ),
    "JSON without a type": (asked(body=b'{"a":"%s"}' % KEY.encode()), "request body /a", OPENAI),
    "JSON in JSON": (asked(headers=JSON, body=NESTED), "request body /args", OPENAI),
    "JSON that stops": (
        asked(headers=JSON, body=b'{"a": "%s' % KEY.encode()),
        "request body",
        OPENAI,
    ),
    "a member's name": (
        answered(JSON, b'{"x":{"%s":1}}' % KEY.encode()),
        "response body /x",
        OPENAI,
    ),
    "below such a name": (
        answered(JSON, json.dumps({KEY: {"a": f"also {VALUE}"}}).encode()),
        "response body",
        ENV,
    ),
    "a name twice": (
        answered(JSON, b'{"a":"%s","a":""}' % KEY.encode()),
        "response body /a",
        OPENAI,
    ),
    "named member": (answered(JSON, b'{"api_key":"x"}'), "response body /api_key", NAMED),
    "form": (asked(headers=FORM, body=b"a=b&c=+" + KEY.encode()), "request body", OPENAI),
    "named field": (asked(headers=FORM, body=b"api_key=1"), "request body form.api_key", NAMED),
    "text": (answered(TEXT, b"the key (%s)" % KEY.encode()), "response body", OPENAI),
    "pattern": (answered(TEXT, b"acct-123456"), "response body", "a pattern named in redact="),
    "base64": (answered(TEXT, BASE64.encode()), "response body", ENV),
    "gzip": (
        answered((*TEXT, ("content-encoding", "gzip")), gzip.compress(KEY.encode())),
        "response body",
        OPENAI,
    ),
    "not what the coding says": (
        answered((*TEXT, ("content-encoding", "gzip")), KEY.encode()),
        "response body",
        OPENAI,
    ),
    "decoded view": (answered(TEXT, b"", decoded=KEY), "decoded view", OPENAI),
    "deltas": (
        answered(SSE, events(*chat(*KEY))),
        "response body /choices/0/delta/content",
        OPENAI,
    ),
    "deltas, interleaved": (
        answered(SSE, interleaved()),
        "response body /choices/0/delta/content",
        OPENAI,
    ),
    "long before and after": (
        answered(SSE, events(*chat("word " * 20_000, *KEY, " word" * 20_000))),
        "response body /choices/0/delta/content",
        OPENAI,
    ),
    "bare data": (
        answered(SSE, b"data: sk-proj-\n\ndata: " + KEY[8:].encode()),
        "response body",
        OPENAI,
    ),
    "comment": (answered(SSE, b": %s\ndata: {}\n\n" % KEY.encode()), "response body", OPENAI),
    "comment alone": (answered(SSE, b": %s\n\n" % KEY.encode()), "response body", OPENAI),
    "event name": (
        answered(SSE, b"event: %s\ndata: 1\n\n" % KEY.encode()),
        "response body",
        OPENAI,
    ),
    "NDJSON": (
        answered(NDJSON, b'{"a":"sk-proj-"}\n{"a":"%s"}\n' % KEY[8:].encode()),
        "response body /a",
        OPENAI,
    ),
    "event-stream": (
        answered(AWS, b"".join(message(json.dumps({"text": c}).encode()) for c in KEY)),
        "response body /text",
        OPENAI,
    ),
    "event-stream, base64": (
        answered(
            AWS,
            b"".join(
                message(
                    json.dumps(
                        {"bytes": base64.b64encode(json.dumps({"d": c}).encode()).decode()}
                    ).encode()
                )
                for c in KEY
            ),
        ),
        "response body /bytes/d",
        OPENAI,
    ),
    "event-stream header": (
        answered(AWS, message(b"{}", b"\x01a\x07\x00\x20" + KEY.encode())),
        "response body a",
        OPENAI,
    ),
}


@pytest.mark.parametrize(("made", "place", "kind"), FOUND.values(), ids=FOUND.keys())
def test_what_is_left_is_found(made: Interaction, place: str, kind: str) -> None:
    leaks = scan(made, RULES)
    assert (place, kind) in {(leak.place, leak.kind) for leak in leaks}
    text = repr(leaks)
    assert KEY not in text and VALUE not in text


def test_each_place_and_kind_once() -> None:
    body = json.dumps({"a": [f"{KEY} and {KEY}"]}).encode()
    assert scan(asked(headers=JSON, body=body), RULES) == (
        Leak(place="request body /a/0", kind=OPENAI),
    )


PIXEL = "iVBORw0KGgo/" + KEY + "/"
LEFT_ALONE: dict[str, Interaction] = {
    "nothing": answered(),
    "masks": asked(
        "https://REDACTED@h/?api_key=REDACTED",
        (*JSON, ("authorization", "REDACTED"), ("cookie", "a=REDACTED; REDACTED")),
        b'{"api_key": "********", "text": "%s"}' % (b"*" * 30),
    ),
    "masks in a form": asked(headers=FORM, body=b"api_key=***&a=b"),
    "set-cookie": answered((("set-cookie", "a=REDACTED; Path=/; HttpOnly"),)),
    "link": answered((("link", '<https://h/?token=REDACTED>; rel="next"'),)),
    "signature": answered(JSON, json.dumps({"signature": KEY}).encode()),
    "encrypted": answered(JSON, json.dumps({"type": "redacted_thinking", "data": KEY}).encode()),
    "an id": answered(JSON, json.dumps({"tool_call_id": KEY, "id": [KEY]}).encode()),
    "data: URL": answered(JSON, json.dumps({"url": f"data:image/png;base64,{PIXEL}"}).encode()),
    "inside a word": answered(TEXT, f"task-{KEY} x{KEY}".encode()),
    "words": answered(TEXT, b"sk-learn-pipelines-are-not-a-key hf_home eyJust.a.word Bearer of"),
    "deltas of two": answered(
        SSE,
        events(
            *(e for c in zip(chat(*KEY[:16]), chat(*KEY[16:], index=1), strict=True) for e in c)
        ),
    ),
    "deltas of ids": answered(SSE, events(*({"id": c} for c in KEY))),
    "max_tokens": asked(headers=JSON, body=b'{"max_tokens": 12345678, "created_at": "now"}'),
    "password as a type": asked(headers=JSON, body=b'{"password": {"type": "string"}}'),
    "deep": answered(JSON, b"[" * 5000),
    "broken event-stream": answered(AWS, b"not a message at all"),
    "pattern, masked": answered(TEXT, b"acct-******"),
}


@pytest.mark.parametrize("made", LEFT_ALONE.values(), ids=LEFT_ALONE.keys())
def test_what_is_no_secret_is_left_alone(made: Interaction) -> None:
    assert scan(made, RULES) == ()


def test_a_data_url_over_many_frames_is_left_alone() -> None:
    pieces = [PIXEL] * 4000
    made = answered(SSE, events(*chat("see data:image/png;base64,", *pieces)))
    kinds = {leak.kind for leak in scan(made, RULES)}
    assert kinds <= {OPENAI}  # a piece alone does look like a key; joined it is part of the URL
    assert scan(answered(SSE, events(*chat("data:;base64,", "/", *PIXEL))), RULES) == ()


def test_names_count_only_where_names_are_masked() -> None:
    made = asked("https://h/?api_key=1", (*JSON, ("x-api-key", "1")), b'{"api_key": "1"}')
    assert len(scan(made, RULES)) == 3
    assert scan(made, redaction_of(False)) == ()


def test_a_leak_is_refused_and_not_repeated() -> None:
    fine = asked(headers=JSON, body=b"{}")
    bad = asked(f"https://h/{KEY}", (("x-a", KEY), ("x-b", VALUE), (KEY, "1")))
    refuse_leaks([fine, fine], RULES, path="a.yaml")
    with pytest.raises(PublishError) as caught:
        refuse_leaks([fine, bad], RULES, path="a.yaml", first=3)
    assert (caught.value.path, caught.value.interaction) == ("a.yaml", 4)
    text = str(caught.value)
    assert f"{OPENAI} in the request URL; {OPENAI} in the request header x-a" in text
    assert "and 1 more" in text and "redact=" in text and "before_record=" in text
    assert KEY not in text and VALUE not in text
