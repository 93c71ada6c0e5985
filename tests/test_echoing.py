"""Echo findings of a cassette, and in the message of a miss."""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx2
import pytest

from stream_cassette import CassetteMiss, check_echo, dump, load, use_cassette
from stream_cassette.cassette.model import Cassette, Interaction, Request, Response
from stream_cassette.echoing import Explainer, echo_findings
from stream_cassette.errors import DialectError
from tests.corpus import CASSETTES
from tests.support.signed_turns import PAIRS, Pair, put

ANTHROPIC = next(pair for pair in PAIRS if pair.id == "anthropic-messages")
SENTENCE = (
    "turn 2 does not echo the signature of turn 1's reasoning: messages[1].content[0].signature"
)


def live(pair: Pair, *without: Any) -> Request:
    """The second request of a pair with places taken away."""
    body = copy.deepcopy(pair.second)
    for steps in without:
        put(body, steps, None)
    return Request(method="POST", url=pair.url, body=json.dumps(body).encode())


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.id)
def test_what_a_request_does_not_echo(pair: Pair) -> None:
    cassette = pair.cassette()
    explain = Explainer(cassette)
    (steps, path) = next(iter(pair.values.items()))
    for _ in range(2):  # the second time nothing is read
        told = explain(live(pair, steps), cassette.interactions[1])
        assert told is not None
        assert told.startswith("turn 2 does not echo the ")
        assert f"{path} is missing (recorded: " in told
    assert explain(live(pair), cassette.interactions[1]) is None


def test_the_whole_turn_is_not_echoed() -> None:
    cassette = ANTHROPIC.cassette()
    body = copy.deepcopy(ANTHROPIC.second)
    del body["messages"][1]
    request = Request(method="POST", url=ANTHROPIC.url, body=json.dumps(body).encode())
    told = (Explainer(cassette)(request, cassette.interactions[1]) or "").splitlines()
    assert [line.split(":")[0] for line in told] == [
        "turn 2 does not echo the signature of turn 1's reasoning",
        "turn 2 does not echo the opaque value of turn 1's redacted reasoning",
        "turn 2",
    ]
    assert "'toolu_01abc'" in told[2] and told[2].endswith("belongs to no call before it")


def test_a_few_findings_are_told() -> None:
    cassette = ANTHROPIC.cassette()
    body = copy.deepcopy(ANTHROPIC.second)
    content = body["messages"][1]["content"]
    body["messages"][1]["content"] = [content[3] | {"name": "other", "input": {}, "id": "x"}]
    request = Request(method="POST", url=ANTHROPIC.url, body=json.dumps(body).encode())
    told = (Explainer(cassette)(request, cassette.interactions[1]) or "").splitlines()
    assert len(told) == 4
    assert told[3] == "… and 4 more"


def test_what_the_recorded_request_lacks_too_is_no_reason() -> None:
    steps = next(iter(ANTHROPIC.values))
    cassette = ANTHROPIC.cassette(lambda body: put(body, steps, None))
    explain = Explainer(cassette)
    assert explain(live(ANTHROPIC, steps), cassette.interactions[1]) is None
    body = json.loads(live(ANTHROPIC, steps).body)
    body["messages"][2]["content"][0]["tool_use_id"] = "x"
    other = Request(method="POST", url=ANTHROPIC.url, body=json.dumps(body).encode())
    told = explain(other, cassette.interactions[1])
    assert told is not None and "belongs to no call" in told and SENTENCE not in told


def test_a_turn_that_was_never_recorded() -> None:
    """The nearest interaction is then the turn before it."""
    cassette = ANTHROPIC.cassette()
    first = replace(cassette, interactions=cassette.interactions[:1])
    steps = next(iter(ANTHROPIC.values))
    told = Explainer(first)(live(ANTHROPIC, steps), first.interactions[0])
    assert told is not None and told.startswith(SENTENCE)


def test_other_http_is_not_explained() -> None:
    request = Request(method="GET", url="https://x.example/")
    other = Interaction(request=request, response=Response(status=200, body=b"hello"))
    assert Explainer(Cassette(interactions=(other,)))(request, other) is None


