"""Approval letters of the demo company's software customers: honest ones, and five faults of each.

Prints how many honest letters pass, and how many of each fault are told for the right reason.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from benchmarks.promise import record
from service.demo import authority, company, deliverables
from service.demo.documents import cto_letter
from service.demo.software_twins import twin
from service.paths import load as load_path
from verification.codec import from_json
from verification.content import Content
from verification.pipeline import verify
from verification.policies import load
from verification.terms import Terms
from verification.values import Requirement, Signer, Status, Submission

if TYPE_CHECKING:
    from service.demo.documents.brief import Brief, Draft

AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
SEEDS = (11, 12)
FAULTS = ("refusing", "conditional", "undecided", "other_project", "undated")
ITEM = "cto_letter"


def briefs(seed: int) -> list[Brief]:
    whole, trusted = company.plan(seed, AT), authority.found(AT)
    buyers = [one for one in whole.customers if one.path == "software"]
    make = partial(deliverables.brief_of, whole, trusted, at=AT, item=ITEM)
    return [make(customer) for customer in buyers]


def reason(brief: Brief, draft: Draft) -> str | None:
    """Give what `letter.content` says, nothing where it passes."""
    stages = load_path("software").stages
    need = next(one for stage in stages for one in stage.requirements if one.item == ITEM)
    letter = from_json(Content, {"letter": need.content["letter"]})
    signer = Signer(name=brief.customer.contact("cto").name)
    terms = Terms(at=AT, policy=load(), requirement=Requirement(content=letter, signer=signer))
    report = verify(Submission(data=draft.data, name=draft.name, received_at=AT), terms)
    (told,) = [one for one in report.checks if one.id == "letter.content"]
    return None if told.status is Status.PASSED else told.sub_indication


def main() -> int:
    every = [brief for seed in SEEDS for brief in briefs(seed)]
    honest = sum(reason(brief, cto_letter.write(brief)) is None for brief in every)
    print(f"honest letters: {honest}/{len(every)} pass")
    found = 0
    for name in FAULTS:
        fault = twin(ITEM, name)
        right = sum(reason(b, fault.make(b)) in fault.answer.sub_indications for b in every)
        print(f"{name}: {right}/{len(every)} told for the right reason")
        found += right
    count = len(every) * len(FAULTS)
    kept = [
        promised("letters.honest", honest / len(every), len(every)),
        promised("letters.faults", found / count, count),
    ]
    return 0 if all(kept) else 1


def promised(name: str, share: float, count: int) -> bool:
    return record(
        id=name,
        value=share,
        unit="share",
        better="higher",
        aim=1.0,
        peer="none that judges letters was found",
        peer_value=None,
        own_value=share,
        n=count,
    )


if __name__ == "__main__":
    sys.exit(main())
