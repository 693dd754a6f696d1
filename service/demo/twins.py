"""Bad twins: files that look like good deliverables, and what must be answered to each.

A twin is made from the brief of its good file, so that nothing but the fault tells them apart.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Literal

from service.demo.authority import found
from service.demo.documents import roi_sheet
from service.demo.documents.brief import PDF, Draft
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
    #: What must have been handed in before for the fault to be seen: two other suppliers' quotes
    #: for this customer, the same file for another one, or the file it was copied from.
    after: Literal["nothing", "rivals", "elsewhere", "copied"] = "nothing"


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


#: What is said of a fault, whatever the file.
ANSWERS = {
    "renamed_type": Answer(verdict=Status.FAILED, sub_indications=("TYPE_MISMATCH",)),
    # A signed time shows the dates to be false; where only metadata disagree, a person must judge.
    "back_dated_signed": Answer(verdict=Status.FAILED, sub_indications=("TIME_CONTRADICTION",)),
    "back_dated": Answer(verdict=Status.INDETERMINATE, sub_indications=("TIME_CONTRADICTION",)),
    "too_old": Answer(verdict=Status.FAILED, sub_indications=("TIME_TOO_OLD",)),
    # Of the two the one that is told first.
    "too_old_quote": Answer(
        verdict=Status.FAILED, sub_indications=("QUOTE_EXPIRED", "TIME_TOO_OLD")
    ),
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
    "truncated_film": Answer(
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


def back_dated_paper(paper: SignedPaper, brief: Brief) -> Draft:
    """Set the clock back before signing; the properties still know the true day of writing."""
    told = replace(brief, made_at=brief.made_at - BACK_DATED_BY)
    contact = brief.customer.contact(paper.signer_role)
    credential = brief.credential(contact)
    return paper.draft(
        brief, paper.signed_by(told, credential, contact.name, created=brief.made_at)
    )


def back_dated_workbook(brief: Brief) -> Draft:
    """Set the date of the last change before the date of making."""
    early = brief.made_at - BACK_DATED_BY
    return roi_sheet.write(brief, roi_sheet.Dates(created=brief.made_at, modified=early))


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


def twin_of(
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
        twin_of(paper.item, name, make, answer=SIGNED_ANSWERS.get(name))
        for name, make in makers.items()
    )
