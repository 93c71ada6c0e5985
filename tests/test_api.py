"""Load and dump by path."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from stream_cassette.api import (
    assert_conversations_match,
    check_echo,
    compare,
    dump,
    exchange_of,
    fingerprint,
    load,
    steps_of,
)
from stream_cassette.cassette.model import Cassette, Cut, Interaction, Request, Response
from stream_cassette.conversation.model import Conversation
from stream_cassette.errors import (
    CassetteNotFound,
    NotACassette,
    StreamCassetteWarning,
    UsageError,
)
from tests.corpus import CASSETTES
from tests.support.talks import answer, call, said, talk, weather

BODY = 'data: {"object":"chat.completion.chunk","é":"\u2028"}\r\n\r\n'.encode()
CASSETTE = Cassette(
    interactions=(
        Interaction(
            request=Request(
                method="POST", url="https://example.com/v1/chat/completions", body=b"{}"
            ),
            response=Response(
                status=200,
                reason="OK",
                headers=(("content-type", "text/event-stream"),),
                body=BODY,
                cuts=(
                    Cut(size_bytes=10, offset_ms=1.5),
                    Cut(size_bytes=len(BODY) - 10, offset_ms=20.0),
                ),
            ),
        ),
    ),
)


def test_what_was_dumped_is_loaded(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "case.yaml"
    size = dump(CASSETTE, path)
    assert size == path.stat().st_size
    assert load(path).interactions == CASSETTE.interactions
    assert load(str(path)).path == str(path)


def test_the_comment_says_what_it_is(tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    dump(CASSETTE, path)
    line = "# 0 · POST example.com/v1/chat/completions · 200 · openai-chat · 2 chunks, 0.02 s"
    assert line in path.read_text(encoding="utf-8").splitlines()


def test_ascii_escapes_the_rest(tmp_path: Path) -> None:
    dump(CASSETTE, tmp_path / "case.yaml", ascii=True)
    assert (tmp_path / "case.yaml").read_bytes().isascii()
    assert load(tmp_path / "case.yaml").interactions == CASSETTE.interactions


def test_what_a_format_does_not_hold_is_a_warning(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    with pytest.warns(StreamCassetteWarning, match=r"a.yaml: lost in govcr: cut points and the"):
        dump(CASSETTE, path, format="govcr")
    assert load(path).format == "govcr"
    dump(load(path), path, format="govcr")  # what it holds is not lost
    known = "vcr, vcrjson, govcr"
    with pytest.raises(UsageError, match=f"can't write the format 'har'; known: {known}"):
        dump(CASSETTE, path, format="har")


def test_a_missing_file_and_one_that_is_no_cassette(tmp_path: Path) -> None:
    with pytest.raises(CassetteNotFound):
        load(tmp_path / "none.yaml")
    (tmp_path / "other.yaml").write_text("hello: world\n")
    with pytest.raises(NotACassette, match=r"other\.yaml"):
        load(tmp_path / "other.yaml")


def test_fingerprint_is_of_the_bytes(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"abc")
    assert fingerprint(tmp_path / "file") == hashlib.sha256(b"abc").hexdigest()


def test_what_was_loaded_has_conversations(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    dump(Cassette(), path)
    assert load(path).conversations == ()


def test_compare_and_match() -> None:
    one, other = talk(*weather()), talk(*weather())
    assert_conversations_match(one, other, one, level="exact")
    changed = weather()
    changed[2] = answer(call(arguments={"location": "Rome"}), why="tool_call")
    rome = talk(*changed)
    (found,) = compare(one, rome)
    assert found.path == "messages[2].parts[0].arguments.location"
    with pytest.raises(AssertionError, match=r'location: "Florence, Italy" ≠ "Rome"'):
        assert_conversations_match(one, other, rome)
    for path in (found.path, "..location", "messages[*].parts[*].arguments", "/messages/2"):
        assert_conversations_match(one, rome, ignore=[path])
        assert compare(one, rome, ignore=(path,)) == ()
    assert_conversations_match(one, rome, ignore="..location")
    with pytest.raises(UsageError, match="not a JSON path"):
        compare(one, rome, ignore=["a["])


@pytest.mark.parametrize("given", [(), (talk(*weather()),)], ids=len)
def test_a_match_of_fewer_than_two_says_so(given: tuple[Conversation, ...]) -> None:
    with pytest.raises(UsageError, match=f"needs two conversations or more; there is {len(given)}"):
        assert_conversations_match(*given)


def test_an_unknown_level() -> None:
    with pytest.raises(UsageError, match="'strict' is none of"):
        compare(talk(), talk(), level="strict")  # type: ignore[arg-type]


def test_what_is_volatile_in_the_providers_own_json() -> None:
    def made(some: object) -> Conversation:
        extra = {"created": some, "logprobs": {"id": some}, "input": {"id": 1}}
        return talk(answer(said("a"), extra=extra))

    assert compare(made(1), made("x"), level="exact") == ()


def test_exchange_of() -> None:
    (one, _) = load(CASSETTES / "openai_chat" / "vercel_thinking.yaml").interactions
    exchange = exchange_of(one)
    assert exchange is not None and exchange.vendor == "vercel"
    elsewhere = replace(one.request, url="https://example.com/weather", body=b"")
    assert exchange_of(replace(one, request=elsewhere, response=Response(status=200))) is None


def test_what_is_no_conversation_or_cassette_is_refused_with_the_way_to_one() -> None:
    cassette: Any = Cassette()
    with pytest.raises(UsageError, match=r"load\(path\)\.conversation, not a Cassette"):
        assert_conversations_match(cassette, cassette)
    with pytest.raises(UsageError, match=r"such as load\(path\), not a str"):
        check_echo("weather.yaml")  # type: ignore[arg-type]


def test_steps_say_which_answer_a_request_goes_on_from() -> None:
    first, second = steps_of(load(CASSETTES / "openai_chat" / "vercel_thinking.yaml"))
    assert (first.spoken.index, first.previous, second.previous) == (0, None, first)
    assert second.turn == 2 and len(second.spoken.history.messages) == 4
