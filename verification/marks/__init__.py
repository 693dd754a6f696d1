"""One file a source of marks, each defining SOURCE; found by being there."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from verification.examination import MarkSource


@cache
def load() -> tuple[MarkSource, ...]:
    """Give every source of marks that stands in this folder, in the order of their ids."""
    modules = [import_module(f"{__name__}.{info.name}") for info in iter_modules(__path__)]
    sources: list[MarkSource] = [m.SOURCE for m in modules if hasattr(m, "SOURCE")]
    return tuple(sorted(sources, key=lambda source: source.id))
