"""Contents of messages: text, refusal, media."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest

from stream_cassette.conversation.media import Blob, File, Uri
from stream_cassette.conversation.parts import Generic, Part, Refusal, Text
from stream_cassette.dialects._responses_content import content_part, members, only_text

PNG = b"\x89PNG"
CODED = b64encode(PNG).decode()

ROWS: list[tuple[Any, Part]] = [
    ("plain", Text(content="plain")),
    ({"type": "input_text", "text": "a"}, Text(content="a")),
    (
        {"type": "output_text", "text": "a", "annotations": [1], "logprobs": [{"token": "a"}]},
        Text(content="a", citations=(1,), extra={"logprobs": [{"token": "a"}]}),
    ),
    ({"type": "output_text", "text": None, "annotations": [], "logprobs": []}, Text()),
    ({"type": "refusal", "refusal": "no"}, Refusal(content="no")),
    (
        {"type": "input_image", "image_url": f"data:image/png;base64,{CODED}", "detail": "low"},
        Blob(data=PNG, modality="image", mime_type="image/png", extra={"detail": "low"}),
    ),
    (
        {"type": "input_image", "image_url": "https://a.example/b"},
        Uri(uri="https://a.example/b", modality="image"),
    ),
    ({"type": "computer_screenshot", "file_id": "f"}, File(file_id="f", modality="image")),
    ({"type": "input_image"}, Generic(kind="input_image", value={"type": "input_image"})),
    (
        {"type": "input_file", "file_url": "https://a.example/b.pdf"},
        Uri(uri="https://a.example/b.pdf"),
    ),
    (
        {
            "type": "input_file",
            "filename": "b.pdf",
            "file_data": f"data:a/pdf;base64,{CODED}",
        },
        Blob(data=PNG, mime_type="a/pdf", extra={"filename": "b.pdf"}),
    ),
    ({"type": "input_file", "file_data": CODED}, Blob(data=PNG)),
    (
        {"type": "input_file", "file_data": "é"},
        Generic(kind="input_file", value={"type": "input_file", "file_data": "é"}),
    ),
    (
        {"type": "input_audio", "input_audio": {"data": CODED, "format": "mp3"}},
        Blob(data=PNG, modality="audio", mime_type="audio/mp3"),
    ),
    (
        {"type": "output_audio", "data": CODED, "transcript": "hi"},
        Blob(data=PNG, modality="audio", transcript="hi"),
    ),
    (
        {"type": "output_audio", "data": "é"},
        Generic(kind="output_audio", value={"type": "output_audio", "data": "é"}),
    ),
    ({"type": "new", "x": 1}, Generic(kind="new", value={"type": "new", "x": 1})),
    (7, Generic(kind="None", value=7)),
]


@pytest.mark.parametrize(("entry", "wanted"), ROWS)
def test_each_content(entry: Any, wanted: Part) -> None:
    part = content_part(entry, "input[0].content[1]", {})
    assert part == wanted
    assert part.path == "input[0].content[1]"


def test_the_messages_members_are_on_its_parts() -> None:
    extra = {"id": "msg_1"}
    assert content_part({"type": "input_text", "text": "a"}, "", extra).extra == extra
    assert content_part("a", "", extra).extra == extra


def test_members_that_say_something() -> None:
    value = {"type": "x", "a": None, "b": [], "c": 0, "d": "", "text": "t"}
    assert members(value, "text") == {"c": 0, "d": ""}


@pytest.mark.parametrize(
    ("content", "same"),
    [
        ([{"type": "input_text", "text": "a"}], "a"),
        ("a", "a"),
        ([], []),
        (
            [{"type": "input_text", "text": "a", "x": 1}],
            [{"type": "input_text", "text": "a", "x": 1}],
        ),
        ([1], [1]),
    ],
)
def test_only_text(content: Any, same: Any) -> None:
    assert only_text(content) == same
