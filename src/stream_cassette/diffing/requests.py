"""What two requests ask for otherwise: method, URL, the headers that are settings, the body.

Masks have one length. Values that servers issued are one word where their name says so.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
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
    "held_by",
    "request_changes",
    "settings_of",
]

# headers that say what is asked for, not who asks
SETTING_HEADERS = (
    "anthropic-version",
    "anthropic-beta",
    "openai-beta",
)


def request_changes(
    left: Request, right: Request, *, whole: bool, held: Container[str] = ()
) -> list[Divergence]:
    """Every difference, with paths below `request`; ids are those of one side.

    `held` are the members of a body in which a history stands.
    """
    found = head_changes(left, right, ("request",))
    one, other = (body_value(each, whole=whole, held=held) for each in (left, right))
    if one is not None and other is not None:
        try:
            return found + changes_at(("request", "body"), one, other)
        except RecursionError:
            pass  # its bytes are compared then
    return found + byte_changes(("request", "body"), plain_bytes(left), plain_bytes(right))


def head_changes(left: Request, right: Request, at: Place) -> list[Divergence]:
    """Where method, URL or a header that is a setting differ, with paths below `at`."""
    return changes_at(at, head_of(left), head_of(right))


def body_value(request: Request, *, whole: bool, held: Container[str] | None = None) -> Any:
    """The body as a JSON value: of a JSON body or a form; None for any other, or none.

    Unless asked for `whole`, masks have one length, and what servers issued is one word: in the
    members that are `held`, or where that is None, anywhere.
    """
    body = body_of(request)
    if body.kind == "form":
        return _named(body.value)
    if body.kind != "json":
        return None
    try:
        return body.value if whole else _masked(body.value, held)
    except RecursionError:
        return None


def settings_of(request: Request, histories: Sequence[History], *, whole: bool) -> dict[str, Any]:
    """The body's members besides those in which one of the histories stands."""
    value = body_value(request, whole=whole, held=())
    if not isinstance(value, dict):
        return {} if value is None else {"body": value}
    said = {name for one in histories for name in held_by(one)}
    return {name: each for name, each in value.items() if name not in said}


def held_by(history: History) -> frozenset[str]:
    """The members of the body in which the history stands."""
    messages = history.messages
    parts = [part.path for message in messages for part in message.parts]
    paths = filter(None, [*(message.path for message in messages), *parts])
    return frozenset(path.partition(".")[0].partition("[")[0] for path in paths)


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


def _masked(value: Any, held: Container[str] | None) -> Any:
    if held is None or not isinstance(value, dict):
        return _issued(value) if held is None else _unstarred(value)
    return {
        name: _issued(child) if name in held else _unstarred(child) for name, child in value.items()
    }


def _unstarred(value: Any) -> Any:
    """The value with masks of one length."""
    if isinstance(value, str):
        return unstarred(value)
    if isinstance(value, list):
        return [_unstarred(item) for item in value]
    if isinstance(value, dict):
        return {name: _unstarred(child) for name, child in value.items()}
    return value


def _issued(value: Any) -> Any:
    """The same, with one word for what servers issued."""
    if isinstance(value, list):
        return [_issued(item) for item in value]
    if isinstance(value, dict):
        return {name: _member(name, child, value) for name, child in value.items()}
    return _unstarred(value)


def _member(name: str, child: Any, holder: Mapping[str, Any]) -> Any:
    if name in ARGUMENTS and not isinstance(child, list):  # Responses' `input` is the history
        return child
    if child and isinstance(child, str) and is_issued(name, holder):
        return ISSUED_VALUE
    return _issued(child)
