"""Every stream of the corpus: it accumulates without an unknown frame, or stands here by name.

A row says why, and which section of the dialects' fact sheet says so. A stream that no row has
fails, and so does a row whose stream is clean by now. The run's output ends with the figures.
"""

from __future__ import annotations

import csv
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from stream_cassette.cassette.model import Interaction, Response, header
from stream_cassette.conversation.model import Exchange
from stream_cassette.meaning import decoded_body, exchange_of
from stream_cassette.wire.framing import DECODERS, frames, looks_like, media_type
from tests.corpus import Tell
from tests.support.recorded_streams import Recorded, recorded

AT_MOST = 0.02  # of the streams
TITLE = "streams of the corpus"
JSON = "application/json"
FIRST_ERROR = 400


@dataclass(frozen=True, kw_only=True)
class Known:
    """A stream that is not read: the end of its file's name, its place there, and the fact."""

    path: str
    index: int = 0
    why: str
    section: str


NO_DIALECT = "1"  # the table of dialects has none for it
KNOWN = (
    Known(
        path="/test_assistant/test_streaming_new_assistant.yaml",
        index=4,
        why="OpenAI Assistants, an interface of its own (`event: thread.run.created`)",
        section=NO_DIALECT,
    ),
    Known(
        path="/test_llama/test_replicate_llama_stream_legacy.yaml",
        index=1,
        why="Replicate's stream of bare text (`event: output`)",
        section=NO_DIALECT,
    ),
    Known(
        path="/google-live-speech-translation.chunks.txt",
        why="Gemini Live, messages of a WebSocket",
        section=NO_DIALECT,
    ),
    Known(
        path="/openai-realtime-speech-translation.chunks.txt",
        why="OpenAI Realtime, messages of a WebSocket",
        section=NO_DIALECT,
    ),
    Known(
        path="prism-php__prism/tests/Fixtures/gemini/stream-basic-text-1.sse",
        why="blank lines were stripped: to the WHATWG all its `data:` lines are one event",
        section="2.1",
    ),
    *(
        Known(
            path="betamaxpy__betamax/tests/cassettes/replay_multiple_times.json",
            index=index,
            why="httpbin's lines of JSON, no model's",
            section=NO_DIALECT,
        )
        for index in (0, 2)
    ),
)


def is_stream(one: Interaction) -> bool:
    """Whether the answer came as a stream: it says so, looks so, or is a JSON array of events."""
    body, media = decoded_body(one.response), _media(one.response)
    if not body:
        return False
    if not one.request.method or looks_like(body):
        return True
    if media == JSON:
        return len(frames(body, JSON)) > 1
    return media in DECODERS


def _media(response: Response) -> str:
    return media_type(header(response.headers, "content-type"))


def strange(exchange: Exchange | None) -> str:
    """What is not clean about an answer; "" for nothing."""
    if exchange is None:
        return "no dialect claims it"
    return ", ".join(f"{one.kind} {one.name}" for one in exchange.unknown)


def row_of(one: Recorded) -> Known | None:
    path = one.path.as_posix()
    return next((row for row in KNOWN if path.endswith(row.path) and row.index == one.index), None)


def test_every_stream_is_read_or_is_named(corpus: Path, tell: Tell) -> None:
    read, named, failed = Counter[str](), dict[str, Known](), list[str]()
    for one in recorded(corpus):
        if not is_stream(one.interaction):
            continue
        where = f"{one.path.relative_to(corpus).as_posix()} [{one.index}]"
        exchange = exchange_of(one.interaction)
        problem, row = strange(exchange), row_of(one)
        if problem and row is not None:
            named[where] = row
        elif problem:
            failed.append(f"{where}: {problem}")
        elif exchange is not None:
            failed += [f"{where}: it is read: its row is to go"] if row else []
            read[exchange.dialect] += 1
    streams = read.total() + len(named) + len(failed)
    tell(TITLE, [f"{dialect:<20}{count:>5} read" for dialect, count in sorted(read.items())])
    figures = f"{read.total()} of {streams} streams read, {len(named)} named"
    tell(TITLE, [f"{figures} ({len(named) / streams:.2%}), {len(failed)} neither"])
    tell(TITLE, [f"not read, {one}: {row.why} (§{row.section})" for one, row in named.items()])
    assert failed == []
    assert set(named.values()) == set(KNOWN)
    assert len(named) <= AT_MOST * streams
    assert read.total() >= 440


def test_no_file_with_streams_is_passed_over(corpus: Path, tell: Tell) -> None:
    """The corpus's own list says where streams were asked for: in known formats they are found.

    Or an error came in the stream's place. What else is left is no cassette of a known format.
    """
    manifest = corpus / "MANIFEST.csv"
    if not manifest.is_file():
        pytest.skip("1 file: the corpus has no MANIFEST.csv")
    with manifest.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["streaming"] == "yes"]
    found = {
        one.path.relative_to(corpus).as_posix()
        for one in recorded(corpus)
        if is_stream(one.interaction) or one.interaction.response.status >= FIRST_ERROR
    }
    left = [row for row in rows if row["path"] not in found]
    strangers = Counter(row["format"] for row in left)
    tell(TITLE, [f"files of other formats with streams: {strangers['other']}"])
    assert strangers.keys() <= {"other", "eventstream-binary"}
