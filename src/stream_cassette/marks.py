"""The `@stream_cassette` decorator: the marker of the same name, typed.

Importing it loads no pytest; decorating does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, overload

__all__ = ["stream_cassette"]

_Target = TypeVar("_Target", bound=Callable[..., Any])


@overload
def stream_cassette(target: _Target, /) -> _Target: ...
@overload
def stream_cassette(name: str | None = None, /, **options: Any) -> Callable[[_Target], _Target]: ...
def stream_cassette(target: Any = None, /, **options: Any) -> Any:
    """Run a test function, coroutine function or class on a cassette.

    Bare, the file is named after the test. A name is a path below the cassette directory and may
    hold parameters, as in `"weather/{provider}.yaml"`. Options are those of `use_cassette`; the
    same as `@pytest.mark.stream_cassette(...)`, and checked when tests are collected.
    """
    import pytest

    mark = pytest.mark.stream_cassette
    if callable(target) and not options:
        return mark.with_args()(target)
    return mark.with_args(*(() if target is None else (target,)), **options)
