"""What is refused is never shown back where it may hold a secret, nor written to the log."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from service import logs
from tests.service.api.house import problem_of

if TYPE_CHECKING:
    from tests.service.api.house import House

SECRET = "hunter2-hunter2"
BODIES = {
    "half a surrogate pair beside NUL": '{"login": "a\\u0000", "password": "\\ud800SECRET"}',
    "NUL in the login": '{"login": "a\\u0000", "password": "SECRET", "more": 1}',
    "a password too long": '{"login": "a", "password": "' + "SECRET" * 200 + '"}',
    "a password in a list": '{"login": "a", "password": ["SECRET"]}',
    "a password within the login": '{"login": {"password": "SECRET"}, "password": "x"}',
    "a name of the field that nobody knows": '{"login": "a", "passwort": "SECRET"}',
    "a list for the body": '["a", "SECRET"]',
    "a string for the body": '"SECRET"',
    "a body that breaks off": '{"login": "a", "password": "SECRET',
    "a key that is given twice": '{"password": "SECRET", "password": "SECRET"}',
    "nesting without end": '{"password": "SECRET", "login": ' + "[" * 900 + "]" * 900 + "}",
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_a_password_is_never_shown_back(
    house: House, body: str, capsys: pytest.CaptureFixture[str]
) -> None:
    logs.configure("debug")
    answer = house.app.test_client().post(
        "/api/v1/sessions",
        data=body.replace("SECRET", SECRET),
        content_type="application/json",
    )
    problem = problem_of(answer)
    assert problem["status"] in {400, 422}
    assert SECRET not in answer.text
    assert "b'" not in answer.text
    for error in problem["errors"]:
        assert error["where"]
        assert error["seen"]
        assert error["expected"]
    written = capsys.readouterr()
    assert '"route": "/api/v1/sessions"' in written.err
    assert SECRET not in written.err + written.out
    logs.configure(house.settings.log_level)
