"""The permission table is read strictly: what is wrong with it is told, all at once."""

from __future__ import annotations

import pytest

from service import access
from service.access import TableError, parse
from service.actors import Actor
from service.errors import Forbidden
from service.records import Role
from tests.service.people import customer

GOOD = """
actions:
  cakes.eat:
    title: {zh: 吃蛋糕, en: eat cakes}
    roles: {manager: team, admin: all}
routes:
  GET /cakes: cakes.eat
  GET /: public
"""

WRONG = {
    "a role that there is not": ("manager: team", "boss: team", "unknown role 'boss'"),
    "a relation that there is not": ("team,", "friends,", "unknown relation 'friends'"),
    "an action that there is not": ("/cakes: cakes.eat", "/cakes: cakes.bake", "'cakes.bake'"),
    "a route without a method": ("GET /cakes", "/cakes", "is written METHOD /rule"),
    "a method that there is not": ("GET /cakes", "EAT /cakes", "is written METHOD /rule"),
    "a title in one language": ("zh: 吃蛋糕, ", "", "needs zh and en"),
    "a key that nobody knows": ("roles:", "rolls:", "has `title` and `roles`"),
    "an action for nobody": ("{manager: team, admin: all}", "{}", "no role may do it"),
    "a route that is written twice": ("GET /:", "GET /cakes:", "written twice: GET /cakes"),
    "a part that nobody knows": ("routes:", "roads:", "two parts"),
}


def test_a_good_table_is_read() -> None:
    table = parse(GOOD)
    assert table.actions["cakes.eat"].roles == {Role.MANAGER: "team", Role.ADMIN: "all"}
    assert table.routes == {("GET", "/cakes"): "cakes.eat", ("GET", "/"): "public"}


@pytest.mark.parametrize(("old", "new", "message"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_table_is_refused(old: str, new: str, message: str) -> None:
    assert old in GOOD
    with pytest.raises(TableError) as caught:
        parse(GOOD.replace(old, new, 1))
    assert message in str(caught.value)


def test_all_that_is_wrong_is_told_at_once() -> None:
    text = GOOD.replace("manager: team", "boss: friends").replace("GET /cakes", "EAT /cakes")
    with pytest.raises(TableError) as caught:
        parse(text)
    assert len(caught.value.troubles) == 3


def test_the_table_that_ships_is_good() -> None:
    assert access.table().actions


def _actor(role: Role, *scopes: str, region: str | None = "east", team: str | None = "t1") -> Actor:
    return Actor(
        person_id="p1", name="p", role=role, region=region, team=team, scopes=scopes or ("*",)
    )


SCOPES = {
    "one's own": (_actor(Role.SALESPERSON), {"owner_id": "p1"}),
    "one's team's, which is a team of one region": (
        _actor(Role.MANAGER),
        {"team": ("t1",), "region": ("east",)},
    ),
    "one's region's": (_actor(Role.REGIONAL_DIRECTOR), {"region": ("east",)}),
    "everybody's": (_actor(Role.VP_SALES), {}),
    "nobody's without a team": (
        _actor(Role.MANAGER, team=None),
        {"team": (), "region": ("east",)},
    ),
}


@pytest.mark.parametrize(("actor", "where"), SCOPES.values(), ids=SCOPES.keys())
def test_a_scope_reaches(actor: Actor, where: dict[str, object]) -> None:
    assert access.scope(actor, "customers.read") == where
    prefixed = {f"customer.{field}": value for field, value in where.items()}
    assert access.through_customer(where) == prefixed


SEEN = {
    "one's own": (_actor(Role.SALESPERSON), "p1", "east", True),
    "a colleague's": (_actor(Role.SALESPERSON), "p2", "east", False),
    "a team member's": (_actor(Role.MANAGER), "p2", "east", True),
    "one of a namesake team elsewhere": (_actor(Role.MANAGER), "p2", "west", False),
    "one without a region, asked by somebody without": (
        _actor(Role.REGIONAL_DIRECTOR, region=None),
        "p2",
        None,
        False,
    ),
}


@pytest.mark.parametrize("row", SEEN.values(), ids=SEEN.keys())
def test_a_customer_is_visible(row: tuple[Actor, str, str | None, bool]) -> None:
    actor, owner, region, seen = row
    assert access.visible(actor, "customers.read", customer("c1", owner, region=region)) is seen


def test_a_role_without_the_action_is_forbidden_it() -> None:
    with pytest.raises(Forbidden, match="may not decide reviews"):
        access.require(_actor(Role.SALESPERSON), "reviews.decide")


def test_a_token_without_the_scope_is_forbidden_it() -> None:
    limited = _actor(Role.VP_SALES, "audit.read")
    assert access.require(limited, "audit.read") == "all"
    with pytest.raises(Forbidden, match=r"do not include customers\.read"):
        access.require(limited, "customers.read")
