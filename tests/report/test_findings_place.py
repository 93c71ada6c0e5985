from __future__ import annotations

from pathlib import Path

import pytest

from stream_cassette.report.findings_place import within


def test_paths_count_from_the_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    below = tmp_path / "sub" / "a.yaml"
    below.parent.mkdir()
    below.write_text("")
    monkeypatch.chdir(tmp_path / "sub")
    assert within("a.yaml", Path()) == "a.yaml"
    assert within("a.yaml", tmp_path) == "sub/a.yaml"
    assert within(str(below), tmp_path) == "sub/a.yaml"
    assert within(str(below), tmp_path / "other") == below.as_posix()


def test_a_revision_keeps_its_name(tmp_path: Path) -> None:
    assert within("HEAD~1:cassettes/a.yaml", tmp_path) == "HEAD~1:cassettes/a.yaml"
