"""An interaction without its steps."""

from __future__ import annotations

from typing import Any

import pytest

from stream_cassette.conversation.delta import Extra, Failure, Finish, MessageStart, Unfamiliar
from stream_cassette.conversation.delta import UsageDelta as Counted
from stream_cassette.dialects._interactions_top import FINISH, counted, ended, said_by, who


@pytest.mark.parametrize(
    ("interaction", "model", "ident"),
    [
        ({"id": "v1", "model": "g", "agent": "a"}, "g", "v1"),
        ({"id": "", "agent": "a"}, "a", None),
        ({"id": 5}, None, None),
    ],
)
def test_who(interaction: Any, model: str | None, ident: str | None) -> None:
    wanted = MessageStart(role="assistant", model=model, response_id=ident)
    assert who(interaction) == wanted


def test_extras_what_is_repeated_and_what_is_unknown() -> None:
    interaction = {"id": "v1", "steps": [], "input": "Hi", "tools": [], "created": "t"}
    interaction |= {"service_tier": None, "new": 1, "agent": "a"}
    assert list(said_by(interaction)) == [
        Extra(name="created", value="t"),
        Unfamiliar(kind="field", name="interaction.new", value=1),
        Extra(name="agent", value="a"),
    ]


@pytest.mark.parametrize(
    ("raw", "unified"), [*FINISH.items(), ("brand_new", "other"), ("", None), (5, None)]
)
def test_status(raw: Any, unified: str | None) -> None:
    found = list(ended({"status": raw}))
    reasons = [(one.reason.unified, one.reason.raw) for one in found if isinstance(one, Finish)]
    assert reasons == ([] if unified is None else [(unified, raw)])


def test_errors_and_usage() -> None:
    found = list(ended({"errors": [{"code": "a", "message": "b"}], "usage": {"total_tokens": 1}}))
    usage, failure = found
    assert isinstance(usage, Counted) and usage.usage.raw == {"total_tokens": 1}
    assert isinstance(failure, Failure) and failure.error.code == "a"
    assert list(ended({"errors": [], "usage": {}})) == list(ended({"errors": "odd"})) == []


@pytest.mark.parametrize("raw", [None, {}, "odd", []])
def test_no_usage(raw: Any) -> None:
    assert list(counted(raw)) == []
