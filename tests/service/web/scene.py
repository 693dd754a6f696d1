"""A customer with uploads that were judged, and people who look at its pages."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import lxml.html

from service.actions import deliverables
from service.records import Role
from tests.service.api.house import NEW_CUSTOMER, Caller, body_of
from tests.service.web.papers import paper, the_company

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from service.demo.documents.brief import Draft
    from service.records import Review
    from tests.service.api.house import House

PASSWORD = "correct horse battery"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody at a browser without JavaScript."""

    client: FlaskClient

    def get(self, path: str, **headers: str) -> TestResponse:
        return self.client.get(path, headers=headers)

    def post(self, path: str, fields: dict[str, Any], *, csrf: bool = True) -> TestResponse:
        token = {"csrf_token": self.csrf()} if csrf else {}
        answer = self.client.post(path, data={**token, **fields})
        answer.request.environ["wsgi.input"].close()  # the client's own spool
        return answer

    def csrf(self) -> str:
        fields = page_of(self.get("/customers")).xpath("//input[@name='csrf_token']/@value")
        return str(fields[0]) if fields else ""

    def speak(self, language: str) -> Visitor:
        self.get(f"/language/{language}")
        return self


def page_of(answer: TestResponse) -> Any:
    """Read an answer as HTML."""
    return lxml.html.document_fromstring(answer.get_data(as_text=True))


def text_of(answer: TestResponse) -> str:
    """Give what a person reads on the page, on one line."""
    return " ".join(page_of(answer).xpath("//body")[0].text_content().split())


@dataclass(frozen=True, slots=True)
class Scene:
    house: House
    seller: Caller
    customer: dict[str, Any]

    def visitor(self, login: str) -> Visitor:
        """Sign in somebody who is there already."""
        visitor = Visitor(self.house.app.test_client())
        answer = visitor.client.post("/sign-in", data={"login": login, "password": PASSWORD})
        assert answer.status_code == 303, answer.text
        return visitor

    def reviewer(self, login: str = "reviewer") -> Visitor:
        self.house.person(login, Role.REVIEWER, region=None, team=None, password=PASSWORD)
        return self.visitor(login)

    def upload(self, item: str, draft: Draft) -> str:
        """Upload a file and have it judged in the sandbox; gives its id."""
        path = f"/requirements/{self.requirement(item)}/deliverables"
        answer = self.seller.post(
            path,
            data={"file": (io.BytesIO(draft.data), draft.name, draft.media_type)},
            headers={"Idempotency-Key": f"{item}-{len(self.house.stored())}-{hash(draft)}"},
        )
        assert answer.status_code == 201, answer.text
        deliverable_id = str(body_of(answer)["id"])
        deliverables.verify(self.house.ports, deliverable_id)
        return deliverable_id

    def requirement(self, item: str) -> str:
        rows = body_of(self.seller.get(f"/customers/{self.customer['id']}/requirements"))
        return str(next(row["id"] for row in rows["items"] if row["item"] == item))

    def changed(self) -> str:
        """Upload the report that was changed after it had been signed."""
        return self.upload("poc_report", paper("poc_report", "changed_after_signing"))

    def mail(self) -> str:
        """Upload a mail that failed; a mail has no page image."""
        return self.upload("it_mail", paper("it_mail", "truncated"))

    def review_of(self, deliverable_id: str) -> Review:
        with self.house.ports.records.read() as unit:
            (review,) = unit.reviews.find({"deliverable_id": deliverable_id})
        return review


def set_scene(house: House) -> Scene:
    """Enter a salesperson with the demo's first customer."""
    seller = house.person("seller", password=PASSWORD)
    plan = the_company().customers[0]
    body = {
        **NEW_CUSTOMER,
        "name": plan.name,
        "registered_name": plan.registered_name,
        "contacts": {
            contact.role: {"name": contact.name, "email": contact.email}
            for contact in plan.contacts
        },
    }
    caller = house.caller(seller)
    answer = caller.post("/customers", json=body)
    assert answer.status_code == 201, answer.text
    return Scene(house, caller, body_of(answer))
