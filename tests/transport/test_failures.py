"""Exceptions: recorded as a kind, raised again as the same class."""

from __future__ import annotations

import asyncio

import httpx
import httpx2
import pytest
import trio

from stream_cassette.cassette.model import ERROR_KINDS, Ending
from stream_cassette.transport.failures import (
    RAISED,
    ending_of,
    error_of,
    is_cancellation,
    is_own_close,
)

CASES = [
    ("ConnectError", "All connection attempts failed", "connect"),
    ("ConnectError", "[SSL: CERTIFICATE_VERIFY_FAILED] no", "tls"),
    ("ConnectTimeout", "slow", "connect-timeout"),
    ("ProxyError", "403 Forbidden", "proxy"),
    ("WriteError", "broken pipe", "write"),
    ("WriteTimeout", "slow", "other"),
    ("ReadTimeout", "slow", "read-timeout"),
    ("PoolTimeout", "full", "pool-timeout"),
    ("ReadError", "", "reset"),
    ("RemoteProtocolError", "peer closed connection (incomplete chunked read)", "incomplete"),
    ("RemoteProtocolError", "Server disconnected without sending a response.", "protocol"),
    ("LocalProtocolError", "Invalid header", "other"),
    ("UnsupportedProtocol", "gopher", "other"),
]


@pytest.mark.parametrize("client", [httpx, httpx2], ids=["httpx", "httpx2"])
@pytest.mark.parametrize(("name", "message", "kind"), CASES)
def test_the_same_class_and_message_come_back(client, name, message, kind) -> None:  # type: ignore[no-untyped-def]
    error = getattr(client, name)(message)
    ending = ending_of(error)
    assert (ending.kind, ending.error) == ("error", kind)
    again = error_of(client, ending)
    assert type(again) is type(error)
    assert str(again) == message


def test_every_kind_can_be_raised() -> None:
    assert set(RAISED) | {"other"} == set(ERROR_KINDS)
    for name in RAISED.values():
        assert issubclass(getattr(httpx, name), httpx.TransportError)
        assert issubclass(getattr(httpx2, name), httpx2.TransportError)


def test_a_foreign_exception_is_named() -> None:
    ending = ending_of(ValueError("what"))
    assert ending == Ending(kind="error", error="other", message="ValueError: what")
    again = error_of(httpx, ending)
    assert type(again) is httpx.TransportError
    assert str(again) == "ValueError: what"


def test_cancellations() -> None:
    async def cancelled() -> BaseException | None:
        with trio.CancelScope() as scope:
            scope.cancel()
            try:
                await trio.sleep_forever()
            except BaseException as error:
                caught.append(error)
                raise
        return None

    caught: list[BaseException] = []
    trio.run(cancelled)
    assert is_cancellation(caught[0])
    assert is_cancellation(asyncio.CancelledError())
    assert is_cancellation(KeyboardInterrupt())
    assert not is_cancellation(httpx.ReadError(""))


def test_a_connection_closed_by_this_side_is_no_reset() -> None:
    error = httpx2.ReadError("")
    error.__cause__ = trio.ClosedResourceError()
    assert is_own_close(error)
    assert not is_own_close(httpx2.ReadError(""))
