"""Bad twins of the software path: what each fault is, and what must be answered to it."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from datetime import timedelta
from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING, Literal

from service.demo.authority import self_signed
from service.demo.documents import cto_letter, edits, it_mail, poc_report, quotes, roi_sheet
from service.demo.documents.amounts import yuan
from service.demo.documents.brief import MAIL, WORKBOOK, Draft
from service.demo.documents.damage import scanned
from service.demo.documents.emblems import signature_face
from service.demo.twins import (
    BACK_DATED_BY,
    MAIL_SHARE,
    Answer,
    SignedPaper,
    Twin,
    back_dated_workbook,
    renamed,
    too_old,
    truncated,
    twin_of,
    twins_of_signed,
)
from verification.values import Status, Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from service.demo.company import CustomerPlan
    from service.demo.documents.brief import Brief

#: A file that says it was made so long after it is handed in.
AHEAD_BY = timedelta(days=40)
#: The third quote is the one with the fault: two good ones were handed in before.
LAST = 2

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


def renamed_mail(brief: Brief) -> Draft:
    return renamed(brief, it_mail.file_name(brief), MAIL)


def renamed_workbook(brief: Brief) -> Draft:
    """Hand in a quote (PDF) as the workbook."""
    data = quotes.write(brief, 0).data
    return Draft(name=roi_sheet.file_name(brief), media_type=WORKBOOK, data=data)


def renamed_quote(brief: Brief) -> Draft:
    """Hand in the ROI workbook as a quote."""
    return replace(_last_quote(brief), data=roi_sheet.write(brief).data)


def back_dated_mail(brief: Brief) -> Draft:
    """Write an early Date; the servers noted when the mail really came."""
    journey = it_mail.Journey(written_at=brief.made_at - BACK_DATED_BY, sent_at=brief.made_at)
    return it_mail.write(brief, journey)


def forged_mail(brief: Brief) -> Draft:
    """Change a word of a mail that its writer signed."""
    return it_mail.write_signed(brief, changed=True)


def back_dated_quote(brief: Brief) -> Draft:
    """Correct the Info dictionary and forget the XMP packet."""
    return quotes.write(brief, LAST, created=brief.made_at - BACK_DATED_BY)


def other_total(brief: Brief) -> Draft:
    """Set another figure at the beginning of the total."""
    good = _last_quote(brief)
    total = yuan(quotes.offers(brief)[LAST].total_fen(brief.customer.seats))
    figure = "7" if total[0] != "7" else "6"
    return replace(good, data=edits.other_figure(good.data, total, figure))


def longer_validity(brief: Brief) -> Draft:
    """Paint over until when an expired quote stood, and write a later day."""
    expired = quotes.write(brief, LAST, fault=quotes.Fault(valid_days=EXPIRED_DAYS))
    until, later = (
        f"{days} 天，至 {brief.made_at + timedelta(hours=LAST, days=days):%Y 年 %m 月 %d 日}"
        for days in (EXPIRED_DAYS, 90)
    )
    return replace(expired, data=edits.painted_over(expired.data, until, later))


#: Made nine days before it is handed in: it stood for three.
EXPIRED_DAYS = 3


def polyglot_quote(brief: Brief) -> Draft:
    """Hang an archive on the end of the quote: other programs open that instead."""
    good = _last_quote(brief)
    raw = BytesIO()
    with zipfile.ZipFile(raw, "w") as archive:
        archive.writestr(zipfile.ZipInfo("other/quote.txt"), b"Total: CNY 1.00\n" * 40)
    return replace(good, data=good.data + raw.getvalue())


def ahead_of_time(write: Callable[[Brief], Draft], brief: Brief) -> Draft:
    return write(replace(brief, made_at=brief.made_at + AHEAD_BY))


def self_signed_report(brief: Brief) -> Draft:
    """Sign with a certificate that one made for oneself, in the right name."""
    contact = brief.customer.contact("it_lead")
    own = self_signed(brief.credential(contact), brief.authority.at)
    data = poc_report.signed_by(replace(brief, authority=own), own.root, contact.name)
    return POC_REPORT.draft(brief, data)


def of_another(write: Callable[[Brief], Draft], brief: Brief) -> Draft:
    """Take another customer's file, set this one's name in it, and have it signed if it must be."""
    own = brief.customer
    posing = replace(other(brief), organisation=own.organisation, contacts=own.contacts)
    return write(replace(brief, customer=posing))


def rescanned(write: Callable[[Brief], Draft], brief: Brief) -> Draft:
    """Print another customer's file and scan it."""
    theirs = write(replace(brief, customer=other(brief)))
    name = theirs.name.replace(other(brief).name, brief.customer.name)
    return replace(theirs, name=name, data=scanned(theirs.data, brief.made_at))


