"""pytest-recording's host patterns as hosts of the guard."""

from __future__ import annotations

import pytest

from stream_cassette.errors import UsageError
from stream_cassette.plugin.vcr_hosts import hosts_of

ROWS: dict[str, list[str]] = {
    "api.example.com": ["api.example.com"],
    r"^api\.example\.com$": ["api.example.com"],
    r".*\.example\.com": ["*.example.com"],
    r"[^.]+\.example\.com": ["*.example.com"],
    "10.0.0.7, example.org": ["10.0.0.7", "example.org"],
    "127.0.0.*": [],
    "localhost|127.0.0.1": [],
    "": [],
}


@pytest.mark.parametrize(("patterns", "hosts"), ROWS.items())
def test_patterns(patterns: str, hosts: list[str]) -> None:
    assert hosts_of(patterns, where="here") == hosts


@pytest.mark.parametrize("pattern", [".*", r"api-\d+\.example\.com", "(", "(a|b).example.com"])
def test_what_has_no_host(pattern: str) -> None:
    with pytest.raises(UsageError, match="here: "):
        hosts_of([pattern], where="here")
