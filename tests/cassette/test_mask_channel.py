"""One text in pieces: pessimistic while it runs, exact in the end."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from stream_cassette.cassette.mask_channel import Channel
from stream_cassette.cassette.mask_output import BodyOutput
from stream_cassette.cassette.mask_piece import Piece, json_piece
from stream_cassette.cassette.secret_finder import finder_of
from stream_cassette.cassette.secret_names import DEFAULT

KEY = b"sk-ant-api03-aB3dE5gH7jK9aB3dE5gH7jK9"
RULES = DEFAULT.with_environment({"A_KEY": "hunter2&more"})


class Run:
    """A channel with what it has put out."""

    def __init__(self) -> None:
        self.channel = Channel(finder_of(RULES))
        self.output = BodyOutput()
        self.body = bytearray()

    def feed(self, text: bytes, *, final: bool = False) -> bool:
        self.output.begin(text)
        piece = json_piece(text, len(self.body)) if b"\\" in text else Piece(text, len(self.body))
        found = self.channel.feed(piece, self.output, final=final)
        self.body += self.output.data()
        for start, data in self.output.patches():
            self.body[start : start + len(data)] = data
        return found


def test_an_open_match_shows_three_bytes_and_comes_back() -> None:
    run = Run()
    assert not run.feed(b"a sk-le")
    assert (bytes(run.body), run.output.held) == (b"a sk-**", 2)
    assert run.channel.is_open and not run.channel.is_quiet
    assert not run.feed(b"arn. ")
    assert (bytes(run.body), run.output.held) == (b"a sk-learn. ", 0)
    assert run.channel.is_quiet


def test_a_match_that_is_confirmed_masks_what_went_out() -> None:
    run = Run()
    for index in range(len(KEY)):
        run.feed(KEY[index : index + 1])
        assert not run.body[3:].strip(b"*") and run.output.held <= 512
    assert run.body == b"*" * len(KEY) and run.output.held == 0
    assert run.feed(b"abc") and run.body.endswith(b"***")
    run.feed(b" abc")
    assert run.body.endswith(b"* abc")
    assert not run.feed(b" abc")


def test_the_end_settles_what_is_open() -> None:
    run = Run()
    run.feed(b"sk-short")
    assert not run.feed(b"", final=True)
    assert (bytes(run.body), run.output.held) == (b"sk-short", 0)
    run.feed(KEY[3:])
    assert bytes(run.body) == b"sk-short" + KEY[3:]


def test_escapes_are_masked_over_all_their_bytes() -> None:
    run = Run()
    run.feed(rb"is hunter2\u0026mo")
    assert bytes(run.body) == b"is hun" + b"*" * 12
    run.feed(b"r!")
    assert bytes(run.body) == rb"is hunter2\u0026mor!"
    run.feed(rb"hunter2\u0026more")
    assert run.body.endswith(b"r!" + b"*" * 17)


def test_others_hold_too() -> None:
    run = Run()
    run.output.hold(500)
    run.feed(b"sk-word-word-word-word")
    assert run.body == b"*" * 22 and run.output.held == 500


PIECES = st.lists(
    st.sampled_from([KEY, KEY[:7], KEY[7:], b"hunter2&more", b"hunter2", b"&more", b"sk-", b" a "])
    | st.binary(max_size=4),
    max_size=8,
)


@settings(deadline=None)
@given(PIECES, st.integers(1, 7))
def test_any_cut_gives_the_same(pieces: list[bytes], size: int) -> None:
    text = b"".join(pieces).replace(b"\\", b"/")
    whole, cut = Run(), Run()
    whole.feed(text, final=True)
    for start in range(0, len(text), size):
        cut.feed(text[start : start + size])
        shown = bytes(cut.body)
        assert b"hunter2&more" not in shown
        if cut.output.held == 0:
            known = [(a, b) for a, b in zip(shown, text, strict=False) if a != b]
            assert all(a in b"*A" for a, _ in known)
    cut.feed(b"", final=True)
    assert cut.body == whole.body and cut.output.held == 0
