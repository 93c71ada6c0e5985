"""The Markdown traces of LiteLLM proxies (`# ASTREAMING`, chunk by chunk); read only.

A trace is what the proxy's code was handed: `## Response Chunk #N`, below it one JSON block for
each view of the chunk. The provider's own view is read (`Responses API` where there is one, else
`ChatCompletions API`); LiteLLM's conversions beside it are not. The stream is rendered again: each
chunk a server-sent event with the block's tokens as they are spelled, the blanks between them
gone. LiteLLM keeps `[DONE]` to itself: it stands again where a finish reason came. Not in a trace:
method, URL, headers, cut points, times. The proxy writes requests to files of their own; joined in
front of their responses (`cat X_REQUEST.md X_RESPONSE_STREAM.md`) they are read, too.
Source: github.com/teremterem/claude-code-gpt-5, `common/tracing_in_markdown.py`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final, TypeAlias

from stream_cassette.cassette.model import Cassette, Interaction, Request, Response
from stream_cassette.errors import CorruptCassette

__all__ = ["AStreaming"]

_LOOKS: Final = re.compile(
    rb"\s*+# A?(?:STREAMING|COMPLETION)[ \t]*\r?\n\s*+## (?:Response|Request)\b"
)
_TITLE: Final = re.compile(r"# (A?(?:STREAMING|COMPLETION))")
_SECTION: Final = re.compile(
    r"## (?:(Request Messages|Request Params|Response)|Response Chunk #([0-9]{1,9}))"
)
_MESSAGES, _PARAMS, _WHOLE = "Request Messages", "Request Params", "Response"
_VIEW: Final = re.compile(r"### (.{1,40}):")
# What stands between the tokens of a JSON text; strings are stepped over.
_TOKENS: Final = re.compile(r'("(?:[^"\\]++|\\.)*+")|[ \t\r\n]++')

# What a view is called → the interface it shows; None for what is no provider's.
_VIEWS: Final = {
    "Responses API": "responses",
    "ChatCompletions API": "chat",
    "Completion API": "chat",  # its name in older traces
    "Original": None,  # the request before the proxy's own changes
    "GenericStreamingChunk": None,  # LiteLLM's conversion
}
# Interface → the member of a request in which its messages go. The first that shows is read.
_MEMBER: Final = {"responses": "input", "chat": "messages"}
_DONE: Final = b"data: [DONE]\n\n"


@dataclass(frozen=True, slots=True)
class _Block:
    """A JSON block: its value, and its text without the blanks between tokens."""

    value: Any
    text: str
    line: int


_Views: TypeAlias = dict[str, _Block]  # by interface


@dataclass(slots=True)
class _Trace:
    """What stands below a `#` heading: the blocks of each section."""

    line: int
    parts: dict[str, _Views] = field(default_factory=dict)  # the request's two, and `Response`
    chunks: list[_Views] = field(default_factory=list)
    last: _Views | None = None  # the section that views go to

    def begin(self, heading: re.Match[str], line: int) -> None:
        """Begin a section; chunks are numbered from 0 on, and none is missing."""
        self.last = {}
        name, number = heading.groups()
        if number is None:
            if name in self.parts:
                raise CorruptCassette(f"the section {name!r} stands twice", line=line)
            self.parts[name] = self.last
        elif int(number) != len(self.chunks):
            due = len(self.chunks)
            raise CorruptCassette(f"chunk {int(number)} where chunk {due} is due", line=line)
        else:
            self.chunks.append(self.last)


class AStreaming:
    """A proxy's trace of one answer, or of several, one after the other."""

    name: ClassVar[str] = "astreaming"
    extensions: ClassVar[tuple[str, ...]] = (".md",)
    looks_for: ClassVar[str] = "the headings `# ASTREAMING` and `## Response Chunk #0`"
    can_write: ClassVar[bool] = False

    def sniff(self, data: bytes) -> int:
        """3: begins with a trace's two headings."""
        return 3 if _LOOKS.match(data) else 0

    def read(self, data: bytes, blocks: Sequence[bytes] = ()) -> Cassette:
        """The cassette. Raises CorruptCassette, with the line."""
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            raise CorruptCassette("the file is not UTF-8", line=line) from error
        interactions: list[Interaction] = []
        try:
            for one in _interactions(_traces(text)):
                interactions.append(one)
        except CorruptCassette as error:
            raise error.located(interaction=len(interactions)) from error.__cause__
        return Cassette(interactions=tuple(interactions), format=self.name)


