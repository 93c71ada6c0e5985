"""What dialects are asked with; and the reader of the protocol's own example, as it stands."""

from __future__ import annotations

import re
from textwrap import dedent
from typing import Any

from stream_cassette.conversation import delta, model, parts
from stream_cassette.conversation.accumulate import Accumulator
from stream_cassette.dialects import _json, _protocol
from stream_cassette.dialects._protocol import Opening, Request, ResponseHead
from stream_cassette.dialects._registry import dialects
from stream_cassette.wire.framing import Frame


def test_nothing_is_known_of_an_empty_opening() -> None:
    assert Opening() == Opening(request=Request(), response=ResponseHead(), first=None, value=None)
    for dialect in dialects().values():
        assert dialect.claims(Opening()) == 0


def test_the_example_works_as_it_stands() -> None:
    assert _protocol.__doc__ is not None
    found = re.search(r"    class _Reader:.*?(?=\n\n?A reader)", _protocol.__doc__, re.DOTALL)
    assert found is not None
    names: dict[str, Any] = {**vars(delta), **vars(model), **vars(parts), **vars(_json)}
    exec("from __future__ import annotations\n" + dedent(found[0]), names)
    reader = names["_Reader"]()
    accumulator = Accumulator()
    for data in (
        '{"kind":"word","word":"Hel"}',
        '{"kind":"word","word":"lo"}',
        "?",
        '{"kind":"done"}',
    ):
        accumulator.add(reader.feed(Frame(data, data.encode(), 0)))
    accumulator.add(reader.close())
    exchange = accumulator.exchange(dialect="acme")
    assert (exchange.candidates[0].text, exchange.termination) == ("Hello", "complete")
    assert [one.kind for one in exchange.unknown] == ["event"]
