"""The demo company enters through the service's own HTTP API, as any customer's data would."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from service.demo.client import Attachment, Client, Refused
from service.records import Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from service.demo.company import Company, CustomerPlan
    from service.demo.deliverables import DocumentPlan

__all__ = ["Answered", "DemoTimeout", "Refused", "load", "stages_of", "why"]

POLL_S = 0.2
#: Verification of the whole set takes some seconds; past this something is broken.
PATIENCE_S = 180


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """One upload, and what the service made of it."""

    plan: DocumentPlan
    deliverable_id: str
    verdict: str | None
    sub_indication: str | None
    #: The message of the finding that made the verdict, Chinese and English.
    message: dict[str, str]

    @property
    def as_expected(self) -> bool:
        reasons = self.plan.expected_sub_indications
        return self.verdict == self.plan.expected_verdict and (
            not reasons or self.sub_indication in reasons
        )


class DemoTimeout(Exception):
    """The service did not judge every upload in time."""


def load(
    address: str, company: Company, documents: tuple[DocumentPlan, ...]
) -> tuple[Answered, ...]:
    """Enter people, customers and uploads, each as its own salesperson; wait for every verdict.

    Raises Refused and DemoTimeout.
    """
    _add_people(address, company)
    answered: list[Answered] = []
    for customer in company.customers:
        mine = [plan for plan in documents if plan.customer == customer.key]
        with signed_in(address, company, customer.owner) as owner:
            requirements = _enter(owner, customer)
            sent = [(plan, _upload(owner, requirements[plan.item], plan)) for plan in mine]
            answered += [_await(owner, plan, deliverable_id) for plan, deliverable_id in sent]
    return tuple(answered)


def stages_of(address: str, company: Company) -> dict[str, list[dict[str, Any]]]:
    """Give customer key → stages as the API tells them to the VP of sales."""
    with signed_in(address, company, somebody(company, Role.VP_SALES)) as vp:
        listed = vp.get("/api/v1/customers", limit="100")["items"]
        by_name = {item["name"]: item["id"] for item in listed}
        return {
            customer.key: vp.get(f"/api/v1/customers/{by_name[customer.name]}")["stages"]
            for customer in company.customers
        }


def somebody(company: Company, role: Role) -> str:
    """Give the login of the first person in a role."""
    return next(person.login for person in company.people if person.role == role)


@contextmanager
def signed_in(address: str, company: Company, login: str) -> Iterator[Client]:
    """Be somebody of the company for a while. Raises Refused."""
    with Client(address) as client:
        client.sign_in(login, company.person(login).password)
        yield client


def _add_people(address: str, company: Company) -> None:
    """Let the administrator, who is there already, add everybody else."""
    first = somebody(company, Role.ADMIN)
    with signed_in(address, company, first) as admin:
        for person in company.people:
            if person.login == first:
                continue
            body = {
                "login": person.login,
                "name": person.name,
                "role": person.role.value,
                "region": person.region,
                "team": person.team,
                "password": person.password,
            }
            admin.post("/api/v1/people", body, key=f"demo-person-{person.login}")


def _enter(owner: Client, customer: CustomerPlan) -> dict[str, str]:
    """Enter one customer; give item → id of the requirement."""
    body = {
        "name": customer.name,
        "registered_name": customer.registered_name,
        "path": customer.path,
        "contacts": {
            contact.role: {"name": contact.name, "email": contact.email}
            for contact in customer.contacts
        },
    }
    entered = owner.post("/api/v1/customers", body, key=f"demo-customer-{customer.key}")
    asked = owner.get(f"/api/v1/customers/{entered['id']}/requirements")["items"]
    return {need["item"]: need["id"] for need in asked}


def _upload(owner: Client, requirement_id: str, plan: DocumentPlan) -> str:
    file = Attachment(name=plan.name, media_type=plan.media_type, data=plan.data)
    path = f"/api/v1/requirements/{requirement_id}/deliverables"
    key = f"demo-{plan.customer}-{plan.item}-{plan.twin or 'good'}-{plan.name}"
    return str(owner.upload(path, file, key=_ascii(key))["id"])


def _ascii(key: str) -> str:
    return key.encode("ascii", "backslashreplace").decode()[:255]


def _await(owner: Client, plan: DocumentPlan, deliverable_id: str) -> Answered:
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        seen = owner.get(f"/api/v1/deliverables/{deliverable_id}")
        if seen["state"] != "pending":
            checks = (seen["report"] or {}).get("checks", [])
            return Answered(
                plan=plan,
                deliverable_id=deliverable_id,
                verdict=seen["verdict"],
                sub_indication=seen["sub_indication"],
                message=why(checks, seen["verdict"], seen["sub_indication"]),
            )
        time.sleep(POLL_S)
    raise DemoTimeout(f"{plan.name}: no verdict within {PATIENCE_S} s")


def why(
    checks: Iterable[Mapping[str, Any]], verdict: str | None, sub_indication: str | None
) -> dict[str, str]:
    """Give the message of the finding that made the verdict; empty for a good file."""
    if verdict != "PASSED":
        for check in checks:
            if (check["status"], check["sub_indication"]) == (verdict, sub_indication):
                return dict(check["message"])
    return {"zh": "", "en": ""}
