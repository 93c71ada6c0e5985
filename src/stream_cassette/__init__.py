"""Record the HTTP streams of LLM providers chunk by chunk; replay them cut for cut.

Public names are looked up when first used: importing this package (the pytest plugin does so in
every run) loads no YAML, no pytest and no HTTP client.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stream_cassette.api import (
        assert_conversations_match,
        check_echo,
        compare,
        dump,
        exchange_of,
        load,
    )
    from stream_cassette.cassette.match import Difference
    from stream_cassette.cassette.model import Cassette, Cut, Ending, Interaction, Request, Response
    from stream_cassette.cassette.redact import Redaction
    from stream_cassette.comparison.echo_finding import EchoFinding
    from stream_cassette.comparison.match import Divergence
    from stream_cassette.conversation.media import Blob, File, Uri
    from stream_cassette.conversation.model import (
        Conversation,
        Exchange,
        FinishReason,
        Message,
        StreamError,
        Usage,
    )
    from stream_cassette.conversation.parts import (
        Compaction,
        Generic,
        Part,
        Reasoning,
        Refusal,
        ServerToolCall,
        ServerToolCallResponse,
        Text,
        ToolCall,
        ToolCallResponse,
    )
    from stream_cassette.errors import (
        CassetteFileError,
        CassetteMiss,
        CassetteNotFound,
        CorruptCassette,
        DialectError,
        DriftError,
        JournalError,
        LockTimeout,
        NewerFormat,
        NotACassette,
        PublishError,
        SessionError,
        StreamCassetteError,
        StreamCassetteWarning,
        TruncatedStream,
        UsageError,
        WrongSizes,
    )
    from stream_cassette.marks import stream_cassette
    from stream_cassette.session.mode import RecordMode
    from stream_cassette.session.player import Miss
    from stream_cassette.session.verify import Drift
    from stream_cassette.tape import Tape, current_tape, use_cassette
    from stream_cassette.wire.chunk import Chunk

__all__ = [
    "Blob",
    "Cassette",
    "CassetteFileError",
    "CassetteMiss",
    "CassetteNotFound",
    "Chunk",
    "Compaction",
    "Conversation",
    "CorruptCassette",
    "Cut",
    "DialectError",
    "Difference",
    "Divergence",
    "Drift",
    "DriftError",
    "EchoFinding",
    "Ending",
    "Exchange",
    "File",
    "FinishReason",
    "Generic",
    "Interaction",
    "JournalError",
    "LockTimeout",
    "Message",
    "Miss",
    "NewerFormat",
    "NotACassette",
    "Part",
    "PublishError",
    "Reasoning",
    "RecordMode",
    "Redaction",
    "Refusal",
    "Request",
    "Response",
    "ServerToolCall",
    "ServerToolCallResponse",
    "SessionError",
    "StreamCassetteError",
    "StreamCassetteWarning",
    "StreamError",
    "Tape",
    "Text",
    "ToolCall",
    "ToolCallResponse",
    "TruncatedStream",
    "Uri",
    "Usage",
    "UsageError",
    "WrongSizes",
    "assert_conversations_match",
    "check_echo",
    "compare",
    "current_tape",
    "dump",
    "exchange_of",
    "load",
    "stream_cassette",
    "use_cassette",
]

# module → the public names it holds; the same as the imports above, for `__getattr__`
_HOMES = {
    "api": (
        "assert_conversations_match",
        "check_echo",
        "compare",
        "dump",
        "exchange_of",
        "load",
    ),
    "cassette.match": ("Difference",),
    "cassette.model": ("Cassette", "Cut", "Ending", "Interaction", "Request", "Response"),
    "cassette.redact": ("Redaction",),
    "comparison.match": ("Divergence",),
    "comparison.echo_finding": ("EchoFinding",),
    "conversation.media": ("Blob", "File", "Uri"),
    "conversation.model": (
        "Conversation",
        "Exchange",
        "FinishReason",
        "Message",
        "StreamError",
        "Usage",
    ),
    "conversation.parts": (
        "Compaction",
        "Generic",
        "Part",
        "Reasoning",
        "Refusal",
        "ServerToolCall",
        "ServerToolCallResponse",
        "Text",
        "ToolCall",
        "ToolCallResponse",
    ),
    "errors": (
        "CassetteFileError",
        "CassetteMiss",
        "CassetteNotFound",
        "CorruptCassette",
        "DialectError",
        "DriftError",
        "JournalError",
        "LockTimeout",
        "NewerFormat",
        "NotACassette",
        "PublishError",
        "SessionError",
        "StreamCassetteError",
        "StreamCassetteWarning",
        "TruncatedStream",
        "UsageError",
        "WrongSizes",
    ),
    "marks": ("stream_cassette",),
    "session.mode": ("RecordMode",),
    "session.player": ("Miss",),
    "session.verify": ("Drift",),
    "tape": ("Tape", "current_tape", "use_cassette"),
    "wire.chunk": ("Chunk",),
}
_HOME_OF = {name: module for module, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> object:
    """The public name, from the module that holds it; kept here once looked up.

    Raises AttributeError for any other name. Source: PEP 562.
    """
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """The public names, looked up or not, and nothing that is only needed here."""
    return list(__all__)
