"""Reports: turn one into a failure, make one for a file, and say which host was out of reach."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from stream_cassette.plugin.run import Test

__all__ = ["fail", "of_file", "unreachable"]

_NO_CONNECTION = frozenset({"connect", "connect-timeout", "proxy", "tls"})


def fail(item: pytest.Item, report: pytest.TestReport, text: str) -> None:
    """Make a report that has not gone out yet a failed one."""
    try:
        raise pytest.fail.Exception(text, pytrace=False)
    except pytest.fail.Exception as error:
        info = pytest.ExceptionInfo.from_exception(error)
    report.outcome = "failed"
    report.longrepr = item.repr_failure(info)


def of_file(path: str, text: str) -> pytest.TestReport:
    """A failed report for a cassette, which belongs to no single test."""
    return pytest.TestReport(
        nodeid=path,
        location=(path, None, path),
        keywords={},
        outcome="failed",
        longrepr=text,
        when="call",
    )


def unreachable(item: pytest.Item, test: Test, report: pytest.TestReport) -> list[str]:
    """A line for each host that a failed test could not reach while it recorded."""
    if not report.failed or test.tape is None:
        return []
    root = f"{item.config.rootpath}/"
    lines: dict[str, str] = {}
    for interaction in test.tape.recorded:
        ending = interaction.response.ending
        if interaction.response.status == 0 and ending.error in _NO_CONNECTION:
            host = urlsplit(interaction.request.url).netloc.rpartition("@")[2]
            path = str(test.tape.path).removeprefix(root)
            why = ending.message or ending.error
            lines[host] = f"could not reach {host} while recording {path} ({why})"
    return list(lines.values())
