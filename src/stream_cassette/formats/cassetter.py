"""cassetter's version 1 in YAML and TOML; read only.

A body is a value with a type: `json` is rendered compactly again, `binary` is hexadecimal, `none`
is nothing. cassetter decodes bodies before it stores them, so two response headers that would
belie the body are put right, as cassetter itself does: `content-length` is the body's size (unless
there is no body: HEAD, 304), and `content-encoding` goes where the body isn't in that coding.
Requests keep both: there they are only compared. Not kept by cassetter: reason, version, cut
points, endings. Observed requests are not answered by anyone, and not read.
Source: cassetter 0.16, cassette.py (`record`, `_retag_content_length`), `_core.pyi`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import ClassVar, Final

from stream_cassette.cassette.model import Cassette, Interaction, Request, Response
from stream_cassette.errors import CassetteFileError, CorruptCassette, NewerFormat
from stream_cassette.formats import _yaml
from stream_cassette.formats._cassetter_toml import looks_like_toml, toml_nodes
from stream_cassette.formats._core_schema import resolve_core
from stream_cassette.formats._lift import NotLiftable
from stream_cassette.formats._nodes import (
    Mapping,
    Node,
    bytes_of,
    integer_of,
    items_of,
    json_bytes_of,
    mapping_of,
    status_of,
    text_of,
)
from stream_cassette.formats._open_end import refuse_open_end
from stream_cassette.formats._true_headers import true_headers
from stream_cassette.formats._vcr_read import headers_of

__all__ = ["Cassetter"]

_VERSION: Final = re.compile(rb"^version:[ \t]*[0-9]+", re.MULTILINE)
_LIST: Final = re.compile(rb"^interactions:", re.MULTILINE)
_RESPONSE: Final = re.compile(rb"^[ \t-]*response:[ \t]*\r?\n([ ]+)\S", re.MULTILINE)
_BODY: Final = re.compile(
    rb"^[ ]+body:[ \t]*\r?\n[ ]+(?:type:[ \t]*(?:json|text|binary|none)\b|content:)", re.MULTILINE
)
# lists beside `interactions` that only cassetter has; what the first two hold can't be replayed
_OTHERS: Final = {
    "grpc_interactions": "gRPC calls",
    "ws_interactions": "WebSocket connections",
    "observed_requests": "observed requests",
}
_OTHER: Final = re.compile(rb"^(?:%b):" % b"|".join(k.encode() for k in _OTHERS), re.MULTILINE)


class Cassetter:
    """cassetter 1."""

    name: ClassVar[str] = "cassetter"
    extensions: ClassVar[tuple[str, ...]] = (".yaml", ".yml", ".toml")
    looks_for: ClassVar[str] = "`version` and `interactions` whose responses have a number `status`"
    can_write: ClassVar[bool] = False

    def sniff(self, data: bytes) -> int:
        """3: version, and typed bodies beside a number `status`, or a list only cassetter has."""
        if not _VERSION.search(data):
            return 3 if looks_like_toml(data) else 0
        if _OTHER.search(data):
            return 3
        if not _LIST.search(data) or not _BODY.search(data):
            return 0
        return 3 if _has_number_status(data) else 0

    def read(self, data: bytes, blocks: Sequence[bytes] = ()) -> Cassette:
        """The cassette. Raises NotACassette, NewerFormat or CorruptCassette."""
        if not _VERSION.search(data) and looks_like_toml(data):
            if blocks:
                raise NotLiftable  # text that looked like YAML, inside a body
            root = toml_nodes(data)
        else:
            root = _yaml.parse(data, blocks=blocks)
        top = mapping_of(root, "a cassette")
        version = integer_of(top.need("version"), "version")
        if version != 1:
            raise NewerFormat(f"a cassetter cassette of version {version}, not 1", line=top.line)
        refuse_open_end(data)
        _refuse_others(top)
        interactions = []
        for index, node in enumerate(items_of(top.need("interactions"), "interactions")):
            try:
                interactions.append(_interaction(node))
            except CassetteFileError as error:
                raise error.located(interaction=index) from error.__cause__
        return Cassette(interactions=tuple(interactions), format=self.name)


def _has_number_status(data: bytes) -> bool:
    """Whether a response has `status: 200`, where vcrpy has a mapping."""
    first = _RESPONSE.search(data)
    if first is None:
        return False
    status = re.compile(rb"^%bstatus:[ \t]*[0-9]+[ \t]*\r?$" % first[1], re.MULTILINE)
    return status.search(data, first.start(1)) is not None


def _refuse_others(top: Mapping) -> None:
    """Raises CorruptCassette for what would be lost, or leave nothing to replay."""
    answers = top.get("interactions")
    for key, what in _OTHERS.items():
        node = top.get(key)
        count = 0 if node is None else len(items_of(node, key))
        if count and (key != "observed_requests" or not answers or not items_of(answers, key)):
            raise CorruptCassette(
                f"{key} holds {what} ({count}), which can't be replayed here",
                line=node.line if node else None,
                hint="replay this file with cassetter, or record the HTTP exchanges again",
            )


def _interaction(node: Node) -> Interaction:
    item = mapping_of(node, "an interaction")
    sent = mapping_of(item.need("request"), "request")
    got = mapping_of(item.need("response"), "response")
    request_body, _, one = _body(sent, "request body")
    response_body, is_binary, other = _body(got, "response body")
    recorded_at = item.get("recorded_at")
    return Interaction(
        request=Request(
            method=text_of(sent.need("method"), "method"),
            url=text_of(sent.need("uri"), "uri"),
            headers=headers_of(sent.get("headers")),
            body=request_body,
        ),
        response=Response(
            status=status_of(got.need("status"), "status"),
            headers=true_headers(
                headers_of(got.get("headers")), response_body, may_be_coded=is_binary
            ),
            body=response_body,
        ),
        recorded_at=None if recorded_at is None else text_of(recorded_at, "recorded_at"),
        re_rendered=one or other,
    )


def _body(message: Mapping, what: str) -> tuple[bytes, bool, bool]:
    """The bytes, whether they are of the type `binary`, and whether they were rendered again."""
    body = mapping_of(message.need("body"), what)
    kind = text_of(body.need("type"), f"type of {what}")
    content = body.entries.get("content")  # may be JSON's null
    if kind == "none":
        if body.get("content") is not None:
            raise CorruptCassette(f"{what} of type 'none' has content", line=body.line)
        return b"", False, False
    if kind not in ("json", "text", "binary"):
        raise CorruptCassette(
            f"{what} must be json, text, binary or none, not {kind[:40]!r}", line=body.line
        )
    if content is None:
        raise CorruptCassette(f"'content' is missing in {what}", line=body.line)
    if kind == "json":
        return json_bytes_of(content, resolve_core), False, True
    if kind == "text":
        return bytes_of(content, what), False, False
    return _from_hex(text_of(content, what), content.line), True, False


def _from_hex(text: str, line: int | None) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError as error:
        raise CorruptCassette(
            f"a binary body that is no hexadecimal: {error}", line=line
        ) from error
