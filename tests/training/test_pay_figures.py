"""What the gates are told of pay: by a card, beside a champion, for sellers and groups."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest

from models.coefficient import shipped_card
from models.coefficient.offset import Offset
from training.contract import contract_file
from training.contract.table import from_csv
from training.event_rows import read as read_events
from training.gates.gate import Answer
from training.pay_figures import Asking, figures, models_of, owners_of
from training.run import asked, imported, trained
from training.simulate.exports import CONTRACT, ended, events_csv, leads_csv
from training.simulate.world import world

if TYPE_CHECKING:
    from collections.abc import Mapping

    from models.coefficient.orders import Models
    from training.coefficient.candidate import Candidate
    from training.gates.gate import Gate
    from training.snapshot import Snapshot

WORLD = world(5, leads=3500)
AT = ended(WORLD).timestamp()
#: Whether the customer bought before is no feature here but a group to be fair to.
AUDITED = CONTRACT.replace(
    "{column: 老客户, kind: flag, role: feature, known_at: assignment}",
    "{column: 老客户, kind: category, role: audit, signed: tests}",
)
CARD = shipped_card()


@dataclass(frozen=True, kw_only=True)
class History:
    taken: Snapshot
    found: Candidate
    asking: Asking

    @property
    def models(self) -> Models:
        return models_of(self.taken, self.found)

    def gates(self, **beside: object) -> Mapping[str, Gate]:
        told = figures(self.taken, self.found, replace(self.asking, **beside), at=AT)  # type: ignore[arg-type]
        return {
            gate.id: gate for gate in asked(self.found, (), told, signed=frozenset({"returning"}))
        }


@pytest.fixture(scope="module")
def history() -> History:
    contract = contract_file.read(AUDITED)
    table = from_csv(leads_csv(WORLD).encode())
    taken = imported(table, contract, at=AT).snapshot
    assert taken is not None
    asking = Asking(
        events=read_events(events_csv(WORLD).encode()), owners=owners_of(table, contract)
    )
    return History(taken=taken, found=trained(taken, at=AT).candidate, asking=asking)


def test_without_a_card_and_a_champion_nothing_is_asked(history: History) -> None:
    gates = history.gates()
    answers = {name: gates[name].answer for name in ("G4", "G9", "G10", "G11")}
    assert answers == dict.fromkeys(answers, Answer.NOT_ASKED)


@pytest.mark.parametrize(
    ("beyond", "answer"),
    [
        pytest.param(0.0, Answer.PASSED, id="what the card costs is its budget"),
        pytest.param(0.009, Answer.PASSED, id="within one per cent of the pool"),
        pytest.param(0.02, Answer.FAILED, id="it costs less than its budget by two"),
        pytest.param(-0.02, Answer.FAILED, id="it costs more than its budget by two"),
    ],
)
def test_the_pool_is_held_against_the_budget(
    history: History, beyond: float, answer: Answer
) -> None:
    told = figures(history.taken, history.found, replace(history.asking, card=CARD), at=AT)
    assert told.pool is not None
    assert 0.05 < told.pool < 0.4
    gate = history.gates(card=replace(CARD, budget=told.pool + beyond))["G9"]
    assert (gate.answer, gate.limit) == (answer, 0.01)
    assert ("card solve" in gate.told.en) == (answer is Answer.FAILED)


def test_a_champion_that_is_the_candidate_moves_nobody(history: History) -> None:
    gates = history.gates(card=CARD, champion=history.models)
    assert gates["G9"].value == 0.0
    assert all(gates[name].answer is Answer.PASSED for name in ("G4", "G8", "G9", "G10"))


def test_pay_that_moves_far_needs_a_name_for_every_seller(history: History) -> None:
    generous = replace(
        history.models.win, offset=Offset(value=-3.0, version=1, as_of=AT, outcomes=9)
    )
    beside = {"card": CARD, "champion": replace(history.models, win=generous)}
    gates = history.gates(**beside)
    assert (gates["G4"].answer, gates["G9"].answer) == (Answer.PASSED, Answer.FAILED)
    told = figures(history.taken, history.found, replace(history.asking, **beside), at=AT)  # type: ignore[arg-type]
    far = {who for who, one in told.pay_changes.items() if abs(one) > 0.1}
    assert far
    signed = figures(
        history.taken,
        history.found,
        replace(history.asking, **beside, signed_pay=frozenset(far)),  # type: ignore[arg-type]
        at=AT,
    )
    assert far.isdisjoint(signed.pay_changes)
    assert set(signed.signed_pay) == far


def test_groups_are_told_by_their_mean_coefficient(history: History) -> None:
    told = figures(history.taken, history.found, replace(history.asking, card=CARD), at=AT)
    assert told.group_ratios is not None
    assert set(told.group_ratios) == {"returning 是", "returning 否"}
    assert all(0.8 < ratio < 1.2 for ratio in told.group_ratios.values())
