"""Read JSON as nodes, with the bounds of the YAML reader; there are no line numbers to keep."""

from __future__ import annotations

import json
import re
from typing import Any, Final

from stream_cassette.errors import CorruptCassette
from stream_cassette.formats._lift import NotLiftable
from stream_cassette.formats._nodes import (
    MAX_DEPTH,
    MAX_NODES,
    Mapping,
    Node,
    Scalar,
    Sequence,
    mapping_of,
)

__all__ = ["is_object", "object_of", "parse_json", "resolve_json"]

_OBJECT: Final = re.compile(rb"\s*+\{")
_SMALL: Final = 1 << 22  # bytes, of which at most half are values
_STRING: Final = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)


def is_object(data: bytes) -> bool:
    """Whether `data` looks like a JSON object: its first character is a brace."""
    return _OBJECT.match(data) is not None


def object_of(data: bytes, lifted: object, what: str) -> Mapping:
    """The JSON object in `data`. Raises CorruptCassette; NotLiftable if anything was lifted out.

    What is lifted out of a file is YAML's; a JSON file has to be read whole.
    """
    if lifted:
        raise NotLiftable
    root = parse_json(data)
    if root is None:
        raise CorruptCassette("no valid JSON")
    return mapping_of(root, what)


def parse_json(data: bytes) -> Node | None:
    """The document, or None if it is no JSON. Raises CorruptCassette for what is refused."""
    if len(data) > _SMALL and _values_in(data) > MAX_NODES:
        raise CorruptCassette(f"holds more than {MAX_NODES:,} values")
    try:
        value = json.loads(data, object_pairs_hook=_pairs, parse_constant=_constant)
    except RecursionError as error:
        raise CorruptCassette(f"nested more than {MAX_DEPTH} deep") from error
    except ValueError:
        return None
    return _node(value, 0)


def resolve_json(scalar: Scalar) -> Any:
    """The value of a scalar that was no string."""
    return json.loads(scalar.text)


def _values_in(data: bytes) -> int:
    """At least as many values as the document has, counted before any of them is made."""
    rest = _STRING.sub(b"", data)
    return rest.count(b",") + rest.count(b"[") + rest.count(b"{") + 1


class _Pairs(list[tuple[str, Any]]):
    """The members of an object, duplicates included."""


def _pairs(members: list[tuple[str, Any]]) -> _Pairs:
    return _Pairs(members)


def _constant(name: str) -> Any:
    raise CorruptCassette(f"{name} is no JSON")


def _node(value: Any, depth: int) -> Node:
    if isinstance(value, str):
        return Scalar(value, None)
    if not isinstance(value, list):
        return Scalar(json.dumps(value), None, None, True)
    if depth >= MAX_DEPTH:
        raise CorruptCassette(f"nested more than {MAX_DEPTH} deep")
    if not isinstance(value, _Pairs):
        return Sequence([_node(item, depth + 1) for item in value], None)
    mapping = Mapping(None)
    for key, item in value:
        if key in mapping.entries:
            raise CorruptCassette(f"the key {key[:80]!r} stands twice")
        mapping.entries[key] = _node(item, depth + 1)
    return mapping
