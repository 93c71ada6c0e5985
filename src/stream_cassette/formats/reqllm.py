"""req_llm's fixtures: one exchange in JSON; read only.

A streamed answer is a list of chunks in base64: these are the cut points of the recording; when
each came was not kept, so all have the time 0. An answer that was not streamed is kept as a JSON
value, so its bytes are rendered again. Where a header had several values there is a list.
Source: req_llm 1.0, test/support (`ReqLLM.Test.VCR`, `Transcript`).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Final

from stream_cassette.cassette.cuts import Cuts
from stream_cassette.cassette.model import Cassette, Interaction, Request, Response
from stream_cassette.errors import CassetteFileError, CorruptCassette
from stream_cassette.formats._coded_body import from_base64
from stream_cassette.formats._dates import recorded_at_of
from stream_cassette.formats._json import is_object, object_of, resolve_json
from stream_cassette.formats._nodes import (
    Mapping,
    Node,
    Scalar,
    bytes_of,
    is_null,
    items_of,
    json_bytes_of,
    mapping_of,
    status_of,
    text_of,
)
from stream_cassette.formats._true_headers import true_headers
from stream_cassette.formats._vcr_read import headers_of

__all__ = ["ReqLlm"]

_MARK: Final = re.compile(rb'"canonical_json"\s*:')
_CODED: Final = re.compile(rb'"b64"\s*:\s*"')


class ReqLlm:
    """req_llm 1."""

    name: ClassVar[str] = "reqllm"
    extensions: ClassVar[tuple[str, ...]] = (".json",)
    looks_for: ClassVar[str] = "a `request` with `canonical_json` in JSON"
    can_write: ClassVar[bool] = False

    def sniff(self, data: bytes) -> int:
        """3: the request's second form, and its first one in base64."""
        return 3 if is_object(data) and _MARK.search(data) and _CODED.search(data) else 0

    def read(self, data: bytes, blocks: Sequence[bytes] = ()) -> Cassette:
        """The cassette of one interaction. Raises NotACassette or CorruptCassette."""
        top = object_of(data, blocks, "a fixture")
        try:
            return Cassette(interactions=(_interaction(top),), format=self.name)
        except CassetteFileError as error:
            raise error.located(interaction=0) from error.__cause__


@dataclass(frozen=True, slots=True, kw_only=True)
class _Body:
    data: bytes
    cuts: Cuts | None = None
    re_rendered: bool = False


def _interaction(top: Mapping) -> Interaction:
    sent = mapping_of(top.need("request"), "request")
    got = mapping_of(top.need("response"), "response")
    asked = _body(sent.entries.get("body"), "request body")
    answered = _answer(top, got)
    return Interaction(
        request=Request(
            method=text_of(sent.need("method"), "method").upper(),
            url=text_of(sent.need("url"), "url"),
            headers=headers_of(sent.get("headers")),
            body=asked.data,
        ),
        response=Response(
            status=status_of(got.need("status"), "status"),
            headers=true_headers(headers_of(got.get("headers")), answered.data),
            body=answered.data,
            cuts=answered.cuts,
        ),
        recorded_at=recorded_at_of(top.get("captured_at"), "captured_at"),
        re_rendered=asked.re_rendered or answered.re_rendered,
    )


def _answer(top: Mapping, got: Mapping) -> _Body:
    node = top.get("chunks")
    if node is None:
        if got.get("body") is None:
            raise CorruptCassette(
                "the answer was not kept: neither `chunks` nor a `body`", hint="record it again"
            )
        return _body(got.entries["body"], "response body")
    chunks = [_chunk(item) for item in items_of(node, "chunks")]
    chunks = [chunk for chunk in chunks if chunk]
    if not chunks:
        raise CorruptCassette("the answer's list of chunks is empty", hint="record it again")
    cuts = Cuts.of((len(chunk) for chunk in chunks), (0.0 for _ in chunks))
    return _Body(data=b"".join(chunks), cuts=cuts)


def _chunk(node: Node) -> bytes:
    coded = mapping_of(node, "a chunk").need("b64")
    return from_base64(text_of(coded, "a chunk"), "a chunk", coded.line)


def _body(node: Node | None, what: str) -> _Body:
    """`{"b64": ...}`, text, or any other JSON value."""
    if node is None or is_null(node):
        return _Body(data=b"")
    if isinstance(node, Scalar) and not node.plain:
        return _Body(data=bytes_of(node, what))
    if isinstance(node, Mapping) and node.entries.keys() == {"b64"}:
        coded = node.need("b64")
        return _Body(data=from_base64(text_of(coded, what), what, coded.line))
    return _Body(data=json_bytes_of(node, resolve_json), re_rendered=True)
