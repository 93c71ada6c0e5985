"""The command: one file per subcommand, loaded when it is called, as git calls it per file."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

import click

__all__ = ["main"]

_INTERRUPTED: Final = 130  # as a shell has it: 128 and the number of SIGINT

# each is the command of the module of its name
_COMMANDS = (
    "check",
    "convert",
    "demo",
    "diff",
    "recover",
    "redact",
    "report",
    "show",
)


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"{__name__}.{cmd_name}"), cmd_name)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (KeyboardInterrupt, click.Abort):
            # not 1, which click would exit with: that is an answer here
            click.echo("\nstream-cassette: interrupted", err=True)
            ctx.exit(_INTERRUPTED)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="stream-cassette")
def main() -> None:
    """Record the HTTP streams of LLM providers chunk by chunk; replay them cut for cut.

    Exit codes: 0 fine or same, 1 differs or findings, 2 could not do it,
    130 interrupted.
    """
