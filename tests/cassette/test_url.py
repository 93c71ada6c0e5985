"""Which spellings of a URL are one URL."""

from __future__ import annotations

import pytest

from stream_cassette.cassette.url import url_parts

SAME = [
    ("https://API.Example.com/v1", "https://api.example.com:443/v1"),
    ("http://h:80/", "http://h"),
    ("https://h/a%7Eb/%e4", "https://h/a~b/%E4"),
    ("https://h/?b=2&a=1", "https://h/?a=1&b=2"),
    ("https://h/?q=a%20b", "https://h/?q=a+b"),
    ("https://u:p@h/x#f", "https://h/x"),
    ("https://[::1]:443/", "https://[::1]/"),
]
DIFFERENT = [
    ("https://h/a", "https://h/a/"),
    ("https://h/a%2Fb", "https://h/a/b"),
    ("https://h/", "http://h/"),
    ("https://h:8443/", "https://h/"),
    ("https://h/A", "https://h/a"),
    ("https://h/?a=1&a=2", "https://h/?a=2&a=1"),
    ("https://h/?a", "https://h/"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_same(one: str, other: str) -> None:
    assert url_parts(one) == url_parts(other)


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_different(one: str, other: str) -> None:
    assert url_parts(one) != url_parts(other)


def test_parts() -> None:
    parts = url_parts("HTTPS://Example.com/v1?k=%C3%A9&b=")
    assert (parts.scheme, parts.host, parts.port, parts.path) == (
        "https",
        "example.com",
        443,
        "/v1",
    )
    assert parts.query == (("b", ""), ("k", "é"))


@pytest.mark.parametrize("url", ["http://h:port/", "http://[::1/", ""])
def test_what_is_no_url_still_has_parts(url: str) -> None:
    assert url_parts(url) == url_parts(url)
