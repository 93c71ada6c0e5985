"""What a session that is over comes to."""

from __future__ import annotations

from typing import Any

import pytest

from stream_cassette.cassette.model import Request
from stream_cassette.errors import CassetteMiss, DriftError, SessionError
from stream_cassette.session.judge import judged
from stream_cassette.session.player import Miss
from stream_cassette.session.verify import Drift

GET = Request(method="GET", url="http://a/")
MISS = Miss(cassette="a.yaml", request=GET, nearest=None, command="again")
DRIFT = Drift(kind="unasked", method="GET", url="http://a/", index=0)
LEFT = {1: "1: GET http://a/"}


def _judged(misses: Any = (), drifts: Any = (), left: Any = LEFT, choice: Any = "fail") -> Any:
    return judged("a.yaml", misses, drifts, left, 2, choice)


def test_a_miss_comes_before_a_drift_and_that_before_what_was_left() -> None:
    with pytest.raises(CassetteMiss) as raised:
        _judged([MISS], [DRIFT])
    assert raised.value.miss is MISS
    with pytest.raises(DriftError) as drifted:
        _judged((), [DRIFT])
    assert drifted.value.drifts == (DRIFT,)
    with pytest.raises(SessionError, match="1 of 2 interactions never played"):
        _judged()


def test_what_was_left_is_told_or_not_as_was_chosen() -> None:
    assert "1 of 2 interactions never played" in _judged(choice="warn")
    assert _judged(choice="ignore") is None
    assert _judged(left={}) is None
