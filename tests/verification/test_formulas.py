"""Formulas give what Excel gives, or say what is not worked out."""

# ruff: noqa: E501 - a row of a table stays one line

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from verification.formulas import evaluator
from verification.formulas.evaluator import CIRCULAR, Evaluator
from verification.formulas.grid import Formula, Grid, Result
from verification.formulas.parser import TooDeep, parse
from verification.formulas.values import Fault, NotComputed, Scalar

COLUMNS: dict[str, list[Scalar]] = {
    "A": [1.0, 2.0, "x", True, None, "7"],
    "B": [-100.0, 60.0, 60.0, None, 5.0, 6.0],
    "C": [0.0, 10.0, 20.0, 30.0],
    "D": ["low", "mid", "high", "top"],
    "E": [Fault("#DIV/0!"), 46_000.0],
}
CELLS = {(row, "ABCDE".index(column)): value
         for column, values in COLUMNS.items() for row, value in enumerate(values)}  # fmt: skip


def evaluate(text: str, *, at: tuple[int, int] = (0, 9), array: bool = False) -> Result:
    box = (*at, *at) if array else None
    grid = Grid(
        sheets={"s": 0, "a b": 0},
        constants=[CELLS],
        formulas={(0, *at): Formula(text, at, box)},
        names={("RATE", None): "s!$C$2", ("MOVING", None): "s!C2"},
    )
    return Evaluator(grid).run()[0, *at]


