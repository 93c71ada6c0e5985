"""Which tests the network guard holds for: marks, options, modes, one row for each."""

from __future__ import annotations

import pytest

from tests.support.inner_project import INI, Project
from tests.support.network_attempts import FREE, HEAD

# arguments of the run → (mark, whether the guard holds)
WHO: dict[tuple[str, ...], list[tuple[str, bool]]] = {
    (): [
        ("@stream_cassette", True),
        ("@stream_cassette(record='new')", False),
        ("@stream_cassette(block_network=False)", False),
        ("@stream_cassette(record='all', block_network=True)", False),
        ("@pytest.mark.stream_network(block=False)\n@stream_cassette", False),
        ("@stream_cassette(allowed_hosts=['nobody.invalid'])", False),
        ("@stream_cassette(allowed_hosts='*.invalid, 10.0.0.0/8')", False),
        ("@stream_cassette(ignore_hosts=['nobody.invalid'])", False),
        ("@stream_cassette(allowed_hosts=['*.nobody.invalid', '192.0.2.1'])", True),
        ("", False),
        ("@pytest.mark.stream_network(block=True)", True),
        ("@pytest.mark.stream_network(block=True, allowed_hosts=['*.invalid'])", False),
        ("@pytest.mark.stream_network(allowed_hosts=['nobody.invalid'])", False),
    ],
    ("--stream-record=all",): [
        ("@stream_cassette", False),
    ],
    ("--stream-record=once",): [
        ("@stream_cassette", False),
    ],
    ("--stream-record=none",): [
        ("@stream_cassette(record='new')", True),
    ],
    ("--stream-block-network",): [
        ("@stream_cassette(block_network=False)", False),
        ("", True),
        ("@pytest.mark.stream_network(block=False)", False),
    ],
    ("--stream-allowed-hosts=a.invalid,nobody.invalid",): [
        ("@stream_cassette", False),
    ],
    ("-ostream_allowed_hosts=a.invalid nobody.invalid",): [
        ("@stream_cassette", False),
    ],
    ("-ostream_block_network=true",): [
        ("", True),
    ],
    ("--stream-block-network", "--stream-record=all"): [
        ("", True),
    ],
    ("--stream-block-network", "--stream-allowed-hosts=nobody.invalid"): [
        ("", False),
    ],
}


@pytest.mark.parametrize("args", WHO, ids=" ".join)
def test_who_is_guarded(project: Project, args: tuple[str, ...]) -> None:
    tests = (f"{mark}\ndef test_{n}():\n{FREE}" for n, (mark, _) in enumerate(WHO[args]))
    project.tests(HEAD + "".join(tests))
    project.pytester.makeini(INI.replace("error", "default"))  # recordings with nothing in them
    text = project.run(*args, "-rA").stdout.str()
    for number, (_, guarded) in enumerate(WHO[args]):
        assert f"{'FAILED' if guarded else 'PASSED'} tests/test_a.py::test_{number}" in text
        assert (f"test_{number} was refused a DNS look-up" in text) is guarded


def test_once_is_guarded_from_the_second_run_on(project: Project) -> None:
    source = "@stream_cassette(record='once')\ndef test_it():\n    httpx2.post(URL)\n"
    project.tests(HEAD + source + FREE)
    project.run().assert_outcomes(passed=1)
    project.run().assert_outcomes(failed=1)


def test_verify_is_not_guarded(project: Project) -> None:
    project.tests("@stream_cassette\ndef test_it(): httpx2.post(URL)\n")
    project.run("--stream-record=once").assert_outcomes(passed=1)
    project.tests(HEAD + f"@stream_cassette\ndef test_it():\n    httpx2.post(URL)\n{FREE}")
    result = project.run("--stream-record=verify", "--stream-block-network")
    assert "was refused" not in result.stdout.str()


def test_in_ci_a_mark_does_not_record_and_the_guard_holds(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CI", "true")
    project.tests(f"{HEAD}@stream_cassette(record='all')\ndef test_it():\n{FREE}")
    project.run().assert_outcomes(failed=1)
    project.pytester.makeini(INI.replace("error", "default"))
    project.run("--stream-record=all").assert_outcomes(passed=1)


def test_the_config_fixture_counts(project: Project) -> None:
    project.tests(
        HEAD
        + "@pytest.fixture\ndef stream_cassette_config(): return {'allowed_hosts': [NAME]}\n"
        + f"@stream_cassette\ndef test_taped():\n{FREE}def test_plain():\n{FREE}"
        + "def test_off(): reach()\n"
    )
    project.run("--stream-block-network").assert_outcomes(passed=2, failed=1)
    project.tests(
        "@pytest.fixture\ndef stream_cassette_config(): return {'blocks': 1}\ndef test_it(): pass\n"
    )
    project.run("--stream-block-network").assert_outcomes(errors=1)


@pytest.mark.parametrize(
    ("mark", "said"),
    [
        ("stream_cassette(allowed_hosts=['https://a.example/v1'])", "is no host; give a name"),
        ("stream_cassette(block_network='no')", "'no' is neither True nor False"),
        ("stream_network(on=True)", "takes block=True or False"),
        ("stream_network('a.example')", "takes block=True or False"),
    ],
)
def test_a_wrong_option_says_so(project: Project, mark: str, said: str) -> None:
    project.tests(f"@pytest.mark.{mark}\ndef test_it(): pass\n")
    result = project.run()
    result.assert_outcomes(errors=1)
    assert said in result.stdout.str()
    result.stdout.no_fnmatch_line("*During handling*")
