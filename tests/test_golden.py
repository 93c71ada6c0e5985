"""Each dialect has its golden conversations; each is read so, and shows what it stands for.

The rows name the cassette of each case, or say why the provider has no such thing (the number is
the section of the dialects' fact sheet). Each is read as it is, whole, in single bytes and cut at
every place.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from stream_cassette.dialects._registry import dialects
from stream_cassette.formats._registry import write
from stream_cassette.pipeline import readable
from stream_cassette.store.files import read
from tests.corpus import CASSETTES, Tell
from tests.support.golden import cut_everywhere, expected_of, golden_cases, said

TITLE = "golden conversations"
NONE = "no: "

# the case → how to tell that a cassette shows it, by its exchanges and their requests
Said = Mapping[str, Any]


def parts(one: Said) -> list[Said]:
    return [part for message in one["exchange"]["candidates"] for part in message["parts"]]


def calls(one: Said) -> list[Said]:
    return [part for part in parts(one) if part["type"] in ("tool_call", "server_tool_call")]


def finishes(one: Said) -> set[str]:
    return {message["finish_reason"]["unified"] for message in one["exchange"]["candidates"]}


def is_text(one: Said) -> bool:
    whole = one["exchange"]["termination"] == "complete"
    return whole and any(part["type"] == "text" and part["content"] for part in parts(one))


def is_signed(one: Said) -> bool:
    thoughts = [part for part in parts(one) if part["type"] in ("reasoning", "tool_call")]
    return any(part.get("signature") or part.get("issued") for part in thoughts)


def is_broken(one: Said) -> bool:
    error = one["exchange"]["error"]
    return error is not None and error["after_frame"] >= 1


def is_cut(one: Said) -> bool:
    return bool(one["exchange"]["termination"] == "truncated")


def is_refused(one: Said) -> bool:
    return "content_filter" in finishes(one) or any(p["type"] == "refusal" for p in parts(one))


def is_counted(one: Said) -> bool:
    usage = one["exchange"]["usage"] or {}
    return bool(usage.get("input_tokens") and usage.get("output_tokens"))


SHOWS: dict[str, Callable[[Said], bool]] = {
    "text": is_text,
    "tool_call": lambda one: bool(calls(one)),
    "parallel_tool_calls": lambda one: len(calls(one)) > 1,
    "reasoning": is_signed,
    "error": is_broken,
    "truncated": is_cut,
    "refusal": is_refused,
    "usage": is_counted,
}
SAME = {case: case for case in SHOWS}  # the cassette is called as the case
UNSIGNED = NONE + "it thinks in plain text, without a signature, §"
UNCOUNTED = NONE + "nothing is counted, §"
UNREFUSED = NONE + "neither a reason nor a part is for it, §"
CASES: dict[str, dict[str, str]] = {
    "anthropic-messages": SAME,
    "bedrock-agent": {
        **SAME,
        "reasoning": NONE + "what the agent thought is in its traces, unsigned, §8",
        "usage": NONE + "counts are in the traces, one for each of the agent's calls, §8",
    },
    "bedrock-converse": SAME,
    "bedrock-invoke": {
        **SAME,
        "text": "titan_text",
        "tool_call": "anthropic_tool_call",
        "parallel_tool_calls": "anthropic_parallel_tool_calls",
        "reasoning": "anthropic_parallel_tool_calls",
        "usage": "anthropic_parallel_tool_calls",
    },
    "cohere-chat": {**SAME, "reasoning": f"{UNSIGNED}9", "refusal": f"{UNREFUSED}9"},
    "gemini-generate": SAME,
    "gemini-interactions": {**SAME, "refusal": f"{UNREFUSED}7.2", "usage": "hosted_tools"},
    "mcp": {
        **dict.fromkeys(SHOWS, NONE + "a tool's protocol, read as named frames, §11"),
        "error": "error",
        "truncated": "truncated",
    },
    "ollama-chat": {**SAME, "reasoning": f"{UNSIGNED}10", "refusal": f"{UNREFUSED}10"},
    "openai-chat": SAME,
    "openai-completions": {
        **SAME,
        **dict.fromkeys(("tool_call", "parallel_tool_calls"), NONE + "it has no tools, §11"),
        "reasoning": NONE + "it does not tell what it thought, §11",
        "refusal": "content_filter",
        "usage": "text",
    },
    "openai-responses": {**SAME, "usage": "hosted_tools"},
    "sourcegraph-completions": {
        **SAME,
        "reasoning": f"{UNSIGNED}1",
        "refusal": f"{UNREFUSED}1",
        "usage": f"{UNCOUNTED}1",
    },
    "ui-messages": {**SAME, "refusal": f"{UNREFUSED}11", "usage": f"{UNCOUNTED}11"},
}


def folder_of(dialect: str) -> str:
    return dialect.replace("-", "_")


GOLDEN = [path for dialect in CASES for path in golden_cases(folder_of(dialect))]
each_golden = pytest.mark.parametrize(
    "path", GOLDEN, ids=lambda path: f"{path.parent.name}-{path.stem}"
)

ROWS = [
    (dialect, case, named)
    for dialect, cases in CASES.items()
    for case, named in cases.items()
    if not named.startswith(NONE)
]


@pytest.mark.parametrize(("dialect", "case", "named"), ROWS)
def test_a_golden_conversation_shows_its_case(dialect: str, case: str, named: str) -> None:
    path = CASSETTES / folder_of(dialect) / f"{named}.yaml"
    assert path.is_file()
    told = expected_of(path)
    assert any(SHOWS[case](one) for one in told)
    assert {one["exchange"]["dialect"] for one in told} == {dialect}


def test_every_dialect_of_ours_has_its_rows(tell: Tell) -> None:
    ours = {
        name for name, one in dialects().items() if type(one).__module__.startswith("stream_cass")
    }
    assert ours == set(CASES)
    assert all(cases.keys() == SHOWS.keys() for cases in CASES.values())
    for dialect, cases in CASES.items():
        count = len(golden_cases(folder_of(dialect)))
        lacking = ", ".join(case for case, named in cases.items() if named.startswith(NONE))
        no = f"   has no {lacking}" if lacking else ""
        tell(TITLE, [f"{dialect:<24}{count:>3} cassettes{no}"])


@each_golden
def test_what_is_read_is_what_the_wire_says(path: Path) -> None:
    assert said(path) == expected_of(path)


@each_golden
def test_it_is_the_same_at_every_cut(path: Path) -> None:
    same = list(cut_everywhere(path))
    assert len(same) > 50 and all(same)


def test_every_cassette_of_a_dialect_has_its_golden_conversation() -> None:
    for dialect in CASES:
        folder = CASSETTES / folder_of(dialect)
        golden = {path.name for path in golden_cases(folder.name)}
        assert {path.name for path in folder.glob("*.yaml")} - golden <= {
            "vercel_thinking.govcr.yaml"  # the same bytes in go-vcr's format
        }


def test_our_cassettes_are_as_they_are_written_today() -> None:
    """Comments and all: what is derived from the recorded bytes is up to date in every file."""
    assert len(GOLDEN) >= 140
    for path in GOLDEN:
        viewed, comments = readable(read(path))
        assert write(viewed, comments=comments) == path.read_bytes(), path
