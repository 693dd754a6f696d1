"""The demo company is the same for the same seed, nobody in it is real, its story has every end."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pymupdf
import pytest

from service.demo.authority import found
from service.demo.company import plan
from service.demo.deliverables import PATH, STORY, documents_for, stages_to_open
from service.demo.documents.damage import flip_bit
from service.demo.names import REGIONS
from service.demo.software_twins import twin
from service.paths import load, names
from service.records import Role
from verification.values import Status

if TYPE_CHECKING:
    from service.demo.company import Company
    from service.demo.deliverables import DocumentPlan

AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
SEED = 7


@pytest.fixture(scope="module")
def company() -> Company:
    return plan(SEED, AT)


@pytest.fixture(scope="module")
def story(company: Company) -> tuple[DocumentPlan, ...]:
    return documents_for(company, found(AT), AT)


# The company


def test_the_same_seed_gives_the_same_company_and_another_seed_another() -> None:
    assert plan(SEED, AT) == plan(SEED, AT)
    assert plan(SEED, AT).people != plan(SEED + 1, AT).people


def test_forty_people_in_seven_regions_and_every_role_is_filled(company: Company) -> None:
    roles = Counter(person.role for person in company.people)
    assert [region.title.zh for region in company.regions] == [zh for _, zh, _ in REGIONS]
    assert len(company.regions) == 7
    assert len(company.people) == 40
    assert set(roles) == set(Role)
    assert roles[Role.REGIONAL_DIRECTOR] == roles[Role.MANAGER] == 7
    assert len(company.having(Role.SALESPERSON)) == 15


@pytest.mark.parametrize("seed", range(20))
def test_nobody_shares_a_login_or_a_password(seed: int) -> None:
    people = plan(seed, AT).people
    assert len({person.login for person in people}) == 40
    assert len({person.password for person in people}) == 40
    assert all(re.fullmatch(r"[a-z]+\.[a-z]+", person.login) for person in people)


def test_a_customer_belongs_to_a_salesperson_of_its_own_region(company: Company) -> None:
    assert len(company.customers) == 17
    assert {one.path for one in company.customers} == set(names())
    for customer in company.customers:
        owner = company.person(customer.owner)
        assert owner.role is Role.SALESPERSON
        assert (owner.region, owner.team) == (customer.region, customer.team)
        assert {contact.role for contact in customer.contacts} == set(load(customer.path).contacts)
        domain = customer.organisation.domain
        assert all(contact.email.endswith(f"@{domain}") for contact in customer.contacts)


def test_no_name_can_be_taken_for_a_real_company(company: Company) -> None:
    invented = [company.organisation, *company.rivals]
    invented += [customer.organisation for customer in company.customers]
    assert all("（演示）" in one.registered_name for one in invented)
    assert all(one.domain.endswith((".example", ".test")) for one in invented)


def test_what_is_not_there_is_refused(company: Company) -> None:
    with pytest.raises(KeyError):
        company.person("nobody")
    with pytest.raises(KeyError):
        company.customer("nobody")
    with pytest.raises(KeyError):
        company.customers[0].contact("gardener")
    with pytest.raises(KeyError):
        twin("quotes", "bit_flipped")
    with pytest.raises(ValueError, match="not found"):
        flip_bit(b"abc", b"x")


def test_planning_the_company_loads_no_library_that_writes_files() -> None:
    program = (
        "import sys, service.demo.company\n"
        "heavy = {'pymupdf', 'pyhanko', 'openpyxl', 'cryptography', 'flask', 'sqlalchemy'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"


# The story


def test_one_customer_opens_all_stages_and_the_others_stop_at_each(
    story: tuple[DocumentPlan, ...], company: Company
) -> None:
    opened = {c.key: len(stages_to_open(story, c.key)) for c in company.customers}
    assert opened["lanyan"] == len(load(PATH).stages)
    on_software = [count for key, count in opened.items() if company.customer(key).path == PATH]
    assert Counter(on_software) == {0: 5, 1: 1, 2: 3, 3: 2, 4: 1}
    for customer in company.customers:
        if customer.path != PATH:
            assert opened[customer.key] == len(load(customer.path).stages) >= 4


def test_every_upload_is_by_somebody_to_something_and_made_before_the_story(
    story: tuple[DocumentPlan, ...], company: Company
) -> None:
    assert len(story) == sum(len(steps) for _, steps in STORY)
    assert {document.customer for document in story} == {c.key for c in company.customers}
    for document in story:
        if document.kind == "pdf" and document.data.startswith(b"%PDF-"):
            with pymupdf.open(stream=document.data) as opened:
                made = opened.metadata["creationDate"]
            assert made[2:10] < f"{AT:%Y%m%d}"


def test_the_story_has_files_that_fail_for_many_reasons_and_some_that_a_person_must_judge(
    story: tuple[DocumentPlan, ...],
) -> None:
    bad = {document.twin for document in story if document.twin}
    assert len(bad) >= 8
    verdicts = Counter(document.expected_verdict for document in story)
    assert verdicts[Status.INDETERMINATE] == 5
    assert verdicts[Status.FAILED] >= 8


def test_uploads_of_a_customer_follow_its_stages(story: tuple[DocumentPlan, ...]) -> None:
    for key, _ in STORY:
        path = next(d.path for d in story if d.customer == key)
        order = [stage.key for stage in load(path).stages]
        stages = [order.index(d.stage) for d in story if d.customer == key]
        assert stages == sorted(stages), key
