"""Every request of the corpus that carries an answer goes on from it, or has a reason not to."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from pathlib import Path

from stream_cassette.conversation.chain import Step, chained, conversations_of
from stream_cassette.meaning import spoken_of
from tests.corpus import Tell
from tests.support.recorded_streams import recorded

PYDANTIC = "pydantic__pydantic-ai/tests/models/cassettes/"
REWRITTEN = "the client writes the answer's text anew"
REFUSED = "the answer was an error, and its text was made a turn by the client"
BLANK = "the client puts a full stop where a text is blank"
MADE_UP = "the client lets the model say Ok to what it sends along: nobody asked for that answer"

# file → the interactions that carry an answer that none before them gave, and why
TITLE = "conversations of the corpus"
APART: dict[str, tuple[list[int], str]] = {
    "traceloop__openllmetry/packages/opentelemetry-instrumentation-llamaindex/tests/cassettes/"
    "test_agents/test_agents_and_tools.yaml": ([1, 4, 6], REWRITTEN),
    f"{PYDANTIC}test_groq/test_tool_use_failed_error.yaml": ([1], REFUSED),
    f"{PYDANTIC}test_groq/test_tool_use_failed_error_streaming.yaml": ([1], REFUSED),
    "langchain-ai__langchain-aws/libs/aws/tests/cassettes/test_citations_v1[v1].yaml.gz": (
        [1],
        BLANK,
    ),
    "sourcegraph__cody/agent/recordings/cody-chat_103640681/recording.har.yaml": ([2], MADE_UP),
}


def carries_an_answer(step: Step) -> bool:
    return any(message.role == "assistant" for message in step.spoken.history.messages)


def test_every_answer_is_found(corpus: Path, tell: Tell) -> None:
    apart: dict[str, list[int]] = {}
    counts = Counter[str]()
    for path, group in groupby(recorded(corpus), key=lambda one: one.path):
        steps = chained(spoken_of([one.interaction for one in group]))
        for step in steps[1:]:
            if step.previous is not None:
                counts["tried again" if step.link.again else "goes on"] += 1
            elif carries_an_answer(step) or step.spoken.history.previous_id:
                name = path.relative_to(corpus).as_posix()
                apart.setdefault(name, []).append(step.spoken.index)
            else:
                counts["a conversation of its own"] += 1
        talks = conversations_of(steps)
        counts["conversations"] += len(talks)
        assert {n for talk in talks for n in talk.interactions} == {
            step.spoken.index for step in steps
        }
    tell(TITLE, [f"{count:>4} {what}" for what, count in counts.items()])
    tell(TITLE, [f"apart, {why}: {name} {places}" for name, (places, why) in APART.items()])
    assert apart == {name: places for name, (places, _) in APART.items()}
    assert counts["goes on"] >= 200
