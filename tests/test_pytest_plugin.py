"""The plugin beside others, and in runs that do not need it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import stream_cassette.pytest_plugin
from tests.support.inner_project import INI, ONE, Project, Provider, project, provider

__all__ = ["project", "provider"]  # fixtures


def test_nothing_is_loaded_in_a_run_without_marked_tests(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project.root / "test_plain.py").write_text(
        "import sys\n"
        "HEAVY = 'yaml httpx httpx2 vcr deepdiff rich click orjson '\n"
        "HEAVY += 'stream_cassette.plugin.run stream_cassette.session'\n"
        "def test_plain():\n"
        "    assert 'stream_cassette.pytest_plugin' in sys.modules\n"
        "    assert [name for name in HEAVY.split() if name in sys.modules] == []\n"
    )
    project.pytester.makeini("[pytest]")
    # other plugins of the environment import what they like
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    result = project.run_apart("test_plain.py", "-p", "stream_cassette.pytest_plugin")
    result.assert_outcomes(passed=1)


ASYNC = """
async def use():
    async with httpx2.AsyncClient() as client:
        assert (await client.post(URL, json={"a": 1})).text.startswith("data")
"""


@pytest.mark.parametrize(
    ("module", "source", "args", "count"),
    [
        ("pytest_asyncio", "@pytest.mark.asyncio\n@stream_cassette\n", (), 1),
        ("pytest_asyncio", "@stream_cassette\n", ("--asyncio-mode=auto",), 1),
        ("anyio", "@pytest.mark.anyio\n@stream_cassette\n", (), 2),
        ("pytest_trio", "@pytest.mark.trio\n@stream_cassette\n", (), 1),
    ],
)
def test_async_plugins(
    project: Project, module: str, source: str, args: tuple[str, ...], count: int
) -> None:
    pytest.importorskip(module)
    pytest.importorskip("trio")
    project.tests(ASYNC + source + "async def test_it(tape):\n    await use()\n")
    project.run("--stream-record=once", *args).assert_outcomes(passed=count)
    served = Provider.served
    project.run(*args).assert_outcomes(passed=count)
    assert Provider.served == served == count


def test_xdist(project: Project) -> None:
    pytest.importorskip("xdist")
    project.tests(
        "@pytest.mark.parametrize('n', range(6))\n@stream_cassette\n"
        "def test_it(n):\n    httpx2.post(URL, json=n)\n"
    )
    project.run_apart("--stream-record=once", "-n2").assert_outcomes(passed=6)
    project.run_apart("-n2").assert_outcomes(passed=6)
    assert Provider.served == 6
    (project.root / "cassettes/test_a/test_it[3].yaml").unlink()
    project.run_apart("-n2").assert_outcomes(passed=5, failed=1)


def test_the_same_project_uses_pytest_recording(project: Project) -> None:
    pytest.importorskip("pytest_recording")
    project.tests(
        ONE
        + """
@pytest.mark.vcr
def test_theirs(vcr):
    assert httpx2.post(URL, json={"a": 1}).text.startswith("data: ")
"""
    )
    project.pytester.makeini(INI.replace("error", "default"))
    args = ("--stream-record=once", "--record-mode=once")
    project.run_apart(*args).assert_outcomes(passed=2)
    assert Provider.served == 2
    project.run_apart().assert_outcomes(passed=2)
    assert Provider.served == 2


def test_the_same_project_uses_cassetter(project: Project) -> None:
    pytest.importorskip("cassetter")
    project.tests(ONE)
    project.run_apart("--stream-record=once").assert_outcomes(passed=1)
    project.run_apart("--record-mode=none").assert_outcomes(passed=1)


def test_the_plugin_module_is_thin() -> None:
    assert stream_cassette.pytest_plugin.__name__ in sys.modules
    assert len(Path(stream_cassette.pytest_plugin.__file__).read_text("utf-8").splitlines()) < 150
