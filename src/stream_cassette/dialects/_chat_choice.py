"""One choice of a chat answer: its delta, or its whole message, to deltas of ours.

Every member of a delta has a row in `_MEMBERS`: a new one is a method and a row.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable, Mapping
from typing import Any

from stream_cassette.conversation.delta import (
    Delta,
    Extra,
    Finish,
    MessageStart,
    PartDelta,
    PartSet,
    PartStart,
    Unfamiliar,
    UsageDelta,
)
from stream_cassette.conversation.media import Blob
from stream_cassette.conversation.parts import (
    JSON,
    Generic,
    Reasoning,
    Refusal,
    Text,
)
from stream_cassette.dialects._chat_cumulative import MaybeCumulative
from stream_cassette.dialects._chat_reasoning import ReasoningReader
from stream_cassette.dialects._chat_tools import ToolReader
from stream_cassette.dialects._chat_usage import finish_reason, usage_of
from stream_cassette.dialects._chat_vendors import CHOICE, DELTA, DROPPED
from stream_cassette.dialects._json import mapping, text

__all__ = ["Choice"]

_READ = frozenset({"index", "delta", "message", "native_finish_reason"}) | DROPPED


class Choice:
    """The reader's memory of one choice: which parts are open, and which calls."""

    def __init__(self, index: int, *, whole: bool, may_repeat: bool = False) -> None:
        self._index = index
        self._path = f"choices[{index}].{'message' if whole else 'delta'}"
        self._open: set[Any] = set()
        self._run: Any = "content"  # the text or thinking that content goes on in
        self._runs = 0
        self._saying: Any = None  # the run, while it is an open text
        self._shape: list[str] = []  # the members of the last entry, and those to look at
        self._besides: list[str] = []
        self._begun = self._role = False
        self._held = MaybeCumulative() if may_repeat and not whole else None
        self._tools = ToolReader(index, self._path)
        self._reasoning = ReasoningReader(index, self._path, whole=whole)
        self._extra: dict[str, JSON] = {}

    def feed(self, entry: Mapping[str, Any], out: list[Delta]) -> None:
        """One entry of `choices`."""
        said = entry.get("delta")
        delta = said if isinstance(said, dict) else mapping(entry.get("message"))
        if not self._begun:  # a choice that says nothing is a candidate too
            self._begun = True
            out.append(MessageStart(candidate=self._index))
        content = delta.get("content")
        if len(delta) == 1 and self._saying is not None and content and type(content) is str:
            out.append(PartDelta(self._index, self._saying, content))  # as most deltas are
        else:
            self._read(delta, out)
        if [*entry] != self._shape:
            self._shape = [*entry]
            self._besides = [name for name in entry if name not in _READ]
        for name in self._besides:
            value = entry[name]
            if value is not None and value != "":
                self._beside(name, value, entry, out)

    def _read(self, delta: Mapping[str, Any], out: list[Delta]) -> None:
        """The members of a delta, in the order in which their parts are to stand."""
        names = [name for name, value in delta.items() if value is not None and value != ""]
        if len(names) > 1:
            names.sort(key=_rank)
        for name in names:
            read, value = _MEMBERS.get(name), delta[name]
            if read is not None:
                read(self, value, delta, out)
            elif name in DELTA:
                self._extra[name] = value
            elif name not in DROPPED:
                out.append(Unfamiliar(kind="field", name=f"choices[].delta.{name}", value=value))

    def close(self) -> list[Delta]:
        """Text that was held back, and the candidate's extras."""
        texts = self._held.close() if self._held is not None else ()
        return [
            *(PartDelta(self._index, self._run, text) for text in texts),
            *(Extra(candidate=self._index, name=n, value=v) for n, v in self._extra.items()),
        ]

    def _beside(self, name: str, value: Any, entry: Mapping[str, Any], out: list[Delta]) -> None:
        """A member of the choice itself."""
        if name == "finish_reason":
            reason = finish_reason(str(value), entry.get("native_finish_reason"))
            out.append(Finish(candidate=self._index, reason=reason))
        elif name == "logprobs":
            for kind, entries in mapping(value).items():
                if isinstance(entries, list) and entries:
                    extra = Extra(
                        candidate=self._index, name=f"logprobs.{kind}", value=entries, extend=True
                    )
                    out.append(extra)
        elif name == "usage" and isinstance(value, dict):  # Moonshot
            out.append(UsageDelta(usage=usage_of(value)))
        elif name in CHOICE:
            self._extra[name] = value
        else:
            out.append(Unfamiliar(kind="field", name=f"choices[].{name}", value=value))

    def _speaker(self, value: Any, delta: Mapping[str, Any], out: list[Delta]) -> None:
        if not self._role and text(value):  # many say it on every chunk
            self._role = True
            out.append(MessageStart(candidate=self._index, role=value))

    def _content(self, value: Any, delta: Mapping[str, Any], out: list[Delta]) -> None:
        if isinstance(value, str):
            self._say(value, out)
            return
        for entry in value if isinstance(value, list) else [value]:
            self._content_part(mapping(entry), out)

    def _say(self, value: str, out: list[Delta]) -> None:
        """Text goes on in the open text, or begins a new one after a thinking part."""
        if isinstance(self._run, tuple) and self._run[0] != "text":
            self._runs += 1
            self._run = ("text", self._runs)
        if self._run not in self._open:
            self._begin(self._run, Text(path=f"{self._path}.content"), out)
        if self._held is None:
            self._saying = self._run
            out.append(PartDelta(self._index, self._run, value))
        else:
            out.extend(PartDelta(self._index, self._run, one) for one in self._held.feed(value))

    def _content_part(self, part: Mapping[str, Any], out: list[Delta]) -> None:
        kind = part.get("type")
        if kind in ("text", "output_text"):
            if said := text(part.get("text")):
                self._say(said, out)
        elif kind == "refusal":
            self._refusal(part.get("refusal"), {}, out)
        elif kind == "thinking":
            self._thinking(part, out)
        elif kind == "reference":
            cited = {name: value for name, value in part.items() if name != "type"}
            self._annotations([cited], {}, out)
        else:
            self._runs += 1
            generic = Generic(kind=str(kind), value=dict(part), path=f"{self._path}.content")
            self._begin(("generic", self._runs), generic, out)

    def _thinking(self, part: Mapping[str, Any], out: list[Delta]) -> None:
        """Mistral's thinking: a list of text parts, maybe signed."""
        if not isinstance(self._run, tuple) or self._run[0] != "thinking":
            self._runs += 1
            self._run, self._saying = ("thinking", self._runs), None
            self._begin(self._run, Reasoning(path=f"{self._path}.content"), out)
        inner = part.get("thinking")
        for one in inner if isinstance(inner, list) else [{"text": inner}]:
            if said := text(mapping(one).get("text")):
                out.append(PartDelta(self._index, self._run, said))
        if signature := text(part.get("signature")):
            values = {"signature": signature}
            out.append(PartSet(candidate=self._index, key=self._run, values=values))

    def _refusal(self, value: Any, delta: Mapping[str, Any], out: list[Delta]) -> None:
        if "refusal" not in self._open:
            self._begin("refusal", Refusal(path=f"{self._path}.refusal"), out)
        out.append(PartDelta(self._index, "refusal", str(value)))

    def _flat(self, value: Any, delta: Mapping[str, Any], out: list[Delta]) -> None:
        self._thought("reasoning", value, delta, out)

    def _thought(self, name: str, value: Any, delta: Mapping[str, Any], out: list[Delta]) -> None:
        """`reasoning` or `reasoning_content`: not where a structured carrier says the same."""
        if any(_tells(delta.get(name)) for name in ("reasoning_details", "thinking_blocks")):
            return
        if not isinstance(value, str):
            out.append(Unfamiliar(kind="field", name="choices[].delta.reasoning", value=value))
        else:
            out.extend(self._reasoning.flat(value, name))

    def _alias(self, value: Any, delta: Mapping[str, Any], out: list[Delta]) -> None:
        if not text(delta.get("reasoning")):  # both at once say the same
            self._thought("reasoning_content", value, delta, out)

    def _details(self, value: Any, delta: Mapping[str, Any], out: list[Delta]) -> None:
        out.extend(self._reasoning.details(value, "reasoning_details"))

    def _blocks(self, value: Any, delta: Mapping[str, Any], out: list[Delta]) -> None:
        if not delta.get("reasoning_details"):
            out.extend(self._reasoning.details(value, "thinking_blocks"))

    def _items(self, value: Any, delta: Mapping[str, Any], out: list[Delta]) -> None:
        out.extend(self._reasoning.details(value, "reasoning_items"))

    def _tool_calls(self, value: Any, delta: Mapping[str, Any], out: list[Delta]) -> None:
        self._tools.calls(value, out)

    def _function_call(self, value: Any, delta: Mapping[str, Any], out: list[Delta]) -> None:
        self._tools.function_call(value, out)

    def _executed(self, value: Any, delta: Mapping[str, Any], out: list[Delta]) -> None:
        self._tools.executed(value, out)

    def _audio(self, value: Any, delta: Mapping[str, Any], out: list[Delta]) -> None:
        audio = mapping(value)
        if not any(audio.values()):  # Snowflake says it on every message
            return
        if "audio" not in self._open:
            self._begin("audio", Blob(modality="audio", path=f"{self._path}.audio"), out)
        if ident := text(audio.get("id")):
            out.append(PartSet(candidate=self._index, key="audio", values={"id": ident}))
        said, data = text(audio.get("transcript")) or "", _decoded(audio.get("data"))
        if said or data:
            out.append(PartDelta(self._index, "audio", said, data))
        if audio.get("expires_at") is not None:
            extra = {"extra": {"expires_at": audio["expires_at"]}}
            out.append(PartSet(candidate=self._index, key="audio", values=extra))

    def _annotations(self, value: Any, delta: Mapping[str, Any], out: list[Delta]) -> None:
        if not isinstance(value, list) or not value:
            return
        key = self._run if isinstance(self._run, str) or self._run[0] == "text" else "content"
        if key not in self._open:
            self._begin(key, Text(path=f"{self._path}.content"), out)
        out.append(PartDelta(self._index, key, citations=tuple(value)))

    def _google(self, value: Any, delta: Mapping[str, Any], out: list[Delta]) -> None:
        """Gemini's signature on no call: it belongs to the message's tail, not to earlier text."""
        signature = text(mapping(mapping(value).get("google")).get("thought_signature"))
        if signature:
            part = Text(signature=signature, path=f"{self._path}.extra_content")
            self._begin("tail", part, out)

    def _begin(self, key: Any, part: Any, out: list[Delta]) -> None:
        self._open.add(key)
        out.append(PartStart(candidate=self._index, key=key, part=part))


