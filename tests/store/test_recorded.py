"""What one run has recorded, in one process and in several."""

from __future__ import annotations

from pathlib import Path

import pytest

from stream_cassette.store.recorded import RecordedPaths


def _add(run: RecordedPaths, path: Path) -> None:
    with run.adding(path):
        pass


def _fail(run: RecordedPaths, path: Path) -> None:
    with pytest.raises(ZeroDivisionError), run.adding(path):
        raise ZeroDivisionError


def test_in_one_process(tmp_path: Path) -> None:
    run, path = RecordedPaths(), tmp_path / "x.yaml"
    assert path not in run
    _add(run, path)
    assert path in run
    assert tmp_path / "sub" / ".." / "X.yaml" in run  # one file on some systems
    assert tmp_path / "y.yaml" not in run
    assert list(tmp_path.iterdir()) == []


def test_all_that_share_a_directory_see_it(tmp_path: Path) -> None:
    directory, path = tmp_path / "run", tmp_path / "x.yaml"
    first, second = RecordedPaths(directory), RecordedPaths(directory)
    assert path not in second
    assert not directory.exists()  # made when it is needed
    with first.adding(path):
        assert path in second  # before the file is there
    assert path in second
    assert path not in RecordedPaths(tmp_path / "another run")


@pytest.mark.parametrize("shared", [False, True])
def test_what_could_not_be_published_is_not_recorded(tmp_path: Path, shared: bool) -> None:
    run, path = RecordedPaths(tmp_path / "run" if shared else None), tmp_path / "x.yaml"
    _fail(run, path)
    assert path not in run
    _add(run, path)
    _fail(run, path)  # an earlier test's recording is still there
    assert path in run
