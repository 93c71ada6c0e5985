"""Cassettes, a run of tests and diffs as one HTML file that needs nothing else.

The page has no address of anything: its style and script stand in it, and its content security
policy allows these two, by their digests, and nothing more. What was recorded is hostile: it goes
through the template engine's escaping, after `html_text` has written out what is not seen. Each
cassette's panel is HTML, made here, compressed; the script puts it on the page when it is opened,
so that a thousand cassettes stay a light page.
Needs jinja2, which the extra `report` brings.
"""

from __future__ import annotations

import gzip
import json
from base64 import b64encode
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from stream_cassette.cassette.model import Cassette
from stream_cassette.cassette.visible import visible
from stream_cassette.errors import UsageError
from stream_cassette.report.html_cassette import (
    Reading,
    Row,
    cassette_view,
    reading_of,
    row_of,
)
from stream_cassette.report.html_diff import diff_view
from stream_cassette.report.html_interaction import Caps
from stream_cassette.report.html_run import run_view, states_of
from stream_cassette.report.html_scenarios import provider_of, scenarios_of
from stream_cassette.report.html_text import plural

if TYPE_CHECKING:
    import jinja2

    from stream_cassette.diffing.model import TreeDiff
    from stream_cassette.report.run_summary import RunSummary

__all__ = ["html_report"]

_LEAN_FROM = 24 << 20  # bytes of packed panels, from which on frames and bodies are left out
_FULL = 48 << 20  # … and from which on panels are
_LEAN = Caps(part_chars=2_000, frames=0, body_chars=0, interactions=50)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Panel:
    """One piece of HTML that is put on the page when it is asked for."""

    id: str
    packed: str


@dataclass(slots=True)
class _Page:
    """What is gathered while the cassettes are read, one after the other."""

    rows: list[Row]
    panels: list[_Panel]
    readings: list[tuple[int, Reading]]
    interactions: int = 0
    size: int = 0
    notes: tuple[str, ...] = ()


def html_report(
    cassettes: Iterable[tuple[str, Cassette]],
    *,
    run: RunSummary | None = None,
    diffs: TreeDiff | Sequence[TreeDiff] | None = None,
    title: str = "Cassettes",
    unreadable: Sequence[tuple[str, str]] = (),
) -> str:
    """The page, as the text of a UTF-8 file.

    `cassettes` are names and values, read one at a time; `unreadable` names and reasons. A `run`'s
    tests find their cassettes by name. What is too much is cut, and the page says so.

    Raises: UsageError: jinja2 is not installed.
    """
    templates = _templates()
    states = {} if run is None else states_of(run)
    page = _Page(rows=[], panels=[], readings=[])
    for name, cassette in cassettes:
        _add(page, reading_of(name, cassette), states, templates)
    directory = _shared([row.name for row in page.rows])
    page.rows = [replace(row, directory=directory) for row in page.rows]
    views = _views(page, run, _listed(diffs), templates)
    style, script = (_source(templates, name) for name in ("report.css", "report.js"))
    return templates.get_template("page.html.j2").render(
        title=visible(title),
        summary=_summary(page, unreadable),
        style=style,
        script=script,
        policy=_policy(style, script),
        rows=page.rows,
        panels=page.panels,
        views=views,
        options=_options(page.rows),
        searched=_json([row.searched for row in page.rows]),
        unreadable=[(visible(name), visible(why)) for name, why in unreadable],
        notes=_notes(page),
    )


