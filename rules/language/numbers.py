"""Numbers as people write them in a rule: plain digits, one point, an optional %."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from rules.facts import LARGEST_WHOLE, Field, FieldType
from rules.text import Text

NUMBER = re.compile(r"(?P<digits>-?(?:0|[1-9]\d*)(?:\.\d+)?)\s*(?P<percent>%)?", re.ASCII)
#: A float keeps 15 significant digits of whatever is written.
LONGEST_NUMBER = 15
#: The unit of figures that may be written with %.
RATIO = "ratio"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Why a piece of a line cannot be read."""

    code: str
    message: Text
    expected: str
    seen: str
    suggestion: str | None = None


def read_number(text: str, field: Field) -> float | Trouble:
    """Read a number for this field; % divides by a hundred, exactly."""
    found = NUMBER.fullmatch(text)
    if found is None or sum(char.isdigit() for char in text) > LONGEST_NUMBER:
        return _no_number(text)
    value = Decimal(found["digits"])
    if found["percent"]:
        if field.type is FieldType.COUNT:
            return _not_whole(text, field)
        value /= 100
    if field.type is not FieldType.COUNT:
        # Adding zero turns -0.0 into 0.0.
        return float(value) + 0.0
    if value != value.to_integral_value() or not 0 <= value <= LARGEST_WHOLE:
        return _not_whole(text, field)
    return int(value)


def _no_number(text: str) -> Trouble:
    plain = _plain(text)
    message = Text(
        zh=f"“{text}”不是这里能写的数：只写数字、最多一个小数点，末尾可以带 %，"
        f"最多 {LONGEST_NUMBER} 位。",
        en=f"'{text}' is not a number as it is written here: digits, at most one point, "
        f"an optional % at the end, {LONGEST_NUMBER} digits in all.",
    )
    return Trouble(
        code="NUMBER", message=message, expected="3, 0.8, 80%", seen=text, suggestion=plain
    )


def _plain(text: str) -> str | None:
    """Give `1,000`, `1e-05`, `+5` and `.5` as they should be written, where that is certain."""
    if re.fullmatch(r"\d{1,3}(,\d{3})+", text, re.ASCII):
        return text.replace(",", "")
    try:
        value = Decimal(text) if len(text) <= LONGEST_NUMBER else Decimal("NaN")
    except InvalidOperation:
        return None
    if not value.is_finite() or abs(value.adjusted()) > LONGEST_NUMBER:
        return None
    plain = f"{value:f}"
    return plain if NUMBER.fullmatch(plain) else None


def _not_whole(text: str, field: Field) -> Trouble:
    message = Text(
        zh=f"“{field.label.zh}”是个数，只能和不小于 0 的整数比较，这里写的是“{text}”。",
        en=f"'{field.name}' is a count: compare it with a whole number from 0, not '{text}'.",
    )
    return Trouble(code="NUMBER", message=message, expected="0, 1, 2, …", seen=text)
