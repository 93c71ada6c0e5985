"""Media parts as JSON and as text for a reader."""

from __future__ import annotations

from stream_cassette.conversation.media import Blob, File, Uri


def test_blob() -> None:
    blob = Blob(data=b"\x00\xff", modality="audio", mime_type="audio/wav", id="a", transcript="Hi")
    assert blob.to_dict() == {
        "type": "blob",
        "modality": "audio",
        "mime_type": "audio/wav",
        "content": "AP8=",
        "id": "a",
        "transcript": "Hi",
    }
    assert repr(blob) == "<Blob audio 2 bytes>"


def test_uri() -> None:
    uri = Uri(uri="https://example.com/a.png", modality="image")
    assert uri.to_dict() == {
        "type": "uri",
        "modality": "image",
        "mime_type": None,
        "uri": "https://example.com/a.png",
    }
    assert repr(uri) == "<Uri image https://example.com/a.png>"


def test_file() -> None:
    file = File(file_id="file-1", mime_type="application/pdf")
    assert file.to_dict() == {
        "type": "file",
        "modality": "document",
        "mime_type": "application/pdf",
        "file_id": "file-1",
    }
    assert repr(file) == "<File document file-1>"
