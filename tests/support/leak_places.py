"""Places where a secret may stand in an exchange: how it is asked and answered there."""

from __future__ import annotations

import base64
import gzip
import json
import struct
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, quote_plus

import brotli
import zstandard

__all__ = ["ANSWERS", "ASKS", "CODED", "REFUSED", "Answer", "Asked", "Place", "events"]

JSON = "application/json"
SSE = "text/event-stream"
FORM = "application/x-www-form-urlencoded"
AWS = "application/vnd.amazon.eventstream"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request: what follows the server's address, and the rest."""

    path: str = "/v1/chat/completions"
    userinfo: str = ""
    headers: tuple[tuple[str, str], ...] = (("content-type", JSON),)
    content: bytes = b'{"model":"m","stream":true}'


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A response in pieces; it is broken off after the last one if `breaks`."""

    pieces: tuple[bytes, ...] = (b'data: {"ok":true}\n\n', b"data: [DONE]\n\n")
    status: int = 200
    headers: tuple[tuple[str, str], ...] = (("content-type", SSE),)
    breaks: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """`ask` and `answer` say where the secret stands; what is left out is without it."""

    id: str
    ask: Callable[[str], Asked] = field(default=lambda secret: Asked())
    answer: Callable[[str], Answer] = field(default=lambda secret: Answer())
    only: str = "all"  # "text": any text at all; else secrets without line ends and the like


def ask(id: str, made: Callable[[str], Asked], only: str = "line") -> Place:
    return Place(id=id, ask=made, only=only)


def answer(id: str, made: Callable[[str], Answer], only: str = "text") -> Place:
    return Place(id=id, answer=made, only=only)


def typed(media: str, *pieces: bytes, **rest: Any) -> Answer:
    return Answer(pieces=pieces, headers=(("content-type", media),), **rest)


def body(media: str, content: bytes, *more: tuple[str, str]) -> Asked:
    return Asked(headers=(("content-type", media), *more) if media else more, content=content)


def dumps(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def prompt(text: str) -> object:
    return {"model": "m", "messages": [{"role": "user", "content": f"My key: {text}. Is it ok?"}]}


def multipart(text: str, name: str = 'name="note"') -> bytes:
    lines = ["--b0und", f"Content-Disposition: form-data; {name}", "", f"see: {text}", "--b0und--"]
    return "\r\n".join([*lines, ""]).encode()


NESTED = "application/json", lambda s: json.dumps({"command": f"export KEY=\n{s}\n"})

ASKS = (
    ask("authorization", lambda s: Asked(headers=(("authorization", f"Bearer {quote(s)}"),))),
    ask("x-api-key", lambda s: Asked(headers=(("x-api-key", quote(s)),))),
    ask("any header", lambda s: Asked(headers=(("x-trace-note", f"see {quote(s)} there"),))),
    ask("header name", lambda s: Asked(headers=((quote(s, ""), "1"),))),
    ask("cookie", lambda s: Asked(headers=(("cookie", f"a=b; session={quote(s)}"),))),
    ask("path", lambda s: Asked(path=f"/v1/{quote(s, '')}/run")),
    ask("path, sub-delims", lambda s: Asked(path=f"/bot:{quote(s, '')}/run")),
    ask("named parameter", lambda s: Asked(path=f"/v1/run?api_key={quote_plus(s)}&alt=sse")),
    ask("any parameter", lambda s: Asked(path=f"/v1/run?note={quote_plus(s)}&alt=sse")),
    ask("inside a parameter", lambda s: Asked(path=f"/v1/run?q=my%20key%20{quote(s, '')}%20ok")),
    ask("inside a parameter, plus", lambda s: Asked(path=f"/v1/run?q=my+key+{quote_plus(s)}+ok")),
    ask("userinfo", lambda s: Asked(userinfo=f"me:{quote(s, '')}@")),
    ask("named field", lambda s: body(JSON, dumps({"model": "m", "api_key": s})), "text"),
    ask("prompt", lambda s: body(JSON, dumps(prompt(s))), "text"),
    ask("prompt, escaped", lambda s: body(JSON, json.dumps(prompt(s)).encode()), "text"),
    ask("prompt, untyped", lambda s: body("", dumps(prompt(s))), "text"),
    ask("tool arguments", lambda s: body(JSON, dumps({"arguments": NESTED[1](s)})), "text"),
    ask("member name", lambda s: body(JSON, dumps({"map": {s: 1}})), "text"),
    ask("document", lambda s: body(JSON, dumps({"document": outer([s])})), "text"),
    ask("array", lambda s: body(JSON, dumps(["a", s, "b"])), "text"),
    ask("named form field", lambda s: body(FORM, f"a=b&password={quote_plus(s)}".encode())),
    ask("any form field", lambda s: body(FORM, f"a=b&text=a+key+{quote_plus(s)}".encode())),
    ask("multipart", lambda s: body("multipart/form-data; boundary=b0und", multipart(s))),
    ask(
        "multipart file",
        lambda s: body(
            "multipart/form-data; boundary=b0und",
            multipart(s, 'name="f"; filename="a.txt"\r\nContent-Type: text/plain'),
        ),
        "text",
    ),
    ask("text", lambda s: body("text/plain", f"key: {s}\n".encode()), "text"),
    ask(
        "batch",
        lambda s: body("application/jsonl", dumps({"a": 1}) + b"\n" + dumps({"b": s})),
        "text",
    ),
    ask(
        "gzip",
        lambda s: body(JSON, gzip.compress(dumps(prompt(s))), ("content-encoding", "gzip")),
        "text",
    ),
)


def events(
    values: Iterable[object], end: str = "\n\n", prefix: str = "data: "
) -> tuple[bytes, ...]:
    return tuple(
        (prefix + json.dumps(value, ensure_ascii=False) + end).encode() for value in values
    )


def deltas(text: str) -> list[str]:
    """A character at a time; of what is long, a few."""
    size = 1 if len(text) < 120 else 11
    return [text[at : at + size] for at in range(0, len(text), size)]


def chat(text: str, **rest: Any) -> list[object]:
    return [{"choices": [{"index": 0, "delta": {"content": c}, **rest}]} for c in deltas(text)]


def chat_arguments(text: str) -> list[object]:
    calls = (
        {"index": 0, "function": {"arguments": c}} for c in deltas(json.dumps({"t": f"a\n{text}"}))
    )
    return [{"choices": [{"index": 0, "delta": {"tool_calls": [call]}}]} for call in calls]


def claude(text: str, kind: str = "text_delta", name: str = "text") -> list[object]:
    return [
        {"type": "content_block_delta", "index": 0, "delta": {"type": kind, name: c}}
        for c in deltas(text)
    ]


def responses(text: str) -> list[object]:
    tells = {"type": "response.output_text.delta", "item_id": "msg_1", "output_index": 0}
    done = {"type": "response.output_text.done", "text": text}
    return [*({**tells, "delta": c} for c in deltas(text)), done]


def gemini(text: str) -> list[object]:
    return [
        {"candidates": [{"content": {"parts": [{"text": c}], "role": "model"}}]}
        for c in deltas(text)
    ]


def interleaved(text: str) -> list[object]:
    values: list[object] = []
    for n, c in enumerate(deltas(text)):
        for index, piece in ((0, "lorem ipsum "[n % 12]), (1, c)):
            values.append({"choices": [{"index": index, "delta": {"content": piece}}]})
    return values


def logprobs(text: str) -> list[object]:
    values: list[object] = []
    for c in deltas(text):
        told = {"content": [{"token": c, "logprob": -0.5}]}
        values.append({"choices": [{"index": 0, "delta": {"content": c}, "logprobs": told}]})
    return values


def message(payload: bytes, event: bytes = b"chunk") -> bytes:
    headers = b""
    for name, value in ((b":event-type", event), (b":message-type", b"event")):
        headers += bytes([len(name)]) + name + b"\x07" + struct.pack(">H", len(value)) + value
    prelude = struct.pack(">II", 16 + len(headers) + len(payload), len(headers))
    start = prelude + struct.pack(">I", zlib.crc32(prelude)) + headers + payload
    return start + struct.pack(">I", zlib.crc32(start))


def bedrock(values: Iterable[object]) -> tuple[bytes, ...]:
    coded = (base64.b64encode(json.dumps(value).encode()).decode() for value in values)
    return tuple(message(json.dumps({"bytes": each, "p": "abc"}).encode()) for each in coded)


def outer(value: object) -> object:
    """A document in base64, where Bedrock has it."""
    return {"source": {"bytes": base64.b64encode(json.dumps({"a": value}).encode()).decode()}}


def converse(text: str) -> tuple[bytes, ...]:
    return tuple(
        message(json.dumps({"contentBlockIndex": 0, "delta": {"text": c}}).encode(), b"d")
        for c in deltas(text)
    )


def array(values: list[object]) -> tuple[bytes, ...]:
    first, *rest = (json.dumps(value).encode() for value in values)
    return (b"[" + first, *(b",\r\n" + each for each in rest), b"]")


def refused(text: str) -> bytes:
    said = f"Incorrect API key provided: {text}. You can find your API key at https://h.example."
    return json.dumps({"error": {"message": said, "code": "invalid_api_key"}}).encode()


def escaped(text: str) -> bytes:
    return b'{"echo": "%s"}' % "".join(f"\\u{ord(c):04x}" for c in text).encode()


def packed(coding: str, pieces: Iterable[bytes]) -> tuple[bytes, ...]:
    """The pieces, each flushed."""
    out = []
    if coding == "br":
        brotlier = brotli.Compressor()
        out = [brotlier.process(piece) + brotlier.flush() for piece in pieces]
        return (*out, brotlier.finish())
    if coding == "zstd":
        zstd = zstandard.ZstdCompressor().compressobj()
        out = [zstd.compress(p) + zstd.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK) for p in pieces]
        return (*out, zstd.flush())
    deflater = zlib.compressobj(wbits=31 if coding == "gzip" else 15)
    out = [deflater.compress(piece) + deflater.flush(zlib.Z_SYNC_FLUSH) for piece in pieces]
    return (*out, deflater.flush())


def coded(coding: str, media: str, *pieces: bytes, whole: bool = False) -> Answer:
    sent = packed(coding, pieces)
    return Answer(
        pieces=(b"".join(sent),) if whole else sent,
        headers=(("content-type", media), ("content-encoding", coding)),
    )


def said(header: str, value: str, status: int = 200) -> Answer:
    return Answer(headers=(("content-type", SSE), (header, value)), status=status)


def halves(text: str) -> tuple[bytes, ...]:
    whole = b"".join(events([{"text": f"so {text} so"}]))
    middle = whole.find(b"so ") + 3 + len(text) // 2
    return whole[:middle], whole[middle:]


def twice(text: str) -> bytes:
    """A model's event in base64 inside of another."""
    inner = base64.b64encode(json.dumps({"completion": text}).encode()).decode()
    return b"".join(bedrock([{"bytes": inner}]))


