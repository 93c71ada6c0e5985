"""The project that a directory belongs to: its root, and what `pyproject.toml` says to us."""

from __future__ import annotations

import glob
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from stream_cassette.errors import UsageError

__all__ = ["Project", "project_of"]

_FILE: Final = "pyproject.toml"
_TABLES: Final = ("check",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """`root` is the directory of `pyproject.toml`, or the one asked about where there is none.

    `tables` are those of `[tool.stream-cassette]`; `cassette_dir` is pytest's ini value
    `stream_cassette_dir`, as it stands there.
    """

    root: Path
    tables: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    cassette_dir: str | None = None

    @property
    def repository(self) -> Path:
        """The directory of the repository that the project is in; its own where there is none."""
        above = (self.root, *self.root.parents)
        return next((one for one in above if (one / ".git").exists()), self.root)

    def table(self, name: str) -> Mapping[str, Any]:
        """The named table, empty where there is none."""
        return self.tables.get(name, {})

    def cassette_dirs(self) -> tuple[Path, ...]:
        """The directories that hold the project's cassettes, as far as they are there."""
        template = self.cassette_dir or "cassettes"
        pattern = template.replace("{rootdir}", glob.escape(str(self.root)))
        pattern = pattern.replace("{test_dir}", "**")
        found = glob.glob(pattern, root_dir=self.root, recursive=True)
        paths = (self.root / each for each in sorted(found))
        return tuple(path for path in paths if path.is_dir())


def project_of(start: Path) -> Project:
    """The project of the directory `start`: of the nearest `pyproject.toml` above it.

    Raises:
        UsageError: the file is no TOML, or has a table or value of ours that is unknown.
    """
    start = start.absolute()
    for directory in (start, *start.parents):
        path = directory / _FILE
        if path.is_file():
            return _read(path)
    return Project(root=start)


def _read(path: Path) -> Project:
    try:
        tool = tomllib.loads(path.read_text("utf-8")).get("tool", {})
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"{path}: can't be read: {error}") from error
    ours = tool.get("stream-cassette", {})
    unknown = sorted(name for name in ours if name not in _TABLES)
    if unknown:
        names = ", ".join(map(repr, unknown))
        known = ", ".join(_TABLES)
        raise UsageError(f"{path}: [tool.stream-cassette]: unknown {names} (known: {known})")
    for name, table in ours.items():
        if not isinstance(table, Mapping):
            raise UsageError(f"{path}: [tool.stream-cassette]: {name} is a table, not {table!r}")
    options = tool.get("pytest", {}).get("ini_options", {})
    directory = options.get("stream_cassette_dir") if isinstance(options, Mapping) else None
    return Project(
        root=path.parent,
        tables=ours,
        cassette_dir=directory if isinstance(directory, str) and directory else None,
    )
