"""The HTML report in a real browser: opened from a file, used with mouse, keys and thumbs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from stream_cassette.api import load
from stream_cassette.comparison.match import Divergence
from stream_cassette.diffing.model import CassetteDiff, ConversationDiff, TreeDiff
from stream_cassette.report.html import html_report
from stream_cassette.report.run_summary import RunSummary, TestRun
from tests.corpus import CASSETTES
from tests.report.test_html import HOSTILE, hostile
from tests.support.browser import Browser, one_at_a_time, start
from tests.support.html_pages import of, paced, signed
from tests.support.signed_turns import PAIRS, put

pytest.importorskip("jinja2")

SMALLEST_CONTRAST = 4.5  # WCAG 2, AA, for text

# The least contrast of any text that is seen against what is painted behind it, and where.
CONTRAST = """
const light = (c) => { const [r, g, b] = c.map(v => { v /= 255;
  return v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; });
  return .2126 * r + .7152 * g + .0722 * b; };
const parse = (s) => s.match(/[\\d.]+/g).map(Number);
const behind = (e) => { for (; e; e = e.parentElement) {
  const c = parse(getComputedStyle(e).backgroundColor);
  if (c.length < 4 || c[3] > .99) return c; } return [255, 255, 255]; };
let least = [99, ""];
for (const e of document.querySelectorAll("body *")) {
  if (e.closest("svg, [hidden], script") || !e.checkVisibility() || e.matches(".skip")) continue;
  if (![...e.childNodes].some(n => n.nodeType === 3 && n.data.trim())) continue;
  const [a, b] = [light(parse(getComputedStyle(e).color)), light(behind(e))];
  const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
  if (ratio < least[0]) least = [ratio, e.className + ": " + e.textContent.slice(0, 60)];
}
return least;
"""
SIDEWAYS = "return document.scrollingElement.scrollWidth - window.innerWidth"
SHOWN = "return document.querySelector('#panel h2')?.textContent.endsWith(arguments[0])"


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with one_at_a_time(tmp_path_factory.getbasetemp()):
        made = start(tmp_path_factory.mktemp("profile"))
    yield made
    made.close()


@pytest.fixture
def window(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """The browser of this process; those of other processes wait meanwhile."""
    with one_at_a_time(tmp_path_factory.getbasetemp()):
        chromium.window()
        chromium.colours("light")
        yield chromium


@pytest.fixture(scope="session")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every view with something in it: c0 is sound, c1 broken off, c2 has a broken echo."""
    pair = PAIRS[0]
    (steps, _), *_ = pair.values.items()
    broken = pair.cassette(lambda second: put(second, steps, "QUJDREVGR0hJSktMTU5PUFFSU1Q="))
    cassettes = [
        ("all/vercel.yaml", signed()),
        ("all/reset.yaml", paced()),
        ("all/anthropic.yaml", broken),
        ("all/deep/error.yaml", load(CASSETTES / "openai_chat" / "openrouter_error.yaml")),
        ("all/deep/hostile.yaml", of(hostile())),
    ]
    played = TestRun(
        nodeid="tests/test_a.py::test_a", outcome="passed", path="all/vercel.yaml", mode="none",
        total=2, played=(0, 1),
    )  # fmt: skip
    missed = TestRun(
        nodeid=f"tests/test_a.py::{'long' * 40}", outcome="failed", path="all/reset.yaml",
        mode="none", total=2, missed=("POST https://api.example.com/" + "x" * 200,),
    )  # fmt: skip
    steps_to = ("messages", 2, "parts", 0, "arguments", "location")
    changed = Divergence(steps=steps_to, kind="changed", left="Rome", right="Florence " + "x" * 90)
    diff = CassetteDiff(
        left="a.yaml",
        right="b.yaml",
        path="b.yaml",
        status="changed",
        conversations=(
            ConversationDiff(status="changed", left=0, right=0, differences=(changed,)),
        ),
    )
    path = tmp_path_factory.mktemp("page") / "report.html"
    html = html_report(
        cassettes,
        run=RunSummary(tests=(played, missed)),
        diffs=TreeDiff(left="a", right="b", files=(diff,)),
        title=f"Title {HOSTILE}",
        unreadable=[("all/bad.yaml", "is no cassette")],
    )
    path.write_text(html, "utf-8", errors="replace")
    return path