def _tells(details: Any) -> bool:
    """Whether structured details hold readable text, of which flat text is then a copy."""
    return isinstance(details, list) and any(
        text(mapping(one).get(name)) for one in details for name in ("text", "summary", "thinking")
    )


def _decoded(data: Any) -> bytes:
    """A fragment of base64: each is padded by itself. What is none is left out."""
    try:
        return b64decode(data, validate=False) if isinstance(data, str) else b""
    except ValueError:
        return b""


_Read = Callable[[Choice, Any, Mapping[str, Any], list[Delta]], None]

# In the order in which parts stand where one delta, or a whole message, holds several.
_MEMBERS: dict[str, _Read] = {
    "role": Choice._speaker,
    "reasoning": Choice._flat,
    "reasoning_content": Choice._alias,
    "reasoning_details": Choice._details,
    "thinking_blocks": Choice._blocks,
    "reasoning_items": Choice._items,
    "content": Choice._content,
    "annotations": Choice._annotations,
    "refusal": Choice._refusal,
    "audio": Choice._audio,
    "executed_tools": Choice._executed,
    "tool_calls": Choice._tool_calls,
    "function_call": Choice._function_call,
    "extra_content": Choice._google,
}
_RANK = {name: rank for rank, name in enumerate(_MEMBERS)}


def _rank(name: str) -> int:
    return _RANK.get(name, len(_RANK))
