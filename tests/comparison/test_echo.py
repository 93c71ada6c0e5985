"""Echo checks: what was tampered with is found at its path, what may differ is not."""

from __future__ import annotations

import copy
import json
import unicodedata
from base64 import b64decode, b64encode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from stream_cassette.cassette.model import Cassette
from stream_cassette.comparison.echo import check, units_examined
from stream_cassette.comparison.echo_finding import EchoFinding
from stream_cassette.conversation.chain import chained
from stream_cassette.meaning import spoken_of
from tests.support.signed_turns import PAIRS, QUESTION, SIGNATURE, Pair, Steps, at, put

Change = Callable[[dict[str, Any]], None]


def findings(cassette: Cassette) -> tuple[EchoFinding, ...]:
    return check(chained(spoken_of(cassette.interactions)))


def told(pair: Pair, change: Change | None = None) -> list[tuple[str, str]]:
    """Kind and path of each finding."""
    return [(one.kind, one.path) for one in findings(pair.cassette(change))]


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.id)
def test_a_true_echo(pair: Pair) -> None:
    cassette = pair.cassette()
    steps = chained(spoken_of(cassette.interactions))
    assert [step.turn for step in steps] == [1, 2]
    assert check(steps) == ()
    assert units_examined(steps) == len(pair.values)


def one_character(value: str) -> str:
    middle = len(value) // 2
    return value[:middle] + ("A" if value[middle] != "A" else "B") + value[middle + 1 :]


@dataclass(frozen=True, kw_only=True)
class Case:
    """A change of one place, and what is to be found."""

    id: str
    pair: Pair
    change: Change
    found: list[tuple[str, str]]


def changed(steps: Steps, to: Callable[[str], str | None]) -> Change:
    return lambda body: put(body, steps, to(at(body, steps)))


def swapped(one: Steps, other: Steps) -> Change:
    def change(body: dict[str, Any]) -> None:
        first, second = copy.deepcopy(at(body, one)), copy.deepcopy(at(body, other))
        put(body, one, second)
        put(body, other, first)

    return change


def recoded(value: str) -> str:
    """The same bytes, in the other alphabet, without padding."""
    return urlsafe_b64encode(b64decode(value)).decode().rstrip("=")


def respelled(value: str) -> str:
    """Other bytes: decoded and encoded by somebody who loses the last one."""
    return b64encode(b64decode(value)[:-1]).decode()


def tamperings(pair: Pair) -> list[Case]:
    out: list[Case] = []

    def add(name: str, steps: Steps, change: Change, kind: str, path: str) -> None:
        where = ".".join(map(str, steps))
        case = Case(id=f"{pair.id}: {name} {where}", pair=pair, change=change, found=[(kind, path)])
        out.append(case)

    for steps, path in pair.values.items():
        add("drop", steps, changed(steps, lambda value: None), "missing", path)
        add("empty", steps, changed(steps, lambda value: ""), "missing", path)
        add("alter", steps, changed(steps, one_character), "altered", path)
        add("cut", steps, changed(steps, lambda value: value[:-4]), "altered", path)
        add("bytes", steps, changed(steps, respelled), "altered", path)
        if not pair.decoded:
            add("recode", steps, changed(steps, recoded), "altered", path)
    for steps, path in pair.texts.items():
        add("alter", steps, changed(steps, one_character), "altered", path)
        add("truncate", steps, changed(steps, lambda text: text[:20]), "altered", path)
        add("trim", steps, changed(steps, str.strip), "altered", path)
        add("crlf", steps, changed(steps, lambda text: text.replace("\r\n", "\n")), "altered", path)
        nfc = changed(steps, lambda text: unicodedata.normalize("NFC", text))
        add("nfc", steps, nfc, "altered", path)
    for steps, path in pair.blocks.items():
        add("drop block", steps, changed(steps, lambda block: None), "missing", path)
    return out


TAMPERINGS = [case for pair in PAIRS for case in tamperings(pair)]


@pytest.mark.parametrize("case", TAMPERINGS, ids=lambda case: case.id)
def test_tampering_is_found(case: Case) -> None:
    assert told(case.pair, case.change) == case.found


@pytest.mark.parametrize("pair", [pair for pair in PAIRS if pair.swap], ids=lambda pair: pair.id)
def test_two_blocks_swapped(pair: Pair) -> None:
    assert pair.swap is not None
    one, other, paths = pair.swap
    found = told(pair, swapped(one, other))
    assert len(found) == 1
    assert found[0][0] == "moved" and found[0][1] in paths