def test_open_filter_and_read(window: Browser, page: Path) -> None:
    window.open(page, "cassettes")
    assert window.count("#rows li") == 5
    window.type("#f-text", "florence vercel")
    assert window.count("#rows li") == 1 and window.text("#count") == "1 of 5"
    window.click("#filters button[type=reset]")
    window.wait("return document.querySelector('#count').textContent === '5 of 5'")
    window.click("#f-trouble")
    assert window.count("#rows li") == 4
    window.click("#f-trouble")
    window.choose("[data-filter=endings]", "reset error")
    assert window.text("#rows li:not([hidden]) bdi") == "reset.yaml"
    window.choose("[data-filter=endings]", "any")
    window.choose("[data-filter=states]", "played")
    assert window.text("#rows li:not([hidden]) bdi") == "vercel.yaml"
    window.click("#r0")
    window.wait(SHOWN, "vercel.yaml")
    assert window.count("#panel .bubble") == 5 and window.count(".reasoning details") == 1
    assert window.count(".links path") == 3 and window.count("#panel .chart") == 0
    window.click(".reasoning summary")
    assert "asking for weather information" in window.text(".reasoning .said")
    window.click(".echo button")
    assert window.run("return document.querySelector('.flash').classList.contains('reasoning')")
    assert window.complaints() == [] and window.requests() == []


def test_each_view(window: Browser, page: Path) -> None:
    look_at_timeline_and_frames(window, page)
    look_at_a_broken_echo(window, page)
    look_at_other_views(window, page)
    look_at_hostile_text(window, page)


def look_at_timeline_and_frames(window: Browser, page: Path) -> None:
    window.open(page, "c1")
    window.wait(SHOWN, "reset.yaml")
    window.click("#t-time")
    assert window.count(".chart") == 2 and window.count(".bars rect") == 25 + 6
    assert window.count("#talk") == 0
    bars = "[...document.querySelectorAll('.bars rect')].slice(0, 25)"
    places = window.run(f"return {bars}.map(e => e.getBoundingClientRect().x)")
    assert places == sorted(places) and len(set(places)) == 25
    assert "Connection reset by peer" in window.text("#time .fault")
    window.click("#t-wire")
    assert window.count(".framelist") == 0
    window.click("#wire .frames summary")
    assert window.text(".framelist .code").startswith('data: {"id":"gen_')
    window.open(page, "c0")
    window.wait(SHOWN, "vercel.yaml")
    window.click("#t-time")
    assert "Cut points unknown" in window.text("#time")
    assert window.complaints() == []


def look_at_a_broken_echo(window: Browser, page: Path) -> None:
    window.open(page, "c2")
    window.wait(SHOWN, "anthropic.yaml")
    assert window.count(".links path.error") == 1
    assert "turn 2 does not echo" in window.text(".echo.error")
    red = "return getComputedStyle(document.querySelector('.links path.error')).stroke"
    assert window.run(red) == "rgb(179, 38, 30)"
    window.click(".echo.error button")
    assert window.count(".part.flash") == 1


def look_at_other_views(window: Browser, page: Path) -> None:
    window.open(page)
    window.wait("return document.querySelector('#view-run .tests')")
    assert window.count("#view-run .tests > li") == 2 and window.count("#view-cassettes") == 0
    window.click("#view-run a[href='#c0']")
    window.wait(SHOWN, "vercel.yaml")
    window.click(".views a[href='#diffs']")
    window.wait("return document.querySelector('#view-diffs ins')")
    assert window.text("#view-diffs .path") == "messages[2].parts[0].arguments.location"
    window.click(".views a[href='#scenarios']")
    window.wait("return document.querySelector('#view-scenarios .side')")
    assert window.count("#view-scenarios th") == 2
    assert window.count("#view-scenarios td.differs") > 0
    assert window.complaints() == [] and window.requests() == []