VALUES = [
    ("-2^2", 4.0), ("2^3^2", 64.0), ("2^-1", 0.5), ("-5%", -0.05), ("50%%", 0.005), ("1+2*3", 7.0),
    ('1+2&"a"', "3a"), ("1+1=2", True), ("1<2=TRUE", True), ('"a"="A"', True), ("0.1+0.2=0.3", True),
    ('"5"+1', 6.0), ('"x"+1', Fault("#VALUE!")), ("TRUE+1", 2.0), ("A5+1", 1.0), ('A5=""', True),
    ("A5=0", True), ('2<"1"', True), ('"z"<TRUE', True), ("1/0", Fault("#DIV/0!")), ("E1+1", Fault("#DIV/0!")),
    ("0^0", Fault("#NUM!")), ("SUM(A1:A6)", 3.0), ('SUM("5",1,TRUE)', 7.0), ("SUM(A:A)", 3.0),
    ("SUM(E1:E2)", Fault("#DIV/0!")), ("AVERAGE(A1:A6)", 1.5), ("AVERAGE(A5)", Fault("#DIV/0!")),
    ("MIN(A3:A4)", 0.0), ("MAX(C1:C4)", 30.0), ("COUNT(A1:A6)", 2.0), ("COUNTA(A1:A6)", 5.0),
    ("COUNTBLANK(A1:A10)", 5.0), ("IF(A1>0,,5)", 0.0), ("IF(A5,1)", False), ("IF(TRUE,1,1/0)", 1.0),
    ("IFERROR(1/0,7)", 7.0), ("IFERROR(E1,7)", 7.0), ("_xlfn.IFNA(NA(),3)", 3.0), ("AND(A1,A4)", True),
    ("OR(FALSE,0)", False), ("NOT(0)", True), ("ROUND(2.675,2)", 2.68), ("ROUND(-2.5,0)", -3.0),
    ("ROUND(1234,-2)", 1200.0), ("ROUNDUP(1.01,1)", 1.1), ("ROUNDDOWN(-1.99,1)", -1.9), ("INT(-1.5)", -2.0),
    ("MOD(-3,2)", 1.0), ("MOD(3,0)", Fault("#DIV/0!")), ("ABS(-3)", 3.0), ("POWER(2,10)", 1024.0),
    ("SQRT(-1)", Fault("#NUM!")), ("VLOOKUP(15,C1:D4,2)", "mid"), ("VLOOKUP(15,C1:D4,2,FALSE)", Fault("#N/A")),
    ("VLOOKUP(-1,C1:D4,2)", Fault("#N/A")), ("VLOOKUP(20,C1:D4,3,0)", Fault("#REF!")),
    ('INDEX(C1:C4,MATCH("h*",D1:D4,0))', 20.0), ("MATCH(25,C1:C4)", 3.0), ("INDEX(B1:C3,2,2)", 10.0),
    ("SUM(INDEX(A1:A6,3))", 0.0), ("SUM(INDEX(A1:A6,6))", 0.0), ("SUM(INDEX(A1:A6,4),1)", 1.0), ("INDEX(A1:A6,6)+1", 8.0),
    ('INDEX(A1:A6,5)&"a"', "a"), ("COUNT(INDEX(A1:A6,6))", 0.0), ("SUM(INDEX({1,2},1,2))", 2.0),
    ("SUM(INDEX(B1:C3,0,2))", 30.0), ("HLOOKUP(-100,B1:C2,2,0)", 60.0), ('SUMIF(C1:C4,">=20")', 50.0),
    ('SUMIF(D1:D4,"mid",C1:C4)', 10.0), ('SUMIFS(C1:C4,C1:C4,">0",D1:D4,"<>top")', 30.0),
    ('COUNTIF(D1:D4,"*i*")', 2.0), ("COUNTIF(B1:B6,60)", 2.0), ("SUMPRODUCT(B2:B3,C2:C3)", 1800.0),
    ("SUMPRODUCT((C1:C4>5)*C1:C4)", 60.0), ("SUMPRODUCT(B1:B2,C1:C3)", Fault("#VALUE!")),
    ("DATE(2026,14,1)", 46419.0), ("YEAR(E2)", 2025.0), ("MONTH(E2)", 12.0), ("DAY(EOMONTH(E2,2))", 28.0),
    ("PMT(0,10,100)", -10.0), ("PV(0,10,-10)", 100.0), ("FV(0.1,2,0,-100)", 121.0), ("C2*2", 20.0),
    ("s!C2", 10.0), ("'a b'!$C$2", 10.0), ("rate*2", 20.0),
    ("gone!A1", Fault("#REF!")), ("A1:A6*2", 2.0), ("SUM({1,2;3,-4})", 2.0), ("1e3", 1000.0), ("+-+1", -1.0),
    ('OR(D2={"low","mid"})', True), ('OR(D3={"low","mid"})', False), ("SUM({1,2,3}*2)", 12.0), ('MAX(LEN({"a","bbb"}))', 3.0),
    ('VLOOKUP("mid",IF({1,0},D1:D4,C1:C4),2,0)', 10.0), ("SUM(C2*{1,2})", 30.0), ("SUMPRODUCT(C1:C3*{1;2;3})", 80.0),
    ('SUM(IF(D2={"low","mid"},{1,2}))', 2.0), ('SUM(--(D2={"low","mid"}))', 1.0), ('ROUND(-0.4,0)&""', "0"),
    ('(0*-1)&""', "0"), ("INDEX(C1:C4,0)", 0.0), ("SUM(INDEX(B1:C3,2,0))", 70.0), ("0.5-0.4-0.1", 0.0), ("IF(A2-A1-1=0,1,2)", 1.0),
    ("IFERROR(10^400,5)", 5.0), ("IFERROR(SUM(1E308,1E308),3)", 3.0), ("ISERROR(EXP(1000))", True), ("1/(1E308*10)", Fault("#NUM!")),
    ("IF(1E308*10>1,1,2)", Fault("#NUM!")), ("IFERROR(EDATE(E2,1E9),3)", 3.0), ("IFERROR(PMT(1,5000,1),2)", 2.0),
    ("SUM(INDEX(B1:C3,-1,1))", Fault("#VALUE!")), ("SUM(INDEX(B1:C3,0,-1))", Fault("#VALUE!")), ("SUM(10^400*{1,2})", Fault("#NUM!")),
    ("MATCH(A5,B1:B6,0)", Fault("#N/A")), ('IFERROR(VLOOKUP(A5,D1:D4,1,0),"")', ""),
    ('SUMIFS(C1:C4,D1:D3,"mid")', Fault("#VALUE!")), ('AVERAGEIFS(C1:D4,D1:D4,"mid")', Fault("#VALUE!")),
    ('MATCH(1,INDEX((D1:D4="mid")*(C1:C4=10),0),0)', 2.0), ("SUM(INDEX(C1:C4*2,0))", 120.0), ("INDEX(C1:C4*2,3)", 40.0),
    ("MATCH(25,{40,30,20},-1)", 2.0), ('COUNTIF(D1:D4,"~~")', 0.0), ("NPV(0,A5:A6,5)", 5.0), ("NPV(0.1,A4,A4+1)", 2 / 1.1),
    ('VLOOKUP("7",A1:B6,2,0)', 6.0), ("VLOOKUP(7,A1:B6,2,0)", Fault("#N/A")), ("VLOOKUP(15,C1:D4,2,)", Fault("#N/A")),
]  # fmt: skip


@pytest.mark.parametrize(("text", "value"), VALUES, ids=[text for text, _ in VALUES])
def test_a_formula_gives_what_excel_gives(text: str, value: Scalar) -> None:
    came = evaluate(text)
    assert came.reason is None
    if isinstance(value, float) and isinstance(came.value, float):
        assert math.isclose(came.value, value, rel_tol=1e-12, abs_tol=1e-15)
    else:
        assert (type(came.value), came.value) == (type(value), value)


