"""Tool calls of one chat choice: the model's, the legacy form, and those that a server made.

Which call a fragment belongs to is `_chat_calls`' to say.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stream_cassette.conversation.delta import Delta, PartDelta, PartSet, PartStart, Unfamiliar
from stream_cassette.conversation.parts import JSON, Part, ServerToolCall, ToolCall
from stream_cassette.dialects._chat_calls import Call, CallTracker, Fragment
from stream_cassette.dialects._json import mapping, text

__all__ = ["ToolReader"]


class ToolReader:
    """The reader's memory of one choice's calls."""

    def __init__(self, candidate: int, path: str) -> None:
        self._candidate = candidate
        self._path = path
        self._tracker = CallTracker()
        self._legacy = False

    def calls(self, value: Any, out: list[Delta]) -> None:
        """The entries of `tool_calls`."""
        for entry in value if isinstance(value, list) else [value]:
            self._fragment(mapping(entry), out)

    def _fragment(self, entry: Mapping[str, Any], out: list[Delta]) -> None:
        custom = "custom" in entry and "function" not in entry
        function = mapping(entry.get("custom" if custom else "function"))
        sent = function.get("input" if custom else "arguments")
        index = entry.get("index")
        fragment = Fragment(
            id=text(entry.get("id")),
            index=index if isinstance(index, int) else None,
            name=text(function.get("name")),
            arguments=sent if isinstance(sent, str) else "",
        )
        call, new = self._tracker.resolve(fragment)
        if call is None:
            out.append(
                Unfamiliar(kind="fragment", name="choices[].delta.tool_calls[]", value=entry)
            )
            return
        key = ("call", call.number)
        if new:
            path = f"{self._path}.tool_calls[{call.number}]"
            part = ToolCall(
                id=call.id, name=call.name or "", arguments_text="", custom=custom, path=path
            )
            self._started(key, part, out)
        values = self._news(call, fragment, sent, entry)
        if values:
            out.append(PartSet(candidate=self._candidate, key=key, values=values))
        if fragment.arguments:
            call.grow(fragment.arguments)
            out.append(PartDelta(self._candidate, key, fragment.arguments))

    def _news(self, call: Call, fragment: Fragment, sent: Any, entry: Any) -> dict[str, JSON]:
        """What the fragment says of its call beside the arguments' text."""
        values: dict[str, JSON] = {}
        if fragment.id is not None and fragment.id == call.id:
            values["id"] = call.id
        if call.name is None and fragment.name is not None:
            call.name = values["name"] = fragment.name
        if isinstance(sent, (dict, list)):  # Mistral's schema allows an object
            values |= {"arguments": sent, "arguments_text": None}
        google = mapping(mapping(entry.get("extra_content")).get("google"))
        if signature := text(google.get("thought_signature")):
            values["signature"] = signature
        extra = {
            name: entry[name]
            for name in ("provider_specific_fields", "extra_content")
            if entry.get(name)
        }
        return values | {"extra": extra} if extra else values

    def function_call(self, value: Any, out: list[Delta]) -> None:
        """The legacy form: one call, without an id; one that is empty is none (Snowflake)."""
        function = mapping(value)
        if not text(function.get("name")) and not text(function.get("arguments")):
            return
        if not self._legacy:
            self._legacy = True
            path = f"{self._path}.function_call"
            self._started("function_call", ToolCall(arguments_text="", path=path), out)
        if name := text(function.get("name")):
            values = {"name": name}
            out.append(PartSet(candidate=self._candidate, key="function_call", values=values))
        if arguments := text(function.get("arguments")):
            out.append(PartDelta(self._candidate, "function_call", arguments))

    def executed(self, value: Any, out: list[Delta]) -> None:
        """Groq's `executed_tools`: calls that the server made itself, said again as they go."""
        for entry in value if isinstance(value, list) else ():
            tool = mapping(entry)
            key = ("executed", tool.get("index"))
            rest = {name: one for name, one in tool.items() if name not in ("name", "arguments")}
            part = ServerToolCall(
                name=str(tool.get("name") or tool.get("type")),
                arguments_text=text(tool.get("arguments")),
                extra=rest,
                path=f"{self._path}.executed_tools",
            )
            self._started(key, part, out)

    def _started(self, key: Any, part: Part, out: list[Delta]) -> None:
        out.append(PartStart(candidate=self._candidate, key=key, part=part))
