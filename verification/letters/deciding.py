"""What a letter decides: a refusal outweighs a condition, and that an approval.

An approval is a clause that is understood, and beside which nothing bears on what is decided
without being known as harmless.
"""

from __future__ import annotations

import re
from bisect import bisect
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from verification.choices import chosen
from verification.letters import chinese, english, refusing
from verification.quotes.amounts import fold

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from verification.printed import Cell, Row

Decision = Literal["approves", "refuses", "conditional", "unclear", "none"]

#: Words of approval where the requirement names none.
_APPROVES = (
    *("同意", "批准", "准予", "核准", "审批通过", "审核通过", "予以通过"),
    *("审议通过", "审议并通过", "一致通过", "表决通过"),
    *("approve", "approval", "agree", "authorise", "authorize", "consent"),
)
#: Words between quotation marks are somebody else's, but for a single answer.
_QUOTED = re.compile('[“「『][^”」』]{9,}[”」』]|"[^"]{9,}"')
#: What a letter is called decides nothing.
_NAMED_SO = re.compile(
    r"(?:批准|同意|核准|审批|认可|确认)(?:函|书|件|单|文件|意见|表|记录)|"
    r"approval (?:letter|form|note)",
    re.IGNORECASE,
)


#: Where a form waits for a name; digits in brackets are a document's number.
_BLANK = re.compile(
    r"\[(?!\s*[xX✓✔√vV]?\s*\])[^\]\d]{1,30}\]|<[^<>\d]{1,40}>|[xX×]{3,}|\((?:姓名|公司名称|"
    r"客户名称|项目名称|日期|name|date|company)\)"
)
#: Lines that are a sentence of their own.
_SALUTES = re.compile(
    r"(?:(?:subject|re)\s*:.*|(?:dear|hello|hi|尊敬的)\b[^.。]{0,60}[,:]?)$", re.IGNORECASE
)
#: Where the words end, and somebody signs.
_FOOT = re.compile(
    r"^(?:yours|sincerely|(?:kind|best|warm)? ?regards|respectfully)\b|"
    r"^(?:to|signed|date|name|title|signature)\s*[:_]|"
    r"^(?:[^,。;]{2,30}:$|[^,。;]{0,10}\(?(?:签[字名章署]|盖章|签发)|\S{2,24}公司$|[\d ]{4,6}年)",
    re.IGNORECASE,
)
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
#: A clause is found again by so many letters; figures and titles are written otherwise behind them.
_QUOTE = 6
#: A row that is so much shorter than the longest was ended by its writer.
_ENDED = 0.6
#: A clause of more letters is not understood; nobody draws breath so late.
_LONGEST = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a letter is read for."""

    #: The words that approve.
    approving: re.Pattern[str]
    #: The names of the project; None: any project will do.
    project: re.Pattern[str] | None
    #: The requirement names it, and not only the letter.
    is_named: bool


def decide(
    rows: Sequence[Row], words: tuple[str, ...], project: tuple[str, ...] = ()
) -> tuple[Decision, Cell | None]:
    """Weigh every sentence, and say where the one stands that decides; no words: any approval."""
    found: dict[Decision, Cell] = {}
    sentences, starts = _sentences(rows)
    names = project or chinese.names(fold(row.text) for row in rows)
    asked = Asked(
        approving=_any(_word(word) for word in words or _APPROVES if word.strip()),
        project=_any(_spaced(name) for name in names if name.strip()) if names else None,
        is_named=bool(project),
    )
    for sentence, begins in sentences:
        for kind, place in _weigh(sentence, asked):
            found.setdefault(kind, rows[bisect(starts, begins + place) - 1].cells[0])
    if "approves" not in found:
        found.pop("unclear", None)
    order: tuple[Decision, ...] = ("refuses", "conditional", "unclear", "approves")
    return next(((kind, found[kind]) for kind in order if kind in found), ("none", None))


def _sentences(rows: Sequence[Row]) -> tuple[list[tuple[str, int]], list[int]]:
    """Give sentences with where each begins, and where each row does; a line's end ends none."""
    text = ""
    starts: list[int] = []
    lines = [_NAMED_SO.sub("", " ".join(row.split())) for row in chosen(fold(r.text) for r in rows)]
    longest = max((len(line) for line in lines), default=0)
    for number, line in enumerate(lines):
        starts.append(len(text))
        following = lines[number + 1] if number + 1 < len(lines) else ""
        ended = _FOOT.search(following) or (
            (len(line) < longest * _ENDED or number == 0) and not re.match(r"[a-z]", following)
        )
        if _SALUTES.match(line):
            text += f"{line}。"
            continue
        text += line + ("|" if ended else "" if _CHINESE.match(line[-1:]) else " ")
    text = _QUOTED.sub(lambda one: "…" * len(one[0]), text)
    found = re.finditer(r"[^。!?！？;；]+?(?:[。!?！？;；]|\.(?=[\s|]|$)|$)", text)
    sentences = [
        (one[0].lstrip(" |").rstrip(), one.start() + len(one[0]) - len(one[0].lstrip(" |")))
        for one in found
    ]
    return sentences, starts


