"""Peak memory of whole processes: a stream is held as often as it has to be, and no more.

`benchmarks/memory.py` measures 200 MB; this is a third of it, in fresh processes.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.corpus import ROOT

BODY_MB = 64
SCRIPT = """
import sys
from pathlib import Path
from benchmarks import memory
from benchmarks.tools import TOOLS
memory.BODY_MB, memory.KIND = {body}, sys.argv[3]
print(getattr(memory, sys.argv[1])(TOOLS["stream-cassette"], "", Path(sys.argv[2])))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="the figure comes from getrusage")
@pytest.mark.parametrize("kind", ["lf", "crlf", "binary"])
@pytest.mark.parametrize("what", ["published", "replayed"])
def test_at_most_three_times_the_body(tmp_path: Path, what: str, kind: str) -> None:
    paths = os.pathsep.join([str(ROOT / "src"), str(ROOT), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT.format(body=BODY_MB), what, str(tmp_path), kind],
        env={**os.environ, "PYTHONPATH": paths, "COVERAGE_PROCESS_START": ""},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    peak_mb = float(done.stdout)
    assert BODY_MB < peak_mb < 3 * BODY_MB
