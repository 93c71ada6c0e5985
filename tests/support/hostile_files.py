"""Files as nobody means well by them, or as accidents leave them: a row each."""

from __future__ import annotations

import gzip
from dataclasses import dataclass

from stream_cassette.errors import CassetteFileError, CorruptCassette, NewerFormat, NotACassette
from tests.support.hostile_texts import GOVCR, HAR, JSON, OURS, RUBY

__all__ = ["CASES", "Case", "packed"]


@dataclass(frozen=True, kw_only=True)
class Case:
    """A file, the class of the error, and words of its message."""

    id: str
    data: bytes
    error: type[CassetteFileError]
    words: str


def _swap(old: bytes, new: bytes, text: bytes = OURS) -> bytes:
    assert text.count(old) == 1, old
    return text.replace(old, new)


def _bomb(levels: int = 24, width: int = 8) -> bytes:
    """Aliases of aliases: lol**n."""
    lines = [b"a0: &a0 [lol]"]
    for n in range(1, levels):
        lines.append(b"a%d: &a%d [%s]" % (n, n, b", ".join([b"*a%d" % (n - 1)] * width)))
    return b"\n".join(lines) + b"\n"


def _nested_json(value: bytes) -> bytes:
    return _swap(b'"body": null', b'"body": ' + value, JSON)


DEEP = 50_000
_TAGS = (
    "!!python/object/apply:os.system [touch /tmp/owned]",
    "!!python/object/new:subprocess.Popen [[touch, /tmp/owned]]",
    "!!python/name:os.system ''",
    "!!python/module:os ''",
    "!!python/object:builtins.object {}",
    "!ruby/object:Gem::Installer {}",
    "!<tag:yaml.org,2002:js/function> 'x'",
)
_NUMBERS = (
    ("1e400", "head_ms is longer than 30 days"),
    (".nan", "head_ms must be a number"),
    (".inf", "head_ms must be a number"),
    ("-1", "head_ms must be a number that is not negative"),
    ("9" * 10_000, "head_ms must be a number"),
    ("1e" + "9" * 10_000, "head_ms must be a number"),
    ("0x10", "head_ms must be a number"),
    ("190:20:30.15", "head_ms must be a number"),
    ("2026-03-12", "head_ms must be a number"),
)
_CHUNKS = (
    ("63@0 -14@1", "no chunk is spelled '-14@1'"),
    ("63@nan 14@1", "no chunk is spelled '63@nan'"),
    ("63@0 15@1", "the chunks hold 78 bytes, the body 77"),
    ("77@1e400", "a chunk that came after more than 30 days"),
    ("77@" + "9" * 300, "a chunk that came after more than 30 days"),
    ("9" * 30 + "@0", "no chunk is spelled"),
    ("[63, 14]", "chunks must be text, not a list"),
)
_CODES = ("-1", "20", "1000", "9" * 18, "9" * 10_000, "2e2", "0x10", "two", "", "[200]", "true")

