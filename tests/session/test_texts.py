"""What is said of a session that is over."""

from __future__ import annotations

from stream_cassette.session.texts import bypass_text, nothing_recorded_text, unplayed_text


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
