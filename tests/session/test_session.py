"""What an open session does about a request."""

from __future__ import annotations

import pytest

from stream_cassette.cassette.match import MatchOptions
from stream_cassette.cassette.model import Cassette, Interaction, Request, Response
from stream_cassette.session.fault import faults_of
from stream_cassette.session.memory import MemoryBook
from stream_cassette.session.plan import Plan
from stream_cassette.session.player import Miss, Player
from stream_cassette.session.recorder import Recorder, Take
from stream_cassette.session.session import Playback, Session

KNOWN = Request(method="POST", url="https://api.example.com/v1", body=b'{"a": 1}')
OTHER = Request(method="POST", url="https://api.example.com/v1", body=b'{"a": 2}')
RECORDED = Interaction(request=KNOWN, response=Response(status=200, body=b"ab"))


def _session(*, plays: bool, records: bool, ignore: frozenset[str] = frozenset()) -> Session:
    cassette = Cassette(interactions=(RECORDED,))
    player = Player(cassette, MatchOptions(), name="a.yaml", command="again")
    recorder = Recorder(
        MemoryBook(), clock=lambda: 0.0, now=lambda: "now", is_finished=lambda *_, **__: True
    )
    return Session(
        name="a.yaml",
        player=player if plays else None,
        recorder=recorder if records else None,
        frame_sizes=lambda response: (1,) * len(response.body),
        on_miss=None,
        ignore_hosts=ignore,
    )


def test_a_known_request_is_played_and_counted() -> None:
    session = _session(plays=True, records=False)
    answer = session.answer(KNOWN)
    assert isinstance(answer, Playback)
    assert answer.response is RECORDED.response
    assert list(answer.pieces) == [b"a", b"b"]
    assert session.played == [RECORDED]


def _faulty(text: str) -> Session:
    plan = Plan(faults=faults_of(text))
    session = _session(plays=True, records=False)
    cassette = Cassette(interactions=(RECORDED,))
    session.player = Player(cassette, MatchOptions(), name="a.yaml", faults=plan.faults)
    session.plan = plan
    return session


def test_a_fault_answers_before_its_interaction_is_taken() -> None:
    session = _faulty("status:429,cut@1b")
    first, second, third = (session.answer(KNOWN) for _ in range(3))
    assert isinstance(first, Playback) and first.response.status == 429
    assert isinstance(second, Playback) and list(second.pieces) == [b"a"]
    assert isinstance(third, Playback) and list(third.pieces) == [b"a", b"b"]
    assert session.played == [RECORDED]
    assert isinstance(session.answer(KNOWN), Miss)


def test_an_interaction_that_a_fault_answered_for_is_not_unplayed() -> None:
    session = _faulty("cut@1b")
    assert session.player is not None and session.player.unplayed == (0,)
    session.answer(KNOWN)
    assert session.player.unplayed == ()
    assert [(index, str(fault)) for index, fault in session.player.broken] == [(0, "cut@1b")]


def test_another_request_gets_no_fault() -> None:
    session = _faulty("cut@1b")
    assert isinstance(session.answer(OTHER), Miss)
    assert session.player is not None and session.player.broken == ()


def test_an_unknown_request_is_a_miss_and_remembered() -> None:
    session = _session(plays=True, records=False)
    answer = session.answer(OTHER)
    assert isinstance(answer, Miss)
    assert session.misses == [answer]
    assert "a: recorded 1, sent 2" in answer.message


def test_an_unknown_request_is_recorded_where_the_mode_allows() -> None:
    session = _session(plays=True, records=True)
    assert isinstance(session.answer(OTHER), Take)
    assert session.misses == []


def test_without_a_player_everything_is_recorded() -> None:
    assert isinstance(_session(plays=False, records=True).answer(KNOWN), Take)


@pytest.mark.parametrize(
    ("url", "ignored"),
    [
        ("http://localhost:80/x", True),
        ("https://a.example.com/", True),
        ("https://example.com/", False),
        ("https://notexample.com/", False),
    ],
)
def test_ignored_hosts(url: str, ignored: bool) -> None:
    session = _session(plays=True, records=False, ignore=frozenset({"localhost", "*.example.com"}))
    assert session.ignores(url) is ignored


def test_what_passes_is_asked_of_each_request() -> None:
    session = _session(plays=True, records=False)
    assert not session.lets_pass(OTHER)
    session.passes = lambda request: request is OTHER
    assert session.lets_pass(OTHER)
    assert not session.lets_pass(KNOWN)
