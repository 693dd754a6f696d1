"""Reviewers' verdicts: JSON Lines of an incident and what people said of its candidates.

``{"incident": {…}, "verdict": {"roles": {"e1": "root", "e2": "symptom"}, "shown": ["e1", …]}}``; a
verdict without a root says "none of these": then the first localised cell stands for what nobody
recorded. An answer of `GET /incident-labels` is read as well, and so is its `person` a line.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.rca.causes.experience import Experience
from models.rca.causes.features import NO_EXPERIENCE, featured
from models.rca.causes.incident import IncidentRefused
from models.rca.causes.incident_json import read_incident
from models.text import Text
from training.rca.lesson import GAINS, Example

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.rca.causes.evidence import EvidenceDag
    from models.rca.causes.incident import Incident

#: Of a line that is no verdict, so many bytes are told.
MOST_SEEN = 60
#: A person's word against a drawn incident's.
WEIGHT = 10.0
#: Who confirms what stood first says less: some people confirm whatever stands there (a guess).
CONFIRMED = 0.7
ROLES = ("root", "contributing", "mediator", "symptom", "unrelated")


class VerdictRefused(ValueError):
    """A line that is no verdict; the message has its number, what was seen and expected."""

    def __init__(self, line: int, message: Text) -> None:
        self.message = Text(zh=f"第 {line} 行：{message.zh}", en=f"line {line}: {message.en}")
        super().__init__(self.message.en)


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What people said of an incident: id of a candidate → role, and the order they saw."""

    incident: Incident
    roles: dict[str, str]
    shown: tuple[str, ...]
    #: Who said so; None: nobody is named.
    person: str | None = None


def read_verdicts(data: bytes) -> list[Verdict]:
    """Give the verdicts of a file. Raises VerdictRefused for the first line that is none."""
    found = [_read(line, number) for number, line in _lines(data) if line.strip()]
    if not found:
        raise VerdictRefused(
            1, Text(zh="没有判定，应为每行一条", en="no verdict, expected one a line")
        )
    return found


def _lines(data: bytes) -> list[tuple[int, bytes]]:
    """Give the lines; an answer of `GET /incident-labels` holds them as its items."""
    try:
        told = json.loads(data)
        items = told["items"]
        return [(number, json.dumps(one).encode()) for number, one in enumerate(items, 1)]
    except (ValueError, TypeError, LookupError, RecursionError):
        return list(enumerate(data.splitlines(), 1))


def _read(line: bytes, number: int) -> Verdict:
    try:
        told = json.loads(line)
        verdict = told["verdict"]
        roles, shown = dict(verdict["roles"]), list(verdict.get("shown", ()))
        incident = read_incident(json.dumps(told["incident"]))
    except IncidentRefused as refused:
        one = refused.problems[0]
        zh = f"incident 的 {one.path}：看到 {one.seen}，应为 {one.expected.zh}"
        raise VerdictRefused(number, Text(zh=zh, en=f"incident: {refused}")) from None
    except (ValueError, TypeError, LookupError, AttributeError) as error:
        expected = '{"incident": {…}, "verdict": {"roles": {…}, "shown": […]}}'
        lacks = isinstance(error, KeyError)
        en = (
            f"{error} is missing"
            if lacks
            else f"seen {line[:MOST_SEEN].decode(errors='replace')!r}"
        )
        zh = f"缺少 {error}" if lacks else f"看到 {line[:MOST_SEEN].decode(errors='replace')!r}"
        raise VerdictRefused(
            number, Text(zh=f"{zh}，应为 {expected}", en=f"{en}, expected {expected}")
        ) from None
    person = told.get("person")
    if person is not None and not isinstance(person, str):
        zh, en = f"person 为 {person!r}，应为文本", f"person {person!r}, expected text"
        raise VerdictRefused(number, Text(zh=zh, en=en))
    found = Verdict(incident=incident, roles=roles, shown=tuple(shown), person=person)
    _check(found, number)
    return found


def standing(verdicts: Sequence[Verdict]) -> list[Verdict]:
    """Give each person's last word on each incident, in their order.

    Of nobody named, the same word on the same incident is taken for one: a row that came twice.
    """
    last = {_whose(one): place for place, one in enumerate(verdicts)}
    return [verdicts[place] for place in sorted(last.values())]


def _whose(one: Verdict) -> tuple[object, ...]:
    if one.person is not None:
        return one.incident.id, one.person
    return one.incident.id, None, tuple(sorted(one.roles.items())), one.shown


def _check(found: Verdict, number: int) -> None:
    incident, roles, shown = found.incident, found.roles, found.shown
    known = {one.id for one in incident.items} | {one.name for one in incident.cells}
    # JSON holds anything: a list would have no hash.
    named: tuple[object, ...] = (*roles, *shown)
    strange = sorted(str(one) for one in named if not (isinstance(one, str) and one in known))
    if strange:
        zh, en = (
            f"{strange[0]!r} 不是该事件的候选",
            f"{strange[0]!r} is no candidate of the incident",
        )
        raise VerdictRefused(number, Text(zh=zh, en=en))
    wrong = sorted(str(one) for one in roles.values() if one not in ROLES)
    if wrong:
        known_roles = ", ".join(ROLES)
        zh = f"角色 {wrong[0]!r}，应为 {known_roles} 之一"
        raise VerdictRefused(number, Text(zh=zh, en=f"role {wrong[0]!r}, expected {known_roles}"))
    if sum(one == "root" for one in roles.values()) > 1:
        zh = "有两个根因，至多一个"
        raise VerdictRefused(number, Text(zh=zh, en="two roots, expected one at most"))


def experience_of(verdicts: Sequence[Verdict], types: frozenset[str]) -> Experience:
    """Give how often each type was the root that people named. `types`: those that training met."""
    found = Experience(types=types)
    for one in verdicts:
        found = found.judged(*_kinds(one))
    return found


def beside(verdicts: Sequence[Verdict], whole: Experience) -> dict[str, Experience]:
    """Give the experience beside each incident, by its id: less all that was said of itself."""
    found: dict[str, Experience] = {}
    for one in verdicts:
        name = one.incident.id
        found[name] = found.get(name, whole).without(*_kinds(one))
    return found


def _kinds(verdict: Verdict) -> tuple[list[str], str | None]:
    """Give the types of the items, and of the root; None: it was a cell, or none of these."""
    root = next((name for name, role in verdict.roles.items() if role == "root"), None)
    kinds = {one.id: one.type for one in verdict.incident.items}
    return list(kinds.values()), None if root is None else kinds.get(root)


def example_of(
    verdict: Verdict, dag: EvidenceDag, experience: Experience = NO_EXPERIENCE
) -> Example | None:
    """Give the incident as people judged it; None where nobody can stand for the root.

    `experience` is that beside the incident. Raises IncidentRefused for types that the graph does
    not declare.
    """
    roles = dict(verdict.roles)
    root = next((name for name, role in roles.items() if role == "root"), None)
    if root is None:
        if not verdict.incident.cells:
            return None
        root = verdict.incident.cells[0].name
        roles[root] = "root"
    seen = featured(verdict.incident, dag, experience)
    ids = tuple(one.id for one in seen.found)
    was_first = bool(verdict.shown) and verdict.shown[0] == root
    return Example(
        rows=seen.rows,
        ids=ids,
        gains=tuple(GAINS.get(roles.get(one, "unrelated"), 0) for one in ids),
        root=ids.index(root),
        weight=WEIGHT * (CONFIRMED if was_first else 1.0),
    )
