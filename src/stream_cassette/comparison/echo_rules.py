"""What of an answer the next request has to carry back, and how strictly: one table.

A row is found by dialect, vendor and carrier: the member in which the part stands where a dialect
has several (`reasoning_details`), else the part's type, with the kind of reasoning behind a colon.
The most exact row counts. A new dialect or vendor is a row.
Source: dialects' fact sheet 14.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from stream_cassette.conversation.parts import Part, Reasoning

__all__ = [
    "NOTHING",
    "Mode",
    "Rule",
    "Severity",
    "carrier_of",
    "carriers_of",
    "is_item",
    "rule_of",
    "wanted_path",
]

Severity: TypeAlias = Literal["error", "warning"]
Mode: TypeAlias = Literal["literal", "decoded", "issued", "blocks", "text", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """How one kind of part has to come back.

    `mode`: `literal` equal as text; `decoded` equal as the bytes that base64 stands for; `issued`
    equal to any value that the server gave for good; `blocks` literal, block by block, and what
    stands beside an opaque block is compared too; `text` any text at all; `none` nothing.
    `missing` and `altered` say how grave that is, None: legitimate. `missing_alone` counts instead
    of `missing` where the calls of the turn still carry the ids of their items. `signed_text`: the
    text, too, has to be as it was. `in_line`: reasoning, calls and text stand in one list, whose
    order counts. `in_member`: the part stands in a member of its own, and in no other.
    `instead` are values that a server takes in place of its own. `models` limits the row to models
    in whose name it is found. `opaque`, `signature` and `text` are the members' names in a
    request, behind the part's path.
    """

    mode: Mode = "literal"
    missing: Severity | None = "error"
    missing_alone: Severity | None = None
    altered: Severity | None = "error"
    signed_text: bool = True
    in_line: bool = True
    in_member: bool = False
    instead: frozenset[str] = frozenset()
    models: str = ""
    opaque: str = ""
    signature: str = ".signature"
    text: str = ""


NOTHING = Rule(mode="none", missing=None, altered=None)

_ANTHROPIC = Rule(opaque=".data", text=".thinking")
_BEDROCK = Rule(
    opaque=".reasoningContent.redactedContent",
    signature=".reasoningContent.reasoningText.signature",
    text=".reasoningContent.reasoningText.text",
)
_RESPONSES = Rule(
    mode="issued",
    missing="warning",  # accepted, as long as the ids of the items that followed are gone too
    missing_alone="error",
    altered="error",
    opaque=".encrypted_content",
    text=".summary",
)
_DETAILS = Rule(mode="blocks", in_line=False, in_member=True, opaque=".data", text=".text")
_BLOCKS = Rule(in_line=False, in_member=True, opaque=".data", text=".thinking")
_GEMINI = Rule(
    mode="decoded",
    missing="warning",  # of Gemini 2.5 optional
    signature=".thoughtSignature",
    instead=frozenset({"skip_thought_signature_validator"}),
)
_GEMINI_TEXT = Rule(
    mode="decoded",
    missing=None,  # recommended only
    altered="warning",
    signed_text=False,  # on an empty part it is the message's, and clients move it to the text
    in_line=False,
    signature=".thoughtSignature",
)
_GEMINI_STEP = Rule(mode="decoded", missing="warning", signed_text=False, signature=".signature")
_SPOKEN = Rule(mode="text", missing="warning", altered=None, in_line=False)
_COMPACTED = Rule(missing=None, altered="warning", signed_text=False, opaque=".encrypted_content")
_GOOGLE_CALL = Rule(
    mode="decoded",
    in_line=False,
    signature=".extra_content.google.thought_signature",
    instead=frozenset({"skip_thought_signature_validator"}),
)

_ALL = "*"
_RULES: dict[tuple[str, str, str], tuple[Rule, ...]] = {
    # (dialect, vendor, carrier) → rows, the first whose model fits
    ("anthropic-messages", _ALL, "reasoning"): (_ANTHROPIC,),
    ("anthropic-messages", _ALL, "compaction"): (_COMPACTED,),
    ("bedrock-invoke", _ALL, "reasoning"): (_ANTHROPIC,),
    ("bedrock-converse", _ALL, "reasoning"): (_BEDROCK,),
    ("openai-responses", _ALL, "reasoning"): (_RESPONSES,),
    ("openai-responses", _ALL, "compaction"): (_COMPACTED,),
    ("openai-chat", _ALL, "reasoning_details"): (_DETAILS,),
    # dropped, it is accepted, and the reasoning lost
    ("openai-chat", _ALL, "reasoning_details:encrypted"): (replace(_DETAILS, missing="warning"),),
    ("openai-chat", _ALL, "reasoning_details:summary"): (
        replace(_DETAILS, missing=None, altered="warning", text=".summary"),
    ),
    ("openai-chat", _ALL, "thinking_blocks"): (_BLOCKS,),
    ("openai-chat", _ALL, "reasoning_items"): (
        replace(_BLOCKS, missing="warning", opaque=".encrypted_content", text=".summary"),
    ),
    # Mistral's thinking parts
    ("openai-chat", _ALL, "content"): (Rule(missing="warning", text=".thinking"),),
    ("openai-chat", _ALL, "tool_calls"): (_GOOGLE_CALL,),
    ("openai-chat", _ALL, "extra_content"): (NOTHING,),  # on the message's tail: recommended
    # plain text, required or recommended within a tool loop; R1 refuses it, and has no tools
    ("openai-chat", "deepseek", "reasoning"): (
        Rule(mode="text", altered=None, in_line=False, models=r"v4"),
        Rule(mode="text", missing="warning", altered=None, in_line=False, models=r"^(?!.*r1)"),
    ),
    ("openai-chat", "moonshot", "reasoning"): (_SPOKEN,),
    ("openai-chat", _ALL, "reasoning"): (NOTHING,),
    ("gemini-generate", _ALL, "tool_call"): (
        Rule(
            mode="decoded",
            signature=".thoughtSignature",
            instead=frozenset({"skip_thought_signature_validator"}),
            models=r"gemini-([3-9]|\d\d)",
        ),
        _GEMINI,
    ),
    ("gemini-generate", _ALL, "text"): (_GEMINI_TEXT,),
    ("gemini-generate", _ALL, _ALL): (_GEMINI,),
    ("gemini-interactions", _ALL, _ALL): (_GEMINI_STEP,),
    ("cohere-chat", _ALL, _ALL): (NOTHING,),
    ("ollama-chat", _ALL, _ALL): (NOTHING,),
    ("openai-completions", _ALL, _ALL): (NOTHING,),
}

# What stands before a part's own path in an answer.
_ANSWER = re.compile(
    r"^(?:choices\[\d+\]\.(?:delta|message)|candidates\[\d+\]\.content|output\.message)\."
)
_ITEM = re.compile(r"^(?:output|outputs|steps)\[\d+\]$")
_STEP = re.compile(r"^([A-Za-z_]+)")
_LAST = re.compile(r"([A-Za-z_]+)(?:\[\d+\])?$")


def unit_path(part: Part) -> str:
    """The part's path inside the message that it stands in: `reasoning_details[0]`."""
    return _ANSWER.sub("", part.path or "")


