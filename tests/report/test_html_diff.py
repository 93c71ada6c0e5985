"""Differences for a page: what is the same is counted, what changed is marked in both values."""

from __future__ import annotations

from stream_cassette.comparison.match import Divergence
from stream_cassette.diffing.model import (
    CassetteDiff,
    ConversationDiff,
    InteractionDiff,
    Pace,
    TreeDiff,
    Turn,
)
from stream_cassette.report.html_diff import ChangeView, DiffView, Piece, SectionView, diff_view
from tests.support.talks import asked, said


def view(*files: CassetteDiff) -> DiffView:
    return diff_view(TreeDiff(left="HEAD:c", right="c", files=files), 1_000)


def changed(left: object, right: object) -> Divergence:
    steps = ("messages", 2, "content")
    return Divergence(steps=steps, kind="changed", left=left, right=right)


def section(*differences: Divergence, **rest: object) -> SectionView:
    diff = ConversationDiff(status="changed", left=0, right=0, differences=differences, **rest)  # type: ignore[arg-type]
    file = CassetteDiff(left="a", right="b", path="b", status="changed", conversations=(diff,))
    return view(file).files[0].sections[0]


def change(left: object, right: object) -> ChangeView:
    return section(changed(left, right)).changes[0]


def test_files_that_are_the_same_are_only_counted() -> None:
    made = view(
        CassetteDiff(left="a", right="a", path="a"),
        CassetteDiff(left=None, right="b", path="b", status="added"),
        CassetteDiff(left="c", right="d", path="d", status="renamed"),
        CassetteDiff(left="e", right="e", path="e", status="unreadable", error="is no cassette"),
    )
    assert made.title == "HEAD:c → c"
    assert made.counts == (("same", 1), ("added", 1), ("renamed", 1), ("unreadable", 1))
    assert [(one.status, one.path, one.names, one.error) for one in made.files] == [
        ("added", "b", "b", ""),
        ("renamed", "d", "c → d", ""),
        ("unreadable", "e", "e", "is no cassette"),
    ]


def test_the_changed_words_are_marked() -> None:
    made = change("It is sunny today", "It is cloudy today")
    assert made.path == "messages[2].content"
    assert made.left == (Piece("It is ", False), Piece("sunny", True), Piece(" today", False))
    assert made.right == (Piece("It is ", False), Piece("cloudy", True), Piece(" today", False))


def test_values_that_are_no_text_are_json() -> None:
    made = change({"a": [1, 2]}, {"a": [1, 3]})
    assert made.left is not None and made.right is not None
    assert "".join(one.text for one in made.left) == '{\n  "a": [\n    1,\n    2\n  ]\n}'
    assert [one.text for one in made.right if one.is_changed] == ["3"]


def test_one_side_alone() -> None:
    only = Divergence(steps=("messages", 1), kind="left_only", left="x\u2028", right=None)
    other = Divergence(steps=("messages", 1), kind="right_only", left=None, right=2)
    one, two = section(only, other).changes
    assert (one.left, one.right) == ((Piece(r"x\u{2028}", True),), None)
    assert (two.left, two.right) == (None, (Piece("2", True),))


def test_long_values_are_cut_or_marked_whole() -> None:
    made = change("a b " * 900, "c d " * 900)
    assert made.left is not None and len(made.left) == 1 and made.left[0].is_changed
    made = change("x" * 5_000, "y")
    assert made.left is not None and made.left[0].text.endswith("… 1,000 more characters")


def test_turns_and_pace() -> None:
    made = section(
        changed("a", "b"),
        title="user: hi",
        turns=(
            Turn(status="same", place=0, left=asked(said("q")), right=asked(said("q"))),
            Turn(status="removed", place=1, left=asked(said("more")), right=None),
        ),
        pace=Pace(
            chunks=(24, None), cuts_differ=True, total_ms=(1250.0, 90.0), tokens=("1 in", "")
        ),
    )
    assert made.title == "Conversation 0: user: hi"
    assert [(one.status, one.left is None, one.right is None) for one in made.turns] == [
        ("same", False, False),
        ("removed", False, True),
    ]
    assert made.pace == (
        "cut otherwise: 24 → unknown chunks · last chunk 1,250 → 90 ms · tokens 1 in → unknown"
    )


def test_interactions() -> None:
    diff = InteractionDiff(
        status="added", left=None, right=4, method="GET", url="https://x", differences=()
    )
    file = CassetteDiff(left="a", right="b", path="b", status="changed", interactions=(diff,))
    (made,) = view(file).files[0].sections
    assert (made.status, made.title) == ("added", "Interaction 4: GET https://x")


def test_a_great_many_differences_are_cut() -> None:
    made = section(*[changed(n, n + 1) for n in range(130)])
    assert len(made.changes) == 100 and made.left_changes == 30
