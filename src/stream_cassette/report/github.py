"""One line of a GitHub Actions log that GitHub shows as an annotation.

    ::error file=cassettes/weather.yaml,line=12,title=sizes::the chunks hold 4 bytes, the body 5

Source: GitHub Docs, "Workflow commands for GitHub Actions"; actions/toolkit,
packages/core/src/command.ts (`escapeData`, `escapeProperty`).
"""

from __future__ import annotations

from typing import Final, Literal

__all__ = ["Level", "annotation"]

Level = Literal["error", "warning", "notice"]

# the percent sign first: the escapes are made of it
_DATA: Final = (("%", "%25"), ("\r", "%0D"), ("\n", "%0A"))
_PROPERTY: Final = (*_DATA, (":", "%3A"), (",", "%2C"))


def annotation(
    level: Level,
    message: str,
    *,
    file: str | None = None,
    line: int | None = None,
    title: str | None = None,
) -> str:
    """The workflow command, without a line end. `file` counts from the repository's root.

    `message` may have several lines. Properties that are not known are left out; a line without a
    file would be ignored, and is left out too.
    """
    known = {
        "file": file or None,
        "line": str(line) if line is not None and file else None,
        "title": title or None,
    }
    properties = ",".join(
        f"{name}={_escaped(value, _PROPERTY)}" for name, value in known.items() if value is not None
    )
    return f"::{level}{' ' if properties else ''}{properties}::{_escaped(message, _DATA)}"


def _escaped(text: str, table: tuple[tuple[str, str], ...]) -> str:
    for char, escape in table:
        text = text.replace(char, escape)
    return text
