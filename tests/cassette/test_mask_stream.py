"""Masks while a body streams: any cut gives the same bytes, and nothing slips out on the way."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from stream_cassette.cassette.mask_stream import BodyMasker
from stream_cassette.cassette.secret_names import DEFAULT

SSE = "text/event-stream"
NDJSON = "application/x-ndjson"
JSON = "application/json"
ENV = 'Zq9-deep"blue/sea✓42'
KEY = "sk-ant-api03-" + "aB3dE5gH7jK9" * 4
RULES = DEFAULT.with_environment({"MY_SECRET": ENV, "OTHER_KEY": "zzTopSecret1"})


def masked(pieces: Sequence[bytes], media: str) -> bytes:
    """What the pieces come to."""
    masker = BodyMasker(media, RULES)
    body = bytearray()
    for piece in pieces:
        out, patches = masker.feed(piece)
        assert len(out) == len(piece) and masker.held_bytes <= 512
        body += out
        for start, data in patches:
            assert start + len(data) <= len(body)
            body[start : start + len(data)] = data
    for start, data in masker.close():
        body[start : start + len(data)] = data
    assert masker.held_bytes == 0
    return bytes(body)


def cut(body: bytes, places: Sequence[int]) -> list[bytes]:
    ends = sorted({place % (len(body) + 1) for place in places} | {0, len(body)})
    return [body[a:b] for a, b in pairwise(ends)]


def delta(text: str, *, ascii_only: bool = True) -> bytes:
    value = {"choices": [{"index": 0, "delta": {"content": text}}], "id": "c-" + text}
    return b"data: " + json.dumps(value, ensure_ascii=ascii_only).encode() + b"\n\n"


PIECES = st.lists(
    st.one_of(
        st.sampled_from([KEY, ENV, "zzTopSecret1", KEY[:9], KEY[9:], ENV[:5], ENV[5:], "sk-learn"]),
        st.text(max_size=8),
        st.sampled_from(["s", "k", "-", " ", "task-", "eyJ", "\\", '"', "\n", "é", "😀"]),
    ),
    max_size=8,
)


@settings(max_examples=300)
@given(PIECES, st.booleans(), st.sampled_from([SSE, NDJSON, JSON, ""]), st.lists(st.integers(0)))
@example(["sk-", KEY[3:]], True, SSE, [3, 9, 50])
def test_any_cut_gives_the_same_bytes(
    texts: list[str], ascii_only: bool, media: str, places: list[int]
) -> None:
    values = [{"a": {"b": text}} for text in texts]
    if media == SSE:
        body = b"".join(delta(text, ascii_only=ascii_only) for text in texts)
    elif media == NDJSON:
        body = b"".join(json.dumps(v, ensure_ascii=ascii_only).encode() + b"\n" for v in values)
    else:
        body = json.dumps(values, ensure_ascii=ascii_only).encode()
    whole = masked([body], media)
    assert masked(cut(body, places), media) == whole
    assert masked([body[i : i + 1] for i in range(len(body))], media) == whole
    assert masked([whole], media) == whole


@pytest.mark.parametrize("secret", [KEY, ENV, "zzTopSecret1"])
@pytest.mark.parametrize("size", [1, 2, 5, 1000])
def test_a_secret_over_frames_is_masked(secret: str, size: int) -> None:
    texts = ["Hello ", *(secret[i : i + size] for i in range(0, len(secret), size)), " there"]
    for ascii_only in (True, False):
        body = b"".join(delta(text, ascii_only=ascii_only) for text in texts)
        whole = masked([body], SSE)
        said = ""
        for line in whole.splitlines():
            if line:
                said += json.loads(line[6:])["choices"][0]["delta"]["content"]
        assert said.strip("*") not in secret and set(said[6:-6]) == {"*"}
        assert said.startswith("Hello *") and said.endswith("* there")
        for _ in range(20):
            places = [random.randrange(len(body)) for _ in range(9)]
            assert masked(cut(body, places), SSE) == whole
