"""Secrets in URLs, headers and messages read `REDACTED`: their length counts for nothing."""

from __future__ import annotations

import re
from urllib.parse import unquote_plus

from stream_cassette.cassette.model import Headers
from stream_cassette.cassette.secret_finder import finder_of
from stream_cassette.cassette.secret_names import REDACTED, Redaction

__all__ = ["mask_headers", "mask_url", "masked_segments", "masked_text", "masked_values"]

# headers whose value is a URL, or holds some
_URL_HEADERS = frozenset(
    {
        "azure-asyncoperation",
        "content-location",
        "link",
        "location",
        "operation-location",
        "referer",
        "refresh",
    }
)
_COOKIES = frozenset({"cookie", "cookie2"})
_SET_COOKIES = frozenset({"set-cookie", "set-cookie2"})
_USERINFO = re.compile(r"(?<=//)[^/?#@\s]*(?:@[^/?#@\s]*)*(?=@)")
_PAIR = re.compile(r"(?<=[?&;#])([^=&;#<>\s]+)=([^&;#<>\s\"]*)")


def mask_url(url: str, redaction: Redaction) -> tuple[str, tuple[str, ...]]:
    """The URL with userinfo, secret parameters and secret values `REDACTED`.

    Beside it the names of the parameters that were masked.
    """
    names: list[str] = []

    def masked(pair: re.Match[str]) -> str:
        name = unquote_plus(pair[1])
        value = masked_values(pair[2], redaction, is_form=True)
        if pair[2] and redaction.hides_query(name):
            value = REDACTED
        elif value == pair[2]:
            return pair[0]
        names.append(name)
        return f"{pair[1]}={value}"

    text = masked_values(_PAIR.sub(masked, url), redaction)
    if redaction.by_name:  # last: with its userinfo, all of a URL may be a known value
        text = _USERINFO.sub(REDACTED, text, count=1)
    return text, tuple(dict.fromkeys(names))


def masked_segments(url: str, masked: str) -> tuple[int, ...]:
    """Which segments of the URL's path were masked; counted from 0."""
    before, after = (_segments(text) for text in (url, masked))
    return tuple(i for i, (a, b) in enumerate(zip(before, after, strict=False)) if a != b)


def _segments(url: str) -> list[str]:
    path = re.split(r"[?#]", url, maxsplit=1)[0].partition("://")[2]
    return path.split("/")[1:]


def mask_headers(headers: Headers, redaction: Redaction) -> Headers:
    """The headers with secret values `REDACTED`; order and repeats kept.

    Names too, but for one that is a secret, or holds it.
    """
    return tuple(
        (masked_values(name, redaction), _header_value(name.lower(), value, redaction))
        for name, value in headers
    )


def _header_value(name: str, value: str, redaction: Redaction) -> str:
    if name in _URL_HEADERS and name not in redaction.headers:
        return mask_url(value, redaction)[0]
    if not value or not redaction.hides_header(name):
        return masked_values(value, redaction)
    if name in _COOKIES:
        return "; ".join(_cookie(part) for part in value.split(";"))
    if name in _SET_COOKIES:
        pair, semicolon, attributes = value.partition(";")
        return f"{_cookie(pair)}{semicolon}{attributes}"
    return REDACTED


def _cookie(pair: str) -> str:
    name, equals, _ = pair.strip().partition("=")
    return f"{name}={REDACTED}" if equals else REDACTED


def masked_text(text: str, redaction: Redaction) -> str:
    """The text of a message with its secrets `REDACTED`, parameters of URLs in it among them."""
    return mask_url(text, redaction)[0]


def masked_values(text: str, redaction: Redaction, *, is_form: bool = False) -> str:
    """The text with secret shapes and values `REDACTED`; in a form (`is_form`) `+` is a blank."""
    data = text.encode("utf-8", "surrogatepass")
    finder = finder_of(redaction, is_form=is_form, is_url=True)
    if not finder.has_head(data):
        return text
    pieces: list[bytes] = []
    at = 0
    for start, end, _ in sorted(finder.find(data, final=True).spans):
        if start >= at:
            pieces += (data[at:start], b"" if pieces and start == at else REDACTED.encode())
        at = max(at, end)
    return b"".join((*pieces, data[at:])).decode("utf-8", "surrogatepass")
