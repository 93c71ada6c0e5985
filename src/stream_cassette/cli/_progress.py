"""How far a long command is, on a terminal and nowhere else."""

from __future__ import annotations

from collections.abc import Iterable, Sized
from typing import TypeVar

__all__ = ["tracked"]

_MANY = 20  # items from which on a terminal is shown how far it is

T = TypeVar("T")


def tracked(items: Iterable[T], what: str, total: int | None = None) -> Iterable[T]:
    """The items; with a bar on stderr where that is a terminal and they are many.

    `total` is their number where they have no length.
    """
    if total is None:
        total = len(items) if isinstance(items, Sized) else 0
    if total < _MANY:
        return items
    from rich.console import Console
    from rich.progress import track

    console = Console(stderr=True)
    if not console.is_terminal:
        return items
    return track(items, description=what, total=total, console=console, transient=True)
