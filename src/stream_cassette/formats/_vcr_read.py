"""Read vcrpy version 1 and its dialects, with our additions where they are.

Dialects: headers as lists, as text, or as pairs; bodies as text, `!!binary`, null, pickled BytesIO
or iterator, a JSON mapping (aiohttp) or `parsed_body` (pydantic-ai), both re-rendered;
`status_code` and `content` (vcrpy's first httpx); `requests` and `responses` side by side
(langchain).
Source: vcrpy 8.2 and 9.4, vcr/serialize.py, vcr/serializers/, vcr/request.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

from stream_cassette.cassette.model import Cassette, Headers, Interaction, Request, Response
from stream_cassette.errors import CassetteFileError, CorruptCassette, NewerFormat, NotACassette
from stream_cassette.formats._nodes import (
    Block,
    Mapping,
    Node,
    Scalar,
    Sequence,
    boolean_of,
    bytes_of,
    integer_of,
    is_null,
    items_of,
    json_bytes_of,
    mapping_of,
    status_of,
    text_of,
)
from stream_cassette.formats._stream_read import stream_of
from stream_cassette.formats._vcr_write import FORMAT

__all__ = ["BYTESIO", "ITERATOR", "cassette_of", "headers_of", "latin"]

BYTESIO: Final = "tag:yaml.org,2002:python/object/new:_io.BytesIO"
ITERATOR: Final = "tag:yaml.org,2002:python/object/apply:builtins.iter"

Resolve = Callable[[Scalar], Any]


def cassette_of(root: Node, resolve: Resolve) -> Cassette:
    """The cassette that a whole document describes; `resolve` types scalars of JSON bodies.

    Raises NotACassette, NewerFormat or CorruptCassette (with interaction and line).
    """
    top = mapping_of(root, "a cassette")
    _check_versions(top)
    interactions = []
    for index, (request, response, item) in enumerate(_pairs(top)):
        try:
            interactions.append(_interaction(request, response, item, resolve))
        except CassetteFileError as error:
            raise error.located(interaction=index) from error.__cause__
    _check_end(top, interactions)
    return Cassette(interactions=tuple(interactions), format="vcr")


def _check_versions(top: Mapping) -> None:
    ours = top.get("stream_cassette")
    if ours is not None:
        found = integer_of(mapping_of(ours, "stream_cassette").need("format"), "format")
        if found != FORMAT:
            raise NewerFormat(
                f"the file is of stream-cassette format {found}, this release reads {FORMAT}",
                line=ours.line,
                hint="upgrade stream-cassette",
            )
    version = top.get("version")
    if version is not None and integer_of(version, "version") != 1:
        text = text_of(version, "version")
        raise NewerFormat(f"a vcrpy cassette of version {text}, not 1", line=version.line)


def _check_end(top: Mapping, interactions: list[Interaction]) -> None:
    """Refuse a list that may have lost its end: `version` comes last, and all writers have it.

    Files that somebody wrote by hand may do without, where bodies stand in them as values.
    """
    has_end = top.get("version") is not None or "interactions" not in top.entries
    if not has_end and not all(one.re_rendered for one in interactions):
        raise CorruptCassette(
            "the last line, `version: 1`, is missing: the file is cut off",
            hint="restore the file; if nothing else is missing, add that line",
        )


def _pairs(top: Mapping) -> Iterator[tuple[Node, Node, Mapping]]:
    """Request, response, and the mapping that holds what else is known."""
    if "interactions" in top.entries:
        for index, node in enumerate(_items(top)):
            try:
                item = mapping_of(node, "an interaction")
                yield item.need("request"), item.need("response"), item
            except CassetteFileError as error:
                raise error.located(interaction=index) from None
        return
    if "requests" not in top.entries or "responses" not in top.entries:
        raise NotACassette("there is no `interactions` list", line=top.line)
    requests = items_of(top.entries["requests"], "requests")
    responses = items_of(top.entries["responses"], "responses")
    if len(requests) != len(responses):
        raise CorruptCassette(
            f"{len(requests)} requests but {len(responses)} responses", line=top.line
        )
    nothing = Mapping(top.line)
    for request, response in zip(requests, responses, strict=True):
        yield request, response, nothing


def _items(top: Mapping) -> list[Node]:
    """The list; in a file that is not ours it may be one of other things."""
    node = top.entries["interactions"]
    first = node.items[0] if isinstance(node, Sequence) and node.items else None
    others = isinstance(node, Mapping) or (isinstance(first, Mapping) and not _is_one(first))
    if others and "stream_cassette" not in top.entries:
        raise NotACassette(
            "what it calls `interactions` are no requests with responses", line=node.line
        )
    return items_of(node, "interactions")


def _is_one(item: Mapping) -> bool:
    return item.entries.keys() >= {"request", "response"}


def _interaction(request: Node, response: Node, item: Mapping, resolve: Resolve) -> Interaction:
    sent = mapping_of(request, "request")
    got = mapping_of(response, "response")
    request_body, one = _request_body(sent, resolve)
    response_body, other = _response_body(got, resolve)
    recorded_at = item.get("recorded_at")
    masked = item.get("masked")
    rendered = item.get("re_rendered")
    return Interaction(
        request=Request(
            method=text_of(sent.need("method"), "method"),
            url=text_of(sent.need("uri"), "uri"),
            headers=headers_of(sent.get("headers")),
            body=request_body,
        ),
        response=_response(got, response_body),
        recorded_at=None if recorded_at is None else text_of(recorded_at, "recorded_at"),
        masked=()
        if masked is None
        else tuple(text_of(place, "masked") for place in items_of(masked, "masked")),
        re_rendered=one or other or (rendered is not None and boolean_of(rendered, "re_rendered")),
    )


def _response(node: Mapping, body: bytes) -> Response:
    status, reason = _status(node)
    extra = stream_of(node.get("stream"), body)
    version = node.get("http_version")  # vcrpy's first httpx dialect
    if version is not None and "http_version" not in extra:
        extra["http_version"] = text_of(version, "http_version")
    return Response(
        status=status, reason=reason, headers=headers_of(node.get("headers")), body=body, **extra
    )


def _status(node: Mapping) -> tuple[int, str]:
    code = node.get("status_code")
    if code is not None:
        return status_of(code, "status_code"), ""
    status = mapping_of(node.need("status"), "status")
    message = status.get("message")
    return (
        status_of(status.need("code"), "status code"),
        "" if message is None else text_of(message, "status message"),
    )


def headers_of(node: Node | None) -> Headers:
    """Pairs in the order of the file, from a mapping or a list of pairs; values as ISO-8859-1."""
    if node is None:
        return ()
    if isinstance(node, Mapping):
        pairs = iter(node.entries.items())
    else:
        pairs = map(_pair, items_of(node, "headers"))
    return tuple((latin(name), value) for name, values in pairs for value in _values(values))


def _pair(node: Node) -> tuple[str, Node]:
    pair = items_of(node, "a header")
    if len(pair) != 2:
        raise CorruptCassette("a header that is no pair of name and values", line=node.line)
    return text_of(pair[0], "a header name"), pair[1]


def _values(node: Node) -> list[str]:
    if isinstance(node, Sequence):
        return [latin(text_of(item, "a header value")) for item in node.items]
    return [] if is_null(node) else [latin(text_of(node, "a header value"))]


def latin(text: str) -> str:
    """Text as ISO-8859-1: as it is, or else its UTF-8 bytes (field values are bytes)."""
    if text.isascii() or max(text) <= "\xff":
        return text
    return text.encode("utf-8", "replace").decode("latin-1")


def _request_body(node: Mapping, resolve: Resolve) -> tuple[bytes, bool]:
    """The body and whether it was re-rendered from a value."""
    body = node.get("body")
    if body is None:
        return _parsed_body(node, resolve)
    if isinstance(body, Scalar | Block):
        return bytes_of(body, "request body"), False
    if isinstance(body, Mapping) and body.tag in (BYTESIO, ITERATOR):
        return _pickled(body), False
    return json_bytes_of(body, resolve), True


def _response_body(node: Mapping, resolve: Resolve) -> tuple[bytes, bool]:
    content = node.get("content")
    if content is not None:
        return bytes_of(content, "content"), False
    body = node.get("body")
    if body is None:
        return _parsed_body(node, resolve)
    if isinstance(body, Scalar | Block):
        return bytes_of(body, "response body"), False
    text = mapping_of(body, "response body").get("string")
    return (b"" if text is None else bytes_of(text, "response body")), False


def _parsed_body(node: Mapping, resolve: Resolve) -> tuple[bytes, bool]:
    if "parsed_body" not in node.entries:
        return b"", False
    return json_bytes_of(node.entries["parsed_body"], resolve), True


def _pickled(node: Mapping) -> bytes:
    """The bytes of a file-like body (`state`: bytes, position, ...) or of an iterator (`args`)."""
    held = node.get("state") or node.get("args")
    if held is None:
        return b""
    items = items_of(held, "a pickled body")
    if not items:
        return b""
    if node.tag == BYTESIO:
        return b"" if is_null(items[0]) else bytes_of(items[0], "a pickled body")
    return b"".join(bytes_of(part, "a pickled body") for part in items_of(items[0], "args"))
