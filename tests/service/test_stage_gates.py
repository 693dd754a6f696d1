"""Gates of stages are firings of the one state machine, on SQLite and PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from rules import executors, pack, simulation
from rules.states import Phase
from service.actions import audit, customers, facts, stage_renewal, stages, why
from service.actions.customers import CustomerDraft
from service.actions.fact_fates import Batch
from service.actors import Actor
from service.adapters.rule_book import FolderRules
from service.errors import Invalid
from service.ports import RulePorts
from service.records import Decision, DeliverableState, Role, StageState
from tests.service.laboratory import all_facts
from tests.service.people import deliverable, person

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from service.adapters.database import DatabaseRecords
    from service.records import Stage
    from service.rule_records import FiringRow
    from tests.service.conftest import TestClock

SELLER = Actor(person_id="p1", name="p1", role=Role.SALESPERSON, region="east", team="t1")
OPS = Actor(person_id="ops", name="ops", role=Role.SALES_OPS, region=None, team=None)
TECH, MAIL, REPORT = "software.tech_eval", "it_mail", "poc_report"


class Deal:
    """One customer on the software path, and its first stage."""

    def __init__(self, records: DatabaseRecords, clock: TestClock, rules: FolderRules) -> None:
        self.records, self.clock = records, clock
        self.ports = RulePorts(records=records, rules=rules, clock=clock)
        draft = CustomerDraft(
            name="华东精密", registered_name="有限公司", path="software", contacts={}
        )
        with records.begin() as unit:
            unit.people.add(person("p1"))
            self.customer = customers.create(self.ports, unit, SELLER, draft)
            self.id = unit.stages.find({"key": "tech_eval"})[0].id

    def add(self, name: str, item: str, **state: Any) -> Stage:
        """Put a deliverable there as it is after its verdict, and ask the stage."""
        given = {"state": DeliverableState.JUDGED, "verdict": "PASSED", **state}
        with self.records.begin() as unit:
            need = unit.requirements.find({"item": item})[0]
            row = deliverable(name, customer_id=self.customer.id)
            row = replace(row, stage_id=self.id, requirement_id=need.id, sha256=f"{name:0>64}")
            unit.deliverables.add(replace(row, **given))
            return self.ask(unit)

    def change(self, name: str, **state: Any) -> Stage:
        with self.records.begin() as unit:
            row = unit.deliverables.get(name)
            assert row is not None
            unit.deliverables.replace(replace(row, **state))
            return self.ask(unit)

    def ask(self, unit: Any) -> Stage:
        self.clock.forward(60)
        return stages.evaluate(self.ports, unit, self.id, reason="test")

    def firings(self, subject: str | None = None) -> tuple[FiringRow, ...]:
        with self.records.read() as unit:
            return unit.rules.firings.find({"subject": subject or self.id})

    def told(self) -> list[str]:
        return [f"{one.rule} {one.event}" for one in self.firings()]


@pytest.fixture
def rules(tmp_path: Path, clock: TestClock) -> Iterator[FolderRules]:
    (tmp_path / "rules").mkdir()
    book = FolderRules(tmp_path / "rules", clock=clock, trial_s=60)
    yield book
    book.close()


@pytest.fixture
def deal(records: DatabaseRecords, clock: TestClock, rules: FolderRules) -> Deal:
    return Deal(records, clock, rules)


def test_each_change_of_a_gate_is_a_firing_and_nothing_else_is(deal: Deal) -> None:
    assert deal.told() == [f"{TECH} locked"]
    assert deal.add("d1", REPORT).state is StageState.LOCKED
    assert deal.add("d2", MAIL, verdict="FAILED", sub_indication="REVOKED").locked_as == "待补全"
    assert deal.told() == [f"{TECH} locked"] * 2, "a failed mail changes nothing in the list"
    assert deal.change("d2", decision=Decision.ACCEPT).state is StageState.OPEN
    assert deal.change("d1", decision=Decision.REJECT).state is StageState.LOCKED
    assert deal.told() == [
        f"{TECH} {event}" for event in ("locked", "locked", "unlocked", "locked")
    ]
    assert [one.episode for one in deal.firings()] == [1, 1, 1, 2]


def test_a_firing_says_which_requirement_it_is_about_and_by_which_verdicts(deal: Deal) -> None:
    deal.add("d2", MAIL, verdict="FAILED", sub_indication="REVOKED")
    deal.add("d1", REPORT)
    last = deal.firings()[-1]
    clauses = {one["part"]: one for one in last.explanation}
    assert clauses["when"]["passed"]
    assert clauses[f"require/{REPORT}"]["passed"]
    assert not clauses[f"require/{MAIL}"]["passed"]
    assert [one["verdict"] for one in clauses[f"require/{MAIL}"]["because"]] == ["FAILED"]
    assert clauses[f"require/{REPORT}"]["because"][0]["deliverable"] == "d1"
    assert "交付物 d2 核验未通过（REVOKED）。" in last.sentence["zh"]
    assert "Deliverable d2 failed verification (REVOKED)." in last.sentence["en"]
    assert "交付物 d1" not in last.sentence["zh"], "what is in order keeps nothing locked"
    deal.change("d2", decision=Decision.ACCEPT)
    opened = deal.firings()[-1]
    assert "交付物 d1 核验通过。" in opened.sentence["zh"]
    assert "交付物 d2 人工认可（REVOKED）。" in opened.sentence["zh"]


def test_the_state_of_the_gate_is_a_row_like_any_other(deal: Deal) -> None:
    deal.add("d1", REPORT)
    with deal.records.read() as unit:
        (row,) = unit.rules.state_rows.find({"subject": deal.id})
    assert (row.rule, row.phase, row.missing) == (TECH, Phase.LOCKED, (MAIL,))
    assert (row.region, row.team, row.owner_id) == ("east", "t1", "p1")


def test_an_answer_that_did_not_change_leaves_no_trace(deal: Deal) -> None:
    deal.add("d1", REPORT)
    with deal.records.read() as unit:
        before = len(unit.audit.entries())
    with deal.records.begin() as unit:
        deal.ask(unit)
    with deal.records.read() as unit:
        assert len(unit.audit.entries()) == before


def test_what_is_kept_is_what_the_simulation_tells_of_the_same_facts(deal: Deal) -> None:
    deal.add("d1", REPORT)
    deal.add("d2", MAIL)
    deal.change("d1", decision=Decision.REJECT)
    deal.change("d1", decision=Decision.ACCEPT)
    known = all_facts(deal.records)
    with deal.records.read() as unit:
        kept = unit.rules.firings.find()
    with deal.ports.rules.using() as in_force, executors.default(in_force.rule_set) as executor:
        played = simulation.run(in_force.rule_set, executor, known).firings
    assert sorted(one.key for one in kept) == sorted(one.key for one in played)
    assert len(kept) == 4 + 4, "four stages began locked; of the first, four changes more"


def test_the_trail_has_every_fact_and_firing(deal: Deal) -> None:
    deal.add("d1", REPORT)
    deal.add("d2", MAIL)
    with deal.records.read() as unit:
        assert unit.audit.verify() == ()
        strays = {stray.kind for stray in audit.strays(unit)}
        found = [one.action for one in unit.audit.entries() if one.reason == "test"]
    assert strays == {"person", "deliverable"}, "those that the test itself has put there"
    assert found == ["facts.add", "stages.asked", "facts.add", "stages.opened"]


def test_why_answers_for_a_gate_as_for_any_rule(deal: Deal) -> None:
    deal.add("d1", REPORT)
    before = deal.clock()
    deal.add("d2", MAIL)
    with deal.records.read() as unit:
        now = why.answer(deal.ports, unit, OPS, why.Question(rule=TECH, subject=deal.id))
        then = why.answer(
            deal.ports, unit, OPS, why.Question(rule=TECH, subject=deal.id, at=before)
        )
    assert (now["fired"], now["phase"]) == (True, Phase.UNLOCKED)
    assert (then["fired"], then["phase"]) == (False, Phase.LOCKED)
    assert [one["field"] for one in then["changes"]] == [f"{MAIL}.counted"]


def test_nobody_sends_facts_that_the_service_makes(deal: Deal) -> None:
    row = {"subject": deal.id, "period": "2026-06-01T09:00:00Z", "values": {f"{MAIL}.counted": 9}}
    with pytest.raises(Invalid, match="cannot be sent"):
        facts.submit(deal.ports, OPS, Batch(kind="software_stage", rows=[row]))


def test_a_gate_written_anew_is_asked_at_once(
    deal: Deal, rules: FolderRules, tmp_path: Path
) -> None:
    deal.add("d1", REPORT)
    deal.add("d2", MAIL, verdict="FAILED")
    renewed: dict[str, str] = {}
    assert stage_renewal.renew(deal.ports, renewed) == 0
    eased = pack("software").replace("it_mail.counted:", "it_mail.uploaded:")
    (tmp_path / "rules" / "software.yaml").write_text(eased, "utf-8")
    assert rules.refresh() is not None, rules.trouble
    assert stage_renewal.renew(deal.ports, renewed) == 4
    assert stage_renewal.renew(deal.ports, renewed) == 0
    assert deal.told()[-1] == f"{TECH} unlocked"
    with deal.records.read() as unit:
        stage = unit.stages.get(deal.id)
    assert stage is not None
    assert stage.state is StageState.OPEN


def _without_gate(text: str) -> str:
    return text.replace("    kind: gate\n", "    kind: gate\n    mode: shadow\n", 1)


UNFIT = {
    "a stage without a live gate": (_without_gate, "tech_eval"),
    "another name for the kind": (
        lambda text: text.replace("software_stage", "deals"),
        "software_stage",
    ),
    "a figure that the service fills in is gone": (
        lambda text: text.replace("          indeterminate:", "          unclear:"),
        "indeterminate",
    ),
}


@pytest.mark.parametrize(("edit", "said"), UNFIT.values(), ids=UNFIT.keys())
def test_files_that_leave_a_stage_without_an_answer_are_refused(
    deal: Deal, tmp_path: Path, edit: Any, said: str
) -> None:
    rules = deal.ports.rules
    (tmp_path / "rules" / "software.yaml").write_text(edit(pack("software")), "utf-8")
    assert rules.refresh() is None
    assert rules.trouble is not None
    assert said in rules.trouble.en
    assert deal.add("d1", REPORT).state is StageState.LOCKED
