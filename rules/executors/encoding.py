"""The encoders and row ids of a rule set, as every executor needs them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.errors import EngineError, FactError
from rules.executors.plain import compile_plain
from rules.facts import Encoder, shown
from rules.names import nearest
from rules.text import Text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rules.executors.glance import Plain, Row
    from rules.form import RuleSet


class Kinds:
    """Finds, for the name of a kind, how its facts are encoded and what its rows are called."""

    def __init__(self, rule_set: RuleSet) -> None:
        columns = {section.kind.name: section.columns for section in rule_set.sections}
        # A section knows its kind with a field for each feature; other kinds only declare facts.
        kinds = {kind.name: kind for kind in rule_set.kinds}
        kinds |= {section.kind.name: section.kind for section in rule_set.sections}
        self._encoders = {
            name: Encoder(kind, columns.get(name, ())) for name, kind in kinds.items()
        }
        #: Made when a fact of the kind is first encoded: executors have glances of their own.
        self._plain: dict[str, Plain] = {}
        self._ids = {
            section.kind.name: tuple(row.id for row in section.rows)
            for section in rule_set.sections
        }

    def encode(self, kind: str, fact: Mapping[str, object]) -> Row:
        """Check a fact and give its columns. Raises FactError."""
        plain = self._plain.get(kind)
        if plain is None:
            encoder = self.encoder(kind)
            plain = self._plain[kind] = compile_plain(encoder.kind, encoder.columns)
        row = plain(fact)
        return self._encoders[kind].encode(fact) if row is None else row

    def encoder(self, kind: str) -> Encoder:
        """Give the encoder of a declared kind. Raises FactError."""
        self.declared(kind)
        return self._encoders[kind]

    def declared(self, kind: str) -> None:
        """Raise FactError for a kind that the rule set does not declare."""
        if kind not in self._encoders:
            raise self._unknown(kind)

    def ids(self, kind: str) -> tuple[str, ...]:
        """Give the ids of the rows of this kind, in order."""
        return self._ids[kind]

    def _unknown(self, kind: str) -> FactError:
        near = nearest(kind, self._encoders)
        listed = ", ".join(self._encoders)
        message = Text(
            zh=f"没有声明事实类型 {shown(kind)}，可以用：{listed}。",
            en=f"The kind of fact {shown(kind)} is not declared; there are: {listed}.",
        )
        return FactError(message, kind=kind, field=None, seen=shown(kind), expected=near or listed)


def closed() -> EngineError:
    """Say that an executor was used after its end."""
    return EngineError(
        Text(
            zh="规则执行器已经关闭，请重新加载规则。",
            en="The executor is closed; load the rules again.",
        )
    )
