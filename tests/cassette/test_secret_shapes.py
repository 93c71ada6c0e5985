"""What looks like a key, and what only begins like one."""

from __future__ import annotations

import re
from base64 import b64decode
from itertools import product

import pytest

from stream_cassette.cassette.secret_finder import Finder, finder_of
from stream_cassette.cassette.secret_names import DEFAULT
from stream_cassette.cassette.secret_search import search_of
from stream_cassette.cassette.secret_shapes import SHAPES, Shape

MIXED = "aB3dE5gH7jK9mN1pQ2rS4tU6vW8xY0zA"
DIGITS = "0123456789abcdef"
JWT = f"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.{MIXED}"
PEM = f"-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA{MIXED}\n{MIXED}\n"

KEYS = [
    f"sk-{MIXED}{MIXED}",
    f"sk-{DIGITS * 2}",
    f"sk-ant-api03-{MIXED}-{MIXED}AA",
    f"sk-ant-oat01-{MIXED}",
    f"sk-proj-{MIXED}_{MIXED}",
    f"sk-svcacct-{MIXED}",
    f"sk-admin-{MIXED}",
    f"sk-or-v1-{DIGITS * 4}",
    "sk-lf-0b1c2d3e-1a2b-3c4d-5e6f-1a2b3c4d5e6f",
    "AIzaSyA-1234567890abcdefghijklmnopqrstuv"[:39],
    "AKIAIOSFODNN7EXAMPLE",
    "ASIAIOSFODNN7EXAMPLE",
    f"ghp_{MIXED}abcd",
    f"gho_{MIXED}abcd",
    f"ghs_{MIXED}abcd",
    f"github_pat_11ABCDEFG0{MIXED}_{MIXED}",
    f"glpat-{MIXED[:20]}",
    f"xai-{MIXED}{MIXED}",
    f"gsk_{MIXED}",
    f"hf_{MIXED}ab",
    f"r8_{MIXED}ab",
    f"pplx-{MIXED}",
    f"nvapi-{MIXED}_{MIXED}",
    f"sk_live_{MIXED}",
    f"sk_test_{MIXED}",
    f"rk_live_{MIXED}",
    f"xoxb-123456789012-1234567890123-{MIXED}",
    f"ya29.a0AfH6SM{MIXED}",
    f"GOCSPX-{MIXED}",
    f"dapi{DIGITS * 2}",
    f"tvly-dev-{MIXED}",
    f"csk-{MIXED}",
    f"fw_{MIXED}",
    f"tgp_v1_{MIXED}",
    f"lsv2_pt_{DIGITS * 2}_0123456789",
    f"npm_{MIXED}abcd1",
    f"ABSK{'QmVkcm9ja0FQSUtleS0x' * 6}",
    JWT,
]
NO_KEYS = [
    "sk-learn",
    "sk-learn-based-transformer-pipelines-and-estimators",
    "sk-estimator-html-repr-container-id-1",
    "sk-toggleable__label-arrow sk-global sk-container-id-123456",
    "sk-0b1c2d3e-1a2b-3c4d-5e6f-1a2b3c4d5e6f",
    "0b1c2d3e-1a2b-3c4d-5e6f-1a2b3c4d5e6f",
    "task-aB3dE5gH7jK9mN1pQ2rS4tU6vW8xY0zA",
    "sk-ant-colony-optimisation-tutorials",
    "sk-proj-ects-in-the-new-year-of-2025",
    "xai-responses-v1",
    "hf_home",
    "hf_hub_download_with_a_very_long_name_indeed",
    "gsk_announces_new_results_for_the_quarter",
    "r8_unorm",
    "pa-ssword",
    "fw_version_is_unknown",
    "AIzaShort",
    "AIza" + "a" * 60,
    "AKIATOOSHORT",
    "AKIAIOSFODNN7EXAMPLEANDMORE",
    "eyJhbGciOiJIUzI1NiJ9",
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0",
    "Bearer tokens are sent in the Authorization header",
    "Bearer <YOUR_API_KEY>",
    "-----BEGIN CERTIFICATE-----\nMIIEowIBAAKCAQEA",
    "-----BEGIN PRIVATE KEY----- is how it begins",
    "chatcmpl-AbCdEf0123456789AbCdEf0123456",
    "toolu_01AbCdEf0123456789AbCdEf call_AbCdEf0123456789AbCdEf",
    "claude-3-5-sonnet-20241022 gpt-4o-mini-2024-07-18 gemini-2.5-flash-preview-05-20",
    "iVBORw0KGgo/AKIAIOSFODNN7EXAMPLE+/sk+AIza" + MIXED * 3,
    f"data:image/png;base64,iVBOR/{'AIza' + MIXED + 'abc'}/{JWT.replace('.', '/')}",
    f"fp_{MIXED}",
]


@pytest.fixture(scope="module")
def finder() -> Finder:
    return finder_of(DEFAULT)


def spans(finder: Finder, text: str) -> list[tuple[int, int]]:
    found = finder.find(text.encode(), final=True)
    return [(start, end) for start, end, _ in found.spans]


