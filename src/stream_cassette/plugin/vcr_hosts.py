"""pytest-recording's allowed hosts, which are regular expressions, as hosts of our guard."""

from __future__ import annotations

import re
from collections.abc import Iterable

from stream_cassette.errors import UsageError
from stream_cassette.transport.hosts import is_host, split_list

__all__ = ["hosts_of"]

_OURS = ("127.0.0.1", "::1", "localhost")  # may be reached in any case
_ANY_BELOW = re.compile(r"^(\.\*|\[\^\.\]\+|\.\+)?\\?\.(?=\w)")


def hosts_of(patterns: str | Iterable[str], *, where: str) -> list[str]:
    r"""Names, addresses and networks as they are; `.*\.example\.com` is `*.example.com`.

    Raises:
        UsageError: another pattern; there is no such host for the guard.
    """
    return [host for pattern in split_list(patterns) for host in _host(pattern, where)]


def _host(pattern: str, where: str) -> list[str]:
    text = pattern.removeprefix("^").removesuffix("$")
    below = _ANY_BELOW.match(text)
    plain = (f"*.{text[below.end() :]}" if below else text).replace("\\.", ".")
    if is_host(plain):
        return [plain]
    try:
        if any(re.match(pattern, host) for host in _OURS) and not re.match(pattern, "a.example"):
            return []
    except re.error as error:
        raise UsageError(f"{where}: {pattern!r} is no regular expression: {error}") from error
    raise UsageError(
        f"{where}: {pattern!r} can't be taken over: the guard knows names, *.example.com, "
        "addresses and networks (stream_allowed_hosts)"
    )
