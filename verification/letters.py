"""An approval letter: what is asked of it, looked for where a letter says it.

Rows are read from top to bottom. What decides are sentences: a word of approval counts only where
no word beside it turns it round.
"""

from __future__ import annotations

import re
from bisect import bisect
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING, Literal

from verification.choices import chosen
from verification.quotes.amounts import fold
from verification.quotes.days import days_within
from verification.signers import normalise

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from verification.content import Letter
    from verification.printed import Cell, Printed, Row

Decision = Literal["approves", "refuses", "conditional", "none"]

#: Words of approval where the requirement names none.
_APPROVES = (
    *("同意", "批准", "准予", "核准", "审批通过", "审核通过", "予以通过"),
    *("approve", "approved", "approval is granted", "agree", "authorise", "authorize", "consent"),
)
_REFUSES = re.compile(
    r"不(?:予|能|得|再|便|宜)?\s*(?:同意|批准|准予|核准|照准|通过|予以|采纳|接受)|"
    r"未(?:予|能|获|经)?\s*(?:同意|批准|核准|通过)|"
    r"(?:暂|暂时|暂且|尚|尚且|暫|暫時)(?:不|未|缓|緩)|暂缓|缓办|拒绝|拒絕|驳回|駁回|否决|否決|退回|"
    r"(?:无法|無法|难以|難以|歉难|歉難|碍难|礙難|未便)(?:予以)?\s*(?:同意|批准|核准|通过|照准)|"
    r"\b(?:not|never|cannot|can't|don't|doesn't|won't|unable to)\s+(?:yet\s+|been\s+|be\s+|"
    r"currently\s+|hereby\s+|"
    r"able\s+to\s+|in\s+a\s+position\s+to\s+)*(?:approv|agree|authori[sz]|consent|accept|grant)\w*|"
    r"\b(?:reject|declin|refus|den(?:y|ied)|disapprov|withh[eo]ld)\w*|\bdisagree",
    re.IGNORECASE,
)
_CONDITIONAL = re.compile(
    r"(?:在|如|若|待|经).{0,24}(?:后|前提下|情况下).{0,6}(?:方可|再行?|才|予以)|前提(?:是|为)|有条件|附条件|"
    r"原则(?:上)?同意|前提条件|(?:条件|前提)下|(?:拟|基本|初步|大体|暂时|有保留地?|倾向于?|仅|只)同意|"
    r"待[^,。;]{0,16}(?:批准|审批|审议|审定|同意|落实|获批|到位)|报[^,。;]{0,12}(?:审定|审批|批准|核准)|"
    r"(?:如果|倘若|假如|只要|除非)[^。;]{0,30}(?:同意|批准)|[如若][^,。;]{0,4}(?:降|获|能)[^。;]{0,20}(?:同意|批准)|"
    r"但[^。;]{0,12}(?:暂停|延后|推迟|须|需|必须|前提)|"
    r"subject to|on condition|conditional(?:ly)?|pending|in principle|"
    r"provided\s+(?:that|the|you|your|it|they|we)\b|contingent|assuming|(?:as|so) long as|unless|"
    r"only (?:if|when|approv)|approv\w* only|\bwould\b[^.]{0,20}(?:approv|agree|consent|authori)|"
    r"approv[^.]{0,60}\bif\b|once .{3,60} (?:is|are|has|have)",
    re.IGNORECASE,
)
#: A sentence about another's decision, or about one to come, decides nothing.
_NOT_DECIDING = re.compile(
    r"申请(?:同意|批准)|请(?:予以?)?(?:批准|审批|同意|核准|批示)|(?:恳|敬|特|提)请|报请|是否|能否|待批|待审批|"
    r"\b(?:request(?:ing|s|ed)?|ask(?:ing|s|ed)?|seek(?:ing|s)?|apply|applying|whether|please|if)\b[^.]{0,60}"
    r"(?:approv|consent|authori[sz]|agree)",
    re.IGNORECASE,
)
#: Beside these a word of approval approves no project: of an end, of nothing, of another's.
_TURNED = re.compile(
    r"没有?|沒有?|从未|從未|并未|并非|不可能|无人|反对|不批|"
    r"未(?:作|做)?(?:出)?决定|(?:推迟|延期|延后|暂停|中止|终止|取消|搁置|撤回|撤销|收回|放弃|作废)|不采购|不实施|"
    r"(?:同意|批准|approved?)\s*[::]\s*(?:否|无|不|no\b)|(?:批准|同意)(?:之)?前|"
    r"(?:此前|先前|曾经?)(?:已经?)?(?:同意|批准)|\bvoid\b|"
    r"\b(?:no longer|nobody|no one|nothing|neither|hardly|barely|without|never)\b|"
    r"\bfail(?:ed|s)? to\b|"
    r"\bnot (?:wish|want|intend|plan|propose)\b|"
    r"\b(?:delay|cancel|postpon|revo[kc]|rescind|withdr[ae]w|terminat|suspen[ds]|abandon)\w*",
    re.IGNORECASE,
)
#: What is to happen should something not be approved or not pass refuses nothing itself.
_SHOULD = re.compile(
    r"(?:如|若|倘|一旦|凡)[^,。]{0,24}$|(?:不|未)(?:予|能|获|经)?\s*(?:批准|核准|通过|合格)的[^,。;]{0,10}$|"
    r"\b(?:if|should|unless|in case|where)\b[^,.]{0,60}$",
    re.IGNORECASE,
)
_THEN = re.compile(
    r"^[^,。;]{0,8}(?:的|时|者|则)\s*,|^(?:之|以)?前|^\s*的(?=[\u4e00-\u9fff])|"
    r"^\s*,?\s*[^,。;]{0,6}(?:不得|不能|不可|禁止|严禁)"
)
#: “Invoices not approved by us will be returned” is such a case, “is not approved” none.
_PARTED = re.compile(r"^not\b", re.IGNORECASE)
_THEN_ENGLISH = re.compile(r"^\s+(?:by|in)\b[^.,;]{0,40}\b(?:will|shall|may|must)\b", re.IGNORECASE)
_THINGS = re.compile(r"[a-z]{2,}s\s+$(?<!\bis\s)(?<!\bwas\s)(?<!\bhas\s)(?<!\bdoes\s)")
#: A refusal that is forbidden, or that somebody may give one day, is none.
_MAY = re.compile(
    r"(?:不得|不能|不可|不会|不应|不要|切勿|勿|禁止|无权|有权|可以?|不会再)\s*$|"
    r"\b(?:not|never|may|might|can|cannot|right to|entitled to)\s+(?:be\s+)?(?:unreasonably\s+)?$",
    re.IGNORECASE,
)
_VERB = re.compile(
    r"拒绝|拒絕|驳回|駁回|否决|否決|退回|reject|declin|refus|den|disapp|withh", re.IGNORECASE
)
_NONE_OF = re.compile(r"^\s+no\b", re.IGNORECASE)
_VOID = re.compile(r"(?:不|未)生效|无效|作废|\b(?:void|no effect|lapses?)\b", re.IGNORECASE)
#: What a letter is called decides nothing.
_NAMED_SO = re.compile(
    r"(?:批准|同意|核准|审批|认可|确认)(?:函|书|件|单|文件|意见|表|记录)|"
    r"approval (?:letter|form|note)",
    re.IGNORECASE,
)
_TITLES = (
    *(
        "董事长",
        "总经理",
        "总裁",
        "首席",
        "总监",
        "经理",
        "主任",
        "院长",
        "校长",
        "局长",
        "处长",
        "部长",
        "厂长",
        "科长",
    ),
    *(
        "CEO",
        "CTO",
        "CFO",
        "CIO",
        "COO",
        "Chief",
        "Director",
        "President",
        "Manager",
        "Head of",
        "Chair",
        "Dean",
        "Principal",
    ),
)
_SIGNED = re.compile(
    r"签\s*[字名署章发]|批准人|审批人|负责人|签批|盖章|\(章\)|"
    r"signature|signed|sincerely|regards|faithfully|yours|approved by|authori[sz]ed by|_{4,}",
    re.IGNORECASE,
)
_ADDRESSED = re.compile(r"^(?:致|to|dear|attn|attention|抄送)\b|[::]$", re.IGNORECASE)
#: A line that addresses somebody, and one that holds a date, have no more letters than this.
_LINE, _DATE_LINE, _DATE_AT = 80, 60, 40
#: The addressee stands within so many rows, the signer's name and date within so many at the end.
_HEAD_ROWS, _FOOT_ROWS = 12, 14
#: Rows around the signer's title in which the name must stand.
_NEAR = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One thing that a letter must say; `cell` is where it says it, None where it does not."""

    part: Literal["addressee", "project", "decision", "signer_title", "signer_name", "date"]
    cell: Cell | None
    #: What was expected, any one of them; empty: anything of the kind.
    expected: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterRead:
    parts: tuple[Part, ...]
    decision: Decision
    #: Where the decision, or its refusal, stands.
    decided_at: Cell | None
    day: date | None


def read_letter(printed: Printed, asked: Letter, name: str | None) -> LetterRead:
    """Look for everything; `name` is the signer that the requirement names, None: any."""
    rows = printed.rows
    decision, at = _decide(rows, asked.decision or _APPROVES)
    foot = rows[-_FOOT_ROWS:]
    title = _title(foot, asked.signer_title)
    day, dated = _day(rows)
    parts = [
        Part(part="addressee", cell=_addressee(rows, asked.addressee), expected=asked.addressee),
        Part(part="project", cell=_says(rows, asked.project), expected=asked.project)
        if asked.project
        else None,
        Part(
            part="decision",
            cell=None if decision == "none" else at,
            expected=asked.decision or ("同意", "批准", "approve"),
        ),
        Part(part="signer_title", cell=title, expected=asked.signer_title),
        Part(part="signer_name", cell=_signer(foot, title, name), expected=(name,) if name else ()),
        Part(part="date", cell=dated),
    ]
    return LetterRead(
        parts=tuple(part for part in parts if part is not None),
        decision=decision,
        decided_at=at,
        day=day,
    )


def _says(rows: Sequence[Row], wanted: tuple[str, ...]) -> Cell | None:
    """Find any of the wanted words, also where a line was broken inside them."""
    folded = [normalise(word) for word in wanted if word.strip()]
    for row, following in zip_longest(rows, rows[1:]):
        here = normalise(row.text)
        both = here + (normalise(following.text) if following else "")
        if any(word in here or (word in both and word not in both[len(here) :]) for word in folded):
            holding = (c for c in row.cells if any(w in normalise(c.text) for w in folded))
            return next(holding, row.cells[0])
    return None


def _addressee(rows: Sequence[Row], wanted: tuple[str, ...]) -> Cell | None:
    head = rows[:_HEAD_ROWS]
    if wanted:
        return _says([row for row in head if _is_address(row)], wanted)
    return next((row.cells[0] for row in head if _is_address(row)), None)


def _is_address(row: Row) -> bool:
    """Tell a line that addresses somebody: short, no sentence."""
    text = fold(row.text)
    return len(text) <= _LINE and (
        bool(_ADDRESSED.search(text)) or not re.search(r"[。;,，.]\s*\S", text)
    )


def _sentences(rows: Sequence[Row]) -> tuple[list[tuple[str, int]], list[int]]:
    """Give sentences with where each begins, and where each row does; a line's end ends none."""
    text = ""
    starts: list[int] = []
    for row in chosen(fold(row.text) for row in rows):
        starts.append(len(text))
        folded = _NAMED_SO.sub("", " ".join(row.split()))
        text += folded if re.search(r"[\u4e00-\u9fff]$", folded) else folded + " "
    found = re.finditer(r"[^。!?！？;；]+?(?:[。!?！？;；]|\.(?=\s|$)|$)", text)
    sentences = [
        (one[0].strip(), one.start() + len(one[0]) - len(one[0].lstrip())) for one in found
    ]
    return sentences, starts


