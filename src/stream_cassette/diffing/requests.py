"""What two requests ask for otherwise: method, URL, the headers that are settings, the body.

Masks have one length. Values that servers issued are one word where their name says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from stream_cassette.cassette.body import body_of, plain_bytes
from stream_cassette.cassette.model import Request, header
from stream_cassette.cassette.settled import ISSUED_VALUE, unstarred
from stream_cassette.cassette.url import url_parts
from stream_cassette.cassette.volatile_names import ARGUMENTS, is_issued
from stream_cassette.comparison.match import Divergence
from stream_cassette.conversation.model import History
from stream_cassette.diffing.bodies import byte_changes
from stream_cassette.diffing.rules import Place, changes_at

__all__ = [
    "SETTING_HEADERS",
    "body_value",
    "head_changes",
    "head_of",
    "request_changes",
    "settings_of",
]

# headers that say what is asked for, not who asks
SETTING_HEADERS = (
    "anthropic-version",
    "anthropic-beta",
    "openai-beta",
)


def request_changes(left: Request, right: Request, *, whole: bool) -> list[Divergence]:
    """Every difference, with paths below `request`; ids are those of one side."""
    found = head_changes(left, right, ("request",))
    one, other = (body_value(each, whole=whole) for each in (left, right))
    if one is not None and other is not None:
        try:
            return found + changes_at(("request", "body"), one, other)
        except RecursionError:
            pass  # its bytes are compared then
    return found + byte_changes(("request", "body"), plain_bytes(left), plain_bytes(right))


def head_changes(left: Request, right: Request, at: Place) -> list[Divergence]:
    """Where method, URL or a header that is a setting differ, with paths below `at`."""
    return changes_at(at, head_of(left), head_of(right))


def body_value(request: Request, *, whole: bool) -> Any:
    """The body as a JSON value: of a JSON body or a form; None for any other, or none.

    Unless asked for `whole`, issued values are one word.
    """
    body = body_of(request)
    if body.kind == "form":
        return _named(body.value)
    if body.kind != "json":
        return None
    try:
        return body.value if whole else _plain(body.value)
    except RecursionError:
        return None


def settings_of(request: Request, histories: Sequence[History], *, whole: bool) -> dict[str, Any]:
    """The body's members besides those in which one of the histories stands."""
    value = body_value(request, whole=whole)
    if not isinstance(value, dict):
        return {} if value is None else {"body": value}
    said = {name for one in histories for name in _names(one)}
    return {name: each for name, each in value.items() if name not in said}


def _names(history: History) -> Iterable[str]:
    for message in history.messages:
        for path in (message.path, *(part.path for part in message.parts)):
            if path:
                yield path.partition(".")[0].partition("[")[0]


def head_of(request: Request) -> dict[str, Any]:
    """Method, URL in its parts, query, and the headers that are settings."""
    parts = url_parts(request.url)
    names = ("scheme", "host", "port", "path")
    out: dict[str, Any] = {"method": request.method.upper()}
    out["url"] = {name: getattr(parts, name) for name in names}
    out["query"] = _named(parts.query)
    known = {name: header(request.headers, name) for name in SETTING_HEADERS}
    out["headers"] = {name: value for name, value in known.items() if value is not None}
    return out


def _named(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """By name; repeats joined with ", "."""
    out: dict[str, str] = {}
    for name, value in pairs:
        out[name] = f"{out[name]}, {unstarred(value)}" if name in out else unstarred(value)
    return out


def _plain(value: Any) -> Any:
    """The value with one word for what servers issued, and masks of one length."""
    if isinstance(value, str):
        return unstarred(value)
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {name: _member(name, child, value) for name, child in value.items()}
    return value


def _member(name: str, child: Any, holder: Mapping[str, Any]) -> Any:
    if name in ARGUMENTS:
        return child
    if child and isinstance(child, str) and is_issued(name, holder):
        return ISSUED_VALUE
    return _plain(child)
