"""Steps and contents of Gemini's Interactions API, as answers and requests hold them, to parts.

A `model_output` step holds contents, each a part; every other step is one part. A hosted tool's
steps are named after it: `google_search_call`, `google_search_result`.
Source: Gemini API reference, 'Interactions'; google-genai `types/interactions`; dialects' fact
sheet 7.2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from stream_cassette.conversation.media import Blob, Uri
from stream_cassette.conversation.parts import (
    JSON,
    Generic,
    Part,
    Reasoning,
    ServerToolCall,
    ServerToolCallResponse,
    Text,
    ToolCall,
    ToolCallResponse,
)
from stream_cassette.dialects._gemini_parts import bytes_of
from stream_cassette.dialects._json import mapping, text

__all__ = ["CONTENTS", "MEDIA", "content_part", "kind_of", "listed", "step_part", "step_parts"]

Step = Mapping[str, Any]

MEDIA = frozenset({"image", "audio", "video", "document"})
CONTENTS = MEDIA | {"text"}


def listed(value: JSON) -> list[JSON]:
    """The entries of a list; none of anything else."""
    return value if isinstance(value, list) else []


def kind_of(said: Step) -> str:
    """The type of a step, a content, a delta; "" for none."""
    return text(said.get("type")) or ""


def content_part(content: JSON, path: str) -> Part:
    """The part that a content is; of an unknown type it is a Generic."""
    said = mapping(content)
    kind = kind_of(said)
    if kind == "text" and isinstance(said.get("text"), (str, type(None))):
        return Text(
            content=said.get("text") or "",
            citations=tuple(listed(said.get("annotations"))),
            extra=_rest(said, "text", "annotations"),
            path=path,
        )
    if kind in MEDIA:
        return _media(said, kind, path)
    return Generic(kind=kind, value=content, path=path)


def step_parts(step: JSON, path: str) -> Iterator[Part]:
    """The parts of a whole step, of either side."""
    said = mapping(step)
    kind = kind_of(said)
    if kind in ("model_output", "user_input"):
        for place, one in enumerate(listed(said.get("content"))):
            yield content_part(one, f"{path}.content[{place}]")
        return
    yield step_part(step, path)
    for place, one in enumerate(listed(said.get("summary")) if kind == "thought" else ()):
        if mapping(one).get("type") != "text":  # a thought may hold images
            yield content_part(one, f"{path}.summary[{place}]")


def step_part(step: JSON, path: str, *, streamed: bool = False) -> Part:
    """The part that a step of one part is; `streamed`: its arguments are a placeholder."""
    said = mapping(step)
    kind = kind_of(said)
    if kind in _STEPS:
        return _STEPS[kind](said, path, streamed)
    if kind.endswith("_call"):
        return _server_call(said, path)
    if kind.endswith("_result"):
        return _server_result(said, path)
    return content_part(step, path)


def _rest(said: Step, *names: str) -> dict[str, JSON]:
    """The members that have no field of their own."""
    known = {"type", *names}
    return {name: value for name, value in said.items() if name not in known and value is not None}


def _media(said: Step, kind: str, path: str) -> Part:
    mime_type, uri = text(said.get("mime_type")), text(said.get("uri"))
    extra = _rest(said, "mime_type", "data", "uri")
    data = bytes_of(said.get("data"))
    if data is not None:
        if uri is not None:
            extra["uri"] = uri
        return Blob(data=data, modality=kind, mime_type=mime_type, extra=extra, path=path)
    if uri is not None and said.get("data") is None:
        return Uri(uri=uri, modality=kind, mime_type=mime_type, extra=extra, path=path)
    return Generic(kind=kind, value=dict(said), path=path)


def _thought(said: Step, path: str, streamed: bool) -> Part:
    texts = (mapping(one) for one in listed(said.get("summary")))
    content = "".join(text(one.get("text")) or "" for one in texts if kind_of(one) == "text")
    return Reasoning(
        content=content,
        kind="summary" if content else "encrypted",
        signature=text(said.get("signature")),
        extra=_rest(said, "summary", "signature"),
        path=path,
    )


def _function_call(said: Step, path: str, streamed: bool) -> Part:
    given = said.get("arguments")
    coming = streamed and not given
    return ToolCall(
        id=text(said.get("id")),
        name=text(said.get("name")) or "",
        arguments=None if coming else {} if given is None else given,
        arguments_text="" if coming else None,
        signature=text(said.get("signature")),
        extra=_rest(said, "id", "name", "arguments", "signature"),
        path=path,
    )


def _function_result(said: Step, path: str, streamed: bool) -> Part:
    is_error = said.get("is_error")
    return ToolCallResponse(
        id=text(said.get("call_id")),
        name=text(said.get("name")),
        response=said.get("result"),
        is_error=is_error if isinstance(is_error, bool) else None,
        signature=text(said.get("signature")),
        extra=_rest(said, "call_id", "name", "result", "is_error", "signature"),
        path=path,
    )


def _server_call(said: Step, path: str) -> Part:
    return ServerToolCall(
        id=text(said.get("id")),
        name=text(said.get("name")) or kind_of(said).removesuffix("_call"),
        arguments=said.get("arguments") or {},
        signature=text(said.get("signature")),
        extra=_rest(said, "id", "name", "arguments", "signature"),
        path=path,
    )


def _server_result(said: Step, path: str) -> Part:
    return ServerToolCallResponse(
        id=text(said.get("call_id")),
        name=text(said.get("name")) or kind_of(said).removesuffix("_result"),
        response=said.get("result"),
        signature=text(said.get("signature")),
        extra=_rest(said, "call_id", "name", "result", "signature"),
        path=path,
    )


_STEPS: dict[str, Callable[[Step, str, bool], Part]] = {
    "thought": _thought,
    "function_call": _function_call,
    "function_result": _function_result,
}