def in_other_order(value: Any, as_text: bool) -> Any:
    arguments = json.loads(value) if as_text else value
    turned = dict(reversed(arguments.items()))
    return json.dumps(turned, separators=(" ,", " : ")) if as_text else turned


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.id)
def test_arguments_spelled_otherwise(pair: Pair) -> None:
    turned = changed(pair.arguments, lambda value: in_other_order(value, pair.arguments_text))
    assert told(pair, turned) == []


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.id)
@pytest.mark.parametrize("name", ["days", "location", "units"])
def test_other_arguments(pair: Pair, name: str) -> None:
    def other(value: Any) -> Any:
        arguments = json.loads(value) if pair.arguments_text else dict(value)
        arguments[name] = [arguments[name]]
        return json.dumps(arguments) if pair.arguments_text else arguments

    found = findings(pair.cassette(changed(pair.arguments, other)))
    assert [(one.kind, one.path) for one in found] == [("arguments", pair.arguments_path)]
    assert f"$.{name}" in found[0].message


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.id)
def test_another_id_on_the_call_alone(pair: Pair) -> None:
    found = told(pair, changed(pair.call, lambda value: "x"))
    assert found[0] == ("call-id", pair.call_path)
    assert {kind for kind, _ in found[1:]} <= {"result-without-call", "call-without-result"}


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.id)
def test_another_id_on_the_result_alone(pair: Pair) -> None:
    kinds = [kind for kind, _ in told(pair, changed(pair.result, lambda value: "x"))]
    assert kinds == ([] if pair.by_name else ["result-without-call", "call-without-result"])


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.id)
def test_another_id_on_both(pair: Pair) -> None:
    def change(body: dict[str, Any]) -> None:
        put(body, pair.call, "x")
        put(body, pair.result, "x")

    assert told(pair, change) == [("call-id", pair.call_path)]


@pytest.mark.parametrize("pair", [pair for pair in PAIRS if pair.decoded], ids=lambda pair: pair.id)
def test_google_compares_bytes(pair: Pair) -> None:
    for steps in pair.values:
        assert told(pair, changed(steps, recoded)) == []


@pytest.mark.parametrize("name", ["gemini-generate", "gemini-compatible"])
def test_what_is_taken_in_place_of_a_signature(name: str) -> None:
    pair = next(pair for pair in PAIRS if pair.id == name)
    (steps,) = pair.values
    sentinel = "skip_thought_signature_validator"
    assert told(pair, changed(steps, lambda value: sentinel)) == []


def test_what_is_no_content_does_not_count() -> None:
    pair = next(pair for pair in PAIRS if pair.id == "anthropic-messages")
    block = ("messages", 1, "content", 1)
    marked = changed(block, lambda value: value | {"cache_control": {"type": "ephemeral"}})  # type: ignore[operator]
    assert told(pair, marked) == []
    details = next(pair for pair in PAIRS if pair.id == "vercel")

    def renumber(body: dict[str, Any]) -> None:
        for entry in body["messages"][1]["reasoning_details"]:
            entry["index"] = 7
            entry["format"] = "unknown"

    assert told(details, renumber) == []


def test_another_model_voids_it() -> None:
    for pair in PAIRS:
        if "model" in pair.second:

            def change(body: dict[str, Any], pair: Pair = pair) -> None:
                body["model"] = "another"
                for steps in pair.values:
                    put(body, steps, None)

            assert told(pair, change) == [], pair.id


@pytest.mark.parametrize(
    "pair", [pair for pair in PAIRS if "messages" in pair.second], ids=lambda pair: pair.id
)
def test_after_the_users_next_word_only_what_is_there_counts(pair: Pair) -> None:
    content: Any = [{"text": "And now?"}] if "converse" in pair.id else "And now?"
    question = {"role": "user", "content": content}

    def dropped(body: dict[str, Any]) -> None:
        body["messages"].append(question)
        for steps in pair.values:
            put(body, steps, None)

    def altered(body: dict[str, Any]) -> None:
        body["messages"].append(question)
        for steps in pair.values:
            put(body, steps, one_character(at(body, steps)))

    assert told(pair, dropped) == []
    found = findings(pair.cassette(altered))
    assert [one.path for one in found] == list(pair.values.values())
    assert {one.severity for one in found} == {"warning"}


def test_the_message() -> None:
    pair = next(pair for pair in PAIRS if pair.id == "vercel")
    path = ("messages", 1, "reasoning_details")
    (one, other) = findings(pair.cassette(changed(path, lambda value: None)))
    assert one.message == (
        "turn 2 does not echo the signature of turn 1's reasoning: "
        "messages[1].reasoning_details[0].signature is missing "
        f"(recorded: {len(SIGNATURE)} characters, {SIGNATURE[:8]}…{SIGNATURE[-2:]})"
    )
    assert str(one) == one.message
    assert one.to_dict() == {
        "kind": "missing",
        "severity": "error",
        "interaction": 1,
        "turn": 2,
        "path": "messages[1].reasoning_details[0].signature",
        "answer": 0,
        "answered_turn": 1,
        "answer_path": "choices[0].message.reasoning_details[0]",
        "recorded": f"{len(SIGNATURE)} characters, {SIGNATURE[:8]}…{SIGNATURE[-2:]}",
        "sent": None,
        "message": one.message,
    }
    assert (other.path, other.severity) == ("messages[1].reasoning_details[1].data", "warning")


