"""The values of a diff: their JSON, their summary, and that they travel between processes."""

from __future__ import annotations

import json
import pickle

import pytest

from stream_cassette.comparison.match import Divergence
from stream_cassette.diffing.model import (
    DIFF_LEVELS,
    CassetteDiff,
    ConversationDiff,
    FileStatus,
    InteractionDiff,
    Pace,
    TreeDiff,
    Turn,
)
from tests.support.talks import answer, said

CITY = Divergence(
    steps=("messages", 1, "parts", 0, "arguments", "city"),
    kind="changed",
    left="Zürich",
    right="Genève",
)


def one_changed() -> CassetteDiff:
    turn = Turn(
        status="changed",
        place=1,
        left=answer(said("a")),
        right=answer(said("b")),
        differences=(CITY,),
    )
    talk = ConversationDiff(
        status="changed",
        left=0,
        right=0,
        left_interactions=(0, 1),
        right_interactions=(0, 1),
        title="openai-chat",
        differences=(CITY,),
        turns=(turn,),
        pace=Pace(chunks=(3, None), total_ms=(10.5, None), tokens=("1 in", "2 in")),
    )
    plain = InteractionDiff(status="same", left=2, right=3, method="GET", url="https://x.test/")
    return CassetteDiff(
        left="a/x.yaml",
        right="b/x.yaml",
        path="x.yaml",
        status="changed",
        conversations=(talk,),
        interactions=(plain,),
    )


def file(status: FileStatus) -> CassetteDiff:
    return CassetteDiff(left="a", right="b", path="x", status=status)


def test_levels() -> None:
    assert DIFF_LEVELS == ("conversation", "frames", "bytes")


def test_json() -> None:
    tree = TreeDiff(left="a", right="b", files=(one_changed(), file("same"), file("same")))
    value = json.loads(json.dumps(tree.to_dict()))
    assert list(value) == ["schema", "left", "right", "level", "status", "counts", "files"]
    assert (value["schema"], value["counts"]) == (1, {"changed": 1, "same": 2})
    (talk,) = value["files"][0]["conversations"]
    assert talk["differences"] == [
        {
            "path": "messages[1].parts[0].arguments.city",
            "kind": "changed",
            "left": "Zürich",
            "right": "Genève",
            "text": 'messages[1].parts[0].arguments.city: "Zürich" ≠ "Genève"',
        }
    ]
    assert talk["pace"]["chunks"] == [3, None]
    assert value["files"][0]["interactions"][0]["url"] == "https://x.test/"


def test_of_a_cassette() -> None:
    assert one_changed().differences == (CITY,)
    assert one_changed().has_changes
    assert not file("renamed").has_changes


@pytest.mark.parametrize(
    ("found", "status"),
    [
        ([], "same"),
        (["same"], "same"),
        (["same", "changed"], "changed"),
        (["renamed"], "changed"),
        (["added", "unreadable"], "unreadable"),
    ],
)
def test_status_of_a_tree(found: list[FileStatus], status: str) -> None:
    tree = TreeDiff(left="a", right="b", files=tuple(file(one) for one in found))
    assert tree.status == status


def test_it_travels() -> None:
    tree = TreeDiff(left="a", right="b", files=(one_changed(),))
    assert pickle.loads(pickle.dumps(tree)) == tree
