"""`stream-cassette convert`, as it is called."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from stream_cassette.api import load
from stream_cassette.cli import main

OURS = """\
# stream-cassette
stream_cassette: {format: 1, comments: 1}
interactions:
- request:
    method: GET
    uri: https://h.example/
    headers: {}
    body: ""
  response:
    status: {code: 200, message: OK}
    headers: {}
    body:
      string: "hello"
    stream:
      chunks: 2@0 3@1
version: 1
"""
RUBY = """\
---
http_interactions:
- request:
    method: get
    uri: http://h.example/
  response:
    status: {code: 200, message: OK}
    body: {encoding: UTF-8, string: hello}
recorded_with: VCR 6.4.0
"""


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["convert", *map(str, arguments)])


def outcome(*arguments: str | Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run(*arguments, "--json").stdout)
    assert found["schema"] == 1
    return found


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    (tmp_path / "a.yaml").write_text(OURS, "utf-8")
    return tmp_path / "a.yaml"


def test_another_tool_s_cassette_becomes_ours(tmp_path: Path) -> None:
    source = tmp_path / "a.yml"
    source.write_text(RUBY, "utf-8")
    result = run(source, "--to", "vcr")
    assert (result.exit_code, result.stderr) == (0, "")
    first, last = result.stdout.splitlines()
    assert first.startswith(f"{source} → {tmp_path / 'a.yaml'}: rubyvcr → vcr, 1 interaction, ")
    assert last == "1 cassette converted"
    assert load(tmp_path / "a.yaml").interactions == load(source).interactions
    assert "GET h.example/" in (tmp_path / "a.yaml").read_text("utf-8")


def test_what_is_lost_is_said_before_it_is_written(ours: Path) -> None:
    result = run(ours, "--to", "govcr", "--output", ours.with_name("b.yaml"))
    assert result.exit_code == 0
    lost, done, _ = result.stdout.splitlines()
    assert lost == (
        f"{ours}: lost in govcr: cut points and the times of the chunks (interaction 0)"
    )
    assert done.startswith(f"{ours} → ")


def test_a_dry_run_writes_nothing(ours: Path) -> None:
    there = sorted(ours.parent.iterdir())
    lossy = run(ours, "--to", "govcr", "--dry-run", "--force")
    assert lossy.exit_code == 1
    assert lossy.stdout.splitlines()[-2:] == [
        f"{ours} → {ours.with_name('a.govcr.yaml')}: vcr → govcr, 1 interaction, not written",
        "1 cassette would be converted",
    ]
    assert run(ours, "--to", "vcr", "--dry-run", "--force").exit_code == 0
    assert sorted(ours.parent.iterdir()) == there


def test_nothing_is_replaced_without_force(ours: Path) -> None:
    before = ours.read_bytes()
    result = run(ours, "--to", "govcr", "--output", ours)
    assert (result.exit_code, result.stdout) == (2, "0 cassettes converted\n")
    assert f"stream-cassette convert: {ours}: is there already; name another" in result.stderr
    assert ours.read_bytes() == before
    assert run(ours, "--to", "govcr", "--output", ours, "--force").exit_code == 0
    assert load(ours).format == "govcr"


def test_there_and_back_beside_the_source(ours: Path) -> None:
    before, there, back = ours.read_bytes(), *map(ours.with_name, ("a.govcr.yaml", "a.vcr.yaml"))
    assert run(ours, "--to", "govcr").exit_code == 0
    assert (load(there).format, ours.read_bytes()) == ("govcr", before)
    assert run(there, "--to", "vcr").exit_code == 0
    assert load(back).format == "vcr"
    again = run(ours, "--to", "govcr")
    assert again.exit_code == 2
    assert f"{there}: is there already; name another --output" in again.stderr


def test_a_tree(tmp_path: Path) -> None:
    tree = tmp_path / "in" / "deep"
    tree.mkdir(parents=True)
    (tree / "a.yml").write_text(RUBY, "utf-8")
    (tree / "b.json").write_text("{}", "utf-8")
    (tree.parent / "c.yaml").write_text(OURS, "utf-8")
    (tree.parent / "d.yaml").write_text(RUBY[:-60], "utf-8")
    out = tmp_path / "out"
    result = run(tmp_path / "in", "--to", "vcr", "--output", out)
    assert result.exit_code == 2
    assert "2 cassettes converted, 1 passed over" in result.stdout
    assert f"stream-cassette convert: {tree.parent / 'd.yaml'}" in result.stderr
    assert sorted(each.relative_to(out).as_posix() for each in out.rglob("*.*")) == [
        "c.yaml",
        "deep/a.yaml",
    ]


def test_what_is_in_the_format_already_stays(ours: Path) -> None:
    before = ours.stat().st_mtime_ns
    found = outcome(ours.parent, "--to", "vcr")
    assert found["skipped"] == [{"source": str(ours), "why": "is vcr already"}]
    assert (found["files"], ours.stat().st_mtime_ns) == ([], before)
    assert run(ours.parent, "--to", "vcr").exit_code == 0


def test_two_sources_of_one_target(tmp_path: Path) -> None:
    for name in ("a.yml", "a.json.yaml", "a.har"):
        (tmp_path / name).write_text(RUBY, "utf-8")
    result = run(tmp_path / "a.yml", tmp_path / "a.har", "--to", "vcr")
    assert result.exit_code == 2
    assert f"{tmp_path / 'a.yaml'} is what {tmp_path / 'a.har'} becomes" in result.stderr


def test_the_outcome_as_json(ours: Path) -> None:
    target = ours.with_name("b.yaml")
    found = outcome(ours, "--to", "govcr1", "--output", target)
    assert found == {
        "schema": 1,
        "to": "govcr1",
        "dry_run": False,
        "files": [
            {
                "source": str(ours),
                "format": "vcr",
                "target": str(target),
                "interactions": 1,
                "lost": [{"what": "cut points and the times of the chunks", "interactions": [0]}],
                "re_rendered": [],
                "secrets": [],
                "written_bytes": target.stat().st_size,
            }
        ],
        "skipped": [],
        "failed": [],
    }
    again = outcome(ours, "--to", "vcr", "--output", target)
    assert again["files"] == []
    assert [each["source"] for each in again["failed"]] == [str(ours)]
    assert "is there already" in again["failed"][0]["error"]


def test_secrets_are_pointed_out_and_masked(tmp_path: Path) -> None:
    source = tmp_path / "a.yml"
    source.write_text(RUBY.replace("hello", "sk-proj-Zq3vT9xLmR2wY8bN4cK7pD1f"), "utf-8")
    told = run(source, "--to", "vcr", "--dry-run").stdout.splitlines()
    assert (
        told[0] == f"{source}: holds what a recording would mask (interaction 0); --redact masks it"
    )
    assert run(source, "--to", "vcr", "--redact").stdout.count("\n") == 2
    assert "sk-proj-Zq3" not in (tmp_path / "a.yaml").read_text("utf-8")


def test_bodies_that_were_values_are_pointed_out(tmp_path: Path) -> None:
    source = tmp_path / "a.yaml"
    asked, _, answered = OURS.partition("  response:")
    answered = answered.partition("    body:")[0] + "    parsed_body: {a: 1}\nversion: 1\n"
    source.write_text(f"{asked}  response:{answered}", "utf-8")
    told = run(source, "--to", "govcr", "--output", tmp_path / "b.yaml", "--ascii").stdout
    assert f"{source}: a body was not kept as bytes, and rendered again (interaction 0)" in told


def test_a_revision_of_git(ours: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ours.parent)
    for command in (["init", "-q"], ["add", "a.yaml"], ["commit", "-qm", "x"]):
        subprocess.run(["git", "-c", "user.name=x", "-c", "user.email=x@x", *command], check=True)
    ours.unlink()
    refused = run("HEAD:a.yaml", "--to", "govcr")
    assert refused.exit_code == 2
    assert "HEAD:a.yaml is of a revision: say with --output" in refused.stderr
    assert run("HEAD:a.yaml", "--to", "govcr", "--output", "b.yaml").exit_code == 0
    assert load("b.yaml").format == "govcr"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "say what to convert, and --to what; --list names the formats"),
        (("a.yaml",), "say what to convert, and --to what"),
        (
            ("a.yaml", "--to", "har"),
            "can't write the format 'har'; known: vcr, vcrjson, govcr",
        ),
        (("missing.yaml", "--to", "vcr"), "missing.yaml: no such file or directory"),
    ],
)
def test_what_can_not_be_done(arguments: tuple[str, ...], message: str) -> None:
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr


def test_nothing_to_convert(tmp_path: Path) -> None:
    assert "no cassettes in" in run(tmp_path, "--to", "vcr").stderr
    (tmp_path / "a.json").write_text("{}", "utf-8")
    result = run(tmp_path, "--to", "vcr")
    assert result.exit_code == 2
    assert result.stderr == "stream-cassette convert: no cassettes among 1 file\n"
    named = run(tmp_path / "a.json", "--to", "vcr")
    assert named.exit_code == 2
    assert "no cassette of a known format" in named.stderr


def test_the_formats_are_listed() -> None:
    lines = run("--list").stdout.splitlines()
    assert lines[0].split()[:3] == ["vcr", "read,", "write"]
    assert [line.split()[0] for line in lines if " read, write " in line] == [
        "vcr",
        "vcrjson",
        "govcr",
        "govcr1",
    ]
    listed = outcome("--list")["formats"]
    assert len(listed) == len(lines) == 14
    assert {"name", "read", "write", "extensions", "looks_for"} == listed[0].keys()
