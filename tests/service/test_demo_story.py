"""The story is told in one language, counts what is there, and names what is wrong in words."""

from __future__ import annotations

from datetime import UTC, datetime
from io import StringIO
from typing import Any, Literal

import pytest
from rich.console import Console

from service.demo import story
from service.demo.company import Company, plan
from service.demo.deliverables import PATH, DocumentPlan
from service.demo.load import Answered, why
from service.demo.story import say_missing
from service.demo.words import Speech
from service.paths import load
from verification.values import Status, Text

ZH, EN = Speech("zh"), Speech("en")
COMPANY = plan(7, datetime(2026, 11, 24, 3, 0, tzinfo=UTC))
MISMATCH = {"zh": "文件内容是 docx，不是 pdf。", "en": "The content is docx, not pdf."}


def clause(value: float | None, threshold: str = "3", field: str = "quotes.counted") -> Any:
    sentence = {"zh": "整句中文。", "en": "A whole sentence."}
    return {
        "field": field,
        "operator": ">=",
        "threshold": threshold,
        "value": value,
        "sentence": sentence,
    }


def because(name: str, cause: str | None, verdict: str | None = "FAILED") -> Any:
    state = "judged" if verdict else "pending"
    return {"name": name, "state": state, "verdict": verdict, "sub_indication": cause}


def missing(clauses: list[Any], *files: Any) -> Any:
    return {
        "item": "quotes",
        "name": {"zh": "报价单", "en": "Quotes"},
        "clauses": clauses,
        "because": list(files),
    }


@pytest.mark.parametrize(
    ("item", "zh", "en"),
    [
        pytest.param(
            missing([clause(2)]),
            "报价单（已有 2 份，还差 1 份）",
            "Quotes (2 of 3)",
            id="two good quotes of three are two",
        ),
        pytest.param(
            missing([clause(None)]),
            "报价单（已有 0 份，还差 3 份）",
            "Quotes (0 of 3)",
            id="none of three",
        ),
        pytest.param(
            missing([clause(0, "1")]),
            "报价单（未上传）",
            "Quotes (not uploaded)",
            id="one, not there",
        ),
        pytest.param(
            missing([clause(0, "1")], because("a.pdf", "TYPE_MISMATCH")),
            "报价单（不计入：a.pdf：与文件名不符 [TYPE_MISMATCH]）",
            "Quotes (not counted: a.pdf: Not what its name says [TYPE_MISMATCH])",
            id="one, and the file that is there is bad",
        ),
        pytest.param(
            missing([clause(1)], because("a.pdf", None), because("b.pdf", None, None)),
            "报价单（已有 1 份，还差 2 份，不计入：a.pdf：未通过 [FAILED]、b.pdf：正在核验）",
            "Quotes (1 of 3; not counted: a.pdf: Failed [FAILED], b.pdf: being examined)",
            id="one bad without a reason, one still being examined",
        ),
        pytest.param(
            missing([clause(1, field="quotes.uploaded")]),
            "报价单（整句中文。）",
            "Quotes (A whole sentence.)",
            id="another condition in the gate's own sentence",
        ),
    ],
)
def test_says_what_a_stage_still_waits_for(item: Any, zh: str, en: str) -> None:
    assert (say_missing(ZH, item), say_missing(EN, item)) == (zh, en)


def finding(status: str, cause: str | None, message: dict[str, str]) -> dict[str, Any]:
    return {"status": status, "sub_indication": cause, "message": message}


UNSIGNED = finding("FAILED", "SIGNATURE_NOT_FOUND", {"zh": "没有签名。", "en": "Not signed."})
RENAMED = finding("FAILED", "TYPE_MISMATCH", MISMATCH)
NOTHING = {"zh": "", "en": ""}


