"""Cassettes held to rules: what is found in the bytes of a file, or in one of ours."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from stream_cassette.cassette.model import Cassette, Interaction, Request, Response
from stream_cassette.cassette.redact import redaction_of
from stream_cassette.checks.examine import Terms, examine, subject_of
from stream_cassette.checks.finding import Finding
from stream_cassette.checks.settings import settings_of
from stream_cassette.checks.subject import Subject
from stream_cassette.formats._registry import write
from stream_cassette.pipeline import readable
from stream_cassette.store.sources import Source
from tests.corpus import CASSETTES

__all__ = ["FINDINGS", "found_in", "get", "held", "lean_pytest", "subject", "terms", "written"]

FINDINGS = CASSETTES / "invalid" / "findings"
NOW = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture
def lean_pytest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Inner runs in a process of their own load our plugin and no other: they start faster."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTEST_ADDOPTS", "-p stream_cassette")


def terms(environ: dict[str, str] | None = None, root: str = "", **options: Any) -> Terms:
    """Terms with these options of `settings_of`, in June 2026."""
    table = options.pop("table", {})
    redaction = redaction_of(True).with_environment(environ or {})
    return Terms(settings=settings_of(table, **options), redaction=redaction, now=NOW, root=root)


def found_in(path: Path, held_to: Terms | None = None, *, named: bool = True) -> list[Finding]:
    """The findings about a file."""
    source = Source(name=str(path), path=path, is_named=named)
    return list(examine(source, held_to or terms()).findings)


def get(body: bytes = b"hello", *headers: tuple[str, str], **response: Any) -> Interaction:
    """A plain GET and its answer."""
    return Interaction(
        request=Request(method="GET", url="https://example.com/"),
        response=Response(
            **{"status": 200, "reason": "OK", "headers": headers, "body": body, **response}
        ),
    )


def written(*interactions: Interaction, ascii: bool = False) -> bytes:
    """Our file, comments and views included."""
    viewed, comments = readable(Cassette(interactions=interactions))
    return write(viewed, comments=comments, ascii=ascii)


def subject(data: bytes) -> Subject:
    """The cassette in the bytes, under examination."""
    return subject_of("a.yaml", data)


def held(*interactions: Interaction) -> Subject:
    """The cassette of these interactions, written and under examination."""
    return subject(written(*interactions))