REFUSED = {
    'LEFT("😀a",1)': "a sign that counts as two",
    'UPPER("ß")': "a letter that becomes two",
    "TODAY()": "TODAY", "RAND()+1": "RAND", "[1]S!A1": "external reference",
    "'[x.xlsx]S'!A1": "external reference", "T[Price]": "structured reference",
    "OFFSET(A1,1,1)": "OFFSET", "SUM(": "notation", "A1 A2": "notation", "S1:S2!A1": "notation",
    "moving": "a name that moves with the cell", "IRR(B1:B1)*INDIRECT(A1)": "INDIRECT",
    'SUM("2026-01-01")': "a text in place of a number", "MATCH(5,B2:B6)": None,
    "INT(4.1*100)": None, "MOD(1,0.1)": None, "SUM(A1:A3": "notation", "A1#": "notation",
    'SUM(SUMIF(D1:D4,{"low","mid"},C1:C4))': "an array where one value is asked for",
    "SUMPRODUCT(SUMIF(D1:D4,D1:D2,C1:C4))": "an array where one value is asked for",
    "SUM(VLOOKUP(20,C1:D4,{1,2},0))": "an array where one value is asked for",
    "SUM(CHOOSE({1,2},A1:A2,B1:B2))": "an array where one value is asked for",
    "{1,2,3}": "an array outside an array formula", "SUM(C1:C3*{1;2;3})": "an array beside cells",
    "SUMPRODUCT(IF(C1:C4>5,1,0))": "IF of cells outside an array formula",
    "SUMPRODUCT(EDATE(C1:C4+45000,1))": "EDATE of an array",
    'IF(0.5-0.4-0.1=0,"a","b")': "a sum at the border of nothing", "1/(0.5-0.4-0.1)": "a sum at the border of nothing",
    "(0.1*3-0.3)*1E12": "a sum at the border of nothing", "NPV(IRR(B1:B3),B1:B3)": "a sum at the border of nothing",
    "MATCH(0.1*3,{0.3},0)": "numbers alike to 15 digits", "MATCH(0.1*3,{0.1,0.3,0.5})": "numbers alike to 15 digits",
    "COUNTIF(C1:C4,10.000000000000002)": "numbers alike to 15 digits",
    '"a-b"<"ab"': "the order of texts", '"{"<"a"': "the order of texts", '1/30000&""': "a very large or small number as text",
    '"５"+1': "a text in place of a number", "(-8)^(1/3)": "an odd root of a negative number",
    "PMT(-1.5,3,100)": "a rate of -100 % or less", "nothing": "a name that is not defined",
    "MATCH(A5,C1:C4,0)": "a search for a blank", "VLOOKUP(A5,C1:D4,2)": "a search for a blank",
    "INDEX(B1:C3,2)": "INDEX of 2 arguments", 'COUNTIF(D1:D4,"~m")': "a text with many wildcards",
    'COUNTIF(C1:C4,">")': "the order of texts", "MATCH(25,{30,30,20},-1)": "a falling search among equals",
    "NPV(0.1,A5:A5)": "NPV of no flows", "INDEX(IF(C1:C4>5,1,0),2)": "IF of cells outside an array formula",
    "_xlfn.LET(_xlpm.x,1,_xlpm.x+1)": "LET", "_xlfn.LAMBDA(_xlpm.x,1)(2)": "notation", "_xlfn.ANCHORARRAY(A1)": "ANCHORARRAY",
}  # fmt: skip


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_not_worked_out_has_a_reason_and_no_value(text: str) -> None:
    came = evaluate(text)
    if text == "IRR(B1:B1)*INDIRECT(A1)":  # the first operand is an error already
        assert came.value == Fault("#NUM!")
        return
    assert came.reason is not None
    assert REFUSED[text] in {came.reason, None}


def test_money_is_what_its_definition_says() -> None:
    npv = evaluate("NPV(0.1,B2:B3)").value
    assert npv == pytest.approx(60 / 1.1 + 60 / 1.21, rel=1e-12)
    rate = evaluate("IRR(B1:B3)")
    assert isinstance(rate.value, float)
    assert -100 + 60 / (1 + rate.value) + 60 / (1 + rate.value) ** 2 == pytest.approx(0, abs=1e-9)
    assert rate.approximate
    assert evaluate("PMT(0.05/12,60,10000)").value == pytest.approx(-188.712336, abs=1e-6)


def test_an_array_formula_takes_whole_areas_and_a_plain_one_its_own_row() -> None:
    assert evaluate("SUM(C1:C4*2)", array=True).value == 120.0
    assert evaluate("SUM(C1:C4*2)", at=(2, 9)).value == 40.0
    assert evaluate("SUM(IF(C1:C4>5,1,0))", array=True).value == 3.0


