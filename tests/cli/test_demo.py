"""`stream-cassette demo`, as it is called."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
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


def test_the_provider_alone_serves_until_it_is_interrupted(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "stream_cassette", "demo", "--provider"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines = [process.stdout.readline().strip() for _ in range(3)]
        url = lines[1].removeprefix("OPENAI_BASE_URL=")
        assert lines[2] == f"ANTHROPIC_BASE_URL={url.removesuffix('/v1')}"
        answer = httpx.post(f"{url}/chat/completions", json={"messages": [], "stream": True})
        assert answer.text.endswith("data: [DONE]\n\n")
        process.send_signal(signal.SIGINT)
        assert process.wait(30) == 0


def test_a_port_that_is_taken_exits_2() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        result = CliRunner().invoke(main, ["demo", "--provider", "--port", port])
    assert result.exit_code == 2
    assert "in use" in result.output