def _decide(rows: Sequence[Row], words: tuple[str, ...]) -> tuple[Decision, Cell | None]:
    """Weigh every sentence: a refusal outweighs a condition, and that an approval."""
    found: dict[Decision, Cell] = {}
    approving = re.compile("|".join(_word(word) for word in words if word.strip()), re.IGNORECASE)
    sentences, starts = _sentences(rows)
    for sentence, begins in sentences:
        for kind, place in _weigh(sentence, approving):
            found.setdefault(kind, rows[bisect(starts, begins + place) - 1].cells[0])
    order: tuple[Decision, ...] = ("refuses", "conditional", "approves")
    return next(((kind, found[kind]) for kind in order if kind in found), ("none", None))


def _word(word: str) -> str:
    folded = re.escape(fold(word))
    return rf"\b{folded}\w{{0,3}}\b" if word.isascii() else folded


def _weigh(sentence: str, approving: re.Pattern[str]) -> Iterator[tuple[Decision, int]]:
    """Say what a sentence decides, and at which letter of it."""
    refusals = [one for one in _REFUSES.finditer(sentence) if not _is_none(sentence, one)]
    if refusals and all(_is_contingent(sentence, one) for one in refusals):
        if void := _VOID.search(sentence):
            yield "conditional", void.start()
        return
    if refusals:
        if not _NOT_DECIDING.search(sentence):
            yield "refuses", refusals[0].start()
        return
    approval = approving.search(sentence)
    if approval is None or _NOT_DECIDING.search(sentence) or _TURNED.search(sentence):
        return
    condition = _CONDITIONAL.search(sentence)
    yield ("conditional", condition.start()) if condition else ("approves", approval.start())


