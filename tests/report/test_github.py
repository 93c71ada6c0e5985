"""Annotations: read back by the rules by which GitHub's runner reads them."""

from __future__ import annotations

import re

import pytest

from stream_cassette.report.github import annotation

# actions/runner, src/Runner.Common/ActionCommand.cs: the data after the second "::", properties
# at commas, the first "=" of each; then the escapes undone, the percent sign last
COMMAND = re.compile(r"::([a-z]+)(?: ([^\r\n]*?))?::(.*)")
PROPERTY_ESCAPES = {"%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ",", "%25": "%"}
DATA_ESCAPES = {"%0D": "\r", "%0A": "\n", "%25": "%"}


def unescaped(text: str, table: dict[str, str]) -> str:
    for escape, char in table.items():
        text = text.replace(escape, char)
    return text


def as_read(command: str) -> tuple[str, dict[str, str], str]:
    """Level, properties and message, as the runner makes them of a line."""
    assert "\n" not in command and "\r" not in command
    match = COMMAND.fullmatch(command)
    assert match is not None
    pairs = [item.split("=", 1) for item in (match[2] or "").split(",") if item]
    properties = {name: unescaped(value, PROPERTY_ESCAPES) for name, value in pairs}
    return match[1], properties, unescaped(match[3], DATA_ESCAPES)


def test_is_what_github_documents() -> None:
    assert (
        annotation("error", "Missing semicolon", file="app.js", line=1, title="A: b")
        == "::error file=app.js,line=1,title=A%3A b::Missing semicolon"
    )


def test_without_properties() -> None:
    assert annotation("notice", "done") == "::notice::done"


@pytest.mark.parametrize(
    "text",
    [
        "100 % of a, b: c",
        "two\nlines",
        "a\r\nb",
        "%0A is no line end",
        "::error::x",
        "%25",
        "=",
        "é",
    ],
)
def test_any_text_comes_back(text: str) -> None:
    level, properties, message = as_read(
        annotation("warning", text, file=f"a,{text}", line=3, title=text)
    )
    assert (level, message) == ("warning", text)
    assert properties == {"file": f"a,{text}", "line": "3", "title": text}


def test_a_line_without_a_file_is_left_out() -> None:
    assert as_read(annotation("error", "x", line=3, file="")) == ("error", {}, "x")
