"""Payloads of models that only InvokeModel knows: text, counts, and why it ended.

Each row names the members that one model family uses; a whole answer may hold several texts in a
list. Source: Amazon Bedrock user guide, 'Inference request parameters and response fields'.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from stream_cassette.conversation.delta import (
    Delta,
    Extra,
    Finish,
    PartDelta,
    PartStart,
    Unfamiliar,
    UsageDelta,
)
from stream_cassette.conversation.model import FinishReason, Unified, Usage
from stream_cassette.conversation.parts import Text
from stream_cassette.dialects._json import mapping, text

__all__ = ["Family", "TextReader", "family_of"]

_FINISH: dict[str, Unified] = {
    "FINISH": "stop",  # Titan
    "FINISHED": "stop",
    "STOP_CRITERIA_MET": "stop",
    "LENGTH": "length",
    "CONTENT_FILTERED": "content_filter",
    "stop_sequence": "stop",  # Claude's text completions
    "max_tokens": "length",
    "stop": "stop",  # Llama, Mistral
    "length": "length",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """The members of one model family; `list` is the member with the texts of a whole answer."""

    said: str
    reason: str
    detail: str | None = None
    input: str | None = None
    output: str | None = None
    list: str | None = None
    known: frozenset[str] = frozenset()


_FAMILIES = (
    Family(
        said="outputText",
        reason="completionReason",
        input="inputTextTokenCount",
        output="totalOutputTextTokenCount",
        list="results",
        known=frozenset({"index", "tokenCount"}),
    ),
    Family(
        said="completion",
        reason="stop_reason",
        detail="stop",
        known=frozenset({"type", "id", "model", "log_id", "truncated", "exception"}),
    ),
    Family(
        said="generation",
        reason="stop_reason",
        input="prompt_token_count",
        output="generation_token_count",
    ),
    Family(said="text", reason="stop_reason", list="outputs"),
)


def family_of(value: Mapping[str, Any]) -> Family | None:
    """The family whose payload this is, or None."""
    for one in _FAMILIES:
        rows = value.get(one.list) if one.list else None
        if isinstance(rows, list) and any(one.said in mapping(row) for row in rows):
            return one
        if one.list != "outputs" and isinstance(value.get(one.said), str):
            return one
    return None


class TextReader:
    """Reads one answer's payloads."""

    def __init__(self, family: Family) -> None:
        self._family = family
        self._open: set[int] = set()
        self._counts: dict[str, Any] = {}

    def read(self, payload: Mapping[str, Any]) -> list[Delta]:
        """The deltas of one payload, of a stream or whole."""
        one, out = self._family, list[Delta]()
        for candidate, row in enumerate(self._rows(payload)):
            out += self._text(candidate, row)
        out += self._usage(payload)
        named = {one.said, one.reason, one.detail, one.input, one.output, one.list} | one.known
        for name, value in payload.items():
            if name in one.known and value is not None:
                out.append(Extra(name=name, value=value))
            elif name not in named and value is not None:
                out.append(Unfamiliar(kind="field", name=name, value=value))
        return out

    def _rows(self, payload: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        rows = payload.get(self._family.list) if self._family.list else None
        if isinstance(rows, list):
            yield from (mapping(row) for row in rows)
        else:
            yield payload

    def _text(self, candidate: int, row: Mapping[str, Any]) -> list[Delta]:
        out: list[Delta] = []
        if isinstance(said := row.get(self._family.said), str):
            if candidate not in self._open:
                self._open.add(candidate)
                out.append(PartStart(candidate=candidate, key=0, part=Text()))
            out.append(PartDelta(candidate, 0, said))
        if raw := text(row.get(self._family.reason)):
            detail = row.get(self._family.detail) if self._family.detail else None
            reason = FinishReason(unified=_FINISH.get(raw, "other"), raw=raw, detail=detail)
            out.append(Finish(candidate=candidate, reason=reason))
        return out

    def _usage(self, payload: Mapping[str, Any]) -> list[Delta]:
        """The counts so far: a stream has each in some payload only, and repeats none."""
        one = self._family
        rows = payload.get(one.list) if one.list else None
        news = {name: payload.get(name) for name in (one.input, one.output) if name}
        if isinstance(rows, list) and len(rows) == 1:
            news["tokenCount"] = mapping(rows[0]).get("tokenCount")
        found = {name: value for name, value in news.items() if _is_count(value)}
        if not found:
            return []
        self._counts.update(found)
        counts = self._counts
        spent = counts.get("tokenCount", counts.get(one.output or ""))
        usage = Usage(
            input_tokens=_whole(counts.get(one.input or "")),
            output_tokens=_whole(spent),
            raw=dict(counts),
        )
        return [UsageDelta(usage=usage)]


def _is_count(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _whole(value: Any) -> int | None:
    """A count; guardrails spell theirs `3.0`."""
    return int(value) if value is not None and value == value // 1 else None
