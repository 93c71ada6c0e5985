"""Items of OpenAI's Responses, as answers and requests hold them, to parts.

A message gives a part for each of its contents, a hosted tool's item a call and, where there is
one, its result; every other item is one part. Entries of a reasoning item are joined by an empty
line; where there are several they also stand one by one in `extra`. Calls that the client
executes are ToolCalls whatever their item is called: computer, shell, patch, tool search.
Source: OpenAI API reference, 'Responses'; dialects' fact sheet 5, 14, 15.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable, Container, Mapping
from typing import Any, TypeAlias

from stream_cassette.conversation.media import Blob
from stream_cassette.conversation.parts import (
    JSON,
    Compaction,
    Generic,
    Part,
    Reasoning,
    ServerToolCall,
    ServerToolCallResponse,
    ToolCall,
    ToolCallResponse,
)
from stream_cassette.dialects._history import arguments_of
from stream_cassette.dialects._json import mapping, text
from stream_cassette.dialects._responses_content import content_part, members, only_text

__all__ = ["KNOWN_ITEMS", "Parts", "item_parts"]

Item: TypeAlias = Mapping[str, Any]
# what tells a part from the others of its item, and the part
Parts: TypeAlias = list[tuple[str | int, Part]]

# Known, but without a part of their own.
KNOWN_ITEMS = frozenset(
    {"message", "item_reference", "additional_tools", "configuration_update"}
    | {"compaction_trigger", "mcp_approval_request", "mcp_approval_response"}
    | {"input_image", "input_file", "input_audio", "computer_screenshot", "prompt"}
)

# Type of a hosted tool's item → its name, the members that are its arguments, the result's member.
_HOSTED: dict[str, tuple[str, tuple[str, ...], str | None]] = {
    "web_search_call": ("web_search", ("action",), None),
    "file_search_call": ("file_search", ("queries",), "results"),
    "code_interpreter_call": ("code_interpreter", ("code", "container_id"), "outputs"),
    "mcp_call": ("mcp", (), "output"),
    "mcp_list_tools": ("mcp_list_tools", ("server_label",), "tools"),
    "image_generation_call": (
        "image_generation",
        ("action", "background", "output_format", "quality", "revised_prompt", "size"),
        None,
    ),
    "program": ("program", ("code",), None),
    "x_search_call": ("x_search", ("action",), None),  # xAI's, also the three below
    "code_execution_call": ("code_execution", ("code",), "outputs"),
    "view_image_call": ("view_image", ("action",), None),
    "view_x_video_call": ("view_x_video", ("action",), None),
}

# xAI's own searches of X come as custom calls; their ids alone tell them from the client's.
_XAI_SEARCH = "xs_call_"

# Type of a call's item → the tool's name, the members that are its arguments.
_CALLS: dict[str, tuple[str, tuple[str, ...]]] = {
    "computer_call": ("computer", ("action", "actions")),
    "local_shell_call": ("local_shell", ("action",)),
    "shell_call": ("shell", ("action",)),
    "apply_patch_call": ("apply_patch", ("operation",)),
    "tool_search_call": ("tool_search", ("arguments",)),
}

# Type of a result's item → the tool's name where the type tells it, the result's member.
_OUTPUTS: dict[str, tuple[str | None, str]] = {
    "function_call_output": (None, "output"),
    "custom_tool_call_output": (None, "output"),
    "computer_call_output": ("computer", "output"),
    "local_shell_call_output": ("local_shell", "output"),
    "shell_call_output": ("shell", "output"),
    "apply_patch_call_output": ("apply_patch", "output"),
    "tool_search_output": ("tool_search", "tools"),
    "program_output": ("program", "result"),
}


def item_parts(item: Item, path: str, *, answer: bool = True, served: Container[str] = ()) -> Parts:
    """The parts that an item is; one of an unknown type is a Generic.

    `answer` is False for the items of a request: there `served` has the ids of shell calls that
    ran in a container of the provider's, so that their results are told from the client's.
    """
    kind = str(item.get("type"))
    make = _ITEMS.get(kind)
    if make is not None:
        return make(item, path)
    if kind in _HOSTED:
        return _hosted(item, kind, path)
    if kind in _CALLS:
        return [("call", _call(item, kind, path))]
    if kind in _OUTPUTS:
        return [("result", _output(item, kind, path, answer, served))]
    return [("item", Generic(kind=kind, value=dict(item), path=path))]


def _message(item: Item, path: str) -> Parts:
    """An assistant's message; of anybody else's, which a compaction repeats, the item as it is."""
    if item.get("role") not in (None, "assistant"):
        return [("item", Generic(kind="message", value=dict(item), path=path))]
    extra, content = members(item, "content", "role"), item.get("content")
    entries = content if isinstance(content, list) else [content] if text(content) else []
    return [
        (number, content_part(entry, f"{path}.content[{number}]", extra))
        for number, entry in enumerate(entries)
    ]


def _reasoning(item: Item, path: str) -> Parts:
    said, summary = _texts(item.get("content")), _texts(item.get("summary"))
    ident, opaque = text(item.get("id")), text(item.get("encrypted_content"))
    extra = members(item, "id", "summary", "content", "encrypted_content")
    for name, entries in (("summary", summary), ("content", said)):
        if len(entries) > 1:
            extra[name] = entries
    whole = Reasoning(
        content="\n\n".join(summary or said),
        kind="text"
        if said and not summary
        else "encrypted"
        if opaque and not summary
        else "summary",
        id=ident,
        issued=() if opaque is None else (opaque,),
        extra=extra,
        path=path,
    )
    parts: Parts = [("reasoning", whole)]
    if summary and said:
        raw = Reasoning(content="\n\n".join(said), id=ident, path=f"{path}.content")
        parts.append(("text", raw))
    return parts


def _texts(entries: JSON) -> list[str]:
    """The texts of a reasoning item's entries, those that are not empty."""
    listed = entries if isinstance(entries, list) else [{"text": entries}]
    return [said for one in listed if (said := text(mapping(one).get("text")))]


