"""The cassettes of Datadog's APM test agent: one exchange in JSON; read only.

Of a header with several values the agent keeps the first; bodies it keeps decoded, as text, or as
base64 after the word `base64:`. Cut points, endings and times are unknown.
Source: dd-apm-test-agent 1.69, ddapm_test_agent/vcr_proxy.py.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import ClassVar, Final

from stream_cassette.cassette.model import Cassette, Interaction, Request, Response
from stream_cassette.errors import CassetteFileError, CorruptCassette
from stream_cassette.formats._coded_body import from_base64
from stream_cassette.formats._json import is_object, object_of
from stream_cassette.formats._nodes import (
    Mapping,
    Node,
    bytes_of,
    mapping_of,
    status_of,
    text_of,
)
from stream_cassette.formats._true_headers import true_headers
from stream_cassette.formats._vcr_read import headers_of

__all__ = ["DdAgent"]

_REQUEST: Final = re.compile(rb'\s*\{\s*"request"\s*:\s*\{')
_URL: Final = re.compile(rb'"url"\s*:\s*"')
_STATUS: Final = re.compile(rb'"status"\s*:\s*\{\s*"code"\s*:')
_CODED: Final = "base64:"


class DdAgent:
    """dd-apm-test-agent."""

    name: ClassVar[str] = "ddagent"
    extensions: ClassVar[tuple[str, ...]] = (".json",)
    looks_for: ClassVar[str] = "one `request` with a `url` and one `response` in JSON"
    can_write: ClassVar[bool] = False

    def sniff(self, data: bytes) -> int:
        """3: a request that comes first and has a URL, and a response with a status of two."""
        if not is_object(data) or not _REQUEST.match(data):
            return 0
        return 3 if _URL.search(data) and _STATUS.search(data) else 0

    def read(self, data: bytes, blocks: Sequence[bytes] = ()) -> Cassette:
        """The cassette of one interaction. Raises NotACassette or CorruptCassette."""
        top = object_of(data, blocks, "a cassette")
        try:
            return Cassette(interactions=(_interaction(top),), format=self.name)
        except CassetteFileError as error:
            raise error.located(interaction=0) from error.__cause__


def _interaction(top: Mapping) -> Interaction:
    sent = mapping_of(top.need("request"), "request")
    got = mapping_of(top.need("response"), "response")
    status = mapping_of(got.need("status"), "status")
    message = status.get("message")
    body = _body(got.get("body"), "response body")
    return Interaction(
        request=Request(
            method=text_of(sent.need("method"), "method"),
            url=text_of(sent.need("url"), "url"),
            headers=headers_of(sent.get("headers")),
            body=_body(sent.get("body"), "request body"),
        ),
        response=Response(
            status=status_of(status.need("code"), "status code"),
            reason="" if message is None else text_of(message, "status message"),
            headers=true_headers(headers_of(got.get("headers")), body),
            body=body,
        ),
    )


def _body(node: Node | None, what: str) -> bytes:
    """Text, or base64 after its mark; what only begins like it is text."""
    if node is None:
        return b""
    text = text_of(node, what)
    if text.startswith(_CODED):
        try:
            return from_base64(text.removeprefix(_CODED), what, node.line)
        except CorruptCassette:
            pass
    return bytes_of(node, what)
