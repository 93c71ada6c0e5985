"""By windows, base64 is what Python makes of it whole; what is not plainly base64 is refused."""

from __future__ import annotations

import base64
import binascii
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stream_cassette.formats._base64_read import Base64Text

CUTS = st.lists(st.integers(0, 40), max_size=5)


def decoded(text: bytes, cuts: list[int]) -> bytes:
    reader = Base64Text()
    bounds = [0, *sorted(min(cut, len(text)) for cut in cuts), len(text)]
    return b"".join(
        reader.feed(text[a:b], final=n == len(bounds) - 2)
        for n, (a, b) in enumerate(pairwise(bounds))
    )


@given(st.binary(max_size=40), st.sampled_from([4, 5, 76]), CUTS)
def test_any_cut_gives_the_bytes(data: bytes, width: int, cuts: list[int]) -> None:
    text = base64.b64encode(data)
    lines = b"\n".join(text[at : at + width] for at in range(0, len(text), width))
    assert decoded(lines + b"\n", cuts) == data


REFUSED = [
    b"A",
    b"AB",
    b"ABC",
    b"AB=",
    b"AB==\nABCD",
    b"AB==AB==",
    b"AB CD",
    b"AB-_",
    b"=ABC",
    b"====",
]


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_not_plainly_base64_is_refused(text: bytes) -> None:
    for cut in range(len(text) + 1):
        with pytest.raises(ValueError, match=r"(?i)padding|base64"):
            decoded(text, [cut])


def test_an_empty_piece_does_not_undo_the_end() -> None:
    with pytest.raises(ValueError, match="padding"):
        decoded(b"QQ==QUJD", [4, 4])


@given(st.lists(st.sampled_from([b"QUJD", b"QQ==", b"QUI=", b"=", b" ", b"A", b"\n"])), CUTS)
def test_what_is_read_is_what_the_lenient_decoder_reads(
    parts: list[bytes], cuts: list[int]
) -> None:
    text = b"".join(parts)
    try:
        found = decoded(text, cuts)
    except ValueError:
        return
    assert found == binascii.a2b_base64(text)
