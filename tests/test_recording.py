"""The half of a tape that records: who waits, what is looked at again, and what is given back."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
import trio

from stream_cassette import recording
from stream_cassette import tape as tape_module
from stream_cassette.errors import LockTimeout, PublishError, UsageError
from stream_cassette.store.files import read
from stream_cassette.store.paths import lock_path
from stream_cassette.store.recorded import RecordedPaths
from stream_cassette.tape import Tape, use_cassette


def _ask(tape: Tape, question: int, answer: bytes = b"") -> bytes:
    transport = httpx2.MockTransport(lambda request: httpx2.Response(200, content=answer))
    with httpx2.Client(transport=tape.transport(transport)) as client:
        content: bytes = client.post("http://a.example/", json={"n": question}).content
        return content


def _bodies(path: Path) -> list[bytes]:
    return [interaction.response.body for interaction in read(path).interactions]


def _record(path: Path, question: int, answer: bytes, mode: str = "all") -> None:
    with use_cassette(path, record=mode, unplayed="ignore") as tape:
        _ask(tape, question, answer)


@contextmanager
def _waiting(monkeypatch: pytest.MonkeyPatch, use: Callable[[], None]) -> Iterator[None]:
    """A thread that comes while the block records, and has to wait for it."""
    began = threading.Event()
    stamp = recording.files.stamp

    def stamped(path: Path) -> Any:
        before = stamp(path)
        began.set()
        return before

    thread = threading.Thread(target=use)

    def come() -> None:
        monkeypatch.setattr(recording.files, "stamp", stamped)
        thread.start()
        assert began.wait(20)

    monkeypatch.setattr(recording, "come", come, raising=False)
    yield
    thread.join(60)
    assert not thread.is_alive()


@pytest.mark.parametrize("mode", ["all", "new"])
def test_who_waited_adds_to_what_the_other_recorded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    path = tmp_path / "x.yaml"
    _record(path, 0, b"old")
    with _waiting(monkeypatch, lambda: _record(path, 2, b"second", mode)):
        with use_cassette(path, record="all") as tape:
            recording.come()  # type: ignore[attr-defined]
            _ask(tape, 1, b"first")
    assert _bodies(path) == [b"first", b"second"]


def test_who_waited_for_nothing_replaces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other failed: what is there is older than both."""
    path = tmp_path / "x.yaml"
    _record(path, 0, b"old")
    with _waiting(monkeypatch, lambda: _record(path, 2, b"second")):
        with pytest.raises(ZeroDivisionError), use_cassette(path, record="all") as tape:
            recording.come()  # type: ignore[attr-defined]
            _ask(tape, 1, b"first")
            raise ZeroDivisionError
    assert _bodies(path) == [b"second"]
    assert _bodies(tmp_path / "x.rejected.yaml") == [b"first"]


def test_once_replays_what_it_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "x.yaml"
    got: list[bytes] = []

    def replay() -> None:
        with use_cassette(path, record="once") as tape:
            got.append(_ask(tape, 1, b"second"))
            assert not lock_path(path).exists()

    with _waiting(monkeypatch, replay), use_cassette(path, record="once") as tape:
        recording.come()  # type: ignore[attr-defined]
        _ask(tape, 1, b"first")
    assert got == [b"first"]
    assert _bodies(path) == [b"first"]


@pytest.mark.parametrize("mode", ["once", "all"])
def test_what_a_run_has_recorded_is_added_to(tmp_path: Path, mode: str) -> None:
    path, directory = tmp_path / "x.yaml", tmp_path / "run"
    _record(path, 0, b"old")
    for question, answer in ((1, b"one"), (2, b"two"), (1, b"not asked again")):
        tape = use_cassette(path, record="all" if question == 1 else mode)
        tape.open(run=RecordedPaths(directory))  # as another process has it
        assert tape.mode == ("new" if question == 2 or answer[:3] == b"not" else "all")
        _ask(tape, question, answer)
        tape.close()
    assert _bodies(path) == [b"one", b"two"]
    _record(path, 3, b"another run")
    assert _bodies(path) == [b"another run"]


def test_a_rejected_recording_is_none_of_the_run(tmp_path: Path) -> None:
    path, run = tmp_path / "x.yaml", RecordedPaths()
    tape = use_cassette(path, record="all").open(run=run)
    _ask(tape, 1, b"one")
    tape.close(keep=False)
    assert path not in run


