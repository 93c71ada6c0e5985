"""The text that git compares: alike for two runs that say the same."""

from __future__ import annotations

from difflib import ndiff
from pathlib import Path

import pytest

from stream_cassette.api import load
from stream_cassette.cassette.model import Cassette, Interaction, Request, Response
from stream_cassette.report.stable_text import stable_text
from tests.corpus import CASSETTES
from tests.support.weather_pair import session

ALL = sorted(path for path in CASSETTES.glob("*/*.yaml") if path.parent.name != "invalid")


def lines(cassette: Cassette) -> list[str]:
    return list(stable_text(cassette))


def changes(left: Cassette, right: Cassette) -> list[str]:
    found = ndiff(lines(left), lines(right))
    return [line.rstrip() for line in found if line[0] in "-+"]


def test_a_session() -> None:
    text = lines(session("a"))
    assert text[0] == "conversation: openai-chat, 2 answers"
    assert '    url: "https://api.example.com/v1/chat/completions"' in text
    assert "    tool_call get_weather" in text
    assert '      arguments.city: "Zürich"' in text
    assert "    | 18 °C, sunny" in text
    assert text[-3:] == [
        "  answer 0: complete, status 200",
        "  answer 1: complete, status 200",
        "",
    ]


def test_another_run() -> None:
    assert changes(session("a"), session("bb", cut=99, piece=9)) == []


def test_one_argument() -> None:
    assert changes(session("a"), session("bb", city="Genève")) == [
        '-       arguments.city: "Zürich"',
        '+       arguments.city: "Genève"',
    ]


def test_settings() -> None:
    assert changes(session("a"), session("a", temperature=1)) == ["+     temperature: 1"]
    mixed = session("a", temperature=1).interactions
    last = Cassette(interactions=(session("a").interactions[0], mixed[1]))
    assert changes(session("a"), last) == ["+     temperature: 1"]
    first = Cassette(interactions=(mixed[0], session("a").interactions[1]))
    assert "+     temperature is gone" in changes(session("a"), first)


def test_what_is_not_carried_back() -> None:
    found = changes(session("a"), session("a", echoed="Bern"))
    assert found and all(line.startswith("+ echo: arguments") for line in found)


def plain(body: bytes, media: str, asked: bytes = b"") -> Cassette:
    return Cassette(
        interactions=(
            Interaction(
                request=Request(method="POST", url="http://a/x", body=asked),
                response=Response(status=200, headers=(("content-type", media),), body=body),
            ),
        )
    )


def test_plain_http() -> None:
    assert lines(plain(b'{"n": [1, {"b": {}}]}', "application/json", b'{"q": 1}')) == [
        "interaction: POST http://a/x",
        "  request.q: 1",
        "  body.n[0]: 1",
        '  ending: "complete"',
        "  status: 200",
        "",
    ]
    text = lines(plain(b"one\ntw\x1bo", "text/plain", b"\xff"))
    assert text[1].startswith("  request: 1 bytes, SHA-256 a8100ae6aa1940d0")
    assert text[2:] == ["  status: 200", "  | one", "  | tw\\u{1B}o", ""]
    assert "bytes, SHA-256" in lines(plain(b"\xff\xfe", "image/png"))[2]


@pytest.mark.parametrize("path", ALL, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_our_own(path: Path) -> None:
    text = lines(load(path))
    assert text and all(line.isprintable() for line in text)
