"""Form bodies: fields by name, secrets anywhere, in any cut."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stream_cassette.cassette.mask_forms import FormMasker, PartsMasker, is_binary
from stream_cassette.cassette.mask_output import BodyOutput
from stream_cassette.cassette.secret_names import DEFAULT

VALUE = "deep blue/sea+42"
RULES = DEFAULT.with_environment({"MY_SECRET": VALUE})
KEY = "sk-ant-api03-" + "aB3dE5gH7jK9" * 4


def masked(kind: type[FormMasker | PartsMasker], pieces: list[bytes]) -> tuple[bytes, list[str]]:
    output = BodyOutput()
    masker = kind(RULES, output)
    body = bytearray()
    for piece in pieces:
        output.begin(piece)
        masker.feed(piece, len(body))
        body += output.data()
        for start, data in output.patches():
            body[start : start + len(data)] = data
    output.begin(b"")
    masker.close(len(body))
    for start, data in output.patches():
        body[start : start + len(data)] = data
    return bytes(body), list(output.places)


FORMS = [
    ("a=1&password=a%20b=c&b=2", "a=1&password=*******&b=2", ["form.password"]),
    ("text=my+deep+blue%2Fsea%2B42!&x", "text=my+" + "*" * 20 + "!&x", ["form.text"]),
    (f"q={KEY}&{KEY}=1", f"q={'*' * len(KEY)}&{'*' * len(KEY)}=1", ["form.q", "body"]),
    ("=x&&==&max_tokens=5", "=x&&==&max_tokens=5", []),
    ("api%5Fkey=x", "api%5Fkey=*", ["form.api_key"]),
]


@pytest.mark.parametrize(("body", "mask", "places"), FORMS)
@pytest.mark.parametrize("size", [1, 3, 1000])
def test_urlencoded(body: str, mask: str, places: list[str], size: int) -> None:
    data = body.encode()
    pieces = [data[i : i + size] for i in range(0, len(data), size)]
    assert masked(FormMasker, pieces) == (mask.encode(), places)


def part(head: str, value: str) -> str:
    return f"--B\r\n{head}\r\n\r\n{value}\r\n"


NAMED = 'Content-Disposition: form-data; name="{}"'
FILE = 'content-disposition: form-data; name="{}"; filename="a.txt"\r\nContent-Type: {}'
PARTS = [
    (part(NAMED.format("password"), "a\r\n-b\r"), part(NAMED.format("password"), "******")),
    (part(NAMED.format("password"), ""), None),
    (part(FILE.format("password", "text/plain"), "a"), None),
    (
        part(FILE.format("file", "text/plain"), f"say {KEY}\n"),
        part(FILE.format("file", "text/plain"), f"say {'*' * len(KEY)}\n"),
    ),
    (part(FILE.format("file", "image/png"), KEY), None),
    (
        part(FILE.format("file", "image/png"), "x") + part(NAMED.format("m"), VALUE),
        part(FILE.format("file", "image/png"), "x") + part(NAMED.format("m"), "*" * len(VALUE)),
    ),
    (part("content-type: text/plain", "password"), None),
]


@pytest.mark.parametrize(("body", "mask"), PARTS)
@pytest.mark.parametrize("size", [1, 3, 1000])
def test_multipart(body: str, mask: str | None, size: int) -> None:
    data = (body + "--B--\r\n").encode()
    pieces = [data[i : i + size] for i in range(0, len(data), size)]
    whole, places = masked(PartsMasker, pieces)
    assert whole == ((mask or body) + "--B--\r\n").encode()
    assert bool(places) is (mask is not None)


@settings(deadline=None)
@given(st.binary(max_size=60), st.integers(1, 9), st.sampled_from([FormMasker, PartsMasker]))
def test_any_bytes_in_any_cut(
    noise: bytes, size: int, kind: type[FormMasker | PartsMasker]
) -> None:
    body = noise + (b'--B\r\nContent-Disposition: form-data; name="password"\r\n\r\n' + noise)
    pieces = [body[i : i + size] for i in range(0, len(body), size)]
    assert masked(kind, pieces) == masked(kind, [body])


def test_binary_types() -> None:
    assert is_binary("image/png") and is_binary("application/octet-stream")
    assert not is_binary("image/svg+xml") and not is_binary("text/plain") and not is_binary("")
