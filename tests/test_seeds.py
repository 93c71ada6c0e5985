"""The seed exchanges replay offline through the real openai SDK, byte for byte."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from stream_cassette import Cassette, CassetteMiss, load, use_cassette
from stream_cassette.formats import _registry
from stream_cassette.meaning import conversations_of, exchange_of
from tests.corpus import seed

SEEDS = Path(__file__).resolve().parent.parent / "cassettes" / "openai_chat"
NAMES = ("litellm_*", "openrouter*", "stepfun*", "vercel_thinking*")  # the rest is no seed's
OURS = sorted(path for name in NAMES for path in SEEDS.glob(f"{name}.yaml"))
CALL = 'weather({"location": "Florence, Italy"})'


@dataclass(frozen=True, kw_only=True)
class Case:
    """A cassette of one interaction and what the SDK reads from it."""

    name: str
    text: str
    call: str = ""
    reasoning: str = ""
    finish: str
    total_tokens: int


CASES = [
    Case(name="stepfun", text="Hellovalue", finish="stop", total_tokens=233),
    Case(
        name="litellm_haiku",
        text='\n  "isNewTopic": true,\n  "title": "Initial Greeting"\n}',
        finish="stop",
        total_tokens=142,
    ),
    Case(
        name="litellm_sonnet",
        text=(
            "Hi! I'm Claude Code, ready to help you with your software engineering tasks. "
            "How can I assist you today?"
        ),
        finish="stop",
        total_tokens=15739,
    ),
    Case(
        name="openrouter",
        text="Let me look — un attimo. 🌤",
        call=CALL,
        reasoning="The user wants the weather in Florence.",
        finish="tool_calls",
        total_tokens=166,
    ),
]


@dataclass(kw_only=True)
class Answer:
    """What a client accumulates from one stream."""

    text: str = ""
    reasoning: str = ""
    signature: str = ""
    call_id: str = ""
    name: str = ""
    arguments: str = ""
    finish: str = ""
    usage: dict[str, Any] = field(default_factory=dict)

    def add(self, chunk: dict[str, Any]) -> None:
        self.usage = chunk.get("usage") or self.usage
        choice = chunk["choices"][0]
        self.finish = choice.get("finish_reason") or self.finish
        delta = choice["delta"]
        self.text += delta.get("content") or ""
        self.reasoning += delta.get("reasoning") or ""
        for detail in delta.get("reasoning_details") or ():
            self.signature = detail.get("signature") or self.signature
        for call in delta.get("tool_calls") or ():
            self.call_id = call.get("id") or self.call_id
            self.name = call["function"].get("name") or self.name
            self.arguments += call["function"].get("arguments") or ""

    @property
    def call(self) -> str:
        return f"{self.name}({self.arguments})" if self.name else ""


Ask = Callable[[dict[str, Any]], Iterator[dict[str, Any]]]


def body_of(cassette: Cassette, index: int) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(cassette.interactions[index].request.body)
    return body


def asker(client: Any) -> Ask:
    def ask(body: dict[str, Any]) -> Iterator[dict[str, Any]]:
        extra = {key: body[key] for key in ("reasoning",) if key in body}
        known = {key: value for key, value in body.items() if key not in extra}
        with client.chat.completions.create(**known, extra_body=extra) as stream:
            for chunk in stream:
                yield chunk.to_dict()

    return ask


def client_for(cassette: Cassette) -> Any:
    """A client of the real SDK, pointed at where the cassette was recorded."""
    openai = pytest.importorskip("openai")
    url = urlsplit(cassette.interactions[0].request.url)
    base = f"{url.scheme}://{url.netloc}{url.path.removesuffix('/chat/completions')}"
    return openai.OpenAI(api_key="sk-none", base_url=base, max_retries=0)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_seed_replays_through_the_sdk(case: Case) -> None:
    path = SEEDS / f"{case.name}.yaml"
    cassette = load(path)
    answer = Answer()
    with client_for(cassette) as client, use_cassette(path, record="none") as tape:
        for chunk in asker(client)(body_of(cassette, 0)):
            answer.add(chunk)
    assert (answer.text, answer.call) == (case.text, case.call)
    assert answer.reasoning == case.reasoning
    assert (answer.finish, answer.usage["total_tokens"]) == (case.finish, case.total_tokens)
    assert len(tape.played) == 1


def test_an_error_within_the_stream_reaches_the_caller() -> None:
    openai = pytest.importorskip("openai")
    path = SEEDS / "openrouter_error.yaml"
    cassette = load(path)
    answer = Answer()

    def read(client: Any) -> None:
        for chunk in asker(client)(body_of(cassette, 0)):
            answer.add(chunk)

    with (
        client_for(cassette) as client,
        use_cassette(path, record="none"),
        pytest.raises(openai.APIError, match="Upstream overloaded"),
    ):
        read(client)
    assert answer.text == "The weather"


def second_turn(first: dict[str, Any], answer: Answer) -> dict[str, Any]:
    """The request that carries the tool's result, and the signed reasoning back."""
    function = {"name": answer.name, "arguments": answer.arguments}
    detail = {
        "type": "reasoning.text",
        "text": answer.reasoning,
        "signature": answer.signature,
        "format": "anthropic-claude-v1",
        "index": 0,
    }
    turn = {
        "role": "assistant",
        "tool_calls": [{"id": answer.call_id, "type": "function", "function": function}],
        "reasoning": answer.reasoning,
        "reasoning_details": [detail],
    }
    result = {"role": "tool", "tool_call_id": answer.call_id, "content": "40 C"}
    return {**first, "messages": [*first["messages"], turn, result]}


