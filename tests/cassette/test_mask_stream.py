"""Masks while a body streams: any cut gives the same bytes, and nothing slips out on the way."""

from __future__ import annotations

import json
import random
import tracemalloc
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


@settings(max_examples=300, deadline=None)
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


MEDIA = [SSE, NDJSON, JSON, "text/plain", "text/html", "application/x-www-form-urlencoded", ""]


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=120), st.sampled_from(MEDIA), st.lists(st.integers(0)), st.integers(0))
def test_any_bytes_with_a_secret_in_them(
    noise: bytes, media: str, places: list[int], where: int
) -> None:
    at = where % (len(noise) + 1)
    for text in (b"zzTopSecret1", b'"zzTopSecret1"', b"{" + noise, b'data: {"a":"'):
        body = noise[:at] + text + noise[at:]
        whole = masked([body], media)
        assert len(whole) == len(body)
        assert masked(cut(body, places), media) == whole
        assert masked([whole], media) == whole


@settings(max_examples=40, deadline=None)
@given(st.sampled_from([SSE, NDJSON]), st.integers(1, 9), st.integers(0, 40), st.booleans())
def test_nothing_of_a_secret_is_ever_out(
    media: str, size: int, chunk: int, ascii_only: bool
) -> None:
    def frame(text: str) -> bytes:
        data = json.dumps({"n": 1, "delta": {"text": text}}, ensure_ascii=ascii_only).encode()
        return b"data: " + data + b"\n\n" if media == SSE else data + b"\n"

    def said(body: bytes) -> str:
        lines = body.decode("utf-8", "replace").splitlines()
        return "".join(line.partition('"text": "')[2].partition('"}}')[0] for line in lines)

    for secret in (KEY, "zzTopSecret1"):
        texts = ["so ", *(secret[i : i + size] for i in range(0, len(secret), size)), ". Yes"]
        body = b"".join(map(frame, texts))
        masker, out = BodyMasker(media, RULES), bytearray()
        for start in range(0, len(body), chunk + 1):
            piece, patches = masker.feed(body[start : start + chunk + 1])
            out += piece
            for at, data in patches:
                out[at : at + len(data)] = data
            shown = said(bytes(out))
            assert not any(secret[i : i + 4] in shown for i in range(len(secret) - 3))
            if masker.held_bytes == 0:
                pairs = zip(out, body, strict=False)
                assert all(a == b or a == ord("*") for a, b in pairs)
        assert masker.places == ("/delta/text",) and masker.close() == ()
        assert said(bytes(out)) == "so " + "*" * len(secret) + ". Yes"


def test_a_long_stream_needs_little() -> None:
    masker = BodyMasker(SSE, RULES)
    tracemalloc.start()
    try:
        for index in range(20_000):
            masker.feed(delta(f" word{index}"))
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 500_000


def test_a_body_that_begins_like_nothing_yet() -> None:
    for body in (b"", b" ", b"da", b"event", b"id", b"\xef\xbb\xbf", b"retr"):
        assert masked([body[i : i + 1] for i in range(len(body))], "") == body
        assert masked([body], JSON) == body


def test_binary_bodies_are_left_alone() -> None:
    body = b"\x89PNG zzTopSecret1"
    assert masked([body], "image/png") == body
    assert masked([body], "text/plain") == body.replace(b"zzTopSecret1", b"*" * 12)


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
