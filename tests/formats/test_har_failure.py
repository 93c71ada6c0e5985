from __future__ import annotations

import pytest

from stream_cassette.cassette.model import COMPLETE, Ending
from stream_cassette.formats._har_failure import ending_of
from stream_cassette.formats._nodes import Mapping, Scalar


def mapping(**entries: str) -> Mapping:
    return Mapping(1, None, {key: Scalar(text, 1) for key, text in entries.items()})


ABORTED = "net::ERR_ABORTED"
NO_RESPONSE = "no response was recorded"


@pytest.mark.parametrize(
    ("entry", "response", "expected"),
    [
        ({}, {"status": "200"}, COMPLETE),
        ({}, {"status": "200", "_error": ABORTED}, Ending(kind="client-closed")),
        (
            {"_error": "net::ERR_CONNECTION_RESET"},
            {"status": "200"},
            Ending(kind="error", error="reset", message="net::ERR_CONNECTION_RESET"),
        ),
        (
            {},
            {"status": "-1", "_failureText": "boom"},
            Ending(kind="error", error="other", message="boom"),
        ),
        (
            {"_error": ABORTED},
            {"status": "0"},
            Ending(kind="error", error="other", message=ABORTED),
        ),
        ({}, {"status": "0"}, Ending(kind="error", error="other", message=NO_RESPONSE)),
    ],
)
def test_endings(entry: dict[str, str], response: dict[str, str], expected: Ending) -> None:
    assert ending_of(mapping(**entry), mapping(**response)) == expected
