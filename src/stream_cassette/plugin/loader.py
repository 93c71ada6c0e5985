"""Conversations of cassettes by name, for a test that compares them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from stream_cassette.api import load
from stream_cassette.errors import UsageError
from stream_cassette.plugin.naming import cassette_dir
from stream_cassette.store.find import cassettes_below

if TYPE_CHECKING:
    from stream_cassette.conversation.model import Conversation

__all__ = ["Loader"]


class Loader:
    """What the `conversations` fixture gives; called with names or globs."""

    def __init__(self, item: pytest.Item) -> None:
        config = item.config
        self._directory = cassette_dir(
            config.getini("stream_cassette_dir") or None,
            root=config.rootpath,
            test_file=item.path,
            has_ini=config.inipath is not None,
        )

    def __call__(self, *names: str) -> tuple[Conversation, ...]:
        """All conversations of the cassettes, in the order of the names, then of the files.

        A name counts from the directory below which the test's cassettes live, as a mark's does;
        `.yaml` may be left out. A glob passes over what was left aside (rejected, recovered).

        Raises:
            CassetteNotFound: nothing has the name, or matches the glob; it says what is there.
            CassetteFileError: a file is no cassette.
            UsageError: a cassette holds no conversation.
        """
        found: list[Conversation] = []
        for name in names:
            for path in cassettes_below(self._directory, name):
                held = load(path).conversations
                if not held:
                    raise UsageError(f"{path} holds no conversation: nothing in it is of a dialect")
                found += held
        return tuple(found)
