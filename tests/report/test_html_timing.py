"""When an answer came: heads, first words, gaps, rates; also of compressed bodies."""

from __future__ import annotations

import zlib
from dataclasses import replace

import pytest

from stream_cassette.api import exchange_of
from stream_cassette.cassette.model import Cut, Interaction
from stream_cassette.report.html_timing import timing_of
from tests.support.html_pages import cut_by_frames, signed
from tests.support.read_answers import event_stream, interaction


def role(delta: dict[str, str]) -> dict[str, object]:
    return {"object": "chat.completion.chunk", "choices": [{"index": 0, "delta": delta}]}


CHUNKS = [role({"role": "assistant"}), role({"content": ""}), role({"content": "Hel"})]
CHUNKS += [role({"content": "lo"})]
USAGE = {**role({}), "usage": {"prompt_tokens": 3, "completion_tokens": 40}}


def answer() -> Interaction:
    return interaction("/v1/chat/completions", event_stream([*CHUNKS, USAGE]))


def test_nothing_is_told_without_cut_points() -> None:
    one = signed().interactions[0]
    assert timing_of(one, exchange_of(one)) is None


def test_times_count_from_the_request() -> None:
    one = cut_by_frames(answer(), each_ms=100.0, head_ms=400.0)
    timing = timing_of(one, exchange_of(one))
    assert timing is not None
    assert (timing.head_ms, timing.first_byte_ms) == (400.0, 400.0)
    assert timing.first_words_ms == 600.0  # the third frame: the first two say nothing
    assert timing.last_ms == 800.0
    assert timing.tokens_per_s == 40 / 200 * 1000
    assert sum(bar.size_bytes for bar in timing.bars) == len(one.response.body)


def test_the_longest_gap() -> None:
    one = answer()
    size = len(one.response.body)
    cuts = [Cut(10, 0.0), Cut(10, 5.0), Cut(10, 90.0), Cut(size - 30, 95.0)]
    one = replace(one, response=replace(one.response, cuts=cuts))
    timing = timing_of(one, exchange_of(one))
    assert timing is not None and timing.gap == (5.0, 90.0) and timing.head_ms is None


@pytest.mark.parametrize("size", [1, 7, 64, 10_000])
def test_first_words_of_a_compressed_body(size: int) -> None:
    """The chunk that holds the first words' last byte, wherever it is cut."""
    plain = answer()
    packer = zlib.compressobj(wbits=31)
    pieces = [
        packer.compress(event_stream([one])) + packer.flush(zlib.Z_SYNC_FLUSH)
        for one in [*CHUNKS, USAGE]
    ]
    body = b"".join(pieces) + packer.flush()
    cuts = [Cut(min(size, len(body) - at), float(at)) for at in range(0, len(body), size)]
    headers = (*plain.response.headers, ("Content-Encoding", "gzip"))
    one = replace(plain, response=replace(plain.response, headers=headers, body=body, cuts=cuts))
    timing = timing_of(one, exchange_of(one))
    assert timing is not None and timing.first_words_ms is not None
    said = len(b"".join(pieces[:3]))  # its flush marker may come in a later chunk
    assert said - 6 - size <= timing.first_words_ms <= said


def test_an_unknown_coding_is_counted_as_it_is() -> None:
    one = cut_by_frames(answer())
    headers = (*one.response.headers, ("content-encoding", "odd"))
    one = replace(one, response=replace(one.response, headers=headers))
    timing = timing_of(one, exchange_of(answer()))
    assert timing is not None and timing.first_words_ms == 440.0


def test_many_chunks_share_columns() -> None:
    one = interaction("/v1/chat/completions", b"x" * 5_000)
    cuts = [Cut(1, n * 1.0) for n in range(5_000)]
    timing = timing_of(replace(one, response=replace(one.response, cuts=cuts)), None)
    assert timing is not None
    assert 200 <= len(timing.bars) <= 240 and sum(bar.chunks for bar in timing.bars) == 5_000
    assert timing.tokens_per_s is None and timing.first_words_ms is None


def test_no_chunk_and_all_at_once() -> None:
    empty = interaction("/v1/chat/completions", b"", cuts=[])
    timing = timing_of(empty, exchange_of(empty))
    assert timing is not None and timing.chunks == 0 and timing.gap is None
    whole = answer()
    at_once = replace(
        whole, response=replace(whole.response, cuts=[Cut(len(whole.response.body), 0.0)])
    )
    timing = timing_of(at_once, exchange_of(at_once))
    assert timing is not None and timing.tokens_per_s is None and timing.first_words_ms == 0.0
