from __future__ import annotations

from stream_cassette.checks.rules import RULES
from stream_cassette.checks.run import Outcome
from stream_cassette.report.findings_terminal import findings_lines, rules_lines
from tests.support.outcomes import OUTCOME


def test_findings_remedies_and_the_sum() -> None:
    lines = list(findings_lines(OUTCOME))
    assert lines[0] == (
        "cassettes/a.yaml:12: error sizes: interaction 1: the chunks hold 4 bytes, the body 5",
        "error",
    )
    assert lines[1].text.startswith("cassettes/a.yaml:3: info spelling: a\\u{202E}<b>")
    assert lines[2] == (
        "cassettes/b ö.yaml: warning orphan: no test uses it (2 collected)",
        "warning",
    )
    total = "3 cassettes checked, 1 error, 1 warning, 1 info in 2 of them"
    assert [line.text for line in lines[3:]] == [
        "",
        "sizes: drop them",
        "spelling: nothing has to be done",
        "orphan: delete it",
        "cassettes/c.yaml: mended",
        "note: something could not be told",
        f"{total}, 1 file mended, 1 other file passed over, 1 not readable",
    ]
    assert all(line.text.isprintable() for line in lines)


def test_nothing_found_is_one_line() -> None:
    (line,) = findings_lines(Outcome(checked=("a.yaml",)))
    assert line.text == "1 cassette checked, nothing found"


def test_every_rule_is_listed() -> None:
    text = "\n".join(line.text for line in rules_lines())
    assert all(rule.id in text and rule.what in text for rule in RULES.values())
    assert "(with --max-age)" in text and "(with --orphans)" in text
