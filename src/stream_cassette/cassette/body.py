"""Request bodies as values: what makes two bodies the same request.

JSON is compared as JSON: key order and spacing don't count, 1 = 1.0 = 1e0 but `true` is not 1,
integers are exact at any size, the last of duplicate keys wins. Forms are compared by field,
multipart without its boundary, compressed bodies decoded, all else byte by byte.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, TypeAlias
from urllib.parse import parse_qsl

import orjson

from stream_cassette.cassette.jsonpath import Steps, without
from stream_cassette.cassette.model import Request

__all__ = ["Body", "body_key", "body_of", "plain_bytes"]

BodyKind: TypeAlias = Literal["json", "form", "multipart", "bytes"]

_MAX_EXPONENT = 1000  # beyond it a number is not worth writing out
_PART_NAME = re.compile(rb'(?i:\bname)="([^"\r\n]*)"')
_FORM = re.compile(rb"[\w.%+*\[\]-]+=[^\s{<\"]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A parsed body: `value` is the JSON value, (name, value) pairs, a tuple of parts, or bytes.

    `canonical` is the one spelling of a JSON value.
    """

    kind: BodyKind
    value: Any
    canonical: bytes = b""


def plain_bytes(request: Request) -> bytes:
    """The body without its content coding; as it is where that can't be undone."""
    coding = _header(request, "content-encoding")
    if not coding or not request.body:
        return request.body
    # only compressed requests, which are rare, need the codings
    from stream_cassette.wire.encoding import decode

    try:
        return decode(request.body, coding)
    except (ValueError, OSError, EOFError):
        return request.body


def body_of(request: Request) -> Body:
    """The body, parsed by its content type, or by its look where the request names none."""
    data = plain_bytes(request)
    media = (_header(request, "content-type") or "").partition(";")[0].strip().lower()
    if data[:1] in (b"{", b"[") or "json" in media or data.lstrip()[:1] in (b"{", b"["):
        try:
            value = _json(data)
            return Body(kind="json", value=value, canonical=_canonical(value))
        except (ValueError, RecursionError, ArithmeticError):
            return Body(kind="bytes", value=data)
    if media == "application/x-www-form-urlencoded" or (not media and _FORM.fullmatch(data)):
        pairs = parse_qsl(data.decode("latin-1"), keep_blank_values=True, encoding="latin-1")
        return Body(kind="form", value=tuple(sorted(pairs, key=lambda pair: pair[0])))
    if data.startswith(b"--") and (not media or media.startswith("multipart/")):
        return _multipart(data)
    return Body(kind="bytes", value=data)


def body_key(
    body: Body, blanks: Iterable[Steps] = (), fields: frozenset[str] = frozenset()
) -> object:
    """What equal bodies have in common; `blanks` of a JSON body and `fields` of a form left out."""
    if body.kind == "json":
        value = body.value
        for steps in blanks:
            value = without(value, steps)
        return "json", body.canonical if value is body.value else _canonical(value)
    if body.kind == "form" and fields:
        return "form", tuple(pair for pair in body.value if pair[0] not in fields)
    if body.kind == "multipart" and fields:
        return "multipart", tuple(part for part in body.value if _part_name(part) not in fields)
    return body.kind, body.value


def _header(request: Request, name: str) -> str | None:
    for key, value in request.headers:
        if key.lower() == name:
            return value
    return None


def _json(data: bytes) -> Any:
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError:
        return json.loads(data, parse_float=_number, parse_constant=_refused)
    if _has_whole_float(value):
        return json.loads(data, parse_float=_number, parse_constant=_refused)
    return value


def _has_whole_float(value: Any) -> bool:
    """Whether some float may stand for an integer: 1.0, 1e3, or one that orjson can't hold."""
    pending = [value]
    while pending:
        one = pending.pop()
        kind = type(one)
        if kind is dict:
            pending.extend(one.values())
        elif kind is list:
            pending.extend(one)
        elif kind is float and one.is_integer():
            return True
    return False


def _number(text: str) -> float | int:
    value = float(text)
    if value - value == 0.0 and not value.is_integer():
        return value
    exact = Decimal(text)
    if exact.adjusted() > _MAX_EXPONENT:
        raise ValueError(f"a number of {exact.adjusted()} digits")
    whole = int(exact)
    return whole if exact == whole else value


def _refused(text: str) -> Any:
    raise ValueError(f"{text} is not JSON")


def _canonical(value: Any) -> bytes:
    try:
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except TypeError as error:  # integers of more than 64 bits, lone surrogates
        if "ecursion" in str(error):  # deeper than 254: by depth alone, whatever stack is left
            raise RecursionError(str(error)) from error
        return json.dumps(value, sort_keys=True, separators=(",", ":")).encode()


def _multipart(data: bytes) -> Body:
    line, _, rest = data.partition(b"\r\n")
    boundary = line.rstrip()
    if not rest or boundary + b"--" not in rest:
        return Body(kind="bytes", value=data)
    return Body(kind="multipart", value=tuple(data.split(boundary)))


def _part_name(part: bytes) -> str | None:
    """The form field that a part of a multipart body holds."""
    name = _PART_NAME.search(part.partition(b"\r\n\r\n")[0])
    return name[1].decode("utf-8", "replace") if name else None
