from __future__ import annotations

import pytest

from stream_cassette.formats._core_schema import resolve_core
from stream_cassette.formats._nodes import Scalar


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("~", None),
        ("", None),
        ("True", True),
        ("false", False),
        ("no", "no"),
        ("12:30:45", "12:30:45"),
        ("0777", 777),
        ("-1", -1),
        ("1e2", 100.0),
        (".5", 0.5),
        ("2024-10-22", "2024-10-22"),
        ("1.2.3", "1.2.3"),
    ],
)
def test_plain_scalars(text: str, value: object) -> None:
    found = resolve_core(Scalar(text, 1, None, True))
    assert (found, type(found)) == (value, type(value))
