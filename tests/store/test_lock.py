"""One recording at a time: threads, processes, forks; and whom the message names."""

from __future__ import annotations

import errno
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from stream_cassette.errors import LockTimeout
from stream_cassette.store import lock as lock_module
from stream_cassette.store.lock import PathLock
from stream_cassette.store.paths import lock_path

# holds the lock until its standard input ends
HOLD = """
import sys
from pathlib import Path
from stream_cassette.store.lock import PathLock
with PathLock(Path(sys.argv[1]), holder="tests/test_there.py::test_it"):
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def _another_process(path: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that holds the lock."""
    command = [sys.executable, "-c", HOLD, str(path)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        try:
            yield process
        finally:
            process.kill()


def _lock(path: Path, limit_s: float = 0.05) -> PathLock:
    return PathLock(path, holder="test_here", limit_s=limit_s)


def _in_a_thread(path: Path, limit_s: float = 30) -> list[bool | LockTimeout]:
    """What a thread gets that takes the lock and gives it back."""
    got: list[bool | LockTimeout] = []

    def take() -> None:
        lock = _lock(path, limit_s)
        try:
            got.append(lock.acquire())
        except LockTimeout as error:
            got.append(error)
        lock.release()

    thread = threading.Thread(target=take)
    thread.start()
    thread.join(60)
    return got


def test_nothing_is_left(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "down" / "x.yaml"
    lock = _lock(path)
    assert lock.acquire() is False
    assert [one.name for one in path.parent.iterdir()] == [".x.yaml.lock"]
    lock.release()
    lock.release()
    assert list(tmp_path.iterdir()) == []
    assert lock.acquire() is False  # may be taken again
    (path.parent / "kept").touch()
    lock.release()
    assert [one.name for one in path.parent.iterdir()] == ["kept"]


def test_another_process_is_named(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    with _another_process(path) as process:
        with pytest.raises(LockTimeout) as caught:
            _lock(path).acquire()
    text = str(caught.value)
    who = f"tests/test_there.py::test_it (process {process.pid} on {socket.gethostname()}, since "
    assert f"{path}: is being recorded by {who}20" in text
    assert "waited 0.05 s" in text
    assert "stream_lock_timeout" in text


def test_it_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    with _another_process(path) as process:
        assert process.stdin is not None
        threading.Timer(0.1, process.stdin.close).start()
        lock = _lock(path, 30)
        assert lock.acquire() is True
        lock.release()


def test_a_killed_process_leaves_no_lock(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    with _another_process(path) as process:
        process.kill()
        process.wait()
        assert lock_path(path).exists()
        assert _lock(path).acquire() is False


def test_other_threads_wait(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    with _lock(path):
        (refused,) = _in_a_thread(path, 0.05)
        assert isinstance(refused, LockTimeout)
        assert f"test_here (process {os.getpid()} on " in str(refused)
    assert _in_a_thread(path) == [False]


def test_a_thread_does_not_wait_for_itself(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    linked = tmp_path / "linked"
    linked.symlink_to(tmp_path, target_is_directory=True)
    with _lock(path) as held:
        for name in (path, linked / "x.yaml", tmp_path / "linked" / ".." / path):
            with pytest.raises(LockTimeout, match="in this very thread"):
                _lock(name, 3600).acquire()
        with pytest.raises(LockTimeout, match="this very lock"):
            held.acquire()
        assert isinstance(_in_a_thread(path, 0.01)[0], LockTimeout)  # still held
        with _lock(tmp_path / "other.yaml"):
            pass


def test_any_thread_may_release(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    lock = _lock(path)
    lock.acquire()
    thread = threading.Thread(target=lock.release)
    thread.start()
    thread.join()
    assert _lock(path).acquire() is False


def test_an_interrupt_while_waiting_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    handles = len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a job may ignore it
    try:
        with _another_process(path):
            threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT)).start()
            with pytest.raises(KeyboardInterrupt):
                _lock(path, 60).acquire()
    finally:
        signal.signal(signal.SIGINT, before)
    assert _lock(path).acquire() is False
    if handles:
        assert len(os.listdir("/proc/self/fd")) == handles + 1  # the one just taken


def test_an_interrupt_just_after_it_was_taken_gives_it_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "deep" / "x.yaml"

    def interrupted(self: PathLock, handle: int) -> bool:
        take(self, handle)
        raise KeyboardInterrupt

    take = PathLock._take
    monkeypatch.setattr(PathLock, "_take", interrupted)
    with pytest.raises(KeyboardInterrupt):
        _lock(path).acquire()
    monkeypatch.undo()
    assert list(tmp_path.iterdir()) == []
    assert _lock(path).acquire() is False


def test_a_directory_that_goes_while_it_is_entered_is_made_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever made it, and recorded nothing, takes it away again."""
    path = tmp_path / "deep" / "x.yaml"
    make = lock_module._make_directories
    calls: list[Path] = []

    def made_and_gone(directory: Path) -> list[Path]:
        made = make(directory)
        calls.append(directory)
        if len(calls) == 1:
            directory.rmdir()
        return made

    monkeypatch.setattr(lock_module, "_make_directories", made_and_gone)
    with _lock(path, 30):
        assert len(calls) == 2
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write")
def test_a_directory_that_can_not_be_written(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(LockTimeout, match="can't be locked: Permission denied"):
            _lock(tmp_path / "x.yaml").acquire()
    finally:
        tmp_path.chmod(0o700)


@pytest.mark.parametrize("number", [errno.EACCES, errno.EROFS, errno.ENOSPC])
def test_a_lock_file_that_can_not_be_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def refuse(*args: object) -> int:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(lock_module.os, "open", refuse)
    with pytest.raises(LockTimeout, match=f"can't be locked: {os.strerror(number)}"):
        _lock(tmp_path / "x.yaml", 60).acquire()


@pytest.mark.parametrize("number", [errno.ENOENT, errno.EACCES, errno.EROFS, errno.EEXIST])
def test_a_directory_that_can_not_be_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    """It is said at once, and nobody else is blamed."""

    def refuse(*args: object, **options: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(Path, "mkdir", refuse)
    path = tmp_path / "none" / "x.yaml"
    began = time.monotonic()
    with pytest.raises(LockTimeout) as caught:
        _lock(path, 600).acquire()
    assert time.monotonic() - began < 60
    text = str(caught.value)
    assert f"{path}: can't be locked: {os.strerror(number)}" in text
    assert f"in the directory {path.parent})" in text
    assert "another process" not in text


def test_what_was_made_of_a_path_that_can_not_be_made_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make = os.mkdir

    def refuse(path: Path, *args: Any, **options: Any) -> None:
        if Path(path).name == "b" and Path(path).parent.is_dir():
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        make(path, *args, **options)

    monkeypatch.setattr(os, "mkdir", refuse)
    with pytest.raises(LockTimeout, match="No space left"):
        _lock(tmp_path / "a" / "b" / "x.yaml", 600).acquire()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="a directory that takes no files")
@pytest.mark.parametrize("path", ["/proc/none/x.yaml", "/proc/self/x.yaml"])
def test_a_directory_that_takes_no_files(path: str) -> None:
    with pytest.raises(LockTimeout, match=f"in the directory {Path(path).parent}"):
        _lock(Path(path), 600).acquire()


def test_a_file_system_without_locks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(handle: int) -> bool:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(lock_module, "try_lock", refuse)
    with pytest.raises(LockTimeout, match=r"No locks available.*file system with locks"):
        _lock(tmp_path / "x.yaml", 60).acquire()


def test_a_holder_that_says_nothing(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    for said in (b"", b"{", b"[]", b'{"pid": 1}'):
        with _lock(path):
            lock_path(path).write_bytes(said)
            (refused,) = _in_a_thread(path, 0)
            assert "is being recorded by another process" in str(refused)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
@pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")
def test_a_child_that_was_forked_off_keeps_nothing(tmp_path: Path) -> None:
    """Not the lock of a parent that was killed, nor the right to give it back."""
    path = tmp_path / "x.yaml"
    lock = _lock(path)
    lock.acquire()
    go_on, told = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            lock.release()
            os.read(go_on, 1)
        finally:
            os._exit(0)
    try:
        assert lock_path(path).exists()
        assert isinstance(_in_a_thread(path, 0.05)[0], LockTimeout)
        os.close(lock._handle or -1)  # as if killed: the file stays
        lock._handle = None
        assert _in_a_thread(path, 5) == [False]
    finally:
        os.write(told, b".")
        os.waitpid(child, 0)
        os.close(go_on)
        os.close(told)
        lock.release()


def test_threads_and_processes_take_turns(tmp_path: Path) -> None:
    """A counter in a file, read and written under the lock."""
    path, counter = tmp_path / "x.yaml", tmp_path / "counter"
    counter.write_text("0")
    program = (
        "import sys, threading\n"
        "from pathlib import Path\n"
        "from stream_cassette.store.lock import PathLock\n"
        "path, counter = map(Path, sys.argv[1:])\n"
        "def count():\n"
        "    for _ in range(25):\n"
        "        with PathLock(path, holder='x', limit_s=60):\n"
        "            counter.write_text(str(int(counter.read_text()) + 1))\n"
        "threads = [threading.Thread(target=count) for _ in range(4)]\n"
        "for thread in threads: thread.start()\n"
        "for thread in threads: thread.join()\n"
    )
    command = [sys.executable, "-c", program, str(path), str(counter)]
    processes = [subprocess.Popen(command) for _ in range(3)]
    assert [process.wait(120) for process in processes] == [0, 0, 0]
    assert counter.read_text() == str(3 * 4 * 25)
    assert not lock_path(path).exists()
