"""The demo company as one value: regions, people, customers; the same seed gives the same one."""

from __future__ import annotations

import hashlib
import itertools
import random
from dataclasses import dataclass
from typing import TYPE_CHECKING

from service.demo.names import PROSPECTS, REGIONS, RIVALS, SELLER, Organisation, draw_people
from service.paths import load
from service.records import Role
from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from service.demo.names import Prospect

#: Role at headquarters → how many people have it. Regions add a director, a manager and a team.
HEADQUARTERS = (
    (Role.VP_SALES, 1),
    (Role.REVIEWER, 3),
    (Role.SALES_OPS, 2),
    (Role.ML_ENGINEER, 2),
    (Role.FINANCE, 2),
    (Role.ADMIN, 1),
)
SALESPEOPLE_PER_REGION = 2
#: The region with the most customers has one more.
BIGGEST_REGION = "east"

CONTACT_ROLES = (
    ("it_lead", "信息技术部负责人", "Head of IT"),
    ("cto", "首席技术官", "Chief technology officer"),
    ("finance", "财务经理", "Finance manager"),
    ("procurement", "采购经理", "Procurement manager"),
)

#: Letters and digits that cannot be mistaken for one another when read from a screen.
LEGIBLE_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
GROUPS = 3
GROUP_LENGTH = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    key: str
    title: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonPlan:
    """Somebody who works for the demo company."""

    login: str
    name: str
    role: Role
    #: Chinese name of the region, as rows of the service hold it; None at headquarters.
    region: str | None
    team: str | None
    #: Derived from the seed and the login; printed by the demo, worth nothing anywhere else.
    password: str
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactPlan:
    """Somebody who works for a customer."""

    role: str
    name: str
    email: str
    title: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerPlan:
    key: str
    organisation: Organisation
    industry: Text
    #: The decision path that the customer is on.
    path: str
    #: Login of the salesperson.
    owner: str
    team: str
    region: str
    contacts: tuple[ContactPlan, ...]
    #: How many people will use what is sold.
    seats: int
    #: Our yearly price of one seat, in fen (0.01 CNY).
    seat_price_fen: int
    #: Our price for introducing it, in fen.
    service_price_fen: int

    @property
    def name(self) -> str:
        return self.organisation.name

    @property
    def registered_name(self) -> str:
        return self.organisation.registered_name

    def contact(self, role: str) -> ContactPlan:
        """Raises KeyError for a role that nobody has there."""
        for contact in self.contacts:
            if contact.role == role:
                return contact
        raise KeyError(role)


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """Everybody and everything that the demo starts with."""

    seed: int
    #: The moment at which the story is told; aware. Files are dated before it.
    at: datetime
    organisation: Organisation
    regions: tuple[Region, ...]
    people: tuple[PersonPlan, ...]
    customers: tuple[CustomerPlan, ...]
    #: Who quotes against us.
    rivals: tuple[Organisation, ...]

    def person(self, login: str) -> PersonPlan:
        """Raises KeyError where nobody signs in like that."""
        for person in self.people:
            if person.login == login:
                return person
        raise KeyError(login)

    def customer(self, key: str) -> CustomerPlan:
        """Raises KeyError for a customer that is not there."""
        for customer in self.customers:
            if customer.key == key:
                return customer
        raise KeyError(key)

    def having(self, role: Role) -> tuple[PersonPlan, ...]:
        return tuple(person for person in self.people if person.role is role)


def plan(seed: int, at: datetime) -> Company:
    """Draw up the whole company; nothing but `seed` and `at` decides what comes out."""
    rng = random.Random(seed)  # noqa: S311 - the demo must come out the same every time
    places = _places()
    drawn = draw_people(rng, len(places) + len(PROSPECTS) * len(CONTACT_ROLES))
    people = tuple(
        _person(seed, place, identity) for place, identity in zip(places, drawn, strict=False)
    )
    outsiders = iter(drawn[len(places) :])
    owners = _rota(people)
    customers = tuple(
        _customer(rng, prospect, owner=next(owners[prospect.region]), outsiders=outsiders)
        for prospect in PROSPECTS
    )
    return Company(
        seed=seed,
        at=at,
        organisation=SELLER,
        regions=tuple(Region(key=key, title=Text(zh=zh, en=en)) for key, zh, en in REGIONS),
        people=people,
        customers=customers,
        rivals=RIVALS,
    )


def contact_roles(path: str) -> tuple[tuple[str, str, str], ...]:
    """Give role, Chinese and English title of everybody whom a path names."""
    if path == "software":
        return CONTACT_ROLES
    named = load(path).contacts.items()
    return tuple((role, title["zh"], title["en"]) for role, title in named)


def _places() -> list[tuple[Role, str | None]]:
    """Every post of the company: its role and its region."""
    places: list[tuple[Role, str | None]] = [
        (role, None) for role, count in HEADQUARTERS for _ in range(count)
    ]
    for key, region, _ in REGIONS:
        team = SALESPEOPLE_PER_REGION + (key == BIGGEST_REGION)
        places += [(Role.REGIONAL_DIRECTOR, region), (Role.MANAGER, region)]
        places += [(Role.SALESPERSON, region)] * team
    return places


def _person(seed: int, place: tuple[Role, str | None], identity: tuple[str, str]) -> PersonPlan:
    role, region = place
    name, login = identity
    in_team = role in {Role.SALESPERSON, Role.MANAGER}
    return PersonPlan(
        login=login,
        name=name,
        role=role,
        region=region,
        team=f"{region}一组" if in_team else None,
        password=_password(seed, login),
        email=f"{login}@{SELLER.domain}",
    )


def _password(seed: int, login: str) -> str:
    """Three groups of four letters: 58 bits of a hash, enough for a demo on one's own machine."""
    digest = hashlib.sha256(f"countermark demo {seed} {login}".encode()).digest()
    letters = [LEGIBLE_LETTERS[byte % len(LEGIBLE_LETTERS)] for byte in digest]
    size = GROUP_LENGTH
    return "-".join("".join(letters[i * size : (i + 1) * size]) for i in range(GROUPS))


def _rota(people: tuple[PersonPlan, ...]) -> dict[str, Iterator[PersonPlan]]:
    """Hand the customers of a region to its salespeople in turn."""
    return {
        key: itertools.cycle(
            [p for p in people if p.region == region and p.role is Role.SALESPERSON]
        )
        for key, region, _ in REGIONS
    }


def _customer(
    rng: random.Random,
    prospect: Prospect,
    *,
    owner: PersonPlan,
    outsiders: Iterator[tuple[str, str]],
) -> CustomerPlan:
    organisation = prospect.organisation
    contacts = tuple(
        ContactPlan(
            role=role, name=name, email=f"{login}@{organisation.domain}", title=Text(zh=zh, en=en)
        )
        for (role, zh, en), (name, login) in zip(
            contact_roles(prospect.path), outsiders, strict=False
        )
    )
    return CustomerPlan(
        key=organisation.key,
        organisation=organisation,
        industry=prospect.industry,
        path=prospect.path,
        owner=owner.login,
        team=owner.team or "",
        region=owner.region or "",
        contacts=contacts,
        seats=rng.randrange(120, 900, 20),
        seat_price_fen=rng.randrange(96_000, 168_000, 4_000),
        service_price_fen=rng.randrange(12_000_000, 36_000_000, 1_000_000),
    )
