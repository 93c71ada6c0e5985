"""Dialects come in by entry points, ours too; who claims most is spoken."""

from __future__ import annotations

import tomllib
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any, ClassVar

import pytest

from stream_cassette.dialects._protocol import Dialect, Opening, Request
from stream_cassette.dialects._registry import GROUP, detect, dialects, loaded
from stream_cassette.dialects.anthropic_messages import AnthropicMessages
from stream_cassette.dialects.openai_chat import OpenAIChat
from stream_cassette.errors import DialectError

ROOT = Path(__file__).resolve().parents[2]
CHAT = "stream_cassette.dialects.openai_chat:OpenAIChat"


def point(name: str, value: str) -> EntryPoint:
    return EntryPoint(name=name, value=value, group=GROUP)


def test_ours_are_entry_points() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    ours = project["entry-points"][GROUP]
    installed = {one.name: one.value for one in entry_points(group=GROUP)}
    assert ours.items() <= installed.items(), "install the package again: pip install -e ."
    assert dialects().keys() >= ours.keys()
    files = (ROOT / "src/stream_cassette/dialects").glob("[a-z]*.py")
    assert {value.rpartition(":")[0].rpartition(".")[2] for value in ours.values()} == {
        path.stem for path in files
    }


def test_each_is_looked_up_once() -> None:
    assert dialects() is dialects()


def test_the_same_entry_twice_is_no_conflict() -> None:
    assert list(loaded([point("openai-chat", CHAT)] * 2)) == ["openai-chat"]


def test_two_of_one_name_are_an_error_that_names_both() -> None:
    other = "acme_cassette:AcmeChat"
    with pytest.raises(DialectError) as caught:
        loaded([point("openai-chat", CHAT), point("openai-chat", other)])
    assert CHAT in str(caught.value) and other in str(caught.value)


def test_the_distribution_is_named_where_it_is_known() -> None:
    (ours,) = entry_points(group=GROUP, name="openai-chat")
    with pytest.raises(DialectError, match="of stream-cassette"):
        loaded([ours, point("openai-chat", "acme:Acme")])


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("x", "stream_cassette.dialects.none:X", "'x' (stream_cassette.dialects.none:X)"),
        ("x", "stream_cassette.dialects.openai_chat:X", "does not load"),
        ("x", CHAT, "calls itself 'openai-chat'"),
    ],
)
def test_what_can_not_be_used(name: str, value: str, says: str) -> None:
    with pytest.raises(DialectError) as caught:
        loaded([point(name, value)])
    assert says in str(caught.value)


class Third(OpenAIChat):
    """A third party's."""

    name: ClassVar[str] = "a-third"

    def claims(self, opening: Opening) -> int:
        return 3


def test_the_highest_claim_is_spoken() -> None:
    known: dict[str, Dialect] = {
        "anthropic-messages": AnthropicMessages(),
        "openai-chat": OpenAIChat(),
    }

    def spoken(path: str, value: Any = None, **more: Dialect) -> str | None:
        opening = Opening(request=Request(path=path), value=value)
        found = detect(opening, {**more, **known})
        return None if found is None else found.name

    assert spoken("/v1/chat/completions") == "openai-chat"
    assert spoken("/v1/chat/completions", {"type": "message_start"}) == "anthropic-messages"
    assert spoken("/anything") is None
    assert spoken("/v1/messages", third=Third()) == "a-third"
    chunk = {"object": "chat.completion.chunk"}
    assert spoken("/x", chunk, third=Third()) == "a-third"


def test_installed_ones_are_asked_by_default() -> None:
    found = detect(Opening(request=Request(path="/v1/messages")))
    assert isinstance(found, AnthropicMessages)


@pytest.mark.parametrize("member", ["claims", "vendor", "reader", "ends", "read_request"])
def test_a_dialect_without_a_member_is_refused_by_its_name(
    monkeypatch: pytest.MonkeyPatch, member: str
) -> None:
    class Acme(OpenAIChat):
        name = "acme-chat"

    monkeypatch.setattr(Acme, member, None)
    monkeypatch.setattr("stream_cassette.dialects.openai_chat.Acme", Acme, raising=False)
    acme = point("acme-chat", "stream_cassette.dialects.openai_chat:Acme")
    with pytest.raises(DialectError, match=rf"dialect 'acme-chat' .* has no {member}\(\)"):
        loaded([acme])


def test_what_a_dialect_raises_names_it() -> None:
    class Acme(OpenAIChat):
        name = "acme-chat"

        def claims(self, opening: Opening) -> int:
            return int({}["op"])

    with pytest.raises(DialectError, match="dialect 'acme-chat' fails: KeyError"):
        detect(Opening(), {"acme-chat": Acme()})
