"""Whatever the cuts, the bytes and the conversation are the same: seeded recuts over the corpus.

A sample in every run; `STREAM_CASSETTE_RECUTS=10000` says how many to make.
"""

from __future__ import annotations

import os
from functools import cache, lru_cache

import pytest

from stream_cassette import meaning
from stream_cassette.cassette.model import Interaction
from stream_cassette.conversation.model import Exchange
from stream_cassette.meaning import decoded_body
from stream_cassette.session.plan import Plan
from stream_cassette.session.recut import Recut, frames_of, media_of, points
from stream_cassette.wire.framing import Frame
from stream_cassette.wire.places import places
from tests.corpus import CASSETTES, Tell, corpus_directory
from tests.support.recorded_streams import recorded
from tests.support.recut_answers import chunks_of, exchange_by_chunks, frames_by_chunks

SAMPLE = 300
ASKED = int(os.environ.get("STREAM_CASSETTE_RECUTS", SAMPLE))
HURTS = ("character", "crlf", "field")
STRIDE = 7919  # a prime: a sample is of all parts of the corpus


@lru_cache(maxsize=1)
def _answers() -> tuple[Interaction, ...]:
    """Every recorded answer with a body, streamed ones first."""
    root = corpus_directory() or CASSETTES
    held = [one.interaction for one in recorded(root) if one.interaction.response.body]
    return tuple(sorted(held, key=lambda one: not _is_streamed(one)))


def _is_streamed(one: Interaction) -> bool:
    return len(frames_of(one.response, decoded_body(one.response))) > 1


@cache
def _known(number: int) -> tuple[list[Frame], Exchange | None, dict[int, str]]:
    """An answer's frames, what was said, and where a cut hurts."""
    one = _answers()[number]
    body = decoded_body(one.response)
    frames = meaning.frames_of(one.response)
    found = places(body, media_of(one.response, body), frames)
    return frames, meaning.exchange_of(one), dict(found)


def test_recuts_have_the_same_bytes_and_say_the_same(
    monkeypatch: pytest.MonkeyPatch, tell: Tell
) -> None:
    answers = _answers()
    streams = sum(map(_is_streamed, answers))
    cuts = hurting = said = 0
    for seed in range(ASKED):
        # two thirds of the plans are for streams
        number = seed * STRIDE % (len(answers) if seed % 3 == 0 else streams or len(answers))
        one, recut = answers[number], Recut(kind="hostile", seed=seed)
        frames, exchange, known = _known(number)
        chunks = chunks_of(one, Plan(recut=recut))
        assert b"".join(chunks) == one.response.body, (number, recut)
        found = list(frames_by_chunks(one.response, chunks))
        assert found == frames, (number, recut)
        assert exchange_by_chunks(one, found, monkeypatch) == exchange, (number, recut)
        at = points(recut, one.response, decoded_body(one.response), 0)
        kinds = {known[place] for place in at}
        wanted = set(HURTS) & set(known.values())
        assert wanted <= kinds, (number, recut)
        cuts += len(chunks) - 1
        hurting += bool(wanted)
        said += exchange is not None
    line = (
        f"{ASKED:,} seeded recuts of {len(answers):,} answers ({streams} streamed), {cuts:,} cuts: "
        f"equal bytes and frames; {said:,} conversations, all equal; "
        f"{hurting:,} recuts cut a character, a CRLF or a field name"
    )
    tell("recuts", [line])
    assert hurting > ASKED / 2
