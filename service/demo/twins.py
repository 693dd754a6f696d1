"""Bad twins: files that look like good deliverables, and what must be answered to each.

A twin is made from the brief of its good file, so that nothing but the fault tells them apart.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from service.demo.authority import found
from service.demo.documents import cto_letter, it_mail, poc_report, quotes, roi_sheet
from service.demo.documents.brief import MAIL, PDF, WORKBOOK, Draft
from service.demo.documents.damage import cut_off, flip_bit, rewrite_pages, screenshot
from verification.values import Status, Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from service.demo.documents.brief import Brief
    from service.demo.documents.poc_report import Unsigned

#: A file that says it was written so much earlier than it was.
BACK_DATED_BY = timedelta(days=12)
#: A file of the year before, older than any window that a requirement sets.
TOO_OLD_BY = timedelta(days=420)
#: Somebody opens the editor so long after the signing.
ALTERED_AFTER = timedelta(days=1, hours=2)
#: Of a mail only the first trace header is left: it does not even say who wrote, and when.
MAIL_SHARE = 0.08
#: Of a signed PDF all but the last part, with the signature still in it.
SIGNED_SHARE = 0.93
#: What stands before the last letter of the producer's name, inside the signed bytes.
SIGNED_LANDMARK = b"/Producer(PyMuPD"
#: An authority that nobody trusts; it gives itself a name as good as any.
STRANGER = "Countermark 演示外部 CA（未受信任）"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What must be said of a file: a verdict, and any one of some reasons."""

    verdict: Status
    sub_indications: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Twin:
    """One fault of one kind of deliverable."""

    item: str
    #: What is wrong, in one word.
    name: str
    make: Callable[[Brief], Draft]
    answer: Answer
    told: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedPaper:
    """A PDF that one person at the customer must have signed."""

    item: str
    file_name: Callable[[Brief], str]
    write: Callable[[Brief], Draft]
    signed_by: Callable[..., bytes]
    unsigned: Callable[..., Unsigned]
    signer_role: str
    #: Somebody else there, with a certificate as good.
    other_role: str

    def draft(self, brief: Brief, data: bytes) -> Draft:
        return Draft(name=self.file_name(brief), media_type=PDF, data=data)


POC_REPORT = SignedPaper(
    item="poc_report",
    file_name=poc_report.file_name,
    write=poc_report.write,
    signed_by=poc_report.signed_by,
    unsigned=poc_report.unsigned,
    signer_role="it_lead",
    other_role="procurement",
)
CTO_LETTER = SignedPaper(
    item="cto_letter",
    file_name=cto_letter.file_name,
    write=cto_letter.write,
    signed_by=cto_letter.signed_by,
    unsigned=cto_letter.unsigned,
    signer_role="cto",
    other_role="it_lead",
)

