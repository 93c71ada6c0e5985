from __future__ import annotations

import json

import pytest
from vcr.serialize import deserialize
from vcr.serializers import jsonserializer

from stream_cassette.cassette.cuts import Cuts
from stream_cassette.cassette.model import Cassette, Ending, Interaction, Request, Response
from stream_cassette.errors import CassetteFileError, NotACassette
from stream_cassette.formats._registry import lost, read, write
from stream_cassette.formats.vcrjson import VcrJson

FULL = Interaction(
    request=Request(
        method="POST", url="https://x/", headers=(("a", "1"), ("b", "\xe9"), ("a", "2")), body=b"{}"
    ),
    response=Response(
        status=200,
        reason="OK",
        headers=(("content-type", "text/event-stream"),),
        body="data: é\u2028😀\r\n\r\n".encode(),
        http_version="HTTP/2",
        head_ms=412.5,
        cuts=Cuts.of([10, 9], [0.0, 31.25]),
        reencoded=True,
    ),
    recorded_at="2026-03-12T20:11:38.120Z",
    masked=("/key", "query.key"),
    re_rendered=True,
)
BARE = Interaction(request=Request(method="GET", url="https://x/"), response=Response(status=204))


@pytest.mark.parametrize("ascii_only", [False, True])
def test_it_says_all_that_the_yaml_says(ascii_only: bool) -> None:
    cassette = Cassette(interactions=(FULL, BARE))
    data = write(cassette, format="vcrjson", comments=["0 · POST"], ascii=ascii_only)
    assert data.isascii() is ascii_only
    again = read(data)
    assert (again.format, again.interactions) == ("vcr", VcrJson().held(cassette).interactions)
    assert again.interactions == read(write(cassette)).interactions
    assert lost(cassette, "vcrjson") == ()


@pytest.mark.parametrize(
    "ending",
    [
        Ending(kind="client-closed"),
        Ending(kind="pending"),
        Ending(kind="pending", waited_ms=5.5),
        Ending(kind="error", error="reset", message="gone"),
        Ending(kind="error", error="other"),
    ],
)
def test_endings(ending: Ending) -> None:
    one = Interaction(request=BARE.request, response=Response(status=200, ending=ending))
    (found,) = read(write(Cassette(interactions=(one,)), format="vcrjson")).interactions
    assert found == one


def test_vcrpy_reads_it() -> None:
    data = write(Cassette(interactions=(FULL, BARE)), format="vcrjson")
    requests, responses = deserialize(data.decode(), jsonserializer)[:2]
    assert [each.uri for each in requests] == ["https://x/", "https://x/"]
    assert responses[0]["body"]["string"] == FULL.response.body
    assert json.loads(data)["interactions"][1] == {
        "request": {"method": "GET", "uri": "https://x/", "headers": {}, "body": ""},
        "response": {"status": {"code": 204, "message": ""}, "headers": {}, "body": {"string": ""}},
    }


def test_none_at_all() -> None:
    data = write(Cassette(), format="vcrjson")
    assert read(data).interactions == ()
    assert json.loads(data)["interactions"] == []


@pytest.mark.parametrize("whose", ["request", "response"])
def test_bytes_that_are_no_text_are_refused(whose: str) -> None:
    body = b"\xff"
    one = Interaction(
        request=Request(method="GET", url="https://x/", body=body if whose == "request" else b""),
        response=Response(status=200, body=body if whose == "response" else b""),
    )
    cassette = Cassette(interactions=(BARE, one))
    for call in (lost, write):
        with pytest.raises(CassetteFileError, match=f"interaction 1: the {whose}'s body is not UT"):
            call(cassette, "vcrjson")


def test_reading_is_vcr_s() -> None:
    with pytest.raises(NotACassette, match="read as vcr"):
        VcrJson().read(b"{}")
    assert VcrJson().sniff(b'{"interactions": []}') == 0
