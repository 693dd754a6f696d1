"""Rule files held against the decision paths: each stage has what it needs to be asked about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.clauses import clause_holds
from rules.kinds import Gate, Mode
from rules.text import Text
from service import paths

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from rules.facts import FactKind
    from rules.form import AnyRule
    from service.paths import DecisionPath, PathStage


def trouble(
    names: Collection[str], kinds: Mapping[str, FactKind], rules: Collection[AnyRule]
) -> Text | None:
    """Say what keeps stages of these paths from being asked about; None: nothing does."""
    for name in sorted(names):
        path = paths.load(name)
        kind = kinds.get(paths.kind_of(name))
        if kind is None:
            return _no_kind(name)
        known = {field.name for field in kind.fields}
        lacking = [field for field in _fields(path) if field not in known]
        if lacking:
            return _no_field(name, lacking[0])
        for stage in path.stages:
            if not any(_asks(rule, kind, stage) for rule in rules):
                return _no_gate(name, stage)
    return None


def _fields(path: DecisionPath) -> Iterator[str]:
    yield "stage"
    for item in path.items:
        yield from (f"{item}.{figure}" for figure in paths.FIGURES)


def _asks(rule: AnyRule, kind: FactKind, stage: PathStage) -> bool:
    """Say whether a rule is a live gate that is asked of a stage by its key alone, and always."""
    return (
        isinstance(rule, Gate)
        and rule.on == kind.name
        and rule.mode is Mode.LIVE
        and rule.effective_from is None
        and rule.effective_to is None
        and all(
            clause.field.name == "stage" and clause_holds(clause, stage.key) for clause in rule.when
        )
    )


def _no_kind(path: str) -> Text:
    kind = paths.kind_of(path)
    return Text(
        zh=f"{path}.yaml：没有声明事实类型“{kind}”，该路径的阶段无从判断。请在 facts 里保留它。",
        en=f"{path}.yaml: the kind of fact {kind} is not declared, so the stages of this path "
        "cannot be asked about. Keep it under facts.",
    )


def _no_field(path: str, field: str) -> Text:
    kind = paths.kind_of(path)
    return Text(
        zh=f"{path}.yaml：“{kind}”缺少字段 {field}，系统会填写它。请在 facts 里保留它。",
        en=f"{path}.yaml: {kind} lacks the field {field}, which the service fills in. Keep it "
        "under facts.",
    )


def _no_gate(path: str, stage: PathStage) -> Text:
    return Text(
        zh=f"{path}.yaml：阶段“{stage.title['zh']}”（{stage.key}）没有始终生效的门槛。请写一条"
        f" kind: gate、mode: live、不带 effective、when 只问该阶段的规则。",
        en=f"{path}.yaml: the stage {stage.title['en']} ({stage.key}) has no gate that is always "
        "in force. Write a rule with kind: gate, mode: live, no effective, whose when asks for "
        "this stage alone.",
    )