def other(brief: Brief) -> CustomerPlan:
    """Give the first other customer on the same path; where there is none, make one up."""
    own = brief.customer
    everybody = brief.company.customers
    others = (one for one in everybody if one.path == own.path and one.key != own.key)
    department = replace(own.organisation, name=f"{own.name}分部")
    return next(others, replace(own, key=f"{own.key}-other", organisation=department))


def typed_signature(brief: Brief) -> Draft:
    letter = cto_letter.unsigned(brief)
    name = brief.customer.contact("cto").name
    return CTO_LETTER.draft(brief, edits.typed_name(letter.data, letter.signature_place, name))


def pasted_signature(brief: Brief) -> Draft:
    letter = cto_letter.unsigned(brief)
    name = brief.customer.contact("cto").name
    face = signature_face(name, (f"签署人：{name}", brief.customer.name), brief.rng(f"hand/{name}"))
    place = letter.signature_place
    return CTO_LETTER.draft(brief, edits.pasted_signature(letter.data, place, face))


def _last_quote(brief: Brief) -> Draft:
    return quotes.write(brief, LAST)


def _quote(**fault: object) -> Callable[[Brief], Draft]:
    return lambda brief: quotes.write(brief, LAST, fault=quotes.Fault(**fault))  # type: ignore[arg-type]


def _numbers_of_ours(brief: Brief) -> Draft:
    fault = quotes.Fault(numbers_of=brief.company.organisation.key)
    return quotes.write(brief, LAST, fault=fault)


def _letter(fault: cto_letter.Fault) -> Callable[[Brief], Draft]:
    return partial(cto_letter.write, fault=fault)


def _sheet(fault: roi_sheet.Fault) -> Callable[[Brief], Draft]:
    return partial(roi_sheet.write, fault=fault)


def _twin(
    name: str,
    make: Callable[[Brief], Draft],
    answer: str,
    told: str,
    *,
    after: Literal["nothing", "rivals", "elsewhere", "copied"] = "nothing",
) -> Twin:
    """`name`: ``item name``; `answer`: the verdict, then reasons; `told`: Chinese | English."""
    item, short = name.split()
    verdict, *reasons = answer.split()
    zh, en = told.split(" | ")
    return Twin(
        item=item,
        name=short,
        make=make,
        answer=Answer(verdict=Status(verdict), sub_indications=tuple(reasons)),
        told=Text(zh=zh, en=en),
        after=after,
    )


