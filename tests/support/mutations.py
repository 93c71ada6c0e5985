"""A cassette and what it is with one thing changed: for tests of what a diff sees.

Bodies are taken plain first, so that bytes can be changed. A change is looked for that does what it
is called, as the dialects read it, and nothing else; None where a cassette has no place for it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

from stream_cassette.cassette.bindings import issued_values
from stream_cassette.cassette.body import plain_bytes
from stream_cassette.cassette.model import Cassette, Headers, Interaction
from stream_cassette.conversation.model import Exchange
from stream_cassette.conversation.parts import Reasoning, Text, ToolCall
from stream_cassette.meaning import decoded_body, exchange_of, frames_of
from stream_cassette.wire.eventstream import with_checksums

__all__ = ["MUTATIONS", "plainly"]

_LETTERS = re.compile(r"[A-Za-z0-9]+")
_WORD = re.compile(r"[A-Za-z]{4,}")
_ID = re.compile(r"(?=.*\d)[\w-]{8,}")
_TRIES = 24
_MORE_TRIES = 60
_OPAQUE = re.compile(
    rb'("(?:signature|thoughtSignature|thought_signature|encrypted_content)"\s*:\s*")([^"\\]+)"'
)
_REASONS = {
    b"stop": b"length",
    b"tool_calls": b"length",
    b"end_turn": b"max_tokens",
    b"tool_use": b"max_tokens",
    b"STOP": b"MAX_TOKENS",
    b"COMPLETE": b"MAX_TOKENS",
    b"TOOL_CALL": b"MAX_TOKENS",
    b"function_call": b"length",
}
_REASON = re.compile(
    rb'("(?:finish_reason|finishReason|stop_reason|stopReason|done_reason)"\s*:\s*")(\w+)"'
)


def plainly(cassette: Cassette) -> Cassette:
    """The same without content codings."""
    return replace(cassette, interactions=tuple(map(_plain, cassette.interactions)))


def _plain(one: Interaction) -> Interaction:
    request, response = one.request, one.response
    asked = replace(request, headers=_uncoded(request.headers), body=plain_bytes(request))
    body = decoded_body(response)
    cuts = response.cuts if body == response.body else None
    came = replace(response, headers=_uncoded(response.headers), body=body, cuts=cuts)
    return replace(one, request=asked, response=came)


def _uncoded(headers: Headers) -> Headers:
    return tuple(pair for pair in headers if pair[0].lower() != "content-encoding")


def _answered(one: Interaction, body: bytes) -> Interaction:
    if one.response.body[:4] != body[:4] or b"\x00" in body[:4]:
        try:
            body = with_checksums(body)
        except ValueError:
            pass
    return replace(one, response=replace(one.response, body=body, cuts=None))


def _with(cassette: Cassette, place: int, one: Interaction) -> Cassette:
    every = list(cassette.interactions)
    every[place] = one
    return replace(cassette, interactions=tuple(every))


def another_argument(cassette: Cassette) -> Cassette | None:
    """One word of a tool's arguments is another one, as the answer was streamed.

    Of a word that came in fragments one fragment is another.
    """
    return _another(cassette, _argument_words, _arguments) or _other_fragment(cassette)


def another_word(cassette: Cassette) -> Cassette | None:
    """One word of a text is another one."""
    return _another(cassette, _text_words, _texts)


def another_reason(cassette: Cassette) -> Cassette | None:
    """An answer ends for another reason."""
    for place, one in enumerate(cassette.interactions):
        before = exchange_of(one)
        found = _REASON.search(one.response.body)
        if before is None or found is None or found[2] not in _REASONS:
            continue
        reason = _REASONS[found[2]]
        body = one.response.body[: found.start(2)] + reason + one.response.body[found.end(2) :]
        changed = replace(one, response=replace(one.response, body=body, cuts=None))
        after = exchange_of(changed)
        if after is None or after.termination != before.termination:
            continue
        if _reasons(after) != _reasons(before):
            return _with(cassette, place, changed)
    return None


def last_turn_dropped(cassette: Cassette) -> Cassette | None:
    """The last interaction is gone."""
    return replace(cassette, interactions=cassette.interactions[:-1])


def signature_dropped(cassette: Cassette) -> Cassette | None:
    """An answer's opaque values are empty, in the answer and where it is carried back."""
    for place, one in enumerate(cassette.interactions):
        before = exchange_of(one)
        if before is None or not _signed(before):
            continue
        body = _OPAQUE.sub(rb'\1"', one.response.body)
        changed = replace(one, response=replace(one.response, body=body, cuts=None))
        after = exchange_of(changed)
        if after is not None and _signed(after) < _signed(before):
            return _with(cassette, place, changed)
    return None


