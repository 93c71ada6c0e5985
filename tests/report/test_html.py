"""The page: one file, nothing from outside, nothing of a cassette that acts; sizes are bounded."""

from __future__ import annotations

import builtins
import json
import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from typing import Any

import pytest

from stream_cassette.api import load
from stream_cassette.cassette.model import Cassette, Interaction
from stream_cassette.diffing.model import CassetteDiff, TreeDiff
from stream_cassette.errors import UsageError
from stream_cassette.report import html as report_html
from stream_cassette.report.html import html_report
from stream_cassette.report.run_summary import RunSummary, TestRun
from tests.corpus import CASSETTES
from tests.support.html_pages import Page, of, paced, page_of, signed
from tests.support.read_answers import event_stream, interaction

pytest.importorskip("jinja2")

# everything that might act: markup, an end of each element that data stands in, hidden characters
HOSTILE = (
    '</script><script>fetch("//evil.example")</script><!--<script>'
    '</style></pre></textarea></template><img src=x onerror="alert(1)">'
    "\" onmouseover='x' & &lt; {{ 7*7 }} {% raw %}"
    "\u202e\u2066\u2028\u2029\x00\x1b[31m\ufeff\ud800\r\x85"
)
RAW = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028\u2029\ufeff]")


def page(*cassettes: tuple[str, Cassette], **rest: Any) -> Page:
    return page_of(html_report(cassettes, **rest))


def hostile() -> Interaction:
    """The same text everywhere that text can be."""
    call = {"index": 0, "id": HOSTILE, "function": {"name": HOSTILE, "arguments": HOSTILE}}
    delta = {"content": HOSTILE, "reasoning": HOSTILE, "refusal": HOSTILE, "tool_calls": [call]}
    chunk = {
        "object": "chat.completion.chunk",
        "model": HOSTILE,
        HOSTILE: HOSTILE,
        "choices": [{"index": 0, "delta": delta, "finish_reason": HOSTILE}],
    }
    asked = {
        "model": HOSTILE,
        "messages": [
            {"role": HOSTILE, "content": HOSTILE, "name": HOSTILE},
            {"role": "tool", "tool_call_id": HOSTILE, "content": HOSTILE},
        ],
    }
    one = interaction("/v1/chat/completions", event_stream([chunk]), asked=asked)
    request = replace(one.request, headers=((HOSTILE, HOSTILE),), url=f"https://x/{HOSTILE}")
    return replace(one, request=request, masked=(HOSTILE,), recorded_at=HOSTILE)


def test_one_file_that_asks_for_nothing() -> None:
    made = page(("a.yaml", paced()), ("b.yaml", signed()))
    addresses = {"src", "srcset", "action", "formaction", "data", "poster", "background"}
    for tag, attributes in made.elements:
        assert tag not in {"link", "iframe", "object", "embed", "img", "base"}
        assert not addresses & set(attributes)
        assert (attributes.get("href") or "#").startswith("#")
        assert not [name for name in attributes if name.startswith("on") or name == "style"]
    style = made.scripts["style"]
    assert "url(" not in style and "@import" not in style


def test_the_policy_allows_this_style_and_this_script_alone() -> None:
    made = page(("a.yaml", signed()))
    (policy,) = [
        one["content"] for tag, one in made.elements if tag == "meta" and "http-equiv" in one
    ]
    digests = [
        b64encode(sha256(made.scripts[name].encode()).digest()).decode()
        for name in ("style", "script")
    ]
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{digests[0]}'; "
        f"script-src 'sha256-{digests[1]}'; base-uri 'none'; form-action 'none'"
    )


def test_panels_have_no_script_style_or_handler() -> None:
    made = page(("openai.yaml", paced()), ("anthropic.yaml", signed()))
    for name in [one for one in made.scripts if one.startswith("p-")]:
        for tag, attributes in made.panel(name.removeprefix("p-")).elements:
            assert tag not in {"script", "style", "link", "iframe", "img", "form"}
            assert not [key for key in attributes if key.startswith("on") or key == "style"]