def test_a_dialect_that_fails_hides_no_miss(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object) -> None:
        raise DialectError("a part was never started")

    monkeypatch.setattr("stream_cassette.meaning.spoken_of", fail)
    cassette = ANTHROPIC.cassette()
    steps = next(iter(ANTHROPIC.values))
    assert Explainer(cassette)(live(ANTHROPIC, steps), cassette.interactions[1]) is None


def test_check_echo() -> None:
    cassette = ANTHROPIC.cassette()
    assert check_echo(cassette) == echo_findings(cassette) == ()
    steps = next(iter(ANTHROPIC.values))
    tampered = ANTHROPIC.cassette(lambda body: put(body, steps, None))
    (one,) = check_echo(tampered)
    assert one.message.startswith(SENTENCE)


def test_the_message_of_a_miss(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    dump(ANTHROPIC.cassette(), path)
    steps = next(iter(ANTHROPIC.values))
    with (
        pytest.raises(CassetteMiss) as caught,
        use_cassette(path) as tape,
        httpx2.Client(transport=tape.transport(httpx2)) as client,
    ):
        client.post(ANTHROPIC.url, json=ANTHROPIC.first)
        client.post(ANTHROPIC.url, content=live(ANTHROPIC, steps).body)
    lines = str(caught.value).splitlines()
    assert "nearest is interaction 1, not played yet; it differs in:" in lines
    assert any(line.startswith(f"{SENTENCE} is missing") for line in lines)


def test_a_secret_is_not_in_the_message(tmp_path: Path) -> None:
    """An id that looks like a key is hidden, as everywhere in a miss."""
    path = tmp_path / "a.yaml"
    dump(ANTHROPIC.cassette(), path)
    key = "sk-ant-REDACTED-" + "a1B2" * 8
    body = copy.deepcopy(ANTHROPIC.second)
    put(body, ANTHROPIC.call, key)
    with (
        pytest.raises(CassetteMiss) as caught,
        use_cassette(path) as tape,
        httpx2.Client(transport=tape.transport(httpx2)) as client,
    ):
        client.post(ANTHROPIC.url, json=ANTHROPIC.first)
        client.post(ANTHROPIC.url, json=body)
    assert "does not echo the id of turn 1's call of 'weather'" in str(caught.value)
    assert key not in str(caught.value)


REPLAY = """
import sys
import httpx2
from stream_cassette import use_cassette, load
url, body = {url!r}, {body!r}
with use_cassette({path!r}, unplayed="ignore") as tape:
    with httpx2.Client(transport=tape.transport(httpx2)) as client:
        client.post(url, content=body)
print(sorted(name for name in sys.modules if name.startswith("stream_cassette.comparison")
             or name == "stream_cassette.conversation.chain"))
"""


def test_a_replay_without_a_miss_loads_none_of_it(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    dump(ANTHROPIC.cassette(), path)
    body = load(path).interactions[0].request.body
    code = REPLAY.format(url=ANTHROPIC.url, body=body, path=str(path))
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    assert done.stdout.strip() == "[]"


def test_the_vercel_seed_without_its_signature() -> None:
    """The openai SDK asks as it was asked then, and the assistant's turn lacks its blocks."""
    openai = pytest.importorskip("openai")
    path = CASSETTES / "openai_chat" / "vercel_thinking.yaml"
    first, second = (json.loads(one.request.body) for one in load(path).interactions)
    del second["messages"][2]["reasoning_details"]
    with (
        pytest.raises(CassetteMiss) as caught,
        use_cassette(path),
        openai.OpenAI(
            base_url="https://ai-gateway.vercel.sh/v1", api_key="x", max_retries=0
        ) as client,
    ):
        with pytest.raises(openai.APIConnectionError):  # so the SDK calls any failure
            for body in (first, second):
                extra = {"reasoning": body.pop("reasoning")}
                list(client.chat.completions.create(**body, extra_body=extra))
    assert (
        "turn 2 does not echo the signature of turn 1's reasoning: "
        "messages[2].reasoning_details[0].signature is missing "
        "(recorded: 568 characters, EqUDCkYI…gB)"
    ) in str(caught.value).splitlines()
