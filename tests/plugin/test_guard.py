"""Who is guarded, for how long, and that each attempt is exactly one failure with its target."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass

import pytest

from tests.support.inner_project import INI, Project

# addresses for documentation and names that can't exist: a test that gets out meets nobody
HEAD = """
import asyncio, concurrent.futures, socket, threading, unittest
AWAY, NAME = ("192.0.2.1", 80), "nobody.invalid"
def reach(): socket.create_connection(AWAY, 0.05).close()
opened = []
def udp():
    opened.append(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
    return opened[-1]
@pytest.fixture(scope="module", autouse=True)
def closed():
    yield
    for sock in opened: sock.close()
def swallow():
    try: reach()
    except BaseException: pass
"""
TAPED = "pytestmark = pytest.mark.stream_cassette(unplayed='ignore')\n"
WHOM = "192.0.2.1:80"
CONNECTION = f"a connection to {WHOM}"
LOOK_UP = "a DNS look-up of nobody.invalid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What a test does, what it is refused; the client it takes, if it takes one."""

    code: str
    target: str
    client: str = "socket"


ATTEMPTS = {
    "create_connection": Attempt(code="reach()", target=CONNECTION),
    "connect": Attempt(code="socket.socket().connect(AWAY)", target=CONNECTION),
    "connect_ex": Attempt(code="socket.socket().connect_ex(AWAY)", target=CONNECTION),
    "connect_to_name": Attempt(
        code="socket.socket().connect((NAME, 80))", target="a connection to nobody.invalid:80"
    ),
    "bare": Attempt(code="import _socket; _socket.socket().connect(AWAY)", target=CONNECTION),
    "ipv6": Attempt(
        code="socket.socket(socket.AF_INET6).connect(('2001:db8::1', 443))",
        target="a connection to [2001:db8::1]:443",
    ),
    "sendto": Attempt(code="udp().sendto(b'x', AWAY)", target=f"to send to {WHOM}"),
    "sendto_name": Attempt(
        code="udp().sendto(b'x', 0, (NAME, 53))", target="to send to nobody.invalid:53"
    ),
    "sendmsg": Attempt(code="udp().sendmsg([b'x'], [], 0, AWAY)", target=f"to send to {WHOM}"),
    "getaddrinfo": Attempt(code="socket.getaddrinfo(NAME, 80)", target=LOOK_UP),
    "gethostbyname": Attempt(code="socket.gethostbyname(NAME)", target=LOOK_UP),
    "gethostbyname_ex": Attempt(code="socket.gethostbyname_ex(NAME)", target=LOOK_UP),
    "gethostbyaddr": Attempt(code="socket.gethostbyaddr(NAME)", target=LOOK_UP),
    "reverse": Attempt(
        code="socket.gethostbyaddr(AWAY[0])", target="a reverse DNS look-up of 192.0.2.1"
    ),
    "getnameinfo": Attempt(
        code="socket.getnameinfo(AWAY, 0)", target="a reverse DNS look-up of 192.0.2.1"
    ),
    "asyncio_stream": Attempt(
        code="asyncio.run(asyncio.open_connection(*AWAY))", target=CONNECTION
    ),
    "asyncio_name": Attempt(
        code="asyncio.run(asyncio.open_connection(NAME, 80))", target=f"{LOOK_UP} in thread"
    ),
    "asyncio_socket": Attempt(
        code="""
    async def main():
        with socket.socket() as sock:
            sock.setblocking(False)
            await asyncio.get_running_loop().sock_connect(sock, AWAY)
    asyncio.run(main())""",
        target=CONNECTION,
    ),
    "asyncio_datagram": Attempt(
        code="""
    async def main():
        loop = asyncio.get_running_loop()
        await loop.create_datagram_endpoint(asyncio.DatagramProtocol, remote_addr=AWAY)
    asyncio.run(main())""",
        target=CONNECTION,
    ),
    "asyncio_look_up": Attempt(
        code="""
    async def main(): await asyncio.get_running_loop().getaddrinfo(NAME, 80)
    asyncio.run(main())""",
        target=f"{LOOK_UP} in thread",
    ),
    "anyio": Attempt(
        code="import anyio; anyio.run(anyio.connect_tcp, NAME, 80)",
        target=f"{LOOK_UP} in thread",
        client="anyio",
    ),
    "trio": Attempt(
        code="import trio; trio.run(trio.open_tcp_stream, *AWAY)",
        target=CONNECTION,
        client="trio",
    ),
    "trio_name": Attempt(
        code="import trio; trio.run(trio.open_tcp_stream, NAME, 80)",
        target=f"{LOOK_UP} in thread",
        client="trio",
    ),
    "urllib": Attempt(
        code="import urllib.request; urllib.request.urlopen('http://192.0.2.1/')",
        target=f"{CONNECTION} through http.client",
    ),
    "requests": Attempt(
        code="import requests; requests.get('http://nobody.invalid/v1')",
        target=f"{LOOK_UP} through requests",
        client="requests",
    ),
    "urllib3": Attempt(
        code="import urllib3; urllib3.PoolManager().request('GET', 'http://192.0.2.1/')",
        target=f"{CONNECTION} through urllib3",
        client="urllib3",
    ),
    "botocore": Attempt(
        code="""
    from botocore.awsrequest import AWSRequest
    from botocore.httpsession import URLLib3Session
    URLLib3Session().send(AWSRequest("GET", "http://192.0.2.1/").prepare())""",
        target=f"{CONNECTION} through botocore",
        client="botocore",
    ),
    "aiohttp": Attempt(
        code="""
    import aiohttp
    async def main():
        async with aiohttp.ClientSession() as session:
            await session.get("http://192.0.2.1/")
    asyncio.run(main())""",
        target=f"{CONNECTION} through aiohttp",
        client="aiohttp",
    ),
    "pycurl": Attempt(
        code="""
    import pycurl
    handle = pycurl.Curl()
    handle.setopt(pycurl.URL, "https://nobody.invalid/v1")
    handle.perform()""",
        target="a connection to nobody.invalid:443",
        client="pycurl",
    ),
    "uvloop": Attempt(
        code="import uvloop; uvloop.run(asyncio.open_connection(NAME, 80))",
        target="a connection to nobody.invalid:80",
        client="uvloop",
    ),
}
# what a cassette intercepts goes out only where there is none
PLAIN = ATTEMPTS | {
    "httpx": Attempt(
        code="import httpx; httpx.get('http://nobody.invalid/')", target=LOOK_UP, client="httpx"
    ),
    "httpx_async": Attempt(
        code="""
    import httpx
    async def main():
        async with httpx.AsyncClient() as client:
            await client.get("http://192.0.2.1/")
    asyncio.run(main())""",
        target=CONNECTION,
        client="httpx",
    ),
    "httpx2": Attempt(
        code="httpx2.get('http://nobody.invalid/')",
        target=f"{LOOK_UP} through httpx2",
        client="httpx2",
    ),
}


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


SWALLOWED = {
    "bare except": "def test_it(): swallow()",
    "again and again": "def test_it():\n    for _ in range(50): swallow()",
    "then another failure": "def test_it():\n    swallow()\n    assert False, 'later'",
    "then a skip": "def test_it():\n    swallow()\n    pytest.skip('offline')",
    "thread": "def test_it():\n    t = threading.Thread(target=reach); t.start(); t.join()",
    "pool": (
        "def test_it():\n    with concurrent.futures.ThreadPoolExecutor() as pool:\n"
        "        pool.submit(reach)"
    ),
    "gather": (
        "def test_it():\n    async def main():\n        await asyncio.gather(\n"
        "            asyncio.to_thread(reach), asyncio.open_connection(*AWAY), "
        "return_exceptions=True)\n    asyncio.run(main())"
    ),
    "task group": (
        "def test_it():\n    async def main():\n        async with asyncio.TaskGroup() as group:\n"
        "            group.create_task(asyncio.open_connection(*AWAY))\n    asyncio.run(main())"
    ),
    "callback": (
        "def test_it():\n    async def main():\n"
        "        asyncio.get_running_loop().call_soon(reach)\n        await asyncio.sleep(0.01)\n"
        "    asyncio.run(main())"
    ),
    "unittest": "class TestIt(unittest.TestCase):\n    def test_it(self): reach()",
    "unittest, swallowed": (
        "class TestIt(unittest.TestCase):\n    def test_it(self):\n"
        "        swallow()\n        self.fail('later')"
    ),
    "fixture, swallowed": "@pytest.fixture\ndef early(): swallow()\ndef test_it(early): pass",
}


@pytest.mark.parametrize("taped", [True, False], ids=["on a cassette", "by the flag"])
@pytest.mark.parametrize("case", SWALLOWED)
def test_a_refusal_is_one_failure_whatever_becomes_of_it(
    project: Project, case: str, taped: bool
) -> None:
    project.tests(HEAD + (TAPED if taped else "") + SWALLOWED[case])
    result = project.run("-rA", *([] if taped else ["--stream-block-network"]))
    result.assert_outcomes(failed=1)
    text = result.stdout.str()
    first = next(line for line in text.splitlines() if "was refused" in line)
    assert first.startswith("tests/test_a.py::")
    assert CONNECTION in first
    assert "ERROR tests/" not in text


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
    assert socket.socket().connect_ex(("192.0.2.1", 9)) if False else True
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


LOOPBACK = """
from urllib.parse import urlsplit
HERE = urlsplit(URL)
PLACE = (HERE.hostname, HERE.port)
def test_socket(): socket.create_connection(PLACE).close()
def test_connect_ex():
    with socket.socket() as sock: assert sock.connect_ex(("localhost", HERE.port)) == 0
def test_look_ups():
    socket.getaddrinfo("localhost", 80)
    socket.getaddrinfo(None, 80)
    assert socket.getaddrinfo("192.0.2.1", 80)
    assert socket.gethostbyname("127.0.0.1") == "127.0.0.1"
    socket.getfqdn()
    socket.getfqdn("")
    assert socket.getnameinfo(AWAY, socket.NI_NUMERICHOST | socket.NI_NUMERICSERV)[0] == AWAY[0]
    with pytest.raises(socket.gaierror): socket.getaddrinfo(NAME, 80, flags=socket.AI_NUMERICHOST)
def test_udp():
    with udp() as one, udp() as other:
        one.bind(("127.0.0.1", 0))
        other.sendto(b"x", one.getsockname())
        other.sendmsg([b"y"], [], 0, one.getsockname())
        assert one.recv(1) + one.recv(1) == b"xy"
def test_unix_and_pairs():
    one, other = socket.socketpair()
    one.sendmsg([b"x"])
    one.close(); other.close()
    with socket.socket(socket.AF_UNIX) as sock, pytest.raises(FileNotFoundError):
        sock.connect("nowhere")
def test_binding():
    with socket.socket() as sock:
        sock.bind(("0.0.0.0", 0))
        sock.listen()
        socket.create_connection(("0.0.0.0", sock.getsockname()[1])).close()
def test_asyncio():
    async def main():
        _, writer = await asyncio.open_connection(*PLACE)
        writer.close()
        await writer.wait_closed()
    asyncio.run(main())
def test_urllib():
    import urllib.request
    urllib.request.urlopen(URL, data=b"x").read()
def test_requests():
    requests = pytest.importorskip("requests")
    with requests.Session() as session: assert session.post(URL).ok
def test_aiohttp():
    aiohttp = pytest.importorskip("aiohttp")
    async def main():
        async with aiohttp.ClientSession() as session, session.post(URL) as response:
            assert response.ok
    asyncio.run(main())
def test_pycurl():
    pycurl = pytest.importorskip("pycurl")
    handle = pycurl.Curl()
    handle.setopt(pycurl.URL, URL)
    handle.setopt(pycurl.POSTFIELDS, "x")
    handle.setopt(pycurl.WRITEFUNCTION, lambda data: len(data))
    handle.perform()
def test_uvloop():
    uvloop = pytest.importorskip("uvloop")
    async def main():
        loop = asyncio.get_running_loop()
        _, writer = await asyncio.open_connection(*PLACE)
        writer.close()
        await writer.wait_closed()
        assert await loop.getaddrinfo("localhost", 80)
        assert await loop.getnameinfo(("127.0.0.1", 80))
        with socket.socket() as sock:
            sock.setblocking(False)
            await loop.sock_connect(sock, PLACE)
        transport, _ = await loop.create_datagram_endpoint(
            asyncio.DatagramProtocol, remote_addr=("127.0.0.1", 9))
        transport.close()
    uvloop.run(main())
"""
COUNT = LOOPBACK.count("def test_")


@pytest.mark.parametrize("args", [(), ("--stream-block-network",)], ids=["taped", "flag"])
def test_loopback_passes_for_each(project: Project, args: tuple[str, ...]) -> None:
    project.tests(HEAD + ("" if args else TAPED) + LOOPBACK)
    passed = project.run(*args).parseoutcomes()
    assert passed.get("passed", 0) + passed.get("skipped", 0) == COUNT
    assert passed.keys() <= {"passed", "skipped"}


FREE = "    with pytest.raises(OSError): socket.getaddrinfo(NAME, 80)\n"


@pytest.mark.parametrize(
    ("mark", "args", "guarded"),
    [
        ("@stream_cassette", (), True),
        ("@stream_cassette", ("--stream-record=all",), False),
        ("@stream_cassette", ("--stream-record=once",), False),
        ("@stream_cassette(record='new')", (), False),
        ("@stream_cassette(record='new')", ("--stream-record=none",), True),
        ("@stream_cassette(block_network=False)", (), False),
        ("@stream_cassette(block_network=False)", ("--stream-block-network",), False),
        ("@stream_cassette(record='all', block_network=True)", (), False),
        ("@pytest.mark.stream_network(block=False)\n@stream_cassette", (), False),
        ("@stream_cassette(allowed_hosts=['nobody.invalid'])", (), False),
        ("@stream_cassette(allowed_hosts='*.invalid, 10.0.0.0/8')", (), False),
        ("@stream_cassette(ignore_hosts=['nobody.invalid'])", (), False),
        ("@stream_cassette(allowed_hosts=['*.nobody.invalid', '192.0.2.1'])", (), True),
        ("@stream_cassette", ("--stream-allowed-hosts=a.invalid,nobody.invalid",), False),
        ("@stream_cassette", ("-ostream_allowed_hosts=a.invalid nobody.invalid",), False),
        ("", (), False),
        ("", ("--stream-block-network",), True),
        ("", ("-ostream_block_network=true",), True),
        ("", ("--stream-block-network", "--stream-record=all"), True),
        ("", ("--stream-block-network", "--stream-allowed-hosts=nobody.invalid"), False),
        ("@pytest.mark.stream_network(block=True)", (), True),
        ("@pytest.mark.stream_network(block=True, allowed_hosts=['*.invalid'])", (), False),
        ("@pytest.mark.stream_network(allowed_hosts=['nobody.invalid'])", (), False),
        ("@pytest.mark.stream_network(block=False)", ("--stream-block-network",), False),
    ],
)
def test_who_is_guarded(project: Project, mark: str, args: tuple[str, ...], guarded: bool) -> None:
    project.tests(f"{HEAD}{mark}\ndef test_it():\n{FREE}")
    project.pytester.makeini(INI.replace("error", "default"))  # recordings with nothing in them
    result = project.run(*args)
    result.assert_outcomes(**({"failed": 1} if guarded else {"passed": 1}))
    assert ("was refused a DNS look-up" in result.stdout.str()) is guarded


def test_once_is_guarded_from_the_second_run_on(project: Project) -> None:
    source = "@stream_cassette(record='once')\ndef test_it():\n    httpx2.post(URL)\n"
    project.tests(HEAD + source + FREE)
    project.run().assert_outcomes(passed=1)
    project.run().assert_outcomes(failed=1)


def test_in_ci_a_mark_does_not_record_and_the_guard_holds(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")
    project.tests(f"{HEAD}@stream_cassette(record='all')\ndef test_it():\n{FREE}")
    project.run().assert_outcomes(failed=1)
    project.pytester.makeini(INI.replace("error", "default"))
    project.run("--stream-record=all").assert_outcomes(passed=1)


def test_the_config_fixture_counts(project: Project) -> None:
    project.tests(
        HEAD
        + "@pytest.fixture\ndef stream_cassette_config(): return {'allowed_hosts': [NAME]}\n"
        + f"@stream_cassette\ndef test_taped():\n{FREE}def test_plain():\n{FREE}"
        + "def test_off(): reach()\n"
    )
    project.run("--stream-block-network").assert_outcomes(passed=2, failed=1)
    project.tests(
        "@pytest.fixture\ndef stream_cassette_config(): return {'blocks': 1}\ndef test_it(): pass\n"
    )
    project.run("--stream-block-network").assert_outcomes(errors=1)


@pytest.mark.parametrize(
    ("mark", "said"),
    [
        ("stream_cassette(allowed_hosts=['https://a.example/v1'])", "is no host; give a name"),
        ("stream_cassette(block_network='no')", "'no' is neither True nor False"),
        ("stream_network(on=True)", "takes block=True or False"),
        ("stream_network('a.example')", "takes block=True or False"),
    ],
)
def test_a_wrong_option_says_so(project: Project, mark: str, said: str) -> None:
    project.tests(f"@pytest.mark.{mark}\ndef test_it(): pass\n")
    result = project.run()
    result.assert_outcomes(errors=1)
    assert said in result.stdout.str()


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
