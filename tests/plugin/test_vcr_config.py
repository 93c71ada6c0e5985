"""`vcr_config` in our words: matching, filters, places, and what is refused."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from stream_cassette.cassette.match import Index, MatchOptions
from stream_cassette.cassette.model import Interaction, Request, Response
from stream_cassette.cassette.secret_names import DEFAULT
from stream_cassette.errors import UsageError
from stream_cassette.plugin.vcr_config import KEYS, Taken, taken

JSON = (("content-type", "application/json"),)


def made(matchers: Any = None, more: tuple[str, ...] = (), **config: Any) -> Taken:
    return taken(
        config,
        where="here",
        name="test_a",
        directory=Path("/d"),
        more=more,
        matchers=matchers or {},
        redaction=DEFAULT,
    )


def ask(
    url: str = "http://a/p?x=1", body: bytes = b"", method: str = "POST", **headers: str
) -> Request:
    return Request(method=method, url=url, headers=(*JSON, *headers.items()), body=body)


def answers(recorded: Request, live: Request, **config: Any) -> bool:
    interaction = Interaction(request=recorded, response=Response(status=200))
    options = MatchOptions(match_on=tuple(made(**config).options["match_on"]))
    return Index([interaction], options).take(live) is not None


def never(live: Any, recorded: Any) -> bool:
    return False


def same_host(live: Any, recorded: Any) -> None:
    assert live.host == recorded.host


ROWS: dict[str, tuple[Request, Request, dict[str, Any], bool]] = {
    "bodies do not count": (ask(body=b"1"), ask(body=b"2"), {}, True),
    "queries do": (ask(), ask("http://a/p?x=2"), {}, False),
    "bodies if asked for": (ask(body=b"1"), ask(body=b"2"), {"match_on": ["body"]}, False),
    "url is uri": (ask(), ask("http://a/p?x=2"), {"match_on": ["url"]}, False),
    "one more": (ask(body=b"1"), ask(body=b"2"), {"additional_matchers": ["raw_body"]}, False),
    "a filtered parameter": (
        ask("http://a/p?x=1"),
        ask("http://a/p?x=1&key=abc"),
        {"filter_query_parameters": ["key"]},
        True,
    ),
    "a filtered field": (
        ask(body=b'{"u": 1}'),
        ask(body=b'{"u": 1, "password": "p"}'),
        {"filter_post_data_parameters": ["password"], "match_on": ["method", "body"]},
        True,
    ),
    "a filtered header": (
        ask(),
        ask(authorization="Bearer x"),
        {"filter_headers": ["authorization"], "match_on": ["headers"]},
        True,
    ),
    "a hook that rewrites": (
        ask("http://b/p?x=1"),
        ask("http://a/p?x=1"),
        {"before_record_request": lambda r: setattr(r, "uri", "http://b/p?x=1") or r},
        True,
    ),
    "a function": (ask(), ask(), {"match_on": [never]}, False),
    "a function that asserts": (ask(), ask("http://b/"), {"match_on": [same_host]}, False),
    "a function that returns nothing": (ask(), ask("http://a/q"), {"match_on": [same_host]}, True),
}


@pytest.mark.parametrize(("recorded", "live", "config", "expected"), ROWS.values(), ids=ROWS)
def test_matching(recorded: Request, live: Request, config: dict[str, Any], expected: bool) -> None:
    assert answers(recorded, live, **config) is expected


def test_a_registered_matcher_has_a_name() -> None:
    match_on = made({"same_host": same_host}, match_on=["method", "same_host"]).options["match_on"]
    assert match_on[0] == "method"
    assert match_on[1](ask(), ask("http://a/other"))


def test_filters_are_a_hook_of_recordings() -> None:
    found = made(
        filter_headers=[("authorization", "DUMMY"), "secret"],
        filter_query_parameters=["key"],
        before_record_response=lambda r: r | {"headers": {}},
    )
    request = ask("http://a/p?key=1&x=2", authorization="Bearer x", secret="1")
    response = Response(status=200, headers=(("set-cookie", "a=b"),), body=b"hi")
    kept = found.options["before_record"](Interaction(request=request, response=response))
    assert kept.request.url == "http://a/p?x=2"
    assert dict(kept.request.headers) == {**dict(JSON), "authorization": "DUMMY"}
    assert (kept.response.headers, kept.response.body) == ((), b"hi")


def test_what_a_hook_keeps_out_passes_and_is_not_recorded() -> None:
    found = made(before_record_request=lambda r: None if r.path == "/live" else r)
    live = ask("http://a/live")
    assert found.passes is not None
    assert found.passes(live) and not found.passes(ask())
    dropped = Interaction(request=live, response=Response(status=200))
    assert found.options["before_record"](dropped) is None
    none = made(before_record_response=lambda r: None).options["before_record"]
    assert none(Interaction(request=ask(), response=Response(status=200))) is None
    assert made().passes is None


def test_hosts_that_are_ignored() -> None:
    found = made(ignore_hosts=["a", re.compile("b.*")], ignore_localhost=True)
    assert found.options["ignore_hosts"] == ["a", "localhost", "0.0.0.0", "127.0.0.1", "::1"]
    assert found.passes is not None
    assert found.passes(ask("http://bb/")) and not found.passes(ask("http://c/"))


def test_defaults_are_vcrpys() -> None:
    options = made().options
    assert options["match_on"] == ["method", "scheme", "host", "port", "path", "query"]
    assert (options["unplayed"], options["allow_repeats"]) == ("ignore", False)
    assert "record" not in options
    assert made(record_mode="new_episodes").options["record"] == "new_episodes"
    assert made(allow_playback_repeats=True).options["allow_repeats"] is True


@pytest.mark.parametrize(
    ("config", "path"),
    [
        ({}, "/d/test_a.yaml"),
        ({"serializer": "json"}, "/d/test_a.json"),
        ({"cassette_library_dir": "/other"}, "/other/test_a.yaml"),
        ({"path_transformer": lambda path: f"{path}.yml"}, "/d/test_a.yml"),
    ],
)
def test_paths(config: dict[str, Any], path: str) -> None:
    assert made(**config).path == Path(path)


def test_more_cassettes() -> None:
    found = made(more=("more.yaml", "/abs.yaml", "test_a.yaml"))
    assert found.more == (Path("/d/more.yaml"), Path("/abs.yaml"))


@pytest.mark.parametrize(
    ("config", "named"),
    [
        ({"custom_patches": (), "persister": None}, "custom_patches, persister;"),
        ({"serializer": "mine"}, "serializer='mine'"),
        ({"record_on_exception": True}, "record_on_exception=True"),
        ({"match_on": ["nothing"]}, "no matcher 'nothing' is registered"),
        ({"allowed_hosts": [".*"]}, "allowed_hosts: '.*' can't be taken over"),
    ],
)
def test_what_is_refused_is_named(config: dict[str, Any], named: str) -> None:
    with pytest.raises(UsageError, match=re.escape(named)):
        made(**config)
    assert "custom_patches" not in KEYS