def _is_none(sentence: str, refusal: re.Match[str]) -> bool:
    """Tell a refusal that nobody may give, or gives: “may be rejected”, “refuse no change”."""
    before, after = sentence[: refusal.start()], sentence[refusal.end() :]
    verb = _VERB.match(refusal[0])
    return verb is not None and bool(_MAY.search(before) or _NONE_OF.search(after))


def _is_contingent(sentence: str, refusal: re.Match[str]) -> bool:
    """Tell a case that is provided for from a refusal."""
    before, after = sentence[: refusal.start()], sentence[refusal.end() :]
    if _PARTED.search(refusal[0]) and _THEN_ENGLISH.search(after) and _THINGS.search(before):
        return True
    return bool(_SHOULD.search(before) or _THEN.search(after))


def _title(foot: Sequence[Row], wanted: tuple[str, ...]) -> Cell | None:
    """Find the title that stands last: a number or a name further up may hold the same letters."""
    titles = wanted or _TITLES
    alone = (_says([row], titles) for row in reversed(foot))
    return next((cell for cell in alone if cell is not None), None) or _says(foot, titles)


def _signer(foot: Sequence[Row], title: Cell | None, name: str | None) -> Cell | None:
    """Find the signer's name near the title, or near the words where one signs."""
    if name is not None:
        return _says(foot, (name,))
    anchors = [
        number
        for number, row in enumerate(foot)
        if _SIGNED.search(fold(row.text)) or (title is not None and title in row.cells)
    ]
    for number in anchors:
        for row in foot[max(0, number - _NEAR) : number + _NEAR + 1]:
            if (cell := next((c for c in row.cells if _is_name(c.text)), None)) is not None:
                return cell
            if _is_name(" ".join(row.text.split())):
                return row.cells[0]
    return None


