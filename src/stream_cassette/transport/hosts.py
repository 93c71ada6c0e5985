"""Which hosts may be reached: this machine always, others by name, address or network."""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Self, TypeAlias

from stream_cassette.errors import UsageError

__all__ = ["Hosts", "address_of", "host_text", "is_host", "is_local", "split_list"]

_Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
_Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network

_INTERNET = frozenset({socket.AF_INET, socket.AF_INET6})
_LOCAL_NAMES = frozenset(
    {"localhost", "localhost.localdomain", "localhost6", "ip6-localhost", "ip6-loopback"}
)
_NAME = re.compile(r"(\*\.)?[\w-]+(\.[\w-]+)*\.?", re.ASCII)
_OLD_IPV4 = re.compile(r"[0-9a-fA-FxX.]+")  # "127.1", "0x7f000001": inet_aton takes these


@dataclass(frozen=True, slots=True, kw_only=True)
class Hosts:
    """Names (lower case, ASCII), domains whose subdomains count (`.example.com`), and networks."""

    names: frozenset[str] = frozenset()
    domains: tuple[str, ...] = ()
    networks: tuple[_Network, ...] = ()
    listed: tuple[str, ...] = ()

    @classmethod
    def parse(cls, values: Iterable[str], *, where: str = "allowed_hosts") -> Self:
        """From host names, `*.example.com`, IP addresses and CIDR networks, as users write them.

        Raises:
            UsageError: a value is none of these, a URL or a pattern for instance.
        """
        names: set[str] = set()
        domains: list[str] = []
        networks: list[_Network] = []
        listed = tuple(dict.fromkeys(values))
        for value in listed:
            network = _network(value)
            if network is not None:
                networks.append(network)
                continue
            name = host_text(value)
            if not is_host(value):
                raise UsageError(
                    f"{where}: {value!r} is no host; give a name, '*.example.com', an IP address "
                    "or a network such as '10.0.0.0/8', without scheme, port or path"
                )
            if name.startswith("*."):
                domains.append(name[1:])
            else:
                names.add(name)
        return cls(
            names=frozenset(names), domains=tuple(domains), networks=tuple(networks), listed=listed
        )

    def have_name(self, host: str | bytes | bytearray) -> bool:
        """Whether the name is one of these, or of this machine."""
        name = host_text(host)
        if name in _LOCAL_NAMES or name.endswith(".localhost"):
            return True
        return name in self.names or name.endswith(self.domains)

    def have_address(self, address: _Address) -> bool:
        """Whether the address is one of these, or of this machine."""
        address = getattr(address, "ipv4_mapped", None) or address
        if address.is_loopback or address.is_unspecified:
            return True
        return any(address in network for network in self.networks)


_NONE = Hosts()


def is_host(value: str) -> bool:
    """Whether `Hosts.parse` takes the value."""
    return _network(value) is not None or _NAME.fullmatch(host_text(value)) is not None


def is_local(family: int, address: Any) -> bool:
    """Whether a socket of this family reaches only this machine by `address`, loopback say."""
    if family not in _INTERNET or not isinstance(address, tuple) or not address:
        return True
    numeric = address_of(address[0])
    return _NONE.have_name(address[0]) if numeric is None else _NONE.have_address(numeric)


def address_of(host: str | bytes | bytearray) -> _Address | None:
    """The numeric address that the text is, with or without a scope; None if it is a name."""
    text = host_text(host)
    try:
        return ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        pass
    if not _OLD_IPV4.fullmatch(text):
        return None
    try:
        return ipaddress.IPv4Address(socket.inet_aton(text))
    except OSError:
        return None


def host_text(host: str | bytes | bytearray) -> str:
    """A host as it is compared: lower case, ASCII (IDNA), no final dot."""
    text = host if isinstance(host, str) else bytes(host).decode("ascii", "replace")
    if not text.isascii():
        with suppress(UnicodeError):  # no such name can exist; it is shown as it was given
            text = text.encode("idna").decode("ascii")
    return text.lower().removesuffix(".")


def split_list(value: str | Iterable[str]) -> tuple[str, ...]:
    """One text with commas, or several values, as a tuple."""
    parts = value.split(",") if isinstance(value, str) else value
    return tuple(part.strip() for part in parts if part.strip())


def _network(value: str) -> _Network | None:
    try:
        return ipaddress.ip_network(value.strip("[]"), strict=False)
    except ValueError:
        return None
