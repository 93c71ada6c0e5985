"""Where two bodies differ: an excerpt that is text where the bytes are."""

from __future__ import annotations

import pytest

from stream_cassette.diffing.bodies import byte_changes, first_other

AT = ("response", "body")


def test_the_same() -> None:
    assert byte_changes(AT, b"abc", b"abc") == []


def test_text() -> None:
    before = "ü" * 100
    (found,) = byte_changes(AT, f"{before}Zürich".encode(), f"{before}Genève".encode())
    assert found.path == "response.body"
    assert found.left["bytes"] == 207 and found.left["from_byte"] == 200
    assert found.left["text"].endswith("üZürich")
    assert found.right["text"].endswith("üGenève")


def test_a_character_that_the_excerpt_cuts() -> None:
    left, right = ("x" + "€" * 400).encode(), ("y" + "€" * 400).encode()
    (found,) = byte_changes(AT, left, right)
    assert found.left["text"].startswith("x€€") and "�" not in found.left["text"]


def test_bytes() -> None:
    (found,) = byte_changes(AT, b"\xff\xfe\x00", b"\xff\xfe\x01\x02")
    assert found.left == {"bytes": 3, "from_byte": 2, "hex": "ff fe 00"}
    assert found.right["bytes"] == 4


def test_one_is_longer() -> None:
    (found,) = byte_changes(AT, b"", b"new")
    assert found.left == {"bytes": 0, "from_byte": 0, "text": ""}
    assert found.right["text"] == "new"


@pytest.mark.parametrize("place", [0, 1, 4095, 4096, 9000])
def test_the_first_other(place: int) -> None:
    left = bytearray(b"a" * 10_000)
    right = bytearray(left)
    right[place] = 1
    assert first_other(bytes(left), bytes(right)) == place
    assert first_other(list(left), list(right)) == place


def test_a_beginning() -> None:
    assert first_other(b"ab", b"abc") == 2
    assert first_other([], [1]) == 0
