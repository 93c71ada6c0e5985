"""`stream-cassette demo`: see it work, offline, in a second."""

from __future__ import annotations

from pathlib import Path

import click

from stream_cassette.errors import StreamCassetteError
from stream_cassette.server.demo import DIRECTORY, run

__all__ = ["demo"]

_COLOURS = (("DIFFERS", "red"), (": same ", "green"))


def _say(line: str) -> None:
    """Print a line; click drops the colour where there is no terminal."""
    colour = next((colour for mark, colour in _COLOURS if mark in line), None)
    click.secho(line, fg=colour)


@click.command()
@click.option(
    "--dir",
    "directory",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(DIRECTORY),
    show_default=True,
    help="Where the two cassettes go; only the demo's own files are replaced.",
)
def demo(directory: Path) -> None:
    """Record two round trips with a local provider, stop it, replay them byte for byte."""
    try:
        status = run(directory, _say)
    except (StreamCassetteError, OSError) as error:
        click.secho(f"stream-cassette demo: {error}", fg="red", err=True)
        raise SystemExit(2) from error
    raise SystemExit(status)
