"""Reasoning and signatures of one turn against its echo."""

from __future__ import annotations

from typing import Any

from stream_cassette.comparison.echo_calls import calls_paired
from stream_cassette.comparison.echo_parts import Fault, Turn
from stream_cassette.comparison.echo_rules import rule_of
from stream_cassette.comparison.echo_units import faults_of
from stream_cassette.conversation.parts import Generic, Part, Reasoning, Text, ToolCall


def turn(dialect: str, recorded: list[Part], sent: list[Part], **rest: Any) -> Turn:
    vendor, model = rest.pop("vendor", None), rest.pop("model", None)
    return Turn(
        recorded=tuple(recorded),
        sent=tuple(sent),
        base=rest.pop("base", "messages[1]"),
        rules=tuple(rule_of(dialect, vendor, model, part) for part in recorded),
        calls=calls_paired(recorded, sent),
        **rest,
    )


def found(*args: Any, **rest: Any) -> list[tuple[str, str]]:
    return [(fault.kind, fault.path) for fault in faults(*args, **rest)]


def faults(*args: Any, **rest: Any) -> list[Fault]:
    return list(faults_of(turn(*args, **rest)))


def item(ident: str = "rs_1", path: str = "output[0]", **values: Any) -> Reasoning:
    return Reasoning(id=ident, kind="encrypted", path=path, **values)


def call(path: str, ident: str | None = None) -> ToolCall:
    extra = {} if ident is None else {"id": ident}
    return ToolCall(id="call_1", name="w", arguments={}, extra=extra, path=path)


RESPONSES = "openai-responses"
ISSUED = item(issued=("done", "last"), provisional=("added",))


def test_any_issued_value() -> None:
    for value in ("done", "last"):
        assert found(RESPONSES, [ISSUED], [item(path="input[1]", issued=(value,))]) == []


def test_the_provisional_value() -> None:
    (fault,) = faults(RESPONSES, [ISSUED], [item(path="input[1]", issued=("added",))])
    assert (fault.kind, fault.severity) == ("provisional", "error")
    assert fault.path == "input[1].encrypted_content"
    assert (fault.recorded, fault.sent) == (
        "4 characters, done or 4 characters, last",
        "5 characters, added",
    )


def test_a_server_that_repeats_one_value() -> None:
    same = item(issued=("one",), provisional=())
    assert found(RESPONSES, [same], [item(path="input[1]", issued=("one",))]) == []


def test_the_value_of_another_item() -> None:
    two = [item("a", issued=("1",)), item("b", "output[1]", issued=("2",))]
    sent = [item("a", "input[1]", issued=("2",)), item("b", "input[2]", issued=("1",))]
    assert [kind for kind, _ in found(RESPONSES, two, sent)] == ["moved"]
    assert found(RESPONSES, two[:1], sent[:1]) == [("altered", "input[1].encrypted_content")]


def test_an_item_left_out() -> None:
    """Accepted if the ids of what followed it are left out too."""
    recorded = [ISSUED, call("output[1]", "fc_1")]
    (fault,) = faults(RESPONSES, recorded, [call("input[1]")])
    assert (fault.kind, fault.severity, fault.path) == (
        "missing",
        "warning",
        "input[1].encrypted_content",
    )
    (fault,) = faults(RESPONSES, recorded, [call("input[1]", "fc_1")])
    assert fault.severity == "error"


def test_an_item_by_reference() -> None:
    reference = Generic(kind="item_reference", value={"id": "rs_1"}, path="input[1]")
    assert found(RESPONSES, [ISSUED], [reference]) == []


def test_an_item_without_a_value_need_not_come_back() -> None:
    assert found(RESPONSES, [item()], []) == []


DETAIL = "choices[0].delta.reasoning_details"


def details(where: str, *values: dict[str, Any]) -> list[Part]:
    return [Reasoning(path=f"{where}[{place}]", **one) for place, one in enumerate(values)]


TIED = {"kind": "encrypted", "issued": ("v",), "id": "call_1"}


def test_an_entry_tied_to_a_call_keeps_its_id() -> None:
    recorded = [*details(DETAIL, TIED), call("choices[0].delta.tool_calls[0]")]
    sent = [*details("messages[1].reasoning_details", TIED | {"id": None}), call("m")]
    assert found("openai-chat", recorded, sent) == [
        ("altered", "messages[1].reasoning_details[0].id")
    ]
    untied = [*details(DETAIL, TIED | {"id": "rs_1"}), recorded[1]]
    assert found("openai-chat", untied, sent) == []


def test_a_summary_beside_an_opaque_entry() -> None:
    summary, opaque = {"kind": "summary", "content": "Hm"}, {"kind": "encrypted", "issued": ("v",)}
    recorded = details(DETAIL, summary, opaque)
    where = "messages[1].reasoning_details"
    assert found("openai-chat", recorded, details(where, summary, opaque)) == []
    assert found("openai-chat", recorded, details(where, opaque)) == []
    other = details(where, summary | {"content": "H"}, opaque)
    assert found("openai-chat", recorded, other) == [("altered", f"{where}[0].summary")]
    alone = details(DETAIL, summary)
    assert found("openai-chat", alone, details(where, summary | {"content": "H"})) == []


def test_fragments_that_nobody_merged() -> None:
    signed = {"content": "Hm, so", "signature": "s"}
    where = "messages[1].reasoning_details"
    pieces = details(where, {"content": "Hm, "}, {"content": "so"}, {"signature": "s"})
    assert found("openai-chat", details(DETAIL, signed), pieces) == [
        ("altered", f"{where}[2].text")
    ]


