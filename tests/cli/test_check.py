"""`stream-cassette check`, as it is called."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import parse

import jsonschema
import pytest
from click.testing import CliRunner, Result

from stream_cassette.checks.rules import RULES
from stream_cassette.cli import main
from tests.corpus import CASSETTES, ROOT
from tests.support.checked import FINDINGS, get, lean_pytest, written
from tests.support.report_formats import SARIF, junit_faults

__all__ = ["lean_pytest"]

GOOD = written(get())
STALE = GOOD.replace(b"5 bytes", b"4 bytes")


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project, and the directory that commands run in."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "cassettes").mkdir()
    return tmp_path


def check(*args: str | Path) -> Result:
    return CliRunner().invoke(main, ["check", *map(str, args)])


def as_json(*args: str | Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(check("--json", *args).stdout)
    return found


def rules(*args: str | Path) -> list[str]:
    return [one["rule"] for one in as_json(*args)["findings"]]


def put(root: Path, name: str, data: bytes | str) -> Path:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def test_our_own_cassettes_are_fine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    done = check()
    assert done.exit_code == 0, done.output
    assert ", nothing found" in done.output


def test_the_rest_of_what_they_show_is_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the exceptions of pyproject.toml only what is broken on purpose is found."""
    monkeypatch.chdir(CASSETTES)
    monkeypatch.setattr("stream_cassette.store.project._FILE", "none.toml")
    paths = {one["path"].split("/")[-1] for one in as_json(".")["findings"]}
    meant = {"truncated.yaml", "unknown.yaml", "background.yaml", "code_execution.yaml"}
    broken = {path.name for path in (CASSETTES / "invalid").rglob("*.yaml")}
    recorded = {path.name for path in (CASSETTES / "formats").rglob("*")}
    assert paths <= meant | broken | recorded


def test_a_fine_file(root: Path) -> None:
    put(root, "cassettes/a.yaml", GOOD)
    done = check("cassettes/a.yaml")
    assert (done.exit_code, done.stdout) == (0, "1 cassette checked, nothing found\n")


def test_findings_are_told_and_end_with_1(root: Path) -> None:
    put(root, "cassettes/a.yaml", STALE)
    put(root, "cassettes/deep/b.yaml", "interactions: 3\n")
    put(root, "cassettes/other.json", "{}")
    done = check()
    assert done.exit_code == 1
    wanted = "'0 · GET example.com/ · 200 · 5 bytes'"
    first = "cassettes/a.yaml:4: warning stale-comments: interaction 0: the comment should say"
    assert done.stdout.splitlines() == [
        f"{first} {wanted}",
        "cassettes/deep/b.yaml:1: error corrupt: interactions must be a list, not '3'",
        "",
        "stale-comments: run `stream-cassette check --fix` on it",
        "corrupt: restore it from version control, or record it again",
        "2 cassettes checked, 1 error, 1 warning in 2 of them, 1 other file passed over",
    ]


@pytest.mark.parametrize(
    ("args", "status"),
    [
        ((), 1),
        (("--fail-on", "error"), 0),
        (("--severity", "stale-comments=error", "--fail-on", "error"), 1),
        (("--severity", "stale-comments=info"), 0),
        (("--severity", "stale-comments=info", "--fail-on", "info"), 1),
        (("--ignore", "spelling,stale-comments"), 0),
        (("--select", "file", "--select", "secrets"), 0),
        (("--select", "written"), 1),
    ],
)
def test_selection_and_severity(args: tuple[str, ...], status: int, root: Path) -> None:
    put(root, "a.yaml", STALE)
    assert check("a.yaml", *args).exit_code == status


