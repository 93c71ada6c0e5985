"""Secrets out of an interaction before anything is kept.

A masked header or query value reads `REDACTED`; a cookie keeps its name and attributes. Inside
bodies the mask has the secret's length, so sizes and cut points stay true; a compressed body that
holds a secret is decoded, masked and compressed again, one flush per chunk. Masked places of the
request are listed in `masked`, and match anything.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import unquote_plus

from stream_cassette.cassette.body_mask import mask_body
from stream_cassette.cassette.model import Cut, Headers, Interaction, Request, Response, header
from stream_cassette.cassette.secret_names import DEFAULT, REDACTED, Redaction, redaction_of

__all__ = [
    "DEFAULT",
    "REDACTED",
    "Redaction",
    "mask_headers",
    "mask_url",
    "masked_head",
    "masked_request",
    "masked_text",
    "redact",
    "redaction_of",
    "resized",
]

# headers whose value is a URL, or holds some
_URL_HEADERS = frozenset(
    {
        "azure-asyncoperation",
        "content-location",
        "link",
        "location",
        "operation-location",
        "referer",
        "refresh",
    }
)
_COOKIES = frozenset({"cookie", "cookie2"})
_SET_COOKIES = frozenset({"set-cookie", "set-cookie2"})
_USERINFO = re.compile(r"(?<=//)[^/?#@\s]*(?:@[^/?#@\s]*)*(?=@)")
_PAIR = re.compile(r"(?<=[?&;#])([^=&;#<>\s]+)=([^&;#<>\s\"]*)")


def redact(interaction: Interaction, redaction: Redaction | None = DEFAULT) -> Interaction:
    """The interaction without its secrets; the same one if `redaction` is None."""
    if redaction is None:
        return interaction
    request, places = masked_request(interaction.request, redaction)
    return replace(
        interaction,
        request=request,
        response=_response(interaction.response, redaction),
        masked=tuple(dict.fromkeys((*interaction.masked, *places))),
    )


def mask_url(url: str, redaction: Redaction) -> tuple[str, tuple[str, ...]]:
    """The URL with userinfo and secret parameters `REDACTED`, and those parameters' names."""
    names: list[str] = []

    def masked(pair: re.Match[str]) -> str:
        name = unquote_plus(pair[1])
        if not pair[2] or not redaction.hides_query(name):
            return pair[0]
        names.append(name)
        return f"{pair[1]}={REDACTED}"

    return _PAIR.sub(masked, _USERINFO.sub(REDACTED, url, count=1)), tuple(dict.fromkeys(names))


def mask_headers(headers: Headers, redaction: Redaction) -> Headers:
    """The headers with secret values `REDACTED`; names, order and repeats kept."""
    return tuple((name, _header_value(name.lower(), value, redaction)) for name, value in headers)


def _header_value(name: str, value: str, redaction: Redaction) -> str:
    if name in _URL_HEADERS and name not in redaction.headers:
        return mask_url(value, redaction)[0]
    if not value or not redaction.hides_header(name):
        return value
    if name in _COOKIES:
        return "; ".join(_cookie(part) for part in value.split(";"))
    if name in _SET_COOKIES:
        pair, semicolon, attributes = value.partition(";")
        return f"{_cookie(pair)}{semicolon}{attributes}"
    return REDACTED


def _cookie(pair: str) -> str:
    name, equals, _ = pair.strip().partition("=")
    return f"{name}={REDACTED}" if equals else REDACTED


def _media(headers: Headers) -> str:
    return (header(headers, "content-type") or "").partition(";")[0].strip().lower()


def masked_request(request: Request, redaction: Redaction) -> tuple[Request, tuple[str, ...]]:
    url, names = mask_url(request.url, redaction)
    headers = mask_headers(request.headers, redaction)
    pieces, places = _mask_pieces([request.body], request.headers, redaction)
    body = b"".join(pieces)
    if len(body) != len(request.body):
        headers = resized(headers, len(body))
    masked = replace(request, url=url, headers=headers, body=body)
    return masked, (*places, *(f"query.{name}" for name in names))


def masked_head(response: Response, redaction: Redaction) -> Response:
    """The response with its status line and headers masked, the body as it is."""
    return replace(response, headers=mask_headers(response.headers, redaction))


def masked_text(text: str, redaction: Redaction) -> str:
    """The text with its secrets masked."""
    return mask_url(text, redaction)[0]


def _response(response: Response, redaction: Redaction) -> Response:
    headers = mask_headers(response.headers, redaction)
    chunks = response.chunks
    pieces = [response.body] if chunks is None else [chunk.data for chunk in chunks]
    masked, places = _mask_pieces(pieces, response.headers, redaction)
    if not places:
        return replace(response, headers=headers)
    body = b"".join(masked)
    if not _is_coded(response.headers):
        return replace(response, headers=headers, body=body)
    cuts = response.cuts
    if cuts is not None:
        sizes = zip(masked, cuts, strict=True)
        cuts = tuple(Cut(size_bytes=len(piece), offset_ms=cut.offset_ms) for piece, cut in sizes)
    return replace(
        response, headers=resized(headers, len(body)), body=body, cuts=cuts, reencoded=True
    )


def _is_coded(headers: Headers) -> bool:
    return (header(headers, "content-encoding") or "identity").strip().lower() != "identity"


def resized(headers: Headers, size_bytes: int) -> Headers:
    """The headers with the Content-Length of the body that masking made."""
    return tuple(
        (name, str(size_bytes) if name.lower() == "content-length" else value)
        for name, value in headers
    )


def _mask_pieces(
    pieces: Sequence[bytes], headers: Headers, redaction: Redaction
) -> tuple[Sequence[bytes], tuple[str, ...]]:
    """As many pieces with the secrets masked, and where; the very same ones if there are none."""
    if not _is_coded(headers):
        body, places = mask_body(b"".join(pieces), _media(headers), redaction)
        return (_cut(body, pieces), places) if places else (pieces, ())
    # only compressed bodies need the codings
    from stream_cassette.wire.encoding import decoder, recode

    coding = header(headers, "content-encoding")
    try:
        decoding = decoder(coding)
        plain = [decoding.feed(piece) for piece in pieces]
        plain.append(decoding.close())
    except ValueError:  # unknown or not what it says: nothing can be seen in it
        return pieces, ()
    body, places = mask_body(b"".join(plain), _media(headers), redaction)
    if not places:
        return pieces, ()
    *cut, rest = _cut(body, plain)
    if cut:
        cut[-1] += rest
    return recode(cut, coding), places


def _cut(body: bytes, like: Sequence[bytes]) -> list[bytes]:
    """`body` in pieces of the same sizes as `like`."""
    cut, start = [], 0
    for piece in like:
        cut.append(body[start : start + len(piece)])
        start += len(piece)
    return cut
