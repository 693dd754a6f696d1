"""Engines that a trial must survive: they do to their process what the C engine is able to do."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import durable_rules_engine

from tests.rules.traps import KILLS, SIBLINGS

if TYPE_CHECKING:
    from rules.form import RuleSet


def hangs(_: RuleSet) -> Any:
    """513 conditions side by side: an endless loop that never lets go of the interpreter's lock."""
    return durable_rules_engine.create_ruleset("hangs", SIBLINGS[2])


def dies(_: RuleSet) -> Any:
    """A definition that is nested too deep: SIGSEGV."""
    (trap,) = (trap for trap in KILLS if trap.sentence == "a definition is nested 100,000 deep")
    return durable_rules_engine.create_ruleset("dies", trap.calls[0][2])


def raises(_: RuleSet) -> Any:
    raise ValueError


def eats(_: RuleSet) -> Any:
    """More memory than a trial may have."""
    return bytearray(64 << 30)


def lies(_: RuleSet) -> Any:
    """Say that all went well, then die."""
    print(json.dumps({"outcome": "fit", "version": "1", "zh": "好", "en": "fine"}), flush=True)  # noqa: T201
    raise SystemExit(3)
