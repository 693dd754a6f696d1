"""The OpenAPI document: what APIFlask derives from the views, and what holds for all of them."""

from __future__ import annotations

import json
import re
from copy import deepcopy
from typing import Any

from service import access
from service.api import versions
from service.api.form_refusals import PART
from service.api.idempotency import FORM, HEADER
from service.api.problems import MEDIA_TYPE, ProblemOut

TITLE = "countermark"
VERSION = "1.0.0"
#: What any route may answer; declared once, referred to by all.
PROBLEMS = {
    400: "The request cannot be read",
    401: "Nobody is signed in, or the token is unknown, revoked or expired",
    403: "The role or the token may not do this",
    404: "It is not there, or it is somebody else's",
    405: "The address does not take this method",
    409: "It does not fit what is there already",
    412: "Somebody else changed it since it was read",
    413: "It is larger than is allowed",
    415: "The Content-Type is not taken here",
    422: "The content is wrong; `errors` says where",
    428: "If-Match is missing",
    429: "Too many requests; Retry-After says how long to wait",
    503: "Not available for the moment; nothing was kept",
}
#: Their answers hold a secret and are not kept.
WITHOUT_KEY = frozenset({"/api/v1/sessions", "/api/v1/tokens"})
HEALTH = "/api/v1/health"
TABLE = "/api/v1/facts/csv"
UPLOAD = "/api/v1/requirements/{requirement_id}/deliverables"
SECURITY = {
    "token": {"type": "http", "scheme": "bearer", "description": "An access token, cm_…"},
    "session": {"type": "apiKey", "in": "cookie", "name": "countermark"},
}
KEY = {
    "name": HEADER,
    "in": "header",
    "description": "Repeats under the same key get the first answer. A UUID does well.",
    "schema": {"type": "string", "pattern": FORM.pattern},
}
IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "description": "The ETag of the version that one has seen; any other is stale",
    "schema": {"type": "string", "pattern": versions.SCHEMA},
}
FORM_BODY = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": [PART],
                "additionalProperties": False,
                "properties": {PART: {"type": "string", "format": "binary", "minLength": 1}},
            }
        }
    },
}
CSV_BODY = {
    "required": True,
    "content": {
        "text/csv": {
            "schema": {"type": "string", "minLength": 1},
            "example": "subject,period,attainment\n华东,2026-W03,79%\n",
        }
    },
}
#: Bodies that are no JSON.
BODIES = {UPLOAD: FORM_BODY, TABLE: CSV_BODY}


def complete(document: dict[str, Any] | str) -> dict[str, Any] | str:
    """Add to APIFlask's document the problems, headers, form and security of our routes."""
    if isinstance(document, str):
        return document
    components = document.setdefault("components", {})
    components["securitySchemes"] = SECURITY
    components["schemas"].pop("HTTPError", None)
    components["schemas"]["Problem"] = ProblemOut.model_json_schema(
        ref_template="#/components/schemas/{model}"
    )
    components["schemas"].update(components["schemas"]["Problem"].pop("$defs"))
    components["responses"] = {str(status): _problem(text) for status, text in PROBLEMS.items()}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            _complete(path, method, operation)
    document["servers"] = [{"url": "/"}]
    return _with_short_names(document)


def _complete(path: str, method: str, operation: dict[str, Any]) -> None:
    responses = operation["responses"]
    for status in PROBLEMS:
        responses[str(status)] = {"$ref": f"#/components/responses/{status}"}
    if path == HEALTH:
        responses["503"] = {**responses["200"], "description": "Database or storage is down"}
    if "204" in responses:
        responses.pop("200", None)
    parameters = operation.setdefault("parameters", [])
    parameters += _headers(path, method)
    if path in BODIES:
        operation["requestBody"] = deepcopy(BODIES[path])
    if "requestBody" in operation:
        operation["requestBody"]["required"] = True
    for parameter in parameters:
        _straighten(parameter)
    rule = re.sub(r"{(check|place|number)}", r"<int:\1>", path)
    rule = re.sub(r"{(\w+)}", r"<\1>", rule)
    needed = access.need(method.upper(), rule)
    operation["security"] = [] if needed == access.PUBLIC else [{"token": []}, {"session": []}]
    operation["x-needs"] = needed


def _headers(path: str, method: str) -> list[dict[str, Any]]:
    if method == "post" and path not in WITHOUT_KEY:
        return [{**KEY, "required": path == UPLOAD}]
    return [IF_MATCH] if method == "patch" else []


def _with_short_names(document: dict[str, Any]) -> dict[str, Any]:
    """Give each model its own name: APIFlask repeats nested ones as PARENT.MODEL."""
    text = json.dumps(document)
    text = re.sub(r'"#/components/schemas/\w+\.(\w+)"', r'"#/components/schemas/\1"', text)
    short: dict[str, Any] = json.loads(text)
    schemas = short["components"]["schemas"]
    short["components"]["schemas"] = {
        name.rpartition(".")[2]: schema for name, schema in sorted(schemas.items())
    }
    return short


def _straighten(parameter: dict[str, Any]) -> None:
    """A query cannot say null, and the router's whole numbers have no sign."""
    schema = parameter["schema"]
    if parameter["in"] == "path" and schema.get("type") == "integer":
        parameter["schema"] = {"type": "integer", "minimum": 0}
    kinds = [kind for kind in schema.get("anyOf", []) if kind.get("type") != "null"]
    if len(kinds) == 1:
        schema.pop("anyOf")
        schema.update(kinds[0])
    if schema.get("default", 0) is None:
        del schema["default"]


def _problem(text: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": text, "content": {MEDIA_TYPE: {"schema": schema}}}
