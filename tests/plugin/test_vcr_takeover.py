"""A project of pytest-recording's, run by it and then on our tapes, and back, unchanged."""

from __future__ import annotations

import pytest

from tests.support.inner_project import INI, Project, Provider

CONFTEST = """
import pytest
def scrub(response):
    response["headers"].pop("set-cookie", None)
    return response
def same_place(live, recorded):
    assert live.path == recorded.path and live.host and live.query == recorded.query, "elsewhere"
@pytest.fixture(scope="module")
def vcr_config():
    return {
        "filter_headers": [("authorization", "DUMMY"), "x-secret"],
        "filter_query_parameters": ["key"],
        "filter_post_data_parameters": ["password"],
        "before_record_response": scrub,
        "decode_compressed_response": True,
        "match_on": ["method", "path", "query", "same_place"],
    }
def pytest_recording_configure(config, vcr):
    vcr.register_matcher("same_place", same_place)
"""
SUITE = """
@pytest.mark.vcr
def test_simple():
    head = {"authorization": "Bearer abc", "x-secret": "1"}
    httpx2.post(URL, params={"key": "k1", "q": "x"}, headers=head)
@pytest.mark.vcr
@pytest.mark.block_network(allowed_hosts=["127.0.0.*"])
def test_twice(vcr):
    for _ in range(2):
        httpx2.post(URL, json={"user": "u", "password": "p"})
    assert vcr.play_count in (0, 1, 2)
@pytest.mark.vcr("test_simple.yaml")
def test_more():
    if ALSO_MORE:
        httpx2.post(URL, params={"q": "x"})
    httpx2.post(URL + "/more")
@pytest.mark.default_cassette("named.yaml")
@pytest.mark.vcr(allow_playback_repeats=True)
def test_named():
    httpx2.post(URL + "/c")
    if ALSO_MORE:
        httpx2.post(URL + "/c")
class TestGroup:
    @pytest.mark.vcr
    @pytest.mark.parametrize("n", [1, "a/b:c"])
    def test_param(self, n):
        httpx2.post(URL, params={"n": n})
def test_plain(vcr):
    assert vcr is None
"""
TAKES_OVER = "-ostream_vcr_marks=true"


@pytest.fixture
def suite(project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    project.pytester.makeini(INI.replace("asyncio_default_fixture_loop_scope = function\n", ""))
    project.tests("ALSO_MORE = False\n" + SUITE)
    (project.root / "tests" / "conftest.py").write_text(CONFTEST, "utf-8")
    return project


OURS = ("-p", "stream_cassette.pytest_plugin", TAKES_OVER)
THEIRS = ("-p", "pytest_recording.plugin")
BOTH = ("-p", "recording", *OURS)


def contents(project: Project) -> dict[str, bytes]:
    return {name: (project.root / name).read_bytes() for name in project.files}


def test_their_cassettes_play_unchanged_and_ours_play_there(suite: Project) -> None:
    pytest.importorskip("pytest_recording")
    suite.run_apart(*THEIRS, "--record-mode=new_episodes").assert_outcomes(passed=7)
    theirs, served = contents(suite), Provider.served
    assert "tests/cassettes/test_a/TestGroup.test_param[a-b-c].yaml" in theirs
    suite.tests("ALSO_MORE = True\n" + SUITE)
    for args in (OURS, (*BOTH, "--record-mode=none", "--block-network")):
        result = suite.run_apart(*args)
        result.assert_outcomes(passed=7)
        result.stdout.fnmatch_lines(["stream-cassette: 6 played"])
    assert (contents(suite), Provider.served) == (theirs, served)
    for name in theirs:
        (suite.root / name).unlink()
    suite.tests("ALSO_MORE = False\n" + SUITE)
    suite.run_apart(*OURS, "--stream-record=once").assert_outcomes(passed=7)
    assert contents(suite).keys() == theirs.keys()
    simple = contents(suite)["tests/cassettes/test_a/test_simple.yaml"]
    assert simple.startswith(b"# stream-cassette")
    assert b"k1" not in simple
    assert b"x-secret" not in simple
    suite.run_apart(*THEIRS, "--block-network").assert_outcomes(passed=7)


BAD = """
@pytest.mark.vcr(custom_patches=())
def test_key(): pass
@pytest.mark.vcr
def test_miss():
    try: httpx2.post(URL + "/nope")
    except BaseException: pass
@pytest.mark.vcr(before_record_request=lambda r: None if r.path == "/v1" else r)
def test_passes(vcr):
    assert httpx2.post(URL).status_code == 200
    assert (len(vcr), vcr.play_count, vcr.all_played, vcr.requests, vcr.responses) == (
        0, 0, True, [], [])
@pytest.mark.block_network
def test_plain():
    httpx2.post("http://192.0.2.1/")
"""


def test_what_fails(suite: Project) -> None:
    suite.tests(BAD)
    result = suite.run(*OURS)
    result.assert_outcomes(passed=1, failed=2, errors=1)
    assert Provider.served == 1
    result.stdout.fnmatch_lines(
        [
            "tests/test_a.py::test_key: *stream_vcr_marks does not take over custom_patches; *",
            "tests/cassettes/test_a/test_miss.yaml (no such file) has no answer to POST *nope",
            "tests/test_a.py::test_plain was refused *",
        ]
    )
    result.stdout.no_fnmatch_line("*During handling*")


MODES = """
@pytest.fixture
def vcr_config(): return {"record_mode": "none"}
@pytest.mark.vcr
def test_config():
    with pytest.raises(BaseException, match="has no answer|Can't overwrite"):
        httpx2.post(URL)
@pytest.mark.vcr(record_mode="once")
def test_mark():
    httpx2.post(URL)
"""


def test_a_mode_in_the_config_goes_over_the_flag(suite: Project) -> None:
    pytest.importorskip("pytest_recording")
    suite.tests(MODES)
    conftest = suite.root / "tests" / "conftest.py"
    conftest.write_text("", "utf-8")
    recorded = ["tests/cassettes/test_a/test_mark.yaml"]
    for args in (THEIRS, BOTH, (*BOTH, "-p", "xdist", "-n1")):
        suite.run_apart(*args, "--record-mode=all")
        assert suite.files == recorded
        (suite.root / recorded[0]).unlink()
    suite.run_apart(*BOTH, "--record-mode=none", "--stream-record=all")
    assert len(suite.files) == 2


def test_a_registry_of_matchers_and_no_more(suite: Project) -> None:
    conftest = "def pytest_recording_configure(config, vcr):\n    vcr.register_serializer('x', 1)\n"
    (suite.root / "tests" / "conftest.py").write_text(conftest, "utf-8")
    suite.tests("@pytest.mark.vcr\ndef test_it(): pass\n")
    result = suite.run(*OURS)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*stream_vcr_marks has no vcr.register_serializer*"])
