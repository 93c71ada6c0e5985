from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from stream_cassette.checks.examine import examine, subject_of, unpacked
from stream_cassette.errors import CorruptCassette
from stream_cassette.store.sources import Source
from tests.corpus import CASSETTES
from tests.support.checked import FINDINGS, found_in, get, terms, written

INVALID = CASSETTES / "invalid"
TOKEN = "ghp_" + "Zq3vT9xLmR2wY8bN4cK7pD1fA5sH6gJ0kE2u"


def source(path: Path, *, named: bool = False) -> Source:
    return Source(name=str(path), path=path, is_named=named)


@pytest.mark.parametrize("path", sorted(INVALID.glob("*.yaml")), ids=lambda path: path.stem)
def test_what_can_not_be_read_is_one_error(path: Path) -> None:
    (one,) = found_in(path)
    assert one.severity == "error"
    assert one.rule in ("corrupt", "newer-format", "not-a-cassette", "sizes")
    assert one.path == str(path) and str(path) not in one.message


def test_an_error_keeps_its_own_line_and_interaction() -> None:
    (one,) = found_in(INVALID / "second-interaction.yaml")
    assert (one.interaction, one.line) == (1, 20)
    (one,) = found_in(INVALID / "merge-conflict.yaml")
    assert (one.line, one.remedy) == (4, "resolve the merge first")


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"name: ci\non: push\n", "skipped"),
        (b'{"interactions": [{"exchange": {}}]}', "skipped"),
        (b"", "checked"),
        (b" \n", "checked"),
        (b"# stream-cassette\nnothing: more\n", "checked"),
        (b"stream_cassette: {format: 1}\ninteractions:\n- {}\n", "checked"),
        (written(get()), "checked"),
    ],
)
def test_files_that_nobody_named(content: bytes, status: str, tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(content)
    assert examine(source(path), terms()).status == status
    assert examine(source(path, named=True), terms()).status == "checked"


def test_an_empty_file_of_another_kind_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(b"")
    assert examine(source(path), terms()).status == "skipped"


def test_a_file_that_is_gone_has_failed(tmp_path: Path) -> None:
    seen = examine(source(tmp_path / "a.yaml"), terms())
    assert seen.status == "failed" and "a.yaml" in str(seen.error)
    assert seen.findings == ()


def test_findings_stand_in_the_order_of_lines(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    length = ("content-length", "9")
    path.write_bytes(written(get(b"x", length), get(b"x"), get(b"x", length)))
    found = found_in(path)
    assert [one.interaction for one in found] == [0, 2]
    assert [one.line for one in found] == sorted(one.line or 0 for one in found)


def test_severity_and_selection_are_the_settings() -> None:
    path = FINDINGS / "spelling.yaml"
    (one,) = found_in(path, terms(severity=["spelling=error"]))
    assert one.severity == "error"
    assert found_in(path, terms(ignore=["written"])) == []
    table = {"per-file-ignores": {"findings/*.yaml": ["spelling"]}}
    assert found_in(path, terms(table=table, root=FINDINGS.parent.as_posix())) == []
    assert found_in(path, terms(table=table, root="/elsewhere")) != []


def test_age_counts_only_where_it_is_asked_for() -> None:
    path = FINDINGS / "too-old.yaml"
    assert found_in(path) == []
    assert [one.rule for one in found_in(path, terms(max_age="90d"))] == ["too-old"]


def test_a_packed_file_is_looked_into(tmp_path: Path) -> None:
    data = (FINDINGS / "stale-comments.yaml").read_bytes()
    path = tmp_path / "a.yaml.gz"
    path.write_bytes(gzip.compress(data))
    assert [(one.rule, one.line) for one in found_in(path)] == [("stale-comments", 4)]
    assert unpacked(path.read_bytes()) == data
    with pytest.raises(CorruptCassette, match="no whole gzip"):
        subject_of("a", gzip.compress(data)[:-9])


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("merge-conflict", "corrupt"),
        ("duplicate-key", "corrupt"),
        ("python-tag", "corrupt"),
        ("newer-format", "newer-format"),
        ("sizes", "sizes"),
    ],
)
def test_what_could_not_be_examined_has_failed_where_no_rule_says_so(name: str, rule: str) -> None:
    path = INVALID / f"{name}.yaml"
    for options in ({"select": ["secrets"]}, {"ignore": [rule]}):
        seen = examine(source(path, named=True), terms(**options))
        assert (seen.status, seen.findings) == ("failed", ())
        assert str(seen.error).startswith(str(path))
    root = INVALID.parent.as_posix()
    for named, status in (([rule], "checked"), (["secrets"], "failed"), (["all"], "checked")):
        table = {"per-file-ignores": {f"invalid/{name}.yaml": named}}
        held_to = terms(table=table, select=["secrets"], root=root)
        assert examine(source(path, named=True), held_to).status == status


def test_what_can_not_be_read_is_searched_for_secrets(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    data = (INVALID / "sizes.yaml").read_bytes()
    path.write_bytes(data + f"# {TOKEN}\n".encode())
    line = data.count(b"\n") + 1
    assert [(one.rule, one.line) for one in found_in(path)] == [
        (one.rule, one.line) for one in found_in(INVALID / "sizes.yaml")
    ] + [("secret", line)]
    seen = examine(source(path, named=True), terms(select=["secrets"]))
    assert seen.status == "failed"
    assert [(one.rule, one.line) for one in seen.findings] == [("secret", line)]
    table = {"per-file-ignores": {"a.yaml": ["sizes"]}}
    found = found_in(path, terms(table=table, root=tmp_path.as_posix()))
    assert [one.rule for one in found] == ["secret"]
    assert "secret" not in [one.rule for one in found_in(path, terms(select=["file"]))]
