"""The recorders that are compared, each behind the same three calls; imported when used.

SDKs of providers stand beside them: they record nothing, and are measured where they read.

All match method, URL and body. `bare` is the client without a recorder: a live call while
"recording", `httpx2.MockTransport` while "replaying", and while "loading" libyaml's events alone,
over the file that stream-cassette wrote.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path

__all__ = ["RECORDERS", "TOOLS", "Tool"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """`record(path)` and `replay(path)` are contexts; `load(path)` reads a file to its values."""

    name: str
    requires: str | None
    record: Callable[[Path], AbstractContextManager[object]]
    replay: Callable[[Path], AbstractContextManager[object]]
    load: Callable[[Path], object]


def _ours_record(path: Path) -> AbstractContextManager[object]:
    from stream_cassette import use_cassette

    return use_cassette(path, record="all")


def _ours_replay(path: Path) -> AbstractContextManager[object]:
    from stream_cassette import use_cassette

    return use_cassette(path, record="none", unplayed="ignore")


def _ours_load(path: Path) -> object:
    from stream_cassette import load

    return load(path)


def _vcrpy(path: Path, mode: str) -> AbstractContextManager[object]:
    import vcr

    matchers = ["method", "scheme", "host", "port", "path", "query", "body"]
    context: AbstractContextManager[object] = vcr.VCR(
        record_mode=mode, match_on=matchers
    ).use_cassette(str(path))
    return context


def _vcrpy_load(path: Path) -> object:
    from vcr.persisters.filesystem import FilesystemPersister
    from vcr.serializers import yamlserializer

    return FilesystemPersister.load_cassette(str(path), yamlserializer)


def _cassetter(path: Path, mode: str) -> AbstractContextManager[object]:
    import cassetter

    return cassetter.use_cassette(
        path, record_mode=mode, match_on=["method", "uri", "body"], intercept=["httpx2"]
    )


def _cassetter_load(path: Path) -> object:
    import cassetter

    cassette = cassetter.Cassette(path, record_mode=cassetter.RecordMode.NONE)
    cassette.load()
    return cassette


def _bare_load(path: Path) -> object:
    import yaml

    return sum(1 for _ in yaml.parse(path.read_bytes(), Loader=yaml.CSafeLoader))


def _nothing(path: Path) -> AbstractContextManager[object]:
    return nullcontext(path)


RECORDERS = {
    tool.name: tool
    for tool in (
        Tool(name="bare", requires=None, record=_nothing, replay=_nothing, load=_bare_load),
        Tool(
            name="stream-cassette",
            requires="stream_cassette",
            record=_ours_record,
            replay=_ours_replay,
            load=_ours_load,
        ),
        Tool(
            name="vcrpy",
            requires="vcr",
            record=lambda path: _vcrpy(path, "all"),
            replay=lambda path: _vcrpy(path, "none"),
            load=_vcrpy_load,
        ),
        Tool(
            name="cassetter",
            requires="cassetter",
            record=lambda path: _cassetter(path, "rewrite"),
            replay=lambda path: _cassetter(path, "none"),
            load=_cassetter_load,
        ),
    )
}
TOOLS = RECORDERS | {
    name: Tool(name=name, requires=name, record=_nothing, replay=_nothing, load=_bare_load)
    for name in ("openai", "anthropic")
}
