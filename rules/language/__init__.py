"""The rule file ``countermark/v1``: text → tree with places → checked rules → intermediate form.

Nothing in a file is ever executed: it is read as words, and words become numbers and names.
"""

from __future__ import annotations

from rules.language.catalogue import Catalogue, check_catalogue, load_catalogue
from rules.language.problems import Findings, Place, Problem, Severity, render
from rules.language.rule_file import SCHEMA, Checked, check, check_files, load_rule_set

__all__ = [
    "SCHEMA",
    "Catalogue",
    "Checked",
    "Findings",
    "Place",
    "Problem",
    "Severity",
    "check",
    "check_catalogue",
    "check_files",
    "load_catalogue",
    "load_rule_set",
    "render",
]
