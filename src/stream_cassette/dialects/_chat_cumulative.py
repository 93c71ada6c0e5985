"""Text of servers that may repeat, with each delta, all that was said so far.

Some of Qwen's plans do, under the same name and path as those that do not, and nothing on the wire
tells which. So the text is held back until a delta does not begin with the one before it (then
all of it was pieces), or the stream ends: three or more, each longer than the last and beginning
with it, were repeats, and the last one is the text.
Source: dialects' fact sheet 4, Qwen; QwenLM/qwen-code#3896.
"""

from __future__ import annotations

__all__ = ["MaybeCumulative"]

_ENOUGH = 3


class MaybeCumulative:
    """The texts of one choice; linear in their length."""

    def __init__(self) -> None:
        self._held: list[str] = []
        self._pieces = False  # it is settled that these are pieces

    def feed(self, text: str) -> list[str]:
        """The pieces that are certain by now."""
        if self._pieces:
            return [text]
        last = self._held[-1] if self._held else ""
        self._held.append(text)
        if len(text) > len(last) and text.startswith(last):
            return []
        self._pieces = True
        return self._held

    def close(self) -> list[str]:
        """What was held back until the end."""
        if self._pieces:
            return []
        return self._held[-1:] if len(self._held) >= _ENOUGH else self._held
