"""Lines like one before are masked as if each were the first."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from stream_cassette.cassette.mask_output import BodyOutput
from stream_cassette.cassette.mask_strings import JsonMasker
from stream_cassette.cassette.secret_names import DEFAULT

KEY = "sk-ant-api03-aB3dE5gH7jK9aB3dE5gH7jK9"
RULES = DEFAULT.with_environment({"A_KEY": "hunter2&more"})


def masked(lines: list[bytes], *, whole: bool) -> tuple[bytes, list[str]]:
    """The lines fed as whole ones, or byte by byte."""
    output, body = BodyOutput(), bytearray()
    masker = JsonMasker(RULES, output, frames=True)

    def settle() -> None:
        nonlocal body
        body += output.data()
        for at, data in output.patches():
            body[at : at + len(data)] = data

    for line in lines:
        for piece in [line] if whole else [line[i : i + 1] for i in range(len(line))]:
            output.begin(piece)
            (masker.line if whole else masker.feed)(piece, len(body))
            settle()
        output.begin(b"\n")
        masker.end(len(body))
        settle()
    output.begin(b"")
    masker.close(len(body))
    settle()
    assert output.held == 0
    return bytes(body), list(output.places)


TEXTS = st.sampled_from(
    [
        "",
        "s",
        "sk-",
        KEY,
        KEY[:9],
        KEY[9:],
        "hunter2",
        "&more",
        " ok",
        "const",
        "xai-resp",
        '{"a":"',
    ]
)
LINES = st.lists(
    st.builds(
        lambda kind, text, number: {
            "choices": {"choices": [{"i": number, "delta": {"content": text}}], "model": "sk-m"},
            "other": {"choices": [{"i": None, "delta": {"reasoning": text}}], "model": "sk-m"},
            "named": {"api_key": text, "n": number},
            "typed": {"type": text, "data": text},
            "opaque": {"id": text, "a": [text, text]},
            "key": {text: 1, "b": text},
        }[kind],
        st.sampled_from(
            ["choices", "choices", "choices", "other", "named", "typed", "opaque", "key"]
        ),
        TEXTS,
        st.sampled_from([1, 2, 1.5e9]),
    ),
    max_size=12,
)


@settings(max_examples=200, deadline=None)
@given(LINES, st.booleans())
def test_whole_lines_are_as_single_bytes(values: list[object], spaced: bool) -> None:
    separators = (", ", ": ") if spaced else (",", ":")
    lines = [json.dumps(value, separators=separators).encode() for value in values]
    assert masked(lines, whole=True) == masked(lines, whole=False)


def test_a_secret_is_found_in_the_middle_of_a_thousand_lines() -> None:
    def line(text: str) -> bytes:
        return json.dumps({"id": "c-1", "model": "some-model-s", "text": text}).encode()

    texts = ["is "] * 500 + [KEY[:3], KEY[3:20], KEY[20:]] + [" ok"] * 500
    stars = ["is "] * 500 + ["*" * 3, "*" * 17, "*" * len(KEY[20:])] + [" ok"] * 500
    body, places = masked([line(text) for text in texts], whole=True)
    assert body == b"".join(line(text) + b"\n" for text in stars)
    assert places == ["/text"]


def test_what_is_no_line_of_json_is_looked_at_too() -> None:
    lines = [b'{"a": "b"}', b"{'a': '" + KEY.encode() + b"'}", b'{"a": "b', b'{"a": "b"}']
    body, places = masked(lines, whole=True)
    assert body == b"\n".join(lines).replace(KEY.encode(), b"*" * len(KEY)) + b"\n"
    assert places == ["body"]


def test_two_answers_in_turn_are_two_texts() -> None:
    def line(index: int, text: str) -> bytes:
        return json.dumps({"choices": [{"index": index, "delta": {"content": text}}]}).encode()

    texts = [KEY[i : i + 6] for i in range(0, len(KEY), 6)]
    pairs = [("is ", "ok "), *((text, "hm ") for text in texts), (" ok", " no")]
    lines = [line(index, text) for pair in pairs for index, text in enumerate(pair)]
    for order in (lines, [b for a in zip(lines[1::2], lines[::2], strict=True) for b in a]):
        body, _ = masked(order, whole=True)
        assert KEY[3:9].encode() not in body and b"hm " in body and b"ok " in body
        assert body.count(b"*") == len(KEY)
        assert masked(order, whole=False)[0] == body
