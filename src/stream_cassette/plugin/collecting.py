"""Report which cassettes the collected tests use, to the file that an environment variable names.

A plugin of its own, for `stream-cassette check --orphans`: pytest is run with `--collect-only` and
`-p stream_cassette.plugin.collecting`. No other run loads it.

A test's own cassette is known. Names given to the `conversations` fixture are known where they are
written out in the test, or are its parameters. What a test loads otherwise is not, save that every
text in its module that ends as a cassette's name does is reported too; what an f-string fills in
is a `*` there.
"""

from __future__ import annotations

import ast
import inspect
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from textwrap import dedent
from types import ModuleType
from typing import Any

import pytest

from stream_cassette.plugin import options
from stream_cassette.plugin.naming import cassette_dir
from stream_cassette.plugin.run import is_taped, place_of
from stream_cassette.plugin.vcr_place import is_placed, more_paths
from stream_cassette.store.collected import VARIABLE, report

_FIXTURE = "conversations"
_SUFFIXES = (".yaml", ".yml", ".json", ".gz")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Before any test is deselected."""
    target = os.environ.get(VARIABLE)
    if not target:
        return
    loads, computed = _loaded(items)
    with options.as_pytests():
        places = [(place_of(item).path, *more_paths(item)) for item in items if is_taped(item)]
    taped = sorted({str(path) for paths in places for path in paths})
    computed |= {item.nodeid for item in items if is_placed(item)}
    found = {
        "cassettes": taped,
        "loads": sorted(loads),
        "computed": sorted(computed),
        "mentions": sorted(_mentions(config, items)),
        "tests": len(items),
    }
    report(Path(target), found)


def _loaded(items: Iterable[pytest.Item]) -> tuple[set[tuple[str, str]], set[str]]:
    """Directory and name of what `conversations` is asked for; tests of which that is not known."""
    loads: set[tuple[str, str]] = set()
    computed: set[str] = set()
    for item in items:
        if _FIXTURE not in getattr(item, "fixturenames", ()):
            continue
        names = list(_names(item))
        loads |= {(_directory(item), name) for name in names if name is not None}
        if not names or None in names:
            computed.add(item.nodeid)
    return loads, computed


def _names(item: pytest.Item) -> Iterator[str | None]:
    """The names in the test's calls of the fixture; None for one that is made while it runs."""
    params: dict[str, Any] = getattr(getattr(item, "callspec", None), "params", {})
    for node in ast.walk(_tree(getattr(item, "function", None))):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        for argument in node.args if node.func.id == _FIXTURE else ():
            known = params.get(argument.id) if isinstance(argument, ast.Name) else None
            known = argument.value if isinstance(argument, ast.Constant) else known
            yield known if isinstance(known, str) else None


def _directory(item: pytest.Item) -> str:
    config = item.config
    return str(
        cassette_dir(
            config.getini("stream_cassette_dir") or None,
            root=config.rootpath,
            test_file=item.path,
            has_ini=config.inipath is not None,
        )
    )


def _mentions(config: pytest.Config, items: Iterable[pytest.Item]) -> set[str]:
    """Texts in the tests' modules, and in conftest files, that end as a cassette's name does."""
    modules = {getattr(item, "module", None) for item in items}
    modules |= {one for one in config.pluginmanager.get_plugins() if _is_conftest(one)}
    texts = (_text(node) for module in modules for node in ast.walk(_tree(module)))
    return {text for text in texts if text is not None and text.endswith(_SUFFIXES)}


def _text(node: ast.AST) -> str | None:
    """A text as it stands in the source; what is filled in is a wild card."""
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(part) or "*" for part in node.values)
    value = node.value if isinstance(node, ast.Constant) else None
    return value if isinstance(value, str) else None


def _is_conftest(plugin: object) -> bool:
    file = getattr(plugin, "__file__", None)
    return isinstance(plugin, ModuleType) and file is not None and file.endswith("conftest.py")


def _tree(holder: Any) -> ast.AST:
    """The source of a function or module, parsed; an empty one where there is none."""
    try:
        return ast.parse(dedent(inspect.getsource(inspect.unwrap(holder))))
    except (OSError, TypeError, SyntaxError, ValueError):
        return ast.Module(body=[], type_ignores=[])
