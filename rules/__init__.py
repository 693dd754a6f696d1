"""Rule files that sales ops write: checked, compiled, executed, explained.

text → :func:`load_rule_set` → ``executors.default(rule_set)`` → ``gates.evaluate(…)``. The room is
pure: no clock, network, environment, database or randomness. Importing it loads no engine.
"""

from __future__ import annotations

from rules.errors import EngineError, FactError, NoGate, RuleFileError, RulesError
from rules.form import RuleSet
from rules.language import Problem, check, load_rule_set
from rules.packs import UnknownPack, pack, pack_cases
from rules.text import Text

__all__ = [
    "EngineError",
    "FactError",
    "NoGate",
    "Problem",
    "RuleFileError",
    "RuleSet",
    "RulesError",
    "Text",
    "UnknownPack",
    "check",
    "load_rule_set",
    "pack",
    "pack_cases",
]
