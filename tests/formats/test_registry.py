from __future__ import annotations

import gzip
import re
import subprocess
import sys
from pathlib import Path

import pytest

from stream_cassette.cassette.model import Cassette, Interaction, Request, Response
from stream_cassette.errors import CassetteFileError, CorruptCassette, NotACassette, UsageError
from stream_cassette.formats import _gunzip
from stream_cassette.formats._registry import FORMATS, read, sniff, write
from tests.corpus import CASSETTES

ONE = Cassette(
    interactions=(
        Interaction(
            request=Request(method="GET", url="https://example.com/"),
            response=Response(status=200, reason="OK", body=b"hello\n"),
        ),
    )
)

# a fragment of the message for every file that must be refused
REFUSED = {
    "chunk-spelling": "interaction 0, line 15: no chunk is spelled '5:0'",
    "control-character": "line 13: no valid YAML: control characters",
    "cut-off": "interaction 0, line 11: no valid YAML",
    "cut-off-quote": "line 13: no valid YAML",
    "duplicate-key": "interaction 0, line 9: the key 'body' stands twice",
    "empty": "the file is empty",
    "expanding-aliases": "aliases that expand without bound",
    "foreign-tag": "interaction 0, line 13: the tag '!ruby/hash' has no place here",
    "govcr-duration": "interaction 0, line 12: no duration: 'soon'",
    "gzip-cut-off": "the file is no whole gzip",
    "interactions-mapping": "interactions must be a list, not a mapping",
    "interactions-null": "interactions must be a list, not nothing",
    "key-no-text": "interaction 0, line 7: a key that is no text",
    "merge-conflict": "line 4: a merge-conflict marker; resolve the merge first",
    "merge-key": "interaction 0, line 9: a merge key",
    "nested": "line 3: nested more than 64 deep",
    "newer-format": "is of stream-cassette format 2, this release reads 1; upgrade",
    "newer-govcr": "go-vcr format 3; 1 and 2 are known",
    "newer-vcrpy": "a vcrpy cassette of version 2, not 1",
    "no-base64": "interaction 0, line 13: response body is no base64",
    "no-uri": "interaction 0, line 5: 'uri' is missing",
    "not-utf8": "line 13: no valid YAML: invalid trailing UTF-8 octet",
    "old-list": "vcrpy's migration can't read this 0.x list",
    "other-yaml": "no cassette of a known format",
    "parallel-lists": "1 requests but 0 responses",
    "python-tag": "the tag 'python/object/apply:os.getcwd' has no place here",
    "recursive-alias": "the alias 'a' has no anchor before it",
    "second-interaction": "interaction 1, line 20: 'status' is missing",
    "sizes": "line 15: the chunks hold 4 bytes, the body 5; if the body was edited by hand",
    "status-text": "interaction 0, line 10: status code must be an integer, not 'fine'",
    "two-documents": "line 15: a second YAML document",
    "unknown-ending": "interaction 0, line 15: ending must be",
    "unknown-error": "interaction 0, line 15: an unknown error 'gremlins'",
    "unknown-stream-key": "interaction 0, line 15: an unknown key in stream: 'chunk'",
    "utf16": "the file is UTF-16; save it as UTF-8",
    "web-page": "no cassette of a known format",
}


def test_every_invalid_file_is_listed() -> None:
    assert sorted(REFUSED) == sorted(path.stem for path in (CASSETTES / "invalid").glob("*.yaml"))


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_invalid_files_are_refused(name: str) -> None:
    data = Path(CASSETTES / "invalid" / f"{name}.yaml").read_bytes()
    with pytest.raises(CassetteFileError, match=re.escape(REFUSED[name])):
        read(data)


@pytest.mark.parametrize("name", sorted(name for name in FORMATS if FORMATS[name].can_write))
def test_what_is_written_is_recognised(name: str) -> None:
    data = write(ONE, format=name, comments=["0 · GET"])
    known = {"vcrjson": "vcr"}.get(name, name)
    assert sniff(data).name == known
    cassette = read(data)
    assert cassette.format == known
    assert [one.response.body for one in cassette.interactions] == [b"hello\n"]


def test_gzip_and_byte_order_mark() -> None:
    data = write(ONE)
    assert read(gzip.compress(data)) == ONE
    assert read(b"\xef\xbb\xbf" + data) == ONE


def test_a_format_of_exact_bytes_gets_them() -> None:
    block = b"data: |\n  text\n"  # as YAML it would be lifted out
    data = b"\xef\xbb\xbfdata: {}\n\n" + block + b"\n"
    for source in (data, gzip.compress(data)):
        cassette = read(source)
        assert cassette.format == "raw"
        assert cassette.interactions[0].response.body == data


def test_a_gzip_that_unpacks_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_gunzip, "MAX_BYTES", 1000)
    with pytest.raises(CorruptCassette, match="more than"):
        read(gzip.compress(b" " * 1001))


@pytest.mark.parametrize(
    "data", [b"\x00\x01", b"{}", b"[]", b"[[[[", b"hello", b'{"log": {"entries": []}}', b"- a\n"]
)
def test_anything_else_is_no_cassette(data: bytes) -> None:
    named = "; .*".join(rf"\({name}\)" for name in FORMATS)
    with pytest.raises(NotACassette, match=f"found none of .*{named}"):
        read(data)


@pytest.mark.parametrize("name", ["toml", "cassetter"])
def test_a_format_that_can_not_be_written(name: str) -> None:
    with pytest.raises(UsageError, match=f"can't write the format {name!r}; known: vcr, vcr"):
        write(ONE, format=name)


def test_formats_are_imported_when_they_are_asked_for() -> None:
    code = (
        "import sys; from stream_cassette.formats._registry import read, FORMATS, write\n"
        "from stream_cassette.cassette.model import Cassette\n"
        "read(write(Cassette()))\n"
        "assert 'stream_cassette.formats.har' not in sys.modules\n"
        "assert 'stream_cassette.formats.govcr' not in sys.modules\n"
        "assert [each.name for each in FORMATS.values()] == list(FORMATS)\n"
        "assert 'stream_cassette.formats.har' in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)


def test_a_format_that_there_is_none_of() -> None:
    assert len(FORMATS) == 14
    assert FORMATS.get("nonsense") is None
