"""Every file of the demo gets the answer that its plan names, under the terms of its stage.

Those that tests/acceptance hands in over HTTP are held against their plan there.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from service.demo import industries
from service.demo.authority import found
from service.demo.company import plan
from service.demo.deliverables import PATH, catalogue, steps_of
from service.paths import load, names
from tests.service.handed_in import ONE_BY_ONE, handed_in
from verification.codec import from_json
from verification.content import Content, of_customer
from verification.pipeline import verify
from verification.policies import load as load_policy
from verification.terms import Terms
from verification.values import Requirement, Signer, Submission

if TYPE_CHECKING:
    from service.demo.authority import Authority
    from service.demo.company import Company
    from service.demo.deliverables import DocumentPlan

AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
#: Every good file and every twin of every decision path.
STEPS = [(path, step) for path in names() for step in steps_of(path)]


@pytest.fixture(scope="module")
def company() -> Company:
    return plan(7, AT)


@pytest.fixture(scope="module")
def authority() -> Authority:
    return found(AT)


@pytest.fixture(scope="module")
def everything(company: Company, authority: Authority) -> dict[tuple[str, str], DocumentPlan]:
    made: dict[tuple[str, str], DocumentPlan] = {}
    for path in {path for path, _ in ALONE}:
        customer = next(one for one in company.customers if one.path == path)
        steps = tuple(step for where, step in ALONE if where == path)
        files = catalogue(company, authority, AT, customer, steps=steps)
        made |= zip([(path, step) for step in steps], files, strict=True)
    return made


def terms(company: Company, document: DocumentPlan, authority: Authority) -> Terms:
    """Give the terms that the service sets for an upload received at `AT`."""
    stages = load(document.path).stages
    needs = [need for stage in stages for need in stage.requirements if need.item == document.item]
    need = needs[0]
    signer = None
    if need.signer_role:
        contact = company.customer(document.customer).contact(need.signer_role)
        signer = Signer(name=contact.name, email=contact.email)
    oldest = need.max_age_days
    return Terms(
        at=AT,
        policy=load_policy(need.policy),
        requirement=Requirement(
            id=need.item,
            formats=need.formats,
            not_before=None if oldest is None else AT - timedelta(days=oldest),
            signer=signer,
            content=of_customer(
                from_json(Content, need.content),
                company.customer(document.customer).registered_name,
            ),
        ),
        anchors=(authority.root.certificate_der,),
    )


#: What only shows beside other files is told in tests/acceptance, as the whole software path is.
TOGETHER = {
    (path, f"{one.item}!{one.name}")
    for path in names()
    if path != PATH
    for one in industries.twins(path)
    if one.after != "nothing"
}
ALONE = [
    (path, step)
    for path, step in STEPS
    if path != PATH
    and (path, step) not in TOGETHER
    and (step not in handed_in(path) or step.partition("!")[0] in ONE_BY_ONE)
]


@pytest.mark.parametrize("step", ALONE, ids=" ".join)
def test_the_answer_is_the_planned_one(
    step: tuple[str, str],
    company: Company,
    everything: dict[tuple[str, str], DocumentPlan],
    authority: Authority,
) -> None:
    document = everything[step]
    submission = Submission(
        data=document.data, name=document.name, media_type=document.media_type, received_at=AT
    )
    report = verify(submission, terms(company, document, authority))
    said = [(check.id, check.status, check.sub_indication) for check in report.checks]
    assert report.verdict is document.expected_verdict, said
    if document.expected_sub_indications:
        assert report.sub_indication in document.expected_sub_indications, said
