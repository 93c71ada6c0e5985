"""What answers what: order, repeats, masks, matchers, and that nothing grows with the cassette."""

from __future__ import annotations

import json
from typing import Any

import pytest

from stream_cassette.cassette import match as match_module
from stream_cassette.cassette.body import Body, body_of
from stream_cassette.cassette.match import DEFAULT_MATCH_ON, Index, Matcher, MatchOptions
from stream_cassette.cassette.model import Headers, Interaction, Request, Response
from stream_cassette.errors import UsageError

URL = "https://api.example.com/v1/chat"
JSON: Headers = (("content-type", "application/json"),)


def request(
    body: Any = None, url: str = URL, method: str = "POST", headers: Headers = JSON
) -> Request:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Request(method=method, url=url, headers=headers, body=data)


def interaction(live: Request, *masked: str) -> Interaction:
    return Interaction(request=live, response=Response(status=200), masked=masked)


def index(*requests: Request, **options: Any) -> Index:
    return Index([interaction(one) for one in requests], MatchOptions(**options))


def test_equals_play_in_recorded_order_and_once() -> None:
    ours = index(request(1), request(2), request(1), request(1.0))
    assert [ours.take(request(1)) for _ in range(4)] == [0, 2, 3, None]
    assert (ours.played, ours.unplayed) == ((0, 2, 3), (1,))
    assert ours.recorded_times(request(1)) == 3
    assert ours.recorded_times(request(9)) == 0


def test_order_of_asking_does_not_matter() -> None:
    ours = index(request(1), request(2))
    assert [ours.take(request(2)), ours.take(request(1))] == [1, 0]


def test_repeats_when_allowed_serve_the_last_again() -> None:
    ours = index(request(1), request(1), allow_repeats=True)
    assert [ours.take(request(1)) for _ in range(4)] == [0, 1, 1, 1]
    assert ours.take(request(2)) is None
    assert ours.played == (0, 1)


DIFFERENT = [
    request(2),
    request(1, method="PUT"),
    request(1, url=URL + "/"),
    request(1, url=URL + "?a=1"),
    request(1, url=URL.replace("https", "http")),
    request(1, url=URL.replace(".com", ".org")),
    request(1, url=URL.replace(".com", ".com:8443")),
]


@pytest.mark.parametrize("other", DIFFERENT, ids=lambda one: f"{one.method} {one.url}")
def test_each_part_counts_by_default(other: Request) -> None:
    assert index(request(1)).take(other) is None


SAME = [
    request(1, method="post"),
    request(1, url="https://API.example.com:443/v1/%63hat"),
    request(1.0),
    request(1, headers=(*JSON, ("authorization", "Bearer other"))),
]


@pytest.mark.parametrize("other", SAME, ids=lambda one: f"{one.method} {one.url}")
def test_spelling_and_headers_do_not(other: Request) -> None:
    assert index(request(1)).take(other) == 0


MATCH_ON = [
    (("method",), request(2, url="https://other/"), True),
    (("host",), request(2, url="http://api.example.com:99/x"), True),
    (("path",), request(2, url="http://x/v1/chat"), True),
    (("port", "scheme"), request(2, url="https://x/"), True),
    (("query",), request(2, url=URL + "?a=1"), False),
    (("uri",), request(2, url=URL), True),
    (("uri",), request(1, url=URL + "?a=1"), False),
    (("body",), request(b"1.0", url="http://x/"), True),
    (("raw_body",), request(b"1.0"), False),
    (("raw_body",), request(b"1", url="http://x/"), True),
    (("headers",), request(2, headers=(("Content-Type", "application/json"),)), True),
    (("headers",), request(1, headers=(*JSON, ("x", "1"))), False),
    ((), request(2, url="http://x/"), True),
]


@pytest.mark.parametrize(("names", "other", "matches"), MATCH_ON)
def test_matchers_by_name(names: tuple[str, ...], other: Request, matches: bool) -> None:
    assert (index(request(1), match_on=names).take(other) == 0) is matches


def test_masked_headers_match_anything() -> None:
    recorded = request(1, headers=(*JSON, ("authorization", "REDACTED")))
    for headers in (JSON, (*JSON, ("Authorization", "Bearer x"))):
        ours = index(recorded, match_on=("headers",))
        assert ours.take(request(1, headers=headers)) == 0


def says_no(live: Request, recorded: Request) -> bool:
    return False


def says_nothing(live: Request, recorded: Request) -> None:
    return None


def asserts(live: Request, recorded: Request) -> None:
    assert live.url == recorded.url


@pytest.mark.parametrize(
    ("matcher", "url", "found"),
    [
        (says_no, URL, None),
        (says_nothing, "http://x/", 0),
        (asserts, URL, 0),
        (asserts, "http://x/", None),
    ],
)
def test_functions(matcher: Matcher, url: str, found: int | None) -> None:
    assert index(request(1), match_on=("body", matcher)).take(request(1, url=url)) == found


