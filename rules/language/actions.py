"""`do:` and `then:`: lists of `{action: {parameter: value}}`, held against the registry."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from rules.facts import Field, FieldType
from rules.kinds import Action
from rules.language.comparators import plain_form
from rules.language.durations import read_duration
from rules.language.numbers import Trouble, read_number
from rules.language.tree import Mapping, Node, Scalar, Sequence
from rules.names import normal
from rules.registry import ParameterType
from rules.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from rules.language.context import Context
    from rules.registry import ActionType, Parameter

_FORM = "- action: {parameter: value}"
_CONDITION = re.compile(r"\S.*?\s*(?:[=<>!]+|in\b|属于)\s*\S.*", re.DOTALL)
_YES = {"yes": True, "true": True, "是": True, "no": False, "false": False, "否": False}
_LABEL = Text(zh="参数", en="parameter")


def read_actions(context: Context, node: Node) -> tuple[Action, ...]:
    """Read a list of actions; those with problems are left out."""
    read = _Actions(context)
    entries = context.reader.sequence(node) or ()
    return tuple(action for action in map(read.action, entries) if action is not None)


class _Actions:
    def __init__(self, context: Context) -> None:
        self._reader = context.reader
        self._registry = context.registry

    def action(self, node: Node) -> Action | None:
        if isinstance(node, Scalar) and not node.empty:
            return self._named(node, None)
        mapping = self._reader.mapping(node)
        if mapping is None:
            return None
        if len(mapping.pairs) != 1:
            message = Text(
                zh="每一项只写一个动作，参数缩进写在它下面。",
                en="One action an entry; its parameters stand below it, indented further.",
            )
            self._reader.findings.add("ACTION", mapping.pairs[1][0].place, message, expected=_FORM)
            return None
        key, value = mapping.pairs[0]
        return self._named(key, value)

    def _named(self, key: Scalar, node: Node | None) -> Action | None:
        name = self._reader.name(key)
        if name is None:
            return None
        pairs = self._pairs(node)
        known = self._known(name, key)
        if known is None:
            checked = self._registry is not None and self._registry.actions is not None
            values = [(one.text, _as_written(self._reader.scalar, value)) for one, value in pairs]
            return None if checked else Action(name=name, parameters=tuple(sorted(values)))
        parameters = self._parameters(known, key, pairs)
        return None if parameters is None else Action(name=name, parameters=parameters)

    def _pairs(self, node: Node | None) -> tuple[tuple[Scalar, Node], ...]:
        if node is None or (isinstance(node, Mapping) and not node.pairs):
            return ()
        if isinstance(node, Scalar) and node.empty:
            return ()
        mapping = self._reader.mapping(node)
        return mapping.pairs if mapping else ()

    def _known(self, name: str, key: Scalar) -> ActionType | None:
        if self._registry is None or self._registry.actions is None:
            return None
        known = self._registry.action(name)
        if known is None:
            self._reader.unknown(
                "UNKNOWN_ACTION", key, [one.name for one in self._registry.actions]
            )
        return known

    def _parameters(
        self, known: ActionType, key: Scalar, pairs: Iterable[tuple[Scalar, Node]]
    ) -> tuple[tuple[str, Any], ...] | None:
        declared = {one.name: one for one in known.parameters}
        read: dict[str, Any] = {}
        meant: set[str | None] = set()
        faulty = False
        for name, node in pairs:
            if name.text not in declared:
                meant.add(self._reader.unknown("UNKNOWN_PARAMETER", name, declared))
                faulty = True
                continue
            value = self._value(declared[name.text], node)
            faulty |= value is None
            read[name.text] = value
        for one in known.parameters:
            if one.required and one.name not in read and one.name not in meant:
                self._missing(known, one, key)
                faulty = True
        return None if faulty else tuple(sorted(read.items()))

    def _missing(self, known: ActionType, parameter: Parameter, key: Scalar) -> None:
        message = Text(
            zh=f"动作“{known.name}”缺少参数“{parameter.name}”。请补上。",
            en=f"The action '{known.name}' lacks its parameter '{parameter.name}'. Add it.",
        )
        self._reader.findings.add("MISSING_PARAMETER", key.place, message, expected=parameter.name)

    def _value(self, parameter: Parameter, node: Node) -> Any:
        if parameter.type is ParameterType.ROLES:
            nodes = self._reader.sequence(node) if isinstance(node, Sequence) else (node,)
            found = [self._role(one) for one in nodes or ()]
            return tuple(found) if found and None not in found else None
        scalar = self._reader.scalar(node)
        if scalar is None or parameter.type is ParameterType.ROLE:
            return self._role(scalar) if scalar else None
        if parameter.type in {ParameterType.TEMPLATE, ParameterType.CHOICE}:
            return self._word(parameter, scalar)
        value = _READ[parameter.type](normal(scalar.text))
        if isinstance(value, Trouble):
            self._reader.trouble(value, scalar.place)
            return None
        return value

    def _word(self, parameter: Parameter, scalar: Scalar) -> str | None:
        if parameter.type is ParameterType.CHOICE:
            return self._one_of("UNKNOWN_WORD", scalar, parameter.choices)
        known = self._registry.templates if self._registry else None
        return self._one_of("UNKNOWN_TEMPLATE", scalar, known)

    def _role(self, node: Node) -> str | None:
        scalar = self._reader.scalar(node)
        known = self._registry.roles if self._registry else None
        return self._one_of("UNKNOWN_ROLE", scalar, known) if scalar else None

    def _one_of(self, code: str, scalar: Scalar, known: Iterable[str] | None) -> str | None:
        """Give one of the known names as it is known, whatever its case and width."""
        if known is None:
            return normal(scalar.text)
        names = sorted(known)
        folded = {normal(one).casefold(): one for one in names}
        found = folded.get(normal(scalar.text).casefold())
        if found is None:
            self._reader.unknown(code, scalar, names)
        return found


def _as_written(scalar: Callable[[Node], Scalar | None], node: Node) -> Any:
    """Give a value whose type nobody knows: text, or a list or a mapping of text."""
    if isinstance(node, Sequence):
        return tuple(_as_written(scalar, one) for one in node.nodes)
    if isinstance(node, Mapping):
        return tuple((key.text, _as_written(scalar, one)) for key, one in node.pairs)
    found = scalar(node)
    return normal(found.text) if found else ""


def _flag(text: str) -> bool | Trouble:
    if text.lower() in _YES:
        return _YES[text.lower()]
    near = {"on": "yes", "off": "no"}.get(text.lower())
    message = Text(zh=f"“{text}”不是 yes 或 no。", en=f"'{text}' is neither yes nor no.")
    return Trouble(code="VALUE", message=message, expected="yes, no", seen=text, suggestion=near)


def _condition(text: str) -> str | Trouble:
    if _CONDITION.fullmatch(plain_form(text)):
        return text
    message = Text(
        zh=f"“{text}”不是条件，请写成“字段 = 值”。",
        en=f"'{text}' is no condition: write it as FIELD = VALUE.",
    )
    return Trouble(code="VALUE", message=message, expected="FIELD = VALUE", seen=text)


def _numbered(kind: FieldType) -> Callable[[str], float | Trouble]:
    field = Field(name="parameter", type=kind, label=_LABEL)
    return lambda text: read_number(text, field)


_READ: dict[ParameterType, Callable[[str], Any]] = {
    ParameterType.TEXT: str,
    ParameterType.DURATION: read_duration,
    ParameterType.COUNT: _numbered(FieldType.COUNT),
    ParameterType.NUMBER: _numbered(FieldType.NUMBER),
    ParameterType.FLAG: _flag,
    ParameterType.CONDITION: _condition,
}
