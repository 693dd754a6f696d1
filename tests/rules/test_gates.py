"""What a gate answers: open, or locked with each missing item and the reason."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from rules import EngineError, FactError, NoGate, Text, executors, gates, load_rule_set, pack
from rules.executors.python import PythonExecutor
from tests.rules.files import OTHER_KIND, rule, rule_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rules.executors import Executor
    from rules.form import RuleSet
    from rules.gates import GateAnswer

SOFTWARE = load_rule_set(pack("software"), "software.yaml")


@pytest.fixture(scope="module", params=[PythonExecutor, executors.default])
def software(request: pytest.FixtureRequest) -> Iterator[Executor]:
    with request.param(SOFTWARE) as chosen:
        yield chosen


def ask(text: str, fact: Mapping[str, object]) -> GateAnswer:
    rule_set = load_rule_set(text, "a.yaml")
    with executors.default(rule_set) as chosen:
        return gates.evaluate(rule_set, chosen, fact)


ROWS = [
    pytest.param("tech_eval", {}, ["poc_report", "it_mail"], id="nothing is known"),
    pytest.param(
        "tech_eval", {"poc_report": 0, "it_mail": 0}, ["poc_report", "it_mail"], id="nothing counts"
    ),
    pytest.param("tech_eval", {"poc_report": 1}, ["it_mail"], id="the mail is missing"),
    pytest.param("tech_eval", {"it_mail": 4}, ["poc_report"], id="four mails are no report"),
    pytest.param("tech_eval", {"poc_report": 1, "it_mail": 1}, [], id="both are there"),
    pytest.param("cost", {"roi_sheet": 0}, ["roi_sheet"], id="no sheet counts"),
    pytest.param("cost", {"roi_sheet": 1}, [], id="the sheet counts"),
    pytest.param("compare", {"quotes": 2}, ["quotes"], id="two quotes of three"),
    pytest.param("compare", {"quotes": 3}, [], id="three quotes"),
    pytest.param("approval", {"cto_letter": 0}, ["cto_letter"], id="no letter"),
    pytest.param("approval", {"cto_letter": 1}, [], id="the letter"),
]


@pytest.mark.parametrize(("stage", "counted", "missing"), ROWS)
def test_a_stage_of_a_software_purchase(
    software: Executor, stage: str, counted: dict[str, int], missing: list[str]
) -> None:
    fact = {"stage": stage} | {f"{item}.counted": number for item, number in counted.items()}
    answer = gates.evaluate(SOFTWARE, software, fact)
    assert [item.item for item in answer.missing] == missing
    assert (answer.open, answer.state) == ((False, "待补全") if missing else (True, "open"))
    assert [gate.gate for gate in answer.gates] == [f"software.{stage}"]
    assert answer.version == SOFTWARE.version


def test_uploading_alone_opens_nothing(software: Executor) -> None:
    counts = {
        f"{item.name}.{name}": 9
        for kind in SOFTWARE.kinds
        for item in kind.items
        for name in ("uploaded", "pending", "passed", "failed", "indeterminate", "accepted")
    }
    for stage in ("tech_eval", "cost", "compare", "approval"):
        assert not gates.evaluate(SOFTWARE, software, {"stage": stage, **counts}).open


def test_what_is_missing_is_said_clause_by_clause(software: Executor) -> None:
    fact = {"stage": "compare", "quotes.uploaded": 3, "quotes.counted": 2}
    (item,) = gates.evaluate(SOFTWARE, software, fact).missing
    assert item.name == Text(zh="三家供应商报价单", en="Quotes of three suppliers")
    (clause,) = item.clauses
    assert (clause.field, clause.operator, clause.threshold, clause.value) == (
        "quotes.counted", ">=", "3", 2,
    )  # fmt: skip
    assert clause.sentence == Text(
        zh="供应商报价单·有效份数至少为 3，目前为 2。",
        en="Quotes of suppliers: valid copies must be at least 3 and is 2.",
    )


SENTENCES = [
    pytest.param('rate: ">= 80%"', {"rate": 0.255}, "达成率至少为 80%，目前为 25.5%。", id="ratio"),
    pytest.param('rate: "> 0.5"', {"rate": 0.1}, "达成率应大于 0.5，目前为 0.1。", id="above"),
    pytest.param('rate: "in [20%, 80%]"', {"rate": 0.1}, "达成率应在 20% 到 80% 之间，目前为 10%。",
                 id="within"),
    pytest.param('stock: "< 45"', {"stock": 45}, "库存天数应小于 45，目前为 45。", id="below"),
    pytest.param('stock: "<= 45"', {"stock": 46}, "库存天数最多为 45，目前为 46。", id="at most"),
    pytest.param('signed: "= yes"', {"signed": False}, "已签字应为“是”，目前为“否”。", id="flag"),
    pytest.param('signed: "= yes"', {}, "已签字应为“是”，目前没有数据。", id="nothing known"),
    pytest.param('note: "= 甲"', {"note": "乙"}, "备注应为“甲”，目前为“乙”。", id="text"),
    pytest.param('note: "!= 甲"', {"note": "甲"}, "备注不能是“甲”，目前为“甲”。", id="not"),
    pytest.param('region: "in [华北, 无]"', {}, "大区应为“华北”或“无”，目前为“华东”。", id="set"),
]  # fmt: skip


@pytest.mark.parametrize(("needs", "known", "sentence"), SENTENCES)
def test_the_sentence_says_what_is_asked_and_what_was_seen(
    needs: str, known: dict[str, object], sentence: str
) -> None:
    answer = ask(rule_file(rule(needs=f"all: {{{needs}}}")), {"region": "east"} | known)
    ((clause,),) = [item.clauses for item in answer.missing]
    assert clause.sentence.zh == sentence
    assert clause.sentence.en.endswith(".")


ANY = 'any: {visits: ">= 3", 已签字: "= yes"}'
ALL = 'all: {visits: ">= 3", 已签字: "= yes"}'
NEEDS = [
    pytest.param(ANY, {"visits": 3}, None, id="any: one of two is enough"),
    pytest.param(ANY, {"visits": 3, "signed": True}, None, id="any: both are enough"),
    pytest.param(ANY, {"visits": 2, "signed": False}, ["visits", "signed"], id="any: neither"),
    pytest.param(ANY, {}, ["visits", "signed"], id="any: silence"),
    pytest.param(ALL, {"visits": 3}, ["signed"], id="all: one of two"),
    pytest.param(ALL, {"visits": 3, "signed": True}, None, id="all: both"),
    pytest.param(ALL, {}, ["visits", "signed"], id="all: silence"),
]


@pytest.mark.parametrize(("needs", "known", "failed"), NEEDS)
def test_all_and_any(needs: str, known: dict[str, object], failed: list[str] | None) -> None:
    answer = ask(rule_file(rule(needs=needs)), {"region": "east"} | known)
    assert answer.open is (failed is None)
    found = [[clause.field for clause in item.clauses] for item in answer.missing]
    assert found == ([] if failed is None else [failed])


def test_every_gate_that_is_asked_has_its_say() -> None:
    text = rule_file(
        rule(id="a", needs='all: {visits: ">= 1"}'),
        rule(id="b", needs='all: {signed: "= yes"}', locked_as="待签字"),
        rule('region: "= north"', id="c"),
    )
    answer = ask(text, {"region": "east", "visits": 1, "signed": False})
    assert [(gate.gate, gate.state) for gate in answer.gates] == [("a", "open"), ("b", "待签字")]
    assert (answer.open, answer.state) == (False, "待签字")


NOT_ASKED = [
    pytest.param({}, id="a fact that says nothing"),
    pytest.param({"poc_report.counted": 1, "it_mail.counted": 1}, id="a fact without its stage"),
]


@pytest.mark.parametrize("fact", NOT_ASKED)
def test_no_gate_asked_is_an_error_and_never_open(
    software: Executor, fact: dict[str, object]
) -> None:
    with pytest.raises(NoGate) as raised:
        gates.evaluate(SOFTWARE, software, fact)
    assert "stage" in raised.value.message.zh


def test_a_wrong_fact_is_refused(software: Executor) -> None:
    with pytest.raises(FactError) as raised:
        gates.evaluate(SOFTWARE, software, {"stage": "tech_eva"})
    assert raised.value.field == "stage"
    assert raised.value.expected == "tech_eval, cost, compare, approval"


def test_the_kind_must_be_said_where_gates_look_at_several() -> None:
    text = rule_file(rule(), rule('甲: "> 0"', needs='all: {甲: "> 1"}', id="x", on="other"))
    text = text.replace("rules:", f"{OTHER_KIND}rules:")
    rule_set = load_rule_set(text, "a.yaml")
    with executors.default(rule_set) as chosen:
        with pytest.raises(FactError):
            gates.evaluate(rule_set, chosen, {"a": 1})
        assert not gates.evaluate(rule_set, chosen, {"a": 1}, kind="other").open
        assert gates.evaluate(rule_set, chosen, {"a": 2}, kind="other").open


def without(rule_set: RuleSet, *lost: str) -> PythonExecutor:
    """Give an executor that has lost rows, as a fault of an engine would look from outside."""
    (section,) = rule_set.sections
    rows = tuple(row for row in section.rows if row.id not in lost)
    return PythonExecutor(replace(rule_set, sections=(replace(section, rows=rows),)))


LOST = [
    pytest.param(("gate.one/unlock",), id="met but not unlocked"),
    pytest.param(("gate.one/met/i/visits",), id="unlocked but not met"),
]


@pytest.mark.parametrize("lost", LOST)
def test_an_executor_that_contradicts_itself_is_not_believed(lost: tuple[str, ...]) -> None:
    rule_set = load_rule_set(rule_file(), "a.yaml")
    with pytest.raises(EngineError), without(rule_set, *lost) as executor:
        gates.evaluate(rule_set, executor, {"region": "east", "visits": 1})


def test_an_executor_that_lost_a_gate_opens_nothing() -> None:
    rule_set = load_rule_set(rule_file(), "a.yaml")
    fact = {"region": "east", "visits": 1}
    with pytest.raises(NoGate), without(rule_set, "gate.one/asked") as executor:
        gates.evaluate(rule_set, executor, fact)
    with without(rule_set, "gate.one/unlock", "gate.one/met/i/visits") as executor:
        assert not gates.evaluate(rule_set, executor, fact).open


def test_an_executor_of_another_version_is_not_asked(software: Executor) -> None:
    other = load_rule_set(rule_file(), "a.yaml")
    with pytest.raises(EngineError):
        gates.evaluate(other, software, {"region": "east"})
