"""JSON in base64 in a string: masked inside, in any cut, with nothing of it out on the way."""

from __future__ import annotations

import json
import tracemalloc
from base64 import b64decode, b64encode
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from stream_cassette.cassette.mask_stream import BodyMasker
from stream_cassette.cassette.secret_names import DEFAULT

NDJSON = "application/x-ndjson"
VALUE = 'Zq9-deep"blue/sea✓42'
KEY = "sk-ant-api03-" + "aB3dE5gH7jK9" * 4
RULES = DEFAULT.with_environment({"MY_SECRET": VALUE, "OTHER_KEY": "zzTopSecret1"})


def coded(value: object, *, ascii_only: bool = True) -> str:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=ascii_only)
    return b64encode(text.encode()).decode()


def line(inner: str) -> bytes:
    return json.dumps({"bytes": inner, "p": "abc"}).encode() + b"\n"


def inside(body: bytes) -> list[str]:
    said = []
    for each in body.splitlines():
        inner = json.loads(each)["bytes"]
        said.append(b64decode(inner + "=" * (-len(inner) % 4)).decode())
    return said


def masked(body: bytes, size: int | list[int]) -> bytes:
    ends = list(range(0, len(body), size)) if isinstance(size, int) else size
    ends = sorted({0, len(body), *(end % (len(body) + 1) for end in ends)})
    masker, whole = BodyMasker(NDJSON, RULES), bytearray()
    for start, end in pairwise(ends):
        out, patches = masker.feed(body[start:end])
        assert len(out) == end - start and masker.held_bytes <= 512
        whole += out
        for at, data in patches:
            assert at + len(data) <= len(whole)
            whole[at : at + len(data)] = data
    for at, data in masker.close():
        whole[at : at + len(data)] = data
    assert masker.held_bytes == 0
    assert masker.places == () or all("/bytes" in place for place in masker.places)
    return bytes(whole)


CASES = [
    ({"text": f"is {KEY} ok"}, {"text": f"is {'*' * len(KEY)} ok"}),
    ({"a": [KEY]}, {"a": ["*" * len(KEY)]}),
    ({KEY: 1}, {"*" * len(KEY): 1}),
    ({"api_key": "abc", "id": KEY}, {"api_key": "***", "id": KEY}),
    ({"args": '{"password":"abc"}'}, {"args": '{"password":"***"}'}),
    ([{"text": "zzTopSecret1"}], [{"text": "*" * 12}]),
]


@pytest.mark.parametrize("size", [1, 2, 3, 5, 10_000])
@pytest.mark.parametrize(("value", "expected"), CASES)
def test_masked_inside(value: object, expected: object, size: int) -> None:
    for spaces in ("", " ", "  "):
        pair = [coded(spaces + json.dumps(each) + spaces) for each in (value, expected)]
        assert masked(line(pair[0]), size) == line(pair[1])
        assert masked(line(pair[0].rstrip("=")), size) == line(pair[1].rstrip("="))


@pytest.mark.parametrize("size", [1, 4, 10_000])
@pytest.mark.parametrize("secret", [KEY, VALUE, "zzTopSecret1"])
@pytest.mark.parametrize("step", [1, 2, 5])
def test_split_over_events(secret: str, step: int, size: int) -> None:
    texts = ["so ", *(secret[i : i + step] for i in range(0, len(secret), step)), " so"]
    for ascii_only in (True, False):
        body = b"".join(line(coded({"delta": {"text": t}}, ascii_only=ascii_only)) for t in texts)
        said = "".join(json.loads(each)["delta"]["text"] for each in inside(masked(body, size)))
        assert said.startswith("so *") and said.endswith("* so")
        assert set(said[3:-3]) == {"*"}