def echo_dropped(cassette: Cassette) -> Cassette | None:
    """A request carries an opaque value back no more."""
    for place, one in enumerate(cassette.interactions):
        body = _OPAQUE.sub(rb'\1"', one.request.body)
        if body != one.request.body and exchange_of(one) is not None:
            return _with(cassette, place, replace(one, request=replace(one.request, body=body)))
    return None


def another_cut(cassette: Cassette) -> Cassette | None:
    """An answer came in other chunks, at other times."""
    for place, one in enumerate(cassette.interactions):
        size = len(one.response.body)
        if size > 4:
            cuts = ((size // 3, 5.0), (size - size // 3, 900.0))
            response = replace(one.response, cuts=cuts, head_ms=77.0)
            return _with(cassette, place, replace(one, response=response))
    return None


def other_ids(cassette: Cassette) -> Cassette | None:
    """Every id that a server issued is another one, wherever it stands."""
    names = {value: _turned(value) for value in _ids(cassette)}
    if not names:
        return None
    pattern = re.compile("|".join(map(re.escape, sorted(names, key=len, reverse=True))).encode())

    def renamed(body: bytes) -> bytes:
        return pattern.sub(lambda found: names[found[0].decode()].encode(), body)

    return replace(
        cassette,
        interactions=tuple(
            replace(
                _answered(one, renamed(one.response.body)),
                request=replace(
                    one.request,
                    url=renamed(one.request.url.encode()).decode(),
                    body=renamed(one.request.body),
                ),
            )
            for one in cassette.interactions
        ),
    )


def other_setting(cassette: Cassette) -> Cassette | None:
    """A request asks for another temperature."""
    for place, one in enumerate(cassette.interactions):
        try:
            value = json.loads(one.request.body)
        except ValueError:
            continue
        if isinstance(value, dict) and exchange_of(one) is not None:
            value["temperature"] = 0.123
            body = json.dumps(value).encode()
            return _with(cassette, place, replace(one, request=replace(one.request, body=body)))
    return None


def _another(
    cassette: Cassette,
    words_of: Callable[[Exchange], Iterator[str]],
    looked_at: Callable[[Exchange], Any],
) -> Cassette | None:
    """A cassette in which only what is `looked_at` is another, in one answer."""
    for place, one in enumerate(cassette.interactions):
        before = exchange_of(one)
        if before is None or before.error is not None:
            continue
        for word in islice(dict.fromkeys(words_of(before)), _TRIES):
            body = re.sub(rb"\b%b\b" % word.encode(), _turned(word).encode(), one.response.body)
            if body == one.response.body:
                continue
            changed = _answered(one, body)
            after = exchange_of(changed)
            if after is not None and _only(before, after, looked_at):
                return _with(cassette, place, changed)
    return None


def _other_fragment(cassette: Cassette) -> Cassette | None:
    for place, one in enumerate(cassette.interactions):
        before = exchange_of(one)
        if before is None or before.error is not None or not _arguments(before):
            continue
        for body in islice(_bodies(one, before), _MORE_TRIES):
            changed = _answered(one, body)
            after = exchange_of(changed)
            if after is not None and _only(before, after, _arguments) and _is_one(before, after):
                return _with(cassette, place, changed)
    return None


def _bodies(one: Interaction, exchange: Exchange) -> Iterator[bytes]:
    """The body with some letters of some frame turned, where they are part of an argument."""
    leaves = [str(leaf) for _, leaf in _placed(_arguments(exchange), ())]
    body = one.response.body
    for frame in frames_of(one.response):
        try:
            value = json.loads(frame.data)
        except ValueError:
            continue
        for piece in dict.fromkeys(_LETTERS.findall(json.dumps(value))):
            at = frame.raw.rfind(piece.encode())
            if at >= 0 and any(piece in leaf for leaf in leaves):
                start = frame.start + at
                yield body[:start] + _turned(piece).encode() + body[start + len(piece) :]


def _is_one(before: Exchange, after: Exchange) -> bool:
    """Whether one leaf is another, and its place is the same."""
    sides = (dict(_placed(_arguments(one), ())) for one in (before, after))
    left, right = sides
    return left.keys() == right.keys() and sum(left[key] != right[key] for key in left) == 1


def _placed(value: Any, at: tuple[Any, ...]) -> Iterator[tuple[tuple[Any, ...], Any]]:
    items = value.items() if isinstance(value, dict) else None
    if isinstance(value, list):
        items = enumerate(value)
    if items is None:
        yield at, value
    else:
        for key, each in items:
            yield from _placed(each, (*at, key))


def _only(before: Exchange, after: Exchange, looked_at: Callable[[Exchange], Any]) -> bool:
    if looked_at(before) == looked_at(after):
        return False
    aspects = (_arguments, _texts, _thoughts, _names, _beside)
    rest = [each for each in aspects if each is not looked_at]
    return all(each(before) == each(after) for each in rest)


def _parts(exchange: Exchange, kind: type) -> Iterator[Any]:
    for message in exchange.candidates[:1]:
        yield from (part for part in message.parts if isinstance(part, kind))


def _arguments(exchange: Exchange) -> Any:
    return [part.arguments for part in _parts(exchange, ToolCall)]


def _names(exchange: Exchange) -> Any:
    calls = [part.name for part in _parts(exchange, ToolCall)]
    kinds = [[part.type for part in message.parts] for message in exchange.candidates]
    return calls, kinds, exchange.termination, _reasons(exchange)


def _texts(exchange: Exchange) -> Any:
    return [part.content for part in _parts(exchange, Text)]


def _thoughts(exchange: Exchange) -> Any:
    return [part.content for part in _parts(exchange, Reasoning)]


def _beside(exchange: Exchange) -> Any:
    """Citations, the provider's own tools, and what was said beside the parts."""
    parts = [part.to_dict() for part in _parts(exchange, object)]
    own = [part for part in parts if str(part["type"]).startswith("server")]
    cited = [part.get("citations") for part in parts]
    return own, cited, [dict(message.extra) for message in exchange.candidates]


def _reasons(exchange: Exchange) -> Any:
    return [message.finish_reason for message in exchange.candidates]


def _signed(exchange: Exchange) -> int:
    parts = (part for message in exchange.candidates for part in message.parts)
    return sum(bool(part.signature or getattr(part, "issued", ())) for part in parts)


def _argument_words(exchange: Exchange) -> Iterator[str]:
    leaves = [leaf for value in _arguments(exchange) for leaf in _leaves(value)]
    yield from (word for leaf in leaves for word in _only_in(leaf, leaves))


def _text_words(exchange: Exchange) -> Iterator[str]:
    texts = _texts(exchange)
    yield from (word for text in texts for word in _only_in(text, texts))


def _only_in(text: str, texts: list[str]) -> Iterator[str]:
    for word in _WORD.findall(text):
        if sum(word in each for each in texts) == 1:
            yield word


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _leaves(each)
    elif isinstance(value, list):
        for each in value:
            yield from _leaves(each)


def _ids(cassette: Cassette) -> Iterable[str]:
    """Those that no request had before: a file's or a conversation's may be older."""
    asked = b""
    for one in cassette.interactions:
        asked += one.request.body
        frames = frames_of(one.response)
        heard = ((frame.event or "", frame.data) for frame in frames if frame.dispatch)
        for place, values in issued_values(heard).items():
            if place[-1].lower().replace("_", "").endswith("id"):
                yield from (v for v in values if _ID.fullmatch(v) and v.encode() not in asked)


def _turned(word: str) -> str:
    """Another word of the same length and look: letters and digits half way round."""
    return "".join(map(_turned_char, word))


def _turned_char(char: str) -> str:
    for first, last in (("a", "z"), ("A", "Z"), ("0", "9")):
        if first <= char <= last:
            size = ord(last) - ord(first) + 1
            return chr(ord(first) + (ord(char) - ord(first) + size // 2) % size)
    return char


MUTATIONS: dict[str, tuple[Callable[[Cassette], Cassette | None], tuple[str, ...]]] = {
    # what is changed: how, and the levels that have to see it
    "argument": (another_argument, ("conversation", "frames", "bytes")),
    "word": (another_word, ("conversation", "frames", "bytes")),
    "finish reason": (another_reason, ("conversation", "frames", "bytes")),
    "setting": (other_setting, ("conversation", "frames", "bytes")),
    "dropped turn": (last_turn_dropped, ("conversation", "frames", "bytes")),
    "dropped signature": (signature_dropped, ("conversation", "frames", "bytes")),
    "dropped echo": (echo_dropped, ("conversation", "frames", "bytes")),
    "ids": (other_ids, ("bytes",)),
    "cuts": (another_cut, ("bytes",)),
}
