"""The end marker of every dialect, and what only looks like one."""

from __future__ import annotations

import pytest

from stream_cassette.dialects._end import is_end


@pytest.mark.parametrize(
    "data",
    [
        '{"type":"message-end","delta":{}}',
    ],
)
def test_ends(data: str) -> None:
    assert is_end(data)


@pytest.mark.parametrize(
    "data",
    [
        "",
        '{"type":"content_block_delta","delta":{"text":"message-end"}}',
        '{"type":["message-end"]}',
        '["message-end"]',
        "message-end",
        '{"type":"message-end"',
        '{"type":"message-end","a":' + "[" * 100_000,
    ],
)
def test_does_not_end(data: str) -> None:
    assert not is_end(data)


def test_done_ends_a_stream_of_lines_only() -> None:
    assert is_end('{"model":"m","done":true}', ndjson=True)
    assert not is_end('{"model":"m","done":true}')
    assert not is_end('{"model":"m","done":false}', ndjson=True)
    assert not is_end('{"model":"m","done":1}', ndjson=True)
