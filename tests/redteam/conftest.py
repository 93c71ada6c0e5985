"""The scripted server of the live tests, and an environment without anybody's real secrets."""

from __future__ import annotations

import os

import pytest

from stream_cassette.cassette.secret_values import secrets_in
from tests.live.conftest import _running_server, server

__all__ = ["_running_server", "server"]


@pytest.fixture(autouse=True)
def _no_secrets_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, _ in secrets_in(os.environ):
        monkeypatch.delenv(name)
