"""The formats by name, and the way from any bytes to a cassette: by content, not by extension."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from typing import Final
from urllib.parse import urlsplit

from stream_cassette.cassette.model import Cassette
from stream_cassette.errors import CassetteFileError, CorruptCassette, NotACassette, UsageError
from stream_cassette.formats._conflict import refuse_conflict
from stream_cassette.formats._gunzip import Oversized, unzipped
from stream_cassette.formats._lift import NotLiftable, Source, lift
from stream_cassette.formats._losses import Loss, losses
from stream_cassette.formats._protocol import ExactFormat, Format, WritableFormat
from stream_cassette.formats._vcr_write import canonical

__all__ = [
    "FORMATS",
    "Loss",
    "canonical",
    "held",
    "lost",
    "pieces",
    "read",
    "sniff",
    "write",
]

# each by its name, with its class, in the order in which they are asked
_CLASSES: Final = {
    "vcr": "vcr.Vcr",
    "vcrjson": "vcrjson.VcrJson",
    "govcr": "govcr.GoVcr",
    "govcr1": "govcr.GoVcr1",
    "cassetter": "cassetter.Cassetter",
    "rubyvcr": "rubyvcr.RubyVcr",
    "betamax": "betamax.Betamax",
    "polly": "polly.Polly",
    "har": "har.Har",
    "reqllm": "reqllm.ReqLlm",
    "ddagent": "ddagent.DdAgent",
    "httprr": "httprr.Httprr",
    "astreaming": "astreaming.AStreaming",
    "raw": "raw.Raw",
}


class _Formats(Mapping[str, Format]):
    """The formats by name, each imported when it is first asked for: most runs need but one."""

    def __init__(self) -> None:
        self._loaded: dict[str, Format] = {}

    def __getitem__(self, name: str) -> Format:
        if name not in self._loaded:
            module, _, kind = _CLASSES[name].partition(".")
            self._loaded[name] = getattr(import_module(f"{_PACKAGE}.{module}"), kind)()
        return self._loaded[name]

    def __iter__(self) -> Iterator[str]:
        return iter(_CLASSES)

    def __len__(self) -> int:
        return len(_CLASSES)


_PACKAGE: Final = __name__.rpartition(".")[0]
FORMATS: Final = _Formats()

_UTF16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_SURE: Final = 3
_HEAD: Final = 1 << 16
_RESTORE: Final = "restore it from version control, or record it again"


def sniff(data: bytes) -> Format:
    """The format that `data` (not gzipped) is in. Raises NotACassette, naming what it sought."""
    bare = data.removeprefix(codecs.BOM_UTF8)
    if data.startswith(_UTF16) or bare.startswith(_UTF16):
        raise NotACassette("the file is UTF-16", hint="save it as UTF-8")
    data = bare
    if not data or data.isspace():
        raise NotACassette("the file is empty", hint="remove it, or restore it")
    score = 0
    found: Format | None = None
    for each in FORMATS.values():
        claim = each.sniff(data)
        if claim > score:
            score, found = claim, each
        if score == _SURE:
            break
    if found is None:
        sought = "; ".join(f"{each.looks_for} ({each.name})" for each in FORMATS.values())
        raise NotACassette(f"no cassette of a known format: found none of {sought}")
    return found


def read(source: bytes | Source) -> Cassette:
    """The cassette in `source` (bytes, or a file at its start), of whatever format, gzipped or not.

    Raises NotACassette, NewerFormat or CorruptCassette, with interaction and line.
    """
    file = unzipped(io.BytesIO(source) if isinstance(source, bytes) else source)
    head = file.read(_HEAD)
    if b"\0" in head:
        sniff(head)  # of the binary formats the first bytes tell; all others are refused here
    file.seek(0)
    cassette = _read_lifted(file)
    if cassette is not None:
        return cassette
    file.seek(0)
    data = file.read()
    try:
        found = sniff(data)
        exact = isinstance(found, ExactFormat)
        return _checked(found.read(data if exact else data.removeprefix(codecs.BOM_UTF8)))
    except CassetteFileError as error:
        refuse_conflict(data, is_broken=True)
        if isinstance(error, CorruptCassette) and error.hint is None:
            error.hint = _RESTORE
        raise


def _checked(cassette: Cassette) -> Cassette:
    """The cassette, if its URLs can be taken apart. Raises CorruptCassette."""
    for index, one in enumerate(cassette.interactions):
        url = one.request.url
        if not url.isascii() or "[" in url or "]" in url:  # of others all can
            try:
                urlsplit(url)
            except ValueError as error:
                raise CorruptCassette(f"no URL: {url[:80]!r}", interaction=index) from error
    return cassette


def _read_lifted(file: Source) -> Cassette | None:
    """The cassette, its bodies lifted out of the text; None where the whole file has to be read.

    Also where it is refused: what there is to say, the whole file says.
    """
    try:
        lifted = lift(file)
        found = sniff(lifted.data)
        if not isinstance(found, ExactFormat):
            return _checked(found.read(lifted.data, lifted.blocks))
    except Oversized:
        raise
    except (NotLiftable, CassetteFileError):
        pass
    return None


def write(
    cassette: Cassette,
    format: str = "vcr",
    comments: Sequence[str] | None = None,
    ascii: bool = False,
) -> bytes:
    """The content of a file of the named format. `comments`: one text per interaction.

    Raises UsageError for a format that is unknown or can only be read.
    """
    return b"".join(pieces(cassette, format=format, comments=comments, ascii=ascii))


def pieces(
    cassette: Cassette,
    format: str = "vcr",
    comments: Sequence[str] | None = None,
    ascii: bool = False,
) -> Iterator[bytes]:
    """What `write` gives, in pieces: each a few lines, or at most about 1 MiB of a body."""
    return _writer(format).write(cassette, comments=comments, ascii=ascii)


def held(cassette: Cassette, format: str = "vcr") -> Cassette:
    """The cassette as reading gives it that was written in the format. Raises as `write`."""
    return _writer(format).held(cassette)


def lost(cassette: Cassette, format: str = "vcr") -> tuple[Loss, ...]:
    """What a file of the format does not hold of the cassette. Raises as `write`."""
    return losses(cassette, held(cassette, format))


def _writer(format: str) -> WritableFormat:
    writer = FORMATS.get(format)
    if not isinstance(writer, WritableFormat):
        names = ", ".join(name for name, each in FORMATS.items() if each.can_write)
        raise UsageError(f"can't write the format {format!r}; known: {names}")
    return writer
