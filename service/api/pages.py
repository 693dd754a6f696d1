"""The OpenAPI document, and a page made from it that fetches nothing from elsewhere."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import TYPE_CHECKING, Any, cast

from flask import Blueprint, Response, current_app, jsonify, render_template_string
from markupsafe import Markup, escape

from service import access
from service.api import page_words
from service.api.languages import chosen, say
from verification.values import Text

if TYPE_CHECKING:
    from apiflask import APIFlask

    from service.api.page_words import Language

about = Blueprint("about", __name__, url_prefix="/api")

STYLE = """
:root{color-scheme:light dark;--line:color-mix(in srgb,currentColor 20%,transparent)}
body{font:16px/1.5 system-ui,"Noto Sans CJK SC",sans-serif;max-width:60rem;margin:2rem auto;
padding:0 1rem}
code{font-family:ui-monospace,monospace;overflow-wrap:break-word}
section{border-top:1px solid var(--line);padding:.75rem 0}
h2{margin:2rem 0 .5rem} h3{margin:0;font-size:1rem}
b{display:inline-block;min-width:4.5rem}
table{border-collapse:collapse;display:block;overflow-x:auto}
td,th{text-align:left;vertical-align:top;padding:.15rem .75rem .15rem 0}
p{margin:.25rem 0}
"""
STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()

PAGE = """<!doctype html>
<html lang="{{ language }}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>countermark API</title><style>{{ style|safe }}</style></head><body>
<h1>countermark API {{ document.info.version }}</h1>
<p>{{ words.intro }} <a href="/api/openapi.json">/api/openapi.json</a></p>
{% for tag, operations in groups.items() %}<h2>{{ tag }}</h2>
{% for operation in operations %}<section id="{{ operation.operationId }}">
<h3><b>{{ operation.method }}</b><code>{{ operation.path }}</code></h3>
{% for part in operation.about %}<p>{{ part|code }}</p>
{% endfor %}<p>{{ words.needs }}: {{ operation.needs }}</p>
{% if operation.rows %}<table>{% for row in operation.rows %}
<tr><th scope="row"><code>{{ row.name }}</code></th><td>{{ row.place }}</td>
<td><code>{{ row.kind }}</code></td><td>{{ row.text|code }}</td>
</tr>{% endfor %}</table>{% endif %}
</section>{% endfor %}{% endfor %}</body></html>
"""


#: What a route needs where it is no action of the table.
NO_ACTION = {
    access.PUBLIC: Text(zh="无（公开）", en="nothing (public)"),
    access.SIGNED_IN: Text(zh="已登录", en="to be signed in"),
}


@about.app_template_filter("code")
def with_code(text: str) -> Markup:
    """Set what stands between backticks as code."""
    return Markup(re.sub("`([^`]+)`", r"<code>\1</code>", str(escape(text))))  # noqa: S704 - escaped


@about.get("/openapi.json")
def show_document() -> Response:
    """Give the OpenAPI 3.1 document."""
    return jsonify(_document())


@about.get("/docs")
def show_page() -> Response:
    """Give the document as a page."""
    language = chosen()
    html = render_template_string(
        PAGE,
        document=_document(),
        groups=_groups(_document(), language),
        language=language,
        style=STYLE,
        words=page_words.WORDS[language],
    )
    response = Response(html, mimetype="text/html")
    response.headers["Content-Language"] = language
    response.vary.add("Accept-Language")
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; style-src 'sha256-{STYLE_HASH}'; frame-ancestors 'none'; "
        "base-uri 'none'; form-action 'none'"
    )
    return response


def _document() -> dict[str, Any]:
    app = cast("APIFlask", current_app)
    return cast("dict[str, Any]", app._get_spec("json"))  # noqa: SLF001 - `app.spec` never caches


def _groups(document: dict[str, Any], language: Language) -> dict[str, list[dict[str, Any]]]:
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            rows = [*_parameters(document, operation), *_body(document, operation)]
            shown = {
                **operation,
                "about": page_words.about(operation, language),
                "method": method.upper(),
                "path": path,
                "rows": [_said(row, language) for row in rows],
                "needs": _needs(operation["x-needs"]),
            }
            groups.setdefault(page_words.tag(operation["tags"][0], language), []).append(shown)
    return groups


def _said(row: dict[str, Any], language: Language) -> dict[str, str]:
    needed = f", {page_words.required(language)}" if row["required"] else ""
    place = page_words.place(row["place"], language)
    text = page_words.field(row["text"], language)
    return {**row, "place": place, "kind": f"{row['kind']}{needed}", "text": text}


def _needs(needed: str) -> str:
    if needed in NO_ACTION:
        return say(NO_ACTION[needed])
    permission = access.table().actions.get(needed)
    return needed if permission is None else f"{say(permission.title)} ({needed})"


def _parameters(document: dict[str, Any], operation: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "name": parameter["name"],
            "place": parameter["in"],
            "kind": _kind(document, parameter["schema"]),
            "required": bool(parameter.get("required")),
            "text": parameter.get("description", parameter["schema"].get("description", "")),
        }
        for parameter in operation["parameters"]
    ]


def _body(document: dict[str, Any], operation: dict[str, Any]) -> list[dict[str, Any]]:
    content = operation.get("requestBody", {}).get("content", {})
    schema = _resolved(document, next((media["schema"] for media in content.values()), {}))
    needed = schema.get("required", [])
    return [
        {
            "name": name,
            "place": "body",
            "kind": _kind(document, field),
            "required": name in needed,
            "text": field.get("description", ""),
        }
        for name, field in schema.get("properties", {}).items()
    ]


def _resolved(document: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    name = schema.get("$ref", "").rpartition("/")[2]
    found: dict[str, Any] = document["components"]["schemas"][name] if name else schema
    return found


def _kind(document: dict[str, Any], schema: dict[str, Any]) -> str:
    """Say in a few words what a value is: its type, or what it may be."""
    parts = [_resolved(document, part) for part in [schema, *schema.get("anyOf", [])]]
    values = next((part["enum"] for part in parts if "enum" in part), None)
    kind = next((str(part["type"]) for part in parts if "type" in part), "object")
    return " | ".join(map(str, values)) if values else kind
