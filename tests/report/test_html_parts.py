"""Parts and messages for a page: each kind has its looks, nothing is dropped."""

from __future__ import annotations

import pytest

from stream_cassette.conversation.media import Blob, File, Uri
from stream_cassette.conversation.model import FinishReason, Message, Usage
from stream_cassette.conversation.parts import (
    Compaction,
    Generic,
    Part,
    Reasoning,
    Refusal,
    ServerToolCall,
    ServerToolCallResponse,
    Text,
    ToolCall,
    ToolCallResponse,
)
from stream_cassette.report.html_parts import Anchor, message_view, part_view, usage_words

# part → kind, title, folded, what its body says, tags
ROWS: dict[str, tuple[Part, str, str, bool, str, tuple[str, ...]]] = {
    "text": (Text(content="hi\nthere"), "text", "", False, "hi\nthere", ()),
    "cited": (Text(content="hi", citations=({}, {})), "text", "", False, "hi", ("2 citations",)),
    "reasoning": (
        Reasoning(content="Hm.", signature="abc"),
        "reasoning",
        "Reasoning, 3 characters",
        True,
        "Hm.",
        ("signed",),
    ),
    "encrypted": (
        Reasoning(kind="encrypted", issued=("x" * 1200,)),
        "reasoning",
        "Reasoning, encrypted",
        True,
        "",
        ("1,200 opaque characters",),
    ),
    "call": (ToolCall(id="c1", name="f", arguments={}), "call", "f", False, "{}", ("c1",)),
    "cut off": (
        ToolCall(name="f", arguments_text='{"a": ', id_synthesised=True),
        "call",
        "f",
        False,
        '{"a": ',
        ("arguments are no JSON", "no id on the wire"),
    ),
    "server call": (
        ServerToolCall(name="web_search", arguments={"q": 1}),
        "call",
        "web_search",
        False,
        '{\n  "q": 1\n}',
        ("run by the provider",),
    ),
    "result": (
        ToolCallResponse(id="c1", response="40 C"),
        "result",
        "Result",
        False,
        "40 C",
        ("c1",),
    ),
    "failed result": (
        ToolCallResponse(name="f", response={"error": "no"}, is_error=True),
        "result",
        "Result of f, an error",
        False,
        "no",
        (),
    ),
    "server result": (
        ServerToolCallResponse(name="search", response=[1]),
        "result",
        "Result of search",
        False,
        "[\n  1\n]",
        (),
    ),
    "refusal": (Refusal(content="No."), "refusal", "Refusal", False, "No.", ()),
    "blob": (
        Blob(data=b"abc", modality="image", transcript=""),
        "media",
        "image 3 bytes",
        False,
        "",
        (),
    ),
    "uri": (Uri(uri="https://x/y"), "media", "document https://x/y", False, "", ()),
    "file": (File(file_id="f1"), "media", "document f1", False, "", ()),
    "compaction": (
        Compaction(content="short"),
        "reasoning",
        "Compaction of what was said before",
        True,
        "short",
        (),
    ),
    "unknown": (
        Generic(kind="odd", value={"a": 1}),
        "generic",
        "Unknown part: odd",
        True,
        '{\n  "a": 1\n}',
        (),
    ),
}


@pytest.mark.parametrize("row", ROWS.values(), ids=ROWS.keys())
def test_each_kind(row: tuple[Part, str, str, bool, str, tuple[str, ...]]) -> None:
    part, kind, title, is_folded, body, tags = row
    shown = part_view(part, 10_000)
    assert (shown.kind, shown.title, shown.is_folded) == (kind, title, is_folded)
    assert (shown.body.text, shown.tags) == (body, tags)


def test_what_went_wrong_is_marked() -> None:
    bad = {name for name, (part, *_) in ROWS.items() if part_view(part, 100).is_bad}
    assert bad == {"cut off", "failed result", "refusal"}


def test_a_long_text_is_folded_and_capped() -> None:
    shown = part_view(Text(content="word " * 5_000), 20_000)
    assert shown.is_folded and shown.title == "25,000 characters" and shown.body.left == 5_000
    assert shown.opening.startswith("word word") and len(shown.opening) == 60


def test_a_message_with_its_finish_and_anchors() -> None:
    message = Message(
        role="assistant",
        name="bob\u202e",
        parts=(Text(content="a"), ToolCall(name="f")),
        model="m1",
        finish_reason=FinishReason(unified="length", raw="max_tokens"),
    )
    shown = message_view(message, 100, {1: Anchor(id="k0i0p1", ends=(("e", "call", "kept"),))})
    assert (shown.role, shown.who, shown.model) == ("assistant", r"assistant bob\u{202E}", "m1")
    assert (shown.finish, shown.is_finish_bad) == ("length (max_tokens)", True)
    anchors = [part.anchor for part in shown.parts]
    assert anchors == [None, Anchor(id="k0i0p1", ends=(("e", "call", "kept"),))]


def test_a_role_that_has_no_colour() -> None:
    assert message_view(Message(role="critic"), 100).role == "other"


@pytest.mark.parametrize(
    ("usage", "words"),
    [
        (None, ""),
        (Usage(), ""),
        (Usage(input_tokens=1_000, output_tokens=5), "1,000 in, 5 out"),
        (
            Usage(input_tokens=9, cache_read_tokens=4, output_tokens=5, reasoning_tokens=2),
            "9 in (4 cached), 5 out (2 reasoning)",
        ),
    ],
)
def test_usage(usage: Usage | None, words: str) -> None:
    assert usage_words(usage) == words
