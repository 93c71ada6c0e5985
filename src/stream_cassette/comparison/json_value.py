"""Whether two JSON values say the same."""

from __future__ import annotations

from stream_cassette.conversation.parts import JSON

__all__ = ["first_difference"]


def first_difference(one: JSON, other: JSON) -> str | None:
    """The path of the first place where two JSON values differ, `$` for the whole; None: nowhere.

    The order of an object's members does not count, nor how a number is spelled; true is not 1.
    """
    todo = [("$", one, other)]
    while todo:  # not by recursion: arguments may be nested as deep as they like
        path, left, right = todo.pop()
        if isinstance(left, dict) and isinstance(right, dict):
            names = list(dict.fromkeys((*left, *right)))
            lacking = [name for name in names if (name in left) != (name in right)]
            if lacking:
                return f"{path}.{lacking[0]}"
            todo += [(f"{path}.{name}", left[name], right[name]) for name in reversed(names)]
        elif isinstance(left, list) and isinstance(right, list):
            if len(left) != len(right):
                return path
            pairs = list(enumerate(zip(left, right, strict=True)))
            todo += [(f"{path}[{place}]", a, b) for place, (a, b) in reversed(pairs)]
        elif isinstance(left, bool) is not isinstance(right, bool) or left != right:
            return path
    return None
