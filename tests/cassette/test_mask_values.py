"""Values at one path: one text, but for constants."""

from __future__ import annotations

import pytest

from stream_cassette.cassette.mask_output import BodyOutput
from stream_cassette.cassette.mask_piece import Piece
from stream_cassette.cassette.mask_values import ValueChannel
from stream_cassette.cassette.secret_names import DEFAULT

KEY = b"sk-ant-api03-aB3dE5gH7jK9aB3dE5gH7jK9"
RULES = DEFAULT.with_environment({"A_KEY": "abcdefghabcdefgh!"})


class Run:
    """A channel fed whole values, or values in pieces."""

    def __init__(self) -> None:
        self.channel = ValueChannel(RULES)
        self.output = BodyOutput()
        self.body = bytearray()

    def value(self, *pieces: bytes) -> str:
        """Feed it; everything put out so far."""
        for index, piece in enumerate(pieces):
            self.output.begin(piece)
            self.channel.feed_value(
                Piece(piece, len(self.body)),
                self.output,
                begins=index == 0,
                ends=index == len(pieces) - 1,
            )
            self.settle()
        return self.body.decode()

    def settle(self) -> None:
        self.body += self.output.data()
        for start, data in self.output.patches():
            self.body[start : start + len(data)] = data

    def finish(self) -> str:
        self.output.begin(b"")
        self.channel.finish(self.output)
        self.settle()
        assert self.output.held == 0
        return self.body.decode()


def test_a_secret_goes_on_from_value_to_value() -> None:
    run = Run()
    for index in range(0, len(KEY), 5):
        run.value(KEY[index : index + 5])
    assert run.finish() == "*" * len(KEY)


def test_a_constant_is_no_continuation_of_itself() -> None:
    run = Run()
    for _ in range(90):
        run.value(b"xai-responses-v1")
        assert run.output.held <= 512
    assert run.finish() == "xai-responses-v1" * 90


def test_a_constant_in_pieces_stays_masked_until_it_is_known() -> None:
    run = Run()
    assert run.value(b"xai-resp") == "xai*****"
    assert run.value(b"xai-", b"re") == "xai" + "*" * 11
    assert run.finish() == "xai-respxai-re"
    run = Run()
    run.value(b"xai-resp")
    assert run.value(b"xai-", b"resp") == "xai-respxai*****"
    assert run.finish() == "xai-respxai-resp"


def test_a_value_that_begins_with_the_same_twice_is_no_constant() -> None:
    run = Run()
    for piece in (b"abcdefgh", b"abcdefgh", b"!"):
        run.value(piece)
    assert run.finish() == "*" * 17


def test_a_value_that_changes_nothing_is_settled() -> None:
    run = Run()
    line = b'{"a":"some text s"}'
    parts = [b"{", b'"a"', b":", b'"some text s"', b"}"]
    assert run.channel.settled == b""
    for _ in range(3):
        run.output.begin(line)
        run.channel.value(len(run.body), parts, 3, run.output)
        run.settle()
    assert run.channel.settled == parts[3]
    # it is not fed again, but what is kept of it stands where it came last
    run.output.begin(line)
    run.channel.again = len(run.body), parts, 3
    run.settle()
    run.value(KEY[1:])
    run.finish()
    assert run.body == line * 3 + line[:16] + b"*" + line[17:] + b"*" * (len(KEY) - 1)


def test_nested_names_are_masked_and_never_come_back() -> None:
    run = Run()
    run.value(b'{"api_key": "sk-lea')
    run.value(b'rn", "b": "c"}')
    assert run.finish() == '{"api_key": "********", "b": "c"}'


GOOGLE = b"AIza" + b"Sy0123456789" * 2 + b"abcdefghijk"


# the second has an exact length, so what follows must be known not to belong to it
@pytest.mark.parametrize(("key", "after"), [(KEY, b" it is"), (GOOGLE, b"it is")])
@pytest.mark.parametrize("cut", [0, 1, 5, 20])
def test_a_value_after_prose_may_be_a_key_and_one_after_base64_not(
    key: bytes, after: bytes, cut: int
) -> None:
    pieces = (key[:cut], key[cut:]) if cut else (key,)
    for before, is_key in ((b"it was", True), (b"QUJDREVGR0hJSktM", False), (b"", True)):
        run = Run()
        run.value(before)
        run.value(*pieces)
        run.value(after)
        wanted = b"*" * len(key) if is_key else key
        assert run.finish() == (before + wanted + after).decode()


@pytest.mark.parametrize("values", [(b"a\\", b"n", KEY), (b"a\\n", KEY), (b"a%", b"20", KEY)])
def test_an_escape_in_two_values_is_still_one(values: tuple[bytes, ...]) -> None:
    run = Run()
    for value in values:
        run.value(value)
    assert KEY.decode() not in run.finish()


GOOGLE = b"AIzaSyA-1234567890abcdefghijklmnopqrstu"


@pytest.mark.parametrize("key", [KEY, GOOGLE])
@pytest.mark.parametrize("size", [1, 5, 99])
@pytest.mark.parametrize(
    ("words", "is_key"),
    [
        ((b"started",), True),
        ((b"Started", b"ready", b"DONE"), True),
        ((b"Qm9vaw", b"ready"), False),  # may all be one text in base64
        ((b"Qm9vaw", b"not ready", b"ready"), True),
        ((b"aVeryLongWord" * 3,), False),
        ((b"ta",), False),
    ],
)
def test_a_key_after_single_words(
    words: tuple[bytes, ...], is_key: bool, key: bytes, size: int
) -> None:
    run = Run()
    for word in words:
        run.value(*(word[i : i + size] for i in range(0, len(word), size)))
    run.value(*(key[i : i + size] for i in range(0, len(key), size)))
    run.value(b" stopped")
    said = b"".join(words).decode() + ("*" * len(key) if is_key else key.decode()) + " stopped"
    assert run.finish() == said