# the masks look into base64 once, the last look as often as there is some
REFUSED = (
    answer("base64 twice", lambda s: typed(AWS, twice(s))),
    answer("base64 twice, JSON", lambda s: typed(JSON, dumps(outer(outer(s))))),
)

CODED = ("gzip", "deflate", "br", "zstd")

ANSWERS = (
    answer("answered header", lambda s: said("x-debug", f"saw {quote(s)}"), "line"),
    answer("set-cookie", lambda s: said("set-cookie", f"id={quote(s)}; Path=/; HttpOnly"), "line"),
    answer(
        "redirect",
        lambda s: said("location", f"https://h.example/a?token={quote_plus(s)}", 302),
        "line",
    ),
    answer(
        "redirect, path",
        lambda s: said("location", f"https://h.example/{quote(s, '')}/a", 302),
        "line",
    ),
    answer(
        "link",
        lambda s: said("link", f"<https://h.example/?sig={quote_plus(s)}>; rel=next"),
        "line",
    ),
    answer("JSON", lambda s: typed(JSON, dumps({"echo": s}))),
    answer("JSON, spaced", lambda s: typed(JSON, json.dumps({"echo": [s]}, indent=2).encode())),
    answer("JSON, all escaped", lambda s: typed(JSON, escaped(s)), "line"),
    answer("JSON in JSON", lambda s: typed(JSON, dumps({"arguments": NESTED[1](s)}))),
    answer("answered member name", lambda s: typed(JSON, dumps({"headers": {s: True}}))),
    answer("refused", lambda s: typed(JSON, refused(s), status=401)),
    answer("refused, as an event", lambda s: typed(SSE, b"data: " + refused(s) + b"\n\n")),
    answer("HTML", lambda s: typed("text/html", f"<p>key=&quot;{s}&quot;</p>".encode())),
    answer("answered text", lambda s: typed("text/plain; charset=utf-8", f"é key: {s}\n".encode())),
    answer("untyped", lambda s: Answer(pieces=(f"key: {s}\n".encode(),), headers=())),
    answer("untyped JSON", lambda s: Answer(pieces=(dumps({"a": s}),), headers=())),
    answer("chat", lambda s: typed(SSE, *events(chat(f"é {s} ok")), b"data: [DONE]\n\n")),
    answer("chat, whole", lambda s: typed(SSE, *events([{"delta": f"is {s} ok"}]))),
    answer("chat, arguments", lambda s: typed(SSE, *events(chat_arguments(s)))),
    answer("chat, two answers", lambda s: typed(SSE, *events(interleaved(s)))),
    answer("chat, logprobs", lambda s: typed(SSE, *events(logprobs(f" {s}")))),
    answer("messages", lambda s: typed(SSE, *events(claude(f"is {s} ok")))),
    answer(
        "messages, arguments",
        lambda s: typed(
            SSE,
            *events(claude(json.dumps({"t": f"a\n{s}"}), "input_json_delta", "partial_json")),
        ),
    ),
    answer("responses", lambda s: typed(SSE, *events(responses(f"is {s} ok")))),
    answer("gemini", lambda s: typed(SSE, *events(gemini(f"is {s} ok"), "\r\n\r\n"))),
    answer("gemini, array", lambda s: typed(JSON, *array(gemini(f"is {s} ok")))),
    answer("lines end in CR", lambda s: typed(SSE, *events(chat(s), "\r\r", "data:"))),
    answer("comment", lambda s: typed(SSE, f": {s}\n".encode(), *events([1])), "line"),
    answer("event name", lambda s: typed(SSE, f"event: {s}\n".encode(), *events([1])), "line"),
    answer("event id", lambda s: typed(SSE, f"id: {s}\n".encode(), *events([1])), "line"),
    answer("bare data", lambda s: typed(SSE, f"data: is {s} ok\n\n".encode()), "line"),
    answer(
        "bare data, split",
        lambda s: typed(
            SSE, *(f"data: {s[at : at + 5]}\n\n".encode() for at in range(0, len(s), 5))
        ),
        "line",
    ),
    answer(
        "NDJSON, deltas",
        lambda s: typed(
            "application/x-ndjson",
            *events([{"message": {"content": c}} for c in deltas(s)], "\n", ""),
        ),
    ),
    *(
        answer(
            f"{media}, single words",
            lambda s, m=media, e=end, p=prefix: typed(  # type: ignore[misc]
                m, *events([{"log": t} for t in ("started", s, "done")], e, p)
            ),
        )
        for media, end, prefix in (("application/x-ndjson", "\n", ""), (SSE, "\n\n", "data: "))
    ),
    answer(
        "NDJSON, lines",
        lambda s: typed(
            "application/x-ndjson", *events([{"log": t} for t in ("it was", s, "it is")], "\n", "")
        ),
    ),
    answer("invoke", lambda s: typed(AWS, *bedrock(claude(f"is {s} ok")))),
    answer("invoke, arguments", lambda s: typed(AWS, *bedrock(chat_arguments(s)))),
    answer("invoke, whole", lambda s: typed(AWS, *bedrock([{"completion": s}]))),
    answer("invoke, member name", lambda s: typed(AWS, *bedrock([{"args": {s: [1]}}]))),
    answer("invoke, refused", lambda s: typed(AWS, *bedrock([{"error": f"no: {s}"}]))),
    answer("converse", lambda s: typed(AWS, *converse(f"is {s} ok"))),
    answer("converse, whole", lambda s: typed(AWS, message(dumps({"delta": {"text": s}})))),
    answer(
        "event-stream header",
        lambda s: typed(AWS, message(b"{}", f"no such key: {s}".encode())),
        "line",
    ),
    answer(
        "event-stream header, all of it", lambda s: typed(AWS, message(b"{}", s.encode())), "line"
    ),
    *(
        answer(f"{coding}, chat", lambda s, c=coding: coded(c, SSE, *events(chat(f"is {s} ok"))))  # type: ignore[misc]
        for coding in CODED
    ),
    *(
        answer(
            f"{coding}, whole",
            lambda s, c=coding: coded(c, JSON, dumps({"echo": s}), whole=True),  # type: ignore[misc]
        )
        for coding in CODED
    ),
    answer(
        "not what the coding says",
        lambda s: Answer(
            pieces=(f"key: {s}\n".encode(),),
            headers=(("content-type", "text/plain"), ("content-encoding", "gzip")),
        ),
    ),
    answer("cut in two", lambda s: typed(SSE, *halves(s))),
    answer("broken off inside", lambda s: typed(SSE, *halves(s)[:1], breaks=True)),
    answer("broken off after", lambda s: typed(SSE, *halves(s), breaks=True)),
)
