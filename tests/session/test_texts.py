"""What is said of a session that is over."""

from __future__ import annotations

from stream_cassette.cassette.difference import Difference
from stream_cassette.session.texts import (
    bypass_text,
    drift_text,
    nothing_recorded_text,
    unplayed_text,
)
from stream_cassette.session.verify import Drift


def test_each_names_the_cassette_and_what_is_amiss() -> None:
    assert bypass_text("a.yaml", "aiohttp").startswith("a.yaml: aiohttp connected past")
    assert nothing_recorded_text("a.yaml").startswith("a.yaml: recording ended with nothing")


def test_unplayed_lines_are_in_order_under_a_heading_that_counts() -> None:
    assert unplayed_text("a.yaml", {2: "2: GET c", 0: "0: GET a"}, 3).splitlines() == [
        "a.yaml: 2 of 3 interactions never played",
        "  0: GET a",
        "  2: GET c",
        "re-record with --stream-record=all, or allow it with unplayed='ignore'",
    ]


def test_drifts_have_a_heading_each_and_say_how_much_is_not_shown() -> None:
    prompt = Difference(path="prompt", recorded="a", live="b")
    said = Difference(path="frames[2].data", recorded=1, live=2, verb="received")
    drifts = (
        Drift(
            kind="changed",
            method="POST",
            url="http://a/\x1b",
            index=0,
            live_index=1,
            level="frames",
            request=(prompt,),
            answer=(said,),
            total=9,
        ),
        Drift(kind="changed", method="GET", url="http://a/b", index=1, request=(prompt,), total=1),
        Drift(kind="beyond", method="GET", url="http://a/c", live_index=4),
        Drift(kind="unasked", method="GET", url="http://a/d", index=2),
    )
    assert drift_text("a.yaml", drifts, 1).splitlines() == [
        "a.yaml: 4 drifts from the recording of 1 interaction; the file is unchanged",
        "interaction 0, POST http://a/\\u{1b}: another request and answer (level frames)",
        '  prompt: recorded "a", sent "b"',
        "  frames[2].data: recorded 1, received 2",
        "  and 7 more",
        "interaction 1, GET http://a/b: another request",
        '  prompt: recorded "a", sent "b"',
        "request 4, GET http://a/c: nothing is recorded for it, or no more",
        "interaction 2, GET http://a/d: was not asked for",
        "if that is as it should be, record it anew: --stream-record=all, or record='all'",
    ]
    assert drift_text("a", drifts[:1], 2).startswith("a: 1 drift from the recording of 2 inter")
