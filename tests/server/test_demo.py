"""The demo: what was live is in the file and comes back; any changed byte is told."""

from __future__ import annotations

from dataclasses import replace as replaced
from pathlib import Path

import pytest

from stream_cassette.errors import UsageError
from stream_cassette.server import _demo_clients, demo
from stream_cassette.server.demo import Recorded, cassette_path, record, replay, run

SAME = "  conversations: same roles, calls, results and text; what differs at level 'exact':"
RAW = '"stop" ≠ "end_turn"'


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Recorded, ...]:
    return record(tmp_path_factory.mktemp("demo"))


def flip(one: Recorded, where: bytes, tmp_path: Path) -> Recorded:
    """The recording beside a copy of its file in which the byte after `where` is changed.

    Comments repeat what is said: a place is looked for behind them, unless it is in one.
    """
    data = bytearray(one.path.read_bytes())
    start = 0 if where.startswith(b"#") else data.index(b"- request:")
    place = data.index(where, start) + len(where)
    data[place] = data[place] + 1 if data[place] != 0x7A else 0x61
    path = tmp_path / one.path.name
    path.write_bytes(data)
    return Recorded(
        client=one.client,
        path=path,
        url=one.url,
        said=one.said,
        seen=one.seen,
        digest=one.digest,
    )


def test_both_dialects_make_the_round_trip(recorded: tuple[Recorded, ...]) -> None:
    assert [one.client.name for one in recorded] == ["openai-chat", "anthropic-messages"]
    for one in recorded:
        assert one.said.call == 'weather({"location": "Florence, Italy"})'
        assert one.said.text == "The weather in Florence, Italy is 40°C (104°F)."
        assert len(one.said.signature) == 568
        assert [seen.status for seen in one.seen] == [200, 200]
        assert one.said.signature.encode() in one.seen[1].request
        assert len(one.seen[0].chunks) > 1


def test_the_replay_is_equal_with_nothing_listening(recorded: tuple[Recorded, ...]) -> None:
    assert [replay(one) for one in recorded] == [[], []]


def test_the_file_holds_no_key(recorded: tuple[Recorded, ...]) -> None:
    for one in recorded:
        assert one.size_bytes == len(one.path.read_bytes())
        assert b"sk-demo" not in one.path.read_bytes()


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize(
    ("where", "said"),
    [
        (b"Florence, It", "interaction 0, request, byte"),
        (b"The user is as", "interaction 0, response, byte"),
        (b"code: 20", "interaction 0: status 201, live it was 200"),
        (b"content-type: [text/event-s", "outside the recorded bytes"),
        (b"# 0 \xc2\xb7 ", "outside the recorded bytes"),
        (b"\nversion: ", "no longer be read"),
    ],
)
def test_a_changed_byte_is_told(
    recorded: tuple[Recorded, ...], which: int, where: bytes, said: str, tmp_path: Path
) -> None:
    found = replay(flip(recorded[which], where, tmp_path))
    assert any(said in line for line in found), found


def test_the_byte_that_changed_is_named(recorded: tuple[Recorded, ...], tmp_path: Path) -> None:
    one = recorded[0]
    place = one.seen[0].body.index(b"The user is as") + len(b"The user is as")
    (line,) = replay(flip(one, b"The user is as", tmp_path))
    assert line.startswith(f"interaction 0, response, byte {place}: the file has b'l")
    assert "live it was b'k" in line


def test_a_replay_that_gives_something_else_is_told(
    recorded: tuple[Recorded, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    one = recorded[0]
    monkeypatch.setattr(demo, "_file_differences", lambda *_: [])
    monkeypatch.setattr(demo, "fingerprint", lambda *_: one.digest)
    fewer = Recorded(
        client=one.client,
        path=one.path,
        url=one.url,
        said=one.said,
        seen=(*one.seen, one.seen[0]),
        digest=one.digest,
    )
    assert replay(fewer) == ["interaction 2: not played"]


def test_a_miss_is_the_reason_given(recorded: tuple[Recorded, ...]) -> None:
    one = recorded[0]
    elsewhere = Recorded(
        client=one.client,
        path=one.path,
        url="http://127.0.0.1:1",
        said=one.said,
        seen=one.seen,
        digest=one.digest,
    )
    (line,) = replay(elsewhere)
    assert line.startswith("the replay failed: ")
    assert "127.0.0.1:1" in line


def test_run_tells_what_it_did(tmp_path: Path) -> None:
    lines: list[str] = []
    assert run(tmp_path, lines.append) == 0
    text = "\n".join(lines)
    for name in ("openai-chat", "anthropic-messages"):
        path = tmp_path / f"{name}.yaml"
        assert f"wrote   {path}  {path.stat().st_size:,} bytes" in text
        assert f"{name}: same " in text
    assert text.count('weather({"location": "Florence, Italy"})') == 2
    assert text.count("40°C") == 2 + 2
    said = lines[lines.index("What they say, read from the two dialects:") + 1 :]
    assert said[0].split() == ["openai-chat", "|", "anthropic-messages"]
    numbered = [line.replace("≠", " ").split()[:2] for line in said]
    roles = ["user", "assistant", "tool", "assistant"]
    assert [pair for pair in numbered if pair[0].isdigit()] == [
        [str(place), role] for place, role in enumerate(roles)
    ]
    assert text.count("reasoning 104 chars, signed") == 2 + 2
    assert SAME in said
    assert f"    messages[3].finish_reason.raw: {RAW}" in said


def test_other_words_in_one_dialect_are_told(
    recorded: tuple[Recorded, ...], tmp_path: Path
) -> None:
    one, other = recorded
    path = tmp_path / other.path.name
    path.write_bytes(other.path.read_bytes().replace(b"40\xc2\xb0C", b"41\xc2\xb0C"))
    lines: list[str] = []
    assert not demo._tell_match((one, replaced(other, path=path)), lines.append)
    assert "  conversations: DIFFERS at level 'text':" in lines
    assert lines[-1].startswith("    messages[3].parts[0].content: ")
    assert any(line.startswith("  ≠ 3") for line in lines)


def test_its_own_files_are_replaced_and_no_others(tmp_path: Path) -> None:
    record(tmp_path)
    first = cassette_path(tmp_path, _demo_clients.CLIENTS[0]).read_bytes()
    record(tmp_path)
    assert cassette_path(tmp_path, _demo_clients.CLIENTS[0]).read_bytes() != first
    foreign = cassette_path(tmp_path, _demo_clients.CLIENTS[1])
    foreign.write_text("version: 1\ninteractions: []\n")
    with pytest.raises(UsageError, match="not written by the demo"):
        record(tmp_path)
    assert foreign.read_text() == "version: 1\ninteractions: []\n"
