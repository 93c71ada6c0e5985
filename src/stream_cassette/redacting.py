"""Take the secrets out of a cassette that is already there: joins the masks and the store."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from stream_cassette.cassette.model import Cassette, Headers, Interaction
from stream_cassette.cassette.redact import redact
from stream_cassette.cassette.scan import refuse_leaks, scan
from stream_cassette.cassette.secret_names import Redaction
from stream_cassette.errors import CassetteFileError
from stream_cassette.pipeline import readable
from stream_cassette.store import files
from stream_cassette.store.lock import PathLock

__all__ = ["Finding", "Redacted", "redact_file"]

_BY_NAME = "a value whose name says secret"
_UNTOUCHED = "the file is untouched: change it by hand, or record it again"
_LOCK_LIMIT_S = 10.0
_JSON_NAMES = (".json", ".json.gz")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A secret that was masked: in which interaction (from 0), where, and of what kind."""

    interaction: int
    place: str
    kind: str

    def to_dict(self) -> dict[str, Any]:
        """The three of them."""
        return {"interaction": self.interaction, "place": self.place, "kind": self.kind}


@dataclass(frozen=True, slots=True, kw_only=True)
class Redacted:
    """What was found in a file; where nothing was, the file is as it was, byte for byte."""

    path: Path
    findings: tuple[Finding, ...]

    def to_dict(self) -> dict[str, Any]:
        """The path, and every finding's `to_dict()`."""
        return {"path": str(self.path), "findings": [each.to_dict() for each in self.findings]}


def redact_file(path: Path, redaction: Redaction, *, dry_run: bool = False) -> Redacted:
    """Mask what is a secret in the cassette at `path`, in place, atomically.

    With `dry_run`, only say what would be masked. A link stays one; its target is rewritten.

    Raises:
        CassetteNotFound: there is no file.
        CassetteFileError: it can't be read, or is in a format that can't be rewritten.
        LockTimeout: somebody is recording to it.
        PublishError: the disk refused, or something in it still looks like a secret; the file is
            untouched.
    """
    target = path.resolve()
    try:
        return _redacted(path, target, redaction, dry_run)
    except CassetteFileError as error:
        if error.path == str(target):
            error.path = str(path)  # as the caller knows it
        raise


def _redacted(path: Path, target: Path, redaction: Redaction, dry_run: bool) -> Redacted:
    cassette = files.read(target)
    masked, findings = _masked(cassette, redaction)
    if findings:
        rewritten = _format_of(path, cassette.format)
        if not dry_run:
            with PathLock(target, holder="stream-cassette redact", limit_s=_LOCK_LIMIT_S):
                # what was recorded while we waited counts
                cassette = files.read(target)
                masked, findings = _masked(cassette, redaction)
                refuse_leaks(masked.interactions, redaction, path=str(path), hint=_UNTOUCHED)
                made, comments = readable(masked)
                files.publish(target, made, format=rewritten, comments=comments)
    return Redacted(path=path, findings=findings)


def _format_of(path: Path, format: str) -> str:
    """The format to write the file in again. Raises CassetteFileError: it can only be read."""
    if not files.can_write(format):
        raise CassetteFileError(
            f"holds secrets, and can't be rewritten in this format ({format})",
            path=str(path),
            hint="make another file of it: "
            f"stream-cassette convert {shlex.quote(str(path))} --redact --to vcr",
        )
    is_json = format == "vcr" and path.name.endswith(_JSON_NAMES)
    return "vcrjson" if is_json else format


def _masked(cassette: Cassette, redaction: Redaction) -> tuple[Cassette, tuple[Finding, ...]]:
    findings: list[Finding] = []
    interactions: list[Interaction] = []
    for number, one in enumerate(cassette.interactions):
        masked = redact(one, redaction)
        if masked == one:
            masked = one
        else:
            # the readable view is derived from the body, and made anew
            masked = replace(masked, response=replace(masked.response, decoded=None))
            found = [(leak.place, leak.kind) for leak in scan(one, redaction)]
            found = found or [(place, _BY_NAME) for place in _changed(one, masked)]
            findings += (
                Finding(interaction=number, place=place, kind=kind) for place, kind in found
            )
        interactions.append(masked)
    return replace(cassette, interactions=tuple(interactions)), tuple(findings)


def _changed(before: Interaction, after: Interaction) -> list[str]:
    """Which parts of an interaction differ."""
    parts = {
        "request URL": before.request.url != after.request.url,
        "request body": before.request.body != after.request.body,
        "status line": before.response.reason != after.response.reason,
        "response body": before.response.body != after.response.body,
        "ending message": before.response.ending != after.response.ending,
    }
    return [
        *(part for part, differs in parts.items() if differs),
        *_changed_headers("request", before.request.headers, after.request.headers),
        *_changed_headers("response", before.response.headers, after.response.headers),
    ]


def _changed_headers(whose: str, before: Headers, after: Headers) -> list[str]:
    pairs = zip(before, after, strict=True)
    return [f"{whose} header {old[0]}" for old, new in pairs if old != new]
