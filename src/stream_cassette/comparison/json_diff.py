"""Where two JSON values differ, by DeepDiff, as JSON sees it.

DeepDiff takes `[1, true]` and `[true, 1]` for one list, and members that begin with two underscores
for private; numbers have types there. So it is given leaves as canonical JSON text.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Literal, NamedTuple, TypeAlias

from stream_cassette.conversation.parts import JSON

__all__ = ["Changed", "Kind", "Step", "changes"]

Step: TypeAlias = str | int
Kind: TypeAlias = Literal["changed", "left_only", "right_only"]

_DEEPEST = 100  # levels of nesting that are compared one by one; what is below is one value
_KINDS: dict[str, Kind] = {
    "dictionary_item_added": "right_only",
    "dictionary_item_removed": "left_only",
    "iterable_item_added": "right_only",
    "iterable_item_removed": "left_only",
}


class Changed(NamedTuple):
    """One place: where in the left value (in the right one where only that has it), and both."""

    steps: tuple[Step, ...]
    kind: Kind
    left: JSON
    right: JSON


def changes(left: JSON, right: JSON) -> list[Changed]:
    """Every place where the values differ, in order of their paths; a list's items aligned."""
    one, other = _leaves(left, _DEEPEST), _leaves(right, _DEEPEST)
    if one == other:
        return []
    return sorted(_found(one, other), key=lambda found: [str(step) for step in found.steps])


def _found(one: Any, other: Any) -> Iterator[Changed]:
    from deepdiff import DeepDiff  # takes longer to load than most of this package

    found = DeepDiff(
        one, other, view="tree", threshold_to_diff_deeper=0, ignore_private_variables=False
    )
    for name, places in found.items():
        kind = _KINDS.get(name, "changed")
        for place in places:
            steps = place.path(output_format="list", use_t2=kind == "right_only")
            yield Changed(
                steps=tuple(steps),
                kind=kind,
                left=None if kind == "right_only" else _plain(place.t1),
                right=None if kind == "left_only" else _plain(place.t2),
            )


def _leaves(value: JSON, depth: int) -> JSON:
    """The value with every leaf as JSON text: equal text is an equal leaf."""
    if isinstance(value, dict):
        if not depth:
            return _flat(value)
        return {str(key): _leaves(each, depth - 1) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_leaves(each, depth - 1) for each in value] if depth else _flat(value)
    return _leaf(value)


def _leaf(value: JSON) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # JSON has one kind of number
    return json.dumps(value, default=str)


def _plain(value: Any) -> JSON:
    """A value made of leaves as it was."""
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return json.loads(value)


def _flat(value: JSON) -> str:
    """JSON text for a value of any depth, equal for equal values; not for a person."""
    pending, out = [value], []
    while pending:
        one = pending.pop()
        if isinstance(one, dict):
            names = sorted(one)
            out.append(f"object {json.dumps(names)}")
            pending.extend(one[name] for name in names)
        elif isinstance(one, (list, tuple)):
            out.append(f"list of {len(one)}")
            pending.extend(one)
        else:
            out.append(_leaf(one))
    return json.dumps("\n".join(out))
