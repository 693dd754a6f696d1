"""The one-line grammar of a comparison: ``">= 3"``, ``"= 技术评估"``, ``"in [0.2, 0.8]"``.

    comparison = ("=" | "!=" | "<" | "<=" | ">" | ">=") value | "in" "[" value {"," value} "]"

Full-width signs and digits, ``≥ ≤ ≠`` and the Chinese comma read as their plain forms.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rules.conditions import Clause, Operator
from rules.facts import Choice, Field, FieldType
from rules.language.numbers import RATIO, Trouble, read_number
from rules.language.reach import reach
from rules.names import nearest, normal
from rules.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_SIGNS = str.maketrans({"≥": ">=", "≤": "<=", "≠": "!=", "、": ",", "【": "[", "】": "]"})
_SPLIT = re.compile(r"(?P<sign>[=<>!~]+|in\b|属于)\s*(?P<rest>.*)", re.DOTALL)
_MEANT = {"==": "=", "<>": "!=", "=>": ">=", "=<": "<=", "!": "!=", "属于": "in"}
_YES = {"yes": 1, "true": 1, "是": 1, "no": 0, "false": 0, "否": 0}
_NUMERIC = {FieldType.COUNT, FieldType.NUMBER}
#: Words have no order, a flag has no set.
_ALLOWED: Mapping[FieldType, tuple[Operator, ...]] = {
    FieldType.COUNT: tuple(Operator),
    FieldType.NUMBER: tuple(Operator),
    FieldType.FLAG: (Operator.EQUAL,),
    FieldType.TEXT: (Operator.EQUAL, Operator.OTHER, Operator.IN),
    FieldType.CHOICE: (Operator.EQUAL, Operator.OTHER, Operator.IN),
    # Of a time only its age is asked, which is a feature.
    FieldType.TIME: (),
}
FORMS = '"= v", "!= v", "< v", "<= v", "> v", ">= v", "in [a, b]"'


def read_comparison(text: str, field: Field) -> Clause | Trouble:
    """Read a comparison for this field, and refuse one that always or never holds."""
    line = plain_form(text)
    found = _SPLIT.fullmatch(line)
    if found is None:
        return _no_sign(line, field)
    sign, rest = found["sign"], found["rest"].strip()
    if sign not in _ALLOWED[field.type]:
        return _wrong_sign(line, sign, rest, field)
    operator = Operator(sign)
    operands = _operands(operator, rest, field)
    if isinstance(operands, Trouble):
        return operands
    threshold = _threshold(operator, rest)
    clause = Clause(field=field, operator=operator, operands=operands, threshold=threshold)
    return reach(clause) or clause


def plain_form(text: str) -> str:
    """Give a line with plain digits, signs and brackets, without blanks around it."""
    return normal(text).translate(_SIGNS)


def _threshold(operator: Operator, rest: str) -> str:
    if operator is not Operator.IN:
        return re.sub(r"\s+%", "%", rest)
    return "[" + ", ".join(_parts(rest) or ()) + "]"


def _operands(operator: Operator, rest: str, field: Field) -> tuple[float | str, ...] | Trouble:
    parts = (rest,) if operator is not Operator.IN else _parts(rest)
    if parts is None or "" in parts:
        return _no_operand(operator, rest)
    values: list[float | str] = []
    for part in parts:
        value = read_value(part, field)
        if isinstance(value, Trouble):
            return value
        values.append(value)
    if operator is Operator.IN:
        trouble = _wrong_set(values, rest, field)
        if trouble is not None:
            return trouble
    return tuple(values)


def takes_percent(field: Field) -> bool:
    """Words may end in anything; of figures, only those of no unit or of a ratio have a %."""
    return field.type not in _NUMERIC or field.unit in {None, RATIO}


def _no_ratio(part: str, field: Field) -> Trouble:
    message = Text(
        zh=f"“{field.label.zh}”的单位是 {field.unit}，不是比率，“{part}”不能带 %。",
        en=f"'{field.name}' is counted in {field.unit} and is no ratio: '{part}' has a % too many.",
    )
    bare = part.removesuffix("%").strip()
    return Trouble(
        code="UNIT", message=message, expected=str(field.unit), seen=part, suggestion=bare
    )


def _parts(rest: str) -> tuple[str, ...] | None:
    if not (rest.startswith("[") and rest.endswith("]")):
        return None
    return tuple(re.sub(r"\s+%", "%", part.strip()) for part in rest[1:-1].split(","))


def read_value(part: str, field: Field) -> float | str | Trouble:
    """Read what may stand beside a comparison sign or in a table; a flag gives 1 or 0."""
    if field.type in _NUMERIC:
        value = read_number(part, field)
        share = part.endswith("%") and not isinstance(value, Trouble)
        return _no_ratio(part, field) if share and not takes_percent(field) else value
    if field.type is FieldType.FLAG:
        return _flag(part)
    if field.type is FieldType.CHOICE:
        return _choice(part, field)
    return part


def _flag(part: str) -> float | Trouble:
    if part.lower() in _YES:
        return _YES[part.lower()]
    return _unknown_word(part, ("yes", "no"), {"on": "yes", "off": "no"}.get(part.lower()))


def _choice(part: str, field: Field) -> str | Trouble:
    for choice in field.choices:
        if part in _spellings(choice):
            return choice.word
    known = [choice.word for choice in field.choices]
    spelled = [spelling for choice in field.choices for spelling in _spellings(choice)]
    return _unknown_word(part, known, nearest(part, spelled))


def _spellings(choice: Choice) -> tuple[str, ...]:
    return choice.word, normal(choice.label.zh), normal(choice.label.en)


def _unknown_word(part: str, known: Iterable[str], near: str | None) -> Trouble:
    listed = ", ".join(known)
    message = Text(
        zh=f"不能和“{part}”比较，可以写：{listed}。",
        en=f"There is nothing like '{part}' to compare with; there are: {listed}.",
    )
    return Trouble(code="VALUE", message=message, expected=listed, seen=part, suggestion=near)


def _wrong_set(values: list[float | str], rest: str, field: Field) -> Trouble | None:
    if field.type in _NUMERIC and len(values) != 2:  # noqa: PLR2004 - two ends
        message = Text(
            zh=f"数字的范围要写两端，例如 in [1, 5]，两端都算在内；这里写的是“{rest}”。",
            en=f"A range of numbers has two ends, both included, such as in [1, 5]; not '{rest}'.",
        )
        return Trouble(code="COMPARISON", message=message, expected="in [a, b]", seen=rest)
    if field.type not in _NUMERIC and len(set(values)) != len(values):
        message = Text(zh=f"“{rest}”里有重复的值。", en=f"A value is there twice in '{rest}'.")
        return Trouble(code="COMPARISON", message=message, expected="in [a, b]", seen=rest)
    return None


def _no_operand(operator: Operator, rest: str) -> Trouble:
    form = "in [a, b]" if operator is Operator.IN else f"{operator} v"
    message = Text(
        zh=f"“{operator}”后面要按“{form}”的样子写，这里写的是“{rest}”。",
        en=f"After '{operator}' a value is written as in '{form}'; seen: '{rest}'.",
    )
    return Trouble(code="COMPARISON", message=message, expected=form, seen=rest)


def _no_sign(line: str, field: Field) -> Trouble:
    message = Text(
        zh=f"“{line}”前面缺少比较符号。",
        en=f"'{line}' does not say how to compare.",
    )
    meant = None
    if not isinstance(read_value(line, field), Trouble) and field.type is not FieldType.TEXT:
        meant = f"= {line}"
    return Trouble(code="COMPARISON", message=message, expected=FORMS, seen=line, suggestion=meant)


def _wrong_sign(line: str, sign: str, rest: str, field: Field) -> Trouble:
    allowed = ", ".join(_ALLOWED[field.type])
    message = Text(
        zh=f"“{field.label.zh}”不能用“{sign}”比较，可以用：{allowed}。",
        en=f"'{field.name}' cannot be compared with '{sign}'; there are: {allowed}.",
    )
    meant = _MEANT.get(sign)
    if meant is None and field.type is FieldType.FLAG and sign == "!=":
        value = _flag(rest)
        if not isinstance(value, Trouble):
            return Trouble(
                code="COMPARISON",
                message=message,
                expected=allowed,
                seen=line,
                suggestion="= no" if value else "= yes",
            )
    suggestion = f"{meant} {rest}" if meant in _ALLOWED[field.type] else None
    return Trouble(
        code="COMPARISON", message=message, expected=allowed, seen=line, suggestion=suggestion
    )
