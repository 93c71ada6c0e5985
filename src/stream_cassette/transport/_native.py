"""Libraries with sockets of their own, which raise no audit events: pycurl and uvloop.

Asked by patches too, put in place when the guard goes on, or when the library is first imported
while it is on. pycurl's handles are judged by their URL; a redirect that libcurl follows by
itself, and a handle made before the guard, are not seen. uvloop's loops are judged by the
arguments of their methods.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Sequence
from functools import partial
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

from stream_cassette.transport._patches import CONNECT, LOOK_UP, REVERSE, Gate, Patches
from stream_cassette.transport.hosts import address_of

__all__ = ["of_libraries"]

_PERFORMING = frozenset({"perform", "perform_rb", "perform_rs"})
_UNKNOWN = "an unknown host (its url has no scheme)"
_PORTS = {"http": 80, "https": 443}


def of_libraries(gate: Gate, patches: Patches) -> None:
    """Patch what is imported, and what will be."""
    later: dict[str, Callable[[ModuleType], None]] = {}
    for name, patch in _LIBRARIES.items():
        module = sys.modules.get(name)
        if module is not None:
            patch(module, gate, patches)
        else:
            later[name] = partial(patch, gate=gate, patches=patches)
    patches.insert(sys.meta_path, _Imports(later))


class _Imports(MetaPathFinder):
    """Runs a function on each module of `later` when it has been imported."""

    def __init__(self, later: dict[str, Callable[[ModuleType], None]]) -> None:
        self._later = later

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None, /
    ) -> ModuleSpec | None:
        """The module's own spec, with a loader that runs the function after."""
        then = self._later.pop(name, None)
        spec = importlib.util.find_spec(name) if then is not None else None
        if spec is not None and spec.loader is not None and then is not None:
            spec.loader = _Then(spec.loader, then)
        return spec


class _Then(Loader):
    """A loader, and what to do with the module after."""

    def __init__(self, loader: Loader, then: Callable[[ModuleType], None]) -> None:
        self._loader = loader
        self._then = then

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """As the loader does."""
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        """As the loader does, then what there is to do."""
        spec = module.__spec__
        if spec is not None:
            spec.loader = module.__loader__ = self._loader  # nobody is to find us there
        self._loader.exec_module(module)
        self._then(module)


def _of_pycurl(module: ModuleType, gate: Gate, patches: Patches) -> None:
    def check(handle: Any) -> None:
        try:
            parts = urlsplit(handle.getinfo(module.EFFECTIVE_URL))
        except module.error:  # libcurl tells no URL that has no scheme
            gate.check(CONNECT, _UNKNOWN)
            return
        if parts.scheme != "file":
            gate.check(CONNECT, parts.hostname, parts.port or _PORTS.get(parts.scheme))

    handles: Any = module.Curl
    read: Callable[[Any, str], Any] = handles.__getattribute__

    def reading(self: Any, name: str) -> Any:
        found = read(self, name)
        return partial(_after, check, self, found) if name in _PERFORMING else found

    class CurlMulti(module.CurlMulti):  # type: ignore[name-defined, misc]
        """A set of handles that asks for each."""

        def add_handle(self, handle: Any) -> None:
            check(handle)
            super().add_handle(handle)

    if issubclass(type(module), ModuleType):
        patches.set(module, "Curl", type("Curl", (handles,), {"__getattribute__": reading}))
        patches.set(module, "CurlMulti", CurlMulti)
    else:  # pytest-recording puts a class of its own in the place of pycurl's, for the whole run
        patches.set(handles, "__getattribute__", reading)


def _after(check: Callable[[Any], None], handle: Any, function: Callable[[], Any]) -> Any:
    check(handle)
    return function()


def _of_uvloop(module: ModuleType, gate: Gate, patches: Patches) -> None:
    loop = module.Loop

    async def create_connection(
        self: Any, factory: Any, host: Any = None, port: Any = None, **options: Any
    ) -> Any:
        gate.check(CONNECT, host, port)
        return await before["create_connection"](self, factory, host=host, port=port, **options)

    async def create_datagram_endpoint(
        self: Any, factory: Any, local_addr: Any = None, remote_addr: Any = None, **options: Any
    ) -> Any:
        if isinstance(remote_addr, tuple):
            gate.check(CONNECT, *remote_addr[:2])
        return await before["create_datagram_endpoint"](
            self, factory, local_addr=local_addr, remote_addr=remote_addr, **options
        )

    async def getaddrinfo(self: Any, host: Any, port: Any, **options: Any) -> Any:
        if host is not None and address_of(host) is None:
            gate.check(LOOK_UP, host)
        found = await before["getaddrinfo"](self, host, port, **options)
        gate.note(host, [entry[4][0] for entry in found])
        return found

    async def getnameinfo(self: Any, sockaddr: Any, flags: int = 0) -> Any:
        gate.check(REVERSE, sockaddr[0])
        return await before["getnameinfo"](self, sockaddr, flags)

    async def sock_connect(self: Any, sock: Any, address: Any) -> Any:
        if isinstance(address, tuple):
            gate.check(CONNECT, *address[:2])
        return await before["sock_connect"](self, sock, address)

    asking = (create_connection, create_datagram_endpoint, getaddrinfo, getnameinfo, sock_connect)
    before = {function.__name__: getattr(loop, function.__name__) for function in asking}
    for function in asking:
        patches.set(loop, function.__name__, function)


_LIBRARIES = {
    "pycurl": _of_pycurl,
    "uvloop": _of_uvloop,
}
