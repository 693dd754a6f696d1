"""Who may do what with whose: every role × action × relation, asked over HTTP."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import pytest

from service import web
from service.access import METHODS, table
from service.actions import customers, deliverables, requirements, review_queue
from service.actions.accounts import actor_of
from service.actions.deliverables import Upload
from service.records import Role
from tests.service.api.house import NEW_CUSTOMER, ON_BOTH, body_of, problem_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from werkzeug.test import TestResponse

    from service.records import Person
    from tests.service.api.house import Caller, House

# o: one's own, t: one's team's, r: one's region's, a: all, -: the role may not.
EXPECTED = """
action               salesperson manager regional_director vp_sales reviewer sales_ops ml_engineer finance admin
customers.read       o           t       r                 a        a        a         -           -       -
customers.change     o           t       r                 -        -        a         -           -       -
requirements.change  -           -       -                 -        -        a         -           -       -
deliverables.upload  o           t       r                 -        -        -         -           -       -
deliverables.read    o           t       r                 a        a        a         -           -       -
reviews.read         o           t       r                 a        a        a         -           -       -
reviews.decide       -           -       -                 -        a        -         -           -       -
"""  # noqa: E501 - a table reads best as one
#: Letter → whose customers are reached.
REACH = {
    "-": set(),
    "o": {"own"},
    "t": {"own", "team"},
    "r": {"own", "team", "region"},
    "a": {"own", "team", "region", "elsewhere"},
}
#: Relation to somebody of team t1 in the east. Another region may have a team of the same name.
PLACES = {
    "own": ("east", "t1"),
    "team": ("east", "t1"),
    "region": ("east", "t2"),
    "elsewhere": ("west", "t1"),
}


class Theirs(NamedTuple):
    """What belongs to one customer."""

    customer: str
    requirement: str
    deliverable: str
    review: str


ASK: dict[str, Callable[[Caller, Theirs], TestResponse]] = {
    "customers.read": lambda who, it: who.get(f"/customers/{it.customer}"),
    "customers.change": lambda who, it: who.patch(
        f"/customers/{it.customer}", json={"name": "new"}, headers={"If-Match": "*"}
    ),
    "requirements.change": lambda who, it: who.patch(
        f"/requirements/{it.requirement}", json={"max_age_days": 9}, headers={"If-Match": "*"}
    ),
    "deliverables.upload": lambda who, it: who.upload(it.requirement, b"%PDF", key=it.customer),
    "deliverables.read": lambda who, it: who.get(f"/deliverables/{it.deliverable}/original"),
    "reviews.read": lambda who, it: who.get(f"/reviews/{it.review}"),
    "reviews.decide": lambda who, it: who.post(
        f"/reviews/{it.review}/decision",
        json={"decision": "accept", "reason_code": "original_seen"},
    ),
}


def _expected() -> dict[str, dict[Role, str]]:
    head, *rows = (line.split() for line in EXPECTED.strip().splitlines())
    roles = [Role(name) for name in head[1:]]
    return {row[0]: dict(zip(roles, row[1:], strict=True)) for row in rows}


@pytest.mark.parametrize("role", Role)
def test_a_role_reaches_what_the_table_says_and_nothing_else(house: House, role: Role) -> None:
    asker = house.somebody("asker", role)
    owners = {
        relation: asker.person if relation == "own" else _owner(house, relation)
        for relation in PLACES
    }
    world = {relation: _world(house, owner) for relation, owner in owners.items()}
    for action, letters in _expected().items():
        for relation, theirs in world.items():
            answer = ASK[action](asker, theirs)
            wanted = _wanted(letters[role], relation)
            assert answer.status_code in wanted, (action, relation, answer.text)
            if answer.status_code >= 400:
                problem_of(answer)


@ON_BOTH
@pytest.mark.parametrize("role", [Role.SALESPERSON, Role.MANAGER, Role.VP_SALES])
def test_lists_hold_what_is_within_reach_and_nothing_else(house: House, role: Role) -> None:
    asker = house.somebody("asker", role)
    letter = _expected()["customers.read"][role]
    world = {
        relation: _world(house, asker.person if relation == "own" else _owner(house, relation))
        for relation in PLACES
    }
    for path, field in (("customers", "customer"), ("deliverables", "deliverable")):
        answer = asker.get(f"/{path}")
        if letter == "-":
            assert problem_of(answer)["status"] == 403
        else:
            seen = {row["id"] for row in body_of(answer)["items"]}
            assert seen == {getattr(world[relation], field) for relation in REACH[letter]}


def test_the_table_of_this_test_says_what_the_service_reads() -> None:
    letters = {"own": "o", "team": "t", "region": "r", "all": "a"}
    for action, expected in _expected().items():
        roles = table().actions[action].roles
        assert expected == {
            role: letters[roles[role]] if role in roles else "-" for role in Role
        }, action


def test_nobody_decides_on_what_they_uploaded(house: House) -> None:
    asker = house.somebody("asker", Role.REVIEWER)
    theirs = _world(house, asker.person, uploader=asker.person)
    problem = problem_of(ASK["reviews.decide"](asker, theirs))
    assert problem["status"] == 403


@pytest.mark.parametrize("role", [Role.MANAGER, Role.REGIONAL_DIRECTOR])
def test_who_has_no_team_or_region_reaches_nobodys(house: House, role: Role) -> None:
    nowhere = house.person("nowhere", Role.SALESPERSON, region=None, team=None)
    theirs = _world(house, nowhere)
    asker = house.somebody("asker", role, region=None, team=None)
    assert body_of(asker.get("/customers"))["items"] == []
    assert asker.get(f"/customers/{theirs.customer}").status_code == 404


OTHERS = {
    ("GET", "/audit"): {Role.VP_SALES, Role.ADMIN},
    ("GET", "/audit/head"): {Role.VP_SALES, Role.ADMIN},
    ("GET", "/people"): set(Role),
    ("GET", "/people/me"): set(Role),
    ("GET", "/tokens"): set(Role),
}


@pytest.mark.parametrize("role", Role)
def test_what_is_not_about_customers_follows_the_role(house: House, role: Role) -> None:
    asker = house.somebody("asker", role)
    for (method, path), allowed in OTHERS.items():
        status = asker.ask(method, path).status_code
        assert status == (200 if role in allowed else 403), path
    new = {"login": "new", "name": "new", "role": "finance"}
    assert asker.post("/people", json=new).status_code == (201 if role is Role.ADMIN else 403)


def test_a_role_that_may_not_is_told_so_before_anything_is_read(house: House) -> None:
    finance = house.somebody("fin", Role.FINANCE)
    problem = problem_of(finance.post("/customers", data=b"not even JSON"))
    assert problem["status"] == 403


def test_every_route_is_in_the_table_and_every_row_is_a_route(house: House) -> None:
    web.register(house.app)
    routes = {
        (method, rule.rule)
        for rule in house.app.url_map.iter_rules()
        for method in (rule.methods or set()) & METHODS
    }
    assert routes == set(table().routes)


def test_a_route_that_is_not_in_the_table_is_shut(house: House) -> None:
    house.app.add_url_rule("/api/v1/forgotten", "forgotten", lambda: "secret")
    answer = house.somebody("root", Role.ADMIN).get("/forgotten")
    assert problem_of(answer)["status"] == 403
    assert "secret" not in answer.text


def test_nothing_but_the_public_rows_answers_a_stranger(house: House) -> None:
    client = house.app.test_client()
    for (method, rule), needed in table().routes.items():
        if needed != "public" and rule.startswith("/api/"):
            path = rule.replace("<int:", "<").replace("<", "").replace(">", "")
            path = path.replace("/check/place", "/0/0").replace("/number", "/1")
            assert problem_of(client.open(path, method=method))["status"] == 401, rule


def _wanted(letter: str, relation: str) -> set[int]:
    if letter == "-":
        return {403}
    return {200, 201} if relation in REACH[letter] else {404}


def _owner(house: House, relation: str) -> Person:
    region, team = PLACES[relation]
    return house.person(relation, Role.SALESPERSON, region=region, team=team)


def _world(house: House, owner: Person, *, uploader: Person | None = None) -> Theirs:
    """Enter a customer of the owner's with a deliverable that waits for review."""
    ports = house.ports
    stored = ports.storage.put([b"%PDF-1.7"], max_bytes=100)
    upload = Upload(name="a.pdf", declared_type=None, stored=stored)
    sender = uploader or house.person(f"sender-for-{owner.login}", Role.SALESPERSON, team="t9")
    seller = replace(actor_of(owner), role=Role.SALESPERSON)
    with ports.records.begin() as unit:
        draft = customers.CustomerDraft(**NEW_CUSTOMER)
        customer = customers.create(ports, unit, seller, draft)
        requirement = unit.requirements.find({"customer_id": customer.id})[0]
        wanted, _ = requirements.for_upload(unit, seller, requirement.id)
        deliverable = deliverables.receive(ports, unit, seller, wanted=wanted, upload=upload)
        deliverable = unit.deliverables.replace(replace(deliverable, uploader_id=sender.id))
        review = review_queue.open_review(unit, deliverable, cause="QUARANTINED")
    return Theirs(customer.id, requirement.id, deliverable.id, review.id)
