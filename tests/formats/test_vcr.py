from __future__ import annotations

import json

import pytest

from stream_cassette.cassette.model import Interaction, Request, Response
from stream_cassette.errors import CorruptCassette
from stream_cassette.formats.vcr import Vcr, request_key

OLD = [
    {
        "request": {
            "body": None,
            "protocol": "http",
            "method": "GET",
            "headers": {"accept": "*/*"},
            "host": "example.com",
            "path": "/ip",
            "port": 80,
        },
        "response": {
            "status": {"message": "OK", "code": 200},
            "headers": ["x-a: b\r\n", "x-c: d\r\n"],
            "body": {"string": "hello"},
        },
    }
]
OLD_YAML = b"""\
- request: !!python/object:vcr.request.Request
    body: null
    headers: !!python/object/apply:__builtin__.frozenset
    - - !!python/tuple [accept, '*/*']
    host: example.com
    method: GET
    path: /ip
    port: 80
    protocol: http
  response:
    body: {string: !!python/unicode "hello"}
    headers: [!!python/unicode "x-a: b\\r\\n", !!python/unicode "x-c: d\\r\\n"]
    status: {code: 200, message: OK}
"""
MIGRATED = Interaction(
    request=Request(method="GET", url="http://example.com/ip", headers=(("accept", "*/*"),)),
    response=Response(status=200, reason="OK", headers=(("x-a", "b"), ("x-c", "d")), body=b"hello"),
)


@pytest.mark.parametrize("data", [json.dumps(OLD).encode(), OLD_YAML], ids=["json", "yaml"])
def test_a_list_of_0x_is_migrated(data: bytes) -> None:
    assert Vcr().sniff(data) == 2
    assert Vcr().read(data).interactions == (MIGRATED,)


def test_an_old_list_must_be_safe_before_it_is_migrated() -> None:
    nested = OLD_YAML.replace(b"null", b"[" * 50_000)
    with pytest.raises(CorruptCassette, match="nested more than 64 deep"):
        Vcr().read(nested)


def test_json() -> None:
    data = {
        "version": 1,
        "interactions": [
            {
                "request": {"method": "GET", "uri": "http://x/", "body": None, "headers": {}},
                "response": {
                    "status": {"code": 404, "message": None},
                    "headers": {"A": ["1", "2"]},
                    "body": {"string": "null"},
                },
            }
        ],
    }
    (one,) = Vcr().read(json.dumps(data, indent=4).encode()).interactions
    assert one.response == Response(status=404, headers=(("A", "1"), ("A", "2")), body=b"null")


@pytest.mark.parametrize(
    ("data", "score"),
    [
        (b"# stream-cassette\nstream_cassette: {format: 1}\n", 3),
        (b"interactions:\n- request:\n    body: |2\n      url: x\n    uri: http://x/\n", 2),
        (b"interactions:\n- request:\n    body: |2\n      uri: x\n    url: http://x/\n", 1),
        (b"interactions: []\n", 1),
        (b"requests:\n- body: x\n", 1),
        (b'{"interactions": []}', 2),
        (b'{"request": "no"}', 0),
        (b"- name: x\n", 0),
        (b"", 0),
    ],
)
def test_sniffed_by_content(data: bytes, score: int) -> None:
    assert Vcr().sniff(data) == score


def test_the_key_of_the_url_is_not_looked_for_in_bodies() -> None:
    data = b"- request:\n    body: |\n      uri: x\n    url: y\n"
    assert request_key(data) == b"url"
    assert request_key(b"- request: {uri: x}\n") is None
