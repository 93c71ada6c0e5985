"""One entry of an HTTP archive as an interaction: what HAR 1.2 and Polly's dialect of it share.

A response's text is given by the format (`content_of`): HAR keeps it decoded, Polly often as it
came. Where a body was there and isn't in the file, the entry is refused, never read as empty.
Source: HAR 1.2, http://www.softwareishard.com/blog/har-12-spec/.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from stream_cassette.cassette.cuts import Cuts
from stream_cassette.cassette.model import Headers, Interaction, Request, Response
from stream_cassette.errors import CassetteFileError, CorruptCassette, NewerFormat
from stream_cassette.formats._coded_body import from_base64
from stream_cassette.formats._dates import recorded_at_of
from stream_cassette.formats._har_failure import ending_of
from stream_cassette.formats._har_lost import has_text, is_empty, refuse_other_traffic
from stream_cassette.formats._nodes import (
    Mapping,
    Node,
    Scalar,
    bytes_of,
    integer_of,
    items_of,
    json_bytes_of,
    mapping_of,
    status_of,
    text_of,
)
from stream_cassette.formats._true_headers import true_headers
from stream_cassette.formats._vcr_read import latin

__all__ = ["Content", "Resolve", "interactions_of"]

Resolve = Callable[[Scalar], Any]

_FORM: Final = "application/x-www-form-urlencoded"
_VERSIONS: Final = {
    "h2": "HTTP/2",
    "http/2.0": "HTTP/2",
    "h3": "HTTP/3",
    "http/3.0": "HTTP/3",
    "unknown": None,
    "": None,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A response's body as the file has it; `cuts` if it has them."""

    body: bytes
    cuts: Cuts | None = None
    re_rendered: bool = False


def interactions_of(
    root: Node, content_of: Callable[[Mapping, Mapping], Content], resolve: Resolve
) -> Iterator[tuple[Interaction, Mapping]]:
    """Each entry in the order of the file, with its node.

    `content_of(entry, content)` reads a body that is there; `resolve` types plain scalars of
    bodies that are kept as values. Raises NotACassette, NewerFormat or CorruptCassette.
    """
    log = mapping_of(mapping_of(root, "an archive").need("log"), "log")
    version = log.get("version")
    if version is not None and not text_of(version, "version").startswith("1."):
        raise NewerFormat(f"an archive of HAR {text_of(version, 'version')[:20]}, not 1.x")
    entries = items_of(log.need("entries"), "entries")
    if not entries:
        raise CorruptCassette("the archive has no entries", hint="record it again")
    for index, node in enumerate(entries):
        try:
            entry = mapping_of(node, "an entry")
            yield _interaction(entry, content_of, resolve), entry
        except CassetteFileError as error:
            raise error.located(interaction=index) from error.__cause__


def _interaction(
    entry: Mapping, content_of: Callable[[Mapping, Mapping], Content], resolve: Resolve
) -> Interaction:
    refuse_other_traffic(entry)
    sent = mapping_of(entry.need("request"), "request")
    got = mapping_of(entry.need("response"), "response")
    body, one = _request_body(sent, resolve)
    request = Request(
        method=text_of(sent.need("method"), "method").upper(),
        url=text_of(sent.need("url"), "url").partition("#")[0],
        headers=_headers(sent.get("headers")),
        body=body,
    )
    response, other = _response(entry, got, request.method, content_of)
    return Interaction(
        request=request,
        response=response,
        recorded_at=recorded_at_of(entry.get("startedDateTime"), "startedDateTime"),
        re_rendered=one or other,
    )


def _response(
    entry: Mapping,
    got: Mapping,
    method: str,
    content_of: Callable[[Mapping, Mapping], Content],
) -> tuple[Response, bool]:
    status = got.need("status")
    ending = ending_of(entry, got)
    if text_of(status, "status") in ("0", "-1"):  # no response head came
        return Response(status=0, ending=ending), False
    code = status_of(status, "status")
    content = got.get("content")
    held = Content(body=b"")
    if not is_empty(entry, got, method, code):
        held = content_of(entry, mapping_of(content, "content") if content else Mapping(got.line))
    reason = got.get("statusText")
    version = got.get("httpVersion")
    return (
        Response(
            status=code,
            reason="" if reason is None else text_of(reason, "statusText"),
            headers=true_headers(_headers(got.get("headers")), held.body),
            body=held.body,
            http_version=None if version is None else _version(text_of(version, "httpVersion")),
            cuts=held.cuts,
            ending=ending,
        ),
        held.re_rendered,
    )


def _headers(node: Node | None) -> Headers:
    """Pairs in order. Browsers join repeats by a line end, and list HTTP/2's pseudo-headers."""
    if node is None:
        return ()
    pairs = []
    for item in items_of(node, "headers"):
        field = mapping_of(item, "a header")
        name = latin(text_of(field.need("name"), "a header name"))
        value = field.get("value")
        if not name.startswith(":"):
            text = "" if value is None else text_of(value, "a header value")
            pairs += [(name, latin(line)) for line in text.split("\n")]
    return tuple(pairs)


def _version(text: str) -> str | None:
    key = text.lower()
    return _VERSIONS[key] if key in _VERSIONS else text.upper()


def _request_body(sent: Mapping, resolve: Resolve) -> tuple[bytes, bool]:
    """The body, and whether it was rendered again from a value."""
    data = sent.get("postData")
    if data is None:
        size = sent.get("bodySize")
        if size is not None and integer_of(size, "bodySize") > 0:
            raise _unkept(f"the request's body ({text_of(size, 'bodySize')} bytes)", sent)
        return b"", False
    post = mapping_of(data, "postData")
    if "textJSON" in post.entries:  # of a persister that stores JSON bodies as values
        return json_bytes_of(post.entries["textJSON"], resolve), True
    if has_text(post):
        text = post.need("text")
        encoding = post.get("encoding")
        if encoding is not None and text_of(encoding, "encoding") == "base64":
            return from_base64(text_of(text, "postData"), "postData", text.line), False
        return bytes_of(text, "postData"), False
    params = post.get("params")
    pairs = [] if params is None else items_of(params, "params")
    if not pairs and "text" not in post.entries:
        raise _unkept("the request's body, which was no text,", post)
    return _form(post, [mapping_of(pair, "a parameter") for pair in pairs]), bool(pairs)


def _unkept(what: str, node: Mapping) -> CorruptCassette:
    return CorruptCassette(
        f"{what} was not kept",
        line=node.line,
        hint="record it again with a tool that keeps it, or take the entry out",
    )


def _form(post: Mapping, params: list[Mapping]) -> bytes:
    """A form's body out of its fields. Raises CorruptCassette for multipart bodies."""
    media = post.get("mimeType")
    if params and (media is None or not text_of(media, "mimeType").startswith(_FORM)):
        raise CorruptCassette(
            "of the request's body only the fields were kept",
            line=post.line,
            hint="record it again with a tool that keeps it, or take the entry out",
        )
    pairs = []
    for param in params:
        value = param.get("value")
        pairs.append(
            (
                text_of(param.need("name"), "name"),
                "" if value is None else text_of(value, "value"),
            )
        )
    return urlencode(pairs).encode("ascii")
