"""The forms of faults."""

from __future__ import annotations

from typing import Any

import pytest

from stream_cassette.errors import UsageError
from stream_cassette.session.fault import Fault, Place, faults_of, seconds

FORMS = [
    "cut@3",
    "cut@812b",
    "cut@50%",
    "cut@33.3%",
    "cut@1500000b",
    "reset@0",
    "stall@2:10s",
    "stall@50%:200ms",
    "error-event@4",
    "error-event@4:529",
    "duplicate@1",
    "status:529",
    "status:429:retry-after=2",
    "status:429:retry-after=0.5",
]


@pytest.mark.parametrize("text", FORMS)
def test_a_form_is_read_and_written(text: str) -> None:
    fault = Fault.parse(text)
    assert str(fault) == text
    assert Fault.parse(fault) is fault


WRONG = [
    "",
    "cut",
    "cut@",
    "cut@x",
    "cut@1.5",
    "cut@101%",
    "cut@3:10s",
    "stall@3",
    "stall@3:10",
    "error-event@3:200",
    "duplicate@-1",
    "status:200",
    "status:4290",
    "status:429:retry-after=soon",
    "explode@3",
]


@pytest.mark.parametrize("text", WRONG)
def test_another_form_is_refused_with_those_there_are(text: str) -> None:
    with pytest.raises(
        UsageError, match=r"use cut@PLACE, reset@PLACE, stall@PLACE:TIME.*812b.*50%"
    ):
        Fault.parse(text)


def test_what_a_form_says() -> None:
    assert Fault.parse("stall@50%:1.5s") == Fault(
        kind="stall", place=Place(number=50, unit="percent"), stall_ms=1500
    )
    assert Fault.parse("status:429:retry-after=2") == Fault(
        kind="status", status=429, retry_after=2
    )


CUT, RESET = Fault.parse("cut@3"), Fault.parse("reset@1")
GIVEN: dict[str, tuple[Any, dict[int, tuple[Fault, ...]]]] = {
    "none": (None, {}),
    "empty": ("", {}),
    "a text": ("cut@3", {0: (CUT,)}),
    "a fault": (CUT, {0: (CUT,)}),
    "several of one interaction": ("cut@3,reset@1", {0: (CUT, RESET)}),
    "numbered": ("2=cut@3, reset@1", {0: (RESET,), 2: (CUT,)}),
    "a sequence": (["1=cut@3", RESET], {0: (RESET,), 1: (CUT,)}),
    "a mapping": ({1: "cut@3"}, {1: (CUT,)}),
    "a mapping to several": ({1: ["cut@3", "reset@1"]}, {1: (CUT, RESET)}),
    "a mapping to nothing": ({1: []}, {}),
}


@pytest.mark.parametrize(("given", "wanted"), GIVEN.values(), ids=GIVEN.keys())
def test_faults_of(given: Any, wanted: dict[int, tuple[Fault, ...]]) -> None:
    assert faults_of(given) == wanted


@pytest.mark.parametrize("index", [-1, True, "0"])
def test_a_mapping_is_by_number(index: Any) -> None:
    with pytest.raises(UsageError, match="is no interaction's number"):
        faults_of({index: "cut@3"})


@pytest.mark.parametrize(("value", "text"), [(2, "2"), (0.5, "0.5"), (120, "120")])
def test_seconds(value: float, text: str) -> None:
    assert seconds(value) == text