def test_no_text_of_anybody_in_a_message() -> None:
    pair = next(pair for pair in PAIRS if pair.id == "vercel")
    (steps,) = pair.texts
    (one,) = findings(pair.cassette(changed(steps, lambda text: "my private thoughts")))
    assert "private" not in json.dumps(one.to_dict())
    assert "Florence" not in json.dumps(one.to_dict())


def test_a_fault_is_told_once() -> None:
    """A result that fails stays in all later requests."""
    pair = next(pair for pair in PAIRS if pair.id == "vercel")
    wrong = changed(pair.result, lambda value: "x")
    cassette = pair.cassette(wrong)
    third = copy.deepcopy(pair.second)
    wrong(third)
    third["messages"] += [
        {"role": "assistant", "content": "Sunny"},
        {"role": "user", "content": "?"},
    ]
    last = cassette.interactions[1]
    request = replace(last.request, body=json.dumps(third).encode())
    longer = replace(
        cassette, interactions=(*cassette.interactions, replace(last, request=request))
    )
    assert [one.interaction for one in findings(longer)] == [1, 1]


RESPONSES = next(pair for pair in PAIRS if pair.id == "openai-responses")
OUTPUT = {"type": "function_call_output", "call_id": "call_1", "output": "40 C"}
HELD: dict[str, tuple[dict[str, Any], list[str]]] = {
    "fits": ({"previous_response_id": "resp_1", "input": [OUTPUT]}, []),
    "another id": (
        {"previous_response_id": "resp_1", "input": [OUTPUT | {"call_id": "x"}]},
        ["result-without-call", "call-without-result"],
    ),
    "no result": (
        {"previous_response_id": "resp_1", "input": [QUESTION]},
        ["call-without-result"],
    ),
    "an answer that was not recorded": (
        {"previous_response_id": "resp_9", "input": [OUTPUT | {"call_id": "x"}]},
        [],
    ),
    "items by reference": (
        {"input": [QUESTION, {"type": "item_reference", "id": "fc_1"}, OUTPUT]},
        [],
    ),
    "compacted": (
        {"input": [{"type": "compaction", "encrypted_content": "x"}, OUTPUT]},
        [],
    ),
}


@pytest.mark.parametrize(("asked", "kinds"), HELD.values(), ids=HELD.keys())
def test_history_that_the_server_holds(asked: dict[str, Any], kinds: list[str]) -> None:
    held = replace(RESPONSES, second={"model": "gpt-x"} | asked)
    assert [kind for kind, _ in told(held)] == kinds


def test_an_answer_that_is_fetched_again() -> None:
    (first, second) = RESPONSES.cassette().interactions
    request = replace(second.request, method="GET", url=f"{RESPONSES.url}/resp_1", body=b"")
    fetched = replace(second, request=request)
    assert findings(Cassette(interactions=(first, fetched))) == ()


def test_nothing() -> None:
    assert check(()) == ()
    assert units_examined(()) == 0


@pytest.mark.parametrize("member", ["reasoning", "reasoning_content"])
def test_text_that_has_to_come_back_in_its_member(member: str) -> None:
    pair = next(pair for pair in PAIRS if pair.id == "vercel")
    answer, second = copy.deepcopy(pair.answer), copy.deepcopy(pair.second)
    for message in (answer["choices"][0]["message"], second["messages"][1]):
        del message["reasoning_details"]
        message[member] = "Hm"
    asked = {"model": "deepseek-v4"}
    deepseek = replace(
        pair,
        url="https://api.deepseek.com/chat/completions",
        answer=answer,
        first=pair.first | asked,
        second=second | asked,
    )
    assert told(deepseek) == []
    dropped = changed(("messages", 1, member), lambda value: None)
    assert told(deepseek, dropped) == [("missing", f"messages[1].{member}")]


def places_of(value: Any, at_steps: Steps = ()) -> list[Steps]:
    """Every place of a JSON value."""
    children: Any = ()
    if isinstance(value, dict):
        children = value.items()
    elif isinstance(value, list):
        children = enumerate(value)
    return [at_steps] * bool(at_steps) + [
        place for name, child in children for place in places_of(child, (*at_steps, name))
    ]


ODD: list[Any] = [None, 7, True, "odd", "", [], {}, [[]], {"type": 1}, ["text"]]


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.id)
def test_whatever_stands_anywhere(pair: Pair) -> None:
    """No value of the wrong type, in the request or the answer, is more than a finding."""
    for steps in places_of(pair.second):
        for odd in ODD:

            def change(body: dict[str, Any], steps: Steps = steps, odd: Any = odd) -> None:
                at(body, steps[:-1])[steps[-1]] = odd

            found = findings(pair.cassette(change))
            assert all(json.dumps(one.to_dict()) and one.message for one in found)
    for steps in places_of(pair.answer):
        for odd in ODD:
            answer = copy.deepcopy(pair.answer)
            at(answer, steps[:-1])[steps[-1]] = odd
            found = findings(replace(pair, answer=answer).cassette())
            assert all(one.message for one in found)
