from __future__ import annotations

import pytest

from stream_cassette.api import check_echo, load
from stream_cassette.checks.echoes import echoed
from tests.support.checked import FINDINGS, subject

FILES = sorted(FINDINGS.glob("echo-*.yaml"))


@pytest.mark.parametrize("name", [path.stem for path in FILES])
def test_findings_are_those_of_check_echo(name: str) -> None:
    path = FINDINGS / f"{name}.yaml"
    one = subject(path.read_bytes())
    (known,) = check_echo(load(path))
    (found,) = echoed(one)
    assert (found.rule, found.message) == (f"echo-{known.kind}", known.message)
    assert found.severity == known.severity
    assert (found.interaction, found.line) == (1, one.lines[1])