#: What is said of a fault, whatever the file.
ANSWERS = {
    "renamed_type": Answer(verdict=Status.FAILED, sub_indications=("TYPE_MISMATCH",)),
    # A signed time shows the dates to be false; where only metadata disagree, a person must judge.
    "back_dated_signed": Answer(verdict=Status.FAILED, sub_indications=("TIME_CONTRADICTION",)),
    "back_dated": Answer(verdict=Status.INDETERMINATE, sub_indications=("TIME_CONTRADICTION",)),
    "too_old": Answer(verdict=Status.FAILED, sub_indications=("TIME_TOO_OLD",)),
    # That it was signed can still be told; by whom, and over what, is in the lost bytes.
    "truncated_signed": Answer(
        verdict=Status.INDETERMINATE, sub_indications=("FORMAT_FAILURE", "CONTAINER_TRUNCATED")
    ),
    # A PDF can be told from its beginning, a workbook or a mail without its end is none.
    "truncated_pdf": Answer(
        verdict=Status.INDETERMINATE, sub_indications=("CONTAINER_TRUNCATED", "FORMAT_FAILURE")
    ),
    "truncated_photo": Answer(
        verdict=Status.INDETERMINATE, sub_indications=("CONTAINER_TRUNCATED", "FORMAT_FAILURE")
    ),
    "truncated": Answer(
        verdict=Status.FAILED, sub_indications=("TYPE_MISMATCH", "CONTAINER_TRUNCATED")
    ),
    "changed_after_signing": Answer(
        verdict=Status.FAILED, sub_indications=("CHANGED_AFTER_SIGNING",)
    ),
    "bit_flipped": Answer(verdict=Status.FAILED, sub_indications=("HASH_FAILURE",)),
    "signed_by_somebody_else": Answer(
        verdict=Status.FAILED, sub_indications=("SIGNER_NOT_REQUIRED_PERSON",)
    ),
    "unknown_authority": Answer(
        verdict=Status.INDETERMINATE, sub_indications=("NO_CERTIFICATE_CHAIN_FOUND",)
    ),
    "figure_altered": Answer(verdict=Status.FAILED, sub_indications=("FIGURE_DIFFERS",)),
    "template_outdated": Answer(verdict=Status.FAILED, sub_indications=("TEMPLATE_OUTDATED",)),
    "unsigned": Answer(
        verdict=Status.FAILED,
        sub_indications=("SIGNATURE_NOT_FOUND", "SIGNER_NOT_REQUIRED_PERSON"),
    ),
}
#: Where a signature makes the answer to a fault another one.
SIGNED_ANSWERS = {"back_dated": "back_dated_signed", "truncated": "truncated_signed"}
TOLD = {
    "renamed_type": Text(
        zh="把另一种文件改了扩展名就交了上来",
        en="another kind of file, handed in under a changed extension",
    ),
    "back_dated": Text(
        zh=f"日期被改早了 {BACK_DATED_BY.days} 天，与文件里的其他时间对不上",
        en=f"dated back by {BACK_DATED_BY.days} days; the other times in the file disagree",
    ),
    "too_old": Text(
        zh="拿了一年多以前的旧文件来充数",
        en="a file more than a year old, handed in again",
    ),
    "truncated": Text(
        zh="上传时断了线，只传上来前面一截",
        en="the line broke: only the first part arrived",
    ),
    "changed_after_signing": Text(
        zh="签署之后正文又被改过，签名值本身仍然成立",
        en="the text was changed after signing, though the signature value still holds",
    ),
    "bit_flipped": Text(
        zh="签名覆盖范围内有一个比特被改动",
        en="one bit inside the signed bytes was changed",
    ),
    "signed_by_somebody_else": Text(
        zh="签名有效，但签的人不是要求的那一位",
        en="the signature is valid, but somebody else than required gave it",
    ),
    "unknown_authority": Text(
        zh="签名完好，但签发证书的机构不在信任列表里，需要人工判断",
        en="the signature is intact, but nobody here knows the issuer; a person must decide",
    ),
    "figure_altered": Text(
        zh="测算表保存的投资回报率被改大了，公式没动",
        en="the saved return on investment was raised; its formula was not touched",
    ),
    "template_outdated": Text(
        zh="用去年的模板填的，只把年份改成了今年",
        en="last year's template, with this year written on it",
    ),
    "unsigned": Text(
        zh="交上来的是没有签名的草稿",
        en="an unsigned draft was handed in",
    ),
}


def renamed(brief: Brief, name: str, media_type: str) -> Draft:
    """Hand in a picture of a screen under the name of something else."""
    lines = (
        f"{brief.customer.registered_name}",
        f"{brief.made_at:%Y-%m-%d %H:%M} 截图",
        "POC 测试通过，同意进入下一阶段。",
        "（演示截图，内容均为虚构）",
    )
    return Draft(name=name, media_type=media_type, data=screenshot(lines))


def renamed_pdf(paper: SignedPaper, brief: Brief) -> Draft:
    return renamed(brief, paper.file_name(brief), PDF)


def renamed_mail(brief: Brief) -> Draft:
    return renamed(brief, it_mail.file_name(brief), MAIL)


def renamed_workbook(brief: Brief) -> Draft:
    """Hand in a quote (PDF) as the workbook."""
    data = quotes.write(brief, 0).data
    return Draft(name=roi_sheet.file_name(brief), media_type=WORKBOOK, data=data)


def renamed_quote(brief: Brief) -> Draft:
    """Hand in the ROI workbook as a quote."""
    return replace(quotes.write(brief, 2), data=roi_sheet.write(brief).data)


def back_dated_paper(paper: SignedPaper, brief: Brief) -> Draft:
    """Set the clock back before signing; the properties still know the true day of writing."""
    told = replace(brief, made_at=brief.made_at - BACK_DATED_BY)
    contact = brief.customer.contact(paper.signer_role)
    credential = brief.credential(contact)
    return paper.draft(
        brief, paper.signed_by(told, credential, contact.name, created=brief.made_at)
    )


def back_dated_mail(brief: Brief) -> Draft:
    """Write an early Date; the servers noted when the mail really came."""
    journey = it_mail.Journey(written_at=brief.made_at - BACK_DATED_BY, sent_at=brief.made_at)
    return it_mail.write(brief, journey)


def back_dated_workbook(brief: Brief) -> Draft:
    """Set the date of the last change before the date of making."""
    early = brief.made_at - BACK_DATED_BY
    return roi_sheet.write(brief, roi_sheet.Dates(created=brief.made_at, modified=early))


