"""What Responses streams say piece by piece and no part can take so: it is kept aside.

Code, shell commands and their output, a picture's previews (the last one counts), audio. The done
item holds all of it but the audio, so it is only asked for when a stream breaks off.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator
from typing import Any

from stream_cassette.conversation.media import Blob
from stream_cassette.dialects._json import mapping, text
from stream_cassette.dialects._responses_slots import Event, Out, Slots, index_of, misplaced

__all__ = ["Aside"]

_PREVIEW = ("partial_image_index", "output_format", "quality", "size", "background")


class Aside:
    """The pieces, by slot and member."""

    def __init__(self, slots: Slots) -> None:
        self._slots = slots
        self._code: dict[int, list[str]] = {}
        self._commands: dict[int, dict[int, list[str]]] = {}
        self._printed: dict[int, dict[int, dict[str, Any]]] = {}
        self._previews: dict[int, Event] = {}
        self._sound: list[bytes] = []
        self._transcript: list[str] = []

    def code(self, event: Event, out: Out) -> None:
        """`response.code_interpreter_call_code.delta` and `.done`."""
        slot = self._slots.find(event, "code_interpreter_call", out)
        if slot is not None:
            self._take(self._code.setdefault(slot, []), event, "code", out)

    def command(self, event: Event, out: Out) -> None:
        """`response.shell_call_command.added`, `.delta` and `.done`."""
        slot = self._slots.find(event, "shell_call", out)
        if slot is not None:
            commands = self._commands.setdefault(slot, {})
            pieces = commands.setdefault(index_of(event, "command_index") or 0, [])
            self._take(pieces, event, "command", out)

    def printed(self, event: Event, out: Out) -> None:
        """`response.shell_call_output_content.delta` and `.done`."""
        slot = self._slots.find(event, "shell_call_output", out)
        if slot is None:
            return
        outputs = self._printed.setdefault(slot, {})
        output = outputs.setdefault(index_of(event, "command_index") or 0, {})
        if isinstance(event.get("output"), list):
            output["done"] = event["output"]
        for name in ("stdout", "stderr"):
            if piece := text(mapping(event.get("delta")).get(name)):
                output.setdefault(name, []).append(piece)

    def preview(self, event: Event, out: Out) -> None:
        """`response.image_generation_call.partial_image`: replaces the one before."""
        slot = self._slots.find(event, "image_generation_call", out)
        if slot is not None:
            self._previews[slot] = event

    def audio(self, event: Event, out: Out) -> None:
        """`response.audio.delta`: each piece of base64 is padded by itself."""
        try:
            self._sound.append(b64decode(event.get("delta") or ""))
        except (TypeError, ValueError):
            misplaced(event, out)

    def transcript(self, event: Event, out: Out) -> None:
        """`response.audio.transcript.delta`."""
        self._take(self._transcript, event, "transcript", out)

    def drop(self, slot: int) -> None:
        """The item of a slot is done."""
        for kept in (self._code, self._commands, self._printed, self._previews):
            kept.pop(slot, None)

    def filled(self) -> Iterator[tuple[int, dict[str, Any]]]:
        """The items that were not done, with what was kept for them."""
        for slot, pieces in self._code.items():
            yield slot, {**self._slots.items[slot], "code": "".join(pieces)}
        for slot, commands in self._commands.items():
            item = self._slots.items[slot]
            said = ["".join(commands[place]) for place in sorted(commands)]
            yield slot, {**item, "action": {**mapping(item.get("action")), "commands": said}}
        for slot, outputs in self._printed.items():
            listed = [one for place in sorted(outputs) for one in _output(outputs[place])]
            yield slot, {**self._slots.items[slot], "output": listed}
        for slot, event in self._previews.items():
            beside = {name: event[name] for name in _PREVIEW if event.get(name) is not None}
            picture = {"result": event.get("partial_image_b64"), **beside}
            yield slot, {**self._slots.items[slot], **picture}

    def sound(self) -> tuple[Blob, ...]:
        """The audio of the answer, which belongs to no item; nothing where there was none."""
        if not self._sound and not self._transcript:
            return ()
        data, transcript = b"".join(self._sound), "".join(self._transcript)
        return (Blob(data=data, modality="audio", transcript=transcript),)

    def _take(self, pieces: list[str], event: Event, member: str, out: Out) -> None:
        """A delta appends, `added` and `done` replace."""
        whole = event.get(member)
        said = event.get("delta") if whole is None else whole
        if not isinstance(said, str):
            misplaced(event, out)
            return
        if whole is not None:
            pieces.clear()
        pieces.append(said)


def _output(output: dict[str, Any]) -> list[Any]:
    if "done" in output:
        return list(output["done"])
    return [{name: "".join(output.get(name, ())) for name in ("stdout", "stderr")}]
