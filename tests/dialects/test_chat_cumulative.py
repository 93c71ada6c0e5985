"""Texts that may repeat what was said: pieces or repeats, settled by what comes."""

from __future__ import annotations

import pytest

from stream_cassette.dialects._chat_cumulative import MaybeCumulative
from stream_cassette.dialects._protocol import Opening, Request
from stream_cassette.dialects.openai_chat import OpenAIChat
from tests.support.read_answers import fold, frame


@pytest.mark.parametrize(
    ("texts", "whole"),
    [
        (["He", "Hello", "Hello you"], "Hello you"),
        (["He", "llo", " you"], "Hello you"),
        (["a", "ab", "abc", "d", "e"], "aababcde"),
        (["ha", "haha"], "hahaha"),
        (["a", "a", "a"], "aaa"),
        (["a"], "a"),
        ([], ""),
    ],
)
def test_settled(texts: list[str], whole: str) -> None:
    held = MaybeCumulative()
    said = [piece for text in texts for piece in held.feed(text)]
    assert "".join(said + held.close()) == whole


@pytest.mark.parametrize(
    ("host", "whole"), [("dashscope.aliyuncs.com", "Hello"), ("api.openai.com", "HHelHello")]
)
def test_only_of_whom_it_is_known(host: str, whole: str) -> None:
    reader = OpenAIChat().reader(Opening(request=Request(host=host)))
    chunks = [{"choices": [{"index": 0, "delta": {"content": c}}]} for c in ("H", "Hel", "Hello")]
    exchange = fold(reader, [*map(frame, chunks), frame("[DONE]")])
    assert exchange.candidates[0].text == whole
    assert len(exchange.candidates[0].parts) == 1
