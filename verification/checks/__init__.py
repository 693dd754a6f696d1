"""One file a check, each defining CHECK; a new check is a new file and nothing else."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from verification.examination import Check


@cache
def load() -> tuple[Check, ...]:
    """Give every check that stands in this folder, in the order of their ids."""
    modules = [import_module(f"{__name__}.{info.name}") for info in iter_modules(__path__)]
    checks: list[Check] = [module.CHECK for module in modules if hasattr(module, "CHECK")]
    return tuple(sorted(checks, key=lambda check: check.id))
