"""The JSON Schema of rule files, from catalogue and registry: editors complete names by it.

It knows names and shapes, in both languages; what a comparison says is the checker's business.
Draft 7, which the YAML plug-ins of editors understand. A kind of fact that a file declares itself
may have any field.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rules.kinds import TIME_CLASSES, Missing, Mode
from rules.language import award_rule, breaker_rule, gate_rule, time_needs, warning_rule
from rules.language.conditions import DEEPEST_CONDITION
from rules.language.rule_file import SCHEMA
from rules.language.rule_parts import EPISODES
from rules.registry import ParameterType

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rules.facts import FactKind, Field
    from rules.language.catalogue import Catalogue
    from rules.registry import ActionType, Parameter, Registry

Json = dict[str, Any]
DRAFT = "http://json-schema.org/draft-07/schema#"
#: Editors of YAML 1.1 read `no`, `off` and `2` as something else than text.
SCALAR: Json = {"type": ["string", "number", "boolean"]}
_TEXT: Json = {"type": "string", "minLength": 1}
_LABEL: Json = {
    "type": "object",
    "required": ["zh", "en"],
    "properties": {"zh": _TEXT, "en": _TEXT},
    "additionalProperties": False,
}
_LINE: Json = {
    "type": "string",
    "minLength": 1,
    "examples": [">= 85%", "< 80% for 2 weeks", "4 周均值 < 85%", "in [1, 5]"],
}
_CONDITIONS = ("when", "until", "open_when", "close_when")
_KEYS = {
    "gate": (gate_rule.REQUIRED, gate_rule.OPTIONAL),
    "warning": (("id", "kind", "on"), (*warning_rule.REQUIRED[3:], *warning_rule.OPTIONAL)),
    "breaker": (breaker_rule.REQUIRED, breaker_rule.OPTIONAL),
    "award": (award_rule.REQUIRED, award_rule.OPTIONAL),
}


def rule_file_schema(catalogue: Catalogue, registry: Registry) -> Json:
    """Give the schema as JSON has it."""
    return {
        "$schema": DRAFT,
        "title": f"Rules for sales ops, {SCHEMA}",
        "type": "object",
        "required": ["schema", "rules"],
        "additionalProperties": False,
        "properties": {
            "schema": {"const": SCHEMA},
            "facts": {"type": "object", "minProperties": 1},
            "rules": {"type": "array", "minItems": 1, "items": {"$ref": "#/definitions/rule"}},
        },
        "definitions": {
            "rule": _rule(catalogue.kinds),
            "actions": _actions(registry),
            **{_name(kind): _condition(kind) for kind in catalogue.kinds},
        },
    }


def _name(kind: FactKind) -> str:
    return f"condition of {kind.name}"


def _rule(kinds: Iterable[FactKind]) -> Json:
    actions: Json = {"$ref": "#/definitions/actions"}
    return {
        "type": "object",
        "required": ["id", "kind", "on"],
        "properties": {
            "id": _TEXT,
            "name": {"anyOf": [_TEXT, _LABEL]},
            "kind": {"enum": list(_KEYS)},
            "on": {"type": "string", "examples": [kind.name for kind in kinds]},
            "mode": {"enum": [*Mode, False]},
            "missing": {"enum": [*Missing, False]},
            "scope": _TEXT,
            "level": _TEXT,
            "inhibited_by": {"type": "array", "minItems": 1, "items": _TEXT},
            "dedupe": _dedupe(),
            "effective": _effective(),
            "release": _release(),
            "do": actions,
            "then": actions,
            "require": {
                "type": "array",
                "minItems": 1,
                "items": {"type": "object", "properties": {"time": _time_needs()}},
            },
            "table": {"type": "object", "required": ["columns", "rows"]},
        },
        "allOf": [
            *(_of_rule_kind(kind, *keys) for kind, keys in _KEYS.items()),
            *(_of_fact_kind(kind) for kind in kinds),
        ],
    }


def _time_needs() -> Json:
    return {
        "type": "object",
        "minProperties": 1,
        "additionalProperties": False,
        "properties": {
            time_needs.CLASS: {"enum": list(TIME_CLASSES)},
            time_needs.CONTRADICTIONS: {"type": "string", "examples": ["1d"]},
            time_needs.WITHIN: {"type": "string", "examples": ["7d"]},
        },
    }


def _of_rule_kind(kind: str, required: tuple[str, ...], optional: tuple[str, ...]) -> Json:
    known = sorted({*required, *optional})
    return _when_is("kind", kind, {"required": [*required], "propertyNames": {"enum": known}})


def _of_fact_kind(kind: FactKind) -> Json:
    condition: Json = {"$ref": f"#/definitions/{_name(kind)}"}
    item = {"properties": {"all": condition, "any": condition}}
    properties = {
        **dict.fromkeys(_CONDITIONS, condition),
        "require": {"items": item},
    }
    return _when_is("on", kind.name, {"properties": properties})


def _when_is(key: str, value: str, then: Json) -> Json:
    return {"if": {"properties": {key: {"const": value}}, "required": [key]}, "then": then}


def _condition(kind: FactKind) -> Json:
    inner: Json = {"$ref": f"#/definitions/{_name(kind)}"}
    joined = {"type": "array", "minItems": 1, "items": inner}
    fields = {
        spelling: {**_LINE, "description": _described(field)}
        for field in kind.fields
        for spelling in (field.name, field.label.zh, field.label.en)
    }
    return {
        "type": "object",
        "minProperties": 1,
        "additionalProperties": False,
        "description": f"{kind.label.zh} · {kind.label.en}; any, all, not: at most "
        f"{DEEPEST_CONDITION} deep",
        "properties": {**fields, "any": joined, "all": joined, "not": inner, "scope": _TEXT},
    }


def _described(field: Field) -> str:
    parts = [f"{field.label.zh} · {field.label.en}", field.type.value]
    parts += [field.unit] if field.unit else []
    parts += [", ".join(choice.label.zh for choice in field.choices)] if field.choices else []
    if field.minimum is not None and field.maximum is not None:
        parts.append(f"[{field.minimum:.15g}, {field.maximum:.15g}]")
    return "; ".join(parts)


def _dedupe() -> Json:
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "key": {"type": "array", "minItems": 1, "items": _TEXT},
            "episode": {"enum": list(EPISODES)},
        },
    }


def _effective() -> Json:
    return {
        "type": "object",
        "minProperties": 1,
        "additionalProperties": False,
        "properties": {"from": _TEXT, "to": _TEXT},
    }


def _release() -> Json:
    return {
        "type": "object",
        "required": ["steps", "every"],
        "additionalProperties": False,
        "properties": {"steps": {"type": "array", "minItems": 1, "items": SCALAR}, "every": _TEXT},
    }


def _actions(registry: Registry) -> Json:
    entry: Json = {"type": "object", "minProperties": 1, "maxProperties": 1}
    if registry.actions is not None:
        entry["properties"] = {one.name: _action(one, registry) for one in registry.actions}
        entry["additionalProperties"] = False
    return {"type": "array", "minItems": 1, "items": {"anyOf": [entry, _TEXT]}}


def _action(action: ActionType, registry: Registry) -> Json:
    return {
        "type": "object",
        "description": f"{action.label.zh} · {action.label.en}",
        "required": [one.name for one in action.parameters if one.required],
        "properties": {one.name: _parameter(one, registry) for one in action.parameters},
        "additionalProperties": False,
    }


def _parameter(parameter: Parameter, registry: Registry) -> Json:
    role = _one_of(registry.roles)
    match parameter.type:
        case ParameterType.CHOICE:
            return _one_of(parameter.choices)
        case ParameterType.TEMPLATE:
            return _one_of(registry.templates)
        case ParameterType.ROLE:
            return role
        case ParameterType.ROLES:
            return {"anyOf": [role, {"type": "array", "minItems": 1, "items": role}]}
        case _:
            return SCALAR


def _one_of(words: Iterable[str] | None) -> Json:
    return SCALAR if words is None else {"enum": sorted(words)}
