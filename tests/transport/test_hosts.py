"""Which hosts count: one row for each way to write or reach one."""

from __future__ import annotations

import ipaddress
import socket
from typing import Any

import pytest

from stream_cassette.errors import UsageError
from stream_cassette.transport.hosts import (
    Hosts,
    address_of,
    host_text,
    is_host,
    is_local,
    split_list,
)

HOSTS = Hosts.parse(
    [
        "DB.Example.com",
        "*.example.org",
        "192.0.2.7",
        "10.1.2.3/8",
        "2001:db8::/32",
        "[2001:dba::1]",
        "bücher.de",
    ]
)


@pytest.mark.parametrize(
    ("host", "allowed"),
    [
        ("db.example.com", True),
        ("DB.EXAMPLE.COM.", True),
        (b"db.example.com", True),
        (bytearray(b"db.example.com"), True),
        ("x.db.example.com", False),
        ("example.com", False),
        ("a.example.org", True),
        ("a.b.example.org", True),
        ("example.org", False),
        ("badexample.org", False),
        ("bücher.de", True),
        ("xn--bcher-kva.de", True),
        ("localhost", True),
        ("LOCALHOST.", True),
        ("api.localhost", True),
        ("localhost.localdomain", True),
        ("ip6-loopback", True),
        ("localhost.example.net", False),
        ("192.0.2.7", False),  # an address is no name
    ],
)
def test_names(host: str | bytes | bytearray, allowed: bool) -> None:
    assert HOSTS.have_name(host) is allowed


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("127.0.0.1", True),
        ("127.200.3.4", True),
        ("0.0.0.0", True),
        ("::1", True),
        ("::", True),
        ("::ffff:127.0.0.1", True),
        ("::ffff:192.0.2.7", True),
        ("192.0.2.7", True),
        ("192.0.2.8", False),
        ("10.255.255.255", True),
        ("11.0.0.0", False),
        ("2001:db8::5", True),
        ("2001:db9::5", False),
        ("2001:dba::1", True),
        ("169.254.169.254", False),
    ],
)
def test_addresses(address: str, allowed: bool) -> None:
    assert HOSTS.have_address(ipaddress.ip_address(address)) is allowed


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("192.0.2.1", "192.0.2.1"),
        (b"192.0.2.1", "192.0.2.1"),
        ("::1", "::1"),
        ("fe80::1%eth0", "fe80::1"),
        ("127.1", "127.0.0.1"),
        ("0x7f.1", "127.0.0.1"),
        ("2130706433", "127.0.0.1"),
        ("face.feed", None),
        ("1.2.3.4.5", None),
        ("example.com", None),
        ("", None),
    ],
)
def test_numeric_addresses(text: str | bytes, address: str | None) -> None:
    found = address_of(text)
    assert (None if found is None else str(found)) == address


@pytest.mark.parametrize(
    "value",
    [
        "https://example.com",
        "example.com/v1",
        "example.com:443",
        r"example\.com",
        ".*",
        "*",
        "a.*.com",
        "*.",
        "",
        "10.0.0.0/99",
        "user@example.com",
        "a..b",
    ],
)
def test_what_is_no_host_is_refused(value: str) -> None:
    assert not is_host(value)
    with pytest.raises(UsageError, match=r"here: .* is no host; give a name"):
        Hosts.parse(["fine.example", value], where="here")


def test_listed_as_given_once() -> None:
    assert Hosts.parse(["B.example", "10.0.0.0/8", "B.example"]).listed == (
        "B.example",
        "10.0.0.0/8",
    )


@pytest.mark.parametrize(
    ("family", "address", "local"),
    [
        (socket.AF_INET, ("127.0.0.1", 1), True),
        (socket.AF_INET, ("localhost", 1), True),
        (socket.AF_INET, ("192.0.2.1", 1), False),
        (socket.AF_INET, ("example.com", 1), False),
        (socket.AF_INET6, ("::1", 1, 0, 0), True),
        (socket.AF_INET6, ("2001:db8::1", 1, 0, 0), False),
        (socket.AF_UNIX, "/run/x.sock", True),
        (socket.AF_INET, None, True),
    ],
)
def test_what_stays_on_the_machine(family: int, address: Any, local: bool) -> None:
    assert is_local(family, address) is local


def test_a_name_that_can_not_exist_is_shown_as_it_is() -> None:
    assert host_text("ü" * 80) == "ü" * 80


def test_lists() -> None:
    assert split_list("a, b,,c ") == ("a", "b", "c")
    assert split_list(["a ", "", "b"]) == ("a", "b")
