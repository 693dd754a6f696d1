"""/customers: who buys, on which decision path, and how far they are."""

from __future__ import annotations

from datetime import datetime  # noqa: TC003 - pydantic reads the annotations
from typing import TYPE_CHECKING, Annotated, Any

from apiflask import APIBlueprint
from pydantic import Field

from service import paths
from service.actions import customers as actions
from service.actions import requirements, stages
from service.api.bodies import Body, Change, NoQuery
from service.api.fields import Both, Fingerprint, Line, Mail, Name, Out, PageQuery
from service.api.paging import page
from service.api.requirements import RequirementOut  # noqa: TC001 - pydantic reads it
from service.api.stages import StageOut
from service.api.versions import etag, seen_version
from service.api.work import Work, reading, writing

if TYPE_CHECKING:
    from service.records import Customer

customers = APIBlueprint("customers", __name__, url_prefix="/api/v1/customers", tag="customers")


class ContactIn(Body):
    name: Line
    email: Mail
    organisation: Line | None = Field(None, description="As their certificate must name it")
    seal: Line | None = Field(None, description="The holder that their electronic seal states")
    certificate: Fingerprint | None = Field(
        None, description="SHA-256 of their certificate; it alone decides where it is given"
    )


Contacts = Annotated[dict[Name, ContactIn], Field(max_length=20)]


class NewCustomer(Body):
    name: Line
    registered_name: Line = Field(description="As in the business register")
    path: Annotated[str, Field(json_schema_extra={"enum": list(paths.names())})]
    contacts: Contacts = Field(default_factory=dict)


class CustomerChange(Change):
    name: Line = Field(default_factory=str)
    registered_name: Line = Field(default_factory=str)
    contacts: Contacts = Field(default_factory=dict)


class ContactOut(Out):
    name: str
    email: str
    organisation: str | None = None
    seal: str | None = None
    certificate: str | None = None


class CustomerOut(Out):
    id: str
    name: str
    registered_name: str
    path: str
    owner_id: str
    team: str | None
    region: str | None
    contacts: dict[str, ContactOut]
    created_at: datetime
    version: int


class CustomerDetail(CustomerOut):
    path_title: Both
    stages: list[StageOut] = Field(description="In the order of the decision path")


class CustomersOut(Out):
    items: list[CustomerOut]
    next: str | None


class RequirementsOut(Out):
    items: list[RequirementOut]


@customers.get("")
@customers.input(PageQuery, location="query", arg_name="query")
@customers.output(CustomersOut)
@reading
def list_customers(work: Work, query: PageQuery) -> Any:
    """List the customers within one's reach."""
    rows = actions.find(work.unit, work.actor, after=query.after, limit=query.limit + 1)
    return page(rows, query.limit, lambda customer: customer.id)


@customers.post("")
@customers.input(NewCustomer, arg_name="body")
@writing
@customers.output(CustomerDetail, status_code=201)
def create_customer(work: Work, body: NewCustomer) -> Any:
    """Enter a customer; all stages of its path come with it, locked."""
    draft = actions.CustomerDraft(**body.model_dump())
    customer = actions.create(work.ports, work.unit, work.actor, draft)
    headers = {"Location": f"/api/v1/customers/{customer.id}", **etag(customer.version)}
    return _detail(work, customer), 201, headers


@customers.get("/<customer_id>")
@customers.input(NoQuery, location="query")
@customers.output(CustomerDetail)
@reading
def show_customer(work: Work, customer_id: str, query_data: NoQuery) -> Any:
    """Show a customer with its stages."""
    del query_data
    customer = actions.get(work.unit, work.actor, customer_id)
    return _detail(work, customer), 200, etag(customer.version)


@customers.patch("/<customer_id>")
@customers.input(CustomerChange, arg_name="body")
@writing
@customers.output(CustomerDetail)
def change_customer(work: Work, customer_id: str, body: CustomerChange) -> Any:
    """Change names or contacts of the version that one has seen (If-Match)."""
    before = actions.get(work.unit, work.actor, customer_id, action="customers.change")
    customer = actions.change(
        work.unit,
        work.actor,
        customer_id,
        version=seen_version(before.version),
        changes=body.model_dump(exclude_unset=True),
    )
    return _detail(work, customer), 200, etag(customer.version)


@customers.get("/<customer_id>/requirements")
@customers.input(NoQuery, location="query")
@customers.output(RequirementsOut)
@reading
def list_requirements(work: Work, customer_id: str, query_data: NoQuery) -> Any:
    """List all that is asked of a customer, in the order of its path."""
    del query_data
    customer = actions.get(work.unit, work.actor, customer_id)
    return {"items": list(requirements.of_customer(work.unit, customer))}


def _detail(work: Work, customer: Customer) -> CustomerDetail:
    rows = stages.of_customer(work.unit, customer)
    return CustomerDetail(
        **CustomerOut.model_validate(customer).model_dump(),
        path_title=Both.model_validate(paths.load(customer.path).title),
        stages=[StageOut.model_validate(row) for row in rows],
    )
