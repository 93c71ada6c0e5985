"""What `vcr_config` and `@pytest.mark.vcr(...)` ask for, in the words of `use_cassette`.

Filters, matchers and hooks are vcrpy's own, built by its `VCR` object. Defaults are vcrpy's:
matched are method, scheme, host, port, path and query, nothing has to be played, an interaction
plays once. What is not taken over is refused by name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from vcr import VCR
from vcr.matchers import requests_match

from stream_cassette.cassette.match import MATCHERS
from stream_cassette.cassette.model import Interaction, Request
from stream_cassette.cassette.redact import masked_request
from stream_cassette.cassette.secret_names import Redaction
from stream_cassette.errors import UsageError
from stream_cassette.plugin.vcr_hosts import hosts_of
from stream_cassette.plugin.vcr_values import (
    request_back,
    request_for,
    response_back,
    response_for,
)

__all__ = ["KEYS", "Taken", "taken"]

_FILTERS = frozenset(
    {
        "before_record",
        "before_record_request",
        "before_record_response",
        "decode_compressed_response",
        "filter_headers",
        "filter_nested_post_data_parameters",
        "filter_post_data_parameters",
        "filter_query_parameters",
        "ignore_hosts",
        "ignore_localhost",
    }
)
_MATCHING = frozenset({"additional_matchers", "allow_playback_repeats", "match_on"})
_PLACES = frozenset({"cassette_library_dir", "path_transformer", "serializer"})
# what pytest-recording reads itself, and what ours does anyway
_OTHERS = frozenset({"allowed_hosts", "record_mode", "record_on_exception"})
KEYS = _FILTERS | _MATCHING | _PLACES | _OTHERS

_MATCH_ON = ("method", "scheme", "host", "port", "path", "query")  # vcrpy's default
_LOCAL = ("localhost", "0.0.0.0", "127.0.0.1", "::1")  # as vcrpy's `ignore_localhost`
# filter → the matchers that see what it changes; a user's own hook may change anything
_SEES = {
    "filter_headers": {"headers"},
    "filter_query_parameters": {"query", "uri", "url"},
    "filter_post_data_parameters": {"body", "raw_body", "headers"},
}
_HOOKS = ("before_record", "before_record_request")
_SUFFIXES = {"yaml": ".yaml", "json": ".json"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What holds for one test. `options` are as a mark of ours has them.

    `passes` says of a request that it goes out untouched; `more` are cassettes whose interactions
    play as well.
    """

    path: Path
    options: dict[str, Any]
    passes: Callable[[Request], bool] | None = None
    more: tuple[Path, ...] = ()


def taken(
    config: Mapping[str, Any],
    *,
    where: str,
    name: str,
    directory: Path,
    more: Iterable[str] = (),
    matchers: Mapping[str, Callable[..., Any]],
    redaction: Redaction,
) -> Taken:
    """The test's options, of `vcr_config` and its marks merged.

    `name` is the cassette's without suffix, `directory` where it lies; `matchers` are those that
    were registered, by name; `redaction` is what recordings are masked by.

    Raises:
        UsageError: a key that is not taken over, or a value that vcrpy refuses.
    """
    _check(config, where)
    vcr = VCR()
    for matcher_name, function in matchers.items():
        vcr.register_matcher(matcher_name, function)
    given = {key: config[key] for key in _FILTERS & config.keys()}
    try:
        kept = vcr.get_merged_config(**given)
        match_on = _match_on(config, vcr, kept["before_record_request"], redaction)
    except (KeyError, TypeError, ValueError) as error:
        raise UsageError(f"{where}: {error}") from error
    path = _path(config, name, directory)
    return Taken(
        path=path,
        options=_options(config) | {"match_on": match_on, "before_record": _hook(kept)},
        passes=_passes(config, kept["before_record_request"]),
        more=tuple(one for one in (directory / extra for extra in more) if one != path),
    )


def _check(config: Mapping[str, Any], where: str) -> None:
    unknown = sorted(config.keys() - KEYS)
    if config.get("record_on_exception", False):
        unknown.append("record_on_exception=True")
    if config.get("serializer", "yaml") not in _SUFFIXES:
        unknown.append(f"serializer={config['serializer']!r}")
    if unknown:
        listed = ", ".join(map(str, unknown))
        raise UsageError(
            f"{where}: stream_vcr_marks does not take over {listed}; "
            f"it takes {', '.join(sorted(KEYS))}"
        )


