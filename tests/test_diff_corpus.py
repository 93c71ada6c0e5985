"""Other people's cassettes against mutations of themselves: each level sees what it has to.

A sample of the corpus is looked at; `STREAM_CASSETTE_ALL=1` looks at every cassette of two or more
interactions.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from stream_cassette.api import load
from stream_cassette.cassette.model import Cassette
from stream_cassette.cassette.visible import is_hidden
from stream_cassette.diffing.cassettes import diff_cassettes
from stream_cassette.diffing.model import DIFF_LEVELS, CassetteDiff, TreeDiff
from stream_cassette.diffing.rules import rules_of
from stream_cassette.errors import CassetteFileError
from stream_cassette.report.diff_github import diff_annotations
from stream_cassette.report.diff_markdown import LIMIT, diff_markdown
from stream_cassette.report.diff_terminal import diff_rows
from stream_cassette.report.stable_text import stable_text
from tests.corpus import corpus_directory
from tests.support.mutations import MUTATIONS, plainly

EVERY = bool(os.environ.get("STREAM_CASSETTE_ALL"))
STEP = 1 if EVERY else 12  # of the files, in the order of their names

# told of as exactly one change, where they are made
SINGLE = {"argument", "word", "finish reason"}
# whose ids stand in places that no provider's answer has them in: a search's files
KNOWN = {("ids", "test_openai_responses_model_file_search_tool_stream.yaml")}


def cassettes() -> Iterator[tuple[Path, Cassette]]:
    corpus = corpus_directory()
    if corpus is None:
        pytest.skip("no corpus: 2 tests over its cassettes")
    endings = (".yaml", ".yml", ".json", ".gz")
    files = sorted(path for path in corpus.rglob("*") if path.name.endswith(endings))
    for path in files[::STEP]:
        try:
            cassette = load(path)
        except CassetteFileError:
            continue
        if len(cassette.interactions) > 1:
            yield path, plainly(cassette)


def test_each_level_sees_what_it_has_to() -> None:
    counts: Counter[str] = Counter()
    faults: list[str] = []
    for path, cassette in cassettes():
        counts["cassettes"] += 1
        for level in DIFF_LEVELS:
            if diff_cassettes(cassette, cassette, rules_of(level)).has_changes:
                faults.append(f"{path.name}: is not itself at {level}")
        text = list(stable_text(cassette))
        for name, (mutate, levels) in MUTATIONS.items():
            changed = mutate(cassette)
            if changed is None or (name, path.name) in KNOWN:
                continue
            counts[name] += 1
            if (list(stable_text(changed)) == text) is ("conversation" in levels):
                faults.append(f"{path.name}: {name} in git's text")
            for level in DIFF_LEVELS:
                found = diff_cassettes(cassette, changed, rules_of(level))
                if not is_right(name, level, found, levels):
                    said = [str(one)[:100] for one in found.differences[:4]]
                    faults.append(f"{path.name}: {name} at {level}: {said}")
    print(f"mutations, each at {len(DIFF_LEVELS)} levels: {dict(counts)}")
    assert faults == []
    assert counts["cassettes"] > (200 if EVERY else 12)
    assert set(counts) == {"cassettes", *MUTATIONS}


def is_shown(text: str) -> bool:
    return not any(map(is_hidden, text))


def is_right(name: str, level: str, found: CassetteDiff, levels: tuple[str, ...]) -> bool:
    """Whether the level saw it if it has to, and only then; and told it once where it is one."""
    if name in SINGLE and level == "conversation":
        return len(found.differences) == 1
    return found.has_changes is (level in levels)


def test_any_two_can_be_told_apart_and_shown() -> None:
    """Cassettes that have nothing to do with each other, in every shape."""
    every = list(cassettes())
    alike = 0  # some tests of one project record the same
    for (path, one), (other_path, other) in pairwise(every):
        for level in DIFF_LEVELS:
            found = diff_cassettes(one, other, rules_of(level))
            tree = TreeDiff(left=str(path), right=str(other_path), level=level, files=(found,))
            alike += not found.has_changes
            assert all(is_shown(piece.text) for row in diff_rows(tree) for piece in row)
            assert found.has_changes is (0 < len(diff_markdown(tree)) <= LIMIT)
            assert all(line.startswith("::") for line in diff_annotations(tree))
            json.dumps(tree.to_dict())
        assert all(map(is_shown, stable_text(one)))
    print(f"{len(every)} cassettes beside each other at 3 levels, {alike} alike")
    assert alike < len(every) / 10
