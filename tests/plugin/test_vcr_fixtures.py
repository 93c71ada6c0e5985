"""The fixtures of pytest-recording that a project overrides or asks for."""

from __future__ import annotations

from tests.support.inner_project import Project

OVERRIDES = """
@pytest.fixture(scope="module")
def vcr_cassette_dir(request):
    return str(request.path.parent / "tapes")
@pytest.fixture
def default_cassette_name(request):
    return "tape_of_" + request.node.name
@pytest.mark.vcr(record_mode="once")
def test_it(vcr, vcr_markers, disable_recording, block_network, tape):
    assert httpx2.post(URL).status_code == 200
    assert [mark.kwargs for mark in vcr_markers] == [{"record_mode": "once"}]
    assert not disable_recording
    assert vcr.tape is tape
    assert tape.path.as_posix().endswith("tests/tapes/tape_of_test_it.yaml")
    if vcr.play_count:
        assert (len(vcr), vcr.all_played) == (1, True)
        assert vcr.requests[0].uri == URL
        assert vcr.responses[0]["status"]["code"] == 200
"""


def test_overridden_and_asked_for(project: Project) -> None:
    project.tests(OVERRIDES)
    args = ("-ostream_vcr_marks=true", "-p", "no:recording")
    project.run(*args).assert_outcomes(passed=1)
    assert (project.root / "tests/tapes/tape_of_test_it.yaml").is_file()
    result = project.run(*args)
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines(["stream-cassette: 1 played"])


def test_without_the_ini_the_mark_is_not_ours(project: Project) -> None:
    project.tests(
        "@pytest.mark.vcr\ndef test_it(request):\n    assert 'tape' not in request.fixturenames\n"
    )
    project.run("-p", "no:recording", "-Wdefault").assert_outcomes(passed=1)
