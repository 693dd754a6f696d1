"""Notices: to whom a rule speaks, and in what words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from service import access
from service.access import Relation
from service.actions.trail import record
from service.records import Role
from service.registered import called, registered, roles_of
from service.rule_actions.episodes import is_overtaken
from service.rule_records import Notice
from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.ports.records import Unit
    from service.records import Person
    from service.rule_actions.order import Order
    from service.rule_records import FiringRow

#: Whoever may see a firing is whom it may speak to.
SEEN_BY = "firings.read"
#: The region of what is about all of them.
EVERYWHERE = "*"


def notify(unit: Unit, order: Order) -> None:
    """Tell the people of the roles, in the words of the template."""
    said = registered().templates[order.parameters["template"]]
    tell(unit, order, roles_of(order.parameters["to"]), said)


def push(unit: Unit, order: Order) -> None:
    """Send something to use to the people of the roles, while its episode lasts."""
    if is_overtaken(unit, order.firing):
        return
    said = registered().templates[order.parameters.get("template", "emergency_pack")]
    tell(unit, order, roles_of(order.parameters["to"]), said)


def tell(unit: Unit, order: Order, roles: Sequence[Role], said: Text) -> None:
    """Write one notice a person; where nobody is there to read it, sales operations do."""
    everybody = [person for person in unit.people.find() if person.active]
    readers = [one for one in everybody if one.role in roles and _reaches(one, order.firing)]
    if not readers:
        readers = [one for one in everybody if one.role is Role.SALES_OPS]
    text = _filled(said, order)
    for person in readers:
        notice = Notice(
            id=unit.new_id(),
            key=f"{order.key}:{person.id}",
            person_id=person.id,
            firing=order.firing.id,
            action=order.action,
            text={"zh": text.zh, "en": text.en},
            at=unit.now(),
        )
        unit.rules.notices.add(notice)
        record(unit, "notices.send", after=notice)


def _reaches(person: Person, firing: FiringRow) -> bool:
    """Those of the subject's region, and those who see all; of a person's affairs, oneself."""
    if access.table().actions[SEEN_BY].roles.get(person.role) is Relation.ALL:
        return True
    if firing.region == EVERYWHERE:
        return True
    if person.role is Role.SALESPERSON and firing.owner_id is not None:
        return person.id == firing.owner_id
    return person.region is not None and person.region == firing.region


def _filled(said: Text, order: Order) -> Text:
    firing, told = order.firing, called(str(order.parameters.get("what", "")))
    what = {"zh": told.zh, "en": told.en}
    subject = {"zh": firing.subject, "en": firing.subject}
    if firing.subject == EVERYWHERE:
        subject = {"zh": "全部", "en": "all"}
    words = {
        code: said_in.format(
            rule=firing.name[code],
            subject=subject[code],
            level=firing.level or "",
            sentence=firing.sentence[code],
            what=what[code],
        )
        for code, said_in in (("zh", said.zh), ("en", said.en))
    }
    return Text(zh=words["zh"], en=words["en"])
