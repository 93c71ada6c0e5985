"""Secrets inside whole bodies, masked in place: the engine of `mask_stream`, in one go."""

from __future__ import annotations

from stream_cassette.cassette.mask_stream import BodyMasker
from stream_cassette.cassette.secret_names import Redaction

__all__ = ["mask_body"]


def mask_body(data: bytes, media: str, redaction: Redaction) -> tuple[bytes, tuple[str, ...]]:
    """The body with its secrets masked, in the same length, and the places that were.

    `media` is the media type, lower case, or "" where unknown. Without a secret, `data` itself.
    An event stream's checksums are made true again.
    """
    masker = BodyMasker(media, redaction)
    out, _ = masker.feed(data)
    patches = masker.close()
    if not masker.places:
        return data, ()
    masked = bytearray(out)
    for start, piece in patches:
        masked[start : start + len(piece)] = piece
    if media == "application/vnd.amazon.eventstream":
        # only these bodies need the framing
        from stream_cassette.wire.eventstream import with_checksums

        return with_checksums(bytes(masked)), masker.places
    return bytes(masked), masker.places
