"""Times as cases write them: ``2026-W03``, ``2026-01-15``, ``2026-01``, ``2026-01-15 09:00``.

A period stands for its end. A time without a zone is in the business zone, UTC+8.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rules import periods
from rules.facts import Period
from rules.names import normal
from rules.text import Text

if TYPE_CHECKING:
    from datetime import datetime

    from rules.language.reading import Reader
    from rules.language.tree import Node, Scalar

RANGE = ".."
LONGEST_RANGE = 400
_LOCAL = re.compile(r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d)(:\d\d)?", re.ASCII)
_EXAMPLES = {
    Period.DAY: "2026-01-15",
    Period.WEEK: "2026-W03",
    Period.MONTH: "2026-01",
    Period.MOMENT: "2026-01-15 09:00",
}
#: A number of a period and the instant at which the period ends.
Numbered = tuple[int, "datetime"]


def read_time(reader: Reader, node: Node) -> tuple[str, datetime] | None:
    """Give a time as it is written and the instant that it stands for."""
    scalar = reader.scalar(node)
    if scalar is None:
        return None
    for period in _EXAMPLES:
        found = periods.read(period, _zoned(scalar.text))
        if found is not None:
            return normal(scalar.text), found[1]
    _no_time(reader, scalar, tuple(_EXAMPLES.values()))
    return None


def read_periods(reader: Reader, node: Node, period: Period) -> tuple[Numbered, ...]:
    """Give the period, or every period of ``FIRST..LAST``, both included."""
    scalar = reader.scalar(node)
    if scalar is None:
        return ()
    # A snapshot has no period; it is known by its moment.
    period = Period.MOMENT if period is Period.NONE else period
    ends = [periods.read(period, _zoned(part)) for part in scalar.text.split(RANGE)]
    known = [end for end in ends if end is not None]
    if len(known) != len(ends) or len(known) > 2 or (len(known) > 1 and period is Period.MOMENT):  # noqa: PLR2004 - two ends
        _no_time(reader, scalar, (_EXAMPLES[period], *_range_of(period)))
        return ()
    first, last = known[0][0], known[-1][0]
    if not 0 <= last - first < LONGEST_RANGE:
        _no_range(reader, scalar)
        return ()
    return (known[0], *((one, periods.end(period, one)) for one in range(first + 1, last + 1)))


def _range_of(period: Period) -> tuple[str, ...]:
    return () if period is Period.MOMENT else (f"{_EXAMPLES[period]}{RANGE}…",)


def _zoned(text: str) -> str:
    """Give a moment of the business zone with its zone; anything else as it is."""
    plain = normal(text)
    found = _LOCAL.fullmatch(plain)
    return f"{found[1]}T{found[2]}{found[3] or ':00'}+08:00" if found else plain


def _no_time(reader: Reader, scalar: Scalar, examples: tuple[str, ...]) -> None:
    listed = ", ".join(examples)
    message = Text(
        zh=f"“{scalar.text}”不是这里能写的时间，可以写：{listed}。",
        en=f"'{scalar.text}' is not a time as it is written here; write {listed}.",
    )
    reader.findings.add("TIME", scalar.place, message, expected=listed, seen=scalar.text)


def _no_range(reader: Reader, scalar: Scalar) -> None:
    message = Text(
        zh=f"“{scalar.text}”要从早到晚，最多 {LONGEST_RANGE} 期。",
        en=f"'{scalar.text}' must go from the earlier to the later, {LONGEST_RANGE} at most.",
    )
    reader.findings.add("TIME", scalar.place, message, expected="FIRST..LAST", seen=scalar.text)
