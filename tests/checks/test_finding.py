from __future__ import annotations

import pytest

from stream_cassette.checks.finding import SEVERITIES, Finding, is_at_least


def test_to_dict_has_all_members() -> None:
    one = Finding(
        rule="sizes",
        severity="error",
        path="a.yaml",
        message="m",
        remedy="r",
        interaction=1,
        line=2,
    )
    assert one.to_dict() == {
        "rule": "sizes",
        "severity": "error",
        "path": "a.yaml",
        "interaction": 1,
        "line": 2,
        "message": "m",
        "remedy": "r",
    }


@pytest.mark.parametrize("place", range(3))
def test_severities_stand_from_the_gravest_on(place: int) -> None:
    assert SEVERITIES == ("error", "warning", "info")
    as_grave = [is_at_least(each, SEVERITIES[place]) for each in SEVERITIES]
    assert as_grave == [each <= place for each in range(3)]
