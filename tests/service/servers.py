"""Servers that tests may use: the environment names them, or the test is skipped."""

from __future__ import annotations

import os

import pytest

REQUIRED = "COUNTERMARK_TEST_REQUIRE_SERVERS"


def server_url(kind: str) -> str:
    """Give the URL of POSTGRES, RABBITMQ or REDIS; skip the calling test where none is named."""
    variable = f"COUNTERMARK_TEST_{kind}_URL"
    url = os.environ.get(variable)
    if url:
        return url
    if os.environ.get(REQUIRED) == "1":
        pytest.fail(f"{variable} is not set, and {REQUIRED}=1 says that it must be")
    pytest.skip(f"{variable} is not set: no server to test with")
