"""What is around every answer: safe headers, a number, one line in the log, both languages."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from limits import RateLimitItemPerMinute

from service import api, logs, web
from service.api import page_words, pages, rates
from service.records import Role
from tests.service.api.house import NEW_CUSTOMER, body_of, problem_of

if TYPE_CHECKING:
    from tests.service.api.house import House

ADDRESSES = {
    "an answer": "/api/v1/people/me",
    "a problem": "/api/v1/customers/nobody",
    "an address that there is not": "/api/v1/nonsense",
    "health": "/api/v1/health",
}


@pytest.mark.parametrize("address", ADDRESSES.values(), ids=ADDRESSES.keys())
def test_every_answer_is_safe_to_receive(house: House, address: str) -> None:
    anna = house.somebody("anna", Role.SALESPERSON)
    headers = anna.get(address.removeprefix("/api/v1")).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Request-ID"]
    assert "Strict-Transport-Security" not in headers


def test_over_https_the_cookie_and_the_browser_stay_there(house: House) -> None:
    house.person("anna", password="correct horse battery")
    app = api.create(replace(house.settings, https=True), house.ports)
    answer = app.test_client().post(
        "/api/v1/sessions",
        json={"login": "anna", "password": "correct horse battery"},
        base_url="https://localhost",
    )
    assert answer.headers["Set-Cookie"].startswith("__Host-countermark=")
    assert "Secure" in answer.headers["Set-Cookie"]
    assert "max-age" in answer.headers["Strict-Transport-Security"]


GIVEN = {
    "a number of a proxy": ("0af7651916cd43dd8448eb211c80319c", True),
    "something that would forge a line of the log": ("a b\tc", False),
}


@pytest.mark.parametrize(("given", "kept"), GIVEN.values(), ids=GIVEN.keys())
def test_the_number_of_a_request_is_taken_over(house: House, given: str, *, kept: bool) -> None:
    anna = house.somebody("anna", Role.SALESPERSON)
    answer = anna.get("/people/me", headers={"X-Request-ID": given})
    assert (answer.headers["X-Request-ID"] == given) is kept


def test_the_number_is_on_the_trail(house: House) -> None:
    anna = house.somebody("anna", Role.SALESPERSON)
    answer = anna.post("/customers", json=NEW_CUSTOMER)
    with house.ports.records.read() as unit:
        (entry,) = unit.audit.entries(where={"action": "customers.create"})
    assert entry.request_id == answer.headers["X-Request-ID"]


LANGUAGES = {
    "Chinese by default": ({}, "zh"),
    "English where it is asked for": ({"Accept-Language": "en-GB,en;q=0.9,zh;q=0.5"}, "en"),
    "Chinese where it is asked for": ({"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.8"}, "zh"),
    "Chinese where neither is": ({"Accept-Language": "fr"}, "zh"),
}


@pytest.mark.parametrize(("headers", "language"), LANGUAGES.values(), ids=LANGUAGES.keys())
def test_a_problem_speaks(house: House, headers: dict[str, str], language: str) -> None:
    answer = house.app.test_client().get("/api/v1/people/me", headers=headers)
    assert answer.headers["Content-Language"] == language
    problem = problem_of(answer)
    assert problem["detail"] == problem["messages"][language]
    assert "Accept-Language" in answer.headers["Vary"]


def test_the_log_has_one_line_a_request_and_nobody_in_it(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    anna = house.somebody("anna", Role.SALESPERSON)
    logs.configure("info")
    answer = anna.get("/customers/secret-id?colour=red")
    (line,) = capsys.readouterr().err.splitlines()
    entry = json.loads(line)
    assert entry["event"] == "request"
    assert entry["route"] == "/api/v1/customers/<customer_id>"
    assert entry["request_id"] == answer.headers["X-Request-ID"]
    assert (entry["method"], entry["status"]) == ("GET", 422)
    for private in ("secret-id", "red", anna.person.id, anna.secret, "anna", "127.0.0.1"):
        assert private not in line


def test_too_many_requests_are_told_to_wait(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rates, "FOR_ADDRESS", RateLimitItemPerMinute(3))
    client = house.app.test_client()
    for _ in range(3):
        assert client.get("/api/v1/health").status_code == 200
    answer = client.get("/api/v1/health")
    assert problem_of(answer)["type"] == "urn:countermark:problem:too-many"
    assert 1 <= int(answer.headers["Retry-After"]) <= 61
    assert house.somebody("anna", Role.SALESPERSON).get("/people/me").status_code == 200


def test_health_tells_how_the_service_is_and_no_more(house: House) -> None:
    health = body_of(house.app.test_client().get("/api/v1/health"))
    assert set(health) == {"status", "database", "storage", "sandbox", "queue", "rules"}
    assert (health["status"], health["database"], health["storage"]) == ("ok", "ok", "ok")
    assert health["sandbox"] == house.ports.verifier.level


def test_health_tells_when_the_storage_is_gone(house: House) -> None:
    class Gone:
        def open(self, sha256: str) -> None:
            raise OSError(sha256)

    ports = replace(house.ports, storage=Gone())  # type: ignore[arg-type] # that is the point
    answer = api.create(house.settings, ports).test_client().get("/api/v1/health")
    assert answer.status_code == 503
    assert body_of(answer)["storage"] == "down"


def test_the_page_of_the_api_fetches_nothing_from_elsewhere(house: House) -> None:
    client = house.app.test_client()
    answer = client.get("/api/docs")
    assert answer.content_type.startswith("text/html")
    for scheme in ("http:", "https:", "//", "<script"):
        assert scheme not in answer.text
    for path in body_of(client.get("/api/openapi.json"))["paths"]:
        assert path in answer.text
    english = client.get("/api/docs", headers={"Accept-Language": "en"})
    assert '<html lang="en">' in english.text


def test_every_route_is_told_in_chinese_on_the_page(house: House) -> None:
    client = house.app.test_client()
    document = body_of(client.get("/api/openapi.json"))
    operations = [one for path in document["paths"].values() for one in path.values()]
    told = page_words.chinese()
    assert set(told["routes"]) == {one["operationId"] for one in operations}
    assert set(told["tags"]) == {tag for one in operations for tag in one["tags"]}
    chinese, english = (
        client.get("/api/docs", headers={"Accept-Language": code}).text for code in ("zh", "en")
    )
    for one in operations:
        assert pages.with_code(told["routes"][one["operationId"]]) in chinese
        assert pages.with_code(one["summary"]) in english
        assert pages.with_code(one["summary"]) not in chinese


def test_names_between_backticks_are_set_as_code_and_all_else_is_escaped(house: House) -> None:
    assert pages.with_code("the part `a<b>` & more") == (
        "the part <code>a&lt;b&gt;</code> &amp; more"
    )
    page = house.app.test_client().get("/api/docs", headers={"Accept-Language": "en"})
    assert "`" not in page.text
    assert page.headers["Content-Language"] == "en"
    assert "Accept-Language" in page.headers["Vary"]


def test_every_field_is_told_in_chinese_on_the_page(house: House) -> None:
    with house.app.test_request_context():
        rows = {
            language: [
                row["text"]
                for operations in pages._groups(pages._document(), language).values()  # noqa: SLF001 - what the page shows
                for operation in operations
                for row in operation["rows"]
                if row["text"]
            ]
            for language in ("zh", "en")
        }
    assert set(page_words.chinese()["fields"]) == set(rows["en"])
    assert [text for text in rows["zh"] if not re.search(r"[\u4e00-\u9fff]", text)] == []


def test_probes_may_ask_for_health_in_short(house: House) -> None:
    web.register(house.app)
    client = house.app.test_client()
    short, whole = (client.get(address) for address in ("/health", "/api/v1/health"))
    assert (short.status_code, body_of(short)) == (200, body_of(whole))
    assert short.content_type == whole.content_type
    assert problem_of(client.get("/health?colour=red"))["status"] == 422
    assert "/health" not in body_of(client.get("/api/openapi.json"))["paths"]


def test_the_document_names_every_route_of_the_api(house: House) -> None:
    document = body_of(house.app.test_client().get("/api/openapi.json"))
    named = {
        (method.upper(), path)
        for path, operations in document["paths"].items()
        for method in operations
    }
    routes = {
        (method, rule.rule.replace("<int:", "<").replace("<", "{").replace(">", "}"))
        for rule in house.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule.startswith("/api/v1/")
    }
    assert named == routes


def test_an_address_with_a_slash_too_many_is_led_to_the_right_one(house: House) -> None:
    answer = house.app.test_client().get("/api//v1/health")
    assert answer.status_code == 308
    assert answer.headers["Location"].endswith("/api/v1/health")
    assert answer.headers["X-Request-ID"]
