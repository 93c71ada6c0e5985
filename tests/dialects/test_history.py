"""Histories in one shape: tool results, arguments, media."""

from __future__ import annotations

import pytest

from stream_cassette.conversation.media import Blob, Uri
from stream_cassette.conversation.model import Message
from stream_cassette.conversation.parts import Part, Text, ToolCallResponse
from stream_cassette.dialects._history import arguments_of, media, modality_of, turns

ONE, TWO = ToolCallResponse(id="1"), ToolCallResponse(id="2")
SAID = Text(content="and?")


def test_results_in_a_row_stand_in_one_tool_message() -> None:
    found = turns(
        [
            Message(role="user", parts=(SAID,)),
            Message(role="tool", parts=(ONE,)),
            Message(role="tool", parts=(TWO,)),
            Message(role="assistant"),
            Message(role="user", parts=(SAID, ONE, TWO)),
        ]
    )
    assert [(one.role, one.parts) for one in found] == [
        ("user", (SAID,)),
        ("tool", (ONE, TWO)),
        ("assistant", ()),
        ("tool", (ONE, TWO)),
        ("user", (SAID,)),
    ]


@pytest.mark.parametrize(
    ("sent", "value"), [("", {}), (" ", {}), ('{"a":1}', {"a": 1}), ("{", None), ("1", 1)]
)
def test_arguments(sent: str, value: object) -> None:
    assert arguments_of(sent) == value


@pytest.mark.parametrize(
    ("mime_type", "modality"),
    [
        ("image/png", "image"),
        ("audio/wav", "audio"),
        ("text/plain", "document"),
        (None, "document"),
    ],
)
def test_modality(mime_type: str | None, modality: str) -> None:
    assert modality_of(mime_type) == modality


@pytest.mark.parametrize(
    ("url", "part"),
    [
        ("https://x/a.png", Uri(uri="https://x/a.png", modality="image")),
        (
            "data:image/png;base64,AP8=",
            Blob(data=b"\x00\xff", mime_type="image/png", modality="image"),
        ),
        ("data:,a%20b", Blob(data=b"a b", modality="image")),
        ("data:image/png;base64,A", Uri(uri="data:image/png;base64,A", modality="image")),
        ("data:nothing", Uri(uri="data:nothing", modality="image")),
    ],
)
def test_media(url: str, part: Part) -> None:
    found = media(url, modality="image", path="p")
    assert (found, found.path) == (part, "p")
