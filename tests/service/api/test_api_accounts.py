"""Signing in and out, cookies and their CSRF token, access tokens."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from service.actions import accounts
from service.records import Role
from tests.service.api.house import NEW_CUSTOMER, Caller, body_of, problem_of

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.service.api.house import House

PASSWORD = "correct horse battery"
SESSIONS = "/api/v1/sessions"
CURRENT = f"{SESSIONS}/current"


def _signed_in(house: House) -> tuple[FlaskClient, str]:
    client = house.app.test_client()
    answer = client.post(SESSIONS, json={"login": "anna", "password": PASSWORD})
    assert answer.status_code == 201, answer.text
    return client, body_of(answer)["csrf_token"]


@pytest.fixture
def anna(house: House) -> None:
    house.person("anna", password=PASSWORD)


@pytest.mark.usefixtures("anna")
def test_a_session_knows_its_person_and_ends_with_the_sign_out(house: House) -> None:
    client, csrf = _signed_in(house)
    shown = body_of(client.get(CURRENT))
    assert (shown["person"]["login"], shown["csrf_token"]) == ("anna", csrf)
    assert client.delete(CURRENT, headers={"X-CSRF-Token": csrf}).status_code == 204
    assert problem_of(client.get(CURRENT))["status"] == 401


@pytest.mark.usefixtures("anna")
def test_a_stolen_cookie_is_worth_nothing_after_the_sign_out(house: House) -> None:
    client, csrf = _signed_in(house)
    cookie = client.get_cookie("countermark")
    assert cookie is not None
    client.delete(CURRENT, headers={"X-CSRF-Token": csrf})
    thief = house.app.test_client()
    thief.set_cookie("countermark", cookie.value)
    problem = problem_of(thief.get(CURRENT, headers={"Accept-Language": "en"}))
    assert problem["detail"] == "This session was signed out."


@pytest.mark.usefixtures("anna")
def test_the_cookie_is_for_this_site_and_not_for_scripts(house: House) -> None:
    answer = house.app.test_client().post(SESSIONS, json={"login": "ANNA ", "password": PASSWORD})
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/" in cookie


@pytest.mark.usefixtures("anna")
def test_neither_the_cookie_nor_its_secret_is_stored(house: House) -> None:
    client, _ = _signed_in(house)
    cookie = client.get_cookie("countermark")
    assert cookie is not None
    with house.ports.records.read() as unit:
        (session,) = unit.sessions.find()
    assert session.id == accounts.digest(cookie.value) != cookie.value


@pytest.mark.usefixtures("anna")
def test_a_session_expires_after_twelve_hours(house: House) -> None:
    client, _ = _signed_in(house)
    house.clock.forward(12 * 3600 - 1)
    assert client.get(CURRENT).status_code == 200
    house.clock.forward(1)
    problem = problem_of(client.get(CURRENT))
    assert problem["messages"]["en"] == "This session expired at 2026-06-01T20:00:00Z."


@pytest.mark.parametrize(
    "credentials",
    [
        {"login": "anna", "password": "wrong"},
        {"login": "nobody", "password": PASSWORD},
        {"login": "tokens-only", "password": PASSWORD},
    ],
    ids=["a wrong password", "nobody's login", "somebody without a password"],
)
@pytest.mark.usefixtures("anna")
def test_a_failed_sign_in_does_not_tell_why(house: House, credentials: dict[str, str]) -> None:
    house.person("tokens-only")
    before = house.stored()
    answer = house.app.test_client().post(SESSIONS, json=credentials)
    problem = problem_of(answer)
    assert (problem["status"], problem["messages"]["en"]) == (
        401,
        "The login or the password is wrong.",
    )
    assert "Set-Cookie" not in answer.headers
    assert house.stored() == before


@pytest.mark.usefixtures("anna")
def test_guessing_is_slowed_down_for_one_login_and_address(house: House) -> None:
    client = house.app.test_client()
    wrong = {"login": "anna", "password": "wrong"}
    for _ in range(5):
        assert client.post(SESSIONS, json=wrong).status_code == 401
    slowed = client.post(SESSIONS, json={**wrong, "password": PASSWORD})
    assert problem_of(slowed)["status"] == 429
    assert 1 <= int(slowed.headers["Retry-After"]) <= 300
    elsewhere = {"REMOTE_ADDR": "192.0.2.7"}
    right = {"login": "anna", "password": PASSWORD}
    assert client.post(SESSIONS, json=right, environ_base=elsewhere).status_code == 201


def test_a_password_is_never_sent_back(house: House) -> None:
    answer = house.app.test_client().post(SESSIONS, json={"login": "anna", "password": 12345})
    (error,) = problem_of(answer)["errors"]
    assert (error["where"], error["seen"]) == ("/password", "***")


@pytest.mark.parametrize("sent", [None, "wrong"], ids=["none", "a wrong one"])
@pytest.mark.usefixtures("anna")
def test_a_cookie_changes_nothing_without_its_csrf_token(house: House, sent: str | None) -> None:
    client, csrf = _signed_in(house)
    before = house.stored()
    headers = {} if sent is None else {"X-CSRF-Token": sent}
    refused = client.post("/api/v1/customers", json=NEW_CUSTOMER, headers=headers)
    assert problem_of(refused)["status"] == 403
    assert house.stored() == before
    good = client.post("/api/v1/customers", json=NEW_CUSTOMER, headers={"X-CSRF-Token": csrf})
    assert good.status_code == 201


@pytest.mark.parametrize(
    ("site", "status"), [("cross-site", 403), ("same-site", 403), ("same-origin", 201)]
)
@pytest.mark.usefixtures("anna")
def test_pages_of_other_sites_cannot_sign_anybody_in(house: House, site: str, status: int) -> None:
    answer = house.app.test_client().post(
        SESSIONS,
        json={"login": "anna", "password": PASSWORD},
        headers={"Sec-Fetch-Site": site},
    )
    assert answer.status_code == status


def _token(caller: Caller, **changes: Any) -> Any:
    return caller.post("/tokens", json={"name": "ci", "scopes": ["*"], **changes})


def test_a_token_acts_as_its_person_until_it_is_revoked(house: House) -> None:
    anna = house.somebody("anna", Role.SALESPERSON)
    made = body_of(_token(anna))
    assert made["secret"].startswith("cm_")
    program = Caller(house.app, anna.person, made["secret"])
    assert body_of(program.get("/people/me"))["login"] == "anna"
    assert anna.ask("DELETE", f"/tokens/{made['id']}").status_code == 204
    assert anna.ask("DELETE", f"/tokens/{made['id']}").status_code == 204
    problem = problem_of(program.get("/people/me"))
    assert problem["status"] == 401
    assert problem["messages"]["en"] == "This token was revoked at 2026-06-01T08:00:00Z."


def test_an_expired_token_says_when_it_expired(house: House) -> None:
    anna = house.somebody("anna", Role.SALESPERSON)
    made = body_of(_token(anna, expires_at="2026-06-01T18:00:00+08:00"))
    program = Caller(house.app, anna.person, made["secret"])
    house.clock.forward(2 * 3600 - 1)
    assert program.get("/people/me").status_code == 200
    house.clock.forward(1)
    answer = program.get("/people/me")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="countermark"'
    assert problem_of(answer)["messages"]["en"] == "This token expired at 2026-06-01T10:00:00Z."


UNKNOWN = {
    "a token that nobody made": ("Bearer cm_nobody", "There is no such token."),
    "another scheme": ("Basic YTpi", "The Authorization header is `Bearer` and a token."),
    "a scheme without a token": ("Bearer ", "The Authorization header is `Bearer` and a token."),
    "nothing": (None, "Sign in first, or send an access token."),
}


@pytest.mark.parametrize(("header", "message"), UNKNOWN.values(), ids=UNKNOWN.keys())
def test_nobody_is_told_why(house: House, header: str | None, message: str) -> None:
    headers = {} if header is None else {"Authorization": header}
    answer = house.app.test_client().get("/api/v1/people/me", headers=headers)
    problem = problem_of(answer)
    assert (problem["status"], problem["messages"]["en"]) == (401, message)


def test_a_token_is_limited_to_its_scopes(house: House) -> None:
    person = house.person("anna")
    reader = house.caller(person, "customers.read")
    assert reader.get("/customers").status_code == 200
    problem = problem_of(reader.post("/customers", json=NEW_CUSTOMER))
    assert problem["status"] == 403
    assert "customers.create" in problem["messages"]["en"]


def test_a_token_cannot_make_a_mightier_one(house: House) -> None:
    person = house.person("anna")
    maker = house.caller(person, "tokens.create", "customers.read")
    assert _token(maker, scopes=["customers.read"]).status_code == 201
    assert problem_of(_token(maker, scopes=["customers.create"]))["status"] == 403
    assert problem_of(_token(maker, scopes=["*"]))["status"] == 403


BAD_TOKENS = {
    "a scope that there is not": ({"scopes": ["everything"]}, "/scopes"),
    "no scope": ({"scopes": []}, "/scopes"),
    "a day that is over": ({"expires_at": "2026-05-31T00:00:00Z"}, "/expires_at"),
    "a time without its offset": ({"expires_at": "2027-01-01T00:00:00"}, "/expires_at"),
}


@pytest.mark.parametrize(("changes", "where"), BAD_TOKENS.values(), ids=BAD_TOKENS.keys())
def test_a_bad_token_is_not_made(house: House, changes: dict[str, Any], where: str) -> None:
    anna = house.somebody("anna", Role.SALESPERSON)
    before = house.stored()
    problem = problem_of(_token(anna, **changes))
    assert (problem["status"], problem["errors"][0]["where"]) == (422, where)
    assert house.stored() == before


def test_nobody_revokes_somebody_elses_token_but_an_admin(house: House) -> None:
    anna = house.somebody("anna", Role.SALESPERSON)
    address = f"/tokens/{body_of(_token(anna))['id']}"
    assert house.somebody("ben", Role.SALESPERSON).ask("DELETE", address).status_code == 404
    assert house.somebody("root", Role.ADMIN).ask("DELETE", address).status_code == 204


def test_an_admin_adds_people_and_each_login_once(house: House) -> None:
    root = house.somebody("root", Role.ADMIN)
    new = {"login": "Li.Lei", "name": "李雷", "role": "reviewer", "password": PASSWORD}
    added = root.post("/people", json=new)
    assert (added.status_code, body_of(added)["login"]) == (201, "li.lei")
    assert "password" not in added.text
    assert problem_of(root.post("/people", json=new))["status"] == 409
    signed_in = house.app.test_client().post(
        SESSIONS, json={"login": "li.lei", "password": PASSWORD}
    )
    assert signed_in.status_code == 201


def test_every_change_to_accounts_is_on_the_trail(house: House) -> None:
    house.person("anna", password=PASSWORD)
    client, csrf = _signed_in(house)
    headers = {"X-CSRF-Token": csrf}
    token = {"name": "ci", "scopes": ["*"]}
    made = client.post("/api/v1/tokens", json=token, headers=headers)
    client.delete(f"/api/v1/tokens/{body_of(made)['id']}", headers=headers)
    client.delete(CURRENT, headers=headers)
    with house.ports.records.read() as unit:
        entries = unit.audit.entries()
        assert unit.audit.verify() == ()
    assert [entry.action for entry in entries] == [
        "people.add",
        "sessions.open",
        "tokens.create",
        "tokens.revoke",
        "sessions.close",
    ]
    trail = str(entries)
    assert not any(secret in trail for secret in (PASSWORD, csrf, body_of(made)["secret"]))


def test_somebody_who_left_is_out_at_once(house: House) -> None:
    from dataclasses import replace  # noqa: PLC0415 - used here alone

    anna = house.somebody("anna", Role.SALESPERSON)
    with house.ports.records.begin() as unit:
        unit.people.replace(replace(anna.person, active=False))
    assert problem_of(anna.get("/customers"))["status"] == 401


def test_twelve_hours_are_what_the_answer_says(house: House) -> None:
    house.person("anna", password=PASSWORD)
    client, _ = _signed_in(house)
    until = house.clock() + timedelta(hours=accounts.SESSION_HOURS)
    shown = body_of(client.get(CURRENT))["expires_at"]
    assert shown == until.isoformat().replace("+00:00", "Z")
