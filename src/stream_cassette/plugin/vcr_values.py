"""Our requests and responses as vcrpy's, for functions that were written for those, and back."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from vcr.request import Request as VcrRequest

from stream_cassette.cassette.model import Headers, Request, Response

__all__ = ["VcrRequest", "request_back", "request_for", "response_back", "response_for"]


def request_for(request: Request) -> Any:
    """A `vcr.request.Request`: `.method`, `.uri`, `.host`, `.path`, `.query`, `.body` and so on."""
    headers = {name: ", ".join(values) for name, values in _by_name(request.headers).items()}
    return VcrRequest(request.method, request.url, request.body, headers)


def request_back(changed: Any, request: Request) -> Request:
    """What a function made of `request_for(request)`; headers that it left alone are as before."""
    before = _by_name(request.headers)
    headers: list[tuple[str, str]] = []
    for name, value in changed.headers.items():
        values = before.get(name, [])
        kept = values if ", ".join(values) == value else [_text(value)]
        headers += ((name, one) for one in kept)
    return replace(
        request,
        method=changed.method,
        url=changed.uri,
        headers=tuple(headers),
        body=_bytes(changed.body),
    )


def response_for(response: Response) -> dict[str, Any]:
    """vcrpy's dict: `status`, `headers` (lists of values), `body` with its `string` of bytes."""
    return {
        "status": {"code": response.status, "message": response.reason},
        "headers": _by_name(response.headers),
        "body": {"string": response.body},
    }


def response_back(changed: dict[str, Any], response: Response) -> Response:
    """What a function made of `response_for(response)`. Cuts of another body are not known."""
    if changed == response_for(response):
        return response
    body = _bytes(changed["body"]["string"])
    headers = tuple(
        (name, _text(value))
        for name, values in changed["headers"].items()
        for value in ([values] if isinstance(values, str | bytes) else values)
    )
    return replace(
        response,
        status=int(changed["status"]["code"]),
        reason=changed["status"].get("message") or "",
        headers=headers,
        body=body,
        cuts=response.cuts if body == response.body else None,
    )


def _by_name(headers: Headers) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in headers:
        found.setdefault(name, []).append(value)
    return found


def _bytes(value: Any) -> bytes:
    if value is None:
        return b""
    value = value.read() if hasattr(value, "read") else value
    return value.encode() if isinstance(value, str) else bytes(value)


def _text(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)
