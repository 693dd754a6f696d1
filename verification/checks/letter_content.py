"""`letter.content`: an approval letter says to whom, about what, that it approves, who, and when.

Words that approve prove nothing of who wrote them: signatures and seals are other checks'.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from verification.examination import Check
from verification.letters.reading import read_letter
from verification.printed.reading import read
from verification.printed.signed import as_signed
from verification.values import Finding, MetadataField, Status, Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from verification.examination import Examination
    from verification.letters.reading import LetterRead, Part
    from verification.printed import Printed
    from verification.values import Evidence

_ID, _VERSION = "letter.content", 2
_PARTS = {
    "addressee": Text(zh="收件人", en="the addressee"),
    "project": Text(zh="项目名称", en="the project"),
    "decision": Text(zh="能完整读懂的批准词句", en="words that approve and are understood whole"),
    "signer_title": Text(zh="签署人职务", en="the signer's title"),
    "signer_name": Text(zh="签署人姓名", en="the signer's name"),
    "date": Text(zh="日期", en="the date"),
}
_COMPLETE = Text(
    zh="请上传写明收件人、项目、批准意见、签署人职务与姓名及日期的批准函；若已写明，请审核人员人工核对。",
    en="Hand in a letter that says to whom, about which project, that it is approved, by whom and "
    "when; if it does say so, a reviewer decides by hand.",
)
_READ_IT = Text(
    zh="请审核人员人工阅读该处：若不影响批准，可予通过；否则请上传新的批准函。",
    en="A reviewer reads that place: where it takes nothing back, the letter may pass; else "
    "hand in a new one.",
)
_NEW_LETTER = Text(
    zh="请在获得明确的书面批准后，上传新的批准函。",
    en="Hand in a letter that approves, once there is one.",
)
_REMEDIES = {"LETTER_INCOMPLETE": _COMPLETE, "LETTER_UNCLEAR": _READ_IT}
_UNREAD = (MetadataField(source="letter:text"),)


def run(examination: Examination) -> Iterable[Finding]:
    context = examination.context
    asked = context.requirement.content.letter
    if asked is None:
        return
    printed = read(context, examination.words, use_layer=False)
    if printed is None:
        yield _finding(Status.INDETERMINATE, "LETTER_INCOMPLETE", _no_words(), _UNREAD)
        return
    signer = context.requirement.signer
    name = signer.name if signer else None
    letter = read_letter(printed, asked, name)
    signed = as_signed(examination)
    # Whoever refuses is heard; nobody but the signer approves.
    if signed is not None and letter.decision not in {"refuses", "conditional"}:
        printed = read(signed, use_layer=False)
        if printed is None:
            yield _finding(Status.INDETERMINATE, "LETTER_INCOMPLETE", _no_words(), _UNREAD)
            return
        letter = read_letter(printed, asked, name)
    yield from _judge(letter, printed)


def _judge(letter: LetterRead, printed: Printed) -> Iterable[Finding]:
    lacking = [part for part in letter.parts if part.cell is None]
    places = tuple(part.cell.where for part in letter.parts if part.cell is not None)
    at = (letter.decided_at.where,) if letter.decided_at else ()
    if letter.decision == "refuses":
        exact = printed.origin == "text"
        status = Status.FAILED if exact else Status.INDETERMINATE
        yield _finding(status, "LETTER_REFUSES", _refused(letter), at)
    elif letter.decision == "conditional":
        yield _finding(Status.INDETERMINATE, "LETTER_CONDITIONAL", _on_condition(letter), at)
    elif letter.decision == "unclear":
        yield _finding(Status.INDETERMINATE, "LETTER_UNCLEAR", _not_understood(letter), at)
    if lacking:
        where = places or (printed.rows[0].cells[0].where,)
        yield _finding(Status.INDETERMINATE, "LETTER_INCOMPLETE", _lacks(lacking), where)
    elif letter.decision == "approves":
        yield Finding(
            id=_ID,
            version=_VERSION,
            status=Status.PASSED,
            message=Text(
                zh=f"批准函内容齐全，日期 {letter.day}。",
                en=f"The letter says all that is asked for; it is dated {letter.day}.",
            ),
            evidence=places,
        )


def _quoted(letter: LetterRead) -> str:
    return letter.decided_at.text[:60] if letter.decided_at else ""


def _refused(letter: LetterRead) -> Text:
    return Text(
        zh=f"函件没有批准：“{_quoted(letter)}”。",
        en=f"The letter does not approve: “{_quoted(letter)}”.",
    )


def _on_condition(letter: LetterRead) -> Text:
    return Text(
        zh=f"批准附有条件：“{_quoted(letter)}”。",
        en=f"The approval depends on a condition: “{_quoted(letter)}”.",
    )


def _not_understood(letter: LetterRead) -> Text:
    return Text(
        zh=f"函件写明批准，但另有一处可能影响批准，未能判明：“{_quoted(letter)}”。",
        en="The letter approves, and says something else that may bear on the approval and is not "
        f"understood: “{_quoted(letter)}”.",
    )


def _no_words() -> Text:
    return Text(
        zh="文件中没有读到文字，无法核对批准函的内容。",
        en="No words could be read in the file; what the letter says is not known.",
    )


def _lacks(lacking: list[Part]) -> Text:
    zh = "、".join(_PARTS[part.part].zh + _expected(part, "（应为：{}）", "、") for part in lacking)
    en = ", ".join(
        _PARTS[part.part].en + _expected(part, " (expected: {})", " / ") for part in lacking
    )
    return Text(zh=f"没有读到：{zh}。", en=f"Not found: {en}.")


def _expected(part: Part, form: str, between: str) -> str:
    return form.format(between.join(part.expected[:4])) if part.expected else ""


def _finding(status: Status, reason: str, message: Text, evidence: tuple[Evidence, ...]) -> Finding:
    return Finding(
        id=_ID,
        version=_VERSION,
        status=status,
        sub_indication=reason,
        message=message,
        remedy=_REMEDIES.get(reason, _NEW_LETTER),
        evidence=evidence,
    )


CHECK = Check(id=_ID, version=_VERSION, formats=frozenset(), run=run)
