"""What a cassette answers, from one thread or many, and what a miss says."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from stream_cassette.cassette.match import MatchOptions
from stream_cassette.cassette.model import Cassette, Headers, Interaction, Request, Response
from stream_cassette.session.player import Explain, Miss, Player

URL = "https://api.example.com/v1/chat"
JSON: Headers = (("content-type", "application/json"), ("authorization", "Bearer sk-live"))
COMMAND = "pytest tests/test_x.py --stream-record=all"


def request(body: Any, url: str = URL, method: str = "POST") -> Request:
    return Request(method=method, url=url, headers=JSON, body=json.dumps(body).encode())


def player(*bodies: Any, explain: Explain | None = None, allow_repeats: bool = False) -> Player:
    interactions = tuple(
        Interaction(request=request(body), response=Response(status=200 + position))
        for position, body in enumerate(bodies)
    )
    options = MatchOptions(allow_repeats=allow_repeats)
    cassette = Cassette(interactions=interactions)
    return Player(cassette, options, name="x.yaml", command=COMMAND, explain=explain)


def statuses(ours: Player, *bodies: Any) -> list[int | None]:
    found = [ours.take(request(body)) for body in bodies]
    return [None if one is None else one.response.status for one in found]


def miss(ours: Player, live: Request) -> Miss:
    assert ours.take(live) is None
    return ours.miss(live)


def test_order_among_equals_then_a_miss() -> None:
    ours = player(1, 2, 1)
    assert statuses(ours, 1, 1, 1, 2) == [200, 202, None, 201]
    assert ours.unplayed == ()


def test_repeats_when_allowed() -> None:
    ours = player(1, 2, 1, allow_repeats=True)
    assert statuses(ours, 1, 1, 1, 1) == [200, 202, 202, 202]
    assert ours.unplayed == (1,)


def test_the_message_names_place_and_remedy() -> None:
    found = miss(player({"a": 1, "m": [1, 2]}), request({"a": 2, "m": [1]}))
    assert found.message.splitlines() == [
        "x.yaml has no answer to POST https://api.example.com/v1/chat",
        "nearest is interaction 0, not played yet; it differs in:",
        "  a: recorded 1, sent 2",
        "  m[1] is missing (recorded: 2)",
        f"to record it: {COMMAND}",
    ]


def test_the_message_after_all_equals_were_played() -> None:
    ours = player(1, 1)
    assert statuses(ours, 1, 1) == [200, 201]
    first, second = miss(ours, request(1)), miss(ours, request(1))
    assert "is recorded 2 times and was asked 3 times" in first.message
    assert (second.asked, second.recorded) == (4, 2)
    assert "allow_repeats=True" in second.message


def test_the_message_for_a_played_neighbour() -> None:
    ours = player({"a": 1})
    assert statuses(ours, {"a": 1}) == [200]
    assert "nearest is interaction 0, already played" in miss(ours, request({"a": 2})).message


def test_the_message_of_an_empty_cassette_is_one_clear_line() -> None:
    found = miss(player(), request(1))
    assert "the cassette has no interactions, or does not exist" in found.message
    assert found.nearest is None
    assert len(found.message.splitlines()) == 3


@pytest.mark.parametrize("url", ["https://other/v1/chat", "https://api.example.com/v2"])
def test_the_message_for_a_url_of_which_nothing_is_recorded(url: str) -> None:
    message = miss(player(1), request(1, url=url)).message
    assert "nothing at all is recorded for this method, host and path" in message


def test_a_function_that_says_no_is_named_as_the_reason() -> None:
    cassette = Cassette(
        interactions=(Interaction(request=request(1), response=Response(status=200)),)
    )
    options = MatchOptions(match_on=("body", lambda live, recorded: False))
    ours = Player(cassette, options, name="x.yaml", command=COMMAND)
    assert "a function of match_on tells them apart" in miss(ours, request(1)).message


def test_what_it_means_is_added_where_known() -> None:
    def explain(live: Request, recorded: Interaction) -> str:
        return f"turn {json.loads(live.body)['a']} does not echo {recorded.response.status}"

    found = miss(player({"a": 1}, explain=explain), request({"a": 2}))
    assert found.note == "turn 2 does not echo 200"
    assert found.message.splitlines()[-2] == found.note


def test_no_secret_and_no_control_character_is_printed() -> None:
    live = request({"api_key": "sk-live", "a": "\x1b[2J"}, url=URL + "?key=sk-live&a=\x1b")
    found = miss(player({"a": 1}), live)
    text = found.message + str(found.to_dict()) + repr(found)
    assert "sk-live" not in text
    assert "\x1b" not in text
    assert "key=REDACTED" in found.message


def test_to_dict_is_json() -> None:
    made = miss(player({"a": 1}), request({"a": 2})).to_dict()
    assert json.loads(json.dumps(made)) == made
    assert made["nearest"]["index"] == 0
    assert miss(player(), request(1)).to_dict()["nearest"] is None


def test_threads_share_one_order_and_nothing_plays_twice() -> None:
    ours = player(*([1] * 200), *([2] * 200))
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda body: ours.take(request(body)), [1, 2] * 210))
    played = [one.response.status for one in found if one is not None]
    assert sorted(played) == list(range(200, 600))
    assert (found.count(None), ours.unplayed) == (20, ())