def test_order_of_details_and_calls_does_not_count() -> None:
    """They stand in two members."""
    recorded = [call("choices[0].delta.tool_calls[0]"), *details(DETAIL, TIED | {"id": None})]
    sent = [*details("m.reasoning_details", TIED | {"id": None}), call("m.tool_calls[0]")]
    assert found("openai-chat", recorded, sent) == []


def test_the_flat_text_is_no_block() -> None:
    """Clients send it beside the blocks, or in their place."""
    recorded = details(DETAIL, {"content": "Hm", "signature": "s"})
    flat = [Reasoning(content="Hm", path="messages[1].reasoning")]
    assert found("openai-chat", recorded, flat) == [
        ("missing", "messages[1].reasoning_details[0].signature")
    ]


def test_reasoning_behind_its_call() -> None:
    recorded = [Reasoning(content="Hm", signature="s", path="content[0]"), call("content[1]")]
    sent = [call("messages[1].content[0]")]
    sent.append(Reasoning(content="Hm", signature="s", path="messages[1].content[1]"))  # type: ignore[arg-type]
    (fault,) = faults("anthropic-messages", recorded, sent)
    assert (fault.kind, fault.path) == ("moved", "messages[1].content[1]")
    assert fault.said == "stands after messages[1].content[0]"


def test_text_that_has_to_come_back() -> None:
    path = "choices[0].delta.reasoning"
    recorded = [Reasoning(content="Hm", path=path), call("choices[0].delta.tool_calls[0]")]
    for vendor, model, severity in (
        ("deepseek", "deepseek-v4", "error"),
        ("moonshot", "kimi-k2-thinking", "warning"),
    ):
        (fault,) = faults("openai-chat", recorded, [call("m")], vendor=vendor, model=model)
        assert (fault.kind, fault.severity) == ("missing", severity)
        assert fault.path == "messages[1].reasoning"
        echo = [Reasoning(content="Other"), call("m")]
        assert found("openai-chat", recorded, echo, vendor=vendor, model=model) == []
    assert found("openai-chat", recorded, [call("m")], vendor="xai") == []


def test_signatures_of_a_gemini_compatible_call() -> None:
    path = "choices[0].delta.tool_calls[0]"
    signed = ToolCall(id="a", name="w", arguments={}, signature="s+/=", path=path)
    echo = ToolCall(id="a", name="w", arguments={}, path="messages[1].tool_calls[0]")
    assert found("openai-chat", [signed], [echo], vendor="gemini") == [
        ("missing", "messages[1].tool_calls[0].extra_content.google.thought_signature")
    ]


def test_base64_that_is_none() -> None:
    path = "candidates[0].content.parts[0]"
    signed = ToolCall(name="w", arguments={}, signature="signed?", path=path)
    echo = ToolCall(name="w", arguments={}, signature="signed!", path="contents[1].parts[0]")
    assert [kind for kind, _ in found("gemini-generate", [signed], [echo])] == ["altered"]
    assert found("gemini-generate", [signed], [signed]) == []


def test_a_signature_at_the_tail_of_a_message() -> None:
    """Recommended only, and clients move it to the text before it."""
    recorded: list[Part] = [Text(content="Hi", path="candidates[0].content.parts[0]")]
    recorded.append(Text(signature="AAAA", path="candidates[0].content.parts[1]"))
    moved = [Text(content="Hi", signature="AAAA", path="contents[1].parts[0]")]
    assert found("gemini-generate", recorded, moved) == []
    assert found("gemini-generate", recorded, recorded[:1]) == []
    other = [Text(content="Hi", signature="AAAB", path="contents[1].parts[0]")]
    assert found("gemini-generate", recorded, other) == []
    whole = [Text(content="Hi", signature="AAAA", path="candidates[0].content.parts[0]")]
    assert found("gemini-generate", whole, recorded[:1]) == []


def test_outside_the_loop_parts_may_be_left_out() -> None:
    recorded = [Reasoning(content="Hm", signature="s", path="content[0]")]
    assert found("anthropic-messages", recorded, [], mandatory=False) == []
    bare = [Reasoning(content="Hm", path="messages[1].content[0]")]
    assert found("anthropic-messages", recorded, bare, mandatory=False) == []
    assert found("anthropic-messages", recorded, bare) == [
        ("missing", "messages[1].content[0].signature")
    ]


def test_ten_thousand_blocks() -> None:
    """Each is looked up, not compared with all others: none of these is equal to another."""
    recorded = [
        Reasoning(content=str(n), signature=f"s{n}", path=f"content[{n}]") for n in range(10_000)
    ]
    sent = [Reasoning(content=f"x{n}", path=f"m[{n}]") for n in range(10_000)]
    assert len(found("anthropic-messages", recorded, sent)) == 20_000


def test_ten_thousand_summaries() -> None:
    recorded = details(DETAIL, *({"kind": "summary", "content": str(n)} for n in range(10_000)))
    assert found("openai-chat", recorded, recorded) == []


def test_a_unit_is_told_to_have_moved_once() -> None:
    recorded: list[Part] = [Reasoning(content="Hm", signature="s", path="content[0]")]
    recorded += [
        ToolCall(id=f"call_{n}", name="w", arguments={}, path=f"content[{n}]") for n in (1, 2)
    ]
    sent = [*recorded[1:], recorded[0]]
    assert found("anthropic-messages", recorded, sent) == [("moved", "content[0]")]
