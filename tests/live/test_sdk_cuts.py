"""The SDKs read the same text however it is cut: CRLF, escapes, characters of many bytes."""

from __future__ import annotations

import gc
import re
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest

from stream_cassette import load, use_cassette
from tests.corpus import CASSETTES
from tests.support.scripted_server import ScriptedServer, reply
from tests.support.sdk_clients import SDKS

CUTS = ("whole", "bytes", "frames", *(f"hostile:{seed}" for seed in range(2)))
_TEXT = re.compile(rb'("(?:content|text|delta)"\s*:\s*")([A-Za-z])')
_LINE_END = re.compile(rb"(?<!\r)\n")


def harder(body: bytes, media: str) -> bytes:
    """The body with what is hard to cut at the beginning of each text.

    NDJSON stays free of U+2028 and keeps its LF: ollama reads lines with `str.splitlines`.
    """
    is_sse = "event-stream" in media
    hard = ("é\u2028🌞" if is_sse else "é🌞").encode() + rb"\ud83c\udf1e\n"
    body = _TEXT.sub(lambda match: match[1] + hard + match[2], body)
    return _LINE_END.sub(b"\r\n", body) if is_sse else body


@pytest.mark.filterwarnings("ignore")  # what an SDK does otherwise wrong is not the question
@pytest.mark.parametrize("name", SDKS)
def test_cuts(
    name: str, server: ScriptedServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LITELLM_LOCAL_MODEL_COST_MAP", "True")  # else its import asks the network
    sdk = SDKS[name]
    try:
        version(sdk.distribution)
    except PackageNotFoundError:
        pytest.skip(f"{sdk.distribution} is not installed: {len(CUTS)} cuts")
    answer = load(CASSETTES / sdk.cassette).interactions[0].response
    body = harder(answer.body, dict(answer.headers)["content-type"])
    url = server.serve(reply(body, headers=answer.headers, sized=False), path="")
    path = tmp_path / "asked.yaml"
    with use_cassette(path, record="all"):
        whole = "".join(sdk.ask(url))
    assert "é" in whole and "🌞" in whole
    for recut in CUTS:
        with use_cassette(path, recut=recut):
            assert "".join(sdk.ask(url)) == whole, recut
    gc.collect()  # sockets and loops that an SDK left open are told of in this test
