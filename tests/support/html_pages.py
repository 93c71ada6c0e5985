"""HTML reports in tests: their panels unpacked, their text, and cassettes that show something."""

from __future__ import annotations

import gzip
from base64 import b64decode
from collections.abc import Sequence
from dataclasses import replace
from html.parser import HTMLParser

from stream_cassette.api import frames_of, load
from stream_cassette.cassette.model import Cassette, Cut, Ending, Interaction
from stream_cassette.meaning import conversations_of
from tests.corpus import CASSETTES

__all__ = ["Page", "cut_by_frames", "of", "paced", "page_of", "signed"]

SIGNED = CASSETTES / "openai_chat" / "vercel_thinking.yaml"


class Page(HTMLParser):
    """Elements in order as (tag, attributes), the text outside of scripts and style, panels."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.scripts: dict[str, str] = {}
        self._inside: str | None = None
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.elements.append((tag, found))
        if tag in ("script", "style"):
            self._inside = found.get("id") or tag

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self._inside = None

    def handle_data(self, data: str) -> None:
        if self._inside is None:
            self.words.append(data)
        else:
            self.scripts[self._inside] = self.scripts.get(self._inside, "") + data

    @property
    def text(self) -> str:
        """All of it, blanks folded."""
        return " ".join("".join(self.words).split())

    def with_class(self, name: str) -> list[dict[str, str | None]]:
        """The attributes of the elements of that class."""
        return [one for _, one in self.elements if name in (one.get("class") or "").split()]

    def html_of(self, ident: str) -> str:
        """The HTML of a packed panel."""
        return gzip.decompress(b64decode(self.scripts[f"p-{ident}"])).decode()

    def panel(self, ident: str) -> Page:
        """A packed panel as a page of its own."""
        return Page(self.html_of(ident))


def page_of(html: str) -> Page:
    """The parsed page."""
    return Page(html)


def of(*interactions: Interaction) -> Cassette:
    """A cassette that can read its conversations."""
    return Cassette(interactions=interactions, reader=conversations_of)


def signed() -> Cassette:
    """Two turns: a signed thought and a call, their echo, the answer. Cut points unknown."""
    return load(SIGNED)


def cut_by_frames(
    one: Interaction, *, each_ms: float = 20.0, head_ms: float | None = 400.0
) -> Interaction:
    """The interaction, every frame of its body a chunk, at a steady pace."""
    cuts = [
        Cut(len(frame.raw), number * each_ms)
        for number, frame in enumerate(frames_of(one.response))
    ]
    return replace(one, response=replace(one.response, cuts=cuts, head_ms=head_ms))


def paced() -> Cassette:
    """`signed`, with chunks; its last interaction broken off by a reset."""
    first, second = (cut_by_frames(one) for one in signed().interactions)
    cuts = list(second.response.cuts or ())[:6]
    body = second.response.body[: sum(cut.size_bytes for cut in cuts)]
    ending = Ending(kind="error", error="reset", message="Connection reset by peer")
    broken = replace(second, response=replace(second.response, cuts=cuts, body=body, ending=ending))
    return of(first, broken)