def test_the_projects_file_is_read_and_options_go_over_it(root: Path) -> None:
    put(root, "cassettes/a.yaml", STALE)
    put(root, "cassettes/old/b.yaml", STALE)
    put(
        root,
        "pyproject.toml",
        "[tool.stream-cassette.check]\n"
        'fail-on = "error"\n'
        'per-file-ignores = { "cassettes/old/*" = ["all"] }\n',
    )
    assert check().exit_code == 0
    assert [one["path"] for one in as_json()["findings"]] == ["cassettes/a.yaml"]
    assert check("--fail-on", "warning").exit_code == 1
    put(
        root,
        "pyproject.toml",
        '[tool.stream-cassette.check]\npaths = ["cassettes/old"]\njobs = 1\n',
    )
    assert [one["path"] for one in as_json()["findings"]] == ["cassettes/old/b.yaml"]


@pytest.mark.parametrize(
    ("table", "args", "words"),
    [
        ("selct = 1", (), "unknown 'selct' (known: fail-on"),
        ("paths = 3", (), "paths is a list, not 3"),
        ("tests = 3", ("a.yaml",), "tests is pytest's arguments, not 3"),
        ("jobs = 0", ("a.yaml",), "jobs is a number from 1 on, not 0"),
        ("orphans = 1", ("a.yaml",), "orphans is true or false, not 1"),
        ("", ("gone.yaml",), "no such file or directory"),
        ("", ("--select", "sises", "a.yaml"), "no rule or family of rules is called 'sises'"),
        ("", ("--max-age", "old", "a.yaml"), "such as 90d"),
        ("", ("--json", "--github", "a.yaml"), "choose one"),
        ("", ("--junit", "a.yaml/x.xml", "a.yaml"), "can't be written"),
    ],
)
def test_what_can_not_be_done_ends_with_2(
    table: str, args: tuple[str, ...], words: str, root: Path
) -> None:
    put(root, "a.yaml", GOOD)
    put(root, "pyproject.toml", f"[tool.stream-cassette.check]\n{table}\n")
    done = check(*args)
    assert done.exit_code == 2
    assert done.stderr.startswith("stream-cassette check: ") and words in done.stderr


def test_without_paths_and_cassettes_there_is_nothing_to_do(root: Path) -> None:
    (root / "cassettes").rmdir()
    done = check()
    assert done.exit_code == 2 and "no PATHS" in done.stderr and "has no cassettes" in done.stderr


def test_without_paths_the_directory_of_the_plugin_counts(root: Path) -> None:
    put(root, "tapes/a.yaml", STALE)
    put(root, "pyproject.toml", '[tool.pytest.ini_options]\nstream_cassette_dir = "tapes"\n')
    assert [one["path"] for one in as_json()["findings"]] == ["tapes/a.yaml"]


def test_a_file_that_can_not_be_read_hides_no_other(root: Path) -> None:
    put(root, "a.yaml", STALE)
    (root / "b.yaml").symlink_to("b.yaml")  # a link to itself
    done = check("*.yaml")
    assert done.exit_code == 2
    assert "b.yaml" in done.stderr and "stale-comments" in done.stdout


def test_secrets_of_the_projects_own(root: Path) -> None:
    body = b'{"acme_pin": "q8w7e6r5t4z3u2", "note": "ACME-778899"}'
    put(root, "a.yaml", written(get(body, ("content-type", "application/json"))))
    assert rules("a.yaml") == []
    assert rules("a.yaml", "--name", "acme_pin") == ["unmasked"]
    assert rules("a.yaml", "--pattern", "ACME-[0-9]{2,6}") == ["secret"]
    table = 'names = ["acme_pin"]\npatterns = ["ACME-[0-9]{2,6}"]\n'
    put(root, "pyproject.toml", f"[tool.stream-cassette.check]\n{table}")
    assert rules("a.yaml") == ["secret", "unmasked"]
    done = check("a.yaml", "--pattern", "(")
    assert done.exit_code == 2 and "not a regular expression" in done.stderr


def test_age(root: Path) -> None:
    assert rules(FINDINGS / "too-old.yaml") == []
    assert rules(FINDINGS / "too-old.yaml", "--max-age", "90d") == ["too-old"]


