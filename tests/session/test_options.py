"""A tape's options: defaults, and values that can't be."""

from __future__ import annotations

from typing import Any

import pytest

from stream_cassette.cassette.match import DEFAULT_MATCH_ON
from stream_cassette.cassette.model import Interaction, Request, Response
from stream_cassette.cassette.redact import DEFAULT
from stream_cassette.errors import UsageError
from stream_cassette.session.options import TapeOptions, options_of


def _options(**changed: Any) -> TapeOptions:
    asked: dict[str, Any] = {
        "match_on": None,
        "ignore_body": (),
        "ignore_hosts": (),
        "allow_repeats": False,
        "unplayed": "fail",
        "on_miss": None,
        "redact": None,
        "before_record": None,
        "lock_timeout": 60.0,
    }
    return options_of(**asked | changed)


def test_defaults() -> None:
    options = _options()
    assert options.match.match_on == DEFAULT_MATCH_ON
    assert options.redaction == DEFAULT
    assert options.match.secrets == DEFAULT
    assert options.level is None


def test_without_masks_a_message_still_hides_secrets() -> None:
    options = _options(redact=False)
    assert not options.redaction.hides_field("api_key")
    assert options.match.secrets == DEFAULT


def test_added_names_are_hidden_in_messages_too() -> None:
    options = _options(redact=["x-mine"])
    assert options.redaction is not None
    assert "x-mine" in options.redaction.headers
    assert options.match.secrets == options.redaction


def test_hosts_are_compared_in_lower_case() -> None:
    assert _options(ignore_hosts=["LocalHost"]).ignore_hosts == {"localhost"}


@pytest.mark.parametrize(
    ("changed", "text"),
    [
        ({"unplayed": "never"}, "unplayed='never'"),
        ({"match_on": ["boddy"]}, "no matcher 'boddy'"),
        ({"level": "words"}, "level='words': use one of 'conversation', 'structure', 'text'"),
    ],
)
def test_values_that_cannot_be(changed: dict[str, Any], text: str) -> None:
    with pytest.raises(UsageError, match=text):
        _options(**changed)


def _asked(**headers: str) -> Interaction:
    request = Request(method="GET", url="http://a/", headers=tuple(headers.items()))
    return Interaction(request=request, response=Response(status=200))


def test_the_hook_comes_before_the_masks_and_may_drop() -> None:
    def hook(interaction: Interaction) -> Interaction | None:
        return None if not interaction.request.headers else _asked(authorization="added")

    options = _options(before_record=hook)
    assert [i.request.headers for i in options.kept([_asked(), _asked(a="b")])] == [
        (("authorization", "REDACTED"),)
    ]


def test_nothing_is_masked_where_that_is_off() -> None:
    one = _asked(authorization="mine")
    assert _options(redact=False).kept([one]) == (one,)


def test_how_long_a_lock_is_waited_for() -> None:
    assert _options(lock_timeout=3).lock_timeout_s == 3
    for wrong in ("60", None, True):
        with pytest.raises(UsageError, match="use a number of seconds"):
            _options(lock_timeout=wrong)