@pytest.mark.parametrize(
    ("verdict", "cause", "said"),
    [
        pytest.param("FAILED", "TYPE_MISMATCH", MISMATCH, id="the finding with the same cause"),
        pytest.param("PASSED", None, NOTHING, id="nothing for a good file"),
        pytest.param(None, None, NOTHING, id="nothing where there is no verdict"),
    ],
)
def test_why_is_told_by_the_finding_that_made_the_verdict(
    verdict: str | None, cause: str | None, said: dict[str, str]
) -> None:
    assert why([UNSIGNED, RENAMED], verdict, cause) == said


def document(company: Company) -> DocumentPlan:
    stage = load(PATH).stages[0]
    return DocumentPlan(
        customer=company.customers[0].key,
        path=PATH,
        stage=stage.key,
        item=stage.requirements[0].item,
        kind="pdf",
        name="[report].pdf",
        media_type="application/pdf",
        data=b"",
        expected_verdict=Status.FAILED,
        expected_sub_indications=("TYPE_MISMATCH",),
        twin="renamed_type",
        told=Text(zh="改了扩展名的报告", en="a report with another extension"),
    )


def told(
    language: Literal["zh", "en"],
    verdict: str,
    message: dict[str, str] = MISMATCH,
    width: int = 200,
) -> str:
    answer = Answered(
        plan=document(COMPANY),
        deliverable_id="1",
        verdict=verdict,
        sub_indication="TYPE_MISMATCH",
        message=message,
    )
    title = {"zh": "技术评估", "en": "Technical evaluation"}
    stages = [
        {"title": title, "state": "open", "missing": []},
        {"title": title, "state": "locked", "missing": [missing([clause(2)])]},
    ]
    page = StringIO()
    console, speech = Console(file=page, width=width), Speech(language)
    rows = {COMPANY.customers[0].key: stages}
    story.tell(console, speech, COMPANY, answered=(answer,), stages=rows)
    story.tell_sign_ins(console, speech, COMPANY, "http://127.0.0.1:8000")
    return page.getvalue()


IN_CHINESE = (
    "上传的文件", "结论", "原因", "[report].pdf", "改了扩展名的报告", "未通过 [FAILED]",
    "与文件名不符 [TYPE_MISMATCH]", MISMATCH["zh"], "技术评估 · 已放行",
    "技术评估 · 待补全：报价单", "角色", "销售 [salesperson]", "华东",
)  # fmt: skip
IN_ENGLISH = (
    "Uploaded", "Verdict", "Why", "[report].pdf", "a report with another extension",
    "Failed [FAILED]", "Not what its name says [TYPE_MISMATCH]", MISMATCH["en"],
    "Technical evaluation · open", "Technical evaluation · to be completed: Quotes", "Role",
    "Salesperson [salesperson]", "East China",
)  # fmt: skip


@pytest.mark.parametrize(
    ("language", "there", "absent"),
    [
        pytest.param("zh", IN_CHINESE, IN_ENGLISH, id="in Chinese"),
        pytest.param("en", IN_ENGLISH, IN_CHINESE, id="in English"),
    ],
)
def test_the_whole_story_is_told_in_one_language(
    language: Literal["zh", "en"], there: tuple[str, ...], absent: tuple[str, ...]
) -> None:
    page = told(language, "FAILED")
    assert [word for word in there if word not in page] == []
    assert [word for word in absent if word in page and word not in there] == []


def test_a_verdict_that_nobody_expected_is_marked() -> None:
    assert "与预期不符" not in told("zh", "FAILED")
    assert "与预期不符" in told("zh", "PASSED")


@pytest.mark.parametrize("blanks", range(4))
def test_a_long_reason_is_told_to_its_end(blanks: int) -> None:
    # A sentence without a blank, longer than its column, moved across the column's edge.
    long = (
        "x" * blanks
        + "依据是有效签名中签名者自称的时间，可信级别是第三级，其中零级最低，五级最高。" * 2
    )
    page = told("zh", "FAILED", {"zh": long, "en": ""}, width=140)
    assert "…" not in page
    assert page.count("最高") == 2
