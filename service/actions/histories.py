"""What is known of each subject inside one transaction: of each period the fact known last."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from rules import features
from service.actions.fact_rows import times_of, with_times

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from rules.conditions import Feature
    from rules.facts import FactKind
    from rules.features import Reach
    from rules.second_look import SecondLook, Seen
    from service.actions.fact_rows import Candidate
    from service.ports.records import Unit
    from service.rule_records import FactRow

#: Periods are numbers of 64 bits.
EVER = 2**63 - 1


class History:
    """Facts of one subject, one a period, in order; those that windows can reach."""

    __slots__ = ("facts", "numbers")

    def __init__(self) -> None:
        self.facts: list[FactRow] = []
        self.numbers: list[int] = []

    def of(self, period: int) -> FactRow | None:
        place = bisect_left(self.numbers, period)
        here = place < len(self.numbers) and self.numbers[place] == period
        return self.facts[place] if here else None

    def put(self, fact: FactRow) -> None:
        """Take a fact in; a later one about the same period takes the place of the earlier."""
        numbers = self.numbers
        if not numbers or fact.period > numbers[-1]:
            numbers.append(fact.period)
            self.facts.append(fact)
            return
        place = bisect_left(numbers, fact.period)
        if numbers[place] == fact.period:
            self.facts[place] = fact
        else:
            numbers.insert(place, fact.period)
            self.facts.insert(place, fact)

    def since(self, start: int, *, one_before: bool, beyond: int) -> Sequence[FactRow]:
        """Give the facts from a period on, and the one before it where that is asked for."""
        place = bisect_left(self.numbers, start)
        if one_before and place:
            place -= 1
            if beyond:
                place = bisect_left(self.numbers, self.numbers[place] - beyond)
        return self.facts[place:]


class Histories:
    """The subjects of one kind, as far back as the windows of its rules reach."""

    def __init__(
        self,
        unit: Unit,
        kind: FactKind,
        found: Sequence[Feature],
        *,
        known_by: datetime | None = None,
    ) -> None:
        """Facts that became known after `known_by` are left out."""
        self._known_by = known_by
        self._facts = unit.rules.facts
        self._kind = kind
        self._features = found
        self.reach: Reach = _reach(kind, found)
        self._times = times_of(kind)
        self._known: dict[str, History] = {}

    def __getitem__(self, subject: str) -> History:
        return self._known[subject]

    def load(self, first: dict[str, int], at: datetime) -> None:
        """Read what evaluating needs; `first` has the earliest period that is asked of each."""
        missing = {name: period for name, period in first.items() if name not in self._known}
        if not missing:
            return
        low = min(self.reach.start(period, at) for period in missing.values())
        for name in missing:
            self._known[name] = History()
        if self.reach.one_before:
            self._load_before(missing, low)
        self._read(missing, (low, EVER))

    def enriched(self, subject: str, at: datetime) -> tuple[dict[str, object], Sequence[FactRow]]:
        """Give the latest fact with its features, and the facts that they were made of."""
        history = self._known[subject]
        start = self.reach.start(history.numbers[-1], at)
        chosen = history.since(start, one_before=self.reach.one_before, beyond=self.reach.beyond)
        return features.enrich(self._kind, self._features, chosen, at), chosen

    def _load_before(self, names: Collection[str], low: int) -> None:
        for name in names:
            last = self._facts.last_before(self._kind.name, name, low)
            if last is not None:
                self._read((name,), (last - self.reach.beyond, low - 1))

    def _read(self, names: Collection[str], periods: tuple[int, int]) -> None:
        for fact in self._facts.window(self._kind.name, names, periods):
            if self._known_by is not None and fact.known_at > self._known_by:
                continue
            self._known[fact.subject].put(self.read(fact))

    def get(self, subject: str) -> History | None:
        """Give what was read of a subject; None: nothing was."""
        return self._known.get(subject)

    def put(self, fact: FactRow) -> History:
        """Take in a fact as the database keeps it."""
        history = self._known[fact.subject]
        history.put(self.read(fact))
        return history

    def same(self, fact: FactRow, values: dict[str, Any]) -> bool:
        """Say whether values as the database keeps them are those of a fact."""
        read = with_times(values, self._times) if self._times else values
        return fact.values == read

    def concerned(self, look: SecondLook, found: Sequence[Candidate], at: datetime) -> set[str]:
        """Give the subjects of facts that a second look does not rule out.

        `found` is by subject and period, and later than all that is known.
        """
        if not found:
            return set()
        low = min(look.reach.start(one.period, at) for one in found)
        pasts: dict[str, list[Seen]] = {one.subject: [] for one in found}
        for subject, period, end, values in self._facts.values_in(
            self._kind.name, pasts, (low, EVER)
        ):
            past = pasts[subject]
            if past and past[-1].period == period:
                past.pop()
            past.append(self._glimpse(look, period, end, values))
        concerned = set()
        for one in found:
            past = pasts[one.subject]
            past.append(self._glimpse(look, one.period, one.at, one.values))
            if not look.cannot_match(past, at):
                concerned.add(one.subject)
        return concerned

    def _glimpse(self, look: SecondLook, period: int, at: datetime, values: dict[str, Any]) -> Seen:
        seen = look.seen(period, at, values)
        if self._times.isdisjoint(look.names):
            return seen
        return seen._replace(values=with_times(seen.values, self._times))

    @property
    def has_times(self) -> bool:
        """Whether `read` and `seen` change anything."""
        return bool(self._times)

    def read(self, fact: FactRow) -> FactRow:
        """Give a fact as features see it: its times, which JSON keeps as text, read."""
        if not self._times:
            return fact
        return replace(fact, values=with_times(fact.values, self._times))

    def seen(self, candidate: Candidate) -> Candidate:
        """Give what may become a fact as features see it."""
        if not self._times:
            return candidate
        return candidate._replace(values=with_times(candidate.values, self._times))


#: By the identity of what they were made of, which is kept beside them.
_REACHES: dict[tuple[int, int], tuple[FactKind, Sequence[Feature], Reach]] = {}
_MOST_REACHES = 512


def _reach(kind: FactKind, found: Sequence[Feature]) -> Reach:
    key = (id(kind), id(found))
    known = _REACHES.get(key)
    if known is None or known[0] is not kind or known[1] is not found:
        if len(_REACHES) >= _MOST_REACHES:
            _REACHES.clear()
        known = _REACHES[key] = (kind, found, features.reach(kind, found))
    return known[2]
