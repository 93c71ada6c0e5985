"""Which session a call belongs to; refused where there is more than one answer."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections.abc import Callable
from typing import TypeVar

import pytest

from stream_cassette.errors import SessionError
from stream_cassette.session import current
from stream_cassette.session.session import Session

T = TypeVar("T")


def _session(name: str) -> Session:
    return Session(name=name, player=None, recorder=None, frame_sizes=lambda _: (), on_miss=None)


def _in_a_new_thread(call: Callable[[], T]) -> T:
    found: list[T | BaseException] = []

    def run() -> None:
        try:
            found.append(call())
        except BaseException as error:
            found.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if isinstance(found[0], BaseException):
        raise found[0]
    return found[0]


def test_nothing_open() -> None:
    assert current.current() is None
    assert not current.any_open()


def test_the_contexts_own_then_its_parent() -> None:
    outer, inner = _session("outer"), _session("inner")
    current.open_(outer)
    current.open_(inner)
    assert current.current() is inner
    assert current.close(inner) is False
    assert current.current() is outer
    assert current.close(outer) is True
    assert current.current() is None


def test_a_thread_without_a_context_gets_the_innermost_of_one_chain() -> None:
    outer, inner = _session("outer"), _session("inner")
    current.open_(outer)
    current.open_(inner)
    try:
        assert _in_a_new_thread(current.current) is inner
    finally:
        current.close(inner)
        current.close(outer)


def test_two_unrelated_sessions_refuse_a_call_that_belongs_to_none() -> None:
    one, two = _session("one.yaml"), _session("two.yaml")
    contexts = contextvars.copy_context(), contextvars.copy_context()
    for context, session in zip(contexts, (one, two), strict=True):
        context.run(current.open_, session)
    try:
        assert contexts[0].run(current.current) is one
        assert contexts[1].run(current.current) is two
        with pytest.raises(SessionError, match=r"two sessions are open .*copy the context"):
            current.current()
    finally:
        current.close(one)
        current.close(two)


def test_a_context_whose_session_has_closed_falls_back_to_the_open_ones() -> None:
    old, new = _session("old"), _session("new")
    context = contextvars.copy_context()
    context.run(current.open_, old)
    current.close(old)
    current.open_(new)
    try:
        assert context.run(current.current) is new
    finally:
        current.close(new)


def test_tasks_keep_their_own_sessions() -> None:
    async def one(name: str) -> str:
        session = _session(name)
        current.open_(session)
        await asyncio.sleep(0)
        found = current.current()
        await asyncio.sleep(0)
        current.close(session)
        return found.name if found else ""

    async def all_() -> list[str]:
        return await asyncio.gather(*(one(str(number)) for number in range(20)))

    assert asyncio.run(all_()) == [str(number) for number in range(20)]


def test_inside_is_undone() -> None:
    with current.inside():
        assert current.is_inside()
    assert not current.is_inside()