def test_by_keyboard_alone(window: Browser, page: Path) -> None:
    window.open(page, "cassettes")
    window.press("TAB")
    assert window.focused == "skip"
    window.press("ENTER")
    window.wait("return location.hash === '#main'")
    window.press("/", "v", "e", "r", "c", "e", "l")
    assert window.focused == "f-text" and window.text("#count") == "1 of 5"
    window.press(*["BACKSPACE"] * 6, "ARROW_DOWN")
    assert window.focused == "r0"
    window.press("ARROW_DOWN", "ARROW_DOWN", "ARROW_UP")
    assert window.focused == "r1"
    outline = "return getComputedStyle(document.activeElement).outlineStyle"
    assert window.run(outline) == "solid"
    window.press("ENTER")
    window.wait(SHOWN, "reset.yaml")
    window.wait("return document.activeElement.id === 'panel'")
    for _ in range(5):  # the way to the tabs
        if window.focused != "t-talk":
            window.press("TAB")
    assert window.focused == "t-talk"
    window.press("ARROW_RIGHT")
    assert window.focused == "t-time" and window.count("#time") == 1
    window.press("END", "ARROW_RIGHT", "ARROW_LEFT")
    assert window.focused == "t-wire"
    window.press("TAB", "TAB", "SPACE")
    assert window.run("return document.activeElement.parentElement.open")
    window.press("ESCAPE")
    window.wait("return document.activeElement.id === 'r1'")
    assert window.complaints() == []


def test_readable_in_light_and_dark(window: Browser, page: Path) -> None:
    for scheme in ("light", "dark"):
        read_all(window, page, scheme)
    choose_colours(window, page)


def read_all(window: Browser, page: Path, scheme: str) -> None:
    window.colours(scheme)
    window.open(page, "cassettes")
    ground = window.run("return getComputedStyle(document.body).backgroundColor")
    assert ground == {"light": "rgb(245, 246, 248)", "dark": "rgb(16, 19, 24)"}[scheme]
    for place, shown in (("c0", "vercel.yaml"), ("c1", "reset.yaml"), ("c2", "anthropic.yaml")):
        window.open(page, place)
        window.wait(SHOWN, shown)
        for tab in ("talk", "time", "wire"):
            window.click(f"#t-{tab}")
            window.run("document.querySelectorAll('details').forEach(e => { e.open = true; })")
            ratio, where = window.run(CONTRAST)
            assert ratio >= SMALLEST_CONTRAST, where
    for view in ("run", "scenarios", "diffs"):
        window.open(page, view)
        window.wait(
            "return document.querySelector(arguments[0]).childElementCount", f"#view-{view}"
        )
        ratio, where = window.run(CONTRAST)
        assert ratio >= SMALLEST_CONTRAST, where


def choose_colours(window: Browser, page: Path) -> None:
    window.open(page, "cassettes")
    window.click("#theme")
    assert window.run("return document.documentElement.dataset.theme") == "light"
    window.click("#theme")
    ground = "return getComputedStyle(document.body).backgroundColor"
    assert window.run(ground) == "rgb(16, 19, 24)"
    window.run("location.reload()")
    window.wait("return document.documentElement.dataset.theme === 'dark'")


def test_on_a_phone_nothing_scrolls_sideways(window: Browser, page: Path) -> None:
    window.window(390, 844, is_phone=True)
    window.open(page, "cassettes")
    assert window.run(SIDEWAYS) <= 0 and window.count("#panel") == 0
    for place in range(5):
        window.open(page, f"c{place}")
        window.wait("return document.querySelector('#panel h2')?.textContent")
        assert window.count("#rows li") == 0
        for tab in ("talk", "time", "wire"):
            window.click(f"#t-{tab}")
            window.run("document.querySelectorAll('details').forEach(e => { e.open = true; })")
            assert window.run(SIDEWAYS) <= 0, (place, tab)
    window.click(".back")
    window.wait("return !document.querySelector('.split').classList.contains('is-open')")
    assert window.count("#rows li") == 5
    for view in ("run", "scenarios", "diffs"):
        window.open(page, view)
        window.wait(
            "return document.querySelector(arguments[0]).childElementCount", f"#view-{view}"
        )
        assert window.run(SIDEWAYS) <= 0, view


def look_at_hostile_text(window: Browser, page: Path) -> None:
    window.open(page, "c4")
    window.wait(SHOWN, "hostile.yaml")
    for tab in ("talk", "time", "wire"):
        window.click(f"#t-{tab}")
    window.run("document.querySelectorAll('details').forEach(e => { e.open = true; })")
    assert window.count("img, iframe") == 0 and window.count("#panel script") == 0
    assert '<script>fetch("//evil.example")</script>' in window.text("#wire")
    assert window.complaints() == [] and window.requests() == []
