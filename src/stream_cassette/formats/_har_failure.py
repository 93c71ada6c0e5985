"""How an archive's entry ended: what browsers put into `_error`, as our kinds of ending.

Source: Chromium, net/base/net_error_list.h; Playwright, HarTracer (`_failureText`).
"""

from __future__ import annotations

from typing import Final

from stream_cassette.cassette.model import COMPLETE, Ending
from stream_cassette.formats._nodes import Mapping, text_of

__all__ = ["ending_of"]

_KINDS: Final = {
    "net::ERR_ADDRESS_UNREACHABLE": "connect",
    "net::ERR_CONNECTION_CLOSED": "incomplete",
    "net::ERR_CONNECTION_REFUSED": "connect",
    "net::ERR_CONNECTION_RESET": "reset",
    "net::ERR_CONNECTION_TIMED_OUT": "connect-timeout",
    "net::ERR_CONTENT_LENGTH_MISMATCH": "incomplete",
    "net::ERR_HTTP2_PROTOCOL_ERROR": "protocol",
    "net::ERR_INCOMPLETE_CHUNKED_ENCODING": "incomplete",
    "net::ERR_NAME_NOT_RESOLVED": "connect",
    "net::ERR_PROXY_CONNECTION_FAILED": "proxy",
    "net::ERR_SSL_PROTOCOL_ERROR": "tls",
    "net::ERR_TIMED_OUT": "read-timeout",
}
_ABORTED: Final = "net::ERR_ABORTED"
_NO_HEAD: Final = ("0", "-1")  # statuses


def ending_of(entry: Mapping, response: Mapping) -> Ending:
    """The ending; an entry without a response head, of whatever kind, ended in an error."""
    for holder, key in ((entry, "_error"), (response, "_error"), (response, "_failureText")):
        found = holder.get(key)
        if found is not None:
            text = text_of(found, key)
            if text == _ABORTED and not _has_no_head(response):
                return Ending(kind="client-closed")
            return Ending(kind="error", error=_KINDS.get(text, "other"), message=text or None)
    if _has_no_head(response):
        return Ending(kind="error", error="other", message="no response was recorded")
    return COMPLETE


def _has_no_head(response: Mapping) -> bool:
    return text_of(response.need("status"), "status") in _NO_HEAD