@pytest.mark.parametrize("size", [1, 7, 10_000])
def test_other_text_is_text(size: int) -> None:
    stars = "*" * len(KEY)
    for before, after in (
        (KEY, stars),
        (f"{coded({})} {KEY}", f"{coded({})} {stars}"),  # base64, and then something else
        (f"e30 {KEY}", f"e30 {stars}"),
        ("zzTopSecret1", "*" * 12),
        (coded("a"), coded("a")),
        ("", ""),
        ("eyJ", "eyJ"),
        ("e30=x", "e30=x"),
    ):
        assert masked(line(before), size) == line(after)
    value = coded("say zzTopSecret1")
    assert masked(line(value), size) != line(value)  # found as base64 of the value
    broken = b'{"bytes": "' + coded({"a": KEY}).encode()[:60]
    assert KEY[:9].encode() not in b64decode(masked(broken, size)[11:71])


@pytest.mark.parametrize("size", [1, 2, 10_000])
def test_escaped_digits(size: int) -> None:
    value = {"é?": f"?é {KEY} né", "b": "zzTopSecret1é?"}
    plain = coded(value, ascii_only=False)
    assert "/" in plain
    for escape in ("\\u002f", "\\/"):
        body = b'{"bytes":"%s"}\n' % plain.replace("/", escape).encode()
        whole = masked(body, size)
        assert len(whole) == len(body) and masked(whole, size) == whole
        assert inside(whole) == [
            json.dumps(value, ensure_ascii=False)
            .replace(KEY, "*" * len(KEY))
            .replace("zzTopSecret1", "*" * 12)
        ]


PIECES = st.lists(
    st.one_of(
        st.sampled_from([KEY, VALUE, "zzTopSecret1", KEY[:9], KEY[9:], VALUE[:5], VALUE[5:]]),
        st.text(max_size=6),
        st.sampled_from(["s", "k", "-", " ", "sk-", "eyJ", "\\", '"', "{", "é", "😀"]),
    ),
    max_size=6,
)


@settings(max_examples=200, deadline=None)
@given(PIECES, st.booleans(), st.integers(0, 3), st.lists(st.integers(0)))
@example(["sk-", KEY[3:]], True, 0, [3, 9, 50])
def test_any_cut_gives_the_same_bytes(
    texts: list[str], ascii_only: bool, junk: int, places: list[int]
) -> None:
    inner = [coded({"a": {"b": text}}, ascii_only=ascii_only) for text in texts]
    body = b"".join(line(each + "=x?"[:junk]) for each in inner)
    whole = masked(body, len(body) + 1)
    assert masked(body, places) == whole
    assert masked(body, 1) == whole
    assert masked(whole, len(body) + 1) == whole


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 9), st.integers(1, 40))
def test_nothing_of_a_secret_is_ever_out(step: int, chunk: int) -> None:
    for secret in (KEY, "zzTopSecret1"):
        texts = ["so ", *(secret[i : i + step] for i in range(0, len(secret), step)), ". Yes"]
        body = b"".join(line(coded({"text": text})) for text in texts)
        masker, out = BodyMasker(NDJSON, RULES), bytearray()
        for start in range(0, len(body), chunk):
            piece, patches = masker.feed(body[start : start + chunk])
            out += piece
            for at, data in patches:
                out[at : at + len(data)] = data
            shown = ""
            for each in bytes(out).split(b"\n"):
                digits = each[11:].partition(b'"')[0]
                shown += b64decode(digits[: len(digits) // 4 * 4]).decode()[10:].rstrip('"}')
            assert not any(secret[i : i + 4] in shown for i in range(len(secret) - 3))
        assert masker.places == ("/bytes",) and masker.close() == ()


def test_a_long_stream_needs_little() -> None:
    start = "sk-ant-api03-"  # open from the first event on, and closed at the end
    masker, whole = BodyMasker(NDJSON, RULES), bytearray()
    tracemalloc.start()
    try:
        for index in range(9000):
            value = {"a" if index else "b": f"word{index} " if index else start}
            out, patches = masker.feed(line(coded(value)))
            if not index:
                whole += out
                assert masker.held_bytes
            assert not patches
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 1_500_000
    _, patches = masker.feed(line(coded({"b": KEY[len(start) :]})))
    for at, data in (*patches, *masker.close()):
        if at < len(whole):
            whole[at : at + len(data)] = data
    assert inside(bytes(whole)) == [json.dumps({"b": "*" * len(start)})]
