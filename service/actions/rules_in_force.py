"""Which rules are in force, and which facts are taken."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rules.kinds import Award, Breaker, Gate
from service import access

if TYPE_CHECKING:
    from rules.facts import FactKind, Field
    from rules.form import AnyRule
    from service.actors import Actor
    from service.ports import RulePorts


def in_force(ports: RulePorts, actor: Actor) -> dict[str, Any]:
    """Give the rules in force, where each is written, and what is wrong with the files."""
    access.require(actor, "rules.read")
    with ports.rules.using() as known:
        return {
            "version": known.rule_set.version,
            "since": known.since,
            "trouble": ports.rules.trouble,
            "items": [_rule(rule, known.files[rule.id]) for rule in known.rule_set.rules],
        }


def kinds(ports: RulePorts, actor: Actor) -> list[dict[str, Any]]:
    """Give the kinds of fact by name."""
    access.require(actor, "rules.read")
    with ports.rules.using() as known:
        return [_kind(known.kinds[name]) for name in sorted(known.kinds)]


def kind_word(rule: AnyRule) -> str:
    """Give the word that a rule file has for its kind."""
    if isinstance(rule, Gate):
        return "gate"
    if isinstance(rule, Breaker):
        return "breaker"
    return "award" if isinstance(rule, Award) else "warning"


def _rule(rule: AnyRule, file: str) -> dict[str, Any]:
    return {
        "id": rule.id,
        "name": rule.name,
        "kind": kind_word(rule),
        "on": rule.on,
        "mode": rule.mode,
        "scope": rule.scope,
        "severity": rule.severity,
        "owner": rule.owner,
        "effective_from": rule.effective_from,
        "effective_to": rule.effective_to,
        "file": file,
    }


def _kind(kind: FactKind) -> dict[str, Any]:
    return {
        "name": kind.name,
        "label": kind.label,
        "period": kind.period,
        "subject": kind.subject,
        "subjects": list(kind.subjects),
        "fields": [_field(field) for field in kind.fields],
    }


def _field(field: Field) -> dict[str, Any]:
    return {
        "name": field.name,
        "label": field.label,
        "type": field.type,
        "choices": [choice.word for choice in field.choices],
        "minimum": field.minimum,
        "maximum": field.maximum,
        "unit": field.unit,
        "derived": field.derived is not None,
    }
