"""cassetter's TOML as the nodes of its YAML: `body_type` and `body_content` make a body again.

A JSON body is text there. TOML has no line numbers to keep, and is nested as its reader allows.
Source: cassetter 0.16, `_core.pyi`; TOML 1.0.
"""

from __future__ import annotations

import datetime
import re
from typing import Any, Final

from stream_cassette.errors import CorruptCassette
from stream_cassette.formats._json import parse_json
from stream_cassette.formats._nodes import MAX_DEPTH, Mapping, Node, Scalar, Sequence

__all__ = ["looks_like_toml", "toml_nodes"]

_VERSION: Final = re.compile(rb"^version[ \t]*=[ \t]*[0-9]+", re.MULTILINE)
_TABLE: Final = re.compile(
    rb"^\[\[(?:interactions|grpc_interactions|ws_interactions|observed_requests)\]\]", re.MULTILINE
)


_LARGEST: Final = 1 << 26  # bytes; the parser takes a second for each MiB
_RUN: Final = re.compile(rb"[\w.\-\"' \t]+")  # what a key can be made of
_MOST_PARTS: Final = 200


def looks_like_toml(data: bytes) -> bool:
    """Whether `data` has a version and one of cassetter's lists, as TOML spells them."""
    return _VERSION.search(data) is not None and _TABLE.search(data) is not None


def toml_nodes(data: bytes) -> Node:
    """The document, shaped like cassetter's YAML. Raises CorruptCassette."""
    import tomllib

    if len(data) > _LARGEST:
        raise CorruptCassette(f"a TOML file of more than {_LARGEST >> 20} MiB")
    _refuse_long_keys(data)
    try:
        tree = tomllib.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise CorruptCassette(f"no valid TOML: {error}") from error
    root = Mapping(None)
    for key, value in tree.items():
        root.entries[key] = _node(value, 0)
    listed = root.entries.get("interactions")
    for item in listed.items if isinstance(listed, Sequence) else ():
        for name in ("request", "response"):
            message = item.entries.get(name) if isinstance(item, Mapping) else None
            if isinstance(message, Mapping):
                _give_body(message)
    return root


def _refuse_long_keys(data: bytes) -> None:
    """Raises CorruptCassette for `a.a.a...`: the parser takes quadratic time for each."""
    for run in _RUN.finditer(data):
        parts = run[0].count(b".")
        if (
            parts > _MOST_PARTS
            and sum(map(bool, map(bytes.strip, run[0].split(b".")))) > parts // 2
        ):
            line = data.count(b"\n", 0, run.start()) + 1
            raise CorruptCassette(f"a key of more than {_MOST_PARTS} parts", line=line)


def _node(value: Any, depth: int) -> Node:
    if depth >= MAX_DEPTH:
        raise CorruptCassette(f"nested more than {MAX_DEPTH} deep")
    if isinstance(value, dict):
        return Mapping(None, None, {key: _node(item, depth + 1) for key, item in value.items()})
    if isinstance(value, list):
        return Sequence([_node(item, depth + 1) for item in value], None)
    if isinstance(value, bool):
        return Scalar(str(value).lower(), None, None, True)
    if isinstance(value, datetime.datetime | datetime.date | datetime.time):
        return Scalar(value.isoformat(), None)
    return Scalar(str(value), None, None, not isinstance(value, str))


def _give_body(message: Mapping) -> None:
    """Put `body: {type, content}` where TOML has two keys."""
    kind = message.entries.pop("body_type", None)
    content = message.entries.pop("body_content", None)
    if kind is None:
        return
    body = Mapping(None, None, {"type": kind})
    if content is not None:
        is_json = isinstance(kind, Scalar) and kind.text == "json"
        body.entries["content"] = _json(content) if is_json else content
    message.entries["body"] = body


def _json(content: Node) -> Node:
    value = None
    if isinstance(content, Scalar) and not content.plain:
        value = parse_json(content.text.encode("utf-8"))
    if value is None:
        raise CorruptCassette("a body of type 'json' that is no JSON")
    return value