def test_ten_thousand_cells_that_follow_one_another() -> None:
    formulas = {(0, row, 0): Formula(f"A{row}+1", (row, 0)) for row in range(10_000, 0, -1)}
    grid = Grid(sheets={"s": 0}, constants=[{(0, 0): 1.0}], formulas=formulas)
    assert Evaluator(grid).run()[0, 10_000, 0].value == 10_001.0


def test_what_a_program_saved_of_a_sum_near_nothing_is_read_on() -> None:
    """Whether 0.1 + 0.2 - 0.3 is nothing is seen in the cell that was saved."""
    texts = {0: "SUM(0.1,0.2,-0.3)", 1: "IF(A1=0,1,2)", 2: "IRR(B1:B3)", 3: "NPV(A3,B2:B3)+B1"}
    formulas = {(0, row, 0): Formula(text, (row, 0)) for row, text in texts.items()}
    flows: list[dict[tuple[int, int], Scalar]] = [{(0, 1): -100.0, (1, 1): 60.0, (2, 1): 60.0}]
    for first, second in ((0.0, 1.0), (5.6e-17, 2.0), (9.0, 2.0)):
        saved = {(0, 0, 0): first, (0, 2, 0): 0.130662386}
        came = Evaluator(
            Grid(sheets={"s": 0}, constants=flows, formulas=formulas, saved=saved)
        ).run()
        assert came[0, 0, 0].value == pytest.approx(first if first < 1 else 0.0, abs=1e-15)
        assert came[0, 1, 0].value == second
        assert came[0, 3, 0].value == pytest.approx(60 / 1.130662386 + 60 / 1.130662386**2 - 100)


def test_cells_that_are_summed_in_two_ways_count_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluator, "MOST_READS", 100)
    tenths: list[dict[tuple[int, int], Scalar]] = [{(row, 0): 0.1 for row in range(60)}]
    grid = Grid(
        sheets={"s": 0}, constants=tenths, formulas={(0, 0, 1): Formula("SUM(A:A)", (0, 1))}
    )
    assert Evaluator(grid).run()[0, 0, 1].value == pytest.approx(6.0, rel=1e-14)


def test_circles_are_found_and_what_stands_beside_them_is_worked_out() -> None:
    texts = {0: "A2", 1: "A3+1", 2: "A1", 3: "A1+1", 4: "1+1", 5: "A6", 6: "SUM(A1:A7)"}
    formulas = {(0, row, 0): Formula(text, (row, 0)) for row, text in texts.items()}
    came = Evaluator(Grid(sheets={"s": 0}, constants=[{}], formulas=formulas)).run()
    assert {row for (_, row, _), one in came.items() if one.reason == CIRCULAR} == {
        0,
        1,
        2,
        3,
        5,
        6,
    }
    assert came[0, 4, 0].value == 2.0


def test_a_filled_formula_moves_with_its_cell() -> None:
    formulas = {(0, row, 1): Formula("A1*$A$1", (0, 1)) for row in range(3)}
    constants: list[dict[tuple[int, int], Scalar]] = [{(r, 0): float(r + 2) for r in range(3)}]
    came = Evaluator(Grid(sheets={"s": 0}, constants=constants, formulas=formulas)).run()
    assert [came[0, row, 1].value for row in range(3)] == [4.0, 6.0, 8.0]


def test_nesting_beyond_excels_is_refused_and_long_chains_are_not() -> None:
    with pytest.raises(TooDeep):
        parse("(" * 70 + "1" + ")" * 70)
    assert evaluate("1" + "+1" * 4_000).value == 4001.0


_TOKENS = st.sampled_from(
    [
        *"+-*/^&=<>%(),;{}:!$#\"' ",
        "A1",
        "B2:C3",
        "SUM(",
        "IF(",
        "1",
        "2.5",
        '"a"',
        "#N/A",
        "'x'!",
        "é",
        "_",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(_TOKENS, max_size=30).map("".join) | st.text(max_size=30))
def test_any_text_is_a_value_or_a_reason(text: str) -> None:
    try:
        came = evaluate(text)
    except TooDeep:
        return
    assert came.reason is None or came.value is None


_SUMS = st.recursive(
    st.integers(-50, 50).map(lambda n: f"({n})"),
    lambda inner: st.tuples(inner, st.sampled_from("+-*"), inner).map(
        lambda parts: f"({parts[0]}{parts[1]}{parts[2]})"
    ),
    max_leaves=12,
)


@settings(max_examples=200, deadline=None)
@given(_SUMS)
def test_sums_in_brackets_are_python_s(text: str) -> None:
    assert evaluate(text).value == float(eval(text))  # noqa: S307 - digits and signs of our own


def test_an_unclosed_array_is_refused() -> None:
    with pytest.raises(NotComputed):
        parse("{1,2")
