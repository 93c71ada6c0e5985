"""Echoes over every multi-turn cassette of the corpus: no false alarm, every true omission.

Each finding has a row here with its reason; anything else that is found, or is not, fails. The
run's output ends with the count of what was examined. Then each true echo is tampered with, and
that has to be found.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby
from pathlib import Path

from stream_cassette import check_echo, load
from stream_cassette.cassette.model import Cassette, Interaction
from stream_cassette.comparison.echo import check, units_examined
from stream_cassette.comparison.echo_finding import EchoFinding
from stream_cassette.comparison.echo_turns import Places
from stream_cassette.conversation.chain import Spoken, Step, chained
from stream_cassette.conversation.model import History, Message
from stream_cassette.conversation.parts import Compaction, Part, Reasoning
from stream_cassette.meaning import spoken_of
from tests.corpus import Tell
from tests.support.recorded_streams import recorded

TITLE = "echoes of the corpus"
FANTASY = "charmbracelet__fantasy/"
DATA = "providertests/testdata/"
SUMMARY = "TestOpenAIResponsesWithSummaryThinking/openai-gpt-5/"
GEMINI = "TestGoogleCommon/gemini-2.5-flash/multi_tool_streaming.yaml"
HISTORY = FANTASY + "history/"
PYDANTIC = "pydantic__pydantic-ai/tests/models/cassettes/"

NOT_SENT = "the reasoning item was not sent again, nor the ids of the items behind it"
ENCRYPTED = "Grok's encrypted entry was dropped; the summary came back as text"
OPTIONAL = "the client did not keep signatures yet; Gemini 2.5 does without"
PROVISIONAL = "the client kept the value of output_item.added"
TWICE = "the client spelled the arguments as JSON twice"
RENAMED = "the client tells ids apart that the server uses again, on both sides"
BARE = "the client sends a tool's one argument alone, which is no JSON then"
NAMED = "the client puts the call's id where the function's name belongs"

ALPHABET = str.maketrans("-_", "+/")

# file → how often which kind is found, and why
FOUND: dict[str, tuple[dict[str, int], tuple[str, ...]]] = {
    **{
        f"{HISTORY}{day}/{DATA}{GEMINI}": ({"missing": 1}, (OPTIONAL,))
        for day in ("2025-09-26-9f95dbfc", "2025-10-23-631c7ec3", "2025-11-03-35365774")
    },
    **{
        f"{HISTORY}{day}/{DATA}{SUMMARY}thinking-streaming.yaml": (
            {"provisional": 1, "arguments": 1},
            (PROVISIONAL, TWICE),
        )
        for day in ("2025-10-17-7eef16ca", "2026-03-12-caf105e7")
    },
    f"{HISTORY}2026-03-20-236fedf6/{DATA}{SUMMARY}thinking-streaming.yaml": (
        {"missing": 1, "arguments": 1},
        (NOT_SENT, TWICE),
    ),
    **{
        f"{FANTASY}{DATA}{SUMMARY}{name}.yaml": ({"missing": 1}, (NOT_SENT,))
        for name in ("thinking", "thinking-streaming")
    },
    f"{FANTASY}{DATA}TestAzureResponsesWithSummaryThinking/azure-gpt-5-mini/"
    "thinking-streaming.yaml": ({"missing": 1}, (NOT_SENT,)),
    **{
        f"{FANTASY}{DATA}TestOpenRouterCommon/grok/{name}.yaml": ({"missing": 1}, (ENCRYPTED,))
        for name in ("tool", "tool_streaming", "multi_tool", "multi_tool_streaming")
    },
    "docker__cagent/e2e/testdata/cassettes/TestExec_Gemini_ToolCall.yaml": (
        {"result-without-call": 1, "call-without-result": 1},
        (NAMED,),
    ),
    "tmc__langchaingo/agents/testdata/TestOpenAIFunctionsAgentWithHTTPRR.httprr": (
        {"arguments": 1},
        (BARE,),
    ),
    f"{PYDANTIC}test_bedrock_mantle/test_reused_tool_call_ids[stream].yaml": (
        {"call-id": 3},
        (RENAMED,),
    ),
}


TOOL_SEARCH = "pydantic__pydantic-ai/tests/cassettes/test_tool_search/"
REPLAYED = f"{TOOL_SEARCH}test_cross_provider_capability_replay"
RETURNS = "test_multimodal_tool_returns/test_model_sees_multiple_images"
MIRASCOPE = "Mirascope__mirascope/python/tests/e2e/output/cassettes/"
STRUCTURED = "pydantic__pydantic-ai/tests/models/google/cassettes/test_structured_output/"
GROUNDED = f"{PYDANTIC}test_google/test_google_model_file_search_grounding_gemini_3"

# (file, interaction): google-genai sends base64 in the alphabet for URLs, the server the other
OTHER_ALPHABET = {
    (f"{MIRASCOPE}test_call_with_tools/google_gemini_2_5_flash/stream.yaml", 1),
    (f"{TOOL_SEARCH}test_anthropic_to_google_deferred_capability_history_replay.yaml", 4),
    (f"{REPLAYED}[google-gemini-3-flash-preview-anthropic-claude-sonnet-4-5].yaml", 1),
    (f"{REPLAYED}[google-gemini-3-flash-preview-anthropic-claude-sonnet-4-5].yaml", 2),
    (f"{REPLAYED}[openai-responses-gpt-5.4-google-gemini-3-flash-preview].yaml", 4),
    (f"{GROUNDED}[False].yaml", 4),
    (f"{GROUNDED}[True].yaml", 4),
    (
        f"{PYDANTIC}test_multimodal_tool_returns/test_model_sees_multiple_images[google_vertex].yaml",
        1,
    ),
    (f"{STRUCTURED}test_native_output_with_function_tools_stream.yaml", 1),
}


@dataclass(frozen=True, kw_only=True)
class Talk:
    """A cassette of the corpus with more than one turn."""

    name: str
    steps: tuple[Step, ...]
    examined: int
    findings: tuple[EchoFinding, ...]


@lru_cache(maxsize=1)
def talks(corpus: Path) -> tuple[Talk, ...]:
    out = []
    for path, group in groupby(recorded(corpus), key=lambda one: one.path):
        steps = chained(spoken_of([one.interaction for one in group]))
        name = path.relative_to(corpus).as_posix()
        if any(step.previous is not None for step in steps):
            out.append(
                Talk(
                    name=name,
                    steps=steps,
                    examined=units_examined(steps),
                    findings=check(steps),
                )
            )
    return tuple(out)


def test_every_omission_and_nothing_else(corpus: Path) -> None:
    found = {
        talk.name: dict(Counter(one.kind for one in talk.findings))
        for talk in talks(corpus)
        if talk.findings
    }
    assert found == {name: kinds for name, (kinds, _) in FOUND.items()}


def test_how_many_echoes_were_examined(corpus: Path, tell: Tell) -> None:
    """A unit is a signature or an opaque value that had to come back."""
    units = Counter[str]()
    faulty = Counter[str]()
    for talk in talks(corpus):
        dialect = talk.steps[-1].spoken.exchange.dialect
        units[dialect] += talk.examined
        unit_kinds = ("missing", "altered", "provisional")
        faulty[dialect] += sum(one.kind in unit_kinds for one in talk.findings)
    tell(TITLE, [f"{len(talks(corpus))} cassettes of more than one turn"])
    for dialect, count in units.items():
        true = count - faulty[dialect]
        figures = f"examined {count:>3}   true {true:>3}   omitted or altered {faulty[dialect]:>3}"
        tell(TITLE, [f"{dialect:<24}{figures}"])
    for name, (kinds, reasons) in FOUND.items():
        counted = ", ".join(f"{kind} {count}" for kind, count in kinds.items())
        tell(TITLE, [f"found, {counted}: {'; '.join(reasons)}: {name}"])
    tell(TITLE, [f"true echoes examined: {units.total() - faulty.total()}"])
    assert units.total() - faulty.total() >= 50


def values_of(parts: Iterable[Part]) -> set[str]:
    """The signatures and opaque values of the parts."""
    found: set[str] = set()
    for part in parts:
        found |= {part.signature} if part.signature else set()
        found |= set(part.issued) if isinstance(part, (Reasoning, Compaction)) else set()
    return found


def test_each_pair_of_requests_by_how_it_echoes(corpus: Path, tell: Tell) -> None:
    """A request and the answer before it that had signed or opaque parts, told by those alone."""
    literal, recoded, omitted = set(), set(), set()
    for talk in talks(corpus):
        places = Places()
        for step in talk.steps:
            for echo in places.echoes(step)[-1:]:
                parts = [part for answer in echo.answers for part in answer.parts]
                binding = {answer.step.spoken.history.model for answer in echo.answers}
                issued = values_of(parts)
                if not issued or binding != {step.spoken.history.model}:
                    continue
                sent, pair = values_of(echo.sent), (talk.name, step.spoken.index)
                if sent and sent <= issued:
                    literal.add(pair)
                elif sent and {one.translate(ALPHABET) for one in sent} <= issued:
                    recoded.add(pair)
                else:
                    omitted.add(pair)
    counts = f"{len(literal)} literal, {len(recoded)} in the other alphabet, {len(omitted)} omitted"
    tell(TITLE, [f"pairs of requests: {counts}"])
    assert recoded == OTHER_ALPHABET
    faulty = {
        name for name, (kinds, _) in FOUND.items() if kinds.keys() & {"missing", "provisional"}
    }
    assert {name for name, _ in omitted} == faulty
    assert (len(literal), len(recoded), len(omitted)) == (62, 9, 13)


def signed(talk: Talk) -> Iterator[tuple[int, Part]]:
    """The signed and opaque parts of the last request, if it is in a loop; true echoes all."""
    step = talk.steps[-1]
    if step.previous is None or step.link.held:
        return
    if any(one.kind not in ("call-id", "call-name") for one in talk.findings):
        return
    messages = step.spoken.history.messages
    if any(message.role == "user" for message in messages[step.link.end :]):
        return
    for message in messages[step.link.start : step.link.end]:
        for part in message.parts:
            if part.signature or (isinstance(part, Reasoning) and part.issued):
                yield step.spoken.index, part


Change = Callable[[Part], Part]


def altered(value: str) -> str:
    middle = len(value) // 2
    return value[:middle] + ("A" if value[middle] != "A" else "B") + value[middle + 1 :]


def valued(part: Part, change: Callable[[str], str]) -> Part:
    if part.signature:
        return replace(part, signature=change(part.signature) or None)
    issued = getattr(part, "issued", ())
    return replace(part, issued=tuple(filter(None, map(change, issued))))  # type: ignore[call-arg]


def worded(part: Part, change: Callable[[str], str]) -> Part:
    return replace(part, content=change(getattr(part, "content")))  # type: ignore[call-arg]  # noqa: B009


TAMPERINGS: dict[str, tuple[str, Change]] = {
    "drop": ("missing", lambda part: valued(part, lambda value: "")),
    "alter": ("altered", lambda part: valued(part, altered)),
    "truncate the value": ("altered", lambda part: valued(part, lambda value: value[:-8])),
}
WORDS: dict[str, Callable[[str], str]] = {
    "truncate": lambda text: text[: len(text) // 2],
    "alter": altered,
    "a blank more": lambda text: text + " ",
}


def tampered(talk: Talk, part: Part, change: Change) -> tuple[EchoFinding, ...]:
    """What is found if the last request has the part changed."""
    last = talk.steps[-1].spoken
    messages = tuple(
        replace(message, parts=tuple(change(one) if one is part else one for one in message.parts))
        for message in last.history.messages
    )
    return _found(talk, messages)


def _found(talk: Talk, messages: tuple[Message, ...]) -> tuple[EchoFinding, ...]:
    last = talk.steps[-1].spoken
    history = History(messages=messages, model=last.history.model)
    asked = Spoken(index=last.index, history=history, exchange=last.exchange)
    known = {(one.kind, one.path) for one in talk.findings}
    found = check(chained([*(step.spoken for step in talk.steps[:-1]), asked]))
    return tuple(one for one in found if (one.kind, one.path) not in known)


def test_each_true_echo_tampered_with(corpus: Path, tell: Tell) -> None:
    counts = Counter[str]()
    for talk in talks(corpus):
        for _, part in signed(talk):
            for name, (kind, change) in TAMPERINGS.items():
                found = tampered(talk, part, change)
                assert [one.kind for one in found] == [kind], f"{talk.name}: {name}"
                assert found[0].path.startswith(part.path or "?"), f"{talk.name}: {name}"
                counts[talk.steps[-1].spoken.exchange.dialect] += 1
            if isinstance(part, Reasoning) and part.signature and part.content:
                for name, words in WORDS.items():
                    found = tampered(talk, part, lambda one, words=words: worded(one, words))  # type: ignore[misc]
                    assert [one.kind for one in found] == ["altered"], f"{talk.name}: {name}"
                    assert found[0].path.startswith(part.path or "?"), f"{talk.name}: {name}"
    tell(TITLE, [f"tampered with, and found: {counts.total()} ({dict(counts)})"])
    assert set(counts) >= {"anthropic-messages", "bedrock-converse", "gemini-generate"}
    assert set(counts) >= {"openai-chat", "openai-responses"}
    assert counts.total() >= 100


def test_each_whole_answer_dropped(corpus: Path, tell: Tell) -> None:
    """The message with the calls is gone: there are results without a call."""
    count = 0
    for talk in talks(corpus):
        if any(True for _ in signed(talk)):
            step = talk.steps[-1]
            messages = step.spoken.history.messages
            left = messages[: step.link.start] + messages[step.link.end :]
            if not any(message.role == "tool" for message in messages[step.link.end :]):
                continue
            kinds = {one.kind for one in _found(talk, left)}
            assert "result-without-call" in kinds, talk.name
            count += 1
    tell(TITLE, [f"whole answers dropped, and found: {count}"])
    assert count >= 20


def test_the_vercel_seed() -> None:
    """Two turns of a signed tool call: the echo is literal."""
    path = Path(__file__).parent.parent / "cassettes" / "openai_chat" / "vercel_thinking.yaml"
    cassette = load(path)
    assert len(cassette.interactions) == 2
    steps = chained(spoken_of(cassette.interactions))
    assert (check_echo(cassette), units_examined(steps)) == ((), 1)
    assert cassette.conversation.interactions == (0, 1)

    def without(interaction: Interaction) -> Interaction:
        body = json.loads(interaction.request.body)
        del body["messages"][2]["reasoning_details"]
        request = replace(interaction.request, body=json.dumps(body).encode())
        return replace(interaction, request=request)

    first, second = cassette.interactions
    (one,) = check_echo(Cassette(interactions=(first, without(second))))
    assert one.message == (
        "turn 2 does not echo the signature of turn 1's reasoning: "
        "messages[2].reasoning_details[0].signature is missing "
        "(recorded: 568 characters, EqUDCkYI…gB)"
    )
