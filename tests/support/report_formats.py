"""What other programs take for JUnit XML and for SARIF: the parts of the schemas that we use.

Written from the published ones, names and bounds as they have them: every object is closed, so
that a member which is not theirs fails. JUnit: the XSD of Jenkins's xUnit plugin (junit-10.xsd).
SARIF: OASIS, sarif-schema-2.1.0.json (errata 01).
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple
from xml.etree.ElementTree import Element

__all__ = ["SARIF", "junit_faults"]


class Model(NamedTuple):
    """An element: attributes (True: required), children, and whether text may stand in it."""

    attributes: dict[str, bool]
    children: frozenset[str] = frozenset()
    text: bool = False


_TOLD = Model({"type": False, "message": False}, text=True)
_JUNIT = {
    "testsuites": Model(
        dict.fromkeys(("name", "time", "tests", "failures", "errors"), False),
        frozenset({"testsuite"}),
    ),
    "testsuite": Model(
        {
            **dict.fromkeys(("name", "tests", "failures", "errors"), True),
            **dict.fromkeys(("group", "time", "skipped", "timestamp", "hostname", "id"), False),
            **dict.fromkeys(("package", "file", "log", "url", "version"), False),
        },
        frozenset({"testsuite", "properties", "testcase", "system-out", "system-err"}),
    ),
    "testcase": Model(
        {"name": True, "time": False, "classname": False, "group": False},
        frozenset({"skipped", "errors", "failure", "system-out", "system-err"}),
    ),
    "failure": _TOLD,
    "skipped": _TOLD,
    "system-out": Model({}, text=True),
    "system-err": Model({}, text=True),
}
# what XML 1.0 can't hold, escaped or not
_NO_CHAR = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit_faults(element: Element, parent: str = "") -> list[str]:
    """What the schema does not allow, from this element on."""
    model = _JUNIT.get(element.tag)
    if model is None:
        return [f"unknown element {element.tag}"]
    faults = [f"{element.tag} in {parent}"] if parent and element.tag not in _inside(parent) else []
    faults += [f"{element.tag}@{name}" for name in element.attrib if name not in model.attributes]
    wanted = {name for name, required in model.attributes.items() if required}
    faults += [f"{element.tag} lacks @{name}" for name in wanted - set(element.attrib)]
    texts = [element.text or "", *element.attrib.values(), *(one.tail or "" for one in element)]
    faults += [f"character in {element.tag}" for text in texts if _NO_CHAR.search(text)]
    if not model.text and any(text.strip() for text in (element.text or "", element.tail or "")):
        faults.append(f"text in {element.tag}")
    return [*faults, *(one for child in element for one in junit_faults(child, element.tag))]


def _inside(parent: str) -> frozenset[str]:
    return _JUNIT[parent].children


def _closed(required: tuple[str, ...] = (), **members: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": members,
        "required": list(required),
    }


_TEXT = {"type": "string"}
_MESSAGE = _closed(("text",), text=_TEXT)
_LEVEL = {"enum": ["none", "note", "warning", "error"]}
_BAG = {
    "type": "object",
    "properties": {"tags": {"type": "array", "uniqueItems": True, "items": _TEXT}},
}
_LOCATION = _closed(
    physicalLocation=_closed(
        ("artifactLocation",),
        artifactLocation=_closed(uri={"type": "string", "format": "uri-reference"}),
        region=_closed(("startLine",), startLine={"type": "integer", "minimum": 1}),
    )
)
_RULE = _closed(
    ("id",),
    id=_TEXT,
    shortDescription=_MESSAGE,
    help=_MESSAGE,
    defaultConfiguration=_closed(level=_LEVEL),
    properties=_BAG,
)
_RESULT = _closed(
    ("message",),
    ruleId=_TEXT,
    ruleIndex={"type": "integer", "minimum": -1},
    level=_LEVEL,
    message=_MESSAGE,
    locations={"type": "array", "items": _LOCATION},
    partialFingerprints={"type": "object", "additionalProperties": _TEXT},
)
_NOTIFICATION = _closed(
    ("message",),
    level=_LEVEL,
    message=_MESSAGE,
    locations={"type": "array", "items": _LOCATION},
)
_INVOCATION = _closed(
    ("executionSuccessful",),
    executionSuccessful={"type": "boolean"},
    toolExecutionNotifications={"type": "array", "items": _NOTIFICATION},
)
_DRIVER = _closed(
    ("name",),
    name=_TEXT,
    version=_TEXT,
    rules={"type": "array", "uniqueItems": True, "items": _RULE},
)
SARIF: dict[str, Any] = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    **_closed(
        ("version", "runs"),
        **{"$schema": {"type": "string", "format": "uri"}},
        version={"enum": ["2.1.0"]},
        runs={
            "type": "array",
            "items": _closed(
                ("tool",),
                tool=_closed(("driver",), driver=_DRIVER),
                invocations={"type": "array", "items": _INVOCATION},
                results={"type": "array", "items": _RESULT},
            ),
        },
    ),
}
"""A JSON schema; `message` has to have a text, as everything here has one."""
