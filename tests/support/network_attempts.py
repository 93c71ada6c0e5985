"""What a test can do to reach the network, and what it may do: source for inner projects."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["ATTEMPTS", "CONNECTION", "FREE", "HEAD", "LOOPBACK", "PLAIN", "SWALLOWED", "TAPED"]

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

SWALLOWED = {
    "bare_except": "def test_it(): swallow()",
    "again_and_again": "def test_it():\n    for _ in range(50): swallow()",
    "then_another_failure": "def test_it():\n    swallow()\n    assert False, 'later'",
    "then_a_skip": "def test_it():\n    swallow()\n    pytest.skip('offline')",
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
    "task_group": (
        "def test_it():\n    async def main():\n        async with asyncio.TaskGroup() as group:\n"
        "            group.create_task(asyncio.open_connection(*AWAY))\n    asyncio.run(main())"
    ),
    "callback": (
        "def test_it():\n    async def main():\n"
        "        asyncio.get_running_loop().call_soon(reach)\n        await asyncio.sleep(0.01)\n"
        "    asyncio.run(main())"
    ),
    "unittest": "class TestIt(unittest.TestCase):\n    def test_it(self): reach()",
    "unittest_swallowed": (
        "class TestIt(unittest.TestCase):\n    def test_it(self):\n"
        "        swallow()\n        self.fail('later')"
    ),
    "fixture_swallowed": "@pytest.fixture\ndef early(): swallow()\ndef test_it(early): pass",
}

# what only a test without a guard gets through
FREE = "    with pytest.raises(OSError): socket.getaddrinfo(NAME, 80)\n"
