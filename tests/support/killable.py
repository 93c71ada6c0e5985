"""What a process does that is going to be killed: records a stream, and tells what it received.

Run in a process of its own (multiprocessing, "forkserver"), so everything here is importable by
name and takes plain values.
"""

from __future__ import annotations

import builtins
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

from stream_cassette.tape import use_cassette

SECRET = "Wq7-zebra-Lantern-0451"
QUESTION = {"model": "m", "messages": [{"role": "user", "content": "tell"}]}

# the calls that change files, by module; `open` counts when it makes a file
_CALLS = ("open", "write", "pwrite", "fsync", "replace", "unlink", "ftruncate", "rmdir")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """What happens at the `at`-th call that changes a file: "kill", or an errno to raise."""

    at: int
    what: str | int


def refused(directory: str, told: Any) -> None:
    """Try to record where a plain user may not write, and tell what is said."""
    if os.getuid() == 0:
        os.setuid(65534)
    try:
        use_cassette(Path(directory) / "a.yaml", record="all").open()
    except Exception as error:
        told.send_bytes(f"failed {type(error).__name__}: {error}".encode())


def record(url: str, path: str, mode: str, told: Any, fault: Fault | None = None) -> None:
    """Record one stream to `path`; each chunk is told to the pipe once the client has it."""
    os.environ["KILLABLE_SECRET"] = SECRET
    counted = _Counted(told, fault)
    counted.install()
    told.send_bytes(b"began")
    try:
        with use_cassette(Path(path), record=mode), httpx2.Client() as client:
            with client.stream("POST", url, json=QUESTION) as response:
                for chunk in response.iter_bytes():
                    told.send_bytes(b"+" + chunk)
    except BaseException as error:
        told.send_bytes(f"failed {type(error).__name__}: {error}".encode())
    told.send_bytes(f"ended {counted.count}".encode())


class _Counted:
    """Counts the calls that change files below this process, and makes one of them fail."""

    def __init__(self, told: Any, fault: Fault | None) -> None:
        self.count = 0
        self._told = told
        self._fault = fault

    def install(self) -> None:
        self._pipe = self._told.fileno()
        for name in _CALLS:
            setattr(os, name, self._wrapped(getattr(os, name), name))
        builtins.open = self._opened(builtins.open)

    def _wrapped(self, call: Callable[..., Any], name: str) -> Callable[..., Any]:
        def counted(first: Any, *rest: Any, **named: Any) -> Any:
            made = name != "open" or (rest and rest[0] & os.O_CREAT)
            if made and first != self._pipe:
                self._step()
            return call(first, *rest, **named)

        return counted

    def _opened(self, call: Callable[..., Any]) -> Any:
        def opened(file: Any, mode: str = "r", *rest: Any, **named: Any) -> Any:
            made = call(file, mode, *rest, **named)
            if "x" not in mode and "w" not in mode:
                return made
            write = made.write

            class Writing:
                """The file, whose writes are counted."""

                def __getattr__(self, name: str) -> Any:
                    return getattr(made, name)

                def __enter__(self) -> Any:
                    return self

                def __exit__(self, *error: object) -> None:
                    made.close()

                def write(inner, data: Any) -> int:  # noqa: N805 - `self` is the counter here
                    self._step()
                    return int(write(data))

            return Writing()

        return opened

    def _step(self) -> None:
        self.count += 1
        if self._fault is None or self.count != self._fault.at:
            return
        if self._fault.what == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        raise OSError(self._fault.what, os.strerror(int(self._fault.what)))
