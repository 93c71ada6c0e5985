"""The interactions of Ruby VCR and of betamax, which took its format over.

A method is lower case in Ruby, a header value a list or (in old files) text, a status a mapping or
(in old files) a number. What the tools themselves overlook on replay (`adapter_metadata`, the
response's `url`) is not read.
"""

from __future__ import annotations

from stream_cassette.cassette.model import Interaction, Request, Response
from stream_cassette.errors import CassetteFileError
from stream_cassette.formats._coded_body import body_of
from stream_cassette.formats._dates import recorded_at_of
from stream_cassette.formats._nodes import (
    Mapping,
    Node,
    Scalar,
    items_of,
    mapping_of,
    status_of,
    text_of,
)
from stream_cassette.formats._true_headers import true_headers
from stream_cassette.formats._vcr_read import headers_of

__all__ = ["interactions_of"]

_LOST = "\N{REPLACEMENT CHARACTER}"


def interactions_of(top: Mapping, *, replaces: bool) -> tuple[Interaction, ...]:
    """All that `http_interactions` lists.

    `replaces`: whether the tool wrote U+FFFD in the place of bytes that were no text; a body that
    holds one then counts as rendered again. Raises CorruptCassette, with interaction and line.
    """
    found = []
    for index, node in enumerate(items_of(top.need("http_interactions"), "http_interactions")):
        try:
            found.append(_interaction(mapping_of(node, "an interaction"), replaces))
        except CassetteFileError as error:
            raise error.located(interaction=index) from error.__cause__
    return tuple(found)


def _interaction(item: Mapping, replaces: bool) -> Interaction:
    sent = mapping_of(item.need("request"), "request")
    got = mapping_of(item.need("response"), "response")
    body = body_of(got.get("body"), "response body")
    status, reason = _status(got)
    return Interaction(
        request=Request(
            method=text_of(sent.need("method"), "method").upper(),
            url=text_of(sent.need("uri"), "uri"),
            headers=headers_of(sent.get("headers")),
            body=body_of(sent.get("body"), "request body"),
        ),
        response=Response(
            status=status,
            reason=reason,
            headers=true_headers(headers_of(got.get("headers")), body),
            body=body,
            http_version=_version(got.get("http_version")),
        ),
        recorded_at=recorded_at_of(item.get("recorded_at"), "recorded_at"),
        re_rendered=replaces and (_is_replaced(sent.get("body")) or _is_replaced(got.get("body"))),
    )


def _status(response: Mapping) -> tuple[int, str]:
    code = response.get("status_code")
    if code is not None:
        return status_of(code, "status_code"), ""
    status = mapping_of(response.need("status"), "status")
    message = status.get("message")
    return (
        status_of(status.need("code"), "status code"),
        "" if message is None else text_of(message, "status message"),
    )


def _version(node: Node | None) -> str | None:
    """`HTTP/1.1`, of which some adapters keep the number alone."""
    if node is None:
        return None
    text = text_of(node, "http_version")
    return f"HTTP/{text}" if text[:1].isdigit() else text or None


def _is_replaced(body: Node | None) -> bool:
    text = body.get("string") if isinstance(body, Mapping) else body
    return isinstance(text, Scalar) and _LOST in text.text
