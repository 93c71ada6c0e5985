"""Secrets of every shape at every place: none in any file at any moment, and each replays.

Recorded from a real socket, chunk by chunk. After every chunk that the client holds, at every sync
and rename, and at the end, all files are searched: journals as they are and as they would be
recovered, temporary files, cassettes.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from stream_cassette.errors import PublishError
from stream_cassette.store.files import read
from tests.support.leak_places import ANSWERS, ASKS, REFUSED, Place
from tests.support.leak_runs import Case, masked_only, record, replay
from tests.support.leak_secrets import KEYS, SECRETS, Secret
from tests.support.leak_watch import plain_body
from tests.support.scripted_server import ScriptedServer

EACH = 2  # secrets at each place, in turns, so that all come often
EVERYWHERE = (
    "prompt",
    "any parameter",
    "chat",
    "messages, arguments",
    "refused",
    "gzip, chat",
    "invoke",
)


def _fit(place: Place, secret: Secret) -> bool:
    return place.only == "text" or secret.fits == "all"


def _cases() -> list[Case]:
    cases, turn = [], 0
    for place in (*ASKS, *ANSWERS):
        fitting = [secret for secret in SECRETS if _fit(place, secret)]
        count = len(fitting) if place.id in EVERYWHERE else EACH
        for number in range(count):
            secret = fitting[(turn + number) % len(fitting)]
            cases.append(Case(place=place, secret=secret))
        turn += EACH
    return cases


CASES = _cases()


def test_there_are_many() -> None:
    assert len(CASES) >= 200
    assert len({str(case) for case in CASES}) == len(CASES)
    assert {case.secret.id for case in CASES} == {secret.id for secret in SECRETS}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_no_leak_and_it_replays(server: ScriptedServer, tmp_path: Path, case: Case) -> None:
    recorded = record(server, tmp_path, case)
    assert recorded.leaks == []
    assert recorded.looks >= 4  # the journal's and the cassette's syncs, the rename, the end
    (kept,) = read(recorded.path).interactions
    wire = b"".join(recorded.seen.chunks)
    (sent,) = server.received[:1]
    assert case.place.ask(case.secret.text).content == sent.body  # the server got it unmasked
    coding = dict(case.place.answer(case.secret.text).headers).get("content-encoding")
    if not kept.response.reencoded:
        assert [len(c) for c in recorded.seen.chunks] == [
            c.size_bytes for c in kept.response.cuts or ()
        ]
    before = wire
    if coding:
        before = plain_body(replace(kept.response, body=wire))
    assert masked_only(before, plain_body(kept.response)) is None
    for text in (case.secret.other, case.secret.text):
        seen = replay(recorded, case, text)
        assert (seen.status, b"".join(seen.chunks)) == (
            recorded.seen.status,
            kept.response.body,
        ), seen.message


@pytest.mark.parametrize("place", REFUSED, ids=lambda place: str(place.id))
@pytest.mark.parametrize("secret", KEYS[:4], ids=lambda secret: str(secret.id))
def test_what_the_masks_do_not_reach_is_refused(
    server: ScriptedServer, tmp_path: Path, place: Place, secret: Secret
) -> None:
    with pytest.raises(PublishError, match="looks like a secret is left") as caught:
        record(server, tmp_path, Case(place=place, secret=secret))
    assert secret.text not in str(caught.value)
    assert [path.suffix for path in (tmp_path / "cassettes").iterdir()] == [".journal"]
