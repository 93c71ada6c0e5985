"""Recorded streams, broken in their middle: our own reading tells each of them from a whole one."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from stream_cassette import pipeline
from stream_cassette.cassette.model import Interaction
from stream_cassette.meaning import exchange_of
from stream_cassette.session.broken import broken, unspoken
from stream_cassette.torture.faults import cases
from tests.corpus import CASSETTES, Tell, corpus_directory
from tests.support.recorded_streams import recorded

# these wires have no end marker: where the body ends, the answer does
NO_END = frozenset({"bedrock-agent"})


def error_bytes(interaction: Interaction, status: int, framing: str) -> bytes:
    """In the provider's words, where they are known."""
    spelled = pipeline.error_bytes(interaction, status, framing)
    return spelled or unspoken(interaction, status, framing)


def test_broken_streams_are_not_read_as_whole(tell: Tell) -> None:
    root = corpus_directory() or CASSETTES
    read: dict[str, Counter[str]] = {"early end": Counter(), "error event": Counter()}
    for one in recorded(root):
        for case in cases([one.interaction]):
            response = broken(one.interaction, case.fault, error_bytes).response
            if response.cuts is not None:
                assert sum(cut.size_bytes for cut in response.cuts) == len(response.body)
            if case.name not in read or case.fault.place is None or not response.body:
                continue
            exchange = exchange_of(replace(one.interaction, response=response))
            if exchange is None or case.fault.place.unit != "frame":
                continue
            where = (str(one.path), one.index, str(case.fault))
            assert exchange.termination != "complete" or exchange.dialect in NO_END, where
            read[case.name][exchange.termination] += 1
    assert read["error event"]["errored"] > 100
    tell("broken streams", [f"{name}: {dict(counts)}" for name, counts in read.items()])
