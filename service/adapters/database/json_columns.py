"""JSON in text, written and read without detours."""

from __future__ import annotations

import json
from typing import Any

from pydantic_core import from_json

_ENCODER = json.JSONEncoder(allow_nan=False, separators=(",", ":"))
json_text = _ENCODER.encode


def read_json(value: Any) -> Any:
    """Give the value; psycopg has read it already."""
    if not isinstance(value, str):
        return value
    try:
        # Several times as fast.
        return from_json(value)
    except ValueError:
        # Half a surrogate pair, which Python lets pass.
        return json.loads(value)
