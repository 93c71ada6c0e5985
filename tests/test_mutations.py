"""Our own cassettes with bytes changed, events moved, words and numbers exchanged: none raises.

What a stream says then is anybody's guess; it is read, kept and reported all the same.
"""

from __future__ import annotations

import random
import re
from dataclasses import replace

import pytest

from stream_cassette.cassette.model import Interaction, header
from stream_cassette.comments import comment_of
from stream_cassette.meaning import exchange_of, history_of
from stream_cassette.store.files import read
from stream_cassette.wire.eventstream import with_checksums
from tests.corpus import CASSETTES

EVENTSTREAM = "application/vnd.amazon.eventstream"
FOLDERS = sorted({path.parent.name for path in CASSETTES.glob("*/*.expected.json")})
TIMES = 150  # for each dialect
WORD = re.compile(rb'"([A-Za-z_.-]+)"')
NUMBER = re.compile(rb":\s*(-?[0-9]+)")
BYTES = b'"{}[]:,0019ntfaule\\ \n\r'
VALUES = (b"null", b"[]", b"{}", b'"x"', b"1", b"true", b"-1", b"99")


def exchanged(body: bytes, chance: random.Random) -> bytes:
    """A word in quotes takes the place of another, or a value that of a number."""
    words, numbers = list(WORD.finditer(body)), list(NUMBER.finditer(body))
    found = chance.choice([words, numbers])
    if not found:
        return body
    place = chance.choice(found)
    new = chance.choice(words)[1] if found is words else chance.choice(VALUES)
    return body[: place.start(1)] + new + body[place.end(1) :]


def moved(body: bytes, chance: random.Random) -> bytes:
    """An event is gone, there twice, or at another place."""
    events = body.split(b"\n\n")
    event = events.pop(chance.randrange(len(events)))
    for _ in range(chance.randrange(3)):
        events.insert(chance.randint(0, len(events)), event)
    return b"\n\n".join(events)


def garbled(body: bytes, chance: random.Random) -> bytes:
    """A few bytes are others, or gone."""
    at = chance.randrange(len(body) + 1)
    return body[:at] + bytes([chance.choice(BYTES)]) + body[at + chance.randrange(12) :]


def changed(body: bytes, chance: random.Random) -> bytes:
    for _ in range(chance.randint(1, 5)):
        body = chance.choice([exchanged, exchanged, moved, garbled])(body, chance)
    return body


def in_place(body: bytes, chance: random.Random) -> bytes:
    """Event-stream messages with a few characters exchanged, and true checksums."""
    out = bytearray(body)
    for at in chance.choices(range(len(body)), k=5):
        if chr(out[at]).isprintable() and at > 100:
            out[at] = chance.choice(b'"{}[]:,01ntfa ')
    return with_checksums(bytes(out))


def mutated(one: Interaction, chance: random.Random) -> Interaction:
    binary = header(one.response.headers, "content-type") == EVENTSTREAM
    body = (in_place if binary else changed)(one.response.body, chance)
    request = replace(one.request, body=changed(one.request.body, chance))
    return replace(one, request=request, response=replace(one.response, body=body, cuts=None))


@pytest.mark.parametrize("folder", FOLDERS)
def test_nothing_raises(folder: str) -> None:
    recorded = [
        one
        for path in sorted((CASSETTES / folder).glob("*.yaml"))
        for one in read(path).interactions
        if one.response.body
    ]
    read_all = 0
    for number in range(TIMES):
        one = mutated(recorded[number % len(recorded)], random.Random(f"{folder} {number}"))
        assert comment_of(0, one)
        history_of(one)
        read_all += exchange_of(one) is not None
    assert read_all > TIMES / 4