def test_mending(root: Path) -> None:
    path = put(root, "a.yaml", STALE)
    done = check("--fix", "a.yaml")
    assert (done.exit_code, path.read_bytes()) == (0, GOOD)
    assert done.stdout == "a.yaml: mended\n1 cassette checked, nothing found, 1 file mended\n"
    assert as_json("--fix", "a.yaml")["fixed"] == []


def test_mending_never_touches_what_can_not_be_read(root: Path) -> None:
    broken = STALE.replace(b"code: 200", b"code: fine")
    path = put(root, "a.yaml", broken)
    assert check("--fix", "--fix-cuts", "a.yaml").exit_code == 1
    assert path.read_bytes() == broken


def test_dropping_cut_points(root: Path) -> None:
    path = put(root, "a.yaml", (CASSETTES / "invalid" / "sizes.yaml").read_bytes())
    assert rules("a.yaml") == ["sizes"]
    assert rules("--fix-cuts", "a.yaml") == ["spelling"]
    assert b"chunks" not in path.read_bytes() and b"hello" in path.read_bytes()


@pytest.mark.parametrize("option", ["--junit", "--sarif"])
def test_a_cassette_named_as_a_report_stays(root: Path, option: str) -> None:
    path = put(root, "a.yaml", STALE)
    before = path.read_bytes()
    refused = check(option, "a.yaml", "a.yaml")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "a.yaml is there already and is no earlier report" in refused.stderr
    assert path.read_bytes() == before
    for _ in range(2):
        assert check(option, "out.file", "a.yaml").exit_code == 1


def test_reports_are_written_beside_what_is_printed(root: Path) -> None:
    put(root, "cassettes/a.yaml", STALE)
    done = check("--junit", "out/junit.xml", "--sarif", "out/check.sarif", "--github")
    assert done.stdout.startswith("::warning file=cassettes/a.yaml,line=4,title=")
    assert junit_faults(parse(root / "out/junit.xml").getroot()) == []
    log = json.loads((root / "out/check.sarif").read_text("utf-8"))
    jsonschema.validate(log, SARIF)
    assert [one["ruleId"] for one in log["runs"][0]["results"]] == ["stale-comments"]


def test_reports_count_paths_from_the_repository(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put(root, "packages/one/cassettes/a.yaml", STALE)
    put(root, "packages/one/pyproject.toml", "")
    (root / ".git").mkdir()
    monkeypatch.chdir(path.parent)
    done = check("--github")
    assert done.stdout.startswith("::warning file=packages/one/cassettes/a.yaml,line=4,")


def test_json_is_schema_1(root: Path) -> None:
    put(root, "cassettes/a.yaml", STALE)
    found = as_json()
    assert list(found) == [
        "schema", "checked", "counts", "findings", "fixed", "skipped", "failed", "notes",
    ]  # fmt: skip
    assert (found["schema"], found["counts"]) == (1, {"error": 0, "warning": 1, "info": 0})


def test_rules_are_listed(root: Path) -> None:
    assert all(rule in check("--list-rules").stdout for rule in RULES)
    listed = json.loads(check("--list-rules", "--json").stdout)
    assert [one["id"] for one in listed["rules"]] == list(RULES)


def test_several_processes_and_a_revision_of_git(root: Path) -> None:
    for number in range(12):
        put(root, f"cassettes/{number:02}.yaml", STALE)
    assert rules("--jobs", "2") == ["stale-comments"] * 12
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@h"]
    for command in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "x"]):
        subprocess.run([*git, *command], cwd=root, check=True)
    put(root, "cassettes/00.yaml", GOOD)
    assert rules("HEAD:cassettes/00.yaml") == ["stale-comments"]
    assert rules("cassettes/00.yaml") == []


