"""Which fields features need, inputs before what is derived from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.conditions import Aggregate
from rules.facts import Derived, FieldType, Period, Sum
from rules.features.figures import NUMERIC

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rules.conditions import Feature
    from rules.facts import FactKind, Field

#: Derived fields that stand on one another.
DEEPEST = 8
_NEEDS_NUMBERS = frozenset(
    {
        Aggregate.MEAN, Aggregate.SUM, Aggregate.LEAST, Aggregate.MOST,
        Aggregate.CHANGE, Aggregate.RELATIVE,
    }
)  # fmt: skip
_NEEDS_PERIODS = frozenset({Aggregate.RUN, Aggregate.CHANGE})
_INPUTS = {Sum.RATIO: 2, Sum.DIFFERENCE: 2}


class WrongFeature(ValueError):
    """A feature or a derived field that the checker must not let through."""


class Fields:
    """The fields of a kind, with what each is made of."""

    def __init__(self, kind: FactKind) -> None:
        self._kind = kind
        self.by_name = {field.name: field for field in kind.fields}
        #: Derived fields, each after its inputs.
        self.derived: list[Field] = []
        self._depths: dict[str, int] = {}
        for field in kind.fields:
            self._place(field, ())

    def inputs(self, field: Field) -> tuple[Field, ...]:
        """Give the fields that a field is derived from directly."""
        return tuple(self._input(name) for name in field.derived.inputs) if field.derived else ()

    def made_of(self, field: Field) -> set[str]:
        """Name a field and everything that it is derived from."""
        return {field.name}.union(*(self.made_of(one) for one in self.inputs(field)))

    def _input(self, name: str) -> Field:
        if name not in self.by_name:
            raise WrongFeature(f"{self._kind.name} has no field {name}")
        return self.by_name[name]

    def _place(self, field: Field, above: tuple[str, ...]) -> int:
        """Put a derived field behind its inputs and give how deep it stands."""
        if field.name in above:
            raise WrongFeature(f"{field.name} is derived from itself: {' < '.join(above)}")
        if field.derived is None:
            return 0
        if field.name not in self._depths:
            check_derived(field, field.derived, self.inputs(field))
            inside = [self._place(one, (*above, field.name)) for one in self.inputs(field)]
            self._depths[field.name] = 1 + max(inside)
            self.derived.append(field)
        if self._depths[field.name] > DEEPEST:
            raise WrongFeature(f"{field.name} is derived over more than {DEEPEST} steps")
        return self._depths[field.name]


def check_derived(field: Field, derived: Derived, inputs: tuple[Field, ...]) -> None:
    """Raise WrongFeature where a derived field makes no sense."""
    expected = _INPUTS.get(derived.sum, len(inputs) or 1)
    if len(inputs) != expected:
        raise WrongFeature(f"{field.name}: a {derived.sum} of {len(inputs)} fields")
    if field.type not in {FieldType.COUNT, FieldType.NUMBER}:
        raise WrongFeature(f"{field.name} is derived and of type {field.type}")
    wrong = [one.name for one in inputs if one.type not in NUMERIC]
    if wrong:
        raise WrongFeature(f"{field.name} is derived from {wrong}, which are no numbers")
    if derived.window is not None and derived.window.length < 1:
        raise WrongFeature(f"{field.name} has a window of {derived.window.length}")


def check_features(kind: FactKind, fields: Fields, features: Iterable[Feature]) -> None:
    """Raise WrongFeature for a feature that cannot be computed."""
    for feature in features:
        field, aggregate, window = feature.field, feature.aggregate, feature.window
        if fields.by_name.get(field.name) != field:
            raise WrongFeature(f"{feature.id}: {kind.name} has no such field")
        if (window is None) != (aggregate is Aggregate.AGE) or (window and window.length < 1):
            raise WrongFeature(f"{feature.id}: its window is {window}")
        if (feature.test is None) == (aggregate is Aggregate.RUN):
            raise WrongFeature(f"{feature.id}: its test is {feature.test}")
        _check_type(kind, feature)


def _check_type(kind: FactKind, feature: Feature) -> None:
    aggregate, type_ = feature.aggregate, feature.field.type
    if aggregate in _NEEDS_NUMBERS and type_ not in NUMERIC:
        raise WrongFeature(f"{feature.id}: a {type_} is no number")
    if aggregate is Aggregate.AGE and type_ is not FieldType.TIME:
        raise WrongFeature(f"{feature.id}: a {type_} is no time")
    if aggregate in _NEEDS_PERIODS and kind.period in {Period.NONE, Period.MOMENT}:
        raise WrongFeature(f"{feature.id}: {kind.name} has no periods")