def altered_workbook(brief: Brief) -> Draft:
    """Raise the saved return on investment and leave its formula."""
    return roi_sheet.write(brief, fault=roi_sheet.Fault(altered={"C23": 4.2}))


def outdated_workbook(brief: Brief) -> Draft:
    """Fill in last year's template under this year's name."""
    return roi_sheet.write(brief, fault=roi_sheet.Fault(outdated=True))


def back_dated_quote(brief: Brief) -> Draft:
    """Correct the Info dictionary and forget the XMP packet."""
    return quotes.write(brief, 2, created=brief.made_at - BACK_DATED_BY)


def too_old(write: Callable[[Brief], Draft], brief: Brief, *, by: timedelta = TOO_OLD_BY) -> Draft:
    return write(replace(brief, made_at=brief.made_at - by))


def truncated(write: Callable[[Brief], Draft], share: float, brief: Brief) -> Draft:
    good = write(brief)
    return replace(good, data=cut_off(good.data, share))


def changed_after_signing(paper: SignedPaper, brief: Brief) -> Draft:
    good = paper.write(brief)
    altered = paper.unsigned(brief, flattering=True).data
    return replace(good, data=rewrite_pages(good.data, altered, brief.made_at + ALTERED_AFTER))


def bit_flipped(paper: SignedPaper, brief: Brief) -> Draft:
    good = paper.write(brief)
    return replace(good, data=flip_bit(good.data, SIGNED_LANDMARK))


def signed_by_somebody_else(paper: SignedPaper, brief: Brief) -> Draft:
    other = brief.customer.contact(paper.other_role)
    return paper.draft(brief, paper.signed_by(brief, brief.credential(other), other.name))


def under_unknown_authority(paper: SignedPaper, brief: Brief) -> Draft:
    stranger = replace(brief, authority=found(brief.authority.at, STRANGER))
    return paper.write(stranger)


def unsigned(paper: SignedPaper, brief: Brief) -> Draft:
    return paper.draft(brief, paper.unsigned(brief).data)


def _twin(
    item: str, name: str, make: Callable[[Brief], Draft], *, answer: str | None = None
) -> Twin:
    """`answer` names the row of ANSWERS where it is not that of the fault itself."""
    return Twin(item=item, name=name, make=make, answer=ANSWERS[answer or name], told=TOLD[name])


def twins_of_signed(paper: SignedPaper) -> tuple[Twin, ...]:
    """Give every fault that a signed paper can have."""
    makers: dict[str, Callable[[Brief], Draft]] = {
        "renamed_type": partial(renamed_pdf, paper),
        "back_dated": partial(back_dated_paper, paper),
        "too_old": partial(too_old, paper.write),
        "truncated": partial(truncated, paper.write, SIGNED_SHARE),
        "changed_after_signing": partial(changed_after_signing, paper),
        "bit_flipped": partial(bit_flipped, paper),
        "signed_by_somebody_else": partial(signed_by_somebody_else, paper),
        "unknown_authority": partial(under_unknown_authority, paper),
        "unsigned": partial(unsigned, paper),
    }
    return tuple(
        _twin(paper.item, name, make, answer=SIGNED_ANSWERS.get(name))
        for name, make in makers.items()
    )


def _last_quote(brief: Brief) -> Draft:
    return quotes.write(brief, 2)


TWINS: tuple[Twin, ...] = (
    *twins_of_signed(POC_REPORT),
    _twin("it_mail", "renamed_type", renamed_mail),
    _twin("it_mail", "back_dated", back_dated_mail),
    _twin("it_mail", "too_old", partial(too_old, it_mail.write)),
    _twin("it_mail", "truncated", partial(truncated, it_mail.write, MAIL_SHARE)),
    _twin("roi_sheet", "renamed_type", renamed_workbook),
    _twin("roi_sheet", "back_dated", back_dated_workbook),
    _twin("roi_sheet", "too_old", partial(too_old, roi_sheet.write)),
    _twin("roi_sheet", "truncated", partial(truncated, roi_sheet.write, 0.6)),
    _twin("roi_sheet", "figure_altered", altered_workbook),
    _twin("roi_sheet", "template_outdated", outdated_workbook),
    _twin("quotes", "renamed_type", renamed_quote),
    _twin("quotes", "back_dated", back_dated_quote),
    _twin("quotes", "too_old", partial(too_old, _last_quote)),
    _twin("quotes", "truncated", partial(truncated, _last_quote, 0.6), answer="truncated_pdf"),
    *twins_of_signed(CTO_LETTER),
)


def twin(item: str, name: str) -> Twin:
    """Raises KeyError where this kind of deliverable has no such twin."""
    for one in TWINS:
        if (one.item, one.name) == (item, name):
            return one
    raise KeyError(f"{item}/{name}")
