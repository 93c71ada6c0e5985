"""Files that hold far more than they are: memory stays bounded, in a process that has no more."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from stream_cassette.cassette.model import Cassette, Interaction, Request, Response
from stream_cassette.store.files import publish
from tests.corpus import ROOT
from tests.support.hostile_texts import OURS

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="limits of address space")

GIB = 1 << 30
LIMIT_MB = 3000  # of address space: a process that holds one large file takes 1.3 GB of it
COMMANDS = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, ({limit_mb} << 20, {limit_mb} << 20))
from stream_cassette.cli import main
main(sys.argv[1:])
"""


def run(*args: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", COMMANDS.format(limit_mb=LIMIT_MB), *map(str, args)],
        env={**os.environ, "PYTHONPATH": str(ROOT / "src"), "COVERAGE_PROCESS_START": ""},
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        timeout=600,
    )


def _sparse(size: int, begin: bytes = b"") -> Callable[[Path], None]:
    def make(path: Path) -> None:
        with open(path, "wb") as file:
            file.write(begin)
            file.truncate(size)

    return make


def _bomb(begin: bytes, repeated: bytes) -> Callable[[Path], None]:
    """A gzip of a megabyte or two that holds more than a gigabyte."""

    def make(path: Path) -> None:
        member = gzip.compress(repeated * (32 * (1 << 20) // len(repeated)))
        path.write_bytes(gzip.compress(begin) + member * 35)

    return make


FILES = {
    "zeros.yaml": (_sparse(GIB), "found none of"),
    "larger.yaml": (_sparse(GIB + 1, OURS), "the file holds 1,073,741,825 bytes; 1,073,741,824"),
    "largest.yaml": (_sparse(1 << 42, OURS), "the file holds 4,398,046,511,104 bytes"),
    "zeros.yaml.gz": (_bomb(b"", bytes(1 << 10)), "found none of"),
    "quoted.yaml.gz": (
        _bomb(OURS[: OURS.index(b"|2+")], b'"aaaaaaaaaaaaaaaaaaaa'),
        "the file unpacks to more than 1,024 MiB",
    ),
}


@pytest.mark.parametrize("name", FILES)
def test_a_file(tmp_path: Path, name: str) -> None:
    make, words = FILES[name]
    make(tmp_path / name)
    done = run("show", tmp_path / name)
    assert done.returncode == 2
    assert words in done.stderr
    assert len(done.stderr) < 2000
    (tmp_path / name).unlink()


def _gzip() -> bytes:
    return gzip.compress(b"data: ") + gzip.compress(b"a" * 16_000_000) * 70


def _brotli() -> bytes:
    return bytes(pytest.importorskip("brotli").compress(b"data: " + b"a" * 100_000_000))


BODIES = {
    "gzip": _gzip,
    "br": _brotli,
}


@pytest.fixture(scope="module")
def bombs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A cassette of bodies that decode to gigabytes, and are kept as they came."""
    path = tmp_path_factory.mktemp("bombs") / "x.yaml"
    packed = {coding: make() for coding, make in BODIES.items()}
    interactions = tuple(
        Interaction(
            request=Request(
                method="POST",
                url="http://a.example/v1/chat/completions",
                headers=(("content-encoding", coding), ("content-type", "application/json")),
                body=body,
            ),
            response=Response(
                status=200,
                headers=(("content-encoding", coding), ("content-type", "text/event-stream")),
                body=body,
            ),
        )
        for coding, body in packed.items()
    )
    publish(path, Cassette(interactions=interactions))
    assert path.stat().st_size < 4_000_000
    yield path
    path.unlink()


@pytest.mark.parametrize(
    ("args", "status"),
    [
        (("show", "--json"), 0),
        (("redact", "--dry-run"), 2),
    ],
)
def test_bodies_that_decode_to_gigabytes(bombs: Path, args: tuple[str, ...], status: int) -> None:
    before = bombs.read_bytes()
    done = run(*args, bombs)
    assert done.returncode == status, done.stderr[-500:]
    assert "Traceback" not in done.stderr
    assert ("can't be masked: it decodes to more than" in done.stderr) == (status == 2)
    assert bombs.read_bytes() == before
