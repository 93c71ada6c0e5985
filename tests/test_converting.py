from __future__ import annotations

import gzip
from dataclasses import replace
from pathlib import Path

import pytest

from stream_cassette.api import load
from stream_cassette.cassette.cuts import Cuts
from stream_cassette.cassette.model import Cassette, Interaction, Request, Response
from stream_cassette.cassette.redact import DEFAULT
from stream_cassette.converting import (
    check_free,
    check_writable,
    known_formats,
    planned,
    prepared,
    written,
)
from stream_cassette.errors import CassetteFileError, CassetteNotFound, UsageError
from stream_cassette.formats._registry import read, write
from tests.corpus import CASSETTES

ONE = Cassette(
    interactions=(
        Interaction(
            request=Request(method="POST", url="https://x/"),
            response=Response(status=200, body=b"data: 1\n\n", cuts=Cuts.of([9], [1.5])),
        ),
    )
)


def put(path: Path, data: bytes | None = None) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(write(ONE) if data is None else data)
    return path


def targets(*arguments: Path | str, output: Path | str | None = None) -> list[str]:
    given = None if output is None else str(output)
    return [str(one.target) for one in planned([str(each) for each in arguments], "vcr", given)]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.yaml", "a.yaml"),
        ("a.har", "a.yaml"),
        ("recording.har.yaml", "recording.yaml"),
        ("a.json.gz", "a.yaml"),
        ("A.HTTPRR", "A.yaml"),
        ("v1.2.toml", "v1.2.yaml"),
        ("bare", "bare.yaml"),
        (".har", ".har.yaml"),
    ],
)
def test_a_target_beside_its_source(tmp_path: Path, name: str, expected: str) -> None:
    assert targets(put(tmp_path / name)) == [str(tmp_path / expected)]


def test_the_extension_is_the_format_s(tmp_path: Path) -> None:
    source = str(put(tmp_path / "a.yaml"))
    (one,) = planned([source], "vcrjson", None)
    assert one.target == tmp_path / "a.json"
    written(prepared(one, "vcrjson", DEFAULT))
    assert load(one.target).interactions == ONE.interactions
    assert one.target.read_bytes().startswith(b"{")


def test_one_file_goes_where_it_is_told(tmp_path: Path) -> None:
    source = put(tmp_path / "a.har")
    (tmp_path / "there").mkdir()
    assert targets(source, output=tmp_path / "b.yml") == [str(tmp_path / "b.yml")]
    assert targets(source, output=tmp_path / "there") == [str(tmp_path / "there" / "a.yaml")]
    assert targets(source, output=f"{tmp_path}/new/") == [str(tmp_path / "new" / "a.yaml")]


def test_trees_and_globs_keep_their_shape(tmp_path: Path) -> None:
    for name in ("in/a.har", "in/b/c.json", "in/.hidden.yaml", "in/d.txt"):
        put(tmp_path / name)
    out = tmp_path / "out"
    assert targets(tmp_path / "in", output=out) == [str(out / "a.yaml"), str(out / "b/c.yaml")]
    glob = tmp_path / "in" / "**" / "*.json"
    assert targets(glob, output=out) == [str(out / "b" / "c.yaml")]
    several = targets(tmp_path / "in" / "a.har", tmp_path / "in" / "d.txt", output=out)
    assert several == [str(out / "a.yaml"), str(out / "d.yaml")]


def test_what_can_not_be_planned(tmp_path: Path) -> None:
    source = put(tmp_path / "a.har")
    with pytest.raises(UsageError, match="is a file; several cassettes need a directory"):
        targets(tmp_path, output=source)
    with pytest.raises(CassetteNotFound):
        targets(tmp_path / "missing.yaml")


def test_what_is_lost_is_known_before_anything_is_written(tmp_path: Path) -> None:
    (one,) = planned([str(put(tmp_path / "a.yaml"))], "vcr", str(tmp_path / "b.yaml"))
    found = prepared(one, "govcr", DEFAULT)
    assert found.to_dict() == {
        "source": str(tmp_path / "a.yaml"),
        "format": "vcr",
        "target": str(tmp_path / "b.yaml"),
        "interactions": 1,
        "lost": [{"what": "cut points and the times of the chunks", "interactions": [0]}],
        "re_rendered": [],
        "secrets": [],
    }
    assert not (tmp_path / "b.yaml").exists()
    assert written(found) == (tmp_path / "b.yaml").stat().st_size
    assert load(tmp_path / "b.yaml").format == "govcr"
    assert not [*tmp_path.glob(".*")]