@pytest.mark.parametrize("name", ["vercel_thinking.yaml", "vercel_thinking.govcr.yaml"])
def test_vercel_both_turns_with_the_signature_echoed(name: str) -> None:
    cassette = load(SEEDS / name)
    first, second = Answer(), Answer()
    with client_for(cassette) as client, use_cassette(SEEDS / name, record="none") as tape:
        ask = asker(client)
        for chunk in ask(body_of(cassette, 0)):
            first.add(chunk)
        request = second_turn(body_of(cassette, 0), first)
        for chunk in ask(request):
            second.add(chunk)
    assert first.call == CALL
    assert (first.finish, second.finish) == ("tool_calls", "stop")
    assert second.text == (
        "The current weather in Florence, Italy is 40°C (104°F). That's quite hot! "
        "It's a very warm day in Florence."
    )
    assert len(first.signature) == 568
    assert request == body_of(cassette, 1)
    assert len(tape.played) == 2


def test_vercel_without_the_signature_is_a_miss_that_says_so() -> None:
    openai = pytest.importorskip("openai")
    path = SEEDS / "vercel_thinking.yaml"
    cassette = load(path)
    request = body_of(cassette, 1)
    del request["messages"][2]["reasoning_details"][0]["signature"]

    def play() -> None:
        with (
            client_for(cassette) as client,
            use_cassette(path, unplayed="ignore"),
            pytest.raises(openai.APIConnectionError),  # what the SDK makes of it
        ):
            next(asker(client)(request))

    with pytest.raises(CassetteMiss, match="signature is missing") as caught:
        play()
    assert "messages[2].reasoning_details[0].signature" in str(caught.value)


def seed_bodies() -> list[bytes]:
    """The bodies of the go-vcr file as PyYAML alone reads them."""
    text = (SEEDS / "vercel_thinking.govcr.yaml").read_bytes()
    return [one["response"]["body"].encode() for one in yaml.safe_load(text)["interactions"]]


@pytest.mark.parametrize("name", ["vercel_thinking.yaml", "vercel_thinking.govcr.yaml"])
def test_vercel_every_response_byte_is_the_seed_s(name: str) -> None:
    cassette = load(SEEDS / name)
    assert [one.response.body for one in cassette.interactions] == seed_bodies()


@pytest.mark.parametrize("family", ["httpx", "httpx2"])
def test_vercel_bytes_as_the_client_gets_them(family: str) -> None:
    module = pytest.importorskip(family)
    path = SEEDS / "vercel_thinking.yaml"
    with module.Client() as client, use_cassette(path, record="none"):
        for index, wanted in enumerate(seed_bodies()):
            request = load(path).interactions[index].request
            with client.stream("POST", request.url, content=request.body) as response:
                chunks = list(response.iter_raw())
            assert b"".join(chunks) == wanted
            assert len(chunks) == wanted.count(b"\n\n")


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.stem)
def test_a_stream_ends_at_its_end_marker(path: Path) -> None:
    for interaction in load(path).interactions:
        assert interaction.response.body.endswith(b"data: [DONE]\n\n")
        assert interaction.response.cuts is None


def test_stepfun_s_page_as_it_stands() -> None:
    lines = seed("stepfun-chunk-reference.txt").read_text("utf-8").splitlines()
    shown = dict.fromkeys(line for line in lines if line.startswith("data: {"))
    stream = "".join(f"{line}\n\n" for line in shown) + "data: [DONE]\n\n"
    (one,) = _registry.read(stream.encode()).interactions
    found = exchange_of(one)
    assert found is not None and found.unknown == ()
    (message,) = found.candidates
    assert (found.vendor, message.role, message.text) == ("stepfun", "assistant", "Hellovalue")
    assert message.finish_reason is not None and message.finish_reason.unified == "stop"
    assert found.usage is not None
    counts = (found.usage.input_tokens, found.usage.output_tokens, found.usage.raw["total_tokens"])
    assert counts == (83, 150, 233)


def test_vercel_s_original_as_it_stands() -> None:
    path = seed("vercel-thinking-streaming.yaml")
    assert path.read_bytes() == (SEEDS / "vercel_thinking.govcr.yaml").read_bytes()
    ours = load(SEEDS / "vercel_thinking.yaml")
    assert conversations_of(load(path)) == conversations_of(ours) != ()
