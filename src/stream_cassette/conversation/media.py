"""The parts of a message that are no text: media inside it, by address, or by a provider's id."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from typing import Any, ClassVar

from stream_cassette.conversation.parts import Part, shortened

__all__ = ["Blob", "File", "Uri"]


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Blob(Part):
    """Media in the message itself; `modality` is image, audio, video or document.

    `transcript` is what audio says.
    """

    type: ClassVar[str] = "blob"
    grows: ClassVar[str | None] = "transcript"

    data: bytes = b""
    modality: str = "document"
    mime_type: str | None = None
    id: str | None = None
    transcript: str = ""

    def _members(self) -> dict[str, Any]:
        out = {"modality": self.modality, "mime_type": self.mime_type}
        out["content"] = b64encode(self.data).decode()
        rest = {"id": self.id, "transcript": self.transcript}
        return out | {name: value for name, value in rest.items() if value}

    def short(self) -> str:
        """Its kind and size."""
        return f"{self.modality} {len(self.data):,} bytes"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Uri(Part):
    """Media by address."""

    type: ClassVar[str] = "uri"

    uri: str
    modality: str = "document"
    mime_type: str | None = None

    def _members(self) -> dict[str, Any]:
        return {"modality": self.modality, "mime_type": self.mime_type, "uri": self.uri}

    def short(self) -> str:
        """Its kind and address."""
        return f"{self.modality} {shortened(self.uri)}"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class File(Part):
    """Media that the provider keeps, by its id there."""

    type: ClassVar[str] = "file"

    file_id: str
    modality: str = "document"
    mime_type: str | None = None

    def _members(self) -> dict[str, Any]:
        return {"modality": self.modality, "mime_type": self.mime_type, "file_id": self.file_id}

    def short(self) -> str:
        """Its kind and id."""
        return f"{self.modality} {self.file_id}"
