"""The command, one file per subcommand."""

from __future__ import annotations

import click

from stream_cassette.cli.check import check
from stream_cassette.cli.demo import demo
from stream_cassette.cli.diff import diff
from stream_cassette.cli.recover import recover
from stream_cassette.cli.redact import redact
from stream_cassette.cli.report import report
from stream_cassette.cli.show import show

__all__ = ["main"]


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="stream-cassette")
def main() -> None:
    """Record the HTTP streams of LLM providers chunk by chunk; replay them cut for cut.

    Exit codes: 0 fine or same, 1 differs or findings, 2 could not do it.
    """


main.add_command(check)
main.add_command(demo)
main.add_command(diff)
main.add_command(recover)
main.add_command(redact)
main.add_command(report)
main.add_command(show)
