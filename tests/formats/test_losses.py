from __future__ import annotations

from dataclasses import replace

from stream_cassette.cassette.cuts import Cuts
from stream_cassette.cassette.model import Cassette, Ending, Interaction, Request, Response
from stream_cassette.formats._losses import Loss, losses
from stream_cassette.formats._registry import lost

PLAIN = Interaction(
    request=Request(method="POST", url="https://x/", headers=(("content-type", "a/b"),)),
    response=Response(status=200, reason="OK", body=b"ab", http_version="HTTP/1.1"),
)
FULL = replace(
    PLAIN,
    response=replace(
        PLAIN.response,
        cuts=Cuts.of([2], [1.5]),
        head_ms=4.5,
        ending=Ending(kind="client-closed"),
    ),
    recorded_at="2026-03-12T20:11:38.120Z",
    masked=("/key",),
    re_rendered=True,
)


def test_nothing_is_lost_in_our_own_format() -> None:
    assert lost(Cassette(interactions=(PLAIN, FULL)), "vcr") == ()


def test_what_go_vcr_does_not_hold() -> None:
    found = lost(Cassette(interactions=(PLAIN, FULL)), "govcr")
    assert {loss.what: loss.interactions for loss in found} == {
        "cut points and the times of the chunks": (1,),
        "how the exchange ended": (1,),
        "when it was recorded": (1,),
        "which places of the request match anything": (1,),
        "the mark that a body was rendered again": (1,),
    }
    assert Loss(what="the HTTP version", interactions=(0, 1)) in lost(
        Cassette(interactions=(PLAIN, FULL)), "govcr1"
    )


def test_what_was_not_there_can_not_be_lost() -> None:
    bare = replace(PLAIN, response=Response(status=204))
    assert losses(Cassette(interactions=(bare,)), Cassette(interactions=(PLAIN,))) == ()


def test_headers_are_compared_without_case_and_coding() -> None:
    other = replace(PLAIN, request=replace(PLAIN.request, headers=(("Content-Type", "a/b"),)))
    coded = replace(
        PLAIN, response=replace(PLAIN.response, headers=(("Content-Encoding", "gzip"), ("A", "1")))
    )
    assert losses(Cassette(interactions=(PLAIN,)), Cassette(interactions=(other,))) == ()
    (loss,) = losses(Cassette(interactions=(coded,)), Cassette(interactions=(PLAIN,)))
    assert loss.to_dict() == {"what": "headers of the response", "interactions": [0]}
