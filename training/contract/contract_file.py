"""The contract as the ML team writes it: YAML to a contract, or all that is wrong with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from models.coefficient.yaml_reading import (
    Problems,
    Refused,
    items,
    members,
    number,
    root_of,
    shown,
    word,
)
from models.text import Text
from training.contract.contract import (
    ASSIGNMENT,
    LEARNT_FROM,
    ONCE,
    Contract,
    Field,
    Kind,
    OpenLeads,
    Role,
)
from training.contract.forbidden import why_forbidden

if TYPE_CHECKING:
    from collections.abc import Mapping

    import yaml


FORMAT = "contract/v1"
_KEYS = ("countermark", "id", "fields")
_OPTIONAL = (
    "horizon_days",
    "embargo_days",
    "open_leads",
    "currency",
    "missing",
    "history",
)
_FIELD = ("column", "kind", "role")
_FIELD_OPTIONAL = (
    "known_at",
    "unit",
    "least",
    "most",
    "monotone",
    "won",
    "lost",
    "open",
    "learn",
    "signed",
)
SIGNS = {"up": 1, "down": -1}
_MOST_DAYS = 3650
_WIDE = 1e15
#: What a role's cells may be, where it is not a matter of taste.
_KINDS = {
    Role.ASSIGNED: {Kind.TIME},
    Role.CLOSED: {Kind.TIME},
    Role.TIME: {Kind.TIME},
    Role.VALUE: {Kind.MONEY},
    Role.LABEL: {Kind.FLAG},
    Role.ORDER: {Kind.CATEGORY},
    Role.CUSTOMER: {Kind.CATEGORY},
    Role.CURRENCY: {Kind.CATEGORY},
    Role.SEGMENT: {Kind.CATEGORY},
    Role.AUDIT: {Kind.CATEGORY},
    Role.FEATURE: {Kind.NUMBER, Kind.CATEGORY, Kind.FLAG, Kind.MONEY},
}


class ContractRefused(Refused):
    """A contract with mistakes."""


_ONE_FIELD = Text(zh="每列一个字段", en="one field a column")
_NO_MONOTONE = Text(zh="不写 monotone", en="no monotone")


def read(text: str) -> Contract:
    """Give the contract that the text holds. Raises ContractRefused with all its mistakes."""
    problems = Problems()
    root = root_of(text, problems)
    contract = None if root is None else _contract(root, problems)
    if problems.found or contract is None:
        raise ContractRefused(problems.found)
    return contract


def _contract(root: yaml.Node, problems: Problems) -> Contract | None:
    found = members(root, (*_KEYS, *_OPTIONAL), problems, optional=_OPTIONAL)
    if not found.keys() >= set(_KEYS):
        return None
    word(found["countermark"], problems, among=(FORMAT,))
    fields, nodes = _fields(found["fields"], problems)
    contract = Contract(
        id=word(found["id"], problems) or "",
        fields=fields,
        horizon_days=_days(found.get("horizon_days"), problems),
        embargo_days=_days(found.get("embargo_days"), problems),
        open_leads=OpenLeads(
            (word(found["open_leads"], problems, among=list(OpenLeads)) or OpenLeads.EXCLUDE)
            if "open_leads" in found
            else OpenLeads.EXCLUDE
        ),
        currency=(word(found["currency"], problems) or "") if "currency" in found else "",
        missing=_words(found.get("missing"), problems),
        history=_yes(found.get("history"), problems, default=False),
    )
    _check_roles(contract, found["fields"], problems)
    for field in contract.fields:
        _check_field(field, contract, nodes[field.name], problems)
    return contract


def _fields(
    node: yaml.Node, problems: Problems
) -> tuple[tuple[Field, ...], Mapping[str, yaml.Node]]:
    pairs = getattr(node, "value", [])
    names = [str(key.value) for key, _ in pairs] if isinstance(pairs, list) else []
    nodes = members(node, names, problems)
    read = (_field(name, one, problems) for name, one in nodes.items())
    return tuple(one for one in read if one is not None), nodes


def _field(name: str, node: yaml.Node, problems: Problems) -> Field | None:
    found = members(node, (*_FIELD, *_FIELD_OPTIONAL), problems, optional=_FIELD_OPTIONAL)
    if not found.keys() >= set(_FIELD):
        return None
    kind = word(found["kind"], problems, among=list(Kind))
    role = word(found["role"], problems, among=list(Role))
    sign = word(found["monotone"], problems, among=list(SIGNS)) if "monotone" in found else None
    values: dict[str, Any] = {
        key: number(found[key], problems, least=-_WIDE, most=_WIDE)
        for key in ("least", "most")
        if key in found
    }
    values |= {
        key: word(found[key], problems) or ""
        for key in ("known_at", "unit", "signed")
        if key in found
    }
    column = word(found["column"], problems)
    if kind is None or role is None or column is None:
        return None
    return Field(
        name=name,
        column=column,
        kind=Kind(kind),
        role=Role(role),
        monotone=SIGNS.get(sign or "", 0),
        won=_words(found.get("won"), problems),
        lost=_words(found.get("lost"), problems),
        open=_words(found.get("open"), problems),
        learn=_yes(found.get("learn"), problems, default=True),
        **values,
    )


def _days(node: yaml.Node | None, problems: Problems) -> int:
    if node is None:
        return 0
    return int(number(node, problems, least=0, most=_MOST_DAYS, whole=True) or 0)


def _yes(node: yaml.Node | None, problems: Problems, *, default: bool) -> bool:
    return default if node is None else word(node, problems, among=("true", "false")) == "true"


def _words(node: yaml.Node | None, problems: Problems) -> tuple[str, ...]:
    if node is None:
        return ()
    return tuple(shown(one) for one in items(node, problems))


def _check_roles(contract: Contract, node: yaml.Node, problems: Problems) -> None:
    roles = [field.role for field in contract.fields]
    for role in (Role.ORDER, Role.LABEL):
        if role not in roles:
            message = Text(zh=f"没有 {role} 字段。", en=f"No field has the role {role}.")
            problems.at(node, message, seen=", ".join(roles), expected=f"role: {role}")
    for role in sorted(ONCE):
        if roles.count(role) > 1:
            message = Text(zh=f"{role} 只能有一个。", en=f"Only one field may be {role}.")
            problems.at(node, message, seen=f"{roles.count(role)}", expected="1")
    columns = [field.column for field in contract.fields]
    for column in sorted({one for one in columns if columns.count(one) > 1}):
        message = Text(zh=f"列 {column} 用了两次。", en=f"The column {column} is used twice.")
        problems.at(node, message, seen=column, expected=_ONE_FIELD)
    if not contract.learnt_from and not contract.history:
        message = Text(zh="没有可学习的字段。", en="There is nothing to learn from.")
        problems.at(node, message, seen="", expected="role: feature")
    needs = contract.history or contract.horizon_days or contract.embargo_days
    if needs and Role.ASSIGNED not in roles:
        message = Text(
            zh="history、horizon_days 与 embargo_days 需要分配时间。",
            en="history, horizon_days and embargo_days need the time of assignment.",
        )
        problems.at(node, message, seen="", expected=f"role: {Role.ASSIGNED}")


def _check_field(field: Field, contract: Contract, node: yaml.Node, problems: Problems) -> None:
    kinds = _KINDS.get(field.role)
    if kinds and field.kind not in kinds:
        message = Text(
            zh=f"{field.role} 不能是 {field.kind}。", en=f"{field.role} cannot be a {field.kind}."
        )
        problems.at(node, message, seen=field.kind, expected=" | ".join(sorted(kinds)))
    if field.role is Role.LABEL and not (field.won and field.lost):
        message = Text(zh="结果字段需要 won 与 lost。", en="A label needs its words won and lost.")
        problems.at(node, message, seen=field.name, expected="won: […], lost: […]")
    if field.monotone and field.kind is Kind.CATEGORY:
        message = Text(zh="类别没有大小。", en="A category does not rise or fall.")
        problems.at(node, message, seen="monotone", expected=_NO_MONOTONE)
    if field.role in LEARNT_FROM:
        _check_learnt(field, contract, node, problems)


def _check_learnt(field: Field, contract: Contract, node: yaml.Node, problems: Problems) -> None:
    for name in (field.name, field.column):
        why = why_forbidden(name)
        if why:
            message = Text(
                zh=f"“{name}”不得用于学习：{why.zh}。",
                en=f"Nothing is learnt from {name!r}: {why.en}.",
            )
            problems.at(node, message, seen=field.role, expected="role: forbidden | owner | audit")
            break
    times = [one.name for one in contract.fields if one.kind is Kind.TIME]
    if field.known_at not in {ASSIGNMENT, *times}:
        message = Text(
            zh=f"{field.name} 没有写明何时已知。", en=f"It is not said when {field.name} was known."
        )
        expected = " | ".join([f"known_at: {ASSIGNMENT}", *times])
        problems.at(node, message, seen=field.known_at or "", expected=expected)
    elif field.known_at != ASSIGNMENT and contract.one(Role.ASSIGNED) is None:
        message = Text(
            zh="known_at 需要分配时间来比较。", en="known_at has no time of assignment to compare."
        )
        problems.at(node, message, seen=field.known_at or "", expected=f"role: {Role.ASSIGNED}")
