"""Whether honest files of the demo company are told as seen before.

`python -m benchmarks.reuse_demo`: each good file, in the order of the story, is held against all
before it, pages and words, as if every requirement asked for `unseen`.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

from service import migrations
from service.actions import reuse_pages, reuse_texts
from service.adapters.database import DatabaseRecords
from service.demo import authority, company, deliverables
from service.records import DeliverableState
from tests.service.people import deliverable, requirement, settle_in
from verification.codec import from_json, to_json
from verification.fingerprints.making import fingerprints
from verification.fingerprints.texts import TextLine
from verification.identify import identify
from verification.limits import Limits
from verification.pages import drawing
from verification.sandbox.jobs import TABLE
from verification.values import Report, Status

if TYPE_CHECKING:
    from service.ports import Ports
    from service.ports.records import Unit

AT, SEED = datetime(2026, 11, 24, 3, tzinfo=UTC), 2026


def told(unit: Unit, number: int, plan: deliverables.DocumentPlan) -> set[str]:
    """Say which checks tell a file, and keep it."""
    row = replace(
        deliverable(f"d{number}"),
        requirement_id=f"{plan.customer}-{plan.item}",
        sha256=f"{number:064}",
        state=DeliverableState.JUDGED,
    )
    if unit.requirements.get(row.requirement_id) is None:
        unit.requirements.add(requirement(row.requirement_id, "c1", "s1"))
    unit.deliverables.add(row)
    limits = Limits()
    try:
        seen = fingerprints(plan.data, limits).pages
    except drawing.CannotRender:
        seen = ()
    said = TABLE["text_lines"](plan.data, to_json(limits)).report
    lines = from_json(tuple[TextLine, ...], said)
    report = Report(
        path="a", sha256="", size=1, type=identify(plan.data, limits), verdict=Status.PASSED,
        sub_indication=None, checks=(), policy="", sandbox="", cpu_ms=0.0,
    )  # fmt: skip
    comparers = (reuse_pages.comparer(seen, lines), reuse_texts.comparer(lines))
    ports = cast("Ports", None)
    return {found.id for compare in comparers for found in compare(ports, unit, row, report)}


def main() -> int:
    """Print, for each kind of file, how many are told."""
    whole, trusted = company.plan(SEED, AT), authority.found(AT)
    good = [one for one in deliverables.documents_for(whole, trusted, AT) if one.twin is None]
    tally: Counter[tuple[str, str]] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/demo.db"
        migrations.upgrade(url)
        with closing(DatabaseRecords(url)) as records, records.begin() as unit:
            settle_in(unit)
            for number, plan in enumerate(good):
                tally.update((plan.item, one) for one in told(unit, number, plan))
                tally[plan.item, ""] += 1
    for item in dict.fromkeys(one.item for one in good):
        counts = "  ".join(
            f"{check} {tally[item, check]}" for check in ("reuse.page", "reuse.text")
        )
        print(f"{item:24} n={tally[item, '']:3}  {counts}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
