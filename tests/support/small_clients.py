"""Small streaming clients, three of them broken in the ways that production finds; for torture.

Each gives the text of a chat stream, from the chunks as the transport hands them up.
"""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from pathlib import Path

import httpx2

from stream_cassette.api import dump
from stream_cassette.cassette.model import Cassette, Cut, Interaction, Request, Response

__all__ = ["TEXT", "URL", "Truncated", "chunkwise", "correct", "splitlines", "trusting", "write"]

URL = "https://api.example.com/v1/chat/completions"
WORDS = ("Grüße", " aus", " Florenz:", " 22 °C", "\u2028", "sonnig", " 🌞", " und", " warm")
TEXT = "".join(WORDS)


class Truncated(Exception):
    """The stream ended without its end marker."""


def write(path: Path, *, crlf: bool = False) -> Path:
    """A cassette with one chat stream, recorded one event to a chunk."""
    end = "\r\n\r\n" if crlf else "\n\n"
    events = [_event({"content": word}) for word in WORDS] + [_event({}, "stop"), "[DONE]"]
    frames = [f"data: {event}{end}".encode() for event in events]
    response = Response(
        status=200,
        reason="OK",
        headers=(("content-type", "text/event-stream"),),
        body=b"".join(frames),
        cuts=tuple(Cut(len(frame), 20.0 * n) for n, frame in enumerate(frames)),
        head_ms=100.0,
    )
    request = Request(
        method="POST",
        url=URL,
        headers=(("content-type", "application/json"),),
        body=b'{"model":"m","messages":[{"role":"user","content":"Weather?"}],"stream":true}',
    )
    dump(Cassette(interactions=(Interaction(request=request, response=response),)), path)
    return path


def _event(delta: dict[str, str], reason: str | None = None) -> str:
    choice = {"index": 0, "delta": delta, "finish_reason": reason}
    value = {"id": "c-1", "object": "chat.completion.chunk", "model": "m", "choices": [choice]}
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _chunks(url: str, client: httpx2.Client | None = None) -> Iterator[bytes]:
    body = {"model": "m", "messages": [{"role": "user", "content": "Weather?"}], "stream": True}
    # nothing goes out, so no certificates are loaded: that takes longer than a replay
    with nullcontext(client) if client is not None else httpx2.Client(verify=False) as asking:
        with asking.stream("POST", url, json=body) as response:
            response.raise_for_status()
            yield from response.iter_raw()


def _words(lines: Iterable[str]) -> Iterator[str | None]:
    """The text of each data line; None for the end marker."""
    for line in lines:
        if line.startswith("data: "):
            data = line.removeprefix("data: ")
            if data == "[DONE]":
                yield None
            else:
                yield json.loads(data)["choices"][0]["delta"].get("content", "")


def correct(url: str, client: httpx2.Client | None = None) -> str:
    """Decodes incrementally, ends lines at CR, LF and CRLF alone, and wants the end marker."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    rest, lines = "", []
    for chunk in _chunks(url, client):
        rest += decoder.decode(chunk)
        held = rest.endswith("\r")  # an LF may still belong to it
        *whole, rest = re.split(r"\r\n|\n|\r", rest[:-1] if held else rest)
        rest += "\r" if held else ""
        lines += whole
    words = list(_words(lines))
    if None not in words:
        raise Truncated("no [DONE]")
    return "".join(word for word in words if word is not None)


def chunkwise(url: str) -> str:
    """Broken: decodes each chunk for itself, then splits at LF."""
    rest, lines = "", []
    for chunk in _chunks(url):
        rest += chunk.decode("utf-8", "replace")
        *whole, rest = rest.split("\n")
        lines += whole
    words = list(_words(lines))
    if None not in words:
        raise Truncated("no [DONE]")
    return "".join(word for word in words if word is not None)


def splitlines(url: str) -> str:
    """Broken: `str.splitlines`, which ends a line at U+2028, too; it keeps a rest after a chunk."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    rest, words = "", list[str | None]()
    for chunk in _chunks(url):
        text = rest + decoder.decode(chunk)
        if text.endswith("\n\n"):  # a whole event: nothing to split
            rest = ""
            words += _words(part.strip("\n") for part in text.split("\n\n"))
        else:
            *whole, rest = text.splitlines(keepends=True) or [""]
            words += _words(line.rstrip("\n") for line in whole)
    if None not in words:
        raise Truncated("no [DONE]")
    return "".join(word for word in words if word is not None)


def trusting(url: str) -> str:
    """Broken: takes the end of the body for the end of the answer."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    text = "".join(decoder.decode(chunk) for chunk in _chunks(url))
    lines = re.split(r"\r\n|\n|\r", text)
    return "".join(word for word in _words(lines) if word is not None)
