"""JSON in text, written and read without detours."""

from __future__ import annotations

import json
from typing import Any

_ENCODER = json.JSONEncoder(allow_nan=False, separators=(",", ":"))
json_text = _ENCODER.encode


def read_json(value: Any) -> Any:
    """Give the value; psycopg has read it already."""
    return json.loads(value) if isinstance(value, str) else value
