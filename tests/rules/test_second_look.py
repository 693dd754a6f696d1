"""What a recent past says of rows that no fact by itself says anything of: all, and exactly."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest

from rules import features
from rules.conditions import Aggregate, Condition, Join
from rules.executors.python import PythonExecutor
from rules.first_look import FirstLook
from rules.second_look import second_looks
from tests.rules.histories import clause, feature
from tests.rules.test_first_look import (
    AT_LEAST,
    BELOW,
    FIELDS,
    KIND,
    LOW,
    MEAN,
    OLD,
    RATE,
    RED,
    SOLD,
    asked,
    enters,
    every,
    never,
    of,
    run,
)
from tests.rules.test_first_look import _condition as any_condition
from tests.rules.test_first_look import _history as any_history

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rules.history import Fact
    from rules.second_look import SecondLook

SHARE, SUM = FIELDS["share"], FIELDS["sold_3"]
OF_THE_PAST = (
    every(MEAN),
    every(MEAN, of(feature(RATE, Aggregate.MOST, 4), AT_LEAST, 0.6)),
    every(of(feature(SHARE, Aggregate.MEAN, 3), BELOW, 0.5)),
    every(clause(SUM, BELOW, 9)),
    every(of(feature(SOLD, Aggregate.CHANGE, 1), BELOW, 0)),
    every(of(feature(SUM, Aggregate.LEAST, 2), BELOW, 5)),
    every(run(RED, AT_LEAST, 2)),
    never(run(LOW, AT_LEAST, 2)),
    Condition(join=Join.ANY, parts=(LOW, MEAN)),
)
UNCHANGED = every(of(feature(FIELDS["light"], Aggregate.UNCHANGED, 20 * 86400), AT_LEAST, 24.0))


def _ruled_out(look: SecondLook, history: Sequence[Fact]) -> bool:
    """Give the look no more of the past than it asks for."""
    last = history[-1]
    start = look.reach.start(last.period, last.at)
    seen = [look.seen(one.period, one.at, one.values) for one in history if one.period >= start]
    return look.cannot_match(seen, last.at)


@pytest.mark.parametrize("seed", range(60))
def test_it_rules_out_what_matches_none_of_its_rows_and_nothing_else(seed: int) -> None:
    rng = Random(seed)  # noqa: S311 - rules and facts of a test
    chosen = rng.sample(OF_THE_PAST, k=rng.randint(1, 3))
    known = asked(*chosen, *(any_condition(rng) for _ in range(rng.randint(0, 3))), every(OLD))
    (section,) = known.sections
    blind = FirstLook(known, enters(known)).blind
    look = second_looks(known, blind)[KIND.name]
    first = FirstLook(known, enters(known) - blind)
    told = set()
    with PythonExecutor(known) as executor:
        for _ in range(60):
            history = any_history(rng)
            last = history[-1]
            enriched = features.enrich(KIND, section.features, history, last.at)
            matched = enters(known) & {*executor.match(KIND.name, enriched)}
            ruled_out = _ruled_out(look, history)
            assert ruled_out is not bool(matched & blind), (known, history)
            told.add(ruled_out)
            if ruled_out and first.cannot_match(KIND.name, last, last.at):
                assert not matched, (known, history)
    assert told == {True, False}


def test_it_reads_what_its_rows_are_made_of_and_no_more() -> None:
    known = asked(every(LOW), every(of(feature(SHARE, Aggregate.MEAN, 3), BELOW, 0.5)))
    look = second_looks(known, FirstLook(known, enters(known)).blind)[KIND.name]
    assert look.names == {"sold", "shown"}


@pytest.mark.parametrize("conditions", [(every(LOW),), (every(MEAN), UNCHANGED)])
def test_there_is_none_where_none_is_needed_or_how_far_to_look_is_not_known(
    conditions: tuple[Condition, ...],
) -> None:
    known = asked(*conditions)
    assert second_looks(known, FirstLook(known, enters(known)).blind) == {}
