"""Rules on bodies and the headers that speak of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from stream_cassette.cassette.model import Interaction, Response, header
from stream_cassette.checks.finding import Finding
from stream_cassette.checks.subject import Subject
from stream_cassette.wire.encoding import CorruptEncoding, UnknownEncoding, decode, is_identity

__all__ = ["broken_encoding", "content_length", "re_rendered"]

_BODILESS: Final = frozenset({204, 205, 304})


def content_length(subject: Subject) -> Iterator[Finding]:
    """`content-length`: headers that count other bytes than there are."""
    for number, one in enumerate(subject.cassette.interactions):
        named = _length(one)
        if named is not None and named != len(one.response.body) and _coding(one.response) is None:
            message = f"content-length is {named:,}, the body has {len(one.response.body):,} bytes"
            yield subject.finding("content-length", message, interaction=number)


def broken_encoding(subject: Subject) -> Iterator[Finding]:
    """`broken-encoding`: bodies that are not in the coding that their header names."""
    for number, one in enumerate(subject.cassette.interactions):
        fault = _coding(one.response)
        if fault is not None:
            yield subject.finding("broken-encoding", fault, interaction=number)


def re_rendered(subject: Subject) -> Iterator[Finding]:
    """`re-rendered`: bodies that were made of a value, where no bytes had been kept."""
    all_of_them = subject.cassette.interactions
    found = [number for number, one in enumerate(all_of_them) if one.re_rendered]
    if found:
        which = f"{len(found)} of {len(all_of_them)} interactions"
        message = f"bodies of {which} were rebuilt from values: the file keeps none of their bytes"
        yield subject.finding("re-rendered", message, interaction=found[0])


def _length(one: Interaction) -> int | None:
    """What the header says, where it has to be true of the body that was kept."""
    response = one.response
    exempt = (
        one.re_rendered
        or response.reencoded
        or response.ending.kind != "complete"
        or response.status in _BODILESS
        or one.request.method.upper() == "HEAD"
        or header(response.headers, "transfer-encoding") is not None
    )
    text = None if exempt else header(response.headers, "content-length")
    return int(text) if text is not None and text.isascii() and text.isdigit() else None


def _coding(response: Response) -> str | None:
    """What is wrong with the coding of the body; None if nothing is, or it is unknown here."""
    coding = header(response.headers, "content-encoding")
    if not response.body or is_identity(coding):
        return None
    try:
        decode(response.body, coding)
    except CorruptEncoding:
        return f"content-encoding is {coding!r}, and the body is not"
    except UnknownEncoding:
        return None
    return None
