"""`python -m stream_cassette`: the command, where its script is not on the path."""

from stream_cassette.cli import main

main(prog_name="python -m stream_cassette")
