"""Whose a subject is: the region, team and person behind the name that a fact gives."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from service.access import Relation
from service.rule_records import Reach

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rules.facts import FactKind
    from service.actors import Actor
    from service.ports.records import Unit
    from service.records import Person

#: What catalogues call the subjects that the house itself can tell.
REGIONS = frozenset({"region", "area"})
PEOPLE = frozenset({"person", "salesperson", "employee", "seller", "newcomer"})
CUSTOMERS = frozenset({"customer"})
KNOWN = REGIONS | PEOPLE | CUSTOMERS
EVERYWHERE = Reach(region="*")


class Whereabouts:
    """Looks subjects up inside one transaction; reads people only when it must."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit

    def knows(self, kind: FactKind, subject: str) -> tuple[bool, tuple[str, ...]]:
        """Say whether there is such a subject, and name some that there are."""
        word = kind.subject.en.lower()
        if word not in KNOWN:
            return True, ()
        if word in REGIONS:
            return subject in self._regions, self._regions
        if word in PEOPLE:
            return subject in self._people, ()
        return self._unit.customers.get(subject) is not None, ()

    def all_of(self, kind: FactKind) -> tuple[str, ...]:
        """Give all subjects that there must be: those that the kind declares, or the regions.

        A region of the house without a fact keeps a rule over every region undecided.
        """
        if kind.subjects or kind.subject.en.lower() not in REGIONS:
            return kind.subjects
        return self._regions

    def reach(self, kind: FactKind, subject: str) -> Reach:
        """Give who is meant by it; a name that the house cannot tell is in nobody's reach."""
        word = kind.subject.en.lower()
        if word in REGIONS or subject in self._regions:
            return Reach(region=subject)
        if word in PEOPLE:
            person = self._people.get(subject)
            return Reach() if person is None else _of_person(person)
        if word in CUSTOMERS:
            customer = self._unit.customers.get(subject)
            if customer is not None:
                return Reach(region=customer.region, team=customer.team, owner_id=customer.owner_id)
        return Reach()

    @cached_property
    def _regions(self) -> tuple[str, ...]:
        found = {person.region for person in self._everybody}
        return tuple(sorted(region for region in found if region is not None))

    @cached_property
    def _people(self) -> dict[str, Person]:
        """People by id, login and name; a name that two share means neither."""
        names: dict[str, Person | None] = {}
        for person in self._everybody:
            names[person.name] = None if person.name in names else person
        known = {name: person for name, person in names.items() if person is not None}
        for person in self._everybody:
            known |= {person.login: person, person.id: person}
        return known

    @cached_property
    def _everybody(self) -> tuple[Person, ...]:
        return self._unit.people.find()


def _of_person(person: Person) -> Reach:
    return Reach(region=person.region, team=person.team, owner_id=person.id)


def within(actor: Actor, relation: Relation, reach: Reach) -> bool:
    """Say whether a subject is as near to the actor as the relation asks."""
    same_region = actor.region is not None and reach.region == actor.region
    match relation:
        case Relation.ALL:
            return True
        case Relation.REGION:
            return same_region
        case Relation.TEAM:
            return same_region and actor.team is not None and reach.team == actor.team
        case Relation.OWN:
            return reach.owner_id == actor.person_id


def scope_of(where: Mapping[str, Any]) -> dict[str, Any]:
    """Widen a scope of `access.scope` by what is about the whole: whoever sees a region sees it."""
    region = where.get("region")
    return {**where, "region": (*region, EVERYWHERE.region)} if region else dict(where)
