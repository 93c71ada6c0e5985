"""Checkouts of git with `autocrlf`, and byte-order marks: the same bodies, or a refusal."""

from __future__ import annotations

import codecs
import random

import pytest

from stream_cassette.errors import CassetteFileError
from stream_cassette.formats._registry import read, write
from tests.corpus import CASSETTES
from tests.hostile.test_cut_off import WRITTEN
from tests.support.hostile_texts import GOVCR, JSON, OURS, RUBY

FILES = {
    "ours": OURS,
    "written": write(WRITTEN, comments=["a\nb"] * len(WRITTEN.interactions)),
    "ascii": write(WRITTEN, ascii=True),
    "json": JSON,
    "govcr": GOVCR,
    "ruby": RUBY,
    **{
        str(path.relative_to(CASSETTES)): path.read_bytes()
        for path in sorted(CASSETTES.rglob("*"))
        if (path.name.endswith(".yaml") or path.parent.name == "astreaming")
        and "invalid" not in path.parts
        and path.stat().st_size < 20_000
    },
}


@pytest.mark.parametrize("name", FILES)
def test_line_ends_of_another_system_change_nothing(name: str) -> None:
    data = FILES[name]
    assert b"\r" not in data
    assert read(data.replace(b"\n", b"\r\n")).interactions == read(data).interactions


def test_line_ends_of_both_kinds_change_nothing() -> None:
    lines = FILES["written"].split(b"\n")
    chance = random.Random(0)
    mixed = b"".join(line + chance.choice((b"\n", b"\r\n")) for line in lines[:-1])
    assert read(mixed).interactions == read(FILES["written"]).interactions


@pytest.mark.parametrize("name", ["ours", "written", "json", "govcr", "ruby"])
def test_a_mark_before_utf8_is_skipped(name: str) -> None:
    data = FILES[name]
    assert read(codecs.BOM_UTF8 + data) == read(data)
    crlf = codecs.BOM_UTF8 + data.replace(b"\n", b"\r\n")
    assert read(crlf).interactions == read(data).interactions


@pytest.mark.parametrize("coding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("name", ["ours", "json", "govcr", "ruby"])
def test_another_encoding_is_refused(name: str, coding: str) -> None:
    data = FILES[name].decode().encode(coding)
    with pytest.raises(CassetteFileError):
        read(data)
