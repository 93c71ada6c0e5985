"""The time of a recording, as other tools write it, in our spelling."""

from __future__ import annotations

import re
from typing import Final

from stream_cassette.errors import CorruptCassette
from stream_cassette.formats._nodes import Node, text_of

__all__ = ["recorded_at_of"]

_ISO: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ]")


def recorded_at_of(node: Node | None, what: str) -> str | None:
    """UTC as ISO 8601 with milliseconds, from an HTTP date or ISO 8601; without a zone it is UTC.

    Raises CorruptCassette for anything else. Source: RFC 9110, 5.6.7; RFC 3339.
    """
    if node is None:
        return None
    text = text_of(node, what).strip()
    from datetime import UTC, datetime
    from email.utils import parsedate_to_datetime

    try:
        when = datetime.fromisoformat(text) if _ISO.match(text) else parsedate_to_datetime(text)
        when = when.astimezone(UTC) if when.tzinfo else when.replace(tzinfo=UTC)
    except (ValueError, OverflowError) as error:
        raise CorruptCassette(
            f"{what} is no time: {text[:40]!r}", line=node.line, hint="put it right, or remove it"
        ) from error
    return f"{when:%Y-%m-%dT%H:%M:%S}.{when.microsecond // 1000:03d}Z"
