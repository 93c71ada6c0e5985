"""What is put out of a body while it is masked: each feed's bytes, and changes to earlier ones."""

from __future__ import annotations

from typing import NamedTuple, Protocol

__all__ = ["BodyOutput", "MaskOutput", "Patch"]


class Patch(NamedTuple):
    """Bytes that replace what was put out at `start`, an offset in the (decoded) body."""

    start: int
    data: bytes


class MaskOutput(Protocol):
    """What takes the masks of a body, and says where they are."""

    places: dict[str, None]

    def write(self, start: int, data: bytes) -> None:
        """Put `data` at `start` of the body, in place of what is there."""
        ...

    def hold(self, change: int) -> int:
        """So many bytes more (or fewer) are masked only for an open match; how many now are."""
        ...


class BodyOutput:
    """The bytes of the feed that is under way, what changes before them, and what was found."""

    def __init__(self) -> None:
        self.held: int = 0
        self.places: dict[str, None] = {}
        self._base = 0  # where in the body this feed's bytes begin
        self._size = 0
        self._data = bytearray()
        self._source = b""
        self._changes: dict[int, int] = {}

    def begin(self, data: bytes) -> None:
        """A new feed: its bytes, as they are."""
        self._base += self._size
        self._size = len(data)
        self._source, self._data = data, bytearray()

    def write(self, start: int, data: bytes) -> None:
        """Put `data` at `start` of the body, in place of what is there."""
        at = start - self._base
        if at >= 0:
            if not self._data:
                self._data += self._source
            self._data[at : at + len(data)] = data
            return
        self._changes.update(enumerate(data[: max(0, -at)], start))
        if len(data) > -at:
            self.write(self._base, data[-at:])

    def hold(self, change: int) -> int:
        """So many bytes more (or fewer) are masked only for an open match; how many now are."""
        self.held += change
        return self.held

    def data(self) -> bytes:
        """This feed's bytes, masked; the very same ones if nothing was."""
        return bytes(self._data) if self._data else self._source

    def patches(self) -> tuple[Patch, ...]:
        """The changes to earlier bytes, adjoining ones as one."""
        if not self._changes:
            return ()
        runs: list[tuple[int, bytearray]] = []
        for index in sorted(self._changes):
            if not runs or index != runs[-1][0] + len(runs[-1][1]):
                runs.append((index, bytearray()))
            runs[-1][1].append(self._changes[index])
        self._changes.clear()
        return tuple(Patch(start, bytes(data)) for start, data in runs)
