from __future__ import annotations

from pathlib import Path

import pytest

from stream_cassette.report.findings_github import findings_github
from tests.support.outcomes import OUTCOME, outcome_in


def test_one_command_for_each_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    lines = list(findings_github(outcome_in(tmp_path), root=tmp_path))
    assert len(lines) == len(OUTCOME.failed) + len(OUTCOME.findings)
    assert all(line.isprintable() for line in lines)
    assert lines[0].startswith("::error file=cassettes/e.yaml,title=stream-cassette::")
    assert lines[1] == (
        "::error file=cassettes/a.yaml,line=12,title=stream-cassette%3A sizes::"
        "interaction 1: the chunks hold 4 bytes, the body 5%0Adrop them"
    )
    assert lines[2].startswith("::notice file=cassettes/a.yaml,line=3,")
    assert lines[3].startswith(
        "::warning file=cassettes/b ö.yaml,title=stream-cassette%3A orphan::"
    )


def test_nothing_in_a_message_starts_another_command() -> None:
    assert all("\n" not in line for line in findings_github(OUTCOME, root=Path()))
