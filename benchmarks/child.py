"""One measurement in a process of its own: `python -m benchmarks.child ROW TOOL URL`.

Prints one JSON object: `{"value": 4.1, "version": "9.4.2"}`, or `{"skipped": "why"}`.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
import sys
import tempfile
from pathlib import Path

from benchmarks.rows import ROWS
from benchmarks.tools import TOOLS

__all__ = ["main"]

DISTRIBUTIONS = {"vcr": "vcrpy", "stream_cassette": "stream-cassette"}  # called as the module else


def lacking(row: str, tool: str) -> str | None:
    """The first module that the measurement needs and this interpreter has not."""
    needed = [TOOLS[tool].requires, "httpx2"]
    if (row, tool) == ("load", "bare"):
        needed += ["stream_cassette", "yaml"]
    if row.startswith("check") and tool == "bare":
        needed += ["stream_cassette"]
    if row.startswith("accumulate") and tool == "bare":
        needed += ["orjson"]
    return next((name for name in needed if name and not importlib.util.find_spec(name)), None)


def version_of(tool: str) -> str | None:
    """The tool's version, None for the bare client."""
    module = TOOLS[tool].requires
    if module is None:
        return None
    try:
        return importlib.metadata.version(DISTRIBUTIONS.get(module, module))
    except importlib.metadata.PackageNotFoundError:
        return None


def main(row: str, tool: str, url: str) -> None:
    """Measure and print."""
    missing = lacking(row, tool)
    if missing:
        print(json.dumps({"skipped": f"{missing} is not installed"}))
        return
    with tempfile.TemporaryDirectory() as directory:
        value = ROWS[row].measure(TOOLS[tool], url, Path(directory))
    print(json.dumps({"value": value, "version": version_of(tool)}))


if __name__ == "__main__":
    main(*sys.argv[1:4])