#: What is wrong with what a file says; the faults that any file can have stand in `twins`.
CONTENT: tuple[Twin, ...] = (
    _twin("poc_report future_time", partial(ahead_of_time, poc_report.write),
          "FAILED TIME_IN_FUTURE",
          "签署时间在上传之后 | it says that it was signed after it was handed in"),
    _twin("poc_report self_signed", self_signed_report,
          "INDETERMINATE NO_CERTIFICATE_CHAIN_FOUND",
          "用自己给自己签发的证书签了名 | "
          "signed with a certificate that somebody made for himself"),
    _twin("poc_report of_another", partial(of_another, poc_report.write),
          "INDETERMINATE REUSED_DELIVERABLE",
          "把另一个客户的测试报告改了客户名称，数据一个没动 | "
          "the report on another customer's trial with the name changed and not one figure",
          after="copied"),
    _twin("poc_report rescanned", partial(rescanned, poc_report.write),
          "FAILED SIGNATURE_NOT_FOUND",
          "把另一个客户的测试报告打印出来再扫描一遍 | "
          "the report on another customer's trial, printed and scanned",
          after="copied"),
    _twin("it_mail forged", forged_mail, "FAILED HASH_FAILURE SIG_CRYPTO_FAILURE",
          "邮件原本有发件人的签名，正文后来被改过 | "
          "its writer signed the mail, and the text was changed afterwards"),
    _twin("roi_sheet figure_altered", _sheet(roi_sheet.Fault(altered={"C23": 4.2})),
          "FAILED FIGURE_DIFFERS",
          "测算表保存的投资回报率被改大了，公式没动 | "
          "the saved return on investment was raised; its formula was not touched"),
    _twin("roi_sheet template_outdated", _sheet(roi_sheet.OUTDATED),
          "FAILED TEMPLATE_OUTDATED",
          "用去年的模板填的，只把年份改成了今年 | "
          "last year's template, with this year written on it"),
    _twin("roi_sheet typed_in", _sheet(roi_sheet.Fault(typed_in=("C22", "C23"))),
          "INDETERMINATE HARDCODED_FIGURE",
          "净现值与投资回报率是手工填的，没有公式 | "
          "net present value and return were typed in, without formulas"),
    _twin("roi_sheet hidden_sheet",
          _sheet(roi_sheet.Fault(saving_from=roi_sheet.FROM_HIDDEN_SHEET)),
          "INDETERMINATE HIDDEN_SHEET",
          "关键收益取自一张隐藏的工作表 | the saving comes from a sheet that is hidden"),
    _twin("roi_sheet hidden_rows", _sheet(roi_sheet.Fault(hidden_rows=(10,))),
          "INDETERMINATE HIDDEN_CELLS",
          "关键收益所在的行被隐藏 | the row with the saving is hidden"),
    _twin("roi_sheet other_book", _sheet(roi_sheet.Fault(saving_from=roi_sheet.FROM_OTHER_BOOK)),
          "INDETERMINATE EXTERNAL_LINK FORMULA_NOT_COMPUTED",
          "关键收益取自另一个没有上传的工作簿 | "
          "the saving comes from another workbook that nobody handed in"),
    _twin("roi_sheet macro", _sheet(roi_sheet.Fault(has_macro=True)), "FAILED TYPE_MISMATCH",
          "工作簿里有宏，打开时可能改写数字 | a macro in the workbook may change its figures"),
    _twin("quotes polyglot", polyglot_quote, "INDETERMINATE POLYGLOT EXTRA_BYTES",
          "报价单末尾接了一个压缩包，换个程序打开就是另一份文件 | "
          "an archive hangs on the end of the quote: other programs open that"),
    _twin("quotes total_wrong", _quote(added_fen=1_000_000), "FAILED TOTAL_DIFFERS",
          "合计比各行之和多出一万元 | the total is 10,000 yuan more than its lines"),
    _twin("quotes expired", _quote(valid_days=EXPIRED_DAYS), "FAILED QUOTE_EXPIRED",
          "报价上传时已经过期 | the quote had expired when it was handed in"),
    _twin("quotes tax_number_wrong", _quote(tax_number_wrong=True), "FAILED TAX_NUMBER_INVALID",
          "供应商税号的校验位不对 | the check digit of the supplier's tax number is wrong"),
    _twin("quotes one_supplier", _numbers_of_ours, "FAILED SAME_SUPPLIER",
          "换了公司名称，税号和账号却是另一家供应商的 | "
          "another name, with the tax number and account of a supplier who quoted before",
          after="rivals"),
    _twin("quotes scope_missing", _quote(lines=1), "INDETERMINATE QUOTE_SCOPE_DIFFERS",
          "只报了三项内容中的一项 | it offers one of the three things asked for", after="rivals"),
    _twin("quotes prices_scaled", _quote(percent_of_ours=112), "INDETERMINATE PRICES_SCALED",
          "每一行价格都正好是我方报价的 1.12 倍 | every price is exactly 1.12 times ours",
          after="rivals"),
    _twin("quotes seal_missing", _quote(seal=None), "INDETERMINATE SEAL_NOT_FOUND",
          "报价单没有盖章 | no seal was pressed on the quote"),
    _twin("quotes seal_copied", partial(quotes.write, rank=LAST, fault=quotes.BLACK_COPY),
          "INDETERMINATE SEAL_COLOURLESS",
          "印章是黑白复印的 | the seal is a black copy"),
    _twin("quotes figure_edited", other_total, "FAILED TOTAL_DIFFERS",
          "合计的首位数字被改过，字体不同 | "
          "the first figure of the total was changed, in another font"),
    _twin("quotes painted_over", longer_validity,
          "INDETERMINATE TEXT_COVERED QUOTE_INCOMPLETE",
          "有效期被白块盖住，另写了一个日期 | "
          "white was laid over its validity, and a later day written on it"),
    _twin("quotes used_before", _last_quote, "INDETERMINATE REUSED_DELIVERABLE",
          "原样用了另一个客户的报价单 | the very file that was handed in for another customer",
          after="elsewhere"),
    _twin("cto_letter refusing", _letter(cto_letter.Fault(decision=cto_letter.REFUSAL)),
          "FAILED LETTER_REFUSES", "函里写的是暂不同意 | the letter says no, for now"),
    _twin("cto_letter conditional", _letter(cto_letter.Fault(decision=cto_letter.CONDITION)),
          "INDETERMINATE LETTER_CONDITIONAL",
          "函里的同意附有条件 | the letter agrees on a condition"),
    _twin("cto_letter undecided", _letter(cto_letter.UNDECIDED),
          "INDETERMINATE LETTER_INCOMPLETE",
          "名为认可函，正文却没有表示同意 | "
          "it is called an approval, and says nowhere that it approves"),
    _twin("cto_letter other_project", _letter(cto_letter.Fault(project=cto_letter.OTHER_PROJECT)),
          "INDETERMINATE LETTER_INCOMPLETE",
          "函是写给另一个项目的 | the letter is about another project"),
    _twin("cto_letter undated", _letter(cto_letter.Fault(is_dated=False)),
          "INDETERMINATE LETTER_INCOMPLETE", "函没有落款日期 | the letter has no date"),
    _twin("cto_letter seal_missing", _letter(cto_letter.Fault(seal=None)),
          "INDETERMINATE SEAL_NOT_FOUND", "函没有盖章 | no seal was pressed on the letter"),
    _twin("cto_letter seal_copied", _letter(cto_letter.BLACK_COPY),
          "INDETERMINATE SEAL_COLOURLESS", "印章是黑白复印的 | the seal is a black copy"),
    _twin("cto_letter seal_other", _letter(cto_letter.OTHER_SEAL),
          "INDETERMINATE SEAL_HOLDER_DIFFERS",
          "盖的是另一家公司的章 | the seal is another company's"),
    _twin("cto_letter typed_signature", typed_signature, "FAILED SIGNATURE_NOT_FOUND",
          "签名处只是打印的姓名 | where one signs, a name is typed"),
    _twin("cto_letter pasted_signature", pasted_signature, "FAILED SIGNATURE_NOT_FOUND",
          "签名处贴了一张签名图片 | a picture of a signature is pasted where one signs"),
)  # fmt: skip


