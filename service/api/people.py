"""/people: who one is, who works here."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - pydantic reads the annotations
from typing import Any, Literal

from apiflask import APIBlueprint
from pydantic import Field

from service.actions import accounts
from service.api.bodies import Body, NoQuery
from service.api.fields import Line, Out, PageQuery
from service.api.paging import page
from service.api.versions import etag
from service.api.work import Work, reading, writing
from service.records import Role  # noqa: TC001 - pydantic reads the annotations

people = APIBlueprint("people", __name__, url_prefix="/api/v1/people", tag="people")


class NewPerson(Body):
    login: str = Field(pattern=accounts.LOGIN)
    name: Line
    role: Role
    region: Line | None = None
    team: Line | None = None
    password: str | None = Field(None, min_length=10, max_length=200)
    locale: Literal["zh", "en"] = "zh"


class PersonOut(Out):
    id: str
    login: str
    name: str
    role: Role
    region: str | None
    team: str | None
    locale: str
    active: bool
    created_at: datetime


class PeopleOut(Out):
    items: list[PersonOut]
    next: str | None


class MeOut(PersonOut):
    scopes: list[str] = Field(description="What this access may do; `*` is all the role may")


@people.get("/me")
@people.input(NoQuery, location="query")
@people.output(MeOut)
@reading
def show_me(work: Work, query_data: NoQuery) -> MeOut:
    """Say who one is."""
    del query_data
    person = accounts.active_person(work.unit, work.actor.person_id)
    known = PersonOut.model_validate(person).model_dump()
    return MeOut(**known, scopes=list(work.actor.scopes))


@people.get("")
@people.input(PageQuery, location="query", arg_name="query")
@people.output(PeopleOut)
@reading
def list_people(work: Work, query: PageQuery) -> Any:
    """List the people within one's reach."""
    rows = accounts.find_people(work.unit, work.actor, after=query.after, limit=query.limit + 1)
    return page(rows, query.limit, lambda person: person.id)


@people.post("")
@people.input(NewPerson, arg_name="body")
@writing
@people.output(PersonOut, status_code=201)
def add_person(work: Work, body: NewPerson) -> Any:
    """Add somebody who may sign in."""
    draft = accounts.PersonDraft(**body.model_dump())
    person = accounts.add_person(work.unit, work.actor, draft)
    return person, 201, etag(person.version)
