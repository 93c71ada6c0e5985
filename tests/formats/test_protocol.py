from __future__ import annotations

import pytest

from stream_cassette.formats._protocol import ExactFormat, Format, WritableFormat
from stream_cassette.formats._registry import FORMATS


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_what_is_registered_keeps_to_it(name: str) -> None:
    found: Format = FORMATS[name]
    assert found.name == name
    assert found.looks_for
    assert all(extension.startswith(".") for extension in found.extensions)
    assert isinstance(found, WritableFormat) is found.can_write
    assert isinstance(found, ExactFormat) is (name in ("httprr", "raw"))
    assert found.sniff(b"") == found.sniff(b"\xff\x00") == 0
