"""`stream-cassette diff`, as it is called; and git's own commands, set up for cassettes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from stream_cassette.api import dump
from stream_cassette.cli import main
from tests.corpus import CASSETTES
from tests.support.repository import Repository
from tests.support.weather_pair import session

NAME = "cassettes/test_weather/test_round_trip.yaml"
ARGUMENT = 'messages[2].parts[0].arguments.city: "Zürich" → "Genève"'


def diff(*args: object, **rest: bool) -> Result:
    return CliRunner().invoke(main, ["diff", *map(str, args)], **rest)  # type: ignore[arg-type]


@pytest.fixture
def files(tmp_path: Path) -> dict[str, Path]:
    """The pair that no other tool got right: b is a in another run, c has another argument."""
    every = {
        "a": session("a"),
        "b": session("bb", cut=111, piece=9),
        "c": session("cc", city="Genève", cut=64),
    }
    for name, cassette in every.items():
        dump(cassette, tmp_path / f"{name}.yaml")
    return {name: tmp_path / f"{name}.yaml" for name in every}


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """A cassette recorded three times: as it was, in another run, with another argument."""
    made = Repository(tmp_path / "repo")
    monkeypatch.chdir(made.root)
    dump(session("a"), made.root / NAME)
    made.commit("Record")
    dump(session("bb", cut=111, piece=9), made.root / NAME)
    made.commit("Record anew")
    dump(session("cc", city="Genève", cut=64), made.root / NAME)
    return made


@pytest.mark.parametrize("shape", [[], ["--markdown"], ["--github"]], ids=str)
def test_another_run_is_the_same(files: dict[str, Path], shape: list[str]) -> None:
    result = diff(*shape, files["a"], files["b"])
    assert (result.exit_code, result.output) == (0, "")


def test_one_argument(files: dict[str, Path]) -> None:
    result = diff(files["a"], files["c"])
    assert result.exit_code == 1 and result.stderr == ""
    told = [line.strip() for line in result.output.splitlines() if "messages[" in line]
    assert told == [ARGUMENT]
    assert "requests[" not in result.output and "exchanges[" not in result.output


def test_json(files: dict[str, Path]) -> None:
    result = diff("--json", files["a"], files["c"])
    value = json.loads(result.output)
    assert (result.exit_code, value["schema"], value["status"]) == (1, 1, "changed")
    (talk,) = value["files"][0]["conversations"]
    (one,) = talk["differences"]
    assert one["path"] == "messages[2].parts[0].arguments.city"
    assert (one["left"], one["right"]) == ("Zürich", "Genève")
    same = diff("--json", files["a"], files["b"])
    assert (same.exit_code, json.loads(same.output)["status"]) == (0, "same")


def test_markdown_and_annotations(files: dict[str, Path]) -> None:
    assert '- "Zürich"\n+ "Genève"\n' in diff("--markdown", files["a"], files["c"]).output
    line = diff("--github", files["a"], files["c"]).output
    assert line.startswith("::warning file=") and line.endswith(f"::{ARGUMENT}\n")


@pytest.mark.parametrize(("level", "code"), [("conversation", 0), ("frames", 1), ("bytes", 1)])
def test_levels(files: dict[str, Path], level: str, code: int) -> None:
    assert diff("--level", level, files["a"], files["b"]).exit_code == code


def test_what_counts(files: dict[str, Path]) -> None:
    assert diff("--ignore", "..city", files["a"], files["c"]).exit_code == 0
    assert diff("--include-volatile", files["a"], files["b"]).exit_code == 1


def test_colours_on_a_terminal_only(files: dict[str, Path]) -> None:
    shown = diff(files["a"], files["c"], color=True).output
    assert '\x1b[31m"Zürich"\x1b[0m' in shown and '\x1b[32m"Genève"\x1b[0m' in shown
    assert "\x1b" not in diff(files["a"], files["c"]).output


def test_html(files: dict[str, Path], tmp_path: Path) -> None:
    pytest.importorskip("jinja2")
    page = tmp_path / "out" / "diff.html"
    assert diff("--html", page, files["a"], files["c"]).exit_code == 1
    assert "<!doctype html>" in page.read_text("utf-8").lower()
    assert diff("--html", page, files["a"], files["c"]).exit_code == 1
    before = files["a"].read_bytes()
    refused = diff("--html", files["a"], files["a"], files["c"])
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert "is there already and is no earlier report" in refused.stderr
    assert files["a"].read_bytes() == before


BAD: dict[str, tuple[list[str], str]] = {
    "no side": ([], "has no cassettes: name two sides, or one that is compared with"),
    "two shapes": (["--json", "--markdown", "a.yaml", "c.yaml"], "--json and --markdown print to"),
    "three sides": (["a", "b", "c"], "3 given"),
    "no file": (["nope.yaml", "a.yaml"], "nope.yaml: no such file or directory"),
    "no path": (["--ignore", "[", "a.yaml", "c.yaml"], "not a JSON path"),
    "no repository": (["HEAD:a.yaml", "a.yaml"], "is not in a git repository"),
    "no cassette": (["a.yaml", "notes.yaml"], "notes.yaml: no cassette of a known format"),
}


@pytest.mark.parametrize(("arguments", "said"), BAD.values(), ids=BAD.keys())
def test_what_can_not_be_done(
    files: dict[str, Path], arguments: list[str], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(files["a"].parent)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(files["a"].parent.parent))
    Path("notes.yaml").write_text("nothing\n")
    result = diff(*arguments)
    assert result.exit_code == 2
    assert result.stderr.startswith("stream-cassette diff: ") and said in result.stderr


def test_one_broken_file_does_not_hide_the_others(files: dict[str, Path], tmp_path: Path) -> None:
    for side, name in (("old", "a"), ("new", "c")):
        (tmp_path / side).mkdir()
        (tmp_path / side / "x.yaml").write_bytes(files[name].read_bytes())
        (tmp_path / side / "y.yaml").write_bytes(files["a"].read_bytes())
    (tmp_path / "new" / "y.yaml").write_text("")
    result = diff(tmp_path / "old", tmp_path / "new")
    assert result.exit_code == 2
    assert ARGUMENT in result.output
    assert f"{tmp_path / 'new' / 'y.yaml'}: the file is empty" in result.stderr


def test_revisions(repository: Repository) -> None:
    assert diff("HEAD~1:cassettes", "HEAD:cassettes").exit_code == 0
    assert diff(f"HEAD~1:{NAME}", f"HEAD:{NAME}").exit_code == 0
    changed = diff("HEAD:cassettes", "cassettes")
    assert changed.exit_code == 1 and ARGUMENT in changed.output
    assert changed.output.startswith("HEAD:cassettes → cassettes\ntest_weather/test_round")
    assert f"HEAD:{NAME} → {NAME} · changed" in diff(f"HEAD:{NAME}", NAME).output


@pytest.mark.parametrize("side", [NAME, "cassettes", f"HEAD:{NAME}", "HEAD~1:cassettes", "HEAD:"])
def test_one_side_is_compared_with_the_working_tree(repository: Repository, side: str) -> None:
    result = diff(side)
    assert result.exit_code == 1 and ARGUMENT in result.output


def test_no_side_is_the_projects_directory(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = diff()
    assert result.exit_code == 1 and result.output == diff("cassettes").output
    options = "[tool.pytest.ini_options]\nstream_cassette_dir = '{test_dir}/cassettes'\n"
    repository.write("pyproject.toml", options)
    repository.write("tests/cassettes/x.yaml", (repository.root / NAME).read_bytes())
    both = diff().output
    assert both.startswith("HEAD:cassettes, HEAD:tests/cassettes → cassettes, tests/cassettes\n")
    assert ARGUMENT in both and "tests/cassettes/x.yaml · added" in both
    assert both.endswith("1 changed, 1 added\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["HEAD~1"], "as in HEAD~1:cassettes\n"),
        (["HEAD", "cassettes"], "as in HEAD:cassettes\n"),
        ([NAME, "main"], f"as in main:{NAME}\n"),
    ],
)
def test_a_revision_without_a_path(repository: Repository, arguments: list[str], said: str) -> None:
    result = diff(*arguments)
    assert result.exit_code == 2
    assert " is a revision: what is to be compared of it follows a colon, " in result.stderr
    assert result.stderr.endswith(said)


def test_from_a_directory_below(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository.root / "cassettes")
    result = diff("test_weather")
    assert result.exit_code == 1 and ARGUMENT in result.output
    assert result.output.startswith("HEAD:cassettes/test_weather → test_weather\n")
    assert diff("HEAD").stderr.endswith("as in HEAD:cassettes\n")
    (repository.root / "pyproject.toml").write_text("")
    assert ARGUMENT in diff().output
    assert diff("HEAD").stderr.endswith("as in HEAD:.\n")
    assert ARGUMENT in diff("HEAD:.").output
    missing = diff("nope")
    assert "HEAD:cassettes/nope: no such path at 'HEAD'" in missing.stderr


def test_files_that_came_and_went(repository: Repository) -> None:
    (repository.root / NAME).rename(repository.root / "cassettes" / "new.yaml")
    assert diff(NAME).output.startswith(f"HEAD:{NAME} · removed\n- conversation 0 · ")
    assert "cassettes/new.yaml · added" in diff("cassettes/new.yaml").output
    moved = diff("cassettes")
    assert f"HEAD:{NAME} → cassettes/new.yaml · renamed and changed" in moved.output
    assert ARGUMENT in moved.output
    missing = diff("cassettes/never.yaml")
    assert missing.exit_code == 2 and "no such path at 'HEAD'" in missing.stderr


def test_git_reads_cassettes_after_setup(repository: Repository) -> None:
    result = diff("--git-setup")
    assert result.exit_code == 0
    assert ".gitattributes: **/cassettes/**/*.yaml diff=stream-cassette\n" in result.output
    assert diff("--git-setup").output == "nothing to do: this repository is set up\n"
    assert repository.git("diff", "HEAD~1", "HEAD") == ""
    changes = [line for line in repository.git("diff").splitlines() if line[:1] in "-+"]
    assert changes[2:] == [
        '-      arguments.city: "Zürich"',
        '+      arguments.city: "Genève"',
    ]
    repository.commit("Ask again")
    log = repository.git("log", "-p", "-2", "--format=%s")
    assert log.count('+      arguments.city: "Genève"') == 1
    tool = repository.git("difftool", "--no-prompt", "--tool=stream-cassette", "HEAD~1", "--", NAME)
    assert ARGUMENT in tool


def test_git_shows_a_conflict_by_what_both_sides_say(repository: Repository) -> None:
    """Each side is a run of its own, so that nearly all of the file is in conflict."""
    diff("--git-setup")
    repository.commit("Ask for Genève")
    repository.git("checkout", "--quiet", "-b", "other", "HEAD~1")
    dump(session("dd", city="Lausanne", cut=30), repository.root / NAME)
    repository.commit("Ask for Lausanne")
    with pytest.raises(AssertionError):
        repository.git("merge", "main")
    lines = repository.git("diff").splitlines()
    assert [line for line in lines if line[:1] in "+-" or line[1:2] in "+-"][2:] == [
        "++conflict: what both sides say",
        "++<<<<<<< HEAD",
        ' +      arguments.city: "Lausanne"',
        "++=======",
        '+       arguments.city: "Genève"',
        "++>>>>>>> main",
    ]
    (repository.root / NAME).write_text("<<<<<<< a\nx\n=======\ny\n>>>>>>> b\n")
    assert "++conflict: what the file has between its markers\n++<<<<<<< a\n" in repository.git(
        "diff"
    )


def test_git_shows_what_is_no_cassette_as_it_is(repository: Repository) -> None:
    diff("--git-setup")
    repository.write("cassettes/notes.json", '{"a": 1}\n')
    repository.commit("Notes")
    repository.write("cassettes/notes.json", '{"a": 2}\n')
    assert '-{"a": 1}\n+{"a": 2}\n' in repository.git("diff", "--", "cassettes/notes.json")


def test_git_setup_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    monkeypatch.chdir(tmp_path)
    result = diff("--git-setup")
    assert result.exit_code == 2 and "is not in a git repository" in result.stderr


def test_as_a_module() -> None:
    done = subprocess.run(
        [sys.executable, "-P", "-m", "stream_cassette", "diff", "--help"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "--git-setup" in done.stdout and "python" not in done.stdout.split("\n")[0]


def test_our_own_cassettes_are_what_they_are() -> None:
    result = diff(CASSETTES / "openai_chat", CASSETTES / "openai_chat", "--jobs", 1)
    assert (result.exit_code, result.output) == (0, "")