def carrier_of(part: Part) -> str | None:
    """The last member on the part's path, of an answer or a request."""
    last = _LAST.search(part.path or "")
    return last[1] if last else None


def is_item(part: Part) -> bool:
    """Whether the part is an item of its own, and no part of a message."""
    return _ITEM.match(part.path or "") is not None


def wanted_path(part: Part, base: str) -> str:
    """Where a recorded part would stand in the message at `base`; an item stands there itself."""
    if is_item(part):
        return base
    return ".".join(one for one in (base, unit_path(part)) if one)


def carriers_of(part: Part) -> tuple[str, ...]:
    """The names by which a row may call the part, the most exact first."""
    step = _STEP.match(unit_path(part))
    names = [step[1]] if step else []
    names.append(part.type)
    if isinstance(part, Reasoning):
        names = [text for name in names for text in (f"{name}:{part.kind}", name)]
    return (*names, _ALL)


def rule_of(dialect: str, vendor: str | None, model: str | None, part: Part) -> Rule:
    """The row for a part of an answer; of a dialect without any row, what is opaque is literal."""
    for carrier in carriers_of(part):
        for whose in (vendor or _ALL, _ALL):
            for row in _RULES.get((dialect, whose, carrier), ()):
                if re.search(row.models, (model or "").lower()):
                    return row
    known = any(dialect == name for name, _, _ in _RULES)
    return NOTHING if known else Rule(missing="warning")
