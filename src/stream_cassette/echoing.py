"""Echo checks: of a cassette, and of a request that none of its interactions answers.

A replay without a miss loads nothing of what these need: it is imported where it is used.
"""

from __future__ import annotations

from dataclasses import replace
from threading import Lock
from typing import TYPE_CHECKING

from stream_cassette.cassette.model import Cassette, Interaction, Request
from stream_cassette.errors import DialectError

if TYPE_CHECKING:
    from stream_cassette.comparison.echo_finding import EchoFinding
    from stream_cassette.conversation.chain import Chain

__all__ = ["Explainer", "echo_findings"]

_MOST = 3  # findings that a miss tells of


def echo_findings(cassette: Cassette) -> tuple[EchoFinding, ...]:
    """Everything that the cassette's requests had to carry back, and did not."""
    from stream_cassette.comparison.echo import check
    from stream_cassette.conversation.chain import chained
    from stream_cassette.meaning import spoken_of

    return check(chained(spoken_of(cassette.interactions)))


class Explainer:
    """Says what a request that nothing answers does not echo of the cassette's answers.

    The cassette is read at the first miss, once.
    """

    def __init__(self, cassette: Cassette) -> None:
        self._cassette = cassette
        self._lock = Lock()
        self._chain: Chain | None = None

    def __call__(self, live: Request, nearest: Interaction) -> str | None:
        """The findings as text; None if there are none, or a dialect fails at it.

        What `nearest`, the interaction that the request is taken for, does not echo either is no
        reason for a miss.
        """
        try:
            return self._told(live, nearest)
        except DialectError:  # the miss is to be told, whatever a third party's dialect does
            return None

    def _told(self, live: Request, nearest: Interaction) -> str | None:
        from stream_cassette.comparison.echo import check
        from stream_cassette.conversation.chain import Spoken
        from stream_cassette.conversation.model import Exchange
        from stream_cassette.meaning import history_of, label_of

        asked = replace(nearest, request=live)
        history, label = history_of(asked), label_of(asked)
        if history is None or label is None:
            return None
        chain = self._read()
        index = len(self._cassette.interactions)
        exchange = Exchange(dialect=label[0], vendor=label[1])
        with self._lock:
            step = chain.after(Spoken(index=index, history=history, exchange=exchange))
        numbered = enumerate(self._cassette.interactions)
        place = next((number for number, one in numbered if one is nearest), None)
        recorded = [one for one in chain.steps if one.spoken.index == place]
        known = {(one.kind, one.path) for one in check(recorded)}
        found = [one for one in check([step]) if (one.kind, one.path) not in known]
        more = [f"… and {len(found) - _MOST} more"] if len(found) > _MOST else []
        return "\n".join([*(one.message for one in found[:_MOST]), *more]) or None

    def _read(self) -> Chain:
        from stream_cassette.conversation.chain import Chain
        from stream_cassette.meaning import spoken_of

        with self._lock:
            if self._chain is None:
                chain = Chain()
                for one in spoken_of(self._cassette.interactions):
                    chain.add(one)
                self._chain = chain
            return self._chain
