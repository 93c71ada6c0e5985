"""A parsed document as nodes with line numbers, and typed access by schema.

YAML and JSON readers both build these. What a scalar means is decided by the reader of the field
(`text_of`, `integer_of`, ...), never by YAML's resolver: a header value `no` is text. All of them
raise CorruptCassette with the line.
"""

from __future__ import annotations

import binascii
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from stream_cassette.errors import CorruptCassette

__all__ = [
    "BINARY",
    "MAX_DEPTH",
    "MAX_MS",
    "MAX_NODES",
    "Block",
    "Mapping",
    "Node",
    "Scalar",
    "Sequence",
    "boolean_of",
    "bytes_of",
    "integer_of",
    "is_null",
    "items_of",
    "json_bytes_of",
    "mapping_of",
    "status_of",
    "text_of",
    "time_of",
    "value_of",
]

MAX_DEPTH: Final = 64
MAX_NODES: Final = 2_000_000  # 30,000 interactions; they take about 600 MB

BINARY: Final = "tag:yaml.org,2002:binary"
NULL: Final = "tag:yaml.org,2002:null"
_NULLS: Final = frozenset({"", "~", "null", "Null", "NULL"})
_INTEGER: Final = re.compile(r"[-+]?[0-9]{1,18}")
_NUMBER: Final = re.compile(r"[0-9]{1,30}(\.[0-9]{1,30})?([eE][-+]?[0-9]{1,3})?")
MAX_MS: Final = 30 * 86_400_000.0  # nothing that is recorded takes longer
_SURROGATE: Final = re.compile("[\ud800-\udfff]")


@dataclass(slots=True)
class Scalar:
    """Text as written. `plain`: without quotes, block or tag."""

    text: str
    line: int | None
    tag: str | None = None
    plain: bool = False


@dataclass(slots=True)
class Block:
    """A scalar that was lifted out of the file: its text as UTF-8, or the bytes it stands for."""

    data: bytes
    line: int | None
    tag: str | None = None
    is_decoded: bool = False  # `!!binary`, and no base64 any more

    @property
    def text(self) -> str:
        return binascii.b2a_base64(self.data).decode() if self.is_decoded else self.data.decode()


@dataclass(slots=True)
class Sequence:
    """A list of nodes."""

    items: list[Node]
    line: int | None
    tag: str | None = None


@dataclass(slots=True)
class Mapping:
    """Nodes by their string keys, in the order of the file."""

    line: int | None
    tag: str | None = None
    entries: dict[str, Node] = field(default_factory=dict)

    def get(self, key: str) -> Node | None:
        """The node under `key`, None where there is none or it is null."""
        node = self.entries.get(key)
        return None if node is None or is_null(node) else node

    def need(self, key: str) -> Node:
        """The node under `key`; CorruptCassette where there is none or it is null."""
        node = self.get(key)
        if node is None:
            raise CorruptCassette(f"{key!r} is missing", line=self.line)
        return node


Node: TypeAlias = Scalar | Block | Sequence | Mapping


def is_null(node: Node) -> bool:
    """Whether the node is null: a plain null word, nothing at all, or tagged so."""
    if type(node) is Scalar:
        return (node.plain and node.text in _NULLS) or node.tag == NULL
    return node.tag == NULL and type(node) is Block


def text_of(node: Node, what: str) -> str:
    """The text of a scalar, however it was spelled; `!!binary` as ISO-8859-1."""
    if not isinstance(node, Scalar | Block):
        raise CorruptCassette(f"{what} must be text, not {_kind(node)}", line=node.line)
    if node.tag == BINARY:
        return bytes_of(node, what).decode("latin-1")
    text = node.text
    if not text.isascii() and _SURROGATE.search(text):
        raise CorruptCassette(f"{what} holds half a character (a surrogate)", line=node.line)
    return text


