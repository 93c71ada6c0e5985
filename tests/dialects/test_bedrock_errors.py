"""Exceptions of Bedrock's runtime, and how they are spelled."""

from __future__ import annotations

import json

import pytest

from stream_cassette.dialects._bedrock_errors import error_bytes, failure_of, message_bytes
from stream_cassette.wire.framing import Frame, frames
from tests.support.bedrock_messages import EVENTSTREAM, event, exception
from tests.support.read_answers import frame


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("throttlingException", 429),
        ("modelStreamErrorException", 424),
        ("validationException", 400),
        ("newException", None),
    ],
)
def test_an_exception(name: str, status: int | None) -> None:
    for one in (exception(name, {"message": "No."}), frame({"message": "No."}, name)):
        found = failure_of(one)
        assert found is not None
        assert (found.error.type, found.error.message, found.error.status) == (name, "No.", status)
        assert found.error.raw == {"message": "No."}


def test_an_exception_that_is_no_json() -> None:
    found = failure_of(frame("gone", "throttlingException"))
    assert found is not None and found.error.message == "gone" and found.error.raw == "gone"


def test_an_error_has_its_text_in_the_headers() -> None:
    headers = ((":message-type", "error"), (":error-code", "500"), (":error-message", "Broken"))
    found = failure_of(Frame("", b"", 0, "500", headers=headers))
    assert found is not None
    assert (found.error.code, found.error.message, found.error.status) == ("500", "Broken", 500)
    assert found.error.raw == dict(headers)


def test_an_event_is_no_error() -> None:
    assert failure_of(event("messageStart", {"role": "assistant"})) is None
    assert failure_of(frame({"message": "hello"})) is None


@pytest.mark.parametrize(
    ("status", "name"),
    [(429, "throttlingException"), (500, "internalServerException"), (400, "validationException")],
)
def test_error_bytes(status: int, name: str) -> None:
    whole = error_bytes(status, "whole")
    assert json.loads(whole) == {"message": f"HTTP {status}"}
    (only,) = frames(error_bytes(status, "eventstream"), EVENTSTREAM)
    assert (only.event, only.fault, only.data.encode()) == (name, None, whole)
    found = failure_of(only)
    assert found is not None and found.error.status == status


def test_messages_have_true_checksums() -> None:
    (only,) = frames(message_bytes({":event-type": "ü"}, b"{}"), EVENTSTREAM)
    assert only.fault is None and only.headers == ((":event-type", "ü"),)
