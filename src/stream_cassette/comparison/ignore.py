"""What counts when conversations are compared, from which level on, and what never does, and why.

The levels: `structure` holds what any provider must do alike, `text` what was said as well, `exact`
everything that two runs at one provider have in common. A row names the owner (a part's `type`,
`message`, `exchange`, `usage`, `error`) and the member. A member without a row counts from `exact`
on, so that nothing is left out by mistake. Names inside the provider's own JSON (`extra`, a
citation) are no members of ours: what is volatile there, the caller says, who has the wire's table.
Source: dialects' fact sheet 13.1.
"""

from __future__ import annotations

from typing import Final, Literal, TypeAlias, get_args

from stream_cassette.errors import UsageError

__all__ = ["LEVELS", "VOLATILE", "MatchLevel", "counts", "level_of", "reaches"]

MatchLevel: TypeAlias = Literal["structure", "text", "exact"]
LEVELS: Final[tuple[MatchLevel, ...]] = get_args(MatchLevel)

# owner, member → the level from which on it counts; what has no row here or below counts at exact
_FROM: Final[dict[tuple[str, str], MatchLevel]] = {
    ("*", "type"): "structure",
    ("message", "role"): "structure",
    ("message", "finish_reason"): "structure",
    ("finish_reason", "unified"): "structure",
    ("exchange", "candidates"): "structure",
    ("exchange", "error"): "structure",  # whether there was one; its words at exact
    ("text", "content"): "text",
    ("refusal", "content"): "text",
    ("compaction", "content"): "text",
    ("tool_call", "name"): "structure",
    ("tool_call", "arguments"): "structure",
    ("tool_call_response", "answers"): "structure",
    ("tool_call_response", "response"): "text",
    ("server_tool_call", "name"): "structure",
    ("server_tool_call", "server_tool_call"): "structure",
    ("server_tool_call_response", "name"): "structure",
    ("generic", "kind"): "structure",
    ("blob", "modality"): "structure",
    ("uri", "modality"): "structure",
    ("file", "modality"): "structure",
}

# owner, member → why it differs between two runs that say the same
VOLATILE: Final[dict[tuple[str, str], str]] = {
    ("*", "id"): "an id: made anew in each run",
    ("*", "signature"): "an opaque value: check_echo looks at it",
    ("*", "issued"): "opaque values: check_echo looks at them",
    ("*", "provisional"): "opaque values",
    ("file", "file_id"): "an id",
    ("tool_call", "id_synthesised"): "an id that the client made up",
    ("tool_call", "arguments_text"): "how the arguments are spelled; their JSON value counts",
    ("server_tool_call", "arguments_text"): "how the arguments are spelled",
    ("message", "response_id"): "an id",
    ("message", "model"): "an alias, or the version that served it",
    ("message", "candidate_index"): "candidates stand in the order of their index",
    ("exchange", "dialect"): "where it was asked",
    ("exchange", "vendor"): "where it was asked",
    ("exchange", "end_marker"): "how the wire ends; `termination` counts",
    ("exchange", "unknown"): "what the wire said beside it, by number of frame",
    ("usage", "raw"): "the provider's spelling of the counts, with costs and speed",
    ("error", "after_frame"): "fragmentation: counts the frames",
    ("error", "raw"): "the provider's spelling of the error, with ids",
}


def level_of(name: str) -> MatchLevel:
    """The level of this name. Raises: UsageError."""
    for level in LEVELS:
        if level == name:
            return level
    raise UsageError(f"level {name!r} is none of {', '.join(LEVELS)}")


def reaches(level: MatchLevel, needed: MatchLevel) -> bool:
    """Whether what counts from `needed` on counts at `level`."""
    return LEVELS.index(level) >= LEVELS.index(needed)


def counts(owner: str, member: str, level: MatchLevel) -> bool:
    """Whether the member counts at the level."""
    for row in ((owner, member), ("*", member)):
        if row in _FROM:
            return reaches(level, _FROM[row])
        if row in VOLATILE:
            return False
    return level == "exact"