def test_hostile_text_stays_text() -> None:
    name = f"dir/{HOSTILE}.yaml"
    clean = page(("dir/a.yaml", of(interaction("/v1/chat/completions", b""))), title="t")
    made = page((name, of(hostile())), title=HOSTILE, unreadable=[(HOSTILE, HOSTILE)])
    tags = {tag for tag, _ in made.elements}
    assert tags <= {tag for tag, _ in clean.elements} | {"details", "summary", "dl", "dt", "dd"}
    assert [tag for tag, _ in made.elements].count("script") == 3  # panel, search, and the one
    panel = made.panel("c0")
    assert not {"script", "img", "style"} & {tag for tag, _ in panel.elements}
    for text in (made.text, panel.text):
        assert "<script>fetch(" in text and not RAW.search(text)
    assert not RAW.search(made.html_of("c0"))


def test_hostile_runs_and_differences_stay_text() -> None:
    named = {"nodeid": HOSTILE, "path": HOSTILE, "mode": HOSTILE, "message": HOSTILE}
    test = TestRun(outcome="failed", missed=(HOSTILE,), **named)
    sides = {"left": HOSTILE, "right": HOSTILE}
    file = CassetteDiff(path=HOSTILE, status="unreadable", error=HOSTILE, **sides)
    diff = TreeDiff(files=(file,), **sides)
    made = page(run=RunSummary(tests=(test,)), diffs=diff)
    for name in ("run", "diffs"):
        panel = made.panel(name)
        assert "<script>fetch(" in panel.text and not RAW.search(panel.text)
        assert not {"script", "img", "style"} & {tag for tag, _ in panel.elements}


def test_data_for_the_script_is_json_that_ends_no_element() -> None:
    made = page((f"{HOSTILE}.yaml", of(hostile())))
    held = made.scripts["searched"]
    assert not re.search(r"[<>&\u2028\u2029]", held) and held.isascii()
    (searched,) = json.loads(held)
    assert "<script>fetch(" in searched


def test_the_same_cassettes_make_the_same_page() -> None:
    cassettes = [("a.yaml", paced())]
    assert html_report(cassettes) == html_report(cassettes)


def test_rows_have_what_filters_look_at() -> None:
    made = page(("a/x.yaml", signed()), ("a/y.yaml", paced()))
    rows = [one for tag, one in made.elements if tag == "li" and "data-who" in one]
    assert rows[0]["data-who"] == "openai-chat\nopenai-chat (vercel)"
    assert ["data-trouble" in one for one in rows] == [False, True]
    assert (
        "/home" not in made.text and made.text.count("x.yaml") == 1 and "a/x.yaml" not in made.text
    )


def test_the_conversation_and_its_links() -> None:
    panel = page(("a.yaml", signed())).panel("c0")
    roles = [(one["class"] or "").split()[1] for one in panel.with_class("bubble")]
    assert roles == ["system", "user", "assistant", "tool", "assistant"]
    ids = {one["id"] for _, one in panel.elements if one.get("id")}
    ends = [one["data-to"] for _, one in panel.elements if "data-to" in one]
    assert len(ends) == 6 and set(ends) <= ids
    assert '"location": "Florence, Italy"' in panel.text


def test_the_timeline_or_why_there_is_none() -> None:
    unknown = page(("a.yaml", signed())).panel("c0")
    assert unknown.text.count("Cut points unknown") == 2 and not unknown.with_class("chart")
    panel = page(("a.yaml", paced())).panel("c0")
    charts = panel.with_class("chart")
    assert len(charts) == 2 and (charts[0]["aria-label"] or "").startswith("25 chunks in 880 ms")
    assert "Tokens per second" in panel.text and "Connection reset by peer" in panel.text


def test_every_id_is_there_once_and_what_is_named_is_there() -> None:
    made = page(("a.yaml", paced()))
    for one in (made, made.panel("c0")):
        ids = [attributes["id"] for _, attributes in one.elements if attributes.get("id")]
        assert len(ids) == len(set(ids))
        for _, attributes in one.elements:
            for key in ("aria-controls", "aria-labelledby"):
                assert (attributes.get(key) or ids[0]) in ids