def bytes_of(node: Node, what: str) -> bytes:
    """The bytes of a scalar: base64 if tagged `!!binary`, else its text as UTF-8."""
    if not isinstance(node, Scalar | Block):
        raise CorruptCassette(f"{what} must be text or !!binary, not {_kind(node)}", line=node.line)
    if isinstance(node, Block) and node.is_decoded:
        return node.data
    try:
        data = node.data if isinstance(node, Block) else node.text.encode("utf-8")
        return binascii.a2b_base64(node.text.encode("ascii")) if node.tag == BINARY else data
    except UnicodeEncodeError as error:
        raise CorruptCassette(
            f"{what} holds a character that has no bytes: {error.reason}", line=node.line
        ) from error
    except binascii.Error as error:
        raise CorruptCassette(f"{what} is no base64: {error}", line=node.line) from error


def integer_of(node: Node, what: str) -> int:
    """The decimal integer that a scalar spells."""
    if not isinstance(node, Scalar | Block) or not _INTEGER.fullmatch(node.text):
        raise CorruptCassette(f"{what} must be an integer, not {_kind(node)}", line=node.line)
    return int(node.text)


def status_of(node: Node, what: str) -> int:
    """A status code: 0 (no response head came), or three digits."""
    code = integer_of(node, what)
    if code and not 100 <= code <= 999:
        raise CorruptCassette(f"{what} must be 0 or from 100 to 999, not {code}", line=node.line)
    return code


def time_of(node: Node, what: str) -> float:
    """The milliseconds that a scalar spells: a decimal number from 0 to 30 days."""
    if not isinstance(node, Scalar | Block) or not _NUMBER.fullmatch(node.text):
        raise CorruptCassette(
            f"{what} must be a number that is not negative, not {_kind(node)}", line=node.line
        )
    time_ms = float(node.text)
    if not time_ms <= MAX_MS:
        raise CorruptCassette(f"{what} is longer than 30 days: {node.text}", line=node.line)
    return time_ms


def boolean_of(node: Node, what: str) -> bool:
    """`true` or `false`."""
    if not isinstance(node, Scalar | Block) or node.text not in ("true", "false"):
        raise CorruptCassette(f"{what} must be true or false, not {_kind(node)}", line=node.line)
    return node.text == "true"


def mapping_of(node: Node, what: str) -> Mapping:
    """The node as a mapping."""
    if not isinstance(node, Mapping):
        raise CorruptCassette(f"{what} must be a mapping, not {_kind(node)}", line=node.line)
    return node


def items_of(node: Node, what: str) -> list[Node]:
    """The items of a list."""
    if not isinstance(node, Sequence):
        raise CorruptCassette(f"{what} must be a list, not {_kind(node)}", line=node.line)
    return node.items


def value_of(node: Node, resolve: Callable[[Scalar], Any], depth: int = 0) -> Any:
    """The node as plain Python values; `resolve` types the plain scalars."""
    if depth > MAX_DEPTH:
        raise CorruptCassette(f"nested more than {MAX_DEPTH} deep", line=node.line)
    if isinstance(node, Mapping):
        return {key: value_of(item, resolve, depth + 1) for key, item in node.entries.items()}
    if isinstance(node, Sequence):
        return [value_of(item, resolve, depth + 1) for item in node.items]
    if isinstance(node, Scalar) and node.plain:
        return resolve(node)
    return text_of(node, "a value")


def json_bytes_of(node: Node, resolve: Callable[[Scalar], Any]) -> bytes:
    """The node rendered as compact JSON in UTF-8, keys in the order of the file."""
    value = value_of(node, resolve)
    try:
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
        return text.encode("utf-8")
    except ValueError as error:  # a lone surrogate too
        raise CorruptCassette(f"a body that JSON can't hold: {error}", line=node.line) from error


def _kind(node: Node) -> str:
    if isinstance(node, Mapping):
        return "a mapping"
    if isinstance(node, Sequence):
        return "a list"
    return "nothing" if is_null(node) else repr(node.text[:40])
