"""`quote.complete`: what a quote must say could be read; what could not is named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verification.examination import Check
from verification.quotes.stated import stated
from verification.values import Finding, MetadataField, Status, Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from verification.examination import Examination
    from verification.quotes.stated import Stated
    from verification.values import ClaimKind

_ID, _VERSION = "quote.complete", 1
#: Any one of the kinds will do.
_NEEDED: tuple[tuple[frozenset[ClaimKind], Text], ...] = (
    (frozenset({"supplier"}), Text(zh="供应商名称", en="the supplier's name")),
    (
        frozenset({"tax_number", "bank_account", "phone"}),
        Text(
            zh="供应商的税号、账号或电话", en="a tax number, account or telephone of the supplier"
        ),
    ),
    (frozenset({"item"}), Text(zh="报价明细", en="the lines of the offer")),
    (frozenset({"total"}), Text(zh="总价", en="the total")),
    (frozenset({"currency"}), Text(zh="币种", en="the currency")),
    (frozenset({"valid_until"}), Text(zh="有效期", en="until when it stands")),
)
_REMEDY = Text(
    zh="请上传写明上述内容、由供应商直接导出的 PDF、Word 或 xlsx 报价单；"
    "若已写明，请审核人员核对。",
    en="Hand in a quote that says this, as PDF, Word or xlsx from the supplier's own program; if "
    "it does say so, a reviewer decides by hand.",
)


def run(examination: Examination) -> Iterable[Finding]:
    if examination.context.requirement.content.quote is None:
        return
    quote = stated(examination.claims)
    known = {claim.kind for claim in quote.claims}
    missing = [words for kinds, words in _NEEDED if not kinds & known]
    codes = [claim.value for claim in quote.every("currency")]
    if len(codes) > 1:
        missing.append(
            Text(
                zh=f"唯一的币种（写有 {'、'.join(codes)}）",
                en=f"one currency ({', '.join(codes)} are named)",
            )
        )
    if quote.items and not quote.whole:
        missing.append(Text(zh="部分行的数量、单价或金额", en="figures of some lines"))
    if missing:
        yield _lacking(quote, missing, examination.context.file_type.format or "?")
    elif not quote.doubted:  # of which the readings were told where the claims were made
        yield _all(quote)


def _lacking(quote: Stated, missing: list[Text], kind: str) -> Finding:
    place = quote.one("layout") or quote.one("item")
    zh, en = "、".join(one.zh for one in missing), ", ".join(one.en for one in missing)
    if quote.one("layout") is None:
        zh, en = (
            f"{zh}（{kind} 文件中没有读到文字）",
            f"{en} (no words were read in this {kind} file)",
        )
    return Finding(
        id=_ID,
        version=_VERSION,
        status=Status.INDETERMINATE,
        sub_indication="QUOTE_INCOMPLETE",
        message=Text(
            zh=f"没有读到：{zh}。",
            en=f"Not found or not read: {en}.",
        ),
        remedy=_REMEDY,
        evidence=place.evidence if place else (MetadataField(source="quote:text"),),
    )


def _all(quote: Stated) -> Finding:
    total = quote.one("total")
    return Finding(
        id=_ID,
        version=_VERSION,
        status=Status.PASSED,
        message=Text(
            zh="供应商、明细、总价、币种与有效期都已读到。",
            en="Supplier, lines, total, currency and validity were all read.",
        ),
        evidence=total.evidence if total else (),
    )


CHECK = Check(id=_ID, version=_VERSION, formats=frozenset(), run=run)
