"""Ruby VCR's cassettes, version 2 and later, in YAML or JSON; read only.

A plain string is text that is put into its `encoding`; `!binary` and `base64_string` are bytes.
Cut points, endings and times are unknown. A file that is an ERB template is read as it stands.
Ruby loads such files with an unsafe loader; here no tag makes an object.
Source: Ruby VCR 6.4, lib/vcr/structs.rb, lib/vcr/cassette/serializers.rb.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import ClassVar, Final

from stream_cassette.cassette.model import Cassette
from stream_cassette.errors import CorruptCassette
from stream_cassette.formats import _yaml
from stream_cassette.formats._http_interactions import interactions_of
from stream_cassette.formats._json import is_object, object_of
from stream_cassette.formats._nodes import mapping_of

__all__ = ["RubyVcr"]

_TAGS: Final = _yaml.STANDARD_TAGS | {"!binary", "!str"}
_LIST: Final = re.compile(rb"^http_interactions:", re.MULTILINE)
_OLD: Final = re.compile(rb"^- !ruby/struct:VCR::HTTPInteraction", re.MULTILINE)
_JSON: Final = re.compile(rb'"recorded_with"\s*:\s*"VCR ')


class RubyVcr:
    """Ruby VCR 2 and later."""

    name: ClassVar[str] = "rubyvcr"
    extensions: ClassVar[tuple[str, ...]] = (".yml", ".yaml", ".json", ".zz")
    looks_for: ClassVar[str] = "`http_interactions` in YAML, or recorded with VCR"
    can_write: ClassVar[bool] = False

    def sniff(self, data: bytes) -> int:
        """3: the list's name in YAML, or in JSON that says VCR; VCR 1's list."""
        if b"http_interactions" not in data:
            return 3 if _OLD.search(data) else 0
        if is_object(data):
            return 3 if _JSON.search(data) else 0
        return 3 if _LIST.search(data) else 0

    def read(self, data: bytes, blocks: Sequence[bytes] = ()) -> Cassette:
        """The cassette. Raises NotACassette or CorruptCassette."""
        if _OLD.search(data):
            raise CorruptCassette(
                "a cassette of Ruby VCR 1",
                hint="bring it up to date with Ruby VCR 2: rake vcr:migrate_cassettes",
            )
        if is_object(data):
            top = object_of(data, blocks, "a cassette")
        else:
            top = mapping_of(_yaml.parse(data, _TAGS, blocks), "a cassette")
            if top.get("recorded_with") is None:
                raise CorruptCassette(
                    "the last line, `recorded_with`, is missing: the file is cut off",
                    hint="restore the file; if nothing else is missing, add `recorded_with: VCR`",
                )
        return Cassette(interactions=interactions_of(top, replaces=False), format=self.name)