_CHINESE_NAME = re.compile(r"(?:[\u4e00-\u9fff]\s?){2,4}")
_ENGLISH_NAME = re.compile(
    r"(?:(?:Dr|Mr|Mrs|Ms|Prof)\.? )?[A-ZÀ-Ý][\w'’À-ÿ-]+(?: [A-ZÀ-Ý]\.?)?"
    r"(?: [A-ZÀ-Ý][\w'’À-ÿ-]+){1,2}"
)
_LABEL = re.compile(
    r"^.{0,12}(?:签\s*[字名署章发]|批准人|审批人|负责人|签批|name|signed|signature|by)[^::]{0,12}[::]\s*",
    re.IGNORECASE,
)


def _is_name(text: str) -> bool:
    words = _LABEL.sub("", fold(text)).strip(" _.,")
    for title in _TITLES:
        words = words.removeprefix(title).removesuffix(title).strip(" ,:")
    if _SIGNED.search(words) or re.search(r"公司|集团|部门?$|[年月日]|盖章|此致|敬礼|特此", words):
        return False
    return bool(_CHINESE_NAME.fullmatch(words) or _ENGLISH_NAME.fullmatch(words))


def _day(rows: Sequence[Row]) -> tuple[date | None, Cell | None]:
    """Find the letter's day: at its end, else at its head; a day in the middle is another's."""
    head = max(0, min(_HEAD_ROWS, len(rows) - _FOOT_ROWS))
    for row in (*reversed(rows[-_FOOT_ROWS:]), *rows[:head]):
        text = fold(row.text)
        for place, day in days_within(text):
            if len(text) <= _DATE_LINE and place < _DATE_AT:
                return day, row.cells[-1]
    return None, None
