"""Boxes to tick: of the answers that a form offers, only those that were ticked are given."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Ticked and empty boxes, as letters, as brackets, and as Word's symbol fonts have them.
_TICKED = r"(?:[☑☒■✓✔√●◉⊠\uf0fe\uf0fd\uf052\uf053]|[\[(【]\s*[xX×✓✔√vV]\s*[\])】])"
_EMPTY = r"(?:[☐□○◯❏❑\uf0a8\uf0a3\uf06f\uf071]|[\[(【]\s*[\])】])"
_BOX = rf"(?:{_TICKED}|{_EMPTY})"
_YES = r"(?:同意|批准|核准|通过|是|approved?|agreed?|accept(?:ed)?|yes)"
_NO = (
    r"(?:(?:不|未)予?\s*(?:同意|批准|核准|通过)|驳回|否决|拒绝|否|"
    r"not\s+approved|disapproved?|disagreed?|reject(?:ed)?|declined?|denied|no)"
)
#: An answer and hardly more: whole sentences behind a dot of a list are none.
_ANSWER = rf"(?:{_NO}|{_YES})(?![a-z])(?:(?!{_BOX}|\s\s|[,，。;；]).){{0,8}}?"
_BEFORE = re.compile(
    rf"(?P<box>{_BOX})\s*(?P<words>{_ANSWER})(?=\s*(?:{_BOX}|\s\s|[,，。;；]|$))", re.IGNORECASE
)
_BEHIND = re.compile(
    rf"(?<![\w\u4e00-\u9fff])(?P<words>{_ANSWER})\s*(?P<box>{_BOX})", re.IGNORECASE
)
_BETWEEN = r"[”\"]?\s*(?:[/／|、]|或者?|\bor\b|\s)\s*[“\"]?"
#: Both answers side by side, and no box: somebody was to strike one of them out.
_BOTH = re.compile(
    rf"(?<![\w\u4e00-\u9fff])(?:{_YES}{_BETWEEN}{_NO}|{_NO}{_BETWEEN}{_YES})(?![\w\u4e00-\u9fff])",
    re.IGNORECASE,
)


def chosen(rows: Iterable[str]) -> list[str]:
    """Give rows without the answers that nobody chose; where none was, none is left.

    Answers that are offered together stand in one row, or in rows that follow one another.
    """
    left: list[str] = []
    for has_box, group in groupby(rows, lambda row: re.search(_BOX, row) is not None):
        lines = list(group)
        left += [_BOTH.sub(" ? ", line) for line in (_ticked(lines) if has_box else lines)]
    return left


def _ticked(lines: list[str]) -> list[str]:
    before, behind = (
        sum(len(pattern.findall(line)) for line in lines) for pattern in (_BEFORE, _BEHIND)
    )
    if max(before, behind) > 1 and not any(re.search(_TICKED, line) for line in lines):
        return [_BEHIND.sub(" ? ", _BEFORE.sub(" ? ", line)) for line in lines]
    # A choice is of two; where boxes may stand for either neighbour nobody knows which was ticked.
    if max(before, behind) < 2 or before == behind:  # noqa: PLR2004
        return lines
    pattern = _BEFORE if before > behind else _BEHIND
    return [pattern.sub(_if_ticked, line) for line in lines]


def _if_ticked(option: re.Match[str]) -> str:
    return f" {option['words']};" if re.fullmatch(_TICKED, option["box"]) else " "
