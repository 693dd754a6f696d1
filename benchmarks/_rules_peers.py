"""The peers: zen-engine and CLIPS, each with the fastest way of its Python package to ask it."""

from __future__ import annotations

import json
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import clips
import zen

from benchmarks._rules_workload import MEASURES

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from benchmarks._rules_workload import Facts, Matched, Workload

ZEN = f"zen-engine {version('zen-engine')}"
CLIPS = f"clipspy {version('clipspy')}"


def zen_loaded(workload: Workload) -> Callable[[Facts], Matched]:
    """Compile a table once, in a loader, as its documentation advises for use again and again."""
    content = json.loads(_table(workload))
    engine = zen.ZenEngine({"loader": {"type": "static", "content": {"rules": content}}})

    def ask(facts: Facts) -> Matched:
        return [
            tuple(hit["rule"] for hit in engine.evaluate("rules", {**fact, "kind": kind})["result"])
            for kind, fact in facts
        ]

    return ask


def zen_decision(workload: Workload) -> Callable[[Facts], Matched]:
    """Make a decision and ask it, as the package's first example does."""
    decision = zen.ZenEngine().create_decision(zen.ZenDecisionContent(_table(workload)))

    def ask(facts: Facts) -> Matched:
        return [
            tuple(hit["rule"] for hit in decision.evaluate({**fact, "kind": kind})["result"])
            for kind, fact in facts
        ]

    return ask


def clips_agenda(workload: Workload) -> Callable[[Facts], Matched]:
    """Assert, read the agenda, retract: nothing is carried out."""
    environment = _environment(workload, "")
    template = environment.find_template("f")

    def one(kind: str, fact: dict[str, object]) -> tuple[str, ...]:
        asserted = template.assert_fact(**_slots(kind, fact))
        names = [activation.name for activation in environment.activations()]
        asserted.retract()
        return _in_order(names)

    return lambda facts: [one(kind, fact) for kind, fact in facts]


def clips_run(workload: Workload) -> Callable[[Facts], Matched]:
    """Assert, let each rule that matches tell its name, retract."""
    hits: list[str] = []
    environment = _environment(workload, "(hit {})", hits.append)
    template = environment.find_template("f")

    def one(kind: str, fact: dict[str, object]) -> tuple[str, ...]:
        asserted = template.assert_fact(**_slots(kind, fact))
        environment.run()
        asserted.retract()
        names = _in_order(hits)
        hits.clear()
        return names

    return lambda facts: [one(kind, fact) for kind, fact in facts]


def _in_order(names: Sequence[str]) -> tuple[str, ...]:
    if len(names) < 2:
        return tuple(names)
    return tuple(sorted(names, key=lambda name: int(name[1:])))


def _environment(workload: Workload, told: str, hit: Any = None) -> Any:
    environment = clips.Environment()
    if hit is not None:
        environment.define_function(hit, name="hit")
    slots = " ".join(f"(slot {name})" for name in ("kind", *MEASURES, "region", "signed", "note"))
    environment.build(f"(deftemplate f {slots})")
    for one in workload.thresholds:
        kind = f"(kind {one.kind}) " if workload.guarded else ""
        condition = f"(f {kind}({one.measure} ?v&:(< ?v {one.below!r})))"
        environment.build(f"(defrule {one.id} {condition} => {told.format(one.id)})")
    return environment


def _slots(kind: str, fact: dict[str, object]) -> dict[str, object]:
    region, signed = str(fact["region"]), "TRUE" if fact["signed"] else "FALSE"
    symbols = {"region": clips.Symbol(region), "signed": clips.Symbol(signed)}
    return {**fact, **symbols, "kind": clips.Symbol(kind)}


def _table(workload: Workload) -> str:
    """Give a decision table with the hit policy `collect`, as JSON."""
    fields = (*(("kind",) if workload.guarded else ()), *MEASURES)
    rules = [
        dict.fromkeys(fields, "")
        | ({"kind": f'"{one.kind}"'} if workload.guarded else {})
        | {"_id": one.id, one.measure: f"< {one.below!r}", "rule": f'"{one.id}"'}
        for one in workload.thresholds
    ]
    table = {
        "hitPolicy": "collect",
        "inputs": [{"id": name, "name": name, "field": name} for name in fields],
        "outputs": [{"id": "rule", "name": "rule", "field": "rule"}],
        "rules": rules,
    }
    place = {"position": {"x": 0, "y": 0}}
    nodes = [
        {"id": "in", "name": "in", "type": "inputNode", **place},
        {"id": "table", "name": "table", "type": "decisionTableNode", "content": table, **place},
        {"id": "out", "name": "out", "type": "outputNode", **place},
    ]
    edges = [
        {"id": "1", "type": "edge", "sourceId": "in", "targetId": "table"},
        {"id": "2", "type": "edge", "sourceId": "table", "targetId": "out"},
    ]
    return json.dumps({"nodes": nodes, "edges": edges})
