"""Values that a server issued in two runs: which of one run stands for which of the other.

A client sends back the ids, signatures and encrypted blocks that an answer gave it, so in later
requests the live run's have to be read as the recorded run's. Values are paired by where in the
answers they stand, in order of appearance there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, TypeAlias
from urllib.parse import quote

from stream_cassette.cassette.volatile_names import ARGUMENTS, is_issued

__all__ = ["Bindings", "issued_values"]

_Place: TypeAlias = tuple[str, ...]

# A shorter value ("0", "call_1") is taken for the issued one only under a name for such values.
_LONG = 8
# Most ids are words, and a word is looked up: an answer may issue as many as it has frames.
_WORD = re.compile(rb"[A-Za-z0-9_-]{8,}")
_ID_ENDS = (b"_id", b"Id")  # `previous_response_id`
_MEMBER = re.compile(rb'"([A-Za-z_-]{2,40})"(\s*:\s*")([^"\\\x00]{1,7})"')


def issued_values(texts: Iterable[tuple[str, str]]) -> dict[_Place, tuple[str, ...]]:
    """Place → the values issued there, each once, in order; of (event name, JSON text) pairs.

    A place is the event and the JSON path without indices.
    """
    found: dict[_Place, dict[str, None]] = {}
    for event, text in texts:
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            continue
        kind = value.get("type") if isinstance(value, dict) else None
        for place, issued in _walk(value, (event, str(kind))):
            found.setdefault(place, {})[issued] = None
    return {place: tuple(values) for place, values in found.items()}


def _walk(value: Any, place: _Place) -> Iterator[tuple[_Place, str]]:
    """Every issued string below `value`, with an explicit stack: answers nest as they like."""
    pending = [(value, place)]
    while pending:
        one, here = pending.pop()
        if isinstance(one, list):
            pending += [(item, here) for item in reversed(one)]
        elif isinstance(one, dict):
            for name, child in one.items():
                if isinstance(child, str) and child and is_issued(name, one):
                    yield (*here, name), child
            pending += [
                (child, (*here, name))
                for name, child in reversed(one.items())
                if isinstance(child, dict | list) and name not in ARGUMENTS
            ]


class Bindings:
    """Live values and the recorded ones that they stand for; the first binding of a value holds."""

    def __init__(self) -> None:
        self._recorded: dict[bytes, bytes] = {}
        self._odd: list[bytes] = []  # the long ones that are no words, longest first

    def __bool__(self) -> bool:
        return bool(self._recorded)

    def learned(
        self, recorded: dict[_Place, tuple[str, ...]], live: dict[_Place, tuple[str, ...]]
    ) -> Bindings:
        """These, and the issued values of a recorded answer and a live one paired."""
        more = Bindings()
        more._recorded, more._odd = dict(self._recorded), list(self._odd)
        more.learn(recorded, live)
        return more

    def learn(
        self, recorded: dict[_Place, tuple[str, ...]], live: dict[_Place, tuple[str, ...]]
    ) -> None:
        """Take in the issued values of a recorded answer and a live one, paired."""
        before = len(self._recorded)
        for place, values in live.items():
            for new, old in zip(values, recorded.get(place, ()), strict=False):
                self._bind(new, old)
                if "+" in new or "/" in new:  # google-genai sends base64 back as base64url
                    self._bind(*(v.replace("+", "-").replace("/", "_") for v in (new, old)))
        new_ones = islice(self._recorded, before, None)
        odd = [v for v in new_ones if len(v) >= _LONG and _WORD.fullmatch(v) is None]
        if odd:
            self._odd = sorted([*self._odd, *odd], key=len, reverse=True)

    def _bind(self, live: str, recorded: str) -> None:
        pair = [json.dumps(text, ensure_ascii=False)[1:-1] for text in (live, recorded)]
        key, value = (text.encode("utf-8", "surrogatepass") for text in pair)
        self._recorded.setdefault(key, value)

    def body(self, data: bytes) -> bytes:
        """The bytes with live values replaced by the recorded ones.

        In two steps: a live value may read like another's recorded one (`call_1`, `call_2`).
        """
        if not self._recorded or b"\x00" in data:
            return data
        marks: dict[bytes, bytes] = {}
        for number, value in enumerate(self._odd):
            if value in data:
                mark = b"\x00%d\x00" % number
                marks[mark] = self._recorded[value]
                data = data.replace(value, mark)
        data = _MEMBER.sub(self._short, _WORD.sub(self._word, data))
        for mark, value in marks.items():
            data = data.replace(mark, value)
        return data

    def _word(self, word: re.Match[bytes]) -> bytes:
        return self._recorded.get(word[0], word[0])

    def _short(self, member: re.Match[bytes]) -> bytes:
        name, between, value = member.groups()
        recorded = self._recorded.get(value)
        if recorded is None or not (name.endswith(_ID_ENDS) or is_issued(name.decode(), {})):
            return member[0]
        return b'"%b"%b%b"' % (name, between, recorded)

    def url(self, url: str) -> str:
        """The URL with live values in its path and query replaced; short ones stay."""
        for value in self._odd:
            if len(value) > len(url):
                continue
            pair = (value, self._recorded[value])
            new, old = (quote(v.decode("utf-8", "replace"), safe="") for v in pair)
            url = url.replace(new, old)
        return _WORD.sub(self._word, url.encode("utf-8", "surrogatepass")).decode(
            "utf-8", "surrogatepass"
        )

    def text(self, text: str) -> str:
        """The text of a frame with live values replaced."""
        if not self._recorded:
            return text
        return self.body(text.encode("utf-8", "surrogatepass")).decode("utf-8", "surrogatepass")
