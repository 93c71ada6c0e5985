"""Which file of one tree is which of another."""

from __future__ import annotations

from stream_cassette.diffing.trees import FilePair, paired, renames, with_renames

REQUEST = b'  {"messages": [{"role": "user", "content": "Tell me of %b"}]}\n'


def recorded(topic: bytes, run: bytes) -> bytes:
    lines = [b"interactions:\n", REQUEST % topic]
    for number in range(5):
        lines.append(b'  data: {"id": "gen_%b%d8x", "text": "%b says"}\n' % (run, number, topic))
    return b"".join(lines)


def test_paired() -> None:
    assert paired(["b", "a"], ["c", "b"]) == [("a", None), ("b", "b"), (None, "c")]


def test_renamed_in_another_run() -> None:
    gone = {"old/cats": recorded(b"cats", b"a"), "old/dogs": recorded(b"dogs", b"a")}
    come = {"new/dogs": recorded(b"dogs", b"b"), "new/birds": recorded(b"birds", b"b")}
    assert renames(gone, come) == {"new/dogs": "old/dogs"}


def test_each_is_taken_once() -> None:
    same = recorded(b"cats", b"a")
    assert renames({"a": same}, {"x": same, "y": same}) == {"x": "a"}


def test_what_many_files_have_says_nothing() -> None:
    shared = b"a line that is in every file of the tree\n" * 3
    gone = {f"a{n}": shared for n in range(20)}
    assert renames(gone, {"b": shared}) == {}


def test_nothing_to_tell_by() -> None:
    assert renames({"a": b""}, {"b": b""}) == {}


def test_pairs_with_renames() -> None:
    left = {"same": b"x", "old": recorded(b"cats", b"a"), "gone": b"1"}
    right = {"same": b"x", "new": recorded(b"cats", b"b")}
    found = with_renames(paired(left, right), left, right, bytes, lambda content: None)
    assert found == [("gone", None), ("old", "new"), ("same", "same")]
    same = [FilePair("a", "a")]
    assert with_renames(same, {"a": b""}, {"a": b""}, bytes, bytes) == same


def test_openings_that_are_peculiar() -> None:
    left, right = {"a": "x", "b": "y", "c": "y"}, {"d": "x", "e": "y", "f": None}
    found = with_renames(paired(left, right), left, right, lambda key: b"", lambda key: key)
    assert found == [("b", None), ("c", None), ("a", "d"), (None, "e"), (None, "f")]
