"""Every source file has its test file, at the same place below `tests/`."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "stream_cassette"
TESTS = ROOT / "tests"
SOURCES = sorted(path for path in SOURCE.rglob("*.py") if not path.stem.startswith("__"))


def mirror_of(source: Path) -> Path:
    """`wire/sse.py` → `wire/test_sse.py`; underscores around the name are dropped."""
    return TESTS / source.relative_to(SOURCE).parent / f"test_{source.stem.strip('_')}.py"


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_has_its_test_file(source: Path) -> None:
    wanted = mirror_of(source)
    assert wanted.is_file(), f"{source.relative_to(ROOT)} needs {wanted.relative_to(ROOT)}"
    assert "def test_" in wanted.read_text("utf-8")


@pytest.mark.parametrize("directory", ["wire", "transport"])
def test_names(directory: str) -> None:
    named = mirror_of(SOURCE / directory / "_x_.py")
    assert named == TESTS / directory / "test_x.py"