def _traces(text: str) -> Iterator[_Trace]:
    """The traces in their order, each when it is whole. Raises CorruptCassette."""
    trace: _Trace | None = None
    lines = enumerate(text.split("\n"), start=1)
    for number, line in lines:
        said = line.rstrip()
        if not said:
            continue
        if _TITLE.fullmatch(said):
            if trace is not None:
                yield trace
            trace = _Trace(number)
        elif trace is not None and (heading := _SECTION.fullmatch(said)):
            trace.begin(heading, number)
        elif trace is not None and trace.last is not None and (view := _VIEW.fullmatch(said)):
            _add(trace.last, view[1], number, _block(lines, number))
        else:
            raise CorruptCassette(f"no line of a trace: {said[:40]!r}", line=number)
    if trace is None:
        raise CorruptCassette("the trace is empty", line=1)
    yield trace


def _add(views: _Views, view: str, line: int, block: _Block) -> None:
    if view not in _VIEWS:
        known = ", ".join(_VIEWS)
        raise CorruptCassette(f"the view {view[:40]!r} is unknown; known: {known}", line=line)
    interface = _VIEWS[view]
    if interface in views:
        raise CorruptCassette(f"the view {view!r} stands twice", line=line)
    if interface is not None:
        views[interface] = block


def _block(lines: Iterator[tuple[int, str]], heading: int) -> _Block:
    """The JSON block that follows a view's heading. Raises CorruptCassette."""
    begin, fence = next(lines, (heading, ""))
    if fence.rstrip() != "```json":
        raise CorruptCassette("a JSON block is due here", line=begin)
    found: list[str] = []
    for _, line in lines:
        if line.rstrip() == "```":
            break
        found.append(line)
    else:
        raise CorruptCassette(
            "the JSON block does not end: the trace is cut off",
            line=begin,
            hint="take what is unfinished out of it",
        )
    return _parsed("\n".join(found), begin)


def _parsed(text: str, line: int) -> _Block:
    try:
        value = json.loads(text, parse_constant=_constant)
    except json.JSONDecodeError as error:
        raise CorruptCassette(f"no JSON: {error.msg}", line=line + error.lineno) from error
    except (ValueError, RecursionError) as error:
        raise CorruptCassette(f"no JSON: {error}", line=line) from error
    return _Block(value, _TOKENS.sub(r"\1", text), line)


def _constant(name: str) -> Any:
    raise ValueError(f"{name} is no value")


def _interactions(traces: Iterable[_Trace]) -> Iterator[Interaction]:
    """Each response with the request that was traced before it, if one was."""
    asked: _Trace | None = None
    for trace in traces:
        if trace.parts.keys() & {_MESSAGES, _PARAMS}:
            _refuse_unanswered(asked)
            asked = trace
        if trace.chunks or _WHOLE in trace.parts:
            yield _interaction(asked, trace)
            asked = None
        elif asked is not trace:
            raise CorruptCassette("the trace holds no response", line=trace.line)
    _refuse_unanswered(asked)


def _refuse_unanswered(asked: _Trace | None) -> None:
    if asked is not None:
        raise CorruptCassette(
            "the trace holds a request and no response",
            line=asked.line,
            hint="join it with the trace of its response: cat X_REQUEST.md X_RESPONSE_STREAM.md",
        )


def _interaction(asked: _Trace | None, trace: _Trace) -> Interaction:
    streamed = bool(trace.chunks)
    if streamed and _WHOLE in trace.parts:
        raise CorruptCassette("the trace holds both chunks and a whole response", line=trace.line)
    sections = trace.chunks if streamed else [trace.parts[_WHOLE]]
    interface = next((name for name in _MEMBER if any(name in one for one in sections)), None)
    if interface is None:
        raise CorruptCassette("the trace shows nothing that a provider sent", line=trace.line)
    said = [one[interface] for one in sections if interface in one]
    body = _stream(said) if streamed else said[0].text.encode()
    return Interaction(
        request=Request(method="", url="", body=_request(asked, interface) if asked else b""),
        response=Response(status=200, body=body),
        re_rendered=True,
    )


def _stream(chunks: Sequence[_Block]) -> bytes:
    out = [b"data: %b\n\n" % one.text.encode() for one in chunks]
    return b"".join([*out, _DONE] if any(_finishes(one.value) for one in chunks) else out)


def _finishes(chunk: Any) -> bool:
    """Whether it is a chunk of Chat Completions with a finish reason."""
    choices = chunk.get("choices") if isinstance(chunk, dict) else None
    return isinstance(choices, list) and any(
        isinstance(one, dict) and bool(one.get("finish_reason")) for one in choices
    )


def _request(asked: _Trace, interface: str) -> bytes:
    """The body that the request's two sections make; none where they show another interface."""
    params = asked.parts.get(_PARAMS, {}).get(interface)
    messages = asked.parts.get(_MESSAGES, {}).get(interface)
    if params is not None and not isinstance(params.value, dict):
        raise CorruptCassette("the request's parameters are no object", line=params.line)
    members = [params.text[1:-1]] if params is not None and params.value else []
    members += [f'"{_MEMBER[interface]}":{messages.text}'] if messages is not None else []
    return f"{{{','.join(members)}}}".encode() if members else b""
