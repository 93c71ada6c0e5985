"""The witness hands on what it notes."""

from __future__ import annotations

import json

import pytest

from stream_cassette.server._witness import Seen, witness
from stream_cassette.server.demo_provider import DemoProvider

REQUEST = {"model": "m", "stream": True, "messages": [{"role": "user", "content": "weather?"}]}


@pytest.mark.parametrize("family", ["httpx", "httpx2"])
def test_it_notes_the_chunks_that_the_client_gets(family: str) -> None:
    module = pytest.importorskip(family)
    seen: list[Seen] = []
    body = json.dumps(REQUEST).encode()
    with (
        DemoProvider() as provider,
        module.Client(transport=witness(module, seen)) as client,
        client.stream("POST", provider.url + "/v1/messages", content=body) as response,
    ):
        chunks = list(response.iter_raw())
    (exchange,) = seen
    assert exchange.chunks == chunks
    assert (exchange.request, exchange.status) == (body, 200)
    assert exchange.body == b"".join(chunks)
    assert exchange.sizes == tuple(map(len, chunks))
