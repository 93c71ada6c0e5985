"""A miss reaches the test through every SDK: at once, one failure, with the place that differs.

The SDKs catch `Exception` from a transport, wait and retry; none of that may happen.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import json
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from stream_cassette.cassette.model import Cassette, Interaction, Request, Response
from stream_cassette.store import files
from tests.support.inner_project import INI, Project

OPENAI = ("https://api.openai.com/v1/chat/completions", {"model": "gpt-5", "messages": []})
ANTHROPIC = (
    "https://api.anthropic.com/v1/messages",
    {"model": "claude-x", "max_tokens": 9, "messages": []},
)
GEMINI = (
    "https://generativelanguage.googleapis.com/v1beta/models/gemini-x:generateContent",
    {"contents": []},
)
ASKED = [{"role": "user", "content": "recorded"}]
CHAT = "chat.completions.create(model='gpt-5', messages=[{'role': 'user', 'content': 'sent'}])"
MESSAGE = (
    "messages.create(model='claude-x', max_tokens=9, "
    "messages=[{'role': 'user', 'content': 'sent'}])"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A call through an SDK, the recorded request it nearly equals, and where it differs."""

    id: str
    module: str
    call: str
    recorded: tuple[str, dict[str, object]]
    path: str = "messages[0].content"
    line: int = 8


CASES = [
    Case(id="openai", module="openai", call=f"openai.OpenAI().{CHAT}", recorded=OPENAI),
    Case(
        id="openai-stream",
        module="openai",
        call=f"list(openai.OpenAI().{CHAT[:-1]}, stream=True))",
        recorded=OPENAI,
    ),
    Case(
        id="openai-async",
        module="openai",
        call=f"asyncio.run(openai.AsyncOpenAI().{CHAT})",
        recorded=OPENAI,
    ),
    Case(
        id="anthropic",
        module="anthropic",
        call=f"anthropic.Anthropic().{MESSAGE}",
        recorded=ANTHROPIC,
    ),
    Case(
        id="anthropic-async",
        module="anthropic",
        call=f"asyncio.run(anthropic.AsyncAnthropic().{MESSAGE})",
        recorded=ANTHROPIC,
    ),
    Case(
        id="google-genai",
        module="google.genai",
        call="client = genai.Client()\n"
        "    client.models.generate_content(model='gemini-x', contents='sent')",
        line=9,
        recorded=GEMINI,
        path="contents[0].parts[0].text",
    ),
    Case(
        id="litellm",
        module="litellm",
        call="litellm.completion(model='openai/gpt-5', "
        "messages=[{'role': 'user', 'content': 'sent'}])",
        recorded=OPENAI,  # its first call imports half of it
    ),
]


def cassette(case: Case) -> Cassette:
    """One recorded request, which says `recorded` where the test says `sent`."""
    url, body = case.recorded
    asked = [{"role": "user", "parts": [{"text": "recorded"}]}] if "contents" in body else ASKED
    key = "contents" if "contents" in body else "messages"
    data = json.dumps({**body, key: asked}).encode()
    headers = (("content-type", "application/json"),)
    request = Request(method="POST", url=url, headers=headers, body=data)
    response = Response(status=200, reason="OK", headers=headers, body=b"{}")
    return Cassette(interactions=(Interaction(request=request, response=response),))


@pytest.fixture(autouse=True, scope="module")
def sdks() -> Iterator[None]:
    """The SDKs, imported before `pytester` notes which modules there are and later drops the rest.

    litellm would fetch its price list in the background, in the middle of a test.
    """
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        patch.setenv("LITELLM_LOCAL_MODEL_COST_MAP", "True")
        for name in sorted({case.module for case in CASES}):
            with contextlib.suppress(ImportError):
                importlib.import_module(name)
        yield


@pytest.mark.filterwarnings("default")  # the SDKs have their own
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_a_miss_comes_through(
    project: Project, case: Case, monkeypatch: pytest.MonkeyPatch
) -> None:
    naps: list[float] = []
    monkeypatch.setattr(time, "sleep", naps.append)

    async def nap(seconds: float, result: object = None) -> object:
        naps.append(seconds)
        return result

    monkeypatch.setattr(asyncio, "sleep", nap)
    pytest.importorskip(case.module)
    imported = "from google import genai" if "genai" in case.module else f"import {case.module}"
    files.publish(project.root / "cassettes/test_a/test_it.yaml", cassette(case))
    project.pytester.makeini(INI.replace("error", "default"))
    head = f"import asyncio\n{imported}\n@stream_cassette\n"
    project.tests(f"{head}def test_it():\n    {case.call}\n")
    result = project.pytester.inline_run("-p", "no:cacheprovider")
    reports = [report for report in result.getreports() if isinstance(report, pytest.TestReport)]
    assert [(report.when, report.outcome) for report in reports] == [
        ("setup", "passed"),
        ("call", "failed"),
        ("teardown", "passed"),
    ]
    text = reports[1].longreprtext
    assert text.startswith("cassettes/test_a/test_it.yaml has no answer to POST https://")
    assert f"{case.path}: " in text
    assert f"requested at tests/test_a.py:{case.line} (test_it)" in text
    assert naps == []
