"""What could not be done, on stderr: file names and values can't drive a terminal, or a log."""

from __future__ import annotations

import click

from stream_cassette.cassette.visible import visible

__all__ = ["fail"]


def fail(command: str, text: object) -> None:
    """Say it in red. Hidden characters are written out; each further line begins with a bar.

    A line that begins with `::`, after any spaces, would be a command to the log of GitHub.
    """
    first, *more = str(text).split("\n")
    lines = [f"stream-cassette {command}: {visible(first)}"]
    lines += [f"  | {visible(line)}" for line in more]
    click.secho("\n".join(lines), fg="red", err=True)
