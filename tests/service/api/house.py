"""A whole service for one test: real database, real storage, real gates, a client a person."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from service.actions import accounts, tokens
from service.actions.accounts import OPERATOR, PersonDraft
from service.actions.tokens import TokenDraft
from service.records import Role

if TYPE_CHECKING:
    from pathlib import Path

    from apiflask import APIFlask
    from werkzeug.test import TestResponse

    from service.ports import Ports
    from service.ports.records import Unit
    from service.records import Person
    from service.settings import Settings
    from tests.service.conftest import TestClock

NEW_CUSTOMER: dict[str, Any] = {
    "name": "华东精密",
    "registered_name": "华东精密机械有限公司",
    "path": "software",
    "contacts": {"it_lead": {"name": "李雷", "email": "li@example.com"}},
}


#: For a test that both databases must pass.
ON_BOTH = pytest.mark.parametrize(
    "house_url",
    ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)],
    indirect=True,
)


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody with a token."""

    app: APIFlask
    person: Person
    secret: str

    def ask(self, method: str, path: str, **arguments: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.secret}", **arguments.pop("headers", {})}
        client = self.app.test_client(use_cookies=False)
        return client.open(f"/api/v1{path}", method=method, headers=headers, **arguments)

    def get(self, path: str, **arguments: Any) -> TestResponse:
        return self.ask("GET", path, **arguments)

    def post(self, path: str, **arguments: Any) -> TestResponse:
        return self.ask("POST", path, **arguments)

    def patch(self, path: str, **arguments: Any) -> TestResponse:
        return self.ask("PATCH", path, **arguments)

    def upload(
        self,
        requirement_id: str,
        data: bytes,
        *,
        name: str = "报告.pdf",
        key: str = "key-1",
        media_type: str = "application/pdf",
    ) -> TestResponse:
        return self.post(
            f"/requirements/{requirement_id}/deliverables",
            data={"file": (io.BytesIO(data), name, media_type)},
            headers={"Idempotency-Key": key},
        )


@dataclass(frozen=True, slots=True)
class House:
    app: APIFlask
    ports: Ports
    settings: Settings
    clock: TestClock
    files: Path

    def person(
        self,
        login: str,
        role: Role = Role.SALESPERSON,
        *,
        region: str | None = "east",
        team: str | None = "t1",
        password: str | None = None,
    ) -> Person:
        draft = PersonDraft(
            login=login, name=login, role=role, region=region, team=team, password=password
        )
        with self.ports.records.begin() as unit:
            return accounts.add_person(unit, OPERATOR, draft)

    def caller(self, person: Person, *scopes: str) -> Caller:
        draft = TokenDraft(name="test", scopes=scopes or ("*",))
        with self.ports.records.begin() as unit:
            _, secret = tokens.create_token(unit, OPERATOR, person_id=person.id, draft=draft)
        return Caller(self.app, person, secret)

    def somebody(
        self, login: str, role: Role, *, region: str | None = "east", team: str | None = "t1"
    ) -> Caller:
        return self.caller(self.person(login, role, region=region, team=team))

    def stored(self) -> dict[str, int]:
        """Count what is kept: rows a table, and files."""
        with self.ports.records.read() as unit:
            counts = {name: len(_rows(unit, name)) for name in _TABLES}
            counts["audit"] = len(unit.audit.entries())
            counts["outbox"] = sum(unit.outbox.depth().values())
        counts["files"] = sum(path.is_file() for path in self.files.rglob("*"))
        return counts


_TABLES = ("people", "customers", "stages", "requirements", "deliverables", "reviews", "tokens")


def _rows(unit: Unit, name: str) -> tuple[object, ...]:
    rows: tuple[object, ...] = getattr(unit, name).find()
    return rows


def add_customer(caller: Caller, **fields: str) -> dict[str, Any]:
    """Enter a customer of the caller's and give it as answered."""
    answer = caller.post("/customers", json={**NEW_CUSTOMER, **fields})
    assert answer.status_code == 201, answer.text
    return body_of(answer)


def requirement_of(caller: Caller, customer: dict[str, Any], item: str) -> dict[str, Any]:
    """Give one requirement of a customer by its item."""
    rows = body_of(caller.get(f"/customers/{customer['id']}/requirements"))["items"]
    found: dict[str, Any] = next(row for row in rows if row["item"] == item)
    return found


def body_of(answer: TestResponse) -> dict[str, Any]:
    """Give the JSON of an answer that is an object."""
    body: dict[str, Any] = json.loads(answer.data)
    return body


def problem_of(answer: TestResponse) -> dict[str, Any]:
    """Give the problem of an answer, whose form is always the same."""
    assert answer.content_type == "application/problem+json", answer.text
    problem = body_of(answer)
    assert problem["status"] == answer.status_code
    assert problem["type"].startswith("urn:countermark:problem:")
    assert problem["instance"] == f"urn:countermark:request:{answer.headers['X-Request-ID']}"
    assert problem["title"]
    assert problem["detail"] == problem["messages"][answer.headers["Content-Language"]]
    assert problem["messages"]["zh"]
    assert problem["messages"]["en"]
    return problem


class Row(NamedTuple):
    """A bad request, and the problem that it gets; None is whatever it may be."""

    arguments: dict[str, Any]
    status: int
    code: str
    where: str | None
    seen: str | None = None


def check_problem(answer: TestResponse, row: Row) -> None:
    """Assert that an answer is the problem of the row, with its only trouble."""
    problem = problem_of(answer)
    assert (problem["status"], problem["type"]) == (
        row.status,
        f"urn:countermark:problem:{row.code}",
    ), problem
    assert problem["remedy"]
    if row.where is not None:
        (error,) = problem["errors"]
        assert error["where"] == row.where
        assert error["expected"]
        assert row.seen is None or error["seen"] == row.seen
