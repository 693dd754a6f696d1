"""Texts known again: copies in other layouts and with other words, forms of one template beside.

`python -m benchmarks.reuse_texts [TEXTS]`: so many reports, and so many templates of each kind, in
one index that grows as deliverables come in. The first half was looked at when limits were set.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections import Counter
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, cast

from service import migrations
from service.actions import reuse_texts
from service.adapters.database import DatabaseRecords
from service.records import DeliverableState
from tests.service.people import deliverable, requirement, settle_in
from tests.verification import prose
from tests.verification.quoting import EN_ITEMS, ENGLISH, ZH_ITEMS, Offer, english, letterhead
from verification.fingerprints.texts import TextLine, shingled
from verification.limits import Limits
from verification.printed.reading import text_of
from verification.values import MetadataField

if TYPE_CHECKING:
    from collections.abc import Callable

    from service.ports import Ports
    from verification.values import Report

Words = list[str]
SHARE_OF_SETS = 0.5
TURNS = ("first", "second", "third", "fourth")


def lines_of(data: bytes, kind: str) -> Words:
    """Read a file as the sandbox does."""
    printed = text_of(data, kind, Limits())
    return [row.text for row in printed.rows] if printed is not None else []


def changed(language: prose.Language, seed: int, words: Words, each: int) -> Words:
    """Write one sentence in so many anew."""
    chance = random.Random(seed)  # noqa: S311 - a plan, not a secret
    return [
        prose.sentence(language, chance) if number % each == each // 2 else line
        for number, line in enumerate(words)
    ]


def copies(language: prose.Language, seed: int) -> dict[str, Words]:
    """Give a report as it was handed in, then its copies."""
    first, other = prose.firm(language, seed), prose.firm(language, seed + 37)
    words = prose.report(language, seed, first)
    rewritten = partial(changed, language, seed + 5_000)
    named = [line.replace(first, other) for line in words]
    return {
        "": lines_of(prose.pdf(words, 40), "pdf"),
        "laid out anew": lines_of(prose.pdf(words, 56), "pdf"),
        "as docx": lines_of(prose.docx(words), "docx"),
        "other customer's name": lines_of(prose.pdf(named, 40), "pdf"),
        "two of 24 sentences anew": lines_of(prose.pdf(rewritten(words, 12), 40), "pdf"),
        "four of 24 sentences anew": lines_of(prose.pdf(rewritten(words, 6), 40), "pdf"),
        "name, one sentence, as docx": lines_of(prose.docx(rewritten(named, 24)), "docx"),
        "half of it in a new text": lines_of(
            prose.pdf([*words[:12], *prose.report(language, seed + 7_000, first)[:12]], 40), "pdf"
        ),
    }


def quote(language: prose.Language, template: int, filled: int) -> Words:
    """Give a quote of one supplier for another customer, of other goods."""
    chance = random.Random(template * 1_009 + filled)  # noqa: S311 - a plan, not a secret
    base, items = (Offer(), ZH_ITEMS) if language == "zh" else (ENGLISH, EN_ITEMS)
    drawn = chance.sample(items, chance.randint(2, 4))
    goods = tuple(
        (name, str(chance.randint(1, 40)), f"{chance.randint(90, 90_000)}.00")
        for name, _, _ in drawn
    )
    day = f"{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
    offer = replace(
        base,
        supplier=prose.firm(language, template),
        buyer=prose.firm(language, chance.randrange(100)),
        buyer_tax_number=str(chance.randrange(10**14, 10**15)),
        dated=f"2026-{day}",
        valid_until=f"2027-{day}",
        items=goods,
    )
    return lines_of((letterhead if language == "zh" else english)(offer), "pdf")


def contract(language: prose.Language, template: int, filled: int) -> Words:
    """Give a contract: two pages of standing terms, ten fields."""
    return lines_of(prose.pdf(prose.form(language, template + 500, filled, 40), 40), "pdf")


def letter(language: prose.Language, template: int, filled: int) -> Words:
    """Give a letter: six standing sentences, ten fields."""
    return lines_of(prose.pdf(prose.form(language, template + 900, filled, 6), 40), "pdf")


FORMS: dict[str, Callable[[prose.Language, int, int], Words]] = {
    "quote": quote,
    "contract": contract,
    "letter": letter,
}


class Index:
    """An index that grows; each text is another customer's."""

    def __init__(self, records: DatabaseRecords) -> None:
        self._records = records
        self._count = 0
        with records.begin() as unit:
            settle_in(unit)

    def told(self, words: Words, *, stays: bool) -> list[str]:
        """Say which earlier deliverables a text is told as; keep it where it stays."""
        self._count += 1
        mine = f"d{self._count}"
        row = replace(
            deliverable(mine),
            requirement_id=f"q{self._count}",
            sha256=f"{self._count:064}",
            state=DeliverableState.JUDGED,
        )
        lines = [TextLine(text=one, where=MetadataField(source="a", value="")) for one in words]
        compare = reuse_texts.comparer(lines)
        found: list[str] = []
        try:
            with self._records.begin() as unit:
                unit.requirements.add(requirement(row.requirement_id, "c1", "s1"))
                unit.deliverables.add(row)
                said = compare(cast("Ports", None), unit, row, cast("Report", None))
                found = [str(getattr(one.evidence[0], "value", "")) for one in said]
                if not stays:
                    raise _Forgotten  # noqa: TRY301 - rolls back what it was told by
        except _Forgotten:
            pass
        return [mine, *found]