def test_functions_keep_the_order_among_what_they_accept() -> None:
    def same_parity(live: Request, recorded: Request) -> bool:
        return int(live.body) % 2 == int(recorded.body) % 2

    options = {"match_on": (same_parity,), "allow_repeats": True}
    ours = index(request(1), request(2), request(3), **options)
    assert [ours.take(request(n)) for n in (8, 9, 8, 9, 9)] == [1, 0, 1, 2, 2]
    assert ours.recorded_times(request(5)) == 2


def test_refused_options() -> None:
    with pytest.raises(
        UsageError, match=r"no matcher 'bodi' \(known: method, .*headers, or a func"
    ):
        MatchOptions(match_on=("bodi",))
    with pytest.raises(UsageError, match="not a JSON path"):
        MatchOptions(ignore_body=("a[",))


def test_ignored_paths() -> None:
    one = {"metadata": {"user": 1}, "m": [{"id": "a", "t": 1}]}
    other = {"m": [{"id": "b", "t": 1}]}
    assert index(request(one)).take(request(other)) is None
    ours = index(request(one), ignore_body=("metadata", "m[*].id"))
    assert ours.take(request({"m": [{"id": "b", "t": 2}]})) is None
    assert ours.take(request(other)) == 0


MASKED: list[tuple[str, Request, list[Request]]] = [
    (
        "/api_key",
        request({"api_key": "***", "a": 1}),
        [request({"api_key": "longer", "a": 1}), request({"a": 1}), request({"a": 1.0})],
    ),
    (
        "/auth/0/api_key",
        request({"auth": [{"api_key": "***"}]}),
        [request({"auth": [{"api_key": "x"}]}), request({"auth": [{}]})],
    ),
    (
        "query.key",
        request(1, url=URL + "?key=REDACTED&alt=sse"),
        [request(1, url=URL + "?alt=sse&key=abc"), request(1, url=URL + "?alt=sse")],
    ),
    (
        "form.api_key",
        request(b"api_key=**&a=1", headers=()),
        [request(b"a=1&api_key=xyz", headers=()), request(b"a=1", headers=())],
    ),
]


@pytest.mark.parametrize(("place", "recorded", "live"), MASKED, ids=[row[0] for row in MASKED])
@pytest.mark.parametrize("match_on", [DEFAULT_MATCH_ON, ("uri", "raw_body")], ids=["", "uri"])
def test_masked_places_match_any_key_and_none(
    place: str, recorded: Request, live: list[Request], match_on: tuple[str, ...]
) -> None:
    for one in live:
        options = MatchOptions(match_on=match_on)
        assert Index([interaction(recorded, place)], options).take(one) == 0
        assert Index([interaction(recorded)], options).take(one) is None


def test_differently_masked_equals_still_play_in_order() -> None:
    recorded = [
        interaction(request({"a": 1})),
        interaction(request({"a": 1, "api_key": "**"}), "/api_key"),
        interaction(request({"a": 1})),
    ]
    ours = Index(recorded, MatchOptions())
    assert [ours.take(request({"a": 1})) for _ in range(4)] == [0, 1, 2, None]


def test_nearest_of_nothing() -> None:
    assert index().nearest(request(1)) is None
    assert index().take(request(1)) is None


def count_parses(monkeypatch: pytest.MonkeyPatch) -> list[Request]:
    """The requests whose bodies the index parses from here on."""
    parsed: list[Request] = []

    def counted(one: Request) -> Body:
        parsed.append(one)
        return body_of(one)

    monkeypatch.setattr(match_module, "body_of", counted)
    return parsed


@pytest.mark.parametrize("count", [2, 10_000])
def test_the_work_per_request_does_not_grow(monkeypatch: pytest.MonkeyPatch, count: int) -> None:
    parsed = count_parses(monkeypatch)
    ours = index(*(request({"n": n}) for n in range(count)))
    assert len(parsed) == count
    parsed.clear()
    assert ours.take(request({"n": count - 1})) == count - 1
    assert ours.take(request({"n": 0})) == 0
    assert ours.take(request({"n": -1})) is None
    assert len(parsed) == 3
    assert ours.take(request({"n": 0}, url="https://elsewhere/")) is None
    assert len(parsed) == 3  # nothing recorded there, nothing to parse


def test_ten_thousand_equals_play_without_a_search(monkeypatch: pytest.MonkeyPatch) -> None:
    ours = index(*(request(1) for _ in range(10_000)))
    parsed = count_parses(monkeypatch)
    assert [ours.take(request(1)) for _ in range(100)] == list(range(100))
    assert len(parsed) == 100
