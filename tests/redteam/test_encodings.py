"""The value of an environment variable in every spelling, and several secrets at once."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest

from stream_cassette.store.files import read
from tests.support.leak_places import SSE, Answer, Asked, Place, chat, events, typed
from tests.support.leak_runs import Case, masked_only, record, replay
from tests.support.leak_secrets import ENVIRONMENT, KEYS, SPECIAL, Secret
from tests.support.scripted_server import ScriptedServer

TEXTS: dict[str, Callable[[str], str]] = {
    "raw": lambda s: s,
    "in JSON": lambda s: json.dumps(s)[1:-1],
    "in JSON, as UTF-8": lambda s: json.dumps(s, ensure_ascii=False)[1:-1],
    "in JSON, slashes escaped": lambda s: json.dumps(s)[1:-1].replace("/", "\\/"),
    "in a URL": lambda s: quote(s, safe=""),
    "in a path": lambda s: quote(s),
    "in a form": quote_plus,
    "in a URL, lower case": lambda s: "".join(
        c.lower() if n and quote(s, safe="")[max(0, n - 2) : n].find("%") >= 0 else c
        for n, c in enumerate(quote(s, safe=""))
    ),
    **{
        f"in base64 after {before} bytes": lambda s, n=before: base64.b64encode(  # type: ignore[misc]
            b"user:x"[:n] + s.encode() + b" and more"
        ).decode()
        for before in (0, 1, 2, 3, 5)
    },
    **{
        f"in base64url after {before} bytes": lambda s, n=before: base64.urlsafe_b64encode(  # type: ignore[misc]
            b"~~~"[:n] + s.encode() + b"?>~"
        ).decode()
        for before in range(3)
    },
}
SECRETS = (ENVIRONMENT, SPECIAL, replace(KEYS[0], environ={"MY_API_KEY": KEYS[0].text}))
MEDIA: dict[str, Callable[[str], Answer]] = {
    "text": lambda text: typed("text/plain", f"it is <{text}>.".encode()),
    "JSON": lambda text: typed("application/json", json.dumps({"a": f"it is <{text}>"}).encode()),
    "deltas": lambda text: typed(SSE, *events(chat(f"it is <{text}>."))),
}


def case(secret: Secret, spelled: Callable[[str], str], media: Callable[[str], Answer]) -> Case:
    place = Place(id="spelled", answer=lambda s: media(spelled(s)))
    # what is looked for must be all of it: the base64 of what stands around it is nobody's secret
    return Case(place=place, secret=secret)


@pytest.mark.parametrize("media", MEDIA.values(), ids=MEDIA.keys())
@pytest.mark.parametrize("spelled", TEXTS.values(), ids=TEXTS.keys())
@pytest.mark.parametrize("secret", SECRETS, ids=lambda secret: str(secret.id))
def test_every_spelling(
    server: ScriptedServer,
    tmp_path: Path,
    secret: Secret,
    spelled: Callable[[str], str],
    media: Callable[[str], Answer],
) -> None:
    made = case(secret, spelled, media)
    recorded = record(server, tmp_path, made)
    assert recorded.leaks == []
    (kept,) = read(recorded.path).interactions
    assert masked_only(b"".join(recorded.seen.chunks), kept.response.body) is None
    assert kept.response.body != b"".join(recorded.seen.chunks)


def test_several_secrets_at_once(server: ScriptedServer, tmp_path: Path) -> None:
    texts = [secret.text for secret in (*KEYS, ENVIRONMENT, SPECIAL)]
    both = "; ".join(texts)
    adjoining = texts[0] + "," + texts[1]

    def ask(_: str) -> Asked:
        return Asked(
            path=f"/v1/run?key={texts[3]}&note={texts[2]}",
            headers=(("content-type", "application/json"), ("x-api-key", texts[1])),
            content=json.dumps({"messages": [both, adjoining], "password": texts[0]}).encode(),
        )

    place = Place(
        id="all", ask=ask, answer=lambda _: typed(SSE, *events([*chat(both), *chat(adjoining)]))
    )
    secret = Secret(
        id="all",
        text=both,
        other="",
        parts=tuple(texts),
        environ={**ENVIRONMENT.environ, **SPECIAL.environ},
    )
    made = Case(place=place, secret=secret)
    recorded = record(server, tmp_path, made)
    assert recorded.leaks == []
    (kept,) = read(recorded.path).interactions
    assert masked_only(b"".join(recorded.seen.chunks), kept.response.body) is None
    assert b"".join(replay(recorded, made, "").chunks) == kept.response.body
