"""The demo's trips over a real socket, with the SDKs and without."""

from __future__ import annotations

from dataclasses import replace

import pytest

from stream_cassette.server._demo_clients import CLIENTS, DemoClient
from stream_cassette.server.demo_provider import DemoProvider

BY_NAME = {client.name: client for client in CLIENTS}


def trip(client: DemoClient) -> None:
    with DemoProvider() as provider, client.family().Client(timeout=10) as http_client:
        said = client.trip(client.send(provider.url, http_client))
    assert said.call == 'weather({"location": "Florence, Italy"})'
    assert said.text == "The weather in Florence, Italy is 40°C (104°F)."
    assert said.reasoning.startswith("The user is asking for the weather")
    assert len(said.signature) == 568


@pytest.mark.parametrize("name", BY_NAME)
def test_through_the_sdk(name: str) -> None:
    pytest.importorskip(BY_NAME[name].sdk)
    assert BY_NAME[name].label().startswith(f"{BY_NAME[name].sdk} ")
    trip(BY_NAME[name])


@pytest.mark.parametrize("name", BY_NAME)
def test_without_the_sdk(name: str) -> None:
    client = replace(BY_NAME[name], sdk="a_distribution_that_is_not_there")
    assert not client.installed
    assert client.label() in ("httpx", "httpx2")
    trip(client)


@pytest.mark.parametrize("name", BY_NAME)
def test_an_altered_signature_is_refused_by_the_provider(name: str) -> None:
    client = replace(BY_NAME[name], sdk="a_distribution_that_is_not_there")
    module = client.family()

    def altered(request: object) -> object:
        body = bytearray(request.read())  # type: ignore[attr-defined]
        place = body.find(b'"signature":')
        if place >= 0:
            body[place + 40] ^= 1
        return module.Request("POST", request.url, content=bytes(body))  # type: ignore[attr-defined]

    class Altering(module.BaseTransport):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            self.inner = module.HTTPTransport()

        def handle_request(self, request: object) -> object:
            return self.inner.handle_request(altered(request))

        def close(self) -> None:
            self.inner.close()

    with (
        DemoProvider() as provider,
        module.Client(transport=Altering()) as http_client,
        pytest.raises(module.HTTPStatusError, match="400"),
    ):
        client.trip(client.send(provider.url, http_client))
