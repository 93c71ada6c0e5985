"""What the JSON in a journal's records says, checked: anybody can write a file of that name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import orjson

from stream_cassette.cassette.model import ERROR_KINDS, Ending, Response
from stream_cassette.store.paths import is_file_name

__all__ = ["ending_of", "head_of", "request_of", "session_of"]

_ENDINGS: Final = ("complete", "client-closed", "pending", "error")

_Check = Callable[[Any], bool]


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0


def _is_status(value: Any) -> bool:
    return isinstance(value, int) and (value == 0 or 100 <= value <= 999)


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _are_pairs(value: Any) -> bool:
    return isinstance(value, list) and all(_are_texts(one) and len(one) == 2 for one in value)


def _is_name(value: Any) -> bool:
    return isinstance(value, str) and is_file_name(value)


def _or_none(check: _Check) -> _Check:
    return lambda value: value is None or check(value)


_SESSION: Final[dict[str, _Check]] = {
    "cassette": lambda name: isinstance(name, str) and is_file_name(name)
}
_REQUEST: Final[dict[str, _Check]] = {
    "method": _is_text,
    "url": _is_text,
    "headers": _are_pairs,
    "masked": _are_texts,
    "recorded_at": _or_none(_is_text),
}
_HEAD: Final[dict[str, _Check]] = {
    "status": _is_status,
    "reason": _is_text,
    "headers": _are_pairs,
    "http_version": _or_none(_is_text),
    "head_ms": _or_none(_is_number),
}
_ENDING: Final[dict[str, _Check]] = {
    "kind": _ENDINGS.__contains__,
    "error": _or_none(ERROR_KINDS.__contains__),
    "message": _or_none(_is_text),
    "waited_ms": _or_none(_is_number),
}


def session_of(payload: bytes) -> dict[str, Any]:
    """What the writer said of itself. Raises ValueError."""
    return _checked(orjson.loads(payload), _SESSION, more=True)


def request_of(said: object) -> dict[str, Any]:
    """Method, URL, headers, masked places and time. Raises ValueError."""
    return _checked(said, _REQUEST)


def head_of(payload: bytes) -> Response:
    """The response without its body. Raises ValueError."""
    said = _checked(orjson.loads(payload), _HEAD)
    return Response(**{**said, "headers": tuple((name, value) for name, value in said["headers"])})


def ending_of(payload: bytes) -> Ending:
    """How the exchange ended. Raises ValueError."""
    said = _checked({"kind": None, **orjson.loads(payload)}, _ENDING, fewer=True)
    return Ending(**said)


def _checked(
    said: Any, members: Mapping[str, _Check], *, more: bool = False, fewer: bool = False
) -> dict[str, Any]:
    if not isinstance(said, dict):
        raise ValueError("no JSON object")
    if (not more and said.keys() - members.keys()) or (not fewer and members.keys() - said.keys()):
        raise ValueError("members that are unknown or missing")
    for name, check in members.items():
        if name in said and not check(said[name]):
            raise ValueError(f"a wrong {name!r}")
    return said