def test_the_views_that_there_are() -> None:
    def views(made: Page) -> list[str | None]:
        return [one["id"] for tag, one in made.elements if tag == "section" and "id" in one]

    diff = TreeDiff(left="a", right="b")
    run = RunSummary(tests=())
    assert views(page(("a.yaml", signed()))) == ["view-cassettes"]
    both = [("w/openai.yaml", paced()), ("w/vercel.yaml", signed())]
    assert views(page(*both, diffs=[diff, diff], run=run)) == [
        "view-cassettes",
        "view-run",
        "view-scenarios",
        "view-diffs",
    ]


def test_only_differences() -> None:
    made = page(diffs=TreeDiff(left="a", right="b"))
    hidden = {one["id"]: "hidden" in one for tag, one in made.elements if tag == "section"}
    assert hidden == {"view-cassettes": True, "view-diffs": False}
    assert "Nothing differs." in made.panel("diffs").text


def test_nothing_at_all() -> None:
    assert "There are no cassettes here." in page().text


def test_a_run_finds_its_cassettes() -> None:
    played = {"total": 2, "played": (0, 1)}
    test = TestRun(nodeid="t", outcome="passed", path="a.yaml", mode="none", **played)
    run = RunSummary(tests=(test,))
    made = page(("a.yaml", signed()), run=run)
    assert [one["data-states"] for tag, one in made.elements if "data-states" in one] == ["played"]
    links = [one["href"] for tag, one in made.panel("run").elements if tag == "a"]
    assert links == ["#c0"]


def test_all_of_our_own_cassettes() -> None:
    """Every dialect and every oddity of them: panels are whole, and every link has its end."""
    paths = [path for path in sorted(CASSETTES.glob("*/*.yaml")) if path.parent.name != "invalid"]
    made = page(*((path.as_posix(), load(path)) for path in paths))
    assert len(paths) > 80
    for place in range(len(paths)):
        panel = made.panel(f"c{place}")
        ids = [attributes["id"] for _, attributes in panel.elements if attributes.get("id")]
        assert len(ids) == len(set(ids)) and not RAW.search(panel.text)
        assert {one["data-to"] for _, one in panel.elements if "data-to" in one} <= set(ids)


def test_a_page_that_grows_too_large_says_what_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    size = len(page(("a.yaml", signed())).scripts["p-c0"])
    monkeypatch.setattr(report_html, "_LEAN_FROM", size)
    monkeypatch.setattr(report_html, "_FULL", size + 1_000)
    made = page(*((f"{n}.yaml", signed()) for n in range(4)))
    assert {name for name in made.scripts if name.startswith("p-")} == {"p-c0", "p-c1"}
    assert "Left out: the page is large." in made.panel("c1").text
    assert "Left out" not in made.panel("c0").text
    assert "The page is full: cassettes from number 3 on are only listed." in made.text
    assert "frames and bodies are left out" in made.text


def test_large_cassettes_are_bounded() -> None:
    """The panel stays small, and says how many frames, interactions and characters there are."""
    body = event_stream([{"object": "chat.completion.chunk", "choices": []}])
    one = interaction("/v1/chat/completions", b": keep-alive\n\n" * 20_000 + body)
    made = page(("a.yaml", of(one)))
    assert len(made.html_of("c0")) < 400_000
    assert "the first 200 of 20,001" in made.panel("c0").text
    made = page(("a.yaml", of(*[signed().interactions[0]] * 150)))
    assert len(made.html_of("c0")) < 3_000_000
    assert "the first 10 of 25" in made.panel("c0").text
    assert "50 more interactions left out" in made.panel("c0").text


def test_without_jinja2_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def refuse(name: str, *args: Any, **rest: Any) -> Any:
        if name == "jinja2":
            raise ImportError(name)
        return real(name, *args, **rest)

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(UsageError, match=r"pip install 'stream-cassette\[report\]'"):
        html_report([])
