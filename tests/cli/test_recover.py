"""`stream-cassette recover`, as it is called."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from stream_cassette.api import load
from stream_cassette.cassette.model import Request, Response
from stream_cassette.cassette.redact import DEFAULT
from stream_cassette.cli import main
from stream_cassette.store.journal import Journal


def _killed(directory: Path) -> Path:
    """A journal whose writer was killed in the middle of an answer."""
    journal = Journal(directory / "weather.yaml", DEFAULT, {"mode": "once"})
    log = journal.start(Request(method="GET", url="http://a.example/"), "now")
    log.head(Response(status=200, headers=(("content-type", "text/event-stream"),)))
    log.chunk(b"data: 1\n\n", 1.0)
    journal.close()
    return journal.path


def test_a_journal_below_the_current_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    journal = _killed(tmp_path)
    tried = CliRunner().invoke(main, ["recover", "--dry-run"])
    assert tried.output == (
        f"{journal.name}: 1 interaction (1 cut short) → weather.yaml (not written)\n"
    )
    assert journal.exists()
    result = CliRunner().invoke(main, ["recover"])
    assert (result.exit_code, tried.exit_code) == (0, 0)
    assert result.output == f"{journal.name}: 1 interaction (1 cut short) → weather.yaml\n"
    assert load("weather.yaml").interactions[0].response.body == b"data: 1\n\n"
    assert CliRunner().invoke(main, ["recover"]).output == "no journals found\n"


def test_json(tmp_path: Path) -> None:
    journal = _killed(tmp_path)
    result = CliRunner().invoke(main, ["recover", "--json", str(tmp_path)])
    assert json.loads(result.output) == {
        "schema": 1,
        "recovered": [
            {
                "journal": str(journal),
                "path": str(tmp_path / "weather.yaml"),
                "interactions": 1,
                "cut_short": 1,
                "torn_bytes": 0,
            }
        ],
        "failed": [],
    }


def test_one_that_fails_does_not_stop_the_others(tmp_path: Path) -> None:
    _killed(tmp_path)
    (tmp_path / ".a.yaml.1-ab.journal").write_bytes(b"?")
    result = CliRunner().invoke(main, ["recover", str(tmp_path)])
    assert result.exit_code == 2
    assert "is no journal" in result.output
    assert (tmp_path / "weather.yaml").exists()


def test_a_path_that_is_not_there(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["recover", str(tmp_path / "missing")])
    assert result.exit_code == 2
    assert "no such file or directory" in result.output
