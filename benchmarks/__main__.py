"""`python -m benchmarks`: the table, every figure a ratio against a peer of the same run.

Each figure comes from its own process, the tools take turns, and the median of the rounds counts.
A tool that this interpreter does not have is skipped and says so; `--python cassetter=PATH` runs
it with another one.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.rows import ROWS
from benchmarks.stream_server import serving

__all__ = ["main"]

ROOT = Path(__file__).resolve().parent.parent
OURS = "stream-cassette"


def measure(python: str, row: str, tool: str, url: str) -> dict[str, Any]:
    """The child's answer; a child that fails is skipped with the last line of its error."""
    command = [python, "-m", "benchmarks.child", row, tool, url]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no output"])[-1]
        return {"skipped": f"failed: {last}"}
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def table_of(
    rows: Sequence[str], rounds: int, pythons: Mapping[str, str]
) -> dict[str, dict[str, dict[str, Any]]]:
    """Row → tool → `{"value", "rounds", "version"}` or `{"skipped"}`."""
    table: dict[str, dict[str, dict[str, Any]]] = {}
    with serving() as url:
        for row in rows:
            answers: dict[str, list[dict[str, Any]]] = {tool: [] for tool in ROWS[row].tools}
            for _ in range(rounds):
                for tool in answers:
                    python = pythons.get(tool, sys.executable)
                    answers[tool].append(measure(python, row, tool, url))
            table[row] = {tool: summed_up(given) for tool, given in answers.items()}
    return table


def summed_up(answers: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The median of the rounds, or the first reason for there being none."""
    skipped = [answer for answer in answers if "skipped" in answer]
    if skipped:
        return skipped[0]
    values = [answer["value"] for answer in answers]
    return {
        "value": statistics.median(values),
        "rounds": values,
        "version": answers[0]["version"],
    }


def lines_of(table: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> list[str]:
    """The table as text: value, ratio to the bare client, and ours as a share of the tool's."""
    lines = [f"{'':40} {'tool':24} {'value':>12} {'÷ bare':>8} {'ours ÷':>8}"]
    for row, tools in table.items():
        bare, ours = tools["bare"].get("value"), tools[OURS].get("value")
        for position, (tool, answer) in enumerate(tools.items()):
            title = ROWS[row].title if position == 0 else ""
            name = f"{tool} {answer.get('version') or ''}".rstrip()
            if "skipped" in answer:
                lines.append(f"{title:40} {name:24} {answer['skipped']}")
                continue
            value = f"{answer['value']:,.1f} {ROWS[row].unit}"
            to_bare = ratio(answer["value"], bare)
            lines.append(
                f"{title:40} {name:24} {value:>12} {to_bare:>8} {ratio(ours, answer['value']):>8}"
            )
    return lines


def ratio(value: float | None, to: float | None) -> str:
    """`1.25`, or a dash where one of the two is missing."""
    return "-" if value is None or not to else f"{value / to:.3g}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the rows, print the table; exit code 2 if our own row could not be measured."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("rows", nargs="*", help=f"of {', '.join(ROWS)} (default: all)")
    parser.add_argument("--rounds", type=int, default=3, help="processes per figure (3)")
    parser.add_argument("--json", action="store_true", help="print values instead of the table")
    parser.add_argument(
        "--python", action="append", default=[], metavar="TOOL=PATH", help="interpreter of one tool"
    )
    options = parser.parse_args(arguments)
    unknown = sorted(set(options.rows) - set(ROWS))
    if unknown:
        parser.error(f"no row named {', '.join(unknown)}; there are {', '.join(ROWS)}")
    pythons = dict(pair.split("=", 1) for pair in options.python)
    table = table_of(options.rows or list(ROWS), options.rounds, pythons)
    if options.json:
        print(json.dumps({"schema": 1, "rows": table}, indent=2))
    else:
        print("\n".join(lines_of(table)))
    return 2 if any("skipped" in tools[OURS] for tools in table.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
