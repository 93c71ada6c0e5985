"""How far a long command is, on a terminal and nowhere else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

__all__ = ["tracked"]

_MANY = 20  # items from which on a terminal is shown how far it is

T = TypeVar("T")


def tracked(items: Sequence[T], what: str) -> Iterable[T]:
    """The items; with a bar on stderr where that is a terminal and they are many."""
    if len(items) < _MANY:
        return items
    from rich.console import Console
    from rich.progress import track

    console = Console(stderr=True)
    if not console.is_terminal:
        return items
    return track(items, description=what, console=console, transient=True)
