"""Who is guarded, for how long, and that each attempt is exactly one failure with its target."""

from __future__ import annotations

import importlib.util

import pytest

from tests.support.inner_project import Project
from tests.support.network_attempts import (
    ATTEMPTS,
    CONNECTION,
    HEAD,
    LOOPBACK,
    PLAIN,
    SWALLOWED,
    TAPED,
)


@pytest.mark.parametrize("taped", [True, False], ids=["on a cassette", "by the flag"])
def test_every_attempt_is_one_failure(project: Project, taped: bool) -> None:
    there = {
        name: attempt
        for name, attempt in (ATTEMPTS if taped else PLAIN).items()
        if importlib.util.find_spec(attempt.client)
    }
    tests = "".join(f"def test_{name}():\n    {a.code.strip()}\n" for name, a in there.items())
    project.tests(HEAD + (TAPED if taped else "") + tests)
    result = project.run(*([] if taped else ["--stream-block-network"]))
    assert result.parseoutcomes().get("failed") == len(there)
    assert "errors" not in result.parseoutcomes()
    text = result.stdout.str()
    for name, attempt in there.items():
        assert f"tests/test_a.py::test_{name} was refused {attempt.target}" in text


@pytest.mark.parametrize("taped", [True, False], ids=["on a cassette", "by the flag"])
def test_a_refusal_is_one_failure_whatever_becomes_of_it(project: Project, taped: bool) -> None:
    for name, source in SWALLOWED.items():
        project.tests(HEAD + (TAPED if taped else "") + source, f"tests/test_{name}.py")
    result = project.run(*([] if taped else ["--stream-block-network"]))
    result.assert_outcomes(failed=len(SWALLOWED))
    text = result.stdout.str()
    for name in SWALLOWED:
        id_ = f"tests/test_{name}.py::" + ("TestIt::" if "class TestIt" in SWALLOWED[name] else "")
        assert f"\n{id_}test_it was refused {CONNECTION}" in text
        # the refusal, not what came of it
        assert f"FAILED {id_}test_it - Failed: tests/test" in text


TEARDOWN = "@pytest.fixture\ndef late():\n    yield\n    {}()\ndef test_it(late): pass\n"


@pytest.mark.parametrize("how", ["reach", "swallow"])
def test_a_refusal_in_the_teardown(project: Project, how: str) -> None:
    project.tests(HEAD + TAPED + TEARDOWN.format(how))
    result = project.run()
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines([f"tests/test_a.py::test_it was refused {CONNECTION}"])
    # the call of a test on no cassette has been reported by then
    project.tests(HEAD + TEARDOWN.format(how))
    result = project.run("--stream-block-network")
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines([f"tests/test_a.py::test_it was refused {CONNECTION}"])


def test_a_refusal_in_the_setup_is_an_error_there(project: Project) -> None:
    source = "@pytest.fixture\ndef early(): reach()\ndef test_it(early): pass\n"
    for head, args in ((TAPED, []), ("", ["--stream-block-network"])):
        project.tests(HEAD + head + source)
        result = project.run(*args)
        result.assert_outcomes(errors=1)
        result.stdout.fnmatch_lines([f"tests/test_a.py::test_it was refused {CONNECTION}"])


def test_xfail_stays_xfail(project: Project) -> None:
    source = """
@pytest.mark.xfail(strict=True)
def test_marked(): reach()
@pytest.mark.xfail(strict=True)
def test_swallowed(): swallow()
def test_called():
    try: reach()
    except BaseException: pytest.xfail("known")
"""
    for head, args in ((TAPED, []), ("", ["--stream-block-network"])):
        project.tests(HEAD + head + source)
        project.run(*args).assert_outcomes(xfailed=3)


SCOPES = """
@pytest.fixture(scope="session", autouse=True)
def whole():
    with pytest.raises(OSError): socket.getaddrinfo(NAME, 80)
    yield
    with pytest.raises(OSError): socket.getaddrinfo(NAME, 80)
class TestIt(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        with pytest.raises(OSError): socket.getaddrinfo(NAME, 80)
    def test_it(self): pass
def test_b(): pass
"""


def test_fixtures_of_wider_scope_are_free(project: Project) -> None:
    for head, args in ((TAPED, []), ("", ["--stream-block-network"])):
        project.tests(HEAD + head + SCOPES)
        project.run(*args).assert_outcomes(passed=2)


