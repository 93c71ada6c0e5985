"""A miss as a pytest outcome, which client libraries do not catch, and its text for the report.

SDKs catch `Exception` from a transport, wait, retry and report a connection error. A pytest outcome
is a `BaseException` and goes straight through; one that is swallowed all the same (a bare
`except`, a thread, `gather(return_exceptions=True)`) is kept here, and judged after the call.
"""

from __future__ import annotations

import os
import shlex
import sys
import sysconfig
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import Any

from _pytest.outcomes import Failed

from stream_cassette.session.player import Miss

__all__ = ["Caught", "MissOutcome", "only_misses", "quiet_threads"]

_PACKAGE = str(Path(__file__).parent.parent)
_LIBRARIES = tuple({sysconfig.get_path("purelib"), sysconfig.get_path("platlib")})


class MissOutcome(Failed):
    """Raised where a request has no answer, or the network is refused; a `BaseException`."""

    __module__ = "builtins"  # as pytest's own outcomes, so that reports show the bare name


class Caught:
    """The misses of one test, and what it was refused, as they are raised; from any thread."""

    def __init__(self, *, root: Path, nodeid: str) -> None:
        self._root = str(root)
        self._command = f"pytest --stream-record=all {shlex.quote(nodeid)}"
        self._texts: list[str] = []
        self._judged = 0

    def outcome(self, miss: Miss) -> BaseException:
        """The exception to raise for the miss; an `on_miss` of `use_cassette`."""
        name = miss.cassette.removeprefix(self._root + os.sep)
        return self.keep(replace(miss, cassette=name, command=self._command).message)

    def keep(self, text: str) -> BaseException:
        """Keep a text, with the line that led here; the exception to raise for it."""
        caller = _caller(self._root)
        self._texts.append(f"{text}\nrequested at {caller}" if caller else text)
        return MissOutcome(self._texts[-1], pytrace=False)

    @property
    def texts(self) -> tuple[str, ...]:
        """The text of each, in order."""
        return tuple(self._texts)

    def judge(self) -> str | None:
        """The text of the misses since the last call, the first one whole; None without any."""
        texts = self._texts[self._judged :]
        self._judged += len(texts)
        if not texts:
            return None
        lines = Counter(text.splitlines()[0] for text in texts[1:])
        more = [f"  {line}{f' ({n} times)' if n > 1 else ''}" for line, n in lines.items()]
        return "\n".join([texts[0], *([f"and {len(texts) - 1} more:", *more] if more else [])])


def only_misses(error: BaseException) -> bool:
    """Whether the exception is a miss, or a group of nothing else."""
    if isinstance(error, BaseExceptionGroup):
        return all(only_misses(inner) for inner in error.exceptions)
    return isinstance(error, MissOutcome)


@contextmanager
def quiet_threads() -> Iterator[None]:
    """Keep a miss that ends a thread from being reported a second time, as the thread's failure."""
    before: Callable[[Any], Any] = threading.excepthook

    def hook(args: Any, /) -> None:
        if not isinstance(args.exc_value, MissOutcome):
            before(args)

    threading.excepthook = hook
    try:
        yield
    finally:
        if threading.excepthook is hook:
            threading.excepthook = before


def _caller(root: str) -> str | None:
    """The innermost line of the project's own code that led here, as `path:line (function)`."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        file = frame.f_code.co_filename
        if file.startswith(root + os.sep) and not file.startswith((_PACKAGE, *_LIBRARIES)):
            place = f"{file.removeprefix(root + os.sep)}:{frame.f_lineno}"
            return f"{place} ({frame.f_code.co_qualname})"
        frame = frame.f_back
    return None
