"""Who may do what: the permission table, and what it means for one person's rows.

A role without an action is told so (Forbidden); an object outside the relation does not exist for
the asker (NotFound), so scopes are filters of the query and never a second thought.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import yaml

from service.errors import Forbidden
from service.records import Role
from service.role_words import TITLES, listed
from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.actors import Actor
    from service.records import Customer

#: What a route may need instead of an action.
PUBLIC = "public"
SIGNED_IN = "signed-in"
#: The scope of a token that may do everything that its person may.
EVERYTHING = "*"
METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})


class Relation(StrEnum):
    OWN = "own"
    TEAM = "team"
    REGION = "region"
    ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """One action, and how far each role that may do it reaches."""

    action: str
    title: Text
    roles: Mapping[Role, Relation]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The whole table; routes by (method, rule) to an action, PUBLIC or SIGNED_IN."""

    actions: Mapping[str, Permission]
    routes: Mapping[tuple[str, str], str]


class TableError(Exception):
    """The permission table cannot be used: all that is wrong with it, one a line."""

    def __init__(self, troubles: list[str]) -> None:
        super().__init__("\n".join(troubles))
        self.troubles = tuple(troubles)


@cache
def table() -> Table:
    """Read the table that ships with the service. Raises TableError."""
    text = files("service").joinpath("policy/permissions.yaml").read_text("utf-8")
    return parse(text)


def parse(text: str) -> Table:
    """Read a table strictly: unknown keys, roles, relations and actions are refused, all at once.

    Raises TableError.
    """
    data = yaml.load(text, Loader=_Strict)  # noqa: S506 - a SafeLoader that also refuses doubles
    troubles: list[str] = []
    if not isinstance(data, dict) or set(data) != {"actions", "routes"}:
        raise TableError(["The table has two parts, `actions` and `routes`, and nothing else."])
    actions = {
        name: _permission(name, value, troubles) for name, value in (data["actions"] or {}).items()
    }
    routes = {
        _route(key, value, actions, troubles): value
        for key, value in (data["routes"] or {}).items()
    }
    if troubles:
        raise TableError(troubles)
    return Table(actions=actions, routes=routes)


def need(method: str, rule: str) -> str | None:
    """Say what a route needs; None where the table does not know it. HEAD is a GET."""
    return table().routes.get(("GET" if method == "HEAD" else method, rule))


def require(actor: Actor, action: str) -> Relation:
    """Give how far the actor may go with an action. Raises Forbidden where not at all."""
    permission = table().actions[action]
    relation = permission.roles.get(actor.role)
    title = permission.title
    if relation is None:
        raise Forbidden(
            Text(
                zh=f"您的角色（{TITLES[actor.role].zh}）不能{title.zh}。",
                en=f"Your role ({TITLES[actor.role].en}) may not {title.en}.",
            ),
            remedy=_ask(permission),
        )
    if EVERYTHING not in actor.scopes and action not in actor.scopes:
        raise Forbidden(
            Text(
                zh=f"这个令牌的权限范围不包括“{title.zh}”（{action}）。",
                en=f"The scopes of this token do not include {action} ({title.en}).",
            ),
            remedy=Text(
                zh=f"请换用权限范围含 {action} 的令牌。", en=f"Use a token with the scope {action}."
            ),
        )
    return relation


def scope(actor: Actor, action: str, *, owner: str = "owner_id") -> dict[str, Any]:
    """Give the `where` that leaves only rows the actor may touch.

    `owner` names the field that says whose a row is: customers have ``owner_id``, people ``id``,
    tokens ``person_id``. Somebody without a team or region reaches nobody's by it. Raises
    Forbidden.
    """
    match require(actor, action):
        case Relation.ALL:
            return {}
        case Relation.OWN:
            return {owner: actor.person_id}
        case Relation.TEAM:
            return {"team": _one_of(actor.team), "region": _one_of(actor.region)}
        case Relation.REGION:
            return {"region": _one_of(actor.region)}


def through_customer(where: Mapping[str, Any]) -> dict[str, Any]:
    """Turn a scope over customers into one over what belongs to them."""
    return {f"customer.{field}": value for field, value in where.items()}


def visible(actor: Actor, action: str, customer: Customer) -> bool:
    """Say whether a customer is within the actor's reach. Raises Forbidden."""
    where = scope(actor, action)
    return all(
        getattr(customer, field) in (wanted if isinstance(wanted, tuple) else (wanted,))
        for field, wanted in where.items()
    )


def _one_of(value: str | None) -> tuple[str, ...]:
    """A tuple, because an empty one matches nothing, whereas None would match other Nones."""
    return () if value is None else (value,)


def _ask(permission: Permission) -> Text:
    roles = listed(permission.roles)
    return Text(zh=f"请找有此权限的人：{roles.zh}。", en=f"Ask somebody who may: {roles.en}.")


class _Strict(yaml.SafeLoader):
    """Plain YAML in which a key may not be written twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002 - the library's signature
        keys = [self.construct_object(key) for key, _ in node.value]
        doubles = sorted({str(key) for key in keys if keys.count(key) > 1})
        if doubles:
            line = node.start_mark.line + 1
            raise TableError([f"line {line}: written twice: {', '.join(doubles)}"])
        return super().construct_mapping(node, deep=deep)


def _permission(name: str, value: Any, troubles: list[str]) -> Permission:
    if not isinstance(value, dict) or set(value) != {"title", "roles"}:
        troubles.append(f"actions.{name}: has `title` and `roles`, and nothing else")
        return Permission(action=name, title=Text(zh="", en=""), roles={})
    if not isinstance(value["title"], dict) or set(value["title"]) != {"zh", "en"}:
        troubles.append(f"actions.{name}.title: needs zh and en")
        value = {**value, "title": {"zh": "", "en": ""}}
    roles = value["roles"] or {}
    troubles += [
        f"actions.{name}: unknown role {role!r}" for role in roles if role not in _values(Role)
    ]
    troubles += [
        f"actions.{name}.{role}: unknown relation {relation!r}"
        for role, relation in roles.items()
        if relation not in _values(Relation)
    ]
    if not roles:
        troubles.append(f"actions.{name}: no role may do it")
    known = {
        Role(role): Relation(relation)
        for role, relation in roles.items()
        if role in _values(Role) and relation in _values(Relation)
    }
    return Permission(action=name, title=Text(**value["title"]), roles=known)


def _route(
    key: str, needed: Any, actions: Mapping[str, Permission], troubles: list[str]
) -> tuple[str, str]:
    method, _, rule = str(key).partition(" ")
    if method not in METHODS or not rule.startswith("/"):
        troubles.append(f"routes.{key}: is written METHOD /rule")
    if needed not in actions and needed not in {PUBLIC, SIGNED_IN}:
        troubles.append(f"routes.{key}: unknown action {needed!r}")
    return method, rule


def _values(kind: type[StrEnum]) -> frozenset[str]:
    return frozenset(member.value for member in kind)
