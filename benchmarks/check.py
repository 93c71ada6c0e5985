"""What `check` costs a core, by the megabyte: all rules, over many files of one stream each.

`bare` reads the files and does no more: that part of the work there is for every command. Two
numbers of files tell whether the cost grows with anything but their number. Time is that of the
processor.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from time import process_time

from benchmarks import accumulate
from benchmarks.tools import Tool

__all__ = ["few", "many"]

FEW, MANY = 50, 400


def few(tool: Tool, url: str, directory: Path) -> float:
    """Megabytes a second, 50 files of about 28 kB."""
    return _speed(tool, directory, FEW)


def many(tool: Tool, url: str, directory: Path) -> float:
    """Megabytes a second, 400 files of about 28 kB."""
    return _speed(tool, directory, MANY)


def _speed(tool: Tool, directory: Path, count: int) -> float:
    from stream_cassette.cassette.redact import redaction_of
    from stream_cassette.checks.examine import Terms
    from stream_cassette.checks.run import examined
    from stream_cassette.checks.settings import settings_of
    from stream_cassette.store.files import read
    from stream_cassette.store.sources import sources_in

    size = _write(directory, count)
    sources = sources_in([directory])
    redaction = redaction_of(True).with_environment({})
    terms = Terms(settings=settings_of({}), redaction=redaction, now=datetime.now(UTC))
    samples = []
    for _ in range(3):
        begin = process_time()
        if tool.requires is None:
            done = sum(len(read(one.path).interactions) for one in sources)
        else:
            done = sum(one.status == "checked" for one in examined(sources, terms))
        samples.append(process_time() - begin)
        assert done == count
    return size / 1e6 / min(samples)


def _write(directory: Path, count: int) -> int:
    """Cassettes of a chat of 100 events each; their size together."""
    from stream_cassette import Cassette, Interaction, Request, Response, dump

    events = accumulate.chat_body().split(b"\n\n")
    body = b"\n\n".join([*events[:84], *events[-4:]])
    headers = (("content-type", "text/event-stream"),)
    size = 0
    for index in range(count):
        question = (
            b'{"model":"m","stream":true,"messages":[{"role":"user","content":"%d?"}]}' % index
        )
        request = Request(
            method="POST", url="https://api.example.com/v1/chat/completions", body=question
        )
        one = Interaction(
            request=request, response=Response(status=200, headers=headers, body=body)
        )
        size += dump(Cassette(interactions=(one,)), directory / f"{index:05}.yaml")
    return size