TWINS: tuple[Twin, ...] = (
    *twins_of_signed(POC_REPORT),
    twin_of("it_mail", "renamed_type", renamed_mail),
    twin_of("it_mail", "back_dated", back_dated_mail),
    twin_of("it_mail", "too_old", partial(too_old, it_mail.write)),
    twin_of("it_mail", "truncated", partial(truncated, it_mail.write, MAIL_SHARE)),
    twin_of("roi_sheet", "renamed_type", renamed_workbook),
    twin_of("roi_sheet", "back_dated", back_dated_workbook),
    twin_of("roi_sheet", "too_old", partial(too_old, roi_sheet.write)),
    twin_of("roi_sheet", "truncated", partial(truncated, roi_sheet.write, 0.6)),
    twin_of("quotes", "renamed_type", renamed_quote),
    twin_of("quotes", "back_dated", back_dated_quote),
    twin_of("quotes", "too_old", partial(too_old, _last_quote), answer="too_old_quote"),
    twin_of("quotes", "truncated", partial(truncated, _last_quote, 0.6), answer="truncated_pdf"),
    *twins_of_signed(CTO_LETTER),
    *CONTENT,
)


def twin(item: str, name: str) -> Twin:
    """Raises KeyError where this kind of deliverable has no such twin."""
    for one in TWINS:
        if (one.item, one.name) == (item, name):
            return one
    raise KeyError(f"{item}/{name}")
