"""Secrets out of an interaction before anything is kept.

A masked header or query value reads `REDACTED`; a cookie keeps its name and attributes. Inside
bodies the mask has the secret's length, so sizes and cut points stay true; a compressed body that
holds a secret is decoded, masked and compressed again, one flush per chunk. Masked places of the
request are listed in `masked`, and match anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from stream_cassette.cassette.body import body_of
from stream_cassette.cassette.body_mask import mask_body
from stream_cassette.cassette.head_mask import (
    mask_headers,
    mask_url,
    masked_segments,
    masked_text,
)
from stream_cassette.cassette.model import Cut, Headers, Interaction, Request, Response, header
from stream_cassette.cassette.secret_names import DEFAULT, REDACTED, Redaction, redaction_of
from stream_cassette.errors import UsageError
from stream_cassette.wire.bounded import MAX_MASKED_BYTES, OversizedBody
from stream_cassette.wire.framing import media_type

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


def redact(interaction: Interaction, redaction: Redaction = DEFAULT) -> Interaction:
    """The interaction without its secrets."""
    request, places = masked_request(interaction.request, redaction)
    return replace(
        interaction,
        request=request,
        response=_response(interaction.response, redaction),
        masked=tuple(dict.fromkeys((*interaction.masked, *places))),
    )


def masked_request(request: Request, redaction: Redaction) -> tuple[Request, tuple[str, ...]]:
    """The request without its secrets, and the places where they were.

    A place is a JSON pointer, `form.NAME`, `query.NAME`, `path.N` (a segment of the URL's path,
    counted from 0) or `body` (somewhere in a body without structure).
    """
    url, names = mask_url(request.url, redaction)
    headers = mask_headers(request.headers, redaction)
    pieces, places = _mask_pieces([request.body], request.headers, redaction)
    body = b"".join(pieces)
    if len(body) != len(request.body):
        headers = resized(headers, len(body))
    masked = replace(request, url=url, headers=headers, body=body)
    if places and body_of(masked).kind not in ("json", "form", "multipart"):
        places = ("body",)  # nobody can find a place in it again
    segments = masked_segments(request.url, url)
    in_url = (*(f"path.{n}" for n in segments), *(f"query.{name}" for name in names))
    return masked, (*places, *in_url)


def masked_head(response: Response, redaction: Redaction) -> Response:
    """The response with its status line, headers and error message masked; the body as it is."""
    ending = response.ending
    if ending.message is not None:
        ending = replace(ending, message=masked_text(ending.message, redaction))
    return replace(
        response,
        reason=masked_text(response.reason, redaction),
        headers=mask_headers(response.headers, redaction),
        ending=ending,
    )


def _response(response: Response, redaction: Redaction) -> Response:
    response = masked_head(response, redaction)
    chunks = response.chunks
    pieces = [response.body] if chunks is None else [chunk.data for chunk in chunks]
    masked, places = _mask_pieces(pieces, response.headers, redaction)
    if not places:
        return response
    body = b"".join(masked)
    if not _is_coded(response.headers):
        return replace(response, body=body)
    cuts = response.cuts
    if cuts is not None:
        sizes = zip(masked, cuts, strict=True)
        cuts = tuple(Cut(size_bytes=len(piece), offset_ms=cut.offset_ms) for piece, cut in sizes)
    return replace(
        response, headers=resized(response.headers, len(body)), body=body, cuts=cuts, reencoded=True
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
    media = media_type(header(headers, "content-type"))
    if not _is_coded(headers):
        body, places = mask_body(b"".join(pieces), media, redaction)
        return (_cut(body, pieces), places) if places else (pieces, ())
    # only compressed bodies need the codings
    from stream_cassette.wire.encoding import decoder, recode

    coding = header(headers, "content-encoding")
    try:
        decoding = decoder(coding, limit_bytes=MAX_MASKED_BYTES)
        plain = [decoding.feed(piece) for piece in pieces]
        plain.append(decoding.close())
    except OversizedBody as error:
        raise UsageError(f"a body can't be masked: it {error}") from error
    except ValueError:  # unknown or not what it says: nothing can be seen in it
        return pieces, ()
    body, places = mask_body(b"".join(plain), media, redaction)
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