CASES = (
    # bombs
    Case(id="alias-bomb", data=_bomb() + OURS, error=CorruptCassette, words="without bound"),
    Case(
        id="alias-bomb-in-a-body",
        data=_swap(b"- request:\n", b"- x: &x " + b"[" * 9 + b"lol" + b"]" * 9 + b"\n  request:\n")
        + _bomb(9, 40),
        error=CorruptCassette,
        words="aliases that expand without bound",
    ),
    Case(
        id="aliases-of-one-large-text",
        data=_swap(
            b"interactions:\n",
            b"x: &x '" + b"y" * 100_000 + b"'\nz: [" + b"*x, " * 1000 + b"]\ninteractions:\n",
        ),
        error=CorruptCassette,
        words="aliases that expand without bound",
    ),
    *(
        Case(id=f"nested-{name}", data=data, error=CorruptCassette, words="nested more than 64")
        for name, data in {
            "flow": _swap(b"head_ms: 12.5", b"head_ms: " + b"[" * DEEP),
            "flow-closed": _swap(b"head_ms: 12.5", b"head_ms: " + b"[" * DEEP + b"]" * DEEP),
            "maps": _swap(b"head_ms: 12.5", b"head_ms: " + b"{a: " * DEEP),
            "dashes": _swap(b"interactions:\n", b"interactions:\n" + b"- " * DEEP),
            "json-lists": _nested_json(b"[" * DEEP + b"]" * DEEP),
            "json-objects": _nested_json(b'{"a":' * DEEP + b"1" + b"}" * DEEP),
            "old-list": b"- request:\n    uri: " + b"[" * DEEP + b"]" * DEEP + b"\n",
        }.items()
    ),
    Case(
        id="nested-once-a-tag-is-stripped",
        # text until vcrpy's migration takes the tag out of it, a list of lists after that
        data=b"- request:\n    uri: x\n    a:\n      -!!python/object:vcr.request.Request "
        + b"[" * DEEP
        + b"]" * DEEP
        + b"\n",
        error=CorruptCassette,
        words="nested more than 64",
    ),
    # foreign tags
    *(
        Case(
            id=f"tag-{n}-{where}",
            data=_swap(at, at[:-1] + b" " + tag.encode() + b"\n", text),
            error=CorruptCassette,
            words="has no place here",
        )
        for n, tag in enumerate(_TAGS)
        for where, at, text in (
            ("ours", b"    extra:\n", OURS.replace(b"  response:\n", b"    extra:\n  response:\n")),
            ("govcr", b"    extra:\n", GOVCR.replace(b"  response:", b"    extra:\n  response:")),
            ("ruby", b"    extra:\n", RUBY.replace(b"  response:\n", b"    extra:\n  response:\n")),
        )
    ),
    Case(
        id="tag-old-list",
        data=b"- request:\n    method: !!python/object/apply:os.system [touch /tmp/owned]\n",
        error=CorruptCassette,
        words="has no place here",
    ),
    # keys
    Case(
        id="key-twice",
        data=_swap(b"    method: POST\n", b"    method: POST\n    method: GET\n"),
        error=CorruptCassette,
        words="interaction 0, line 7: the key 'method' stands twice",
    ),
    Case(
        id="key-twice-json",
        data=_swap(b'"method": "GET"', b'"method": "GET", "method": "PUT"', JSON),
        error=CorruptCassette,
        words="the key 'method' stands twice",
    ),
    Case(
        id="interactions-twice",
        data=_swap(b"version: 1\n", b"interactions: []\nversion: 1\n"),
        error=CorruptCassette,
        words="the key 'interactions' stands twice",
    ),
    *(
        Case(id=f"key-{n}", data=_swap(b"    method:", b"    " + key), error=kind, words=w)
        for n, (key, kind, w) in enumerate(
            (
                (b"? [a]\n    :", CorruptCassette, "line 6: a key that is no text"),
                (b"? {a: b}\n    :", CorruptCassette, "a key that is no text"),
                (b"<<: {x: y}\n    method:", CorruptCassette, "line 6: a merge key"),
                (b"\tmethod:", CorruptCassette, "no valid YAML"),
            )
        )
    ),
    # numbers
    *(
        Case(
            id=f"head-ms-{value[:6]}",
            data=_swap(b"head_ms: 12.5", b"head_ms: " + value.encode()),
            error=CorruptCassette,
            words=words,
        )
        for value, words in _NUMBERS
    ),
    Case(
        id="a-wait-without-end",
        data=_swap(
            b"http_version: HTTP/2", b"ending: {client-closed: pending, waited_ms: 3600001}"
        ),
        error=CorruptCassette,
        words="waited_ms is longer than an hour",
    ),
    *(
        Case(
            id=f"chunks-{value[:8]}",
            data=_swap(b"chunks: 63@0 14@30.5", b"chunks: " + value.encode()),
            error=CorruptCassette,
            words=words,
        )
        for value, words in _CHUNKS
    ),
    *(
        Case(
            id=f"code-{n}-{name}",
            data=text.replace(code, code.replace(b"200", value.encode())),
            error=CorruptCassette,
            words="code",
        )
        for n, value in enumerate(_CODES)
        for name, code, text in (
            ("ours", b"{code: 200,", OURS),
            ("govcr", b"    code: 200\n", GOVCR),
            ("ruby", b"{code: 200,", RUBY),
        )
    ),
    *(
        Case(
            id=f"json-code-{value[:6].decode()}",
            data=_swap(b'"code": 200', b'"code": ' + value, JSON),
            error=CorruptCassette,
            words="JSON" if value.isalpha() or b"-" in value else "status code must be",
        )
        for value in (b"1e400", b"NaN", b"-Infinity", b"9" * 10_000, b"1" * 400_000, b"2.5")
    ),
    Case(
        id="sixty-parts",
        data=_swap(
            b"    method: POST", b"    parsed_body: {a: " + b"1:" * 60_000 + b"1}\n    method: P"
        ).replace(b"    body: |2-\n", b"    bodi: |2-\n"),
        error=CorruptCassette,
        words="no number",
    ),
    # bytes
    Case(
        id="nul", data=_swap(b"POST\n", b"PO\0ST\n"), error=CorruptCassette, words="line 6: no val"
    ),
    Case(
        id="nul-later",
        data=_swap(b"version: 1\n", b"# " + b"x" * 70_000 + b"\nversion: \0\n"),
        error=CorruptCassette,
        words="no valid YAML",
    ),
    Case(
        id="nul-json",
        data=_swap(b'"hello"', b'"' + b"x" * 70_000 + b'\0"', JSON),
        error=CorruptCassette,
        words="no valid YAML: control characters",
    ),
    Case(id="zeros", data=bytes(100_000), error=NotACassette, words="found none of"),
    *(
        Case(id=name, data=OURS.decode().encode(name), error=NotACassette, words="is UTF-16")
        for name in ("utf-16", "utf-32")
    ),
    Case(
        id="utf-16-le-without-mark",
        data=OURS.decode().encode("utf-16-le"),
        error=NotACassette,
        words="found none of",
    ),
    Case(
        id="two-marks",
        data=b"\xef\xbb\xbf" + OURS.decode().encode("utf-16"),
        error=NotACassette,
        words="is UTF-16",
    ),
    Case(
        id="latin-1",
        data=OURS.decode().encode("latin-1"),
        error=CorruptCassette,
        words="no valid YAML",
    ),
    Case(
        id="half-a-character",
        data=_swap(b'"GET"', b'"G\\ud83d"', JSON),
        error=CorruptCassette,
        words="method holds half a character",
    ),
    Case(
        id="no-url",
        data=_swap(b"https://a.example/v1", b'"http://[::1/v1').replace(
            b"completions\n    h", b'"\n    h'
        ),
        error=CorruptCassette,
        words="interaction 0: no URL: 'http://[::1",
    ),
    # merges
    *(
        Case(
            id=f"conflict-{n}",
            data=OURS.replace(at, b"<<<<<<< HEAD\n" + at + b"=======\n" + at + b">>>>>>> x\n", 1),
            error=CorruptCassette,
            words=f"line {line}: a merge-conflict marker; resolve the merge first",
        )
        for n, (line, at) in enumerate(
            (
                (1, b"# stream-cassette\n"),
                (4, b"# 0 "),
                (6, b"    method: POST\n"),
                (11, b'      {"messages"'),
                (18, b"        data: {"),
                (20, b"        data: [DONE]\n"),
                (27, b"version: 1\n"),
            )
        )
    ),
    Case(
        id="conflict-half-resolved",
        data=_swap(b"        data: [DONE]\n", b"        data: [DONE]\n>>>>>>> x\n"),
        error=CorruptCassette,
        words="line 21: a merge-conflict marker",
    ),
    Case(
        id="conflict-middle-left",
        data=_swap(b"        data: [DONE]\n", b"        data: [DONE]\n=======\n"),
        error=CorruptCassette,
        words="line 21: a merge-conflict marker",
    ),
    *(
        Case(
            id=f"conflict-{name}",
            data=b"<<<<<<< HEAD\n" + text + b"=======\n" + text + b">>>>>>> x\n",
            error=CorruptCassette,
            words="line 1: a merge-conflict marker",
        )
        for name, text in {"json": JSON + b"\n", "govcr": GOVCR, "ruby": RUBY}.items()
    ),
    Case(
        id="conflict-events",
        data=b"data: 1\n\n<<<<<<< HEAD\ndata: 2\n=======\ndata: 3\n>>>>>>> x\n\n",
        error=CorruptCassette,
        words="line 3: a merge-conflict marker",
    ),
    # pasted, cut off, of another time
    Case(
        id="pasted-behind-the-end",
        data=OURS + OURS[OURS.index(b"- request") : OURS.index(b"version: 1")],
        error=CorruptCassette,
        words="line 28: no valid YAML",
    ),
    Case(
        id="pasted-whole",
        data=OURS + OURS,
        error=CorruptCassette,
        words="line 29: the key 'stream_cassette' stands twice",
    ),
    Case(
        id="cut-off-between-interactions",
        data=_swap(b"version: 1\n", b""),
        error=CorruptCassette,
        words="the last line, `version: 1`, is missing: the file is cut off; restore the file",
    ),
    Case(
        id="newer",
        data=_swap(b"{format: 1,", b"{format: 2,"),
        error=NewerFormat,
        words="reads 1; upgrade stream-cassette",
    ),
    Case(
        id="format-of-many-digits",
        data=_swap(b"{format: 1,", b"{format: " + b"9" * 100_000 + b","),
        error=CorruptCassette,
        words="format must be an integer",
    ),
    Case(
        id="cut-off-ruby",
        data=_swap(b"recorded_with: VCR 6.1.0\n", b"", RUBY),
        error=CorruptCassette,
        words="the last line, `recorded_with`, is missing: the file is cut off; restore the file",
    ),
    Case(
        id="cut-off-govcr",
        data=GOVCR[:-1],
        error=CorruptCassette,
        words="the last line does not end: the file is cut off; restore the file",
    ),
    Case(
        id="cut-off-trace",
        data=b"httprr trace v1\n",
        error=CorruptCassette,
        words="the trace ends after its first line",
    ),
    Case(
        id="cut-off-trace-later",
        data=b"httprr trace v1\n99999999 9\nGET",
        error=CorruptCassette,
        words="but the file ends; a trace can't be edited by hand",
    ),
    # archives of browsers
    *(
        Case(id=f"har-{n}", data=_swap(old, new, HAR), error=CorruptCassette, words=words)
        for n, (old, new, words) in enumerate(
            (
                (b'"time": 50', b'"time": ' + b"[" * DEEP + b"]" * DEEP, "nested more than 64"),
                (b'"time": 50', b'"time": 50, "time": 50', "the key 'time' stands twice"),
                (b'"status": 200', b'"status": 1e400', "status must be an integer"),
                (b'"status": 200', b'"status": 20', "status must be 0 or from 100 to 999"),
                (b'"url": "http://a/"', b'"url": "http://[/"', "interaction 0: no URL: 'http://["),
                (b'"wait": 41.5', b'"wait": NaN', "NaN is no JSON"),
                (b'"GET"', b'"\\ud800"', "method holds half a character"),
                (b'"headers": [], "bodySize": 0', b'"headers": 7, "bodySize": 0', "must be"),
            )
        )
    ),
    Case(id="not-whole-gzip", data=gzip.compress(OURS)[:-9], error=CorruptCassette, words="gzip"),
    Case(
        id="gzip-and-garbage",
        data=gzip.compress(OURS) + b"garbage",
        error=CorruptCassette,
        words="gzip",
    ),
    Case(
        id="gzip-of-gzip",
        data=gzip.compress(gzip.compress(OURS)),
        error=NotACassette,
        words="found none of",
    ),
)


def packed(case: Case) -> bytes:
    """The same in a gzip, which is no harder to read and no less refused."""
    return gzip.compress(case.data)
