"""Contents of a Responses message, of both sides, to parts.

Source: OpenAI API reference, 'Responses'; dialects' fact sheet 5, 15.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from stream_cassette.conversation.media import Blob, File
from stream_cassette.conversation.parts import JSON, Generic, Part, Refusal, Text
from stream_cassette.dialects._history import media
from stream_cassette.dialects._json import mapping, text

__all__ = ["content_part", "members", "only_text"]

_TEXTS = frozenset({"output_text", "input_text", "text", "summary_text"})
_MEDIA = frozenset({"input_image", "computer_screenshot", "input_file"})


def members(value: Mapping[str, Any], *known: str) -> dict[str, JSON]:
    """The members that have no field of their own; null and empty lists say nothing."""
    return {
        name: one
        for name, one in value.items()
        if name != "type" and name not in known and one is not None and one != []
    }


def content_part(entry: JSON, path: str, extra: Mapping[str, JSON]) -> Part:
    """The part that an entry of a message's content is; text alone is such an entry too.

    `extra` are the message's own members, which each of its parts carries. An entry of an unknown
    type is a Generic.
    """
    if isinstance(entry, str):
        return Text(content=entry, extra=extra, path=path)
    part = mapping(entry)
    kind = text(part.get("type"))
    if kind in _TEXTS:
        cited = part.get("annotations")
        return Text(
            content=text(part.get("text")) or "",
            citations=tuple(cited) if isinstance(cited, list) else (),
            extra={**extra, **members(part, "text", "annotations")},
            path=path,
        )
    if kind == "refusal":
        return Refusal(
            content=text(part.get("refusal")) or "",
            extra={**extra, **members(part, "refusal")},
            path=path,
        )
    if kind in _MEDIA:
        return _file(part, str(kind), path)
    if kind in ("output_audio", "input_audio"):
        return _sound(part, str(kind), path)
    return Generic(kind=str(part.get("type")), value=entry, extra=extra, path=path)


def only_text(content: JSON) -> JSON:
    """A list of one text says the same as the text; any other content as it is."""
    if isinstance(content, list) and len(content) == 1:
        only = mapping(content[0])
        if text(only.get("type")) in _TEXTS and set(only) <= {"type", "text"}:
            return only.get("text")
    return content


def _file(part: Mapping[str, Any], kind: str, path: str) -> Part:
    modality = "document" if kind == "input_file" else "image"
    extra = members(part, "image_url", "file_url", "file_data", "file_id")
    data = text(part.get("file_data"))
    url = next((u for name in ("image_url", "file_url") if (u := text(part.get(name)))), data)
    if url is not None and (url is not data or url.startswith("data:")):
        return replace(media(url, modality=modality, path=path), extra=extra)
    content = None if data is None else _decoded(data)  # some compatibles take base64 alone
    if content is not None:
        return Blob(data=content, modality=modality, extra=extra, path=path)
    if ident := text(part.get("file_id")):
        return File(file_id=ident, modality=modality, extra=extra, path=path)
    return Generic(kind=kind, value=dict(part), path=path)


def _sound(part: Mapping[str, Any], kind: str, path: str) -> Part:
    said = mapping(part.get("input_audio")) or part
    form, content = text(said.get("format")), _decoded(text(said.get("data")) or "")
    if content is None:
        return Generic(kind=kind, value=dict(part), path=path)
    return Blob(
        data=content,
        modality="audio",
        mime_type=f"audio/{form}" if form else None,
        transcript=text(said.get("transcript")) or "",
        path=path,
    )


def _decoded(data: str) -> bytes | None:
    try:
        return b64decode(data)
    except ValueError:
        return None
