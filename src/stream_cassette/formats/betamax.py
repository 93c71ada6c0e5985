"""betamax's cassettes; read only.

Text that was not in its encoding had U+FFFD put in the place of the bytes: such a body counts as
rendered again. Compressed bodies are kept as received. Cut points and endings are unknown, times
without a zone are taken for UTC.
Source: betamax 0.9, betamax/util.py, betamax/cassette/interaction.py.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import ClassVar, Final

from stream_cassette.cassette.model import Cassette
from stream_cassette.formats._http_interactions import interactions_of
from stream_cassette.formats._json import is_object, object_of

__all__ = ["Betamax"]

_LIST: Final = re.compile(rb'"http_interactions"\s*:\s*\[')


class Betamax:
    """betamax, all versions."""

    name: ClassVar[str] = "betamax"
    extensions: ClassVar[tuple[str, ...]] = (".json",)
    looks_for: ClassVar[str] = "`http_interactions` in JSON"
    can_write: ClassVar[bool] = False

    def sniff(self, data: bytes) -> int:
        """3: the list's name in JSON. What says that VCR recorded it is Ruby VCR's."""
        return 3 if is_object(data) and _LIST.search(data) else 0

    def read(self, data: bytes, blocks: Sequence[bytes] = ()) -> Cassette:
        """The cassette. Raises NotACassette or CorruptCassette."""
        top = object_of(data, blocks, "a cassette")
        return Cassette(interactions=interactions_of(top, replaces=True), format=self.name)
