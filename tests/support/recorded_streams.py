"""Every recorded answer of the corpus: of cassettes, of event streams, of stripped chunks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from stream_cassette.cassette.model import Interaction, Request, Response
from stream_cassette.errors import CassetteFileError
from stream_cassette.store.files import read

_EVENTS = (b"data: ", b"event: ", b":", b"id: ")


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """One interaction and where it is from."""

    path: Path
    index: int
    interaction: Interaction


def recorded(root: Path) -> Iterator[Recorded]:
    """Every interaction below `root`, files in order."""
    for path in sorted(root.rglob("*")):
        if path.is_file() and path.suffix not in (".csv", ".eventstream"):
            for index, one in enumerate(_interactions(path)):
                yield Recorded(path=path, index=index, interaction=one)


def _interactions(path: Path) -> tuple[Interaction, ...]:
    try:
        return read(path).interactions
    except CassetteFileError:
        return tuple(_fixture(path))


def _fixture(path: Path) -> Iterator[Interaction]:
    """A test fixture of somebody's that holds an event stream, or its data line by line."""
    data = path.read_bytes()
    if path.name.endswith(".chunks.txt"):
        lines = (line for line in data.split(b"\n") if line.strip())
        data = b"".join(b"data: " + line + b"\n\n" for line in lines)
    if data.startswith(_EVENTS):
        headers = (("content-type", "text/event-stream"),)
        request = Request(method="POST", url="http://fixture.example/")
        yield Interaction(
            request=request, response=Response(status=200, headers=headers, body=data)
        )
