"""The AI SDK's UI message stream: server-sent events from an app's server to its page.

Text and reasoning are found by their id, tools by `toolCallId`; a tool's whole input replaces what
was streamed of it. The end is `[DONE]`. The request is the app's own; that of `useChat` is read.
Source: AI SDK reference, 'Stream Protocols', data stream protocol v1; dialects' fact sheet 11.
"""

from __future__ import annotations

import json
from typing import Any, ClassVar

from stream_cassette.conversation.model import History, Message
from stream_cassette.conversation.parts import Generic, Part, Text, ToolCall, ToolCallResponse
from stream_cassette.dialects._history import turns
from stream_cassette.dialects._json import mapping, text
from stream_cassette.dialects._protocol import Opening, Request
from stream_cassette.dialects._ui_parts import parts_of
from stream_cassette.dialects._ui_reader import EVENTS, UIReader
from stream_cassette.wire.framing import Frame

__all__ = ["UIMessages"]

_HEADER = "x-vercel-ai-ui-message-stream"


class UIMessages:
    """The dialect of the AI SDK's UI message stream."""

    name: ClassVar[str] = "ui-messages"

    def claims(self, opening: Opening) -> int:
        """Sure by its header; by looks, an event stream that begins like one."""
        if _HEADER in opening.response.headers:
            return 3
        kind = mapping(opening.value).get("type")
        stream = opening.response.media == "text/event-stream"
        return 2 if stream and isinstance(kind, str) and kind in EVENTS and kind != "error" else 0

    def vendor(self, opening: Opening) -> str | None:
        """None: the app's server speaks for itself."""
        return None

    def reader(self, opening: Opening) -> UIReader:
        """A reader of chunks."""
        return UIReader()

    def ends(self, frame: Frame) -> bool:
        """`[DONE]`."""
        return frame.data.startswith("[DONE]")

    def read_request(self, request: Request) -> History:
        """The messages that `useChat` sends: all, or the last one alone."""
        body = mapping(request.value)
        entries = body.get("messages")
        entries = entries if isinstance(entries, list) else [body.get("message")]
        found: list[Message] = []
        for position, one in enumerate(entries):
            if isinstance(one, dict):
                found += _messages(one, f"messages[{position}]")
        return History(messages=turns(found), model=text(body.get("model")))

    def error_bytes(self, status: int, framing: str) -> bytes:
        """The text of an error; in mid-stream an `error` chunk."""
        if framing != "sse":
            return json.dumps({"error": f"HTTP {status}"}).encode()
        chunk = json.dumps({"type": "error", "errorText": f"HTTP {status}"}).encode()
        return b"data: " + chunk + b"\n\n"


def _messages(entry: dict[str, Any], path: str) -> list[Message]:
    """A UI message as turns: results end the assistant's, what follows them is its next.

    A step's calls stand beside their results, one after the other: they are one turn all the same.
    """
    role = text(entry.get("role")) or "user"
    parts = parts_of(entry, path)
    if not parts and (said := text(entry.get("content"))):
        parts = (Text(content=said, path=f"{path}.content"),)
    out, turn, results = list[Message](), list[Part](), list[Part]()

    def finish() -> None:
        if turn:
            out.append(Message(role=role, parts=tuple(turn), path=path))
        if results:
            out.append(Message(role="tool", parts=tuple(results), path=path))
        turn.clear()
        results.clear()

    for part in parts:
        if results and not isinstance(part, (ToolCall, ToolCallResponse)):
            finish()
        if isinstance(part, Generic) and part.kind == "step-start":
            continue
        (results if isinstance(part, ToolCallResponse) else turn).append(part)
    finish()
    return out or [Message(role=role, path=path)]
