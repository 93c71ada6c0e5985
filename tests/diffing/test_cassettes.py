"""Two cassettes at each level: what is a difference there, and what is none."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest

from stream_cassette.cassette.model import Cassette, Ending, Interaction, Request, Response
from stream_cassette.diffing.cassettes import diff_cassettes
from stream_cassette.diffing.model import CassetteDiff, DiffLevel
from stream_cassette.diffing.rules import rules_of
from tests.support.weather_pair import session, without

A = session("a")
COSMETIC = session("bb", piece=7, cut=111)


def diff(
    left: Cassette | None, right: Cassette | None, level: str = "conversation", **rest: Any
) -> CassetteDiff:
    return diff_cassettes(left, right, rules_of(level, **rest))


def paths(found: CassetteDiff) -> list[str]:
    return [one.path for one in found.differences]


@pytest.mark.parametrize("level", ["conversation", "frames", "bytes"])
def test_a_cassette_is_itself(level: str) -> None:
    found = diff(A, A, level)
    assert found.status == "same" and not found.has_changes


def test_another_run_of_the_same_session_is_the_same() -> None:
    found = diff(A, COSMETIC)
    assert found.status == "same" and found.differences == ()
    (talk,) = found.conversations
    assert talk.turns == () and talk.pace.cuts_differ
    assert talk.pace.tokens == ("122 in, 40 out", "124 in, 40 out")


def test_ids_and_times_are_no_difference_at_frames() -> None:
    assert diff(A, session("bb", cut=77), "frames").status == "same"
    assert diff(A, session("bb", cut=77), "bytes").status == "changed"


@pytest.mark.parametrize("echoed", [None, "Zürich"], ids=["carried back", "not carried back"])
def test_one_streamed_argument(echoed: str | None) -> None:
    """Exactly that argument, both values and its path, whether the client echoes it or not."""
    (one,) = diff(A, session("bb", city="Genève", echoed=echoed, cut=9)).differences
    assert one.path == "messages[2].parts[0].arguments.city"
    assert (one.left, one.right, one.kind) == ("Zürich", "Genève", "changed")


def test_what_is_carried_back_otherwise() -> None:
    (one,) = diff(A, session("a", echoed="Bern")).differences
    assert one.path == "requests[1].messages[2].parts[0].arguments.city"
    assert (one.left, one.right) == ("Zürich", "Bern")


CHANGES: dict[str, tuple[dict[str, Any], list[str]]] = {
    "a word": ({"reply": "It is 18 °C and cloudy."}, ["messages[4].parts[0].content"]),
    "the end": ({"finish": "length"}, ["messages[4].finish_reason"]),
    "the prompt": ({"prompt": "You are rude."}, ["messages[0].parts[0].content"]),
    "a setting": ({"temperature": 0.7}, ["requests[0].temperature"]),
    "the model": ({"model": "gpt-5"}, ["requests[0].model"]),
    "the tools": ({"tools": []}, ["requests[0].tools[0]"]),
}


@pytest.mark.parametrize(("change", "found"), CHANGES.values(), ids=CHANGES.keys())
def test_changes(change: dict[str, Any], found: list[str]) -> None:
    changed = session("bb", **change)
    assert paths(diff(A, changed)) == found
    assert diff(A, changed, "frames").status == "changed"


def test_a_dropped_turn() -> None:
    found = diff(A, without(A, 1))
    assert paths(found) == ["messages[3]", "messages[4]", "exchanges[1]"]
    assert {one.kind for one in found.differences} == {"left_only"}
    (talk,) = found.conversations
    assert [turn.status for turn in talk.turns] == ["same", "same", "same", "removed", "removed"]
    assert [one.status for one in diff(A, without(A, 1), "frames").interactions] == [
        "same",
        "removed",
    ]


def test_a_dropped_beginning() -> None:
    found = diff(A, without(A, 0))
    assert paths(found) == ["messages[2].finish_reason", "exchanges[0]"]


def test_a_conversation_more() -> None:
    both = replace(
        A, interactions=(*A.interactions, *session("c", prompt="Be brief.").interactions)
    )
    found = diff(A, both)
    assert [one.status for one in found.conversations] == ["same", "added"]
    added = found.conversations[1]
    assert (added.left, added.right, added.right_interactions) == (None, 1, (2, 3))
    assert [turn.status for turn in added.turns] == ["added"] * 5
    assert [one.status for one in diff(both, A).conversations] == ["same", "removed"]


def test_the_order_of_conversations_does_not_count() -> None:
    other = session("c", prompt="Be brief.")
    one = replace(A, interactions=A.interactions + other.interactions)
    turned = replace(A, interactions=other.interactions + A.interactions)
    assert diff(one, turned).status == "same"
    assert diff(one, turned, "frames").status == "same"


def test_endings_count_at_every_level() -> None:
    last = A.interactions[1]
    body = last.response.body[:700]
    broken = replace(
        last.response, body=body, cuts=None, ending=Ending(kind="error", error="reset", message="x")
    )
    cut_off = replace(A, interactions=(A.interactions[0], replace(last, response=broken)))
    found = paths(diff(A, cut_off))
    assert "exchanges[1].ending" in found and "exchanges[1].termination" in found
    for level in ("frames", "bytes"):
        assert "response.ending" in paths(diff(A, cut_off, level))


def test_errors_count() -> None:
    refused = replace(
        A.interactions[1],
        response=Response(
            status=429,
            headers=(("content-type", "application/json"),),
            body=b'{"error": {"message": "slow down", "type": "rate_limit"}}',
        ),
    )
    found = paths(diff(A, replace(A, interactions=(A.interactions[0], refused))))
    assert {"exchanges[1].status", "exchanges[1].error", "messages[4]"} <= set(found)


def test_cuts_are_a_difference_at_bytes_alone() -> None:
    recut = session("a", cut=64)
    assert diff(A, recut).status == "same"
    assert diff(A, recut, "frames").status == "same"
    found = diff(A, recut, "bytes")
    assert paths(found) == ["response.chunks", "response.chunks"]
    assert found.differences[0].left == {
        "chunks": len(A.interactions[0].response.cuts or ()),
        "from_chunk": 0,
        "sizes": [40] * 8,
    }


def test_volatile_values_count_if_asked_for() -> None:
    found = paths(diff(A, COSMETIC, whole=True))
    assert "messages[2].response_id" in found
    assert "exchanges[0].usage.input_tokens" in found
    assert "messages[2].parts[0].id" in found
    assert diff(A, session("bb"), "frames", whole=True).status == "changed"


def test_what_is_ignored() -> None:
    hot = session("a", temperature=1.0, reply="No.")
    assert paths(diff(A, hot, ignore=["requests[*].temperature"])) == [
        "messages[4].parts[0].content"
    ]
    assert diff(A, hot, ignore=["..temperature", "messages[4]"]).status == "same"


def test_one_side_alone() -> None:
    added = diff(None, A)
    assert (added.status, added.left) == ("added", None)
    assert [one.status for one in added.conversations] == ["added"]
    removed = diff(A, None, "frames")
    assert removed.status == "removed"
    assert [one.status for one in removed.interactions] == ["removed", "removed"]


def plain(body: bytes, media: str, asked: bytes = b'{"q": 1}') -> Cassette:
    return Cassette(
        interactions=(
            Interaction(
                request=Request(method="POST", url="https://x.test/items", body=asked),
                response=Response(status=200, headers=(("content-type", media),), body=body),
            ),
        )
    )


PLAIN: dict[str, tuple[Cassette, Cassette, list[str]]] = {
    "JSON": (
        plain(b'{"items": [{"id": "a1", "n": 1}]}', "application/json"),
        plain(b'{"items":[{"id":"b2","n":2}]}', "application/json"),
        ["response.body.items[0].n"],
    ),
    "what was asked": (
        plain(b"{}", "application/json"),
        plain(b"{}", "application/json", b'{"q": 2}'),
        ["request.body.q"],
    ),
    "text": (
        plain(b"hello", "text/plain"),
        plain(b"hallo", "text/plain"),
        ["response.body"],
    ),
    "no type": (plain(b'{"n": 1}', ""), plain(b'{"n": 2}', ""), ["response.body.n"]),
    "another type": (
        plain(b"{}", "application/json"),
        plain(b"{}", "text/plain"),
        ["response.headers.content-type"],
    ),
    "events": (
        plain(b"data: one\n\n", "text/event-stream"),
        plain(b": keep-alive\n\ndata: two\n\n", "text/event-stream"),
        ["response.frames[0].data"],
    ),
}


@pytest.mark.parametrize(("left", "right", "found"), PLAIN.values(), ids=PLAIN.keys())
@pytest.mark.parametrize("level", ["conversation", "frames"])
def test_plain_http_is_compared_at_every_level(
    left: Cassette, right: Cassette, found: list[str], level: DiffLevel
) -> None:
    assert paths(diff(left, right, level)) == found
    assert diff(left, left, level).status == "same"
    assert diff(left, right, "bytes").status == "changed"


PIECES = [b'"', b"{", b"]", b"\\ud83d", b"\xff", b"\x00", b"\n\n", b"data: ", b"null", b"1e999"]


@pytest.mark.parametrize("seed", range(25))
def test_damaged_bodies_are_compared_all_the_same(seed: int) -> None:
    chance = random.Random(seed)

    def damaged(body: bytes) -> bytes:
        at = chance.randrange(len(body))
        return body[:at] + chance.choice(PIECES) + body[at + chance.randrange(20) :]

    broken = replace(
        A,
        interactions=tuple(
            replace(
                one,
                request=replace(one.request, body=damaged(one.request.body)),
                response=replace(one.response, body=damaged(one.response.body), cuts=None),
            )
            for one in A.interactions
        ),
    )
    for level in ("conversation", "frames", "bytes"):
        for whole in (False, True):
            assert diff(broken, broken, level, whole=whole).status == "same"
            assert diff(A, broken, level, whole=whole).left == ""
    assert diff(A, broken, "bytes").status == "changed"


def test_messages_that_are_no_history() -> None:
    last = A.interactions[1]
    asked = replace(last.request, body=b'{"model": "gpt-4o", "messages": "none", "stream": true}')
    odd = replace(A, interactions=(A.interactions[0], replace(last, request=asked)))
    assert diff(A, odd).status == diff(odd, A).status == "changed"
