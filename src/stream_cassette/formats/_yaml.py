"""Read YAML as nodes, by walking the parser's events. The only importer of the YAML library.

`yaml.load` and `yaml.compose` recurse in C and crash on deep nesting; the event parser does not.
Refused: nesting beyond 64, keys that are no text, duplicate keys, tags that the caller did not
name, a second document, values and aliases without bound, and merge keys.
Source: YAML 1.1; PyYAML `CParser.get_event`.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable
from typing import Any, Final

import yaml

from stream_cassette.errors import CassetteFileError, CorruptCassette, NotACassette
from stream_cassette.formats._conflict import refuse_conflict
from stream_cassette.formats._lift import DECODED, QUOTED, WORD, NotLiftable
from stream_cassette.formats._nodes import (
    MAX_DEPTH,
    MAX_NODES,
    Block,
    Mapping,
    Node,
    Scalar,
    Sequence,
)

__all__ = ["STANDARD_TAGS", "parse", "resolve"]

_CORE: Final = "tag:yaml.org,2002:"
STANDARD_TAGS: Final = frozenset(
    {
        "!",
        *(_CORE + name for name in ("str", "int", "float", "bool", "null", "binary", "seq", "map")),
    }
)
_PSYCHS_BINARY: Final = "!binary"  # as Ruby's writer spells it
# aiohttp's header names, which vcrpy pickles: a list of one text in the place of a key
_ISTR: Final = re.compile(_CORE + r"python/object/(apply|new):multidict\.[\w.]*istr")

# what a lifted body's word must be, with `|` and the line end that it may keep
_STYLES: Final = {
    WORD: "|",
    f"{WORD}\n": "|",
    DECODED: "|",
    f"{DECODED}\n": "|",
    QUOTED: '"',
}

MAX_ALIASES: Final = 10_000
MAX_ALIASED: Final = 64_000_000  # characters that aliases may stand for in all
_NODE: Final = 64  # what a node counts for beside its characters: about what it takes in memory
_LONGEST_NUMBER: Final = 400  # digits; the parts of `1:59:59:...` take quadratic time

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_RESOLVER: Final[Any] = yaml.SafeLoader("")
_JSON_TYPES: Final = {
    "int": _RESOLVER.construct_yaml_int,
    "float": _RESOLVER.construct_yaml_float,
    "bool": _RESOLVER.construct_yaml_bool,
    "null": _RESOLVER.construct_yaml_null,
}


def parse(data: bytes, tags: frozenset[str] = STANDARD_TAGS, blocks: Iterable[bytes] = ()) -> Node:
    """The one document in `data`, which must be UTF-8; `blocks` were lifted out of it.

    Raises NotLiftable if not all of them are scalars of the document.
    Raises NotACassette if there is none, CorruptCassette (with the line) for all that is refused.
    """
    refuse_conflict(data)
    loader = _LOADER(data)
    walker = _Walker(loader.get_event, tags, tuple(blocks))
    try:
        return walker.document()
    except yaml.YAMLError as error:
        raise _refusal(error, data, walker.item) from error
    except CassetteFileError as error:
        raise error.located(interaction=walker.item) from error.__cause__
    finally:
        loader.dispose()


def resolve(scalar: Scalar) -> Any:
    """A plain scalar typed as YAML's resolver has it, in JSON's types; others stay text."""
    tag = _RESOLVER.resolve(yaml.ScalarNode, scalar.text, (True, False))
    construct = _JSON_TYPES.get(tag.removeprefix(_CORE))
    if construct is None:
        return scalar.text
    if len(scalar.text) > _LONGEST_NUMBER:
        raise CorruptCassette(f"no number: {scalar.text[:40]!r}...", line=scalar.line)
    try:
        return construct(yaml.ScalarNode(tag, scalar.text))
    except (ValueError, OverflowError) as error:
        raise CorruptCassette(f"no number: {scalar.text[:40]!r}", line=scalar.line) from error


def _refusal(error: yaml.YAMLError, data: bytes, item: int | None) -> CassetteFileError:
    mark = getattr(error, "problem_mark", None)
    what = getattr(error, "problem", None) or getattr(error, "reason", None) or str(error)
    if mark is None:  # from the decoder, which reads ahead: it knows the byte only
        line = data.count(b"\n", 0, getattr(error, "position", 0)) + 1
        return CorruptCassette(f"no valid YAML: {what}", line=line)
    return CorruptCassette(f"no valid YAML: {what}", line=mark.line + 1, interaction=item)


class _Walker:
    """Builds nodes from events, one call of `node` per node."""

    def __init__(
        self, get_event: Any, tags: frozenset[str], blocks: tuple[bytes, ...] = ()
    ) -> None:
        self._get = get_event
        self._tags = tags
        self._blocks = deque(blocks)
        self._words = _STYLES if blocks else {}
        self._anchors: dict[str, tuple[Node, int]] = {}
        self._size = 0  # characters and nodes so far, aliases expanded
        self._left = MAX_NODES
        self._aliases = 0
        self._aliased = 0
        self.item: int | None = None  # where it stands in a list below the root, for errors

    def document(self) -> Node:
        self._get()  # StreamStart
        if type(self._get()) is yaml.StreamEndEvent:
            raise NotACassette("the file holds no YAML document")
        root = self.node(self._get(), 0)
        self._get()  # DocumentEnd
        event = self._get()
        if type(event) is not yaml.StreamEndEvent:
            raise CorruptCassette("a second YAML document", line=event.start_mark.line + 1)
        if self._blocks:
            raise NotLiftable
        return root

    def node(self, event: Any, depth: int) -> Node:
        """The node that `event` starts."""
        kind = type(event)
        if kind is yaml.AliasEvent:
            return self._alias(event)
        before = self._size
        self._left -= 1
        if self._left < 0:
            line = event.start_mark.line + 1
            raise CorruptCassette(f"holds more than {MAX_NODES:,} values", line=line)
        tag = event.tag
        if tag is not None and tag not in self._tags and not _ISTR.fullmatch(tag):
            raise CorruptCassette(
                f"the tag {tag.removeprefix(_CORE)!r} has no place here",
                line=event.start_mark.line + 1,
            )
        if tag == _PSYCHS_BINARY:
            tag = _CORE + "binary"
        line = event.start_mark.line + 1
        node: Node
        if kind is yaml.ScalarEvent:
            text = event.value
            self._size += _NODE + len(text)
            if text in self._words:
                if event.style != self._words[text]:
                    raise NotLiftable
                node = Block(self._blocks.popleft(), line, tag, text.startswith(DECODED))
            else:
                node = Scalar(text, line, tag, tag is None and event.implicit[0])
        elif depth >= MAX_DEPTH:
            raise CorruptCassette(f"nested more than {MAX_DEPTH} deep", line=line)
        elif kind is yaml.SequenceStartEvent:
            node = self._sequence(Sequence([], line, tag), depth + 1)
        else:
            node = self._mapping(Mapping(line, tag), depth + 1)
        if event.anchor is not None:
            if self._words:  # how much an alias stands for is not known
                raise NotLiftable
            self._anchors[event.anchor] = (node, self._size - before)
        return node

    def _sequence(self, sequence: Sequence, depth: int) -> Sequence:
        self._size += _NODE
        append, get = sequence.items.append, self._get
        below_root = depth == 2
        while type(event := get()) is not yaml.SequenceEndEvent:
            if below_root:
                self.item = len(sequence.items)
            append(self.node(event, depth))
        if below_root:
            self.item = None
        return sequence

    def _mapping(self, mapping: Mapping, depth: int) -> Mapping:
        self._size += _NODE
        entries, get = mapping.entries, self._get
        while type(event := get()) is not yaml.MappingEndEvent:
            key = self._key(self.node(event, depth))
            if key in entries:
                line = event.start_mark.line + 1
                raise CorruptCassette(f"the key {key[:80]!r} stands twice", line=line)
            entries[key] = self.node(get(), depth)
        return mapping

    @staticmethod
    def _key(node: Node) -> str:
        if type(node) is Scalar:
            if node.text == "<<" and node.plain:
                raise CorruptCassette("a merge key ('<<'), which is not supported", line=node.line)
            return node.text
        if isinstance(node, Sequence) and node.tag is not None and len(node.items) == 1:
            name = node.items[0]  # an istr
            if isinstance(name, Scalar) and _ISTR.fullmatch(node.tag):
                return name.text
        raise CorruptCassette("a key that is no text", line=node.line)

    def _alias(self, event: Any) -> Node:
        line = event.start_mark.line + 1
        if event.anchor not in self._anchors:
            raise CorruptCassette(f"the alias {event.anchor!r} has no anchor before it", line=line)
        node, size = self._anchors[event.anchor]
        self._aliases += 1
        self._aliased += size
        self._size += size
        if self._aliases > MAX_ALIASES or self._aliased > MAX_ALIASED:
            raise CorruptCassette("aliases that expand without bound", line=line)
        return node
