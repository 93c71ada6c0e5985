"""One suite over several workers: what they record and replay is what one process would."""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace

import pytest

from stream_cassette.plugin import workers
from stream_cassette.store.files import read
from tests.support.inner_project import Project, Provider

pytest.importorskip("xdist")

FILES = 3
SHARING = 4  # tests in each file that use the one cassette
OWN = 4  # tests in each file with a cassette of their own
COMMON = {"common": 1}

SUITE = """
def ask(question):
    answer = httpx2.post(URL, json=question).json()
    assert answer["asked"] == question
    return answer["number"]

@pytest.mark.parametrize("n", range({sharing}))
@stream_cassette("shared.yaml")
def test_shared(n):
    ask({{"common": 1}})
    ask({{"file": {file}, "n": n}})

@pytest.mark.parametrize("n", range({own}))
@stream_cassette
def test_own(n):
    ask({{"own": {file}, "n": n}})
    ask({{"own": {file}, "n": n}})
"""


class Echo(Provider):
    """Answers with the question, and the number of the request."""

    lock = threading.Lock()

    def do_POST(self) -> None:  # noqa: N802
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        with self.lock:
            Provider.served += 1
            number = Provider.served
        body = json.dumps({"asked": asked, "number": number}).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture(autouse=True)
def _few_plugins(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of eight workers would import every one that is installed."""
    project.pytester.makeini("[pytest]\ntestpaths = tests\nfilterwarnings = error\n")
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTEST_PLUGINS", "xdist.plugin,stream_cassette.pytest_plugin")


@pytest.fixture
def suite(project: Project) -> Iterator[Project]:
    """A project of three files whose tests share one cassette."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    project.url = f"http://127.0.0.1:{server.server_port}/v1"
    for file in range(FILES):
        text = SUITE.format(file=file, sharing=SHARING, own=OWN)
        project.tests(text, f"tests/test_{file}.py")
    yield project
    server.shutdown()
    server.server_close()
    thread.join()


def _questions(path: Path) -> list[str]:
    return [interaction.request.body.decode() for interaction in read(path).interactions]


def _numbers(path: Path) -> list[int]:
    answers = [interaction.response.body for interaction in read(path).interactions]
    return [json.loads(answer)["number"] for answer in answers]


def _check_files(root: Path) -> None:
    """Nothing torn, lost, doubled or left behind."""
    cassettes = root / "cassettes"
    shared = Counter(_questions(cassettes / "shared.yaml"))
    wanted = [{"file": file, "n": n} for file in range(FILES) for n in range(SHARING)]
    assert shared == Counter(_compact(question) for question in (COMMON, *wanted))
    for file in range(FILES):
        for n in range(OWN):
            own = cassettes / f"test_{file}" / f"test_own[{n}].yaml"
            assert _questions(own) == [_compact({"own": file, "n": n})] * 2
    files = [path for path in cassettes.rglob("*") if path.is_file()]
    assert len(files) == 1 + FILES * OWN


def _compact(question: dict[str, int]) -> str:
    return json.dumps(question, separators=(",", ":"))


ASKED = 1 + FILES * (SHARING + 2 * OWN)
TESTS = FILES * (SHARING + OWN)


@pytest.mark.parametrize(
    ("workers", "dist", "modes"),
    [
        (0, "no", ["all", "all"]),  # the measure
        (2, "load", ["all", "all"]),
        (8, "load", ["all"]),
        (8, "worksteal", ["once"]),
        (2, "loadfile", ["once"]),
        (2, "loadscope", ["new"]),
    ],
)
def test_a_suite_is_recorded_and_replayed(
    suite: Project, workers: int, dist: str, modes: list[str]
) -> None:
    """Where it is recorded twice, every cassette is replaced, and the shared one only once."""
    spread = ("-n", str(workers), "--dist", dist)
    for times, mode in enumerate(modes, 1):
        suite.run_apart(f"--stream-record={mode}", *spread).assert_outcomes(passed=TESTS)
        assert Provider.served == times * ASKED
        _check_files(suite.root)
        for path in (suite.root / "cassettes").rglob("*.yaml"):
            assert min(_numbers(path)) > (times - 1) * ASKED
    result = suite.run_apart(*spread)
    result.assert_outcomes(passed=TESTS)
    assert Provider.served == len(modes) * ASKED
    result.stdout.no_fnmatch_line("*- stream-cassette -*")
    result.stdout.fnmatch_lines([f"stream-cassette: {1 + FILES * OWN} played"])


CRASHES = """
@pytest.mark.parametrize("n", range(2))
@stream_cassette("shared.yaml")
def test_crash(n):
    import os
    httpx2.post(URL, json={"crash": n})
    if os.environ.get("CRASH"):
        os._exit(1)
"""


def test_a_worker_that_crashes_loses_its_own_test_only(
    suite: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    suite.tests(CRASHES, "tests/test_crash.py")
    monkeypatch.setenv("CRASH", "1")
    result = suite.run_apart("--stream-record=all", "-n2", "--max-worker-restart=4")
    result.assert_outcomes(passed=TESTS, failed=2)
    result.stdout.fnmatch_lines(["*crashed while running*test_crash*"])
    directory = suite.root / "cassettes"
    left = [path for path in directory.iterdir() if path.name.endswith(".journal")]
    assert len(left) == 2  # for `recover`
    for path in [*left, *directory.glob("*.lock")]:
        path.unlink()
    _check_files(suite.root)
    monkeypatch.delenv("CRASH")
    result = suite.run_apart("--stream-record=new", "-n2", "--stream-unplayed=ignore")
    result.assert_outcomes(passed=TESTS + 2)
    assert len(_questions(directory / "shared.yaml")) == 1 + FILES * SHARING + 2


WARNING = """
@stream_cassette
def test_warns(tape):
    pass

@stream_cassette("shared.yaml")
@pytest.mark.parametrize("n", range(4))
def test_part(n):
    if n:
        httpx2.post(URL, json={"n": n})
"""


def test_one_summary_of_all_workers(
    project: Project, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    temporary = tmp_path_factory.mktemp("run")
    monkeypatch.setenv("TMPDIR", str(temporary))  # where nobody else leaves anything
    project.tests(WARNING.replace("if n:", "if True:"))
    project.run_apart("--stream-record=all", "-n2", "-W", "default").assert_outcomes(
        passed=5, warnings=1
    )
    project.tests(WARNING)
    result = project.run_apart("-n4", "-k", "part")
    result.assert_outcomes(passed=4, failed=1)
    text = result.stdout.str()
    assert text.count("- stream-cassette -") == 1
    assert text.count("1 of 4 interactions never played") == 1  # the failure
    left = "unplayed: cassettes/shared.yaml, 1 of 4 interactions (all tests that share it)"
    assert text.count(left) == 1
    assert list(temporary.glob("stream-cassette-*")) == []


def test_how_long_a_worker_waits_is_an_ini_option(project: Project) -> None:
    project.tests(
        """
@stream_cassette
def test_it(tape):
    assert tape.options.lock_timeout_s == 1.5
    httpx2.post(URL, json=1)
"""
    )
    ini = ("-o", "stream_lock_timeout=1.5", "--stream-record=all")
    project.run(*ini).assert_outcomes(passed=1)
    result = project.run("-o", "stream_lock_timeout=soon", "--stream-record=all")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*stream_lock_timeout: 'soon' is no number of seconds*"])


def test_a_run_of_one_process_has_no_directory(pytestconfig: pytest.Config) -> None:
    lonely = SimpleNamespace()
    assert workers.directory_of(lonely) is None  # type: ignore[arg-type]
    assert workers.hand_over(lonely, {}) is False  # type: ignore[arg-type]
    worker = SimpleNamespace(workerinput={"stream_cassette": "/run"}, workeroutput={})
    assert workers.directory_of(worker) == Path("/run")  # type: ignore[arg-type]
    assert workers.hand_over(worker, {"notes": []}) is True  # type: ignore[arg-type]
    assert worker.workeroutput == {"stream_cassette": {"notes": []}}