def test_orphans(root: Path, lean_pytest: None) -> None:
    put(root, "pytest.ini", "[pytest]\ntestpaths = tests\n")
    put(root, "tests/test_a.py", "def test_x(tape): ...\ndef test_y(conversations): ...\n")
    put(root, "cassettes/test_a/test_x.yaml", GOOD)
    put(root, "cassettes/test_a/test_gone.yaml", GOOD)
    assert rules() == []
    done = check("--orphans")
    assert done.exit_code == 1
    assert (
        "cassettes/test_a/test_gone.yaml: warning orphan: no test uses it (2 collected)"
        in done.stdout
    )
    assert "note: a cassette may be called an orphan" in done.stdout and "::test_y" in done.stdout
    put(root, "pyproject.toml", "[tool.stream-cassette.check]\norphans = true\n")
    done = check("--tests", "tests/none.py")
    assert done.exit_code == 2 and "can't collect the tests" in done.stderr


def test_other_commands_do_not_pay_for_it() -> None:
    code = "import sys, stream_cassette.cli.show; print('stream_cassette.checks' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False"]


def test_a_file_that_no_selected_rule_tells_of_is_named_and_ends_with_2(root: Path) -> None:
    put(root, "a.yaml", (CASSETTES / "invalid" / "merge-conflict.yaml").read_bytes())
    put(root, "b.yaml", GOOD)
    for args in (("--select", "secrets"), ("--ignore", "corrupt")):
        done = check("a.yaml", "b.yaml", *args)
        assert done.exit_code == 2 and done.stderr.startswith("stream-cassette check: a.yaml")
        assert done.stdout == "1 cassette checked, nothing found, 1 not readable\n"
    assert [one["path"] for one in as_json("a.yaml", "--select", "secrets")["failed"]] == ["a.yaml"]
    put(root, "a.yaml", b"<<<<<<< HEAD\n" + b"token: ghp_" + b"Zq3vT9xLmR2wY8bN4cK7" * 2)
    done = check("a.yaml", "--select", "secrets")
    assert done.stdout.startswith("a.yaml:2: error secret: ") and "Zq3v" not in done.output
    assert done.stdout.endswith("0 cassettes checked, 1 error in 1 file, 1 not readable\n")


def test_a_checkout_with_other_line_ends_is_fine_and_stays_so(root: Path) -> None:
    crlf = GOOD.replace(b"\n", b"\r\n")
    path = put(root, "a.yaml", crlf)
    assert rules("a.yaml") == ["spelling"]
    assert rules("--fix", "a.yaml") == ["spelling"] and path.read_bytes() == crlf
    path.write_bytes(STALE.replace(b"\n", b"\r\n"))
    assert rules("--fix", "a.yaml") == ["spelling"] and path.read_bytes() == crlf


def test_nothing_to_check_is_no_success(root: Path) -> None:
    done = check()
    assert done.exit_code == 2 and done.stdout == ""
    assert done.stderr == (
        "stream-cassette check: nothing was checked: there is no cassette in cassettes\n"
    )
    put(root, "cassettes/other.json", "{}")
    put(root, "cassettes/.a.yaml.1-ab.journal", "stream-cassette journal 2\n")
    done = check("cassettes")
    assert done.exit_code == 2 and "(other files passed over: 1)" in done.stderr


def test_a_journal_that_was_left_is_told_of(root: Path) -> None:
    put(root, "cassettes/deep/a.yaml", GOOD)
    put(root, "cassettes/.b.yaml.1-ab.journal", "stream-cassette journal 2\n")
    put(root, "cassettes/deep/.a.yaml.1-ab.journal", "stream-cassette journal 2\n")
    done = check()
    note = "a journal of a killed recording lies here: run `stream-cassette recover`"
    assert (done.exit_code, done.stdout.count(note)) == (0, 2)
    assert f"note: cassettes/deep/.a.yaml.1-ab.journal: {note}" in done.stdout


def test_cassettes_without_a_date_are_counted(root: Path) -> None:
    put(root, "cassettes/a.yaml", GOOD)
    put(root, "cassettes/b.yaml", written(get(b"x", ("date", "Fri, 01 May 2099 00:00:00 GMT"))))
    assert as_json()["notes"] == []
    (note,) = as_json("--max-age", "90d")["notes"]
    assert note.startswith("1 cassette holds no date at all")
    assert as_json("--max-age", "90d", "--ignore", "too-old")["notes"] == []
