"""A test project of its own, and a provider on loopback for it to call.

Inner runs find the client modules and the plugin's loaded, because they are imported here: what an
inner run imports is taken out of `sys.modules` again, and would be there twice.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx2  # noqa: F401
import pytest

import stream_cassette.marks
import stream_cassette.plugin.hooks
import stream_cassette.tape  # noqa: F401

__all__ = ["INI", "ONE", "TWO", "Project", "Provider", "fewer", "project", "provider"]


INI = """
[pytest]
testpaths = tests
asyncio_default_fixture_loop_scope = function
filterwarnings =
    error
"""


class Provider(BaseHTTPRequestHandler):
    """Answers every POST with two events and the number of the request."""

    protocol_version = "HTTP/1.1"
    served = 0

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("content-length", 0)))
        type(self).served += 1
        body = b"data: %d\n\ndata: [DONE]\n\n" % self.served
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing to the terminal."""


class Project:
    """An inner test project. `{URL}` in a test file is the provider's address."""

    def __init__(self, pytester: pytest.Pytester, url: str) -> None:
        self.pytester = pytester
        self.url = url
        self.root = pytester.path
        pytester.makeini(INI)

    def tests(self, source: str, file: str = "tests/test_a.py") -> None:
        """Write a test file, with what every one of them needs at its top."""
        head = "import httpx2, pytest\nfrom stream_cassette import stream_cassette, current_tape\n"
        path = self.root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        text = head + f"URL = {self.url!r}\n" + source
        path.write_text(text, "utf-8")

    def run(self, *args: str) -> pytest.RunResult:
        """Run in this process."""
        return self.pytester.runpytest_inprocess("-p", "no:cacheprovider", *args)

    def run_apart(self, *args: str) -> pytest.RunResult:
        """Run in a process of its own."""
        return self.pytester.runpytest_subprocess("-p", "no:cacheprovider", *args)

    @property
    def files(self) -> list[str]:
        """Every file below any `cassettes` directory, relative to the rootdir."""
        found = self.root.glob("**/cassettes/**/*")
        return sorted(path.relative_to(self.root).as_posix() for path in found if path.is_file())


@pytest.fixture
def provider() -> Iterator[str]:
    """The address of a server on loopback."""
    Provider.served = 0
    server = ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/v1"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def project(pytester: pytest.Pytester, provider: str, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project whose runs see neither the outer run's CI nor its options."""
    for name in (
        "CI",
        "GITHUB_ACTIONS",
        "STREAM_RECORD",
        "PYTEST_ADDOPTS",
        "OPENAI_API_KEY",
        "GEMINI_API_KEY",
    ):
        monkeypatch.delenv(name, raising=False)
    return Project(pytester, provider)


ONE = """
@stream_cassette
def test_one(tape):
    assert httpx2.post(URL, json={"a": 1}).text.startswith("data: ")
"""


TWO = """
def calls(): return 2
@stream_cassette
def test_two(tape):
    for number in range(calls()):
        httpx2.post(URL, json={"n": number})
"""


def fewer(project: Project, **options: str) -> None:
    """Record two interactions; then have the test make one."""
    project.tests(TWO)
    project.run("--stream-record=once").assert_outcomes(passed=1)
    given = ", ".join(f"{name}={value!r}" for name, value in options.items())
    project.tests(TWO.replace("return 2", "return 1").replace("cassette\n", f"cassette({given})\n"))
