"""Which tests are on a cassette, and where their files go."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from tests.support.inner_project import INI, ONE, Project

FORMS = """
@pytest.mark.stream_cassette
def test_mark():
    assert current_tape().mode == "none"

@pytest.mark.stream_cassette("named", unplayed="ignore")
def test_mark_with_arguments(tape):
    assert tape.path.name == "named.yaml"

@stream_cassette("in/{kind}.yaml", unplayed="ignore")
@pytest.mark.parametrize("kind", ["x", "../up"])
def test_named(kind, tape, request):
    below = tape.path.relative_to(request.config.rootpath).as_posix()
    assert below in {"cassettes/in/x.yaml", "cassettes/in/..%2Fup-a7c1bb81.yaml"}

@stream_cassette(unplayed="ignore")
class TestGroup:
    def test_in_class(self):
        assert current_tape().path.name == "TestGroup.test_in_class.yaml"

def test_fixture_alone(tape):
    assert current_tape() is tape

def test_unmarked():
    with pytest.raises(Exception, match="no cassette is open"):
        current_tape()
"""


def test_every_way_to_mark(project: Project) -> None:
    project.tests(FORMS.replace("a7c1bb81", _digest("../up")))
    project.run().assert_outcomes(passed=7)


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:8]


@pytest.mark.parametrize(
    ("source", "args", "said"),
    [
        ("@stream_cassette(paces=1)\ndef test_x(): pass", (), "no option 'paces'"),
        ("@stream_cassette('{nope}')\ndef test_x(): pass", (), "{nope} is no parameter"),
        ("@stream_cassette('a', 'b')\ndef test_x(): pass", (), "*"),
        ("def test_x(): pass", ("--stream-record=sometimes",), "'sometimes' is no record mode"),
        (
            "@stream_cassette\ndef test_a(): pass\n@stream_cassette\ndef test_A(): pass",
            (),
            "test_A have one cassette",
        ),
    ],
)
def test_what_is_refused_before_anything_runs(
    project: Project, source: str, args: tuple[str, ...], said: str
) -> None:
    project.tests(source)
    result = project.run(*args)
    assert result.ret in {pytest.ExitCode.USAGE_ERROR, pytest.ExitCode.INTERRUPTED}
    assert said in result.stdout.str() + result.stderr.str() or said == "*"


def test_directory_without_an_ini_file_is_beside_the_test(project: Project) -> None:
    (project.root / "tox.ini").unlink()
    project.tests(ONE, "deep/test_b.py")
    project.run_apart("--stream-record=once", "deep").assert_outcomes(passed=1)
    assert project.files == ["deep/cassettes/test_b/test_one.yaml"]


def test_directory_from_the_ini(project: Project) -> None:
    project.pytester.makeini(INI + "stream_cassette_dir = {test_dir}/cassettes\n")
    project.tests(ONE, "tests/deep/test_b.py")
    project.run("--stream-record=once").assert_outcomes(passed=1)
    assert project.files == ["tests/deep/cassettes/test_b/test_one.yaml"]


def test_hostile_ids_have_a_file_each(project: Project) -> None:
    ids = ["a", "A", "../..", "x" * 400, "x" * 401, "é", "a b", "a%20b", "nul", "con."]
    project.tests(
        f"@pytest.mark.parametrize('n', range({len(ids)}), ids={ids!r})\n"
        "@stream_cassette\ndef test_it(n):\n    httpx2.post(URL, json=n)\n"
    )
    project.run("--stream-record=once").assert_outcomes(passed=len(ids))
    names = [Path(name).name for name in project.files]
    assert len({name.casefold() for name in names}) == len(ids)
    assert all(len(name) <= 155 for name in names)
    project.run().assert_outcomes(passed=len(ids))
