"""Interactions' histories and answers, chained: which request goes on from which answer.

A request goes on from an earlier answer if its history holds, after all that was asked then, that
answer; or if it names it (`previous_id`). Its place is found by the history before it, and among
answers to the same question by what only that one has: ids, opaque values, its text. Where the
history was rewritten in between (compacted, say), ids and values that can be nobody else's find it
alone. A request whose history is all the same as that of one without a
complete answer is that one, tried again. Everything else begins a conversation of its own, and
where two requests go on from one answer, two conversations share their beginning.
Everything is looked up in tables: linear in what the histories hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from stream_cassette.conversation.likeness import (
    Key,
    Run,
    Token,
    keys_of,
    part_of_it,
    rare,
    runs_of,
    text_of,
    tokens_of,
)
from stream_cassette.conversation.model import Conversation, Exchange, History, Message

__all__ = ["Chain", "Link", "Spoken", "Step", "chained", "conversations_of"]

_Keys = tuple[list[Key], list[Key]]
_Place = tuple[int, int]  # the number of a step, the candidate

# how the names of conversations that a server keeps begin: OpenAI's, sessions of Bedrock's agents
_HELD = ("conv_", "agents/")
_ANY: Token = ("any", "")  # all answers to a question have it


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """Both sides of one interaction; `index` is its place in the cassette."""

    index: int
    history: History
    exchange: Exchange


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """How a request goes on from an earlier answer.

    `candidate` is the place of the candidate that was chosen. The messages from `start` to `end`
    (not included) carry it, what follows is new; both are 0 where the server holds the history
    (`held`). `again` says that the request is the earlier one, tried again or fetched again.
    """

    candidate: int = 0
    start: int = 0
    end: int = 0
    held: bool = False
    again: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class Step:
    """One interaction and the one that it goes on from, None for the first of a conversation.

    `turn` counts from 1; an interaction tried again has the turn of the first trial.
    """

    spoken: Spoken
    place: int = 0  # among the steps
    previous: Step | None = None
    link: Link = Link()
    turn: int = 1

    def back(self) -> Iterator[Step]:
        """This step and those before it, the last first."""
        step: Step | None = self
        while step is not None:
            yield step
            step = step.previous

    def __repr__(self) -> str:
        before = "" if self.previous is None else f", after {self.previous.spoken.index}"
        return f"<Step turn {self.turn}: interaction {self.spoken.index}{before}>"


class Chain:
    """Interactions taken in one after the other; `steps` has one step for each."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self._tables = _Tables()

    def add(self, one: Spoken) -> Step:
        """Take in the next interaction."""
        step, runs, keys = self._step(one)
        if step.previous is not None:
            self._tables.go_on(step.previous.place)
        self._tables.add(step.place, one, runs, keys)
        self.steps.append(step)
        return step

    def after(self, one: Spoken) -> Step:
        """The step that an interaction would be, without taking it in."""
        return self._step(one)[0]

    def _step(self, one: Spoken) -> tuple[Step, list[Run], _Keys]:
        runs = runs_of(one.history.messages)
        keys = keys_of(runs, loose=False), keys_of(runs, loose=True)
        found = self._tables.before(one, runs, keys)
        place = len(self.steps)
        if found is None:
            return Step(spoken=one, place=place), runs, keys
        previous, link = self.steps[found[0]], found[1]
        turn = previous.turn if link.again else previous.turn + 1
        step = Step(spoken=one, place=place, previous=previous, link=link, turn=turn)
        return step, runs, keys


def chained(spoken: Iterable[Spoken]) -> tuple[Step, ...]:
    """One step for each, in the same order."""
    chain = Chain()
    for one in spoken:
        chain.add(one)
    return tuple(chain.steps)


def conversations_of(steps: Sequence[Step]) -> tuple[Conversation, ...]:
    """The conversations, by their first interaction: one for each answer that nothing goes on from.

    Each answer stands as it came, not as a later request carries it. Of several candidates the
    one that was gone on from stands, of the last answer's the first; all are in the exchange.
    """
    inner = {id(step.previous) for step in steps if step.previous is not None}
    paths = [tuple(step.back())[::-1] for step in steps if id(step) not in inner]
    paths.sort(key=lambda path: [step.spoken.index for step in (path[0], path[-1])])
    return tuple(_conversation(path) for path in paths)


def _conversation(path: Sequence[Step]) -> Conversation:
    messages: list[Message] = []
    for place, step in enumerate(path):
        history = step.spoken.history.messages
        if not step.link.again:
            asked = history[step.link.end :]
            if step.link.held:  # instructions are said with every request
                asked = tuple(one for one in asked if one.role != "system" or one not in messages)
            messages += asked
        after = path[place + 1].link if place + 1 < len(path) else Link()
        candidates = step.spoken.exchange.candidates
        if not after.again and candidates:
            messages.append(candidates[min(after.candidate, len(candidates) - 1)])
    return Conversation(
        messages=tuple(messages),
        exchanges=tuple(step.spoken.exchange for step in path),
        interactions=tuple(step.spoken.index for step in path),
    )