REMAINS = """
import _socket, sys
def state():
    import pycurl, uvloop
    return [
        *(vars(socket.socket).get(name) for name in "connect connect_ex sendto sendmsg".split()),
        *(vars(m)[name] for m in (socket, _socket)
          for name in "getaddrinfo gethostbyname gethostbyname_ex getnameinfo".split()),
        pycurl.Curl, pycurl.Curl.__getattribute__, pycurl.CurlMulti,
        *(vars(uvloop.Loop).get(name) for name in vars(uvloop.Loop)),
        *(finder for finder in sys.meta_path if type(finder).__module__.startswith("stream")),
    ]
@pytest.fixture(scope="module", autouse=True)
def before(): return state()
@pytest.mark.stream_cassette
def test_guarded(before): assert state() != before
def test_after(before):
    assert state() == before
    with pytest.raises(OSError): reach()
    with socket.socket() as sock:
        sock.settimeout(0.05)
        assert sock.connect_ex(AWAY) != 0
    with pytest.raises(OSError): socket.getaddrinfo(NAME, 80)
"""


def test_nothing_of_it_remains(project: Project) -> None:
    pytest.importorskip("pycurl")
    pytest.importorskip("uvloop")
    project.tests(HEAD + REMAINS)
    project.run().assert_outcomes(passed=2)


COUNT = LOOPBACK.count("def test_")


@pytest.mark.parametrize("args", [(), ("--stream-block-network",)], ids=["taped", "flag"])
def test_loopback_passes_for_each(project: Project, args: tuple[str, ...]) -> None:
    project.tests(HEAD + ("" if args else TAPED) + LOOPBACK)
    passed = project.run(*args).parseoutcomes()
    assert passed.get("passed", 0) + passed.get("skipped", 0) == COUNT
    assert passed.keys() <= {"passed", "skipped"}


def test_an_allowed_name_opens_the_addresses_it_resolves_to(project: Project) -> None:
    """The machine's own name, and one that a resolver of the test's own knows."""
    project.tests(
        HEAD
        + """
import _socket
def known(host, port, *rest): return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", AWAY)]
@pytest.fixture(scope="module", autouse=True)
def resolver():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_socket, "getaddrinfo", known)
        yield
@stream_cassette(allowed_hosts=[NAME])
def test_looked_up():
    with pytest.raises(OSError): socket.create_connection((NAME, 80), 0.01)
@stream_cassette(allowed_hosts=[NAME])
def test_known_from_before():
    with pytest.raises(OSError): reach()
@stream_cassette(allowed_hosts=["other.invalid", "198.51.100.0/24"])
def test_not_allowed():
    assert socket.getaddrinfo("other.invalid", 80)
    with socket.socket() as sock:
        sock.settimeout(0.01)
        sock.connect_ex(("192.0.2.2", 80))
"""
    )
    result = project.run()
    result.assert_outcomes(passed=2, failed=1)
    result.stdout.fnmatch_lines(["*refused a connection to 192.0.2.2:80"])


def test_clients_do_not_wait_and_retry(project: Project) -> None:
    """A refusal is no `Exception`: the SDK's and urllib3's retries never start."""
    pytest.importorskip("openai")
    pytest.importorskip("urllib3")
    project.tests(
        HEAD
        + """
import openai, urllib3
def test_sdk():
    client = openai.OpenAI(api_key="x", base_url="http://nobody.invalid", max_retries=9)
    client.models.list()
def test_urllib3():
    patient = urllib3.Retry(9, backoff_factor=9)
    urllib3.PoolManager().request("GET", "http://192.0.2.1", retries=patient)
"""
    )
    result = project.run("--stream-block-network")
    result.assert_outcomes(failed=2)
    assert "more:" not in result.stdout.str()


def test_xdist(project: Project) -> None:
    pytest.importorskip("xdist")
    tests = "@pytest.mark.parametrize('n', range(6))\ndef test_it(n):\n    if n % 2: reach()\n"
    for head, args in ((TAPED, []), ("", ["--stream-block-network"])):
        project.tests(HEAD + head + tests)
        result = project.run_apart("-n2", *args)
        result.assert_outcomes(passed=3, failed=3)
        result.stdout.fnmatch_lines([f"tests/test_a.py::test_it?3? was refused {CONNECTION}"])
