"""Golden conversations: `cassettes/<dialect>/<case>.yaml` and what its wire says, beside it.

`<case>.expected.json` holds, for each interaction, the request's history and the exchange.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from stream_cassette.cassette.model import Interaction, header
from stream_cassette.meaning import exchange_of, frames_of, history_of
from stream_cassette.store.files import read
from stream_cassette.wire.framing import decoder_for
from tests.corpus import CASSETTES

__all__ = ["cut_everywhere", "expected_of", "golden_case", "golden_cases", "said"]


def golden_cases(folder: str) -> list[Path]:
    """The cassettes of a dialect's folder that have their golden conversation."""
    named = sorted((CASSETTES / folder).glob("*.expected.json"))
    return [path.with_name(path.name.replace(".expected.json", ".yaml")) for path in named]


def golden_case(folder: str, case: str) -> Path:
    """One of them, by its name."""
    return CASSETTES / folder / f"{case}.yaml"


def expected_of(path: Path) -> list[dict[str, Any]]:
    """The golden conversation of a cassette."""
    text = path.with_name(f"{path.stem}.expected.json").read_text("utf-8")
    found: list[dict[str, Any]] = json.loads(text)["interactions"]
    return found


def said(path: Path) -> list[dict[str, Any]]:
    """What a cassette's interactions say, in the golden shape."""
    return [_said(one) for one in read(path).interactions]


def cut_everywhere(path: Path) -> Iterator[bool]:
    """For each interaction: its frames are the same at every cut, and so is what it says of them.

    Frames are all that a dialect sees, so equal frames are equal exchanges; the body cut into
    single bytes is read all the same.
    """
    for one in read(path).interactions:
        body, whole = one.response.body, frames_of(one.response)
        media = header(one.response.headers, "content-type")
        for places in _places(len(body)):
            decoder = decoder_for(media, body)
            found = [frame for a, b in pairwise(places) for frame in decoder.feed(body[a:b])]
            yield found + decoder.close() == whole
        yield _said(replace(one, response=replace(one.response, cuts=None))) == _said(one)


def _places(size: int) -> Iterator[list[int]]:
    yield list(range(size + 1))
    for cut in range(size + 1):
        yield [0, cut, size]


def _said(interaction: Interaction) -> dict[str, Any]:
    history, exchange = history_of(interaction), exchange_of(interaction)
    assert history is not None and exchange is not None
    return {"request": history.to_dict(), "exchange": exchange.to_dict()}