def _templates() -> jinja2.Environment:
    try:
        import jinja2
    except ImportError as error:
        raise UsageError(
            "an HTML report needs jinja2, which is not installed: "
            "pip install 'stream-cassette[report]'"
        ) from error
    return jinja2.Environment(
        loader=jinja2.PackageLoader("stream_cassette", "report/templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _add(
    page: _Page, reading: Reading, states: dict[str, tuple[str, ...]], templates: jinja2.Environment
) -> None:
    place = len(page.rows)
    page.rows.append(row_of(reading, states.get(reading.name, ())))
    page.interactions += len(reading.cassette.interactions)
    if provider_of(reading) is not None:
        page.readings.append((place, replace(reading, cassette=Cassette(), steps=(), links=())))
    if page.size >= _FULL:
        return
    caps = _LEAN if page.size >= _LEAN_FROM else Caps()
    html = templates.get_template("panel.html.j2").render(
        view=cassette_view(reading, caps), caps=caps
    )
    panel = _Panel(id=f"c{place}", packed=_packed(html))
    page.size += len(panel.packed)
    page.panels.append(panel)


def _views(
    page: _Page,
    run: RunSummary | None,
    diffs: Sequence[TreeDiff],
    templates: jinja2.Environment,
) -> list[tuple[str, str]]:
    """The page's views, id and words, the first one to be seen first; their panels are added."""
    limit = Caps().part_chars
    views: list[tuple[str, str]] = []

    def add(ident: str, words: str, **values: Any) -> None:
        html = templates.get_template(f"{ident}.html.j2").render(**values)
        page.panels.append(_Panel(id=ident, packed=_packed(html)))
        views.append((ident, words))

    if run is not None:
        places = {row.name: place for place, row in enumerate(page.rows)}
        add("run", "Test run", view=run_view(run, places))
    if page.rows or not (diffs or run is not None):
        views.append(("cassettes", "Cassettes"))
    shared = page.rows[0].directory if page.rows else ""
    scenarios = [
        replace(one, name=one.name.removeprefix(visible(shared)))
        for one in scenarios_of(page.readings, limit)
    ]
    if scenarios:
        add("scenarios", "Side by side", views=scenarios)
    if diffs:
        add("diffs", "Differences", views=[diff_view(one, limit) for one in diffs])
    return views


def _listed(diffs: TreeDiff | Sequence[TreeDiff] | None) -> Sequence[TreeDiff]:
    if diffs is None:
        return ()
    return diffs if isinstance(diffs, Sequence) else (diffs,)


def _source(templates: jinja2.Environment, name: str) -> str:
    """A file that stands in the page as it is."""
    loader = templates.loader
    assert loader is not None
    return loader.get_source(templates, name)[0]


def _policy(style: str, script: str) -> str:
    """Nothing may be loaded, sent or run but this style and this script."""
    digests = {
        name: b64encode(sha256(text.encode()).digest()).decode()
        for name, text in (("style", style), ("script", script))
    }
    return (
        f"default-src 'none'; style-src 'sha256-{digests['style']}'; "
        f"script-src 'sha256-{digests['script']}'; base-uri 'none'; form-action 'none'"
    )


def _packed(html: str) -> str:
    """gzip in base64; the same HTML is the same text at any time."""
    return b64encode(gzip.compress(html.encode(), 6, mtime=0)).decode()


def _json(value: Any) -> str:
    """JSON that may stand in a script element: no `<`, and nothing that ends a line."""
    text = json.dumps(value, ensure_ascii=True)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _summary(page: _Page, unreadable: Sequence[tuple[str, str]]) -> str:
    words = [plural(len(page.rows), "cassette"), plural(page.interactions, "interaction")]
    if unreadable:
        words.append(f"{len(unreadable):,} unreadable")
    return " · ".join(words) if page.rows or unreadable else ""


def _notes(page: _Page) -> list[str]:
    notes = []
    if page.size >= _LEAN_FROM:
        notes.append("The page is large: of later cassettes, frames and bodies are left out.")
    if page.size >= _FULL:
        kept = sum(panel.id.startswith("c") for panel in page.panels)
        notes.append(f"The page is full: cassettes from number {kept + 1:,} on are only listed.")
    return notes


def _shared(names: Sequence[str]) -> str:
    """The directory that all names begin with, up to its slash."""
    shared: list[str] = []
    for steps in zip(*(name.split("/")[:-1] for name in names), strict=False):
        if len(set(steps)) > 1:
            break
        shared.append(steps[0] + "/")
    return "".join(shared)


def _options(rows: Sequence[Row]) -> dict[str, list[str]]:
    """What each filter offers, in alphabetical order."""
    return {
        name: sorted({word for row in rows for word in getattr(row, name)})
        for name in ("who", "finishes", "endings", "states")
    }
