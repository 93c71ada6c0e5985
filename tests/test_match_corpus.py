"""Every conversation of the corpus is like itself, and every two can be told apart in text."""

from __future__ import annotations

from itertools import pairwise

import pytest
from rich.cells import cell_len

from stream_cassette import assert_conversations_match, compare, load
from stream_cassette.comparison.ignore import LEVELS
from stream_cassette.conversation.model import Conversation
from stream_cassette.errors import CassetteFileError
from tests.corpus import corpus_directory

HEAD = "do not say the same at level"


def conversations() -> list[Conversation]:
    """All conversations, files in order."""
    corpus = corpus_directory()
    if corpus is None:
        pytest.skip("no corpus: 2 tests over its conversations")
    found: list[Conversation] = []
    for path in sorted(corpus.rglob("*.yaml")):
        try:
            found += load(path).conversations
        except CassetteFileError:
            continue
    return found


def test_each_is_like_itself() -> None:
    found = conversations()
    assert len(found) > 300
    for one in found:
        for level in LEVELS:
            assert compare(one, one, level=level) == ()
    print(f"{len(found)} conversations")


def test_what_is_said_of_two_is_bounded_and_safe_to_show() -> None:
    told = 0
    for one, other in pairwise(conversations()):
        try:
            assert_conversations_match(one, other, level="exact")
        except AssertionError as error:
            text = str(error)
            lines = text.split("\n")
            assert HEAD in lines[0] and len(lines) < 120
            assert all(cell_len(line) <= 110 and "\x1b" not in line for line in lines)
            told += 1
    assert told > 250
