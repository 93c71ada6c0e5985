"""All client families at once: which are installed, and the patch on and off."""

from __future__ import annotations

import importlib
import importlib.util
from functools import cache
from types import ModuleType

from stream_cassette.transport import detect, httpx_

__all__ = ["install", "uninstall"]


def install() -> None:
    """Intercept every installed family, where that isn't so already; notice all others."""
    for client in _clients():
        httpx_.install(client)
    detect.watch()


def uninstall() -> None:
    """Take our patches off."""
    for client in _clients():
        httpx_.uninstall(client)
    detect.unwatch()


@cache
def _installed() -> tuple[str, ...]:
    return tuple(name for name in httpx_.FAMILIES if importlib.util.find_spec(name) is not None)


def _clients() -> list[ModuleType]:
    """The client modules, as they are imported now (a reloaded one is another)."""
    return [importlib.import_module(name) for name in _installed()]
