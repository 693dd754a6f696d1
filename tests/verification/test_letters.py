"""Approval letters: what they must say, and the words that turn an approval round."""

# ruff: noqa: E501 - a row of a table stays one line

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pymupdf
import pytest

from benchmarks._quote_scans import beneath, scan
from tests.verification.quoting import word
from tests.verification.test_quotes import scanned
from verification.content import Content, Letter
from verification.letters.covering import Vocabulary
from verification.letters.reading import read_letter
from verification.pipeline import verify
from verification.policies import load
from verification.printed import Cell, Printed, rows_of
from verification.readers.pymupdf_text import read_text
from verification.terms import Terms
from verification.values import Finding, PageBox, Requirement, Signer, Status, Submission

WORDED = Path(__file__).with_name("worded.txt")
AT = datetime(2026, 11, 20, 8, tzinfo=UTC)
ASKED = Letter(
    addressee=("北京恒信数码科技有限公司", "Hengxin Digital"),
    project=("智能工厂一期", "Smart Factory"),
    signer_title=("总经理", "CTO", "Chief Technology Officer"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A letter: who it goes to, what it says, who signs, when."""

    to: str = "北京恒信数码科技有限公司："
    about: str = "关于智能工厂一期项目的批准函"
    body: tuple[str, ...] = (
        "贵司提交的智能工厂一期项目实施方案收悉。经研究，同意按该方案实施，",
        "预算为人民币三十七万元。请贵司按计划组织进场。",
    )
    signer: tuple[str, ...] = ("上海远景制造有限公司", "总经理（签字）：王建国")
    dated: str = "2026年11月15日"


ZH = Written()
EN = Written(
    to="To: Hengxin Digital Ltd",
    about="Smart Factory, phase one",
    body=(
        "Dear Ms Li,",
        "We have reviewed your proposal for the Smart Factory and hereby approve it",
        "as submitted. Work may begin on 1 December.",
    ),
    signer=("Yours sincerely,", "John Smith", "Chief Technology Officer"),
    dated="15 November 2026",
)


def lines(letter: Written) -> list[str]:
    return [letter.about, letter.to, *letter.body, *letter.signer, letter.dated]


def pdf(letter: Written) -> bytes:
    with pymupdf.open() as document:
        page = document.new_page()
        for number, text in enumerate(lines(letter)):
            font = "helv" if text.isascii() else "china-s"
            page.insert_text((60, 80 + 24 * number), text, fontname=font, fontsize=11)
        return bytes(document.tobytes())


def docx(letter: Written) -> bytes:
    return word(list(lines(letter)))


def judge(
    data: bytes, name: str = "a.pdf", asked: Letter = ASKED, signer: Signer | None = None
) -> list[Finding]:
    requirement = Requirement(content=Content(letter=asked), signer=signer)
    terms = Terms(at=AT, policy=load(), requirement=requirement)
    report = verify(Submission(data=data, name=name, received_at=AT), terms)
    return [one for one in report.checks if one.id == "letter.content"]


def told(findings: list[Finding]) -> list[tuple[Status, str | None]]:
    return [(one.status, one.sub_indication) for one in findings]


GOOD = [(Status.PASSED, None)]
REFUSED = (Status.FAILED, "LETTER_REFUSES")
LACKS = (Status.INDETERMINATE, "LETTER_INCOMPLETE")
UNCLEAR = (Status.INDETERMINATE, "LETTER_UNCLEAR")
ON_CONDITION = (Status.INDETERMINATE, "LETTER_CONDITIONAL")


@pytest.mark.parametrize("letter", [ZH, EN], ids=["Chinese", "English"])
def test_an_honest_letter_passes(letter: Written) -> None:
    assert told(judge(pdf(letter))) == GOOD
    assert told(judge(docx(letter), "a.docx")) == GOOD
    assert told(judge(scanned(pdf(letter)))) == GOOD


@pytest.mark.parametrize(
    ("letter", "clause"),
    [
        pytest.param(
            ZH, "上线前须完成复测，复测不通过的，我司有权终止合同。", id="a case provided for"
        ),
        pytest.param(ZH, "如验收未通过，费用由贵司承担。", id="if it does not pass"),
        pytest.param(EN, "Should the retest not be accepted, we may withdraw.", id="should it not"),
    ],
)
def test_what_is_to_happen_should_something_fail_refuses_nothing(
    letter: Written, clause: str
) -> None:
    assert told(judge(pdf(replace(letter, body=(*letter.body, clause))))) == GOOD


def test_the_line_that_refuses_is_the_one_that_is_quoted() -> None:
    no = "经研究，我司不同意按该方案实施，"
    (found,) = judge(pdf(replace(ZH, body=(ZH.body[0].partition("。")[0], no, *ZH.body[1:]))))
    assert no.strip("，")[:8] in found.message.zh


def test_an_approval_that_lapses_without_another_is_conditional() -> None:
    body = (*ZH.body, "如预算未获批准，本函不生效。")
    assert told(judge(pdf(replace(ZH, body=body)))) == [ON_CONDITION]


def saying(letter: Written, *body: str) -> Written:
    return replace(letter, body=(*body, "智能工厂一期 / Smart Factory"))


@pytest.mark.parametrize(
    ("letter", "expected"),
    [
        pytest.param(saying(ZH, "经研究，不同意该方案。"), REFUSED, id="not agreed"),
        pytest.param(saying(ZH, "经研究，暂不批准该项目。"), REFUSED, id="not for now"),
        pytest.param(saying(ZH, "该方案未予批准，请修改后再报。"), REFUSED, id="was not approved"),
        pytest.param(saying(ZH, "该申请予以驳回。"), REFUSED, id="turned down"),
        pytest.param(
            saying(ZH, "同意一期设备清单。", "但二期不予批准。"), REFUSED, id="half of it"
        ),
        pytest.param(saying(EN, "The proposal is not approved."), REFUSED, id="not approved"),
        pytest.param(saying(EN, "We cannot approve the plan."), REFUSED, id="cannot approve"),
        pytest.param(saying(EN, "Your request has been declined."), REFUSED, id="declined"),
        pytest.param(
            saying(EN, "We approve the plan subject to funding."), ON_CONDITION, id="subject to"
        ),
        pytest.param(saying(ZH, "原则同意该方案。"), ON_CONDITION, id="in principle"),
        pytest.param(
            saying(ZH, "待资金落实后方可同意实施。"), ON_CONDITION, id="once something else is done"
        ),
        pytest.param(saying(ZH, "贵司来函收悉，我司正在研究。"), LACKS, id="no decision"),
        pytest.param(saying(ZH, "恳请贵司批准本项目。"), LACKS, id="asks for an approval"),
        pytest.param(
            saying(EN, "We are requesting your approval and consent."),
            LACKS,
            id="requests approval",
        ),
        pytest.param(replace(ZH, to="深圳蓝图信息有限公司："), LACKS, id="to another company"),
        pytest.param(
            replace(ZH, about="批准函", body=("同意该方案。",)), LACKS, id="no project is named"
        ),
        pytest.param(
            replace(ZH, signer=("上海远景制造有限公司", "采购员：王建国")),
            LACKS,
            id="another title",
        ),
        pytest.param(replace(ZH, signer=("总经理：",)), LACKS, id="no name"),
        pytest.param(replace(ZH, dated=""), LACKS, id="no date"),
        pytest.param(replace(EN, dated=""), LACKS, id="a date in a sentence is none of the letter"),
    ],
)
def test_a_bad_twin_is_told(letter: Written, expected: tuple[Status, str]) -> None:
    for data, name in ((pdf(letter), "a.pdf"), (docx(letter), "a.docx")):
        findings = judge(data, name)
        assert told(findings)[0] == expected
        assert all(one.remedy is not None and one.evidence for one in findings)


def test_what_lacks_is_named_with_what_was_expected() -> None:
    (finding,) = judge(pdf(replace(ZH, to="深圳蓝图信息有限公司：", dated="")))
    assert "收件人（应为：北京恒信数码科技有限公司" in finding.message.zh
    assert "the addressee (expected: 北京恒信数码科技有限公司" in finding.message.en
    assert "日期" in finding.message.zh
    assert "职务" not in finding.message.zh


def test_a_refusal_read_from_a_scan_fails_nothing() -> None:
    findings = judge(scanned(pdf(saying(ZH, "经研究，不同意该方案。"))))
    assert told(findings) == [(Status.INDETERMINATE, "LETTER_REFUSES")]


@pytest.mark.parametrize("covered", [False, True], ids=["not drawn", "drawn, and covered by it"])
def test_words_laid_under_the_picture_of_a_refusal_approve_nothing(*, covered: bool) -> None:
    picture = scan(pdf(saying(ZH, "经研究，不同意该方案。")), 100, 0.0)
    findings = judge(beneath(picture, pdf(ZH), covered=covered))
    assert told(findings) == [(Status.INDETERMINATE, "LETTER_REFUSES")]


def test_the_required_signer_must_be_named() -> None:
    assert told(judge(pdf(ZH), signer=Signer(name="王建国"))) == GOOD
    assert told(judge(pdf(ZH), signer=Signer(name="李明"))) == [LACKS]


def test_the_words_that_a_requirement_names_decide() -> None:
    asked = replace(ASKED, decision=("准许开工",))
    assert told(judge(pdf(ZH), asked=asked)) == [LACKS]
    assert told(judge(pdf(saying(ZH, "准许开工。")), asked=asked)) == GOOD


def test_what_cannot_be_read_is_told() -> None:
    assert told(judge(b"%PDF-1.7 nothing")) == [LACKS]
    assert told(judge(b"\x89PNG\r\n\x1a\n", "a.png")) == [LACKS]


DECISIONS = {
    "approves": [
        "经研究，同意该方案，予以照准。", "经研究，同意按该方案实施。", "无异议，同意。", "☑同意 ☐不同意", "□ 不同意   ■ 同意", "[x] Approved [ ] Rejected",
        "☒ Approved ☐ Declined", "☑ 同意|☐ 不同意", "意见：同意☑ 不同意□ 签字：王", "同意 ☑|不同意 ☐",
        "批准该项目。乙方不得拒绝我司的合理要求。", "同意采购。验收不通过的设备予以退回。", "同意该项目立项，请尽快安排，不要退回。",
        "我司同意该方案，逾期交付的，我司有权拒绝付款。", "同意该方案。未经批准，不得变更。", "● 项目名称|● 同意实施", "邓若兰（总经理）：同意采购",
        "We approve the plan as submitted; late deliveries may be rejected.", "We approve it and refuse no reasonable change.",
        "We approve the project. Invoices not approved by our PM will be returned.",
    ],
    "refuses": [
        "我司无法批准该方案。", "难以同意该方案。", "礙難同意該方案", "☐同意 ☑不同意", "[ ] Approved [x] Rejected", "同意□ 不同意☑",
        "意见：同意□ 不同意√ 签字：王", "☐ 同意|☑ 不同意", "● 同意实施|○ 预算37万|○ 二期不予批准", "□ 不同意该方案。",
        "我司可以不同意该方案。", "We can not approve it.", "The plan is not approved by the board and will be sent back.",
        "您的申请已被退回。", "該項目暫不批准。", "贵部同意在先，本部不予照准。",
    ],
    "conditional": [
        "同意，前提条件为降价。", "基本同意该方案，待预算落实。", "拟同意该方案，报董事会审定。", "若预算获批则同意该方案。",
        "贵司如降价10%，我司同意该方案。", "同意立项，但须补充材料。", "仅同意试用。", "待董事会批准后实施。",
        "We approve, provided the price falls.", "We would approve the project if the price fell.",
        "We approve assuming that funding is secured.", "同意立项，但暂停采购。", "We are pleased to approve, contingent on budget.",
    ],
    "none": [
        "同意/不同意", "□ 同意 □ 不同意", "Approved / Rejected", "同意推迟本项目的决策。", "同意终止本项目合作。",
        "该方案没有得到批准。", "并非同意该方案。", "我们反对该方案，虽然IT部门同意。", "批准前不得施工。", "撤销此前批准。",
        "We approve the cancellation of the project.", "The board failed to approve the project.", "Nobody has approved it.",
        "We can no longer approve.", "Approved: No",
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "decision"),
    [pytest.param(text, kind, id=text) for kind, some in DECISIONS.items() for text in some],
)
def test_what_a_letter_decides(text: str, decision: str) -> None:
    assert decided(text) == decision


def decided(text: str) -> str:
    cells = [
        Cell(
            text=line, page=1, box=(0, 20 * n, 500, 20 * n + 9), where=PageBox(page=1, box=(0,) * 4)
        )
        for n, line in enumerate(text.split("|"))
    ]
    printed = Printed(rows=rows_of(cells), origin="text")
    return read_letter(printed, Letter(), None).decision


@pytest.mark.parametrize(
    ("kind", "allowed"),
    [
        ("approve", {"approves"}),
        ("refuse", {"refuses"}),
        ("leave open", {"none", "conditional", "unclear"}),
    ],
)
def test_sentences_decide_what_they_say(kind: str, allowed: set[str]) -> None:
    """`worded.txt` holds one sentence a line, under what may come of it."""
    some = WORDED.read_text("utf-8").partition(f"[{kind}]\n")[2].partition("\n\n")[0]
    decisions = {text: decided(text) for text in some.splitlines()}
    assert len(decisions) > 40
    assert {text: one for text, one in decisions.items() if one not in allowed} == {}


@pytest.mark.parametrize(
    ("letter", "beside", "expected"),
    [
        pytest.param(ZH, "此件为草稿，未经签发。", [UNCLEAR], id="a draft"),
        pytest.param(ZH, "以上意见自本函发出之日起撤回。", [UNCLEAR], id="taken back"),
        pytest.param(ZH, "合同模板请按我司法务所发版本。", GOOD, id="a draft of something else"),
        pytest.param(ZH, "质保期届满后退还质保金。", GOOD, id="something else ends"),
        pytest.param(EN, "Please disregard the above.", [UNCLEAR], id="disregard"),
        pytest.param(EN, "Please send us the draft contract.", GOOD, id="draft contract"),
        pytest.param(EN, "No work may start until the funds arrive.", [UNCLEAR], id="until"),
        pytest.param(EN, "Any change needs our prior written approval.", GOOD, id="changes"),
    ],
)
def test_what_stands_beside_an_approval(
    letter: Written, beside: str, expected: list[tuple[Status, str | None]]
) -> None:
    findings = judge(pdf(replace(letter, body=(*letter.body, beside))))
    assert told(findings) == expected
    assert all(beside.strip("。.")[:8] in one.message.en for one in findings if one.remedy)


@pytest.mark.parametrize(
    ("body", "decision"),
    [
        pytest.param("批准智能工厂一期项目。", "approves", id="the project that is asked for"),
        pytest.param("批准贵司承建的智慧园区三期工程。", "none", id="another one"),
        pytest.param("批准该项目。", "approves", id="none is named"),
        pytest.param("We approve the Smart Factory project.", "approves", id="in English"),
        pytest.param("We approve the Orion Billing project.", "none", id="another, in English"),
    ],
)
def test_what_is_approved_is_the_project_that_is_asked_for(body: str, decision: str) -> None:
    letter = replace(EN if body.isascii() else ZH, body=(body,))
    read = read_letter(read_text(pdf(letter)), Letter(project=ASKED.project), None)
    assert read.decision == decision


def test_a_heading_says_what_the_project_is_called() -> None:
    heading, body = "关于玄枢引擎甲的函", "同意玄枢引擎甲。"
    assert decided(f"{heading}|北京恒信数码科技有限公司：|{body}") == "approves"
    assert decided(f"北京恒信数码科技有限公司：|{body}") == "none"
    assert decided(f"关于终止玄枢引擎甲的函|北京恒信数码科技有限公司：|{body}") == "none"


def test_a_heading_that_is_called_an_approval_takes_nothing_back() -> None:
    heading, body = "关于同意智能工厂一期项目立项的批复", "经研究，同意立项。"
    assert decided(f"{heading}|某某公司：|{body}") == "approves"
    assert decided(f"{heading}|某某公司：|来文收悉，正在研究。") == "none"


@pytest.mark.parametrize(
    ("text", "decision"),
    [
        pytest.param("□同意 □不同意 □修改后再报", "none", id="three boxes, none ticked"),
        pytest.param("批准该项目：□是 □否", "none", id="yes and no, none ticked"),
        pytest.param("批准该项目：□是 ☑否", "none", id="no is ticked"),
        pytest.param("请注明“同意”或“不同意”。", "none", id="both answers in quotation marks"),
        pytest.param("我司不是不同意该方案。", "none", id="it is not that we disagree"),
        pytest.param("It is not that we disapprove.", "none", id="the same in English"),
        pytest.param("Is the project approved?", "none", id="a question"),
        pytest.param("I, [name], approve the project.", "none", id="a form's blank"),
        pytest.param("I, John Smith, approve the project.", "approves", id="filled in"),
        pytest.param("ONLY THE BOARD CAN APPROVE THE PROJECT.", "none", id="in capitals"),
        pytest.param("THE BOARD HAS APPROVED THE PROJECT.", "approves", id="in capitals, approved"),
    ],
)
def test_an_answer_that_nobody_gave_decides_nothing(text: str, decision: str) -> None:
    assert decided(text) == decision


@pytest.mark.parametrize("text", ["同意" * 9000, "we approve it " * 1500, "如若待" * 6000])
def test_a_sentence_without_end_is_not_understood(text: str) -> None:
    assert decided(text) != "approves"


@pytest.mark.parametrize(
    ("text", "is_covered"),
    [
        pytest.param("立项实施", True, id="two words"),
        pytest.param("实施方案", True, id="the longer word where the shorter leaves a rest"),
        pytest.param("立项暂缓", False, id="a word that is not in it"),
        pytest.param("", True, id="nothing is left to be understood"),
    ],
)
def test_words_cover_a_text_or_do_not(text: str, *, is_covered: bool) -> None:
    assert Vocabulary.of("立项 实施 实施方案 方").covers(text) == is_covered


def test_a_copy_is_addressed_to_nobody() -> None:
    for line in ("抄送：北京恒信数码科技有限公司", "cc: Hengxin Digital Ltd"):
        letter = replace(ZH, to="深圳蓝图信息有限公司：", body=(line, *ZH.body))
        assert told(judge(pdf(letter))) == [LACKS]


@pytest.mark.parametrize(
    ("body", "decision"),
    [
        pytest.param(("来函收悉，我司正在研究。",), "none", id="called so, deciding nothing"),
        pytest.param(("经评审，我司认可该方案。",), "approves", id="an approval that says so"),
    ],
)
def test_what_a_letter_is_called_decides_nothing(body: tuple[str, ...], decision: str) -> None:
    letter = replace(ZH, about="智能工厂一期技术认可函", body=body)
    printed = read_text(pdf(letter))
    assert read_letter(printed, Letter(decision=("认可",)), None).decision == decision


def test_the_title_is_found_where_one_signs() -> None:
    letter = replace(ZH, about="文号：CTO-20261115", signer=("CTO：王建国",))
    read = read_letter(read_text(pdf(letter)), Letter(signer_title=("CTO",)), None)
    titles = [part.cell.text for part in read.parts if part.part == "signer_title" and part.cell]
    assert titles == ["CTO：王建国"]
