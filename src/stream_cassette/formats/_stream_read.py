"""Read what `stream` says of a response: when its pieces came, how large, and how it ended."""

from __future__ import annotations

from typing import Any, Final

from stream_cassette.cassette.cuts import Cuts
from stream_cassette.cassette.model import COMPLETE, ERROR_KINDS, LONGEST_WAIT_MS, Ending
from stream_cassette.errors import CorruptCassette, WrongSizes
from stream_cassette.formats._cuts_read import cuts_of, wrong_cut
from stream_cassette.formats._nodes import (
    MAX_MS,
    Block,
    Mapping,
    Node,
    Scalar,
    boolean_of,
    mapping_of,
    text_of,
    time_of,
)

__all__ = ["stream_of"]

_KEYS: Final = frozenset({"head_ms", "chunks", "http_version", "reencoded", "ending", "decoded"})


def stream_of(node: Node | None, body: bytes) -> dict[str, Any]:
    """Arguments of Response, those that the file has. Raises CorruptCassette."""
    if node is None:
        return {}
    stream = mapping_of(node, "stream")
    unknown = sorted(stream.entries.keys() - _KEYS)
    if unknown:
        raise CorruptCassette(f"an unknown key in stream: {unknown[0]!r}", line=node.line)
    found: dict[str, Any] = {}
    if (head := stream.get("head_ms")) is not None:
        found["head_ms"] = time_of(head, "head_ms")
    if (chunks := stream.get("chunks")) is not None:
        found["cuts"] = _cuts(chunks, len(body))
    if (version := stream.get("http_version")) is not None:
        found["http_version"] = text_of(version, "http_version")
    if (reencoded := stream.get("reencoded")) is not None:
        found["reencoded"] = boolean_of(reencoded, "reencoded")
    if (ending := stream.get("ending")) is not None:
        found["ending"] = _ending(ending)
    if (decoded := stream.get("decoded")) is not None:
        found["decoded"] = text_of(decoded, "decoded")
    return found


def _cuts(node: Node, size_bytes: int) -> Cuts:
    text = text_of(node, "chunks")
    cuts = cuts_of(text)
    if cuts is None:
        raise CorruptCassette(f"no chunk is spelled {wrong_cut(text)[:40]!r}", line=node.line)
    total = cuts.total_bytes
    if total != size_bytes:
        raise WrongSizes(
            f"the chunks hold {total} bytes, the body {size_bytes}",
            line=node.line,
            hint="if the body was edited by hand, `stream-cassette check --fix-cuts` drops the "
            "`chunks` of this interaction",
        )
    if max(cuts.offsets_ms, default=0.0) > MAX_MS:
        raise CorruptCassette("a chunk that came after more than 30 days", line=node.line)
    return cuts


def _ending(node: Node) -> Ending:
    if isinstance(node, Scalar | Block):
        return _ENDINGS.get(node.text) or _no_ending(node)
    ending = mapping_of(node, "ending")
    if "error" in ending.entries:
        return _error(ending)
    if set(ending.entries) <= {"client-closed", "waited_ms"}:
        how = ending.get("client-closed")
        waited = ending.get("waited_ms")
        if how is not None and text_of(how, "client-closed") == "pending":
            return Ending(
                kind="pending",
                waited_ms=None if waited is None else _wait(waited),
            )
    return _no_ending(node)


def _wait(node: Node) -> float:
    """A replay waits as long: no file may make it wait for good."""
    waited_ms = time_of(node, "waited_ms")
    if waited_ms > LONGEST_WAIT_MS:
        raise CorruptCassette("waited_ms is longer than an hour", line=node.line)
    return waited_ms


def _error(ending: Mapping) -> Ending:
    kind = text_of(ending.need("error"), "error")
    if kind not in ERROR_KINDS:
        raise CorruptCassette(
            f"an unknown error {kind[:40]!r}; known: {', '.join(ERROR_KINDS)}", line=ending.line
        )
    message = ending.get("message")
    return Ending(
        kind="error", error=kind, message=None if message is None else text_of(message, "message")
    )


def _no_ending(node: Node) -> Ending:
    raise CorruptCassette(
        "ending must be client-closed, {client-closed: pending, waited_ms: N} or {error: KIND}",
        line=node.line,
    )


_ENDINGS: Final = {"client-closed": Ending(kind="client-closed"), "complete": COMPLETE}
