from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from stream_cassette.checks.examine import Examined
from stream_cassette.checks.finding import Finding, Severity
from stream_cassette.checks.run import Outcome, Repair, examined, left_behind, mend, outcome_of
from stream_cassette.store.sources import Source
from tests.support.checked import FINDINGS, get, terms, written


def finding(severity: Severity = "warning", **members: Any) -> Finding:
    known = {"rule": "orphan", "path": "a.yaml", "message": "m", "remedy": "r"}
    return Finding(severity=severity, **{**known, **members})


@pytest.mark.parametrize(
    ("outcome", "fail_on", "status"),
    [
        (Outcome(), "info", 0),
        (Outcome(findings=(finding("info"),)), "warning", 0),
        (Outcome(findings=(finding("info"),)), "info", 1),
        (Outcome(findings=(finding("warning"),)), "warning", 1),
        (Outcome(findings=(finding("warning"),)), "error", 0),
        (Outcome(findings=(finding("error"), finding("info"))), "error", 1),
        (Outcome(failed=(("a.yaml", "gone"),)), "error", 2),
    ],
)
def test_exit_codes(outcome: Outcome, fail_on: Severity, status: int) -> None:
    assert outcome.status(fail_on) == status


def test_to_dict_is_schema_1() -> None:
    outcome = Outcome(
        checked=("a.yaml", "b.yaml"),
        findings=(finding(), finding("info")),
        fixed=("b.yaml",),
        skipped=("c.json",),
        failed=(("d.yaml", "gone"),),
        notes=("n",),
    )
    assert outcome.to_dict() == {
        "schema": 1,
        "checked": 2,
        "counts": {"error": 0, "warning": 1, "info": 1},
        "findings": [finding().to_dict(), finding("info").to_dict()],
        "fixed": ["b.yaml"],
        "skipped": ["c.json"],
        "failed": [{"path": "d.yaml", "error": "gone"}],
        "notes": ["n"],
    }


def test_all_outcomes_make_one() -> None:
    sources = [Source(name=name, path=Path(name)) for name in ("a.yaml", "b.json", "c.yaml")]
    seen = [
        Examined(path="a.yaml", status="checked", findings=(finding("error", rule="sizes"),)),
        Examined(path="b.json", status="skipped"),
        Examined(path="c.yaml", status="failed", error="gone"),
    ]
    outcome = outcome_of(seen, terms(severity=["orphan=info"]), sources, extra=[finding()])
    assert outcome.checked == ("a.yaml",) and outcome.skipped == ("b.json",)
    assert outcome.failed == (("c.yaml", "gone"),)
    assert [(one.rule, one.severity) for one in outcome.findings] == [
        ("sizes", "error"),
        ("orphan", "info"),
    ]
    assert outcome_of(seen, terms(select=["sizes"]), sources, extra=[finding()]).findings == (
        finding("error", rule="sizes"),
    )


def test_several_processes_find_what_one_finds() -> None:
    paths = sorted(FINDINGS.glob("*.yaml"))
    sources = [Source(name=str(path), path=path) for path in paths]
    alone = list(examined(sources, terms()))
    assert [one.path for one in alone] == [str(path) for path in paths]
    assert list(examined(sources, terms(), jobs=2)) == alone


def test_what_is_mended_and_what_stays(tmp_path: Path) -> None:
    stale = written(get()).replace(b"5 bytes", b"4 bytes")
    files = {"a.yaml": stale, "b.yaml": written(get()), "c.yaml": b"broken: [", "d.yaml": stale}
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    sources = [Source(name=name, path=tmp_path / name) for name in ("a.yaml", "b.yaml", "c.yaml")]
    sources.append(Source(name="HEAD:d.yaml", path=tmp_path / "d.yaml", revision="HEAD"))
    assert mend(sources, Repair(comments=True)) == ("a.yaml",)
    assert {path.name: path.read_bytes() for path in tmp_path.glob("*.yaml")} == {
        **files,
        "a.yaml": written(get()),
    }
    assert mend(sources, Repair(comments=True)) == ()


def test_dropping_cut_points_renews_the_comment_that_counts_them(tmp_path: Path) -> None:
    from stream_cassette.cassette.model import Cut

    cut = get(b"hello", cuts=(Cut(2, 0), Cut(3, 5)))
    edited = written(cut).replace(b"        hello", b"        hello there")
    path = tmp_path / "a.yaml"
    path.write_bytes(edited)
    source = Source(name="a.yaml", path=path)
    assert mend([source], Repair(comments=True)) == ()
    assert path.read_bytes() == edited
    assert mend([source], Repair(cuts=True)) == ("a.yaml",)
    assert path.read_bytes() == written(get(b"hello there"))


@pytest.mark.parametrize(("number", "words"), [(1, "1 cassette holds no"), (2, "2 cassettes hold")])
def test_how_many_have_no_date_is_told(number: int, words: str) -> None:
    seen = [Examined(path=str(n), status="checked", is_undated=True) for n in range(number)]
    sources = [Source(name=str(n), path=Path(str(n))) for n in range(number)]
    first, note = outcome_of(seen, terms(), sources, notes=("n",)).notes
    assert first == "n" and note.startswith(words) and "max-age" in note


def test_journals_that_a_killed_recording_left_are_told_of_once(tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    for name in (".a.yaml.1-ab.journal", ".b.yaml.1-ab.journal"):
        (tmp_path / name).write_bytes(b"stream-cassette journal 2\n")
    (note,) = left_behind([tmp_path, tmp_path / "none", tmp_path, tmp_path / "gone"])
    assert note.startswith(f"{tmp_path / '.a.yaml.1-ab.journal'} and 1 more: a journal of a killed")
    assert note.endswith("lies here: run `stream-cassette recover`")