def _any(patterns: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


def _word(word: str) -> str:
    folded = re.escape(fold(word))
    if not word.isascii():
        return folded
    return rf"\b(?:{folded}\w{{0,3}}|{folded.removesuffix('e')}ing)\b"


def _spaced(name: str) -> str:
    return r"\s*".join(re.escape(letter) for letter in fold(name) if not letter.isspace())


def _weigh(sentence: str, asked: Asked) -> Iterator[tuple[Decision, int]]:
    """Say what a sentence decides, and at which letter of it."""
    if refusing.is_provided_for(sentence):
        if void := refusing.voids(sentence):
            yield "conditional", void.start()
        return
    if refusing.refusals(sentence):
        if (refusal := refusing.refuses(sentence)) is not None:
            yield "refuses", refusal.start()
        else:
            yield "unclear", 0
        return
    word = asked.approving.search(sentence)
    if word and (condition := refusing.condition(sentence)):
        yield "conditional", condition.start()
    elif word and _BLANK.search(sentence):
        yield "unclear", word.start()
    else:
        yield from _understand(sentence, asked)


def _understand(sentence: str, asked: Asked) -> Iterator[tuple[Decision, int]]:
    """Tell an approval that is understood whole from a sentence that may bear on one."""
    text = asked.project.sub(chinese.PROJECT, sentence) if asked.project else sentence
    clauses = (chinese if _CHINESE.search(sentence) else english).clauses(text)
    asks = re.search(r"[?？][\s)”\"|]*$", sentence) is not None
    approving = [] if asks else [one for one in clauses if _approves(one, asked)]
    for clause in clauses:
        if clause not in approving and _bears(clause, approving=bool(approving)):
            yield "unclear", max(0, sentence.find(clause[:_QUOTE]))
            return
    if approving:
        yield "approves", max(0, sentence.find(approving[0][:_QUOTE]))


def _approves(clause: str, asked: Asked) -> bool:
    if len(clause) > _LONGEST:
        return False
    named = not asked.is_named or chinese.PROJECT in clause
    words = asked.approving.finditer(clause)
    if not _CHINESE.search(clause):
        return any(english.approves(clause, one, named=named) for one in words)
    latin = " ".join(re.findall(r"[A-Za-z'’]+", clause))
    return not english.bears(latin, approving=True) and any(
        chinese.approves(clause, one, named=named) for one in words
    )


def _bears(clause: str, *, approving: bool) -> bool:
    """Tell whether a clause may say more of what is decided, in either language."""
    if not _CHINESE.search(clause):
        return english.bears(clause, approving=approving)
    return chinese.bears(clause, approving=approving) or english.bears(clause, approving=False)
