"""`stream-cassette redact`, as it is called."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from stream_cassette.cli import main

KEY = "sk-proj-Zq3vT9xLmR2wY8bN4cK7pD1f"
VALUE = "correct-horse-battery"

FINE = """\
# not ours, and with a comment of somebody's
interactions:
- request:
    method: GET
    uri: https://h.example/
    headers: {}
    body: null
  response:
    status: {code: 200, message: OK}
    headers: {}
    body: {string: hello}
version: 1
"""
LEAKY = FINE.replace("hello", f"the key is {KEY} and so on").replace(
    "headers: {}\n    body: null", "headers: {x-api-key: [abc]}\n    body: null"
)


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDTEAM_TOKEN", VALUE)


def run(*args: str | Path) -> Result:
    return CliRunner().invoke(main, ["redact", *map(str, args)])


def test_in_place_with_a_summary(tmp_path: Path) -> None:
    fine, leaky = tmp_path / "fine.yaml", tmp_path / "leaky.yaml"
    fine.write_text(FINE)
    leaky.write_text(LEAKY)
    result = run(tmp_path)
    assert result.exit_code == 0, result.output
    assert result.output == (
        f"{leaky}: interaction 0: request header x-api-key: a value whose name says secret\n"
        f"{leaky}: interaction 0: response body: OpenAI project key\n"
        "2 cassettes looked at, 1 rewritten\n"
    )
    assert fine.read_text() == FINE
    assert KEY not in leaky.read_text() and "abc" not in leaky.read_text()
    assert f"the key is {'*' * len(KEY)} and so on" in leaky.read_text()
    assert sorted(tmp_path.iterdir()) == [fine, leaky]
    again = leaky.read_bytes()
    assert run(tmp_path).output == "2 cassettes looked at, 0 rewritten\n"
    assert leaky.read_bytes() == again


def test_dry_run_is_a_check(tmp_path: Path) -> None:
    leaky = tmp_path / "leaky.yaml"
    leaky.write_text(LEAKY)
    result = run("--dry-run", leaky)
    assert result.exit_code == 1
    assert "1 cassette looked at, 1 would be rewritten" in result.output
    assert leaky.read_text() == LEAKY
    leaky.write_text(FINE)
    assert run("--dry-run", leaky).exit_code == 0


def test_json(tmp_path: Path) -> None:
    leaky = tmp_path / "leaky.yaml"
    leaky.write_text(LEAKY.replace(KEY, VALUE))
    (tmp_path / "other.yaml").write_text("a: b\n")
    result = run("--json", tmp_path)
    said = json.loads(result.output)
    assert "REDTEAM_TOKEN" in said.pop("environment")
    assert said == {
        "schema": 1,
        "dry_run": False,
        "files": [
            {
                "path": str(leaky),
                "findings": [
                    {
                        "interaction": 0,
                        "place": "request header x-api-key",
                        "kind": "a value whose name says secret",
                    },
                    {
                        "interaction": 0,
                        "place": "response body",
                        "kind": "the value of REDTEAM_TOKEN",
                    },
                ],
            }
        ],
        "skipped": [str(tmp_path / "other.yaml")],
        "failed": [],
    }
    assert VALUE not in result.output and result.exit_code == 0


def test_names_and_patterns_of_the_user(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(FINE.replace("hello", "account 123-456").replace("GET", "POST"))
    path.write_text(
        path.read_text().replace("headers: {}\n    body: null", "headers: {x-own: [v]}")
    )
    assert run(path).output == "1 cassette looked at, 0 rewritten\n"
    result = run("--name", "X-Own", "--pattern", r"\d{3}-\d{3}", path)
    assert result.exit_code == 0, result.output
    assert "account *******" in path.read_text() and "x-own: [REDACTED]" in path.read_text()


def _go(path: Path) -> bytes:
    from stream_cassette.api import load
    from stream_cassette.formats._registry import write

    return write(load(path), "govcr")


FORMATS: dict[str, tuple[str, Any, str | None]] = {
    "gzip": ("a.yaml.gz", lambda path: gzip.compress(path.read_bytes()), None),
    "go-vcr": ("b.yaml", _go, None),
    "JSON": (
        "c.json",
        lambda path: json.dumps(
            {
                "version": 1,
                "interactions": [
                    {
                        "request": {"method": "GET", "uri": "/", "headers": {}, "body": None},
                        "response": {
                            "status": {"code": 200, "message": ""},
                            "headers": {},
                            "body": {"string": KEY},
                        },
                    }
                ],
            }
        ).encode(),
        None,
    ),
    "betamax": (
        "d.json",
        lambda _: json.dumps(
            {
                "recorded_with": "betamax/0.9.0",
                "http_interactions": [
                    {
                        "request": {"method": "GET", "uri": "http://x/", "body": KEY},
                        "response": {"status": {"code": 200, "message": ""}, "body": ""},
                    }
                ],
            }
        ).encode(),
        "can't be rewritten in this format (betamax); make another file of it: stream",
    ),
}


@pytest.mark.parametrize(("name", "make", "refused"), FORMATS.values(), ids=FORMATS.keys())
def test_formats(tmp_path: Path, name: str, make: Any, refused: str | None) -> None:
    (tmp_path / "leaky.yaml").write_text(LEAKY)
    path = tmp_path / name
    path.write_bytes(before := make(tmp_path / "leaky.yaml"))
    result = run(path)
    assert KEY not in result.output
    if refused:
        assert result.exit_code == 2 and refused in result.output
        assert path.read_bytes() == before
        return
    assert result.exit_code == 0, result.output
    data = path.read_bytes()
    text = gzip.decompress(data) if name.endswith(".gz") else data
    assert KEY.encode() not in text and b"*" * len(KEY) in text
    assert text.startswith(b"{") is name.endswith(".json")
    assert run("--dry-run", path).exit_code == 0


def test_one_that_fails_does_not_stop_the_others(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("interactions: [\n")
    leaky = tmp_path / "b.yaml"
    leaky.write_text(LEAKY)
    result = run(tmp_path)
    assert result.exit_code == 2
    assert f"stream-cassette redact: {tmp_path / 'a.yaml'}" in result.output
    assert KEY not in leaky.read_text()


def test_a_file_that_was_named_and_is_no_cassette(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("a: b\n")
    result = run(path)
    assert result.exit_code == 2 and "no cassette" in result.output


@pytest.mark.parametrize("args", [["missing.yaml"], ["--pattern", "(", "."]])
def test_what_can_not_be_done(args: list[str]) -> None:
    result = run(*args)
    assert result.exit_code == 2 and "stream-cassette redact: " in result.output


def test_many_files_show_no_bar_where_there_is_no_terminal(tmp_path: Path) -> None:
    for number in range(25):
        (tmp_path / f"{number}.yaml").write_text(LEAKY)
    result = run(tmp_path)
    assert result.output.endswith("25 cassettes looked at, 25 rewritten\n")
    assert "\x1b" not in result.output


def test_what_could_not_be_done_is_counted_and_named_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a b.yml").write_text(
        "http_interactions:\n- request: {method: get, uri: 'http://h/'}\n  response:\n"
        f"    status: {{code: 200}}\n    body: {{encoding: UTF-8, string: {KEY}}}\n"
        "recorded_with: VCR 6.4.0\n"
    )
    Path("bad.yaml").write_text("interactions: [{]\n")
    Path("fine.yaml").write_text(FINE)
    Path("link.yaml").symlink_to("bad.yaml")
    result = run(".")
    assert result.exit_code == 2
    assert result.stdout == "1 cassette looked at, 0 rewritten, 3 failed\n"
    ours, bad, link = result.stderr.splitlines()
    assert ours == (
        "stream-cassette redact: a b.yml: holds secrets, and can't be rewritten in this format "
        "(rubyvcr); make another file of it: stream-cassette convert 'a b.yml' --redact --to vcr"
    )
    assert bad.startswith("stream-cassette redact: bad.yaml, interaction 0, line 1: no valid YAML")
    assert link.startswith("stream-cassette redact: link.yaml, interaction 0, line 1: no valid")
    assert str(tmp_path) not in result.stderr
