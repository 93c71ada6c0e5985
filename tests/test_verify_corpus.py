"""Other people's cassettes, held to themselves under new ids, signatures and encrypted values.

A run that differs only in what the server issued is the same run: nothing may drift, in any
dialect, though clients echo those values in their next requests.
"""

from __future__ import annotations

import json
import random
import string
from dataclasses import replace
from pathlib import Path

from stream_cassette import pipeline, spoken_levels
from stream_cassette.api import load
from stream_cassette.cassette.bindings import issued_values
from stream_cassette.cassette.match import MatchOptions
from stream_cassette.cassette.model import Interaction, Response, header
from stream_cassette.cassette.secret_names import DEFAULT
from stream_cassette.errors import StreamCassetteError
from stream_cassette.session.levels import LEVELS
from stream_cassette.session.verify import Rules, Verdict, verdict_of
from stream_cassette.wire.encoding import is_identity
from stream_cassette.wire.eventstream import with_checksums

RULES = Rules(
    match=MatchOptions(),
    redaction=DEFAULT,
    frames_of=pipeline.frames_of,
    decoded=pipeline.decoded_body,
    level="frames",
)
# the strictest of what is said; what no model said, as above
SPOKEN = replace(
    RULES,
    level=None,
    default=lambda one: "exact" if spoken_levels.is_spoken(one) else "frames",
    levels={**LEVELS, **spoken_levels.levels()},
    sayings=spoken_levels.sayings(),
)
EVERY = 4  # accumulating all of them takes half a minute
# renamed above, because a response issues it; but it is a file's, in every run
SAME_FILE = "test_openai_responses_model_file_search_tool_stream.yaml"
EVENTSTREAM = "application/vnd.amazon.eventstream"


def test_only_what_was_issued_is_another(corpus: Path) -> None:
    counts = {"cassettes": 0, "renamed": 0, "echoing requests": 0}
    drifted: list[str] = []
    for number, path in enumerate(sorted(corpus.rglob("*"))):
        recorded = _interactions(path)
        names = _new_names(recorded)
        live = [_renamed(one, names) for one in recorded]
        counts["cassettes"] += bool(recorded)
        counts["renamed"] += bool(names)
        pairs = zip(recorded, live, strict=True)
        counts["echoing requests"] += sum(a.request.body != b.request.body for a, b in pairs)
        verdict = verdict_of(recorded, live, RULES)
        if verdict == Verdict() and number % EVERY == 0 and path.name != SAME_FILE:
            verdict = verdict_of(recorded, live, SPOKEN)
        if verdict != Verdict():
            drifted.append(f"{path.relative_to(corpus)}: {verdict.drifts[0]}")
    assert drifted == []
    assert min(counts.values()) > 150, counts


def _interactions(path: Path) -> list[Interaction]:
    """The cassette's, with a media type where the tool that wrote it kept none.

    Polly's are of a product's whole API: there an id may be the name of a model.
    """
    if not path.is_file() or ".har" in path.suffixes:
        return []
    try:
        return [_typed(one) for one in load(path).interactions]
    except StreamCassetteError:
        return []


def _typed(one: Interaction) -> Interaction:
    media = header(one.response.headers, "content-type")
    if media is not None and "/" in media:
        return one
    streamed = one.response.body.startswith((b"data:", b"event:"))
    kept = tuple(pair for pair in one.response.headers if pair[0].lower() != "content-type")
    given = ("content-type", "text/event-stream" if streamed else "application/json")
    return replace(one, response=replace(one.response, headers=(*kept, given)))


def _new_names(interactions: list[Interaction]) -> dict[bytes, bytes]:
    """Every issued value but the shortest, with another of the same look and length."""
    chance = random.Random(1)
    names: dict[bytes, bytes] = {}
    for one in interactions:
        frames = [frame for frame in pipeline.frames_of(one.response) if frame.dispatch]
        found = issued_values((frame.event or "", frame.data) for frame in frames)
        for value in (value for values in found.values() for value in values if len(value) >= 8):
            names.setdefault(_spelled(value), _spelled(_another(value, chance)))
    return dict(sorted(names.items(), key=lambda pair: -len(pair[0])))


def _spelled(text: str) -> bytes:
    return json.dumps(text, ensure_ascii=False)[1:-1].encode()


def _another(value: str, chance: random.Random) -> str:
    kinds = (string.ascii_lowercase, string.ascii_uppercase, string.digits)
    of = {character: kind for kind in kinds for character in kind}
    return "".join(chance.choice(of[c]) if c in of else c for c in value)


def _renamed(one: Interaction, names: dict[bytes, bytes]) -> Interaction:
    request = one.request
    if is_identity(header(request.headers, "content-encoding")):
        request = replace(request, body=_with_names(request.body, names))
    return replace(one, request=request, response=_answer(one.response, names))


def _answer(response: Response, names: dict[bytes, bytes]) -> Response:
    body = _with_names(pipeline.decoded_body(response), names)
    if header(response.headers, "content-type") == EVENTSTREAM:
        body = with_checksums(body)
    plain = tuple(pair for pair in response.headers if pair[0].lower() != "content-encoding")
    return replace(response, headers=plain, body=body, cuts=None)


def _with_names(data: bytes, names: dict[bytes, bytes]) -> bytes:
    """In two steps, for one value's new name may hold another value."""
    marks: list[tuple[bytes, bytes]] = []
    for number, (old, new) in enumerate(names.items()):
        if old in data:
            marks.append((b"\x00\x00%d\x00\x00" % number, new))
            data = data.replace(old, marks[-1][0])
    for mark, new in marks:
        data = data.replace(mark, new)
    return data
