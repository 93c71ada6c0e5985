"""Files and trees of them compared, in this process and in others."""

from __future__ import annotations

import gzip
import shutil
from pathlib import Path

import pytest

from stream_cassette.api import dump
from stream_cassette.comparing import diff_sides
from stream_cassette.diffing.model import TreeDiff
from stream_cassette.diffing.rules import Rules
from stream_cassette.errors import UsageError
from stream_cassette.store.sources import NOTHING, side_of
from tests.support.weather_pair import session

# chunks that do not sum to the body
BROKEN = """\
stream_cassette: {format: 1}
interactions:
- request: {method: GET, uri: "http://a/", headers: {}, body: null}
  response:
    status: {code: 200, message: OK}
    headers: {}
    body: {string: abc}
    stream: {chunks: 9@1}
version: 1
"""


@pytest.fixture
def trees(tmp_path: Path) -> tuple[Path, Path]:
    """Files that are the same, changed, gone, new, moved; and some that are no cassettes."""
    old, new = tmp_path / "old", tmp_path / "new"
    for root, run in ((old, "a"), (new, "bb")):
        dump(session("a"), root / "equal.yaml")
        dump(session(run), root / "deep" / "alike.yaml")
        dump(session(run, city="Zürich" if root is old else "Genève"), root / "changed.yaml")
        (root / "compose.yaml").write_text("services: {}\n")
    dump(session("a", prompt="Write a poem.", reply="The sea is wide. " * 40), old / "gone.yaml")
    dump(session("a", prompt="Sum it up.", reply="The board has met. " * 40), new / "come.yaml")
    moved = session("a", prompt="Translate every word into Romansh, please.")
    dump(moved, old / "before.yaml")
    dump(moved, new / "sub" / "after.yaml")
    return old, new


def compared(left: object, right: object, **rest: int) -> TreeDiff:
    return diff_sides(side_of(str(left)), side_of(str(right)), Rules(), **rest)  # type: ignore[arg-type]


def statuses(tree: TreeDiff) -> dict[str, str]:
    return {one.path: one.status for one in tree.files}


TREE = {
    "changed.yaml": "changed",
    "come.yaml": "added",
    "deep/alike.yaml": "same",
    "equal.yaml": "same",
    "gone.yaml": "removed",
    "sub/after.yaml": "renamed",
}


@pytest.mark.parametrize("jobs", [None, 2])
def test_trees(trees: tuple[Path, Path], jobs: int | None) -> None:
    told: list[tuple[int, int]] = []
    left, right = (side_of(one) for one in trees)
    found = diff_sides(left, right, Rules(), jobs=jobs, progress=lambda *at: told.append(at))
    assert statuses(found) == TREE
    assert [one.path for one in found.files[0].differences] == [
        "messages[2].parts[0].arguments.city"
    ]
    moved = found.files[-1]
    assert (moved.left, moved.right) == (
        str(trees[0] / "before.yaml"),
        str(trees[1] / "sub" / "after.yaml"),
    )
    assert not moved.has_changes
    assert told[-1] == (7, 7)


def test_globs(trees: tuple[Path, Path]) -> None:
    found = compared(trees[0] / "*.yaml", trees[1])
    assert statuses(found)["deep/alike.yaml"] == "added"
    assert statuses(found)["equal.yaml"] == "same"


def test_two_files(trees: tuple[Path, Path]) -> None:
    old, new = trees
    found = compared(old / "changed.yaml", new / "changed.yaml")
    assert statuses(found) == {str(new / "changed.yaml"): "changed"}
    assert found.left == str(old / "changed.yaml")


def test_no_file_on_a_side(trees: tuple[Path, Path]) -> None:
    path = side_of(trees[0] / "equal.yaml")
    assert statuses(diff_sides(NOTHING, path, Rules())) == {path.name: "added"}
    assert statuses(diff_sides(path, NOTHING, Rules())) == {path.name: "removed"}


def test_a_tree_and_a_file(trees: tuple[Path, Path]) -> None:
    with pytest.raises(UsageError, match=r"old is a tree and .*equal\.yaml a file"):
        compared(trees[0], trees[1] / "equal.yaml")
    with pytest.raises(UsageError, match=r"new is a tree"):
        compared(trees[0] / "equal.yaml", trees[1])


@pytest.mark.parametrize(
    "content", ["", "interactions: [{}]\nversion: 1\n"], ids=["empty", "broken"]
)
@pytest.mark.parametrize("side", [0, 1])
def test_what_can_not_be_read_is_named(trees: tuple[Path, Path], content: str, side: int) -> None:
    path = trees[side] / "changed.yaml"
    path.write_text(content)
    found = compared(*trees)
    assert found.status == "unreadable"
    broken = found.files[0]
    assert broken.status == "unreadable" and broken.error is not None
    assert broken.error.startswith(str(path))


def test_a_named_file_that_is_no_cassette(trees: tuple[Path, Path]) -> None:
    path = trees[0] / "compose.yaml"
    assert compared(path, path).status == "unreadable"


def test_broken_alike_is_broken(trees: tuple[Path, Path]) -> None:
    for root in trees:
        (root / "equal.yaml").write_text(BROKEN)
    assert statuses(compared(*trees))["equal.yaml"] == "unreadable"


def test_renamed_and_changed(trees: tuple[Path, Path]) -> None:
    prompt = "Translate every word into Romansh, please."
    dump(session("cc", prompt=prompt, temperature=0.5), trees[1] / "sub" / "after.yaml")
    moved = compared(*trees).files[-1]
    assert (moved.path, moved.status) == ("sub/after.yaml", "renamed")
    assert [one.path for one in moved.differences] == ["requests[0].temperature"]


def test_packed_is_what_it_holds(trees: tuple[Path, Path]) -> None:
    plain = trees[0] / "equal.yaml"
    packed = trees[0] / "packed.yaml.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert compared(plain, packed).status == "same"


def test_many_files(tmp_path: Path) -> None:
    """Enough of them for processes of their own."""
    (tmp_path / "a").mkdir()
    dump(session("a"), tmp_path / "a" / "0.yaml")
    for number in range(1, 30):
        shutil.copy(tmp_path / "a" / "0.yaml", tmp_path / "a" / f"{number}.yaml")
    shutil.copytree(tmp_path / "a", tmp_path / "b")
    dump(session("bb", reply="No."), tmp_path / "b" / "7.yaml")
    found = compared(tmp_path / "a", tmp_path / "b")
    assert [path for path, status in statuses(found).items() if status != "same"] == ["7.yaml"]
