"""The demo: record a round trip with a real server, stop the server, replay it from the file.

`record` gives what the clients saw live; `replay` plays the files with nothing listening and
compares: file with live, replay with live, byte for byte and cut for cut. At the end what was said
in the two dialects is shown side by side.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from stream_cassette.api import compare, fingerprint, load, side_by_side
from stream_cassette.cassette.model import Cassette, header
from stream_cassette.errors import CassetteFileError, StreamCassetteError, UsageError
from stream_cassette.server._demo_clients import CLIENTS, DemoClient, Said
from stream_cassette.server._witness import Seen, witness
from stream_cassette.server.demo_provider import SERVER_NAME, DemoProvider
from stream_cassette.tape import use_cassette

__all__ = ["DIRECTORY", "Recorded", "cassette_path", "record", "replay", "run"]

DIRECTORY = "stream-cassette-demo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """One cassette of the demo and what was seen while it was recorded.

    `url` is where the provider listened; `digest` is of the file as published.
    """

    client: DemoClient
    path: Path
    url: str
    said: Said
    seen: tuple[Seen, ...]
    digest: str

    @property
    def size_bytes(self) -> int:
        """The size of the file."""
        return self.path.stat().st_size


def cassette_path(directory: Path, client: DemoClient) -> Path:
    """Where the demo keeps the client's cassette."""
    return directory / f"{client.name}.yaml"


def check_ours(path: Path) -> None:
    """Refuse a file that is there and that no demo wrote. Raises: UsageError."""
    if not path.exists():
        return
    try:
        interactions = load(path).interactions
    except CassetteFileError:
        interactions = ()
    ours = [
        urlsplit(one.request.url).hostname == "127.0.0.1"
        and header(one.response.headers, "server") == SERVER_NAME
        for one in interactions
    ]
    if not ours or not all(ours):
        raise UsageError(f"{path} is there and was not written by the demo; choose another --dir")


def record(directory: Path) -> tuple[Recorded, ...]:
    """Start the provider, record one cassette per client, stop the provider.

    Raises: UsageError where a file stands that the demo did not write.
    """
    for client in CLIENTS:
        check_ours(cassette_path(directory, client))
    with DemoProvider() as provider:
        return tuple(_record(client, directory, provider.url) for client in CLIENTS)


def _record(client: DemoClient, directory: Path, url: str) -> Recorded:
    path = cassette_path(directory, client)
    seen: list[Seen] = []
    with use_cassette(path, record="all"), _http_client(client, seen) as http_client:
        said = client.trip(client.send(url, http_client))
    return Recorded(
        client=client, path=path, url=url, said=said, seen=tuple(seen), digest=fingerprint(path)
    )


@contextmanager
def _http_client(client: DemoClient, seen: list[Seen]) -> Iterator[Any]:
    module = client.family()
    with module.Client(transport=witness(module, seen), timeout=10) as http_client:
        yield http_client


def replay(recorded: Recorded) -> list[str]:
    """Play the file with nothing listening; every difference as a line of text, none if equal."""
    try:
        cassette = load(recorded.path)
    except CassetteFileError as error:
        return [f"the file can no longer be read: {error}"]
    found = _file_differences(recorded, cassette)
    if not found and fingerprint(recorded.path) != recorded.digest:
        found = ["the file was changed after it was recorded (outside the recorded bytes)"]
    return found or _replay_differences(recorded)


def _file_differences(recorded: Recorded, cassette: Cassette) -> list[str]:
    """The file's bodies and cuts against what the client saw while recording."""
    found: list[str] = []
    for index, (live, filed) in enumerate(zip_longest(recorded.seen, cassette.interactions)):
        where = f"interaction {index}"
        if live is None or filed is None:
            return [f"{where}: {'not seen live' if live is None else 'not in the file'}"]
        cuts = tuple(cut.size_bytes for cut in filed.response.cuts or ())
        found += _difference(f"{where}, request", live.request, filed.request.body, "the file has")
        found += _difference(f"{where}, response", live.body, filed.response.body, "the file has")
        if filed.response.status != live.status:
            found.append(f"{where}: status {filed.response.status}, live it was {live.status}")
        if cuts != live.sizes:
            found.append(f"{where}: cut points differ: {cuts}, live they were {live.sizes}")
    return found


