"""`stream-cassette demo`, as it is called."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from stream_cassette.cli import main
from stream_cassette.server import demo
from stream_cassette.server.demo import Recorded


def test_it_writes_two_files_and_exits_0(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["demo"])
    assert result.exit_code == 0, result.output
    files = sorted(file.name for file in (tmp_path / "stream-cassette-demo").iterdir())
    assert files == ["anthropic-messages.yaml", "openai-chat.yaml"]
    assert "\x1b[" not in result.output
    assert "40°C" in result.output


def test_a_byte_flipped_between_record_and_replay_exits_1(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = demo.record

    def record_and_flip(directory: Path) -> tuple[Recorded, ...]:
        recorded = record(directory)
        path = recorded[1].path
        path.write_bytes(path.read_bytes().replace(b"40\xc2\xb0C", b"41\xc2\xb0C"))
        return recorded

    monkeypatch.setattr(demo, "record", record_and_flip)
    result = CliRunner().invoke(main, ["demo", "--dir", str(tmp_path)])
    assert result.exit_code == 1
    assert "openai-chat: same " in result.output
    assert "anthropic-messages: DIFFERS" in result.output
    assert "anthropic-messages.yaml: interaction 1, response, byte " in result.output
    assert "the file has b'1" in result.output


def test_a_foreign_file_is_refused_with_2(tmp_path: Path) -> None:
    foreign = tmp_path / "openai-chat.yaml"
    foreign.write_text("mine\n")
    result = CliRunner().invoke(main, ["demo", "--dir", str(tmp_path)])
    assert result.exit_code == 2
    assert "was not written by the demo" in result.output
    assert foreign.read_text() == "mine\n"
