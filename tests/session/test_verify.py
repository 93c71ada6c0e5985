"""Live runs held to recordings: pairs, requests after rebinding, too many and too few."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from stream_cassette import pipeline
from stream_cassette.cassette.match import MatchOptions
from stream_cassette.cassette.model import Interaction, Request, Response
from stream_cassette.cassette.secret_names import DEFAULT
from stream_cassette.session.levels import LEVELS, Answers
from stream_cassette.session.verify import Drift, Rules, Verdict, verdict_of

URL = "https://api.example.com/v1/chat"
JSON = (("content-type", "application/json"),)


def one(question: Any, answer: Any, *, url: str = URL, method: str = "POST") -> Interaction:
    """An exchange of two JSON values."""
    return Interaction(
        request=Request(method=method, url=url, headers=JSON, body=json.dumps(question).encode()),
        response=Response(status=200, headers=JSON, body=json.dumps(answer).encode()),
    )


def held(
    recorded: Sequence[Interaction],
    live: Sequence[Interaction],
    *,
    level: str | None = None,
    levels: Any = LEVELS,
    **match: Any,
) -> Verdict:
    rules = Rules(
        match=MatchOptions(**match),
        redaction=DEFAULT,
        frames_of=pipeline.frames_of,
        decoded=pipeline.decoded_body,
        level=level,
        levels=levels,
    )
    return verdict_of(recorded, live, rules)


def told(verdict: Verdict) -> list[tuple[Any, ...]]:
    """Each drift as (kind, recorded index, live index, paths)."""
    return [
        (d.kind, d.index, d.live_index, [x.path for x in (*d.request, *d.answer)])
        for d in verdict.drifts
    ]


A, B, C = (one({"ask": name}, {"said": name}) for name in "abc")
A_OTHERWISE = one({"ask": "a!"}, {"said": "a"})
GET = one({"ask": "a"}, {"said": "a"}, method="GET")
ELSEWHERE = one({"ask": "a"}, {"said": "a"}, url="https://api.example.com/v1/other")
KEYED = one({}, 1, url=f"{URL}?key=REDACTED&n=1")

PAIRS = {
    "the same": ([A, B], [A, B], []),
    "one prompt changed": ([A, B], [A_OTHERWISE, B], [("changed", 0, 0, ["ask"])]),
    "swapped: each is taken for its equal": ([A, B], [B, A], []),
    "the first is gone": ([A, B, C], [B, C], [("unasked", 0, None, [])]),
    "the last is gone": ([A, B], [A], [("unasked", 1, None, [])]),
    "one too many": ([A], [A, B], [("beyond", None, 1, [])]),
    "a repeat": ([A], [A, A], [("beyond", None, 1, [])]),
    "a repeat that was recorded": ([A, A], [A, A], []),
    "another method": ([A], [GET], [("beyond", None, 0, []), ("unasked", 0, None, [])]),
    "another URL": ([A], [ELSEWHERE], [("beyond", None, 0, []), ("unasked", 0, None, [])]),
    "by order within the URL": (
        [A, ELSEWHERE, B],
        [one({"ask": "x"}, {"said": "a"}), ELSEWHERE, one({"ask": "y"}, {"said": "b"})],
        [("changed", 0, 0, ["ask"]), ("changed", 2, 2, ["ask"])],
    ),
    "one given by order is not given again": (
        [A, B],
        [one({"ask": "x"}, {"said": "a"}), A],
        [("changed", 0, 0, ["ask"]), ("changed", 1, 1, ["ask", "said"])],
    ),
    "a secret in the query is anything": (
        [KEYED],
        [one({}, 1, url=f"{URL.upper().replace('V1/CHAT', 'v1/chat')}?n=1&key=abc123")],
        [],
    ),
    "a secret in the query, the rest changed": (
        [KEYED],
        [one({"n": 2}, 1, url=f"{URL}?n=1&key=other")],
        [("changed", 0, 0, ["n"])],
    ),
    "nothing recorded": ([], [A], [("beyond", None, 0, [])]),
    "nothing asked": ([A], [], [("unasked", 0, None, [])]),
}


@pytest.mark.parametrize(("recorded", "live", "drifts"), PAIRS.values(), ids=PAIRS)
def test_pairs(
    recorded: list[Interaction], live: list[Interaction], drifts: list[tuple[Any, ...]]
) -> None:
    verdict = held(recorded, live)
    assert told(verdict) == drifts
    assert verdict.unasked == tuple(d[1] for d in drifts if d[0] == "unasked")


MATCHING = {
    "what is ignored": ({"ignore_body": ("ask",)}, []),
    "what is not matched": ({"match_on": ("method", "host")}, []),
    "a function that agrees": ({"match_on": ("method", lambda live, recorded: True)}, []),
    "a function that does not": (
        {"match_on": ("method", lambda live, recorded: False)},
        [("changed", 0, 0, ["match_on"])],
    ),
    "headers": ({"match_on": ("headers",)}, []),
    "the raw body": ({"match_on": ("raw_body",)}, [("changed", 0, 0, ["ask"])]),
}


@pytest.mark.parametrize(("options", "drifts"), MATCHING.values(), ids=MATCHING)
def test_requests_are_matched_as_on_replay(
    options: dict[str, Any], drifts: list[tuple[Any, ...]]
) -> None:
    assert told(held([A], [A_OTHERWISE], **options)) == drifts


def test_repeats_where_they_are_allowed() -> None:
    changed = one({"ask": "a"}, {"said": "other"})
    assert held([A, B], [A, A, B, A], allow_repeats=True) == Verdict()
    assert told(held([A], [A, changed], allow_repeats=True)) == [("changed", 0, 1, ["said"])]
    assert told(held([A], [A_OTHERWISE, A], allow_repeats=True)) == [("changed", 0, 0, ["ask"])]


def turns(run: str, *, argument: str = "x", echoed: str | None = None) -> list[Interaction]:
    """A call with a signed thought, and the turn that carries both back."""
    thought = {"type": "thinking", "thinking": "hm", "signature": f"{run}-signature"}
    use = {"type": "tool_use", "id": f"toolu_{run}", "input": {"arg": argument}}
    back = thought | ({} if echoed is None else {"signature": echoed})
    result = {"type": "tool_result", "tool_use_id": f"toolu_{run}"}
    second = one({"turn": 2, "content": [back, use, result]}, {"id": f"msg_{run}_2", "text": "40"})
    third = one({}, {"id": f"msg_{run}_3"}, url=f"{URL}/msg_{run}_2", method="GET")
    return [one({"turn": 1}, {"id": f"msg_{run}_1", "content": [thought, use]}), second, third]


def test_what_earlier_answers_issued_comes_back_as_recorded() -> None:
    assert held(turns("recorded"), turns("live")) == Verdict()


def test_a_signature_that_does_not_come_back_is_seen() -> None:
    verdict = held(turns("recorded"), turns("live", echoed="made up"))
    assert told(verdict) == [("changed", 1, 1, ["content[0].signature"])]
    (difference,) = verdict.drifts[0].request
    assert str(difference) == (
        'content[0].signature: recorded "recorded-signature", sent "made up"'
    )


def test_a_changed_argument_is_seen_in_the_answer_and_in_the_echo() -> None:
    verdict = held(turns("recorded"), turns("live", argument="y"))
    assert told(verdict) == [
        ("changed", 0, 0, ["content[1].input.arg"]),
        ("changed", 1, 1, ["content[1].input.arg"]),
    ]
    assert [len(d.request) for d in verdict.drifts] == [0, 1]
    assert str(verdict.drifts[0].answer[0]) == 'content[1].input.arg: recorded "x", received "y"'


def test_a_compressed_request_is_rebound_as_well() -> None:
    def packed(turn: Interaction) -> Interaction:
        request = turn.request
        headers = (*request.headers, ("content-encoding", "gzip"))
        sent = Request(method="POST", url=URL, headers=headers, body=gzip.compress(request.body))
        return Interaction(request=sent, response=turn.response)

    recorded, live = turns("recorded")[:2], turns("live")[:2]
    assert held([packed(t) for t in recorded], [packed(t) for t in live]) == Verdict()


def test_secrets_are_in_no_drift_and_match_anything() -> None:
    old = one({"api_key": "sk-recorded-1", "n": 1}, {"api_key": "sk-recorded-1"})
    new = one({"api_key": "sk-live-12345", "n": 2}, {"api_key": "sk-live-12345", "m": 1})
    verdict = held([old], [new])
    assert told(verdict) == [("changed", 0, 0, ["n", "m"])]
    assert "sk-" not in json.dumps([drift.to_dict() for drift in verdict.drifts])


def test_five_differences_at_most_and_how_many_there_are() -> None:
    recorded = one({str(n): 0 for n in range(4)}, {str(n): 0 for n in range(4)})
    live = one({str(n): 1 for n in range(4)}, {str(n): 1 for n in range(4)})
    (drift,) = held([recorded], [live]).drifts
    assert (len(drift.request), len(drift.answer), drift.total) == (4, 1, 8)


def test_the_level_is_asked_for_or_by_what_was_recorded() -> None:
    old, new = one({}, {"id": "a"}), one({}, {"id": "b"})
    assert held([old], [new]) == Verdict()
    assert told(held([old], [new], level="bytes")) == [("changed", 0, 0, ["body"])]
    assert held([old], [new], level="bytes").drifts[0].level == "bytes"


def test_another_level_comes_in_as_a_function() -> None:
    seen: list[Answers] = []

    def nothing(answers: Answers) -> Any:
        seen.append(answers)
        return iter(())

    assert held([A], [one({"ask": "a"}, "x")], level="mine", levels={"mine": nothing}) == Verdict()
    assert [answers.sides[1].body for answers in seen] == [b'"x"']
    assert [answers.recorded.request.method for answers in seen] == ["POST"]


def test_a_url_of_the_answers_own_id_is_no_drift_at_frames() -> None:
    old, new = (one({}, {"id": i, "get": f"https://a/{i}"}) for i in ("resp_old_1", "resp_new_2"))
    assert held([old], [new]) == Verdict()
    assert told(held([old], [new], level="bytes")) == [("changed", 0, 0, ["body"])]


@pytest.mark.parametrize("kept", [(), (("content-type", "**REDACTED**"),)])
def test_a_recording_without_its_media_type_has_the_live_ones(kept: Any) -> None:
    live, other = one({}, {"id": "a", "t": 1}), one({}, {"id": "b", "t": 1})
    bare = replace(live, response=replace(live.response, headers=kept))
    assert held([bare], [other]) == Verdict()
    changed = one({}, {"id": "b", "t": 2})
    assert told(held([bare], [changed])) == [("changed", 0, 0, ["t"])]


def test_a_drift_as_json() -> None:
    drift = Drift(kind="beyond", method="POST", url=URL, live_index=3)
    assert json.loads(json.dumps(drift.to_dict())) == {
        "kind": "beyond",
        "method": "POST",
        "url": URL,
        "index": None,
        "live_index": 3,
        "level": None,
        "request": [],
        "answer": [],
        "total": 0,
    }


def test_many_changed_requests_to_one_url_are_paired_in_time() -> None:
    """Linear: each request is looked up, not compared with all that are left."""
    recorded = [one({"n": n}, n) for n in range(2_000)]
    live = [one({"n": -1 - n}, n) for n in range(2_000)]
    verdict = held(recorded, live)
    assert [drift.index for drift in verdict.drifts] == list(range(2_000))