class _Forgotten(Exception):
    pass


def measure(index: Index, count: int) -> None:
    """Print how many copies are told as what they are, and how many forms are told at all."""
    tally: Counter[tuple[str, int, bool]] = Counter()
    sets: Counter[tuple[str, int, bool]] = Counter()
    for number in range(count):
        language: prose.Language = "zh" if number % 4 < 2 else "en"
        half = number % 2
        made = copies(language, number)
        original = made.pop("")
        first = index.told(original, stays=True)
        tally["an honest report", half, len(first) > 1] += 1
        whole = shingled(original).all
        for name, words in made.items():
            tally[name, half, first[0] in index.told(words, stays=False)[1:]] += 1
            sets[name, half, _alike(shingled(words).all, whole)] += 1
        for kind, write in FORMS.items():
            before = shingled(write(language, number, 0)).all
            for filled in range(len(TURNS)):
                words = write(language, number, filled)
                said = index.told(words, stays=True)
                name = f"{kind}, {TURNS[filled]} of its template"
                tally[name, half, len(said) > 1] += 1
                sets[name, half, filled > 0 and _alike(shingled(words).all, before)] += 1
        if (number + 1) % 8 == 0 or number + 1 == count:
            _show(number + 1, tally, sets)


def _show(count: int, *tallies: Counter[tuple[str, int, bool]]) -> None:
    tally, sets = tallies
    print(f"{count} reports, {count} templates of each kind")
    for name in dict.fromkeys(name for name, _, _ in tally):
        print(
            f"{name:40} ours {_rates(tally, name)}   Jaccard >= .5 {_rates(sets, name)}", flush=True
        )


def _alike(one: frozenset[int], other: frozenset[int]) -> bool:
    return len(one & other) >= SHARE_OF_SETS * len(one | other)


def _rates(tally: Counter[tuple[str, int, bool]], name: str) -> str:
    halves = []
    for half in (0, 1):
        yes, no = tally[name, half, True], tally[name, half, False]
        halves.append(f"{yes}/{yes + no}")
    return " ".join(f"{one:>8}" for one in halves)


def main() -> int:
    """Print the tables of docs/checks/reuse.md."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 40
    began = time.process_time()
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/texts.db"
        migrations.upgrade(url)
        records = DatabaseRecords(url)
        try:
            measure(Index(records), count)
        finally:
            records.close()
    print(f"{time.process_time() - began:.0f} s of CPU")
    return 0


if __name__ == "__main__":
    sys.exit(main())
