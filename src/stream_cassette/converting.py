"""A cassette of any readable format into a file of a format that can be written."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from stream_cassette.cassette.model import Cassette
from stream_cassette.cassette.redact import redact
from stream_cassette.cassette.secret_names import Redaction
from stream_cassette.errors import CassetteFileError, UsageError
from stream_cassette.formats._registry import FORMATS, Loss, lost
from stream_cassette.pipeline import readable
from stream_cassette.store import files
from stream_cassette.store.lock import PathLock
from stream_cassette.store.sources import Side, Source, read_source, side_of

__all__ = [
    "Conversion",
    "Planned",
    "check_free",
    "check_writable",
    "known_formats",
    "planned",
    "prepared",
    "written",
]

_LOCK_LIMIT_S: Final = 10.0
_READ_AS: Final = {"vcrjson": "vcr"}  # one format, written in two ways


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One source, and the file that it becomes.

    Where that would be the source itself, unasked, `aside` is what another format is written to.
    """

    source: Source
    target: Path
    aside: Path | None = None

    @property
    def is_itself(self) -> bool:
        """Whether the target is the source."""
        return self.source.revision is None and self.source.path == self.target

    def target_of(self, format: str, to: str) -> Path:
        """Where a source of this format goes, as one of `to`."""
        is_same = format == _READ_AS.get(to, to)
        return self.target if self.aside is None or is_same else self.aside


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """What becomes of one cassette: read, not yet written.

    `lost` is what the format does not hold of it. `re_rendered` are the interactions (from 0) with
    a body that the source kept as a value and not as bytes; `secrets` those that hold something
    which a recording would have masked.
    """

    source: str
    target: Path
    format: str
    to: str
    cassette: Cassette
    lost: tuple[Loss, ...]
    re_rendered: tuple[int, ...]
    secrets: tuple[int, ...]

    def to_dict(self) -> dict[str, Any]:
        """All but the cassette, of which it says the number of interactions."""
        return {
            "source": self.source,
            "format": self.format,
            "target": str(self.target),
            "interactions": len(self.cassette.interactions),
            "lost": [loss.to_dict() for loss in self.lost],
            "re_rendered": list(self.re_rendered),
            "secrets": list(self.secrets),
        }


def known_formats() -> tuple[dict[str, Any], ...]:
    """The name of each format, whether it is written too, its usual extensions and its mark."""
    return tuple(
        {
            "name": each.name,
            "read": True,
            "write": each.can_write,
            "extensions": list(each.extensions),
            "looks_for": each.looks_for,
        }
        for each in FORMATS.values()
    )


def check_writable(format: str) -> None:
    """Raises: UsageError: the format is unknown, or can only be read; it names those that are."""
    lost(Cassette(), format)


def planned(arguments: Iterable[str], to: str, output: str | None) -> tuple[Planned, ...]:
    """Each source that the arguments mean (see `store.sources`), with its target.

    Without `output` a target stands beside its source. One file that is named goes to `output`, or
    into it if that is a directory or ends with a slash; several, and trees, keep their paths below
    it.

    A new name has the first of the extensions of the format `to`; where the source has that too,
    the format's name is put before it: `x.govcr.yaml`.

    Raises:
        CassetteNotFound: an argument means nothing.
        UsageError: a revision without `output`, or an `output` that would have to be a directory.
    """
    sides = [side_of(argument) for argument in arguments]
    is_one = len(sides) == 1 and not sides[0].is_tree
    if output is not None and not is_one and Path(output).is_file():
        raise UsageError(f"{output} is a file; several cassettes need a directory")
    plan: dict[str, Planned] = {}
    for side in sides:
        for source in side.sources:
            if is_one and output is not None and not _is_directory(output):
                target = Path(output)
            else:
                target = _renamed(_place(side, source, output), to)
            is_source = output is None and target == source.path
            aside = _aside(target, to) if is_source else None
            plan[source.name] = Planned(source=source, target=target, aside=aside)
    return tuple(plan[name] for name in sorted(plan))


def _is_directory(output: str) -> bool:
    return output.endswith(("/", os.sep)) or Path(output).is_dir()


def _place(side: Side, source: Source, output: str | None) -> Path:
    """Where the new file goes, under the source's own name."""
    if output is not None:
        return Path(output) / source.relative
    if source.revision is not None:
        raise UsageError(f"{side.name} is of a revision: say with --output where to write it")
    return source.path


def _renamed(path: Path, to: str) -> Path:
    """The path with the new format's extension in the place of its own."""
    name, new = path.name, FORMATS[to].extensions[0]
    endings = {ending for each in FORMATS.values() for ending in each.extensions}
    endings |= {f"{ending}.gz" for ending in endings}
    for ending in sorted(endings, key=len, reverse=True):
        if name.lower().endswith(ending) and len(name) > len(ending):
            return path.with_name(name[: -len(ending)] + new)
    return path.with_name(name + new)


def _aside(path: Path, to: str) -> Path:
    """The path with the format's name before its extension, in the place of another's."""
    stem, _, last = path.stem.rpartition(".")
    stem = stem if stem and last in FORMATS else path.stem
    return path.with_name(f"{stem}.{to}{path.suffix}")


def prepared(one: Planned, to: str, redaction: Redaction, *, mask: bool = False) -> Conversion:
    """Read the source, and tell what the format does not hold of it; nothing is written.

    With `mask` the cassette is masked as a recording would be.

    Raises:
        CassetteFileError: it can't be read, or is no cassette.
        UsageError: the format is unknown, or can only be read.
    """
    cassette = read_source(one.source)
    masked = tuple(redact(each, redaction) for each in cassette.interactions)
    pairs = enumerate(zip(cassette.interactions, masked, strict=True))
    secrets = tuple(index for index, (before, after) in pairs if before != after)
    if mask:
        cassette = replace(
            cassette,
            interactions=tuple(
                replace(each, response=replace(each.response, decoded=None)) for each in masked
            ),
        )
    return Conversion(
        source=one.source.name,
        target=one.target_of(cassette.format, to),
        format=cassette.format,
        to=to,
        cassette=cassette,
        lost=lost(cassette, to),
        re_rendered=tuple(n for n, each in enumerate(cassette.interactions) if each.re_rendered),
        secrets=secrets,
    )


def check_free(target: Path) -> None:
    """Raises: CassetteFileError: something is there."""
    if files.exists(target):
        raise CassetteFileError(
            "is there already",
            path=str(target),
            hint="name another --output, or replace it with --force",
        )


def written(one: Conversion, *, force: bool = False, ascii: bool = False) -> int:
    """Write it, whole or not at all; the number of bytes.

    With `force` what is at the target is replaced; a link stays one.

    Raises:
        CassetteFileError: something is there already, and `force` is not given.
        LockTimeout: somebody is recording to it.
        PublishError: the disk refused, or it does not read back as it should.
    """
    target = one.target.resolve() if one.target.is_symlink() else one.target
    if not force:
        check_free(one.target)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CassetteFileError(f"can't be made: {error.strerror}", path=str(target)) from error
    with PathLock(target, holder="stream-cassette convert", limit_s=_LOCK_LIMIT_S):
        if not force:
            check_free(one.target)  # again: somebody may have written it while we waited
        viewed, comments = readable(one.cassette)
        return files.publish(target, viewed, format=one.to, comments=comments, ascii=ascii)
