"""`derived: {ratio: [quotes, demos], over: 7 days}`: fields that are made of other fields."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.facts import Derived, Field, FieldType, Period, Sum, Window
from rules.language.durations import apart, window
from rules.language.numbers import Trouble
from rules.language.tree import Mapping, Node, Scalar
from rules.names import nearest, normal
from rules.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rules.language.reading import Reader

#: Derived fields that stand on one another.
DEEPEST_DERIVED = 8
_FORM = "{ratio: [a, b], over: 7 days}"
_NUMERIC = {FieldType.COUNT, FieldType.NUMBER}
_INPUTS = {Sum.RATIO: (2, 2), Sum.DIFFERENCE: (2, 2), Sum.SUM: (1, 50)}


def read_derivations(
    reader: Reader,
    written: Iterable[tuple[str, Scalar, Node]],
    known: dict[str, Field],
    period: Period,
) -> dict[str, Derived]:
    """Give the derivation of each field that has one; what has problems is left out."""
    read: dict[str, Derived] = {}
    keys: dict[str, Scalar] = {}
    for name, key, node in written:
        derived = _derived(reader, node, known, period)
        if derived is not None and name in known:
            read[known[name].name] = derived
            keys[known[name].name] = key
    for name in _too_deep(reader, read, keys):
        del read[name]
    return read


def _derived(reader: Reader, node: Node, known: dict[str, Field], period: Period) -> Derived | None:
    parts = reader.fields(node, optional=(*Sum, "over"))
    sums = [one for one in Sum if one in parts]
    if len(sums) != 1:
        if isinstance(node, Mapping) and len(node.pairs) == len(parts):
            _form(reader, node)
        return None
    inputs = [_input(reader, one, known) for one in reader.sequence(parts[sums[0]]) or ()]
    names = tuple(one for one in inputs if one is not None)
    least, most = _INPUTS[sums[0]]
    if len(names) == len(inputs) and not least <= len(names) <= most:
        _form(reader, parts[sums[0]])
        return None
    length = _window(reader, parts["over"], period) if "over" in parts else None
    if len(names) != len(inputs) or not names or ("over" in parts and length is None):
        return None
    return Derived(sum=sums[0], inputs=names, window=length)


def _form(reader: Reader, node: Node) -> None:
    message = Text(
        zh="derived 要写 ratio 或 difference（两个字段）或 sum（至少一个），再加可选的 over，"
        f"例如 {_FORM}。",
        en="Derived says ratio or difference (of two fields) or sum (of one or more), and over "
        f"where it looks back, as in {_FORM}.",
    )
    reader.findings.add("DERIVED", node.place, message, expected=_FORM)


def _input(reader: Reader, node: Node, known: dict[str, Field]) -> str | None:
    scalar = reader.scalar(node)
    if scalar is None:
        return None
    field = known.get(normal(scalar.text))
    if field is None:
        message = Text(
            zh=f"没有字段“{scalar.text}”，只能由同一种事实的字段算出。",
            en=f"There is no field '{scalar.text}' of the same kind of fact to derive from.",
        )
        reader.findings.add(
            "UNKNOWN_FIELD",
            scalar.place,
            message,
            expected="a field of this kind",
            seen=scalar.text,
            suggestion=nearest(scalar.text, known),
        )
        return None
    if field.type not in _NUMERIC:
        message = Text(
            zh=f"“{scalar.text}”不是数字，不能由它算出别的字段。",
            en=f"'{scalar.text}' is no number: nothing can be derived from it.",
        )
        reader.findings.add("DERIVED", scalar.place, message, seen=scalar.text)
        return None
    return field.name


def _window(reader: Reader, node: Node, period: Period) -> Window | None:
    scalar = reader.scalar(node)
    if scalar is None:
        return None
    parts = apart(scalar.text)
    length = parts if isinstance(parts, Trouble) else window(*parts, period)
    if isinstance(length, Trouble):
        reader.trouble(length, scalar.place)
        return None
    return length


def _too_deep(reader: Reader, read: dict[str, Derived], keys: dict[str, Scalar]) -> list[str]:
    """Complain about fields that need themselves, or stand on too many others."""
    depths = dict.fromkeys(read, 1)
    for _ in range(DEEPEST_DERIVED):
        depths = {
            name: 1 + max((depths.get(one, 0) for one in derived.inputs), default=0)
            for name, derived in read.items()
        }
    wrong = [name for name, depth in depths.items() if depth > DEEPEST_DERIVED]
    for name in wrong:
        seen, place = keys[name].text, keys[name].place
        way = _way_back(name, read)
        if way:
            shown = " → ".join(way)
            message = Text(
                zh=f"“{seen}”绕一圈又由自己算出：{shown}。",
                en=f"'{seen}' is derived from itself: {shown}.",
            )
            reader.findings.add("CYCLE", place, message, seen=shown)
        else:
            message = Text(
                zh=f"“{seen}”要经过 {DEEPEST_DERIVED} 步以上才能算出。",
                en=f"'{seen}' is derived over more than {DEEPEST_DERIVED} steps.",
            )
            reader.findings.add("TOO_DEEP", place, message, seen=seen)
    return wrong


def _way_back(name: str, read: dict[str, Derived]) -> tuple[str, ...]:
    """Give the shortest way by which a field comes back to itself; none: nothing."""
    ways: list[tuple[str, ...]] = [(name,)]
    visited: set[str] = set()
    for way in ways:
        for one in read[way[-1]].inputs:
            if one == name:
                return (*way, one)
            if one in read and one not in visited:
                visited.add(one)
                ways.append((*way, one))
    return ()
