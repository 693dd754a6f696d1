"""The part of SARIF 2.1.0 (OASIS, 27 March 2020) that a log of rule files uses, as JSON Schema.

Written from the standard, §3.13 to §3.52: what each object requires, which properties it may have,
and their types. Nothing beside the properties named here is allowed, so one that is misspelt fails.
"""

from __future__ import annotations

from typing import Any

_TEXT = {"type": "string"}
_ABOVE_0 = {"type": "integer", "minimum": 1}


def _object(required: tuple[str, ...], **properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "required": list(required),
        "properties": properties,
        "additionalProperties": False,
    }


#: §3.11: a message has its text, or the id of one.
MESSAGE = {
    **_object((), text=_TEXT, id=_TEXT),
    "anyOf": [{"required": ["text"]}, {"required": ["id"]}],
}
#: §3.30: lines and columns count from 1.
REGION = _object(
    (),
    startLine=_ABOVE_0,
    startColumn=_ABOVE_0,
    endLine=_ABOVE_0,
    endColumn=_ABOVE_0,
    snippet=_object((), text=_TEXT),
)
#: §3.4: an address is a URI reference (RFC 3986): no blank, no character beyond ASCII.
URI = {"type": "string", "format": "uri-reference", "pattern": r"^[!-~]+$"}
PHYSICAL = _object(("artifactLocation",), artifactLocation=_object((), uri=URI), region=REGION)
#: §3.27.
RESULT = _object(
    ("message",),
    ruleId=_TEXT,
    ruleIndex={"type": "integer", "minimum": -1},
    level={"enum": ["none", "note", "warning", "error"]},
    message=MESSAGE,
    locations={"type": "array", "items": _object((), physicalLocation=PHYSICAL)},
)
#: §3.19, §3.49.
DRIVER = _object(
    ("name",),
    name=_TEXT,
    version=_TEXT,
    rules={"type": "array", "uniqueItems": True, "items": _object(("id",), id=_TEXT, name=_TEXT)},
)
#: §3.14.
RUN = _object(
    ("tool",),
    tool=_object(("driver",), driver=DRIVER),
    columnKind={"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
    results={"type": "array", "items": RESULT},
)
#: §3.13.
LOG = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    **_object(
        ("version", "runs"),
        **{"$schema": {"type": "string", "format": "uri"}},
        version={"const": "2.1.0"},
        runs={"type": "array", "items": RUN},
    ),
}
