"""A diff as annotations."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from stream_cassette.diffing.cassettes import diff_cassettes
from stream_cassette.diffing.model import CassetteDiff, TreeDiff
from stream_cassette.diffing.rules import rules_of
from stream_cassette.report.diff_github import diff_annotations
from tests.support.weather_pair import session

# a workflow command: GitHub Docs, "Workflow commands for GitHub Actions"
COMMAND = re.compile(r"::(error|warning|notice)( \w+=[^,:\n]*(,\w+=[^,:\n]*)*)?::[^\n\r]*")


def annotations(*files: CassetteDiff) -> list[str]:
    found = list(diff_annotations(TreeDiff(left="a", right="b", files=files)))
    assert all(COMMAND.fullmatch(line) for line in found)
    return found


def changed(name: str = "cassettes/x.yaml", **change: object) -> CassetteDiff:
    found = diff_cassettes(session("a"), session("a", **change), rules_of())  # type: ignore[arg-type]
    return replace(found, left=f"HEAD:{name}", right=name, path=name)


def test_an_argument() -> None:
    (line,) = annotations(changed(city="Genève"))
    assert line.split("::") == [
        "",
        "warning file=cassettes/x.yaml,title=Cassette changed",
        'messages[2].parts[0].arguments.city: "Zürich" → "Genève"',
    ]


def test_what_is_escaped() -> None:
    (line,) = annotations(changed("a,b%.yaml", reply="100%\n::error::x"))
    assert line.startswith("::warning file=a%2Cb%25.yaml,title=Cassette changed::")
    assert "100%25" in line and "\n" not in line


def test_many_differences_are_counted() -> None:
    (line,) = annotations(changed(**{f"option_{n}": n for n in range(20)}))
    assert line.count("%0A") == 8 and line.endswith("and 12 more")


@pytest.mark.parametrize(
    ("status", "start"),
    [
        ("added", "::notice file=x,title=Cassette added::added (0 "),
        ("removed", "::warning file=x,title=Cassette removed::removed"),
        ("renamed", "::notice file=x,title=Cassette renamed::renamed"),
    ],
)
def test_files(status: str, start: str) -> None:
    one = CassetteDiff(left="HEAD:x", right=None, path="x", status=status)  # type: ignore[arg-type]
    assert annotations(one)[0].startswith(start)


def test_unreadable() -> None:
    one = CassetteDiff(left="x", right="x", path="x", status="unreadable", error="x: broken")
    assert annotations(one) == ["::error file=x,title=Cassette can't be read::x: broken"]
    assert annotations(replace(one, status="same")) == []


def test_a_whole_path_is_told_from_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (line,) = annotations(replace(changed(city="Bern"), right=str(tmp_path / "a" / "x.yaml")))
    assert line.startswith("::warning file=a/x.yaml,")


def test_a_conversation_that_came() -> None:
    both = replace(session("a"), interactions=session("a").interactions * 2)
    (line,) = annotations(replace(diff_cassettes(session("a"), both, rules_of()), right="x"))
    assert "conversation 1 · openai-chat" in line and line.endswith(": added")


def test_a_long_answer_is_told_by_its_changed_words() -> None:
    words = [f"word{n}" for n in range(400)]
    said, words[300] = " ".join(words), "EDITED"
    found = diff_cassettes(
        session("a", reply=said), session("a", reply=" ".join(words)), rules_of()
    )
    (line,) = annotations(replace(found, left="x", right="x", path="x"))
    assert "[-word300-]{+EDITED+}" in line and len(line) < 300
