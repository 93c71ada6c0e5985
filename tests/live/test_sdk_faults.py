"""What the SDKs do when an answer breaks: the table in docs, as each of them really behaves.

Each SDK asks a server on loopback once, which is recorded; the replays have a fault each. A row of
the table is for a major version; an SDK, or a version, that it has no row for is skipped.
"""

from __future__ import annotations

import gc
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import pytest

from stream_cassette import load, use_cassette
from stream_cassette.torture.faults import Case, cases, reaction_of
from tests.corpus import CASSETTES
from tests.support.scripted_server import ScriptedServer, reply
from tests.support.sdk_clients import SDKS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "sdks-under-faults.md"
WORDS = {
    "accepted a truncated stream as complete": "takes it for whole",
    "accepted a stream that ended in an error as complete": "takes it for whole",
    "waited 60 s for the rest": "waits",
    "took the event that came twice": "takes it twice",
    "asked again once and had the answer": "asks again",
}


def table() -> dict[tuple[str, str], dict[str, str]]:
    """(SDK, major version) → fault → what the page says."""
    lines = [line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("|")]
    head, _, *rows = ([cell.strip() for cell in line.strip("|").split("|")] for line in lines)
    found = {}
    for row in rows:
        name, _, release = row[0].rpartition(" ")
        found[name, release.partition(".")[0]] = dict(zip(head[1:], row[1:], strict=True))
    return found


def named(kind: type[Exception]) -> str:
    """The class as its users import it: what is behind a private module stands at the top."""
    return f"{kind.__module__.partition('._')[0]}.{kind.__name__}"


def ask(name: str, url: str, path: Path, case: Case) -> tuple[str, str]:
    """The text that came, and what the SDK did, as a cell."""
    fault: Any = {case.index: [case.fault]}
    options: dict[str, Any] = {"clock": "quick", "unplayed": "ignore", "on_miss": "error"}
    pieces, error = [], ""
    with use_cassette(path, fault=fault, **options) as tape:
        try:
            for piece in SDKS[name].ask(url):
                pieces.append(piece)
        except Exception as raised:
            error = named(type(raised))
    outcome = reaction_of(case, "raised" if error else "passed", error, len(tape.played)).text
    cell = f"`{error}`" if outcome == f"raised {error}" else WORDS.get(outcome, outcome)
    return "".join(pieces), cell


@pytest.mark.filterwarnings("ignore")  # what an SDK does otherwise wrong is not the question
@pytest.mark.parametrize("name", SDKS)
def test_the_table(
    name: str, server: ScriptedServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LITELLM_LOCAL_MODEL_COST_MAP", "True")  # else its import asks the network
    sdk = SDKS[name]
    try:
        release = version(sdk.distribution)
    except PackageNotFoundError:
        pytest.skip(f"{sdk.distribution} is not installed: 7 faults")
    wanted = table().get((name, release.partition(".")[0]))
    if wanted is None:
        pytest.skip(f"the table has no row for {name} {release}: 7 faults")
    answer = load(CASSETTES / sdk.cassette).interactions[0].response
    script = reply(answer.body, headers=answer.headers, sized=False)
    url, path = server.serve(script, path=""), tmp_path / "asked.yaml"
    with use_cassette(path, record="all"):
        whole = "".join(sdk.ask(url))
    found = {}
    for case in cases(load(path).interactions):
        text, found[case.name] = ask(name, url, path, case)
        if found[case.name] in ("asks again", "waits"):
            assert text == whole
        elif found[case.name] == "takes it for whole":
            assert whole.startswith(text) and 0 < len(text) < len(whole)
    gc.collect()  # sockets and loops that an SDK left open are told of in this test
    assert found == wanted
