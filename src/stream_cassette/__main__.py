"""`python -m stream_cassette`: the command."""

from __future__ import annotations

from stream_cassette.cli import main

main(prog_name="stream-cassette")
