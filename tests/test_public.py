"""The public names, and what it costs to have them and the plugin about."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import stream_cassette

HEAVY = ("click", "deepdiff", "httpx", "httpx2", "orjson", "rich", "vcr", "yaml")


def announced() -> dict[str, str]:
    """Public name → module, as the imports under TYPE_CHECKING say."""
    tree = ast.parse(Path(stream_cassette.__file__).read_text("utf-8"))
    block = next(node for node in tree.body if isinstance(node, ast.If))
    return {
        alias.name: str(node.module)
        for node in block.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def test_all_is_sorted_and_what_is_visible() -> None:
    assert stream_cassette.__all__ == sorted(set(stream_cassette.__all__))
    assert dir(stream_cassette) == stream_cassette.__all__
    assert set(stream_cassette.__all__) == set(announced())


@pytest.mark.parametrize(("name", "module"), sorted(announced().items()))
def test_name_is_the_one_its_module_exports(name: str, module: str) -> None:
    home = import_module(module)
    assert getattr(stream_cassette, name) is getattr(home, name)
    assert name in home.__all__


def test_every_error_is_public() -> None:
    errors = import_module("stream_cassette.errors")
    assert set(errors.__all__) <= set(stream_cassette.__all__)


def test_unknown_name() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'cassete'"):
        _ = stream_cassette.cassete


def test_typed() -> None:
    assert Path(stream_cassette.__file__).with_name("py.typed").is_file()


def modules_after(code: str) -> set[str]:
    """Top-level names in `sys.modules` of a fresh interpreter that ran the code."""
    report = "import json, sys; print(json.dumps(sorted({m.split('.')[0] for m in sys.modules})))"
    command = [sys.executable, "-c", f"{code}\n{report}"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_importing_the_package_is_cheap() -> None:
    loaded = modules_after("import stream_cassette")
    assert "stream_cassette" in loaded
    assert loaded.isdisjoint({*HEAVY, "pytest", "asyncio"})


def test_a_public_value_loads_no_client() -> None:
    loaded = modules_after("from stream_cassette import Cassette, CassetteMiss")
    assert loaded.isdisjoint({*HEAVY, "pytest"})


CONFTEST = """
import sys

def pytest_unconfigure(config):
    assert config.pluginmanager.has_plugin("stream_cassette.pytest_plugin") or (
        config.pluginmanager.has_plugin("stream_cassette"))
    tops = {name.split(".")[0] for name in sys.modules}
    print("LOADED", sorted(tops & set(%r)))
"""


@pytest.mark.parametrize("extra", [[], ["--collect-only"], ["--fixtures"]], ids=str)
def test_a_run_without_marked_tests_loads_nothing(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, extra: list[str]
) -> None:
    """The plugin comes by its entry point; other plugins, which may load YAML, stay out."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    pytester.makeconftest(CONFTEST % (HEAVY,))
    pytester.makepyfile("def test_plain(): assert 1 + 1 == 2")
    result = pytester.runpytest_subprocess("-p", "stream_cassette", "-s", *extra)
    assert result.ret == 0
    result.stdout.fnmatch_lines(["*LOADED []*"])
