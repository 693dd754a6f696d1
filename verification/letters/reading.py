"""An approval letter: what is asked of it, looked for where a letter says it.

Rows are read from top to bottom; what they decide is `deciding`'s.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING, Literal

from verification.letters.deciding import decide
from verification.quotes.amounts import fold
from verification.quotes.days import days_within
from verification.signers import normalise

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from verification.content import Letter
    from verification.letters.deciding import Decision
    from verification.printed import Cell, Printed, Row

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
_ADDRESSED = re.compile(r"^(?:致|to|dear|attn|attention)\b|[::]$", re.IGNORECASE)
#: A line that names who gets a copy, or who writes, addresses nobody.
_COPIED = re.compile(r"^\s*(?:抄\s*[送报]|发件人|(?:cc|bcc|copy to|c\.c\.|from)\b)", re.IGNORECASE)
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
    decision, at = decide(rows, asked.decision, asked.project)
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
    """Tell a line that addresses somebody: short, no sentence, and no copy's."""
    text = fold(row.text)
    return (
        not _COPIED.search(text)
        and len(text) <= _LINE
        and (bool(_ADDRESSED.search(text)) or not re.search(r"[。;,，.]\s*\S", text))
    )


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
