"""The table of rules. An id stays what it is: users write it into their configuration.

A rule's family is a word that selects all of its rules.
"""

from __future__ import annotations

from typing import Final

from stream_cassette.checks.finding import Rule, Severity

__all__ = ["FAMILIES", "RULES"]

_RERECORD: Final = "record it again: --stream-record=all"
_BY_HAND: Final = "restore it from version control, or record it again"
_FIX: Final = "run `stream-cassette check --fix` on it"
_ECHO: Final = "let the client send the value back as it came, and record again"

_TABLE: Final[tuple[tuple[str, str, Severity, str, str], ...]] = (
    # loading: a test on such a file fails before its first request
    (
        "not-a-cassette",
        "file",
        "error",
        "The file is no cassette of any known format, so no test can replay it.",
        _BY_HAND,
    ),
    (
        "corrupt",
        "file",
        "error",
        "The file is a cassette, and can't be read: it is broken, or unsafe YAML.",
        _BY_HAND,
    ),
    (
        "newer-format",
        "file",
        "error",
        "The file was written by a later release, which this one can't read.",
        "upgrade stream-cassette",
    ),
    (
        "sizes",
        "file",
        "error",
        "The sizes of the chunks don't add up to the body, so nobody knows where it was cut.",
        "if the body was edited by hand, run `stream-cassette check --fix-cuts` on it",
    ),
    (
        "empty-cassette",
        "file",
        "warning",
        "There is no interaction in the file: a test on it can only miss.",
        "delete it, or record it again",
    ),
    # written: what is in the file is what a reader sees, and what a rewrite keeps
    (
        "round-trip",
        "written",
        "error",
        "Written and read again the cassette would not be the same.",
        "this is a defect of stream-cassette: please report it",
    ),
    (
        "unread-content",
        "written",
        "warning",
        "The file holds something that is not read, so that the next recording loses it.",
        "remove it, or correct its spelling if it was meant to be read",
    ),
    (
        "spelling",
        "written",
        "info",
        "The file was edited: it reads the same, and the next recording spells it otherwise.",
        "nothing has to be done",
    ),
    (
        "stale-comments",
        "written",
        "warning",
        "A comment does not say what the interaction below it holds, so a reviewer reads wrong.",
        _FIX,
    ),
    (
        "stale-decoded",
        "written",
        "warning",
        "The decoded view is not what the compressed body says; edits in it have no effect.",
        _RERECORD,
    ),
    # bodies: what a client would choke on, or what is no recording of bytes
    (
        "content-length",
        "bodies",
        "warning",
        "The header `content-length` contradicts the body, which clients may refuse.",
        "correct the header if the body was edited by hand, or record it again",
    ),
    (
        "broken-encoding",
        "bodies",
        "warning",
        "The body is not in the content coding that its header names: clients can't decode it.",
        "remove the header `content-encoding` if the body is plain, or record it again",
    ),
    (
        "re-rendered",
        "bodies",
        "info",
        "The file keeps a value and no bytes, so the body is not replayed as it was sent.",
        _RERECORD,
    ),
    # streams: what was said, as far as it is understood
    (
        "unknown-dialect",
        "streams",
        "info",
        "No dialect reads this stream: it replays, and has no conversation to show or compare.",
        "register a dialect for it (docs: Add a dialect), or leave it",
    ),
    (
        "unknown-part",
        "streams",
        "info",
        "The stream holds something that its dialect does not know: it is kept, not understood.",
        "upgrade stream-cassette, or report it with the cassette",
    ),
    (
        "broken-frame",
        "streams",
        "error",
        "A message of the stream contradicts its own length or checksum: clients refuse it.",
        _RERECORD,
    ),
    (
        "dialect-error",
        "streams",
        "error",
        "A dialect fails on this interaction, so nothing can be said of its conversation.",
        "report it to the dialect's author, with the cassette",
    ),
    (
        "incomplete-stream",
        "streams",
        "warning",
        "The exchange is marked complete, and the answer stops before its end.",
        "record it again, or say how it ended in `ending`",
    ),
    (
        "ended-early",
        "streams",
        "info",
        "The exchange did not end well when it was recorded, and replays so.",
        "nothing has to be done if that is the point of the test; else record it again",
    ),
    # echo: what the next request had to carry back of an answer
    (
        "echo-missing",
        "echo",
        "error",
        "A request does not carry back a signature or opaque value that it has to.",
        _ECHO,
    ),
    (
        "echo-altered",
        "echo",
        "error",
        "A request carries a signed or opaque value back in another form.",
        _ECHO,
    ),
    (
        "echo-provisional",
        "echo",
        "error",
        "A request carries back a value of the middle of the stream, not the final one.",
        _ECHO,
    ),
    (
        "echo-moved",
        "echo",
        "error",
        "A request carries opaque values back in another order, or in another place.",
        _ECHO,
    ),
    (
        "echo-call-missing",
        "echo",
        "error",
        "A request gives back an answer without one of its tool calls.",
        "let the client send every call back, and record again",
    ),
    (
        "echo-call-id",
        "echo",
        "error",
        "A request gives back a tool call under another id.",
        "let the client keep the provider's id, and record again",
    ),
    (
        "echo-call-name",
        "echo",
        "error",
        "A request gives back a tool call under another name.",
        "let the client keep the name, and record again",
    ),
    (
        "echo-arguments",
        "echo",
        "error",
        "A request gives back a tool call with other arguments.",
        "let the client keep the arguments as they came, and record again",
    ),
    (
        "echo-call-without-result",
        "echo",
        "error",
        "A request goes on after a tool call without giving its result.",
        "let the client answer every call, and record again",
    ),
    (
        "echo-result-without-call",
        "echo",
        "error",
        "A request gives the result of a tool call that nobody made.",
        "let the client name the call's own id, and record again",
    ),
    (
        "echo-removed-by-server",
        "echo",
        "warning",
        "The server says that it dropped reasoning which the request carried back.",
        "see the provider's rules for what may be sent back, and record again",
    ),
    # secrets, age, use
    (
        "secret",
        "secrets",
        "error",
        "Something looks like a secret, and whoever has the file has it.",
        "revoke it, then run `stream-cassette redact` on the file",
    ),
    (
        "unmasked",
        "secrets",
        "warning",
        "A value whose name says secret, or whose account it is, stands there unmasked.",
        "run `stream-cassette redact` on the file",
    ),
    (
        "too-old",
        "age",
        "warning",
        "The recording is older than allowed: the provider may have moved on.",
        _RERECORD,
    ),
    (
        "unordered",
        "age",
        "info",
        "An interaction was sent before the one above it: the file was put together by hand.",
        "nothing has to be done if the order is meant; else record it again",
    ),
    (
        "orphan",
        "use",
        "warning",
        "No collected test uses the cassette.",
        "delete it, or correct its name",
    ),
)

_NEEDS: Final = {"too-old": "max-age", "orphan": "orphans"}

RULES: Final[dict[str, Rule]] = {
    name: Rule(
        id=name, family=family, severity=severity, what=what, remedy=remedy, needs=_NEEDS.get(name)
    )
    for name, family, severity, what, remedy in _TABLE
}
"""Every rule by its id, in the order in which they are listed."""

FAMILIES: Final[tuple[str, ...]] = tuple(dict.fromkeys(rule.family for rule in RULES.values()))