def test_a_limit_can_be_given(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    refused: list[BaseException] = []

    def wait() -> None:
        try:
            _record_within(path, 0.05)
        except LockTimeout as error:
            refused.append(error)

    with use_cassette(path, record="all") as tape:
        _ask(tape, 1, b"one")
        thread = threading.Thread(target=wait)
        thread.start()
        thread.join(20)
    assert "test_a_limit_can_be_given (process " in str(refused[0])
    assert "waited 0.05 s" in str(refused[0])
    assert _bodies(path) == [b"one"]


def _record_within(path: Path, seconds: float) -> None:
    with use_cassette(path, record="all", lock_timeout=seconds) as tape:
        _ask(tape, 2, b"two")


def test_two_tapes_on_one_path_in_one_thread(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    with use_cassette(path, record="all") as tape:
        with pytest.raises(LockTimeout, match="in this very thread"):
            use_cassette(path, record="all", lock_timeout=3600).open()
        assert _ask(tape, 1, b"one") == b"one"
        with use_cassette(tmp_path / "y.yaml", record="all") as other:
            _ask(other, 1, b"other")
    assert (_bodies(path), _bodies(tmp_path / "y.yaml")) == ([b"one"], [b"other"])


@pytest.mark.parametrize("loop", ["asyncio", "trio"])
def test_two_tapes_on_one_path_in_one_event_loop(tmp_path: Path, loop: str) -> None:
    path = tmp_path / "x.yaml"
    refused: list[LockTimeout] = []

    async def one(number: int) -> None:
        try:
            async with use_cassette(path, record="all", lock_timeout=3600) as tape:
                _ask(tape, number, b"%d" % number)
                await (asyncio.sleep(0.01) if loop == "asyncio" else trio.sleep(0.01))
        except LockTimeout as error:
            refused.append(error)

    async def both_asyncio() -> None:
        await asyncio.gather(one(1), one(1))

    async def both_trio() -> None:
        async with trio.open_nursery() as nursery:
            nursery.start_soon(one, 1)
            nursery.start_soon(one, 1)

    if loop == "asyncio":
        asyncio.run(both_asyncio())
    else:
        trio.run(both_trio)
    assert len(refused) == 1
    assert "maybe by another task" in str(refused[0])
    assert _bodies(path) == [b"1"]


def _left(path: Path) -> list[str]:
    return sorted(one.name for one in path.parent.iterdir() if one != path)


@pytest.mark.parametrize("error", [ZeroDivisionError, KeyboardInterrupt])
def test_a_tape_that_does_not_open_holds_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: type[BaseException]
) -> None:
    path = tmp_path / "cassettes" / "x.yaml"

    def fail() -> None:
        raise error

    monkeypatch.setattr(tape_module.families, "install", fail)
    with pytest.raises(error):
        use_cassette(path, record="all").open()
    monkeypatch.undo()
    _record(path, 1, b"one")
    assert _left(path) == []


def test_a_matcher_that_does_not_exist_holds_nothing(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    with pytest.raises(UsageError):
        use_cassette(path, record="new", match_on=["no such"]).open()
    _record(path, 1, b"one")
    assert _left(path) == []


@pytest.mark.parametrize("text", [b"no cassette", b"interactions: ["])
def test_a_file_that_is_not_ours_to_replace_is_not_kept_locked(tmp_path: Path, text: bytes) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(text)
    for _ in range(2):
        with pytest.raises(Exception, match=r"x\.yaml") as caught:
            use_cassette(path, record="all").open()
        assert not isinstance(caught.value, LockTimeout)
    assert _left(path) == []


def test_a_recording_that_can_not_be_published_gives_the_lock_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, run = tmp_path / "x.yaml", RecordedPaths()

    def refuse(*args: Any, **kwargs: Any) -> int:
        raise PublishError("can't be written", path=str(path))

    monkeypatch.setattr(recording.files, "publish", refuse)
    tape = use_cassette(path, record="all").open(run=run)
    _ask(tape, 1, b"one")
    with pytest.raises(PublishError):
        tape.close()
    monkeypatch.undo()
    assert not lock_path(path).exists()
    assert path not in run
    assert [name for name in _left(path) if name.endswith(".journal")]  # for `recover`


def test_patches_that_do_not_go_keep_no_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "x.yaml"

    def fail() -> None:
        raise ZeroDivisionError

    tape = use_cassette(path, record="all").open()
    _ask(tape, 1, b"one")
    uninstall = tape_module.families.uninstall
    monkeypatch.setattr(tape_module.families, "uninstall", fail)
    with pytest.raises(ZeroDivisionError):
        tape.close()
    uninstall()
    assert _bodies(path) == [b"one"]
    assert _left(path) == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
@pytest.mark.filterwarnings("ignore:.*multi-threaded, use of fork:DeprecationWarning")
def test_a_process_forked_off_publishes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    with use_cassette(path, record="all") as tape:
        _ask(tape, 1, b"one")
        child = os.fork()
        if child == 0:
            try:
                tape.close()  # as a `with` that the child leaves
                os._exit(0 if not path.exists() and lock_path(path).exists() else 1)
            finally:
                os._exit(2)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        _ask(tape, 2, b"two")
    assert _bodies(path) == [b"one", b"two"]
    assert _left(path) == []
