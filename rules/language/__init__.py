"""The rule file ``countermark/v1``: text → tree with places → checked rules → intermediate form.

Nothing in a file is ever executed: it is read as words, and words become numbers and names.
"""

from __future__ import annotations

from rules.language.problems import Findings, Place, Problem, Severity, render
from rules.language.rule_file import SCHEMA, check, load_rule_set

__all__ = [
    "SCHEMA",
    "Findings",
    "Place",
    "Problem",
    "Severity",
    "check",
    "load_rule_set",
    "render",
]