@pytest.mark.parametrize("key", KEYS, ids=lambda key: key[:16])
@pytest.mark.parametrize("around", [("", ""), ("the key ", ", see"), ('{"a":"', '"}'), ("=", "&b")])
def test_keys(finder: Finder, key: str, around: tuple[str, str]) -> None:
    before, after = around
    assert (len(before), len(before) + len(key)) in spans(finder, before + key + after)
    for letter in "aZ0_-+":
        # nothing begins at the key's first byte inside a word
        assert 1 not in [start for start, _ in spans(finder, letter + key)]


@pytest.mark.parametrize("text", NO_KEYS, ids=lambda text: text[:24])
def test_no_keys(finder: Finder, text: str) -> None:
    assert spans(finder, text) == []
    assert spans(finder, f'{{"a": "{text}"}}') == []


def test_a_private_key_is_masked_from_its_first_line_on(finder: Finder) -> None:
    text = f"{PEM}-----END RSA PRIVATE KEY-----\nrest"
    assert spans(finder, text) == [(0, len(PEM))]
    escaped = PEM.replace("\n", "\\n")
    assert spans(finder, escaped) == [(0, len(escaped))]


def test_a_bearer_token_keeps_the_word(finder: Finder) -> None:
    assert spans(finder, f"curl -H 'Authorization: Bearer {MIXED}'") == [(31, 31 + len(MIXED))]


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: f"{shape.kind} {shape.prefix!r}")
def test_a_row_is_sound(shape: object) -> None:
    rows = [row for row in SHAPES if row is shape]
    assert len(rows) == 1
    row = rows[0]
    # the shortest text that the row's head notices, and a run cut off anywhere
    assert len(row.prefix) >= 3
    keys = [key for key in [*KEYS, PEM, f"Bearer {MIXED}"] if key.startswith(row.prefix.decode())]
    for key in keys:
        data = key.encode()
        for end in range(len(row.prefix), len(data) + 1):
            match = row.run.match(data[:end])
            assert match is not None
            if not row.check.match(data):
                break
            assert match.end() == end


def test_a_kind_has_one_row_a_prefix() -> None:
    prefixes = [shape.prefix for shape in SHAPES]
    assert len(prefixes) == len(set(prefixes))


BEDROCK = f"ABSK{'QmVkcm9ja0FQSUtleS0x' * 6}"
GOOGLE, AWS = "AIzaSyA-1234567890abcdefghijklmnopqrstuv"[:39], "AKIAIOSFODNN7EXAMPLE"
NOISE = "ABSK" + "9/Qx7zLw+Vt0" * 60  # after the prefix, no text in base64
IN_BASE64 = [
    (f"see /{BEDROCK} there", BEDROCK),
    (f"see =={BEDROCK}", BEDROCK),
    (f"https://h/{GOOGLE}", GOOGLE),
    (f"/{AWS}?", AWS),
    (f'"{NOISE}', NOISE),
    (f"KEY={NOISE}", NOISE),
    (f"key:{NOISE}", NOISE),
    (NOISE, NOISE),
    (f"h/{NOISE}", ""),
    (f"h=={NOISE}", ""),
    (f"%2f{NOISE}", ""),
    (f"x/{GOOGLE}/y", ""),
    (f"x/{AWS}/y", ""),
    (f"({AWS}/y", AWS),
]


@pytest.mark.parametrize(("text", "key"), IN_BASE64)
def test_after_what_may_be_base64(text: str, key: str) -> None:
    data = text.encode()
    at = data.find(key.encode()) if key else -1
    expected = [(at, at + len(key))] if key else []
    spans = [span[:2] for span in finder_of(DEFAULT).find(data, final=True).spans]
    assert spans == expected
    assert [hit.start for hit in search_of(DEFAULT).hits(data)] == [start for start, _ in expected]
    if text != NOISE:  # in a URL or a header there is no base64
        assert finder_of(DEFAULT, is_url=True).find(data, final=True).spans
    for end in range(len(data)):  # what is a key, is open until it is known, and only then
        found = finder_of(DEFAULT).find(data[:end], final=False)
        assert bool(found.spans) <= bool(key)
        assert not at <= end - 5 < at + 15 or at < 0 or found.open_at == at or found.spans


def chance(shape: Shape) -> float:
    """How often, in 1 MiB of random base64, the shape would be seen after a `/`, or at its end."""
    digits = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    if set(shape.prefix) - set(digits):
        return 0.0
    odds = 2**20 * 64.0 ** -(len(shape.prefix) + 1)
    kinds = {b"AIza": 2**-20 * (62 / 64) ** 35, b"dapi": (16 / 64) ** 32, b"ABSK": 8.0**-8}
    kinds |= dict.fromkeys((b"AKIA", b"ASIA"), 2**-20 * (36 / 64) ** 16)  # once, at the end
    return odds * kinds.get(shape.prefix, 0.0 if b"\\." in shape.check.pattern else 1.0)


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.prefix.decode())
def test_chance_in_base64(shape: Shape) -> None:
    assert chance(shape) < 1e-9


def test_one_group_of_base64_in_eight_is_ascii() -> None:
    shape = next(shape for shape in SHAPES if shape.prefix == b"ABSK")
    assert shape.coded is not None
    group = re.compile(shape.coded.pattern[4:][: (len(shape.coded.pattern) - 4) // 8])
    digits = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    for one, two, three in product(digits, repeat=3):
        coded = bytes([one, two, three, 65])
        assert (group.fullmatch(coded) is not None) is b64decode(coded).isascii()
