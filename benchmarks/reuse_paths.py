"""What `unseen` tells of the files of the industries' paths: honest ones, and copies of them.

`python -m benchmarks.reuse_paths [CUSTOMERS [FEW]]`: on each path so many customers hand in their
own report or photos, each held against all before it; then each of half of them hands in that of
the customer before it, with the names changed, or scanned (a photo: made smaller, saved anew).
A file that is told though honest counts against the aim. Items that no path asks `unseen` of are
counted too, of FEW customers: what is told there is why it is not asked.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

from benchmarks.promise import record
from benchmarks.reuse_demo import AT, SEED, told
from service import migrations
from service.adapters.database import DatabaseRecords
from service.demo import authority, company, deliverables, industries, seen_twins
from service.paths import load, names
from tests.service.people import settle_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from service.demo.company import Company, CustomerPlan
    from service.demo.deliverables import DocumentPlan
    from service.demo.documents.brief import Brief, Draft
    from service.paths import PathRequirement
    from service.ports.records import Unit

CUSTOMERS = 12
#: Of items that no path asks `unseen` of, which are forms that say the same of everybody.
FEW = 3
#: Of honest files asked `unseen`, at most so many may be told.
MOST_TOLD = 0.02
FORMATS = ("pdf", "jpg")
#: These are held against each other by other checks.
QUOTES = {"quotes", "bids"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One item of a path, several customers there, and how its copies are made."""

    whole: Company
    trusted: authority.Authority
    need: PathRequirement
    steps: tuple[str, ...]
    copies: dict[str, Callable[[Brief], Draft]]

    @property
    def asked(self) -> bool:
        return bool(self.need.content.get("unseen"))

    def honest(self, customer: CustomerPlan) -> Iterator[DocumentPlan]:
        yield from deliverables.catalogue(self.whole, self.trusted, AT, customer, steps=self.steps)

    def copied(self, customer: CustomerPlan, before: CustomerPlan, how: str) -> DocumentPlan:
        """Give the file of the customer before as one that this one hands in."""
        two = replace(self.whole, customers=(before, customer))
        brief = deliverables.brief_of(two, self.trusted, customer, at=AT, item=self.need.item)
        draft = self.copies[how](brief)
        good = next(self.honest(customer))
        return replace(good, item=f"{good.item}-again", name=draft.name, data=draft.data)


def several(whole: Company, path: str, count: int) -> Company:
    """Give a company with so many customers on a path, each with a name and figures of its own."""
    model = next(one for one in whole.customers if one.path == path)
    names_of = [one.organisation for one in whole.customers]
    customers = tuple(
        replace(
            model,
            key=f"{model.key}{number}",
            organisation=replace(
                model.organisation,
                key=f"{model.key}{number}",
                name=f"{names_of[number % len(names_of)].name}{number + 1}部",
                registered_name=names_of[number % len(names_of)].registered_name,
            ),
        )
        for number in range(count)
    )
    return replace(whole, customers=customers)


def cases(count: int, few: int) -> Iterator[Case]:
    whole, trusted = company.plan(SEED, AT), authority.found(AT)
    for path in names():
        if path == deliverables.PATH:
            continue
        for need in (need for stage in load(path).stages for need in stage.requirements):
            size = count if need.content.get("unseen") else few
            if size and need.formats[0] in FORMATS and need.item not in QUOTES:
                yield _case(several(whole, path, size), trusted, path, need)


def _case(whole: Company, trusted: authority.Authority, path: str, need: PathRequirement) -> Case:
    pieces = [one for one in industries.pieces(path) if one.item == need.item]
    twins = (
        (seen_twins.photo_of_another(need.item, str(need.title["zh"]), 0),)
        if need.formats[0] == "jpg"
        else seen_twins.papers(need.item, pieces[0].write, is_signed=False)
    )
    return Case(
        whole=whole,
        trusted=trusted,
        need=need,
        steps=tuple(one.step for one in pieces),
        copies={one.name: one.make for one in twins},
    )


def counted(unit: Unit, case: Case) -> Counter[str]:
    """Count what is told of honest files, and of copies."""
    tally: Counter[str] = Counter()
    number = 0
    for customer in case.whole.customers:
        for plan in case.honest(customer):
            number += 1
            tally["honest"] += 1
            seen = told(unit, number, plan)
            tally.update(f"honest {one}" for one in seen)
            tally["honest told"] += bool(seen)
    everybody = case.whole.customers
    for before, customer in list(pairwise(everybody))[::2]:
        for how in case.copies:
            number += 1
            tally[how] += 1
            tally[f"{how} told"] += bool(told(unit, number, case.copied(customer, before, how)))
    return tally


def measured(case: Case) -> Counter[str]:
    """Count in a database of its own: what one item is held against is that item."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/paths.db"
        migrations.upgrade(url)
        with closing(DatabaseRecords(url)) as records, records.begin() as unit:
            settle_in(unit)
            return counted(unit, case)


def main() -> int:
    """Print a row for each item, and whether those that are asked keep the promise."""
    count, few = (*map(int, sys.argv[1:3]), *(CUSTOMERS, FEW)[len(sys.argv[1:3]) :])
    whole: Counter[str] = Counter()
    for case in cases(count, few):
        tally = measured(case)
        if case.asked:
            whole += tally
        say = partial("{0} {1[0]} of {1[1]}".format)
        rows = [say(how, (tally[f"{how} told"], tally[how])) for how in ("honest", *case.copies)]
        path = case.whole.customers[0].path
        asked = "asked" if case.asked else "-"
        print(f"{path:11} {case.need.item:18} {asked:6} {'; '.join(rows)}", flush=True)
        print(f"{'':37} page {tally['honest reuse.page']}, text {tally['honest reuse.text']}")
    share, n = whole["honest told"] / max(1, whole["honest"]), whole["honest"]
    kept = record(
        id="paths.unseen.false_alarms",
        value=share,
        unit="share",
        better="lower",
        aim=MOST_TOLD,
        peer="none",
        peer_value=None,
        own_value=share,
        n=n,
    )
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
