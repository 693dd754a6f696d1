"""Lines that look back in time: how they read, which feature they become, what is refused."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.conditions import Aggregate, Clause, Operator
from rules.facts import Choice, Field, FieldType, Period, Window
from rules.language.numbers import Trouble
from rules.language.timed import read_line
from rules.text import Text

RATE = Field(
    name="rate",
    type=FieldType.NUMBER,
    label=Text(zh="达成率", en="Rate"),
    minimum=0,
    maximum=5,
    unit="ratio",
)
DAYS = Field(
    name="stock",
    type=FieldType.NUMBER,
    label=Text(zh="库存天数", en="Stock"),
    minimum=0,
    maximum=400,
    unit="days",
)
FIELDS = {
    "rate": RATE,
    "stock": DAYS,
    "visits": Field(
        name="visits", type=FieldType.COUNT, label=Text(zh="次数", en="Visits"), minimum=0
    ),
    "signed": Field(name="signed", type=FieldType.FLAG, label=Text(zh="已签", en="Signed")),
    "note": Field(name="note", type=FieldType.TEXT, label=Text(zh="备注", en="Note")),
    "seen": Field(name="seen", type=FieldType.TIME, label=Text(zh="上次拜访", en="Last visit")),
    "region": Field(
        name="region",
        type=FieldType.CHOICE,
        label=Text(zh="大区", en="Region"),
        choices=(
            Choice(word="east", label=Text(zh="华东", en="East")),
            Choice(word="north", label=Text(zh="华北", en="North for 2 weeks")),
        ),
    ),
}
DAY, WEEK, MONTH, MOMENT, NONE = (
    Period.DAY,
    Period.WEEK,
    Period.MONTH,
    Period.MOMENT,
    Period.NONE,
)

#: Field, period, spellings of one line, id of the feature, comparison.
SAME = {
    "a run": (
        "rate",
        WEEK,
        (
            "< 80% for 2 weeks", "< 80% for 2 consecutive weeks", "连续 2 周 < 80%",
            "< 80% 连续 2 周", "连续两周＜８０％", "<80% for 2w", "＜ 80 ％ FOR 2 Weeks",
        ),
        "rate#run[2 week <0.8]",
        (">=", 2.0),
    ),
    "a run of days over weeks": (
        "visits", DAY, ("= 0 for 1 week", "= 0 for 7 days", "连续 7 天 = 0", "连续 1 周 = 0"),
        "visits#run[7 day =0]", (">=", 7.0),
    ),
    "a run of a flag": (
        "signed", DAY, ("= yes for 3 days", "连续 3 天 = 是"), "signed#run[3 day =1]", (">=", 3.0),
    ),
    "a run within an interval": (
        "rate", WEEK, ("in [20%, 80%] for 2 weeks", "连续 2 周 in [0.2、0.8]"),
        "rate#run[2 week in 0.2,0.8]", (">=", 2.0),
    ),
    "a mean": (
        "rate", WEEK, ("mean of 4 weeks < 85%", "4 周均值 < 85%", "４周均值＜８５％"),
        "rate#mean[4 week]", ("<", 0.85),
    ),
    "a sum": (
        "visits", DAY, ("sum of 7 days >= 20", "sum of 1 week >= 20", "7 天合计 >= 20",
                        "7日合计≥20"),
        "visits#sum[7 day]", (">=", 20.0),
    ),
    "the least": (
        "rate", MONTH, ("min of 3 months > 50%", "3 个月最小 > 50%", "3 月最小值 > 50%"),
        "rate#min[3 month]", (">", 0.5),
    ),
    "the most": ("rate", WEEK, ("max of 4 weeks <= 50%", "4 周最大 <= 50%"),
                 "rate#max[4 week]", ("<=", 0.5)),
    "a change": (
        "rate", WEEK, ("change over 1 week <= -10%", "较 1 周前变化 <= -10%", "较1周前的变化≤-10%"),
        "rate#change[1 week]", ("<=", -0.1),
    ),
    "its own baseline": (
        "stock", WEEK, ("< 80% of mean of 8 weeks", "< 8 周均值的 80%"),
        "stock#relative[8 week]", ("<", 0.8),
    ),
    "changed": ("note", WEEK, ("changed within 3d", "3 天内有变化", "changed within 72 hours"),
                "note#unchanged[3 day]", ("<=", 72.0)),
    "not changed": ("rate", DAY, ("not changed within 36h", "36 小时内无变化"),
                    "rate#unchanged[36 hour]", (">", 36.0)),
    "older": ("seen", NONE, ("older than 30d", "早于 30 天", "早于 30 天前"),
              "seen#age", (">", 720.0)),
    "newer": ("seen", MOMENT, ("newer than 2h", "近 2 小时", "最近 2 小时内", "newer than 120 min"),
              "seen#age", ("<=", 2.0)),
    "a sum over moments": (
        "visits", MOMENT, ("sum of 90 min > 3", "90 分钟合计 > 3"),
        "visits#sum[90 minute]", (">", 3.0),
    ),
}  # fmt: skip

REFUSED = {
    "days of a weekly kind": ("rate", WEEK, "sum of 7 days >= 1", "WINDOW", None),
    "months of a daily kind": ("rate", DAY, "mean of 2 months >= 1", "WINDOW", None),
    "a window over snapshots": ("rate", NONE, "mean of 4 weeks < 1", "WINDOW", None),
    "a run over snapshots": ("rate", NONE, "< 80% for 2 weeks", "WINDOW", None),
    "a change of a snapshot": ("note", NONE, "changed within 3d", "WINDOW", None),
    "a run of moments": ("visits", MOMENT, "> 3 for 2 days", "WINDOW", None),
    "a change of moments": ("visits", MOMENT, "change over 1 day > 3", "WINDOW", None),
    "no length": ("rate", WEEK, "mean of 0 weeks < 1", "WINDOW", None),
    "a length without end": ("rate", WEEK, "mean of 401 weeks < 1", "WINDOW", None),
    "a length of nine thousand digits": ("rate", WEEK, f"< 1 for {'9' * 9000} weeks",
                                         "WINDOW", None),
    "an unknown unit": ("rate", WEEK, "mean of 4 wek < 85%", "DURATION", "week"),
    "months as a duration": ("seen", WEEK, "older than 2 months", "DURATION", None),
    "another word for mean": ("rate", WEEK, "average of 4 weeks < 85%", "COMPARISON",
                              "mean of 4 weeks < 85%"),
    "the mean of a flag": ("signed", WEEK, "mean of 4 weeks < 1", "COMPARISON", None),
    "the age of a number": ("rate", WEEK, "older than 3d", "COMPARISON", None),
    "a time itself": ("seen", WEEK, "> 3", "COMPARISON", None),
    "a time and a word": ("seen", WEEK, "= today", "COMPARISON", None),
    "a run of a run": ("rate", WEEK, "< 80% for 2 weeks for 3 weeks", "NUMBER", None),
    "a run of a mean": ("rate", WEEK, "mean of 4 weeks < 85% for 2 weeks", "NUMBER", None),
    "a mean above the range": ("rate", WEEK, "mean of 4 weeks > 600%", "NEVER", None),
    "a sum that is always there": ("visits", DAY, "sum of 7 days >= 0", "ALWAYS", None),
    "a sum above the range": ("rate", WEEK, "sum of 2 weeks > 10", "NEVER", None),
    "a change beyond the range": ("rate", WEEK, "change over 1 week > 500%", "NEVER", None),
    "a negative share": ("rate", WEEK, "< -10% of mean of 8 weeks", "NEVER", None),
    "a run of what never holds": ("rate", WEEK, "> 600% for 2 weeks", "NEVER", None),
    "percent of days": ("stock", WEEK, "> 45%", "UNIT", "45"),
    "percent of a mean of days": ("stock", WEEK, "mean of 2 weeks > 45%", "UNIT", "45"),
    "a threshold out of range": ("stock", WEEK, "> 4500", "NEVER", None),
}  # fmt: skip


@pytest.mark.parametrize("row", SAME.values(), ids=SAME)
def test_every_spelling_of_a_line_is_the_same_clause(
    row: tuple[str, Period, tuple[str, ...], str, tuple[str, float]],
) -> None:
    field, period, spellings, feature, compared = row
    clauses = [read_line(text, FIELDS[field], period) for text in spellings]
    for clause in clauses:
        assert isinstance(clause, Clause), clause
        assert clause.feature is not None
        assert (clause.field.name, clause.feature.id) == (feature, feature)
        assert (clause.operator.value, clause.operands) == (compared[0], (compared[1],))
    assert len({clause.feature for clause in clauses if isinstance(clause, Clause)}) == 1


@pytest.mark.parametrize("row", REFUSED.values(), ids=REFUSED)
def test_is_refused(row: tuple[str, Period, str, str, str | None]) -> None:
    field, period, text, code, suggestion = row
    trouble = read_line(text, FIELDS[field], period)
    assert isinstance(trouble, Trouble), trouble
    assert (trouble.code, trouble.suggestion) == (code, suggestion)
    assert trouble.message.zh
    assert trouble.message.en


def test_a_run_asks_its_test_of_the_field_itself() -> None:
    clause = read_line("连续 2 周 < 80%", RATE, WEEK)
    assert isinstance(clause, Clause)
    assert clause.feature is not None
    test = clause.feature.test
    assert test == Clause(field=RATE, operator=Operator.BELOW, operands=(0.8,), threshold="80%")
    assert clause.feature.aggregate is Aggregate.RUN
    assert clause.feature.window == Window(length=2, unit=WEEK)
    assert (clause.field.type, clause.threshold) == (FieldType.COUNT, "2")


def test_labels_say_what_is_computed() -> None:
    clause = read_line("4 周均值 < 85%", RATE, WEEK)
    assert isinstance(clause, Clause)
    assert clause.field.label == Text(zh="达成率 4 周均值", en="Rate, mean of 4 weeks")


LIKE_A_LINE = {
    "a label that looks like a run": ("region", "= North for 2 weeks", ("north",)),
    "text that looks like a run": ("note", "= x for 2 weeks", ("x for 2 weeks",)),
}


@pytest.mark.parametrize("row", LIKE_A_LINE.values(), ids=LIKE_A_LINE)
def test_a_word_that_looks_like_a_line_over_time_is_a_word(
    row: tuple[str, str, tuple[str, ...]],
) -> None:
    clause = read_line(row[1], FIELDS[row[0]], WEEK)
    assert isinstance(clause, Clause)
    assert (clause.operands, clause.feature) == (row[2], None)


@settings(max_examples=300, deadline=None)
@given(
    field=st.sampled_from(sorted(FIELDS)),
    period=st.sampled_from(tuple(Period)),
    start=st.sampled_from(
        ["", "mean of ", "连续 ", "changed within ", "older than ", "较 ", "< 1 for "]
    ),
    text=st.text("0123456789周天 dwh<>=%均值的合计mean of", max_size=25),
)
def test_any_line_is_a_clause_or_refused_in_words(
    *, field: str, period: Period, start: str, text: str
) -> None:
    read = read_line(start + text, FIELDS[field], period)
    assert isinstance(read, Clause) or (read.message.zh and read.expected)
