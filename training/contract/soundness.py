"""What is wrong with a history as a whole: too few rows, one class, constants, ids as words."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from models.text import Text
from training.contract.contract import Role

if TYPE_CHECKING:
    from training.contract.contract import Contract, Field
    from training.contract.staging import Record, Staged

FEWEST_ROWS, FEWEST_OF_A_CLASS = 400, 100
#: With more rejected rows the file is not what the contract describes.
MOST_REJECTED = 0.05
#: A word that stands for fewer rows is "unseen"; more words than these are no category.
MOST_CATEGORIES = 5_000
#: Of all rows: above it, the words name rows.
MOST_DISTINCT = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """Why nothing is learnt from this history."""

    code: str
    seen: str
    expected: Text
    remedy: Text


def flaws(staged: Staged, contract: Contract) -> tuple[Flaw, ...]:
    """Give all of them; none for a history that can be learnt from."""
    found = [*_rows(staged), *_classes(staged.records, contract)]
    if staged.records:
        for field in contract.learnt_from:
            found.extend(_column(staged.records, field))
    return tuple(found)


def _rows(staged: Staged) -> list[Flaw]:
    found = []
    taken = len(staged.records)
    if taken < FEWEST_ROWS:
        found.append(
            Flaw(
                code="rows",
                seen=f"{taken}",
                expected=Text(zh=f"至少 {FEWEST_ROWS} 行", en=f"{FEWEST_ROWS} rows at least"),
                remedy=Text(
                    zh="请导入更长的历史；在此之前按费率卡中的高客单规则计算。",
                    en="Import a longer history; until then the card's rule of high value pays.",
                ),
            )
        )
    total = taken + staged.rejected_rows
    if total and staged.rejected_rows > MOST_REJECTED * total:
        top = ", ".join(
            f"{field}: {code} × {count}"
            for (field, code), count in Counter(
                (one.field, one.code) for one in staged.rejects
            ).most_common(3)
        )
        found.append(
            Flaw(
                code="rejected",
                seen=f"{staged.rejected_rows} / {total} ({top})",
                expected=Text(zh=f"不超过 {MOST_REJECTED:.0%}", en=f"{MOST_REJECTED:.0%} at most"),
                remedy=Text(
                    zh="请看拒绝文件，修正导出或契约。",
                    en="Read the reject file; mend the export or the contract.",
                ),
            )
        )
    return found


def _classes(records: tuple[Record, ...], contract: Contract) -> list[Flaw]:
    label = contract.one(Role.LABEL)
    ends = [float(record[label.name]) for record in records] if label else []
    won, lost = ends.count(1.0), ends.count(0.0)
    if contract.horizon_days:
        lost += sum(end != end for end in ends)  # noqa: PLR0124 - NaN: open, lost by the horizon
    if min(won, lost) >= FEWEST_OF_A_CLASS:
        return []
    least = FEWEST_OF_A_CLASS
    return [
        Flaw(
            code="classes",
            seen=f"{won} won, {lost} lost",
            expected=Text(zh=f"两类各至少 {least}", en=f"{least} of each at least"),
            remedy=Text(
                zh="难度要从丢单和赢单一起学；请连同丢单一起导出。",
                en="Difficulty is learnt from losses and wins; export the lost leads too.",
            ),
        )
    ]


def _column(records: tuple[Record, ...], field: Field) -> list[Flaw]:
    values = [record[field.name] for record in records]
    if not field.is_word:
        numbers = np.unique(np.array(values, dtype=np.float64))
        return [_constant(field, f"{numbers[0]:g}")] if numbers.size == 1 else []
    count = len(set(values))
    if count == 1:
        return [_constant(field, str(values[0]))]
    if count <= MOST_CATEGORIES and count <= max(MOST_DISTINCT * len(values), 2):
        return []
    return [
        Flaw(
            code="categories",
            seen=f"{field.name}: {count}",
            expected=Text(
                zh=f"不超过 {MOST_CATEGORIES} 个类别，且少于行数的一半",
                en=f"{MOST_CATEGORIES} categories at most, fewer than half of the rows",
            ),
            remedy=Text(
                zh="这像是编号；请归并成较粗的类别，或不要学它。",
                en="These look like ids; group them, or do not learn from them.",
            ),
        )
    ]


def _constant(field: Field, seen: str) -> Flaw:
    return Flaw(
        code="constant",
        seen=f"{field.name}: {seen}",
        expected=Text(zh="会变化的值", en="values that differ"),
        remedy=Text(
            zh="请从契约中去掉这一列，或检查导出。",
            en="Leave the column out of the contract, or check the export.",
        ),
    )
