"""`stream-cassette demo`: see it work, offline, in a second."""

from __future__ import annotations

import time
from pathlib import Path

import click

from stream_cassette.cli._failing import fail
from stream_cassette.errors import StreamCassetteError
from stream_cassette.server.demo import DIRECTORY, run
from stream_cassette.server.demo_provider import DemoProvider

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
@click.option(
    "--provider",
    "only_provider",
    is_flag=True,
    help="Run the demo's provider alone, to try things against, until interrupted.",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    help="With --provider: the port on 127.0.0.1; a free one if left out.",
)
def demo(directory: Path, only_provider: bool, port: int) -> None:
    """Record two round trips with a local provider, stop it, replay them byte for byte."""
    try:
        status = _provide(port) if only_provider else run(directory, _say)
    except (StreamCassetteError, OSError) as error:
        fail("demo", error)
        raise SystemExit(2) from error
    raise SystemExit(status)


def _provide(port: int) -> int:
    """Serve until the user interrupts; that is how it ends, not an error."""
    with DemoProvider(port) as provider:
        click.echo("A provider that asks for the tool `weather`, then answers. Interrupt to stop.")
        click.echo(f"OPENAI_BASE_URL={provider.url}/v1")
        click.echo(f"ANTHROPIC_BASE_URL={provider.url}")
        try:
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:
            return 0