@dataclass(slots=True)
class _Answers:
    """The answers with one token: `free` are those that nothing goes on from yet, so far seen."""

    last: _Place
    free: list[_Place] = field(default_factory=list)


class _Tables:
    """Where answers are looked up."""

    def __init__(self) -> None:
        self._answers: dict[tuple[Key | None, Token], _Answers] = {}
        self._by_id: dict[str, _Place] = {}  # answers by their own id
        self._held: dict[str, int] = {}  # the last step of a conversation that the server keeps
        self._failed: dict[Key, int] = {}  # steps without a complete answer, by their question
        self._texts: dict[_Place, str] = {}
        self._continued: set[int] = set()

    def before(self, one: Spoken, runs: list[Run], keys: _Keys) -> tuple[int, Link] | None:
        """The step that this one goes on from, and how."""
        return self._held_before(one) if one.history.previous_id else self._found(runs, keys)

    def go_on(self, place: int) -> None:
        """An interaction goes on from the step."""
        self._continued.add(place)

    def add(self, place: int, one: Spoken, runs: list[Run], keys: _Keys) -> None:
        """Enter a step's answer.

        An answer that goes on in the words of its request's last message is found as one with it.
        """
        strict, loose = keys
        begun = runs[-1].parts if runs and runs[-1].role == "assistant" else ()
        at = len(runs) - 1 if begun else len(runs)
        for number, message in enumerate(one.exchange.candidates):
            answer = (place, number)
            parts = begun + message.parts
            self._texts[answer] = text_of(parts)
            self._enter((strict[at], _ANY), answer)
            for token in tokens_of(parts):
                for key in (strict[at], loose[at], *((None,) if rare(token) else ())):
                    self._enter((key, token), answer)
            if message.response_id:
                self._by_id.setdefault(message.response_id, answer)
        if one.history.previous_id:
            self._held[one.history.previous_id] = place
        elif one.exchange.termination != "complete" or not one.exchange.candidates:
            self._failed[strict[-1]] = place

    def _enter(self, where: tuple[Key | None, Token], answer: _Place) -> None:
        known = self._answers.setdefault(where, _Answers(last=answer))
        known.last = answer
        known.free.append(answer)

    def _held_before(self, one: Spoken) -> tuple[int, Link] | None:
        previous = one.history.previous_id or ""
        known = self._by_id.get(previous)
        if known is not None:
            again = not one.history.messages  # it only fetches that answer
            return known[0], Link(candidate=known[1], held=True, again=again)
        if previous.startswith(_HELD) and previous in self._held:
            return self._held[previous], Link(held=True)
        return None

    def _found(self, runs: list[Run], keys: _Keys) -> tuple[int, Link] | None:
        found = self._search(runs, keys)
        failed = self._failed.get(keys[0][-1])
        if failed is None or failed in self._continued or not runs:
            return found
        link = Link() if found is None else found[1]
        return failed, replace(link, again=True)

    def _search(self, runs: list[Run], keys: _Keys) -> tuple[int, Link] | None:
        """The answer that stands last in the history; by rare tokens only if there is no other."""
        strict, loose = keys
        for only_rare in (False, True):
            for at in range(len(runs) - 1, -1, -1):
                before = (None,) if only_rare else (strict[at], loose[at])
                found = self._at(runs, at, before)
                if found is not None:
                    return found
        return None

    def _at(
        self, runs: list[Run], at: int, before: tuple[Key | None, ...]
    ) -> tuple[int, Link] | None:
        """The answer that the run is, or that its results belong to: then its echo is missing."""
        run = runs[at]
        if run.role == "assistant":
            parts, end = run.parts, run.end
            if at + 1 < len(runs) and runs[at + 1].role == "tool":
                parts += runs[at + 1].parts
        elif run.role == "tool" and (at == 0 or runs[at - 1].role != "assistant"):
            parts, end = run.parts, run.start
        else:
            return None
        for token in tokens_of(parts):
            for key in before:
                found = self._answers.get((key, token))
                if found is not None:
                    place, candidate = self._pick(found)
                    return place, Link(candidate=candidate, start=run.start, end=end)
        found = self._answers.get((before[0], _ANY))
        if found is None:
            return None
        place, candidate = self._pick(found)
        if not part_of_it(text_of(parts), self._texts[place, candidate]):
            return None
        return place, Link(candidate=candidate, start=run.start, end=end)

    def _pick(self, found: _Answers) -> _Place:
        """The last answer that nothing goes on from yet, else the last."""
        while found.free and found.free[-1][0] in self._continued:
            found.free.pop()
        return found.free[-1] if found.free else found.last
