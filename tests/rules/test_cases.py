"""Case files: every shipped pack passes its own, and a wrong expectation shows."""

from __future__ import annotations

from dataclasses import asdict

import pytest

from rules import RuleFileError, UnknownPack, cases, load_rule_set, pack
from rules.language.case_file import check_cases
from tests.rules.files import found_at, rule, rule_file

RULE_SET = load_rule_set(
    rule_file(
        rule(needs='all: {visits: ">= 1"}'),
        rule('大区: "= 华北"', id="gate.two", needs='all: {rate: ">= 80%", 已签字: "= 是"}'),
    ),
    "a.yaml",
)
HEAD = "schema: countermark-cases/v1\ncases:\n"


def case(**other: str) -> str:
    """Give one right case as text; `other` replaces or adds a key, "" leaves it out."""
    keys = {
        "case": "一",
        "gate": "gate.one",
        "fact": "{大区: 华东, visits: 0}",
        "state": "待补全",
        "missing": "[i]",
    } | other
    lines = [f"{key}: {value}" for key, value in keys.items() if value]
    return "  - " + "\n    ".join(lines) + "\n"


def test_an_unknown_pack_names_those_there_are() -> None:
    with pytest.raises(UnknownPack, match="software"):
        pack("../software")


def test_results_are_what_the_contract_says() -> None:
    text = HEAD + case() + case(case="二", state="open", missing="")
    report = cases.run(RULE_SET, text, "a.cases.yaml")
    assert [asdict(result) for result in report.results] == [
        {
            "file": "a.cases.yaml",
            "case": "一",
            "passed": True,
            "expected": "gate.one: 待补全 (i)",
            "got": "gate.one: 待补全 (i)",
        },
        {
            "file": "a.cases.yaml",
            "case": "二",
            "passed": False,
            "expected": "gate.one: open",
            "got": "gate.one: 待补全 (i)",
        },
    ]
    summary = asdict(report.summary)
    assert {name: summary[name] for name in ("cases", "passed", "failed")} == {
        "cases": 2,
        "passed": 1,
        "failed": 1,
    }


def test_coverage_counts_each_gate_open_and_locked_each_item_missing_and_each_clause() -> None:
    text = HEAD + case() + case(case="二", fact="{大区: 华东, visits: 1}", state="open", missing="")
    summary = cases.run(RULE_SET, text, "a.cases.yaml").summary
    assert summary.coverage == 7 / 16
    assert summary.uncovered == (
        "gate.one/when/region = 华东/false",
        "gate.two/open",
        "gate.two/locked",
        "gate.two/missing/i",
        "gate.two/when/region = 华北/true",
        "gate.two/require/i/rate >= 80%/true",
        "gate.two/require/i/rate >= 80%/false",
        "gate.two/require/i/signed = 是/true",
        "gate.two/require/i/signed = 是/false",
    )


GOT = [
    pytest.param("{大区: 华北}", "gate.one: not asked", id="another gate was asked"),
    pytest.param("{大区: 无}", "No gate is asked by this fact (region = 'no'), so it is not open. "
                 "Look at `when:` of the rules.", id="no gate was asked"),
    pytest.param("{rate: 3, 大区: 华东}", "week: field rate is 3.0, expected [0, 2]. "
                 "Correct it and send the fact again.", id="the fact is refused"),
]  # fmt: skip


@pytest.mark.parametrize(("fact", "got"), GOT)
def test_a_case_without_an_answer_fails_and_says_why(fact: str, got: str) -> None:
    (result,) = cases.run(RULE_SET, HEAD + case(fact=fact), "a.cases.yaml").results
    assert (result.passed, result.got) == (False, got)


def test_values_are_read_as_the_fields_declare_them() -> None:
    text = HEAD + case(
        gate="gate.two",
        fact='{region: North, 达成率: 80%, 已签字: 是, note: "12", visits: ３}',
        state="open",
        missing="",
    )
    (result,) = cases.run(RULE_SET, text, "a.cases.yaml").results
    assert result.passed, result.got


REFUSED = {
    "empty file": ("▲", "EMPTY"),
    "no cases": ("▲schema: countermark-cases/v1\n", "MISSING_KEY"),
    "schema of rules": (HEAD.replace("countermark-cases", "▲countermark") + case(), "UNKNOWN_WORD"),
    "unknown key": (HEAD + case(**{"▲stat": "open"}), "UNKNOWN_KEY"),
    "name twice": (HEAD + case() + case(case="▲一"), "DUPLICATE_CASE"),
    "unknown gate": (HEAD + case(gate="▲gate.on"), "UNKNOWN_WORD"),
    "state that the gate never has": (HEAD + case(state="▲待签字"), "UNKNOWN_WORD"),
    "unknown item": (HEAD + case(missing="[i, ▲j]"), "UNKNOWN_WORD"),
    "locked with nothing missing": (HEAD + case(state="▲待补全", missing=""), "STATE"),
    "open with something missing": (HEAD + case(state="▲open"), "STATE"),
    "unknown field": (HEAD + case(fact="{▲大曲: 华东}"), "UNKNOWN_FIELD"),
    "field twice": (HEAD + case(fact="{大区: 华东, ▲region: east}"), "DUPLICATE_FIELD"),
    "unknown word": (HEAD + case(fact="{大区: ▲华冬}"), "VALUE"),
    "word for a number": (HEAD + case(fact="{visits: ▲many}"), "NUMBER"),
    "off for a flag": (HEAD + case(fact="{已签字: ▲off}"), "VALUE"),
    "list for a value": (HEAD + case(fact="{visits: ▲[1]}"), "SHAPE"),
    "anchor": (HEAD + case(fact="▲&a {visits: 1}"), "ANCHOR"),
}


@pytest.mark.parametrize("row", REFUSED.values(), ids=REFUSED)
def test_a_case_file_is_refused_in_its_place(row: tuple[str, str]) -> None:
    text, line, column = found_at(row[0])
    found = [(one.code, one.line, one.column) for one in check_cases(RULE_SET, text, "a")]
    assert found == [(row[1], line, column)]
    with pytest.raises(RuleFileError):
        cases.run(RULE_SET, text, "a")
