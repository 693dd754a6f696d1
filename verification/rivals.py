"""`quote.rivals`: quotes for one requirement, held against one another by what their reports claim.

Numbers that two suppliers cannot share, read from text, fail; whatever only looks alike is told.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from verification.quotes.firms import is_nearly_one, plain
from verification.quotes.scope import (
    constant_difference,
    constant_factor,
    far_apart,
    pair_up,
    usual_factor,
)
from verification.quotes.stated import Stated, stated
from verification.values import Finding, Status, Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from verification.quotes.scope import Pair
    from verification.values import Claim, ClaimKind, Evidence

ID, VERSION = "quote.rivals", 1

#: The share of lines that both must offer.
_SAME_SCOPE = 0.6
#: Two files of one program that were made within this were made in one sitting.
_ONE_SITTING = timedelta(minutes=10)
#: What programs put in for an author where nobody entered one.
_NOBODY = frozenset(
    {"admin", "administrator", "user", "pc", "owner", "microsoft", "microsoftofficeuser", "office"}
    | {"dell", "lenovo", "hp", "windows用户", "windowsuser", "作者", "author", "unknown", "root"}
)
_KINDS: tuple[tuple[ClaimKind, Text], ...] = (
    ("tax_number", Text(zh="税号", en="tax number")),
    ("bank_account", Text(zh="银行账号", en="bank account")),
    ("supplier", Text(zh="供应商名称", en="supplier's name")),
)
_OTHER_SUPPLIER = Text(
    zh="请提供由另一家独立供应商出具的报价单。",
    en="Hand in a quote of another, independent supplier.",
)
_EXPLAIN = Text(
    zh="请说明两份报价为何如此相似，或提供各供应商直接发出的原始文件；由审核人员判断。",
    en="Say why the two are so alike, or hand in the originals as each supplier sent them; "
    "a reviewer decides.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rival:
    """A quote as it was judged before: what people call it, and what its report claims."""

    name: str
    claims: tuple[Claim, ...]


def compare(own: Rival, others: Sequence[Rival]) -> tuple[Finding, ...]:
    """Hold a quote against the others of its requirement; nothing where there is none."""
    ours = stated(own.claims)
    if not others or ours.one("layout") is None:
        return ()
    findings: list[Finding] = []
    compared = 0
    for other in others:
        theirs = stated(other.claims)
        if theirs.one("layout") is None:
            continue
        findings += _against(ours, theirs, other.name)
        compared += ours.one("supplier") is not None and theirs.one("supplier") is not None
    if findings or not compared:
        return tuple(findings)
    return (_differs(ours, compared),)


def _against(ours: Stated, theirs: Stated, name: str) -> Iterator[Finding]:
    same = list(_same_supplier(ours, theirs, name))
    yield from same
    if any(finding.status is Status.FAILED for finding in same):
        return  # of course one firm's quotes look alike
    yield from _one_hand(ours, theirs, name)
    yield from _same_telephone(ours, theirs, name)
    pairs = pair_up(ours.items, theirs.items)
    if ours.items and theirs.items:
        yield from _scope(ours, theirs, pairs, name)
        yield from _comparable(ours, theirs, pairs, name)
        yield from _prices(pairs, name)
    elif ours.one("supplier") is not None and theirs.one("supplier") is not None:
        yield _unread(ours, name)


def _unread(ours: Stated, name: str) -> Finding:
    """Tell that what two quotes offer could not be compared."""
    place = ours.one("layout")
    return _told(
        Status.INDETERMINATE,
        "QUOTE_INCOMPLETE",
        (
            Text(
                zh=f"这里或“{name}”中没有读到报价明细，无法比较内容和价格。",
                en=f"The lines were not read, here or in {name}; what both offer and at which "
                "price could not be compared.",
            ),
            _EXPLAIN,
        ),
        place.evidence if place else (),
    )


def _same_supplier(ours: Stated, theirs: Stated, name: str) -> Iterator[Finding]:
    for kind, what in _KINDS:
        found = _shared(ours, theirs, kind)
        if found is None:
            continue
        mine, other = found
        exact = ours.exact and theirs.exact
        # A number without the supplier's label may be the customer's, whom all quotes name.
        owned = kind == "supplier" or _is_owned(mine) or _is_owned(other)
        yield _told(
            Status.FAILED if exact and owned else Status.INDETERMINATE,
            "SAME_SUPPLIER",
            (
                Text(
                    zh=f"{what.zh} {mine.value} 与“{name}”中的相同：两份报价来自同一供应商。",
                    en=f"The {what.en} {mine.value} is that of {name}: both quotes come from one "
                    "supplier.",
                ),
                _OTHER_SUPPLIER,
            ),
            mine.evidence,
        )
        return
    yield from _nearly_same_name(ours, theirs, name)


def _is_owned(claim: Claim) -> bool:
    return claim.source.endswith((":label", ":letterhead"))


def _nearly_same_name(ours: Stated, theirs: Stated, name: str) -> Iterator[Finding]:
    mine, other = ours.one("supplier"), theirs.one("supplier")
    if mine is None or other is None:
        return
    if is_nearly_one(mine.value, other.value):
        yield _told(
            Status.INDETERMINATE,
            "SAME_SUPPLIER",
            (
                Text(
                    zh=f"供应商“{mine.value}”与“{name}”中的“{other.value}”只差公司形式、字序、地名或其中一段。",
                    en=f"{mine.value} and {other.value} in {name} differ in their legal form, "
                    "a place, a part, or the order of their parts, only.",
                ),
                _OTHER_SUPPLIER,
            ),
            mine.evidence,
        )


def _shared(ours: Stated, theirs: Stated, kind: ClaimKind) -> tuple[Claim, Claim] | None:
    known = {plain(claim.value): claim for claim in theirs.every(kind)}
    return next(
        ((claim, other) for claim in ours.every(kind) if (other := known.get(plain(claim.value)))),
        None,
    )


def _same_telephone(ours: Stated, theirs: Stated, name: str) -> Iterator[Finding]:
    found = _shared(ours, theirs, "phone")
    if found is None:
        return
    yield _told(
        Status.INDETERMINATE,
        "QUOTES_LOOK_ALIKE",
        (
            Text(
                zh=f"电话 {found[0].value} 与“{name}”中的相同。",
                en=f"The telephone number {found[0].value} is that of {name}.",
            ),
            _EXPLAIN,
        ),
        found[0].evidence,
    )


def _one_hand(ours: Stated, theirs: Stated, name: str) -> Iterator[Finding]:
    """Tell of the marks of one author: who, when and with what, and how it is set."""
    for zh, en, evidence in (
        *_author(ours, theirs),
        *_sitting(ours, theirs),
        *_layout(ours, theirs),
    ):
        yield _told(
            Status.INDETERMINATE,
            "QUOTES_LOOK_ALIKE",
            (
                Text(
                    zh=f"与“{name}”像是同一人制作：{zh}。",
                    en=f"It looks as if whoever made {name} made this too: {en}.",
                ),
                _EXPLAIN,
            ),
            evidence,
        )


_Reason = tuple[str, str, tuple["Evidence", ...]]


def _author(ours: Stated, theirs: Stated) -> Iterator[_Reason]:
    found = _shared(ours, theirs, "author")
    if found and plain(found[0].value) not in _NOBODY and len(plain(found[0].value)) > 1:
        value = found[0].value
        yield f"文件作者都是 {value}", f"the author of both files is {value}", found[0].evidence


def _sitting(ours: Stated, theirs: Stated) -> Iterator[_Reason]:
    software = _shared(ours, theirs, "software")
    made = [_created(quote) for quote in (ours, theirs)]
    if software is None or made[0] is None or made[1] is None:
        return
    (one, claim), (other, _claim) = made[0], made[1]
    if (one.tzinfo is None) != (other.tzinfo is None) or abs(one - other) > _ONE_SITTING:
        return
    minutes = int(abs(one - other).total_seconds() // 60)
    yield (
        f"都由 {software[0].value} 制作，时间只差 {minutes} 分钟",
        f"both were made with {software[0].value}, {minutes} minutes apart",
        claim.evidence,
    )


def _created(quote: Stated) -> tuple[datetime, Claim] | None:
    for claim in quote.every("time"):
        if claim.event == "created" and not claim.source.startswith(("zip", "name")):
            try:
                return datetime.fromisoformat(claim.value), claim
            except ValueError:
                continue
    return None


def _layout(ours: Stated, theirs: Stated) -> Iterator[_Reason]:
    mine, other = ours.one("layout"), theirs.one("layout")
    # A page without a table and fonts says nothing of who set it.
    if mine is None or other is None or mine.value != other.value or mine.value.count("@") < 3:  # noqa: PLR2004 - columns
        return
    yield (
        "页面尺寸、字体和表格各列的位置与名称完全相同",
        "page size, fonts, and the names and places of all columns are the same",
        mine.evidence,
    )


def _scope(ours: Stated, theirs: Stated, pairs: Sequence[Pair], name: str) -> Iterator[Finding]:
    most = max(len(ours.items), len(theirs.items))
    other_quantity = [
        pair
        for pair in pairs
        if None not in {pair.ours.quantity, pair.theirs.quantity}
        and pair.ours.quantity != pair.theirs.quantity
    ]
    if len(pairs) >= _SAME_SCOPE * most and not other_quantity:
        return
    if other_quantity:
        pair = other_quantity[0]
        why = Text(
            zh=f"“{pair.ours.name[:40]}”的数量在“{name}”中是 {pair.theirs.quantity:f}，"
            f"这里是 {pair.ours.quantity:f}。",
            en=f"{pair.ours.name[:40]}: {pair.theirs.quantity:f} in {name}, "
            f"{pair.ours.quantity:f} here.",
        )
        evidence = pair.ours.evidence
    else:
        why = Text(
            zh=f"与“{name}”比较，{most} 行中只有 {len(pairs)} 行是同样的内容。",
            en=f"Of {most} lines only {len(pairs)} are also offered in {name}.",
        )
        evidence = ours.items[0].evidence
    yield _told(
        Status.INDETERMINATE,
        "QUOTE_SCOPE_DIFFERS",
        (
            why,
            Text(
                zh="请按同一清单向各供应商询价；若内容相同只是名称不同，请审核人员核对。",
                en="Ask all suppliers for the same list; if only names differ, a reviewer decides.",
            ),
        ),
        evidence,
    )


def _comparable(
    ours: Stated, theirs: Stated, pairs: Sequence[Pair], name: str
) -> Iterator[Finding]:
    """Tell of prices that nobody can weigh: in another currency, or several times as high."""
    currency, other = ours.one("currency"), theirs.one("currency")
    if currency and other and currency.value != other.value:
        zh = f"这里以 {currency.value} 报价，“{name}”以 {other.value} 报价，价格无法直接比较。"
        en = f"Prices are in {currency.value} here, in {other.value} in {name}: not to be compared."
        evidence = currency.evidence
    elif (times := far_apart(pairs)) is not None:
        zh = f"与“{name}”比较，同样的内容价格相差 {times:f} 倍。"
        en = f"Against {name}, the same things cost {times:f} times as much or as little."
        evidence = tuple(item for pair in pairs for item in pair.ours.evidence)[:5]
    else:
        return
    yield _told(
        Status.INDETERMINATE,
        "PRICES_INCOMPARABLE",
        (
            Text(zh=zh, en=en),
            Text(
                zh="请让各供应商以同一币种、同一单位报价；或说明价格为何相差如此之大，由审核人员判断。",
                en="Ask all suppliers for prices in one currency and unit, or say why they are so "
                "far apart; a reviewer decides.",
            ),
        ),
        evidence,
    )


def _prices(pairs: Sequence[Pair], name: str) -> Iterator[Finding]:
    factor = constant_factor(pairs)
    step = None if factor is not None else constant_difference(pairs)
    most = usual_factor(pairs) if factor is None and step is None else None
    if factor is None and step is None and most is None:
        return
    if most is not None:
        zh, en = (
            f"{most[1]} 行价格是同一倍数（{most[0]:f}）",
            f"{most[1]} have one factor ({most[0]:f})",
        )
    elif factor == 1:
        zh, en = "每一行价格都相同", "every price is the same"
    elif factor is not None:
        zh, en = f"每一行价格都是同一倍数（{factor:f}）", f"every price has one factor ({factor:f})"
    else:
        zh, en = f"每一行价格都相差 {step:f}", f"every price differs by {step:f}"
    yield _told(
        Status.INDETERMINATE,
        "PRICES_SCALED",
        (
            Text(
                zh=f"与“{name}”比较，{len(pairs)} 行中{zh}。",
                en=f"Against {name}, over {len(pairs)} lines {en}.",
            ),
            _EXPLAIN,
        ),
        tuple(item for pair in pairs for item in pair.ours.evidence)[:5],
    )


def _differs(ours: Stated, compared: int) -> Finding:
    supplier = ours.one("supplier")
    return Finding(
        id=ID,
        version=VERSION,
        status=Status.PASSED,
        message=Text(
            zh=f"与另外 {compared} 份报价比较：供应商不同，内容相同，价格各异。",
            en=f"Against {compared} other quotes: another supplier, the same scope, other prices.",
        ),
        evidence=supplier.evidence if supplier else (),
    )


def _told(
    status: Status,
    reason: str,
    words: tuple[Text, Text],
    evidence: tuple[Evidence, ...],
) -> Finding:
    """`words`: the message and the remedy."""
    return Finding(
        id=ID,
        version=VERSION,
        status=status,
        sub_indication=reason,
        message=words[0],
        remedy=words[1],
        evidence=evidence,
    )