def _replay_differences(recorded: Recorded) -> list[str]:
    seen: list[Seen] = []
    try:
        with use_cassette(recorded.path), _http_client(recorded.client, seen) as http_client:
            said = recorded.client.trip(recorded.client.send(recorded.url, http_client))
    except Exception as error:  # whatever an SDK makes of a miss or of broken bytes
        return [f"the replay failed: {_reason(error)}"]
    found: list[str] = []
    for index, (live, played) in enumerate(zip_longest(recorded.seen, seen)):
        where = f"interaction {index}"
        if live is None or played is None:
            return [f"{where}: {'not seen live' if live is None else 'not played'}"]
        found += _difference(f"{where}, request", live.request, played.request, "replayed")
        found += _difference(f"{where}, response", live.body, played.body, "replayed")
        if played.sizes != live.sizes:
            found.append(f"{where}: cut points differ: {played.sizes}, live {live.sizes}")
    if said != recorded.said:
        found.append("the client read something else from the same bytes")
    return found


def _difference(where: str, live: bytes, other: bytes, verb: str) -> list[str]:
    """Where two byte strings first differ, with what is there."""
    if live == other:
        return []
    byte = next(
        (n for n, (a, b) in enumerate(zip(live, other, strict=False)) if a != b),
        min(len(live), len(other)),
    )
    was, now = live[byte : byte + 12], other[byte : byte + 12]
    return [f"{where}, byte {byte}: {verb} {now!r}, live it was {was!r}"]


def _reason(error: BaseException) -> str:
    """The error that started it: an SDK wraps a miss into a connection error of its own."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, StreamCassetteError):
            return str(cause)
        cause = cause.__cause__ or cause.__context__
    return f"{type(error).__name__}: {error}"


def run(directory: Path, say: Callable[[str], None]) -> int:
    """Record, replay, compare, and tell `say` line by line; 0 if all is equal, else 1.

    Raises: UsageError where a file stands that the demo did not write.
    """
    recorded = record(directory)
    for one in recorded:
        _tell_recording(one, say)
    say("The provider is stopped. Replaying from the files, offline:")
    failed = False
    for one in recorded:
        differences = replay(one)
        failed = failed or bool(differences)
        say(_verdict(one, differences))
        for difference in differences:
            say(f"    {one.path}: {difference}")
    if not failed:
        failed = not _tell_match(recorded, say)
    return 1 if failed else 0


def _tell_match(recorded: Sequence[Recorded], say: Callable[[str], None]) -> bool:
    """Show what the files say in both dialects; whether it is the same."""
    one, other = (load(each.path).conversation for each in recorded)
    first, second = (each.client.name for each in recorded)
    say("What they say, read from the two dialects:")
    for line in side_by_side(one, other, (first, second), level="exact"):
        say(f"  {line}")
    text, exact = (compare(one, other, level=level) for level in ("text", "exact"))
    if text:
        say("  conversations: DIFFERS at level 'text':")
    else:
        say("  conversations: same roles, calls, results and text; what differs at level 'exact':")
    for difference in text or exact:
        say(f"    {difference}")
    return not text


def _tell_recording(one: Recorded, say: Callable[[str], None]) -> None:
    chunks = sum(len(seen.chunks) for seen in one.seen)
    said = one.said
    say(f"{one.client.name}, recorded through {one.client.label()}")
    say(f"  turn 1  reasoning {len(said.reasoning)} chars, signed ({len(said.signature)} chars)")
    say(f"          {said.call}")
    say(f"  turn 2  {said.text}")
    say(f"  wrote   {one.path}  {one.size_bytes:,} bytes, {chunks} chunks")


def _verdict(one: Recorded, differences: list[str]) -> str:
    if differences:
        return f"  {one.client.name}: DIFFERS from what was recorded"
    sizes = sum(len(seen.body) for seen in one.seen)
    chunks = sum(len(seen.chunks) for seen in one.seen)
    return f"  {one.client.name}: same {sizes:,} bytes in the same {chunks} chunks"