def test_a_packed_target(tmp_path: Path) -> None:
    (one,) = planned([str(put(tmp_path / "a.yaml"))], "vcr", str(tmp_path / "b.yaml.gz"))
    written(prepared(one, "vcr", DEFAULT))
    assert read(gzip.decompress((tmp_path / "b.yaml.gz").read_bytes())) == ONE


def test_what_is_there_stays(tmp_path: Path) -> None:
    source = put(tmp_path / "a.yaml")
    before = source.read_bytes()
    (one,) = planned([str(source)], "govcr", str(source))
    assert one.is_itself
    found = prepared(one, "govcr", DEFAULT)
    assert found.target == source  # as it was asked for
    with pytest.raises(CassetteFileError, match="is there already; name another --output, or"):
        written(found)
    assert source.read_bytes() == before
    written(found, force=True)
    assert load(source).format == "govcr"


@pytest.mark.parametrize(
    ("name", "to", "expected"),
    [
        ("a.yaml", "govcr", "a.govcr.yaml"),
        ("a.vcr.yaml", "govcr", "a.govcr.yaml"),
        ("a.b.yaml", "govcr", "a.b.govcr.yaml"),
        (".vcr.yaml", "govcr", ".vcr.govcr.yaml"),
        ("a.yaml.gz", "govcr", "a.yaml"),
        ("a.yaml", "vcr", "a.yaml"),
        ("a.json", "vcrjson", "a.json"),
    ],
)
def test_another_format_with_the_extension_goes_beside_it(
    tmp_path: Path, name: str, to: str, expected: str
) -> None:
    data = write(ONE)
    source = put(tmp_path / name, gzip.compress(data) if name.endswith(".gz") else data)
    (one,) = planned([str(source)], to, None)
    assert prepared(one, to, DEFAULT).target == tmp_path / expected


def test_a_link_stays_one(tmp_path: Path) -> None:
    source = put(tmp_path / "a.yaml")
    (tmp_path / "link.yaml").symlink_to(put(tmp_path / "real.yaml"))
    (one,) = planned([str(source)], "vcr", str(tmp_path / "link.yaml"))
    written(prepared(one, "govcr", DEFAULT), force=True)
    assert (tmp_path / "link.yaml").is_symlink()
    assert load(tmp_path / "real.yaml").format == "govcr"


def test_a_directory_that_can_not_be_made(tmp_path: Path) -> None:
    source = put(tmp_path / "a.yaml")
    (one,) = planned([str(source)], "vcr", str(source / "b.yaml"))
    with pytest.raises(CassetteFileError, match="can't be made"):
        written(prepared(one, "vcr", DEFAULT))


def test_secrets_are_told_and_masked_where_asked(tmp_path: Path) -> None:
    key = "sk-proj-Zq3vT9xLmR2wY8bN4cK7pD1f"
    (plain,) = ONE.interactions
    leaky = replace(plain, request=replace(plain.request, headers=(("authorization", key),)))
    data = write(Cassette(interactions=(plain, leaky)))
    (one,) = planned([str(put(tmp_path / "a.yaml", data))], "vcr", str(tmp_path / "b.yaml"))
    assert prepared(one, "vcr", DEFAULT).secrets == (1,)
    written(prepared(one, "vcr", DEFAULT, mask=True))
    text = (tmp_path / "b.yaml").read_text("utf-8")
    assert key not in text
    assert "REDACTED" in text


def test_bodies_that_were_rendered_again(tmp_path: Path) -> None:
    source = CASSETTES / "formats" / "cassetter" / "bodies.toml"
    (one,) = planned([str(source)], "vcr", str(tmp_path / "b.yaml"))
    found = prepared(one, "vcr", DEFAULT)
    assert (found.format, len(found.re_rendered), found.lost) == ("cassetter", 1, ())
    written(found)
    assert [each.re_rendered for each in load(tmp_path / "b.yaml").interactions].count(True) == 1


@pytest.mark.parametrize("name", ["har", "nonsense", ""])
def test_formats_that_can_not_be_written(name: str) -> None:
    with pytest.raises(UsageError, match=f"can't write the format '{name}'; known: vcr, vcr"):
        check_writable(name)


def test_formats() -> None:
    rows = {row["name"]: row for row in known_formats()}
    assert [name for name, row in rows.items() if row["write"]] == [
        "vcr",
        "vcrjson",
        "govcr",
        "govcr1",
    ]
    assert rows["polly"]["extensions"] == [".har", ".har.yaml"]
    check_writable("vcr")


def test_what_is_free(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "nowhere")
    check_free(tmp_path / "new")
    with pytest.raises(CassetteFileError, match="is there already"):
        check_free(tmp_path / "link")