def _options(config: Mapping[str, Any]) -> dict[str, Any]:
    hosts = [host for host in config.get("ignore_hosts", ()) if isinstance(host, str)]
    hosts += _LOCAL if config.get("ignore_localhost") else ()
    options: dict[str, Any] = {
        "allow_repeats": bool(config.get("allow_playback_repeats", False)),
        "ignore_hosts": hosts,
        "unplayed": "ignore",
    }
    if config.get("record_mode") is not None:
        mode = config["record_mode"]
        options["record"] = getattr(mode, "value", mode)
    if config.get("allowed_hosts"):
        options["allowed_hosts"] = hosts_of(config["allowed_hosts"], where="allowed_hosts")
    return options


def _path(config: Mapping[str, Any], name: str, directory: Path) -> Path:
    """Where vcrpy would have it: below `cassette_library_dir`, with the serializer's suffix."""
    directory = Path(config.get("cassette_library_dir") or directory)
    suffix = _SUFFIXES[config.get("serializer", "yaml")]
    transform = config.get("path_transformer")
    text = str(directory / name)
    if transform is not None:
        return Path(transform(text))
    return Path(text if text.endswith(suffix) else text + suffix)


def _match_on(
    config: Mapping[str, Any], vcr: VCR, keep: Callable[[Any], Any], redaction: Redaction
) -> list[Any]:
    """Names where ours do; one function for what filters change and for the user's own matchers."""
    asked = [*config.get("match_on", _MATCH_ON), *config.get("additional_matchers", ())]
    changed = {one for key, seen in _SEES.items() if config.get(key) for one in seen}
    if any(config.get(hook) for hook in _HOOKS):
        changed |= set(vcr.matchers)
    names = [one for one in asked if one in MATCHERS and one not in changed]
    names += ["uri"] if "url" in asked and "url" not in changed else []
    own = [one for one in asked if one not in names and not (one == "url" and "uri" in names)]
    functions = [one if callable(one) else _registered(vcr, one) for one in own]
    return [*names, _matcher(functions, keep, redaction)] if functions else names


def _registered(vcr: VCR, name: str) -> Callable[..., Any]:
    if name not in vcr.matchers:
        raise ValueError(f"no matcher {name!r} is registered (known: {', '.join(vcr.matchers)})")
    function: Callable[..., Any] = vcr.matchers[name]
    return function


def _matcher(
    functions: list[Callable[..., Any]], keep: Callable[[Any], Any], redaction: Redaction
) -> Callable[[Request, Request], bool]:
    """vcrpy's look at two requests: the live one as it would be kept, secrets masked in both."""

    def masked(request: Request) -> Any:
        return request_for(masked_request(request, redaction)[0])

    def matches(live: Request, recorded: Request) -> bool:
        kept = keep(masked(live))
        return kept is not None and bool(requests_match(kept, masked(recorded), functions))

    return matches


def _hook(kept: Mapping[str, Any]) -> Callable[[Interaction], Interaction | None]:
    """The filters, as a `before_record`."""

    def before_record(interaction: Interaction) -> Interaction | None:
        request = kept["before_record_request"](request_for(interaction.request))
        if request is None:
            return None
        response = kept["before_record_response"](response_for(interaction.response))
        if response is None:
            return None
        return replace(
            interaction,
            request=request_back(request, interaction.request),
            response=response_back(response, interaction.response),
        )

    return before_record


def _passes(
    config: Mapping[str, Any], keep: Callable[[Any], Any]
) -> Callable[[Request], bool] | None:
    """What a hook keeps out is no business of the cassette's; nor is a host that fits a pattern."""
    patterns = [host for host in config.get("ignore_hosts", ()) if isinstance(host, re.Pattern)]
    if not patterns and not any(config.get(hook) for hook in _HOOKS):
        return None

    def passes(request: Request) -> bool:
        asked = request_for(request)
        # vcrpy has patterns from 9.4 on
        return any(one.fullmatch(asked.host or "") for one in patterns) or keep(asked) is None

    return passes
