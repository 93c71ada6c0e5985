"""Secrets in URLs, headers and messages, by name, by shape and by value."""

from __future__ import annotations

import base64
from urllib.parse import quote, quote_plus

import pytest

from stream_cassette.cassette.head_mask import (
    mask_headers,
    mask_url,
    masked_segments,
    masked_text,
    masked_values,
)
from stream_cassette.cassette.secret_names import DEFAULT, redaction_of

KEY = "sk-ant-api03-" + "aB3dE5gH7jK9" * 4
VALUE = "p@ss/wörd & more"
RULES = DEFAULT.with_environment({"DB_PASSWORD": VALUE})

URLS = [
    (f"https://h/v1/{KEY}/chat", "https://h/v1/REDACTED/chat", ()),
    (f"https://h/bot{VALUE[:0]}{quote(VALUE, safe='')}/x", "https://h/botREDACTED/x", ()),
    (f"https://h/x?q={KEY}&a=1", "https://h/x?q=REDACTED&a=1", ("q",)),
    (f"https://h/x?q={quote_plus(VALUE)}&a=1", "https://h/x?q=REDACTED&a=1", ("q",)),
    (f"https://h/x?q={quote(VALUE, safe='').lower()}", "https://h/x?q=REDACTED", ("q",)),
    ("https://h/task-list?q=sk-learn", "https://h/task-list?q=sk-learn", ()),
]


@pytest.mark.parametrize(("url", "masked", "names"), URLS, ids=[row[1] for row in URLS])
def test_urls(url: str, masked: str, names: tuple[str, ...]) -> None:
    assert mask_url(url, RULES) == (masked, names)
    assert mask_url(masked, RULES) == (masked, names if "key" in names else ())


def test_segments_of_a_path_are_counted() -> None:
    url = f"https://h/a/{KEY}/b/{KEY}?x=1"
    assert masked_segments(url, mask_url(url, RULES)[0]) == (1, 3)
    assert masked_segments(url, url) == ()
    assert masked_segments("https://h", "https://h") == ()


def test_headers_by_what_they_hold() -> None:
    basic = base64.b64encode(f"me:{VALUE}".encode()).decode()
    headers = (("x-debug", f"used {KEY}."), ("x-basic", basic), ("x-plain", "sk-learn"))
    masked = dict(mask_headers(headers, RULES))
    assert masked["x-debug"] == "used REDACTED."
    assert masked["x-plain"] == "sk-learn"
    assert "REDACTED" in masked["x-basic"] and len(masked["x-basic"]) < len(basic)


def test_without_names_only_what_is_a_secret_in_itself_goes() -> None:
    off = redaction_of(False)
    headers = (("authorization", "mine"), ("x-api-key", KEY))
    assert mask_headers(headers, off) == (("authorization", "mine"), ("x-api-key", "REDACTED"))
    assert mask_url("https://u:p@h/?key=a", off) == ("https://u:p@h/?key=a", ())


def test_messages() -> None:
    text = f"Incorrect API key provided: {KEY}. See https://h/?api_key=abc"
    said = "Incorrect API key provided: REDACTED. See https://h/?api_key=REDACTED"
    assert masked_text(text, DEFAULT) == said
    assert masked_values(f"{KEY} {VALUE}{VALUE} ünd", RULES) == "REDACTED REDACTED ünd"


def test_a_header_name_may_hold_a_secret() -> None:
    rules = DEFAULT.with_environment({"MY_TOKEN": "wombat-horse-8"})
    headers = ((KEY, "1"), ("x-wombat-horse-8-y", "2"), ("X-Api-Key", "3"), ("x-task", "4"))
    assert mask_headers(headers, rules) == (
        ("REDACTED", "1"),
        ("x-REDACTED-y", "2"),
        ("X-Api-Key", "REDACTED"),
        ("x-task", "4"),
    )