def _compaction(item: Item, path: str) -> Parts:
    opaque = text(item.get("encrypted_content"))
    issued = () if opaque is None else (opaque,)
    extra = members(item, "encrypted_content")
    return [("item", Compaction(issued=issued, extra=extra, path=path))]


def _function_call(item: Item, path: str) -> Parts:
    sent = item.get("arguments")
    call = ToolCall(
        id=text(item.get("call_id")),
        name=text(item.get("name")) or "",
        arguments=arguments_of(sent) if isinstance(sent, str) else sent,
        arguments_text=sent if isinstance(sent, str) else None,
        extra=members(item, "call_id", "name", "arguments"),
        path=path,
    )
    return [("call", call)]


def _custom_call(item: Item, path: str) -> Parts:
    sent, ident = text(item.get("input")) or "", text(item.get("call_id"))
    if ident is not None and ident.startswith(_XAI_SEARCH):
        served = ServerToolCall(
            id=ident,
            name=text(item.get("name")) or "",
            arguments=arguments_of(sent),
            arguments_text=sent,
            extra=members(item, "call_id", "name", "input"),
            path=path,
        )
        return [("call", served)]
    call = ToolCall(
        id=ident,
        name=text(item.get("name")) or "",
        arguments=sent,
        arguments_text=sent,
        custom=True,
        extra=members(item, "call_id", "name", "input"),
        path=path,
    )
    return [("call", call)]


def _call(item: Item, kind: str, path: str) -> Part:
    """A call of a tool that the type names: the client's, or the provider's where the item says."""
    name, wanted = _CALLS[kind]
    extra, ident = members(item, *wanted, "call_id"), text(item.get("call_id"))
    arguments = _chosen(item, wanted)
    if _is_served(item, kind):
        return ServerToolCall(id=ident, name=name, arguments=arguments, extra=extra, path=path)
    return ToolCall(id=ident, name=name, arguments=arguments, extra=extra, path=path)


def _is_served(item: Item, kind: str) -> bool:
    if kind == "shell_call":
        return mapping(item.get("environment")).get("type") == "container_reference"
    return kind == "tool_search_call" and item.get("execution") == "server"


def _hosted(item: Item, kind: str, path: str) -> Parts:
    name, wanted, result = _HOSTED[kind]
    name = text(item.get("name")) or name
    ident = text(item.get("call_id")) or text(item.get("id"))
    sent = text(item.get("arguments"))  # of an MCP call, and of any hosted call at xAI
    extra = members(item, *wanted, "name", "arguments", "error", "result", result or "result")
    call = ServerToolCall(
        id=ident,
        name=name,
        arguments=_chosen(item, wanted) if sent is None else arguments_of(sent),
        arguments_text=sent,
        extra=extra,
        path=path,
    )
    parts: Parts = [("call", call)]
    if kind == "image_generation_call":
        return parts + _image(item, path)
    error, gave = item.get("error"), item.get(result) if result else None
    if error is not None or gave is not None:
        failed = {} if error is None else {"error": error}
        told = ServerToolCallResponse(id=ident, name=name, response=gave, extra=failed, path=path)
        parts.append(("result", told))
    return parts


def _image(item: Item, path: str) -> Parts:
    data, form = text(item.get("result")), text(item.get("output_format"))
    ident, where = text(item.get("id")), f"{path}.result"
    if data is None:
        return []
    try:
        content = b64decode(data)
    except ValueError:
        return [("result", Generic(kind="image", value=data, path=where))]
    mime_type = f"image/{form}" if form else None
    blob = Blob(data=content, modality="image", mime_type=mime_type, id=ident, path=where)
    return [("result", blob)]


def _output(item: Item, kind: str, path: str, answer: bool, served: Container[str]) -> Part:
    name, member = _OUTPUTS[kind]
    ident = text(item.get("call_id")) or text(item.get("id"))
    extra, gave = members(item, "call_id", "name", member), only_text(item.get(member))
    name = name or text(item.get("name"))
    hosted = kind == "program_output" or item.get("execution") == "server"
    if hosted or (kind == "shell_call_output" and (answer or (ident or "") in served)):
        return ServerToolCallResponse(
            id=ident, name=name or "", response=gave, extra=extra, path=path
        )
    status = item.get("status") if kind == "apply_patch_call_output" else None
    return ToolCallResponse(
        id=ident,
        name=name,
        response=gave,
        is_error=None if status is None else status == "failed",
        extra=extra,
        path=path,
    )


def _chosen(item: Item, wanted: tuple[str, ...]) -> JSON:
    """The one member that is wanted and there, if it is an object; else those that are there."""
    chosen = {name: item[name] for name in wanted if item.get(name) is not None}
    if len(chosen) == 1:
        (value,) = chosen.values()
        if isinstance(value, dict):
            return value
    return chosen


_ITEMS: dict[str, Callable[[Item, str], Parts]] = {
    "message": _message,
    "reasoning": _reasoning,
    "compaction": _compaction,
    "function_call": _function_call,
    "custom_tool_call": _custom_call,
}
