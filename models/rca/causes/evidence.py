"""Dated evidence, and the declared graph of its types: which may cause which.

The graph is a file that people edit (`evidence.yaml` ships): it is checked like a rule file, every
mistake with its line, and it only ever orders what the data supports.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cache, cached_property
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from models.rca.localise import Cell
    from models.text import Text


class BreakerAction(StrEnum):
    """What a breaker may do where a root of this type is believed."""

    SUSPEND_APPROVAL = "suspend_finance_approval"
    PUSH_DEMO_PACK = "push_demo_pack"
    FORCE_TRAINING = "force_training"
    FORCE_READING = "force_read_confirmation"


class Provenance(StrEnum):
    """Who says so, the most trusted first."""

    SYSTEM = "system"
    RECORD = "record"
    QUESTIONNAIRE = "questionnaire"


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceType:
    """A kind of evidence; `caused_by` are ids of the types that may bring it about."""

    id: str
    name: Text
    caused_by: tuple[str, ...]
    #: Days from the event to the fall that are usual: first and last, 0 to 365.
    lag_days: tuple[int, int]
    provenance: Provenance
    #: None: nothing that a breaker could do.
    breaker: BreakerAction | None
    #: What customers say of it, ids of survey topics; (): nothing that would tell it.
    topics: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class EvidenceDag:
    """Types without cycles, each id once, in the order of the file."""

    types: tuple[EvidenceType, ...]

    @cached_property
    def by_id(self) -> dict[str, EvidenceType]:
        return {one.id: one for one in self.types}

    @cached_property
    def _ancestors(self) -> dict[str, frozenset[str]]:
        found: dict[str, frozenset[str]] = {}

        def above(name: str) -> frozenset[str]:
            if name not in found:
                parents = self.by_id[name].caused_by
                found[name] = frozenset(parents).union(*(above(one) for one in parents))
            return found[name]

        for one in self.types:
            above(one.id)
        return found

    def ancestors(self, name: str) -> frozenset[str]:
        """Give the types that may cause this one, however far above. KeyError: no such type."""
        return self._ancestors[name]

    def descendants(self, name: str) -> frozenset[str]:
        """Give the types that this one may cause, however far below."""
        return frozenset(one for one, above in self._ancestors.items() if name in above)

    @cached_property
    def depths(self) -> dict[str, int]:
        """Give the longest way down to a type from one without a cause; 0 for such a type."""
        found: dict[str, int] = {}
        for name in sorted(self.by_id, key=lambda one: len(self._ancestors[one])):
            parents = self.by_id[name].caused_by
            found[name] = 1 + max((found[one] for one in parents), default=-1)
        return found

    def is_sink(self, name: str) -> bool:
        """Tell whether it has causes and causes nothing: a symptom, wherever it stands."""
        return bool(self.by_id[name].caused_by) and not self.descendants(name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """Which deals an event touched: those in any of the cells, of any of the reps, or listed.

    `everything`: all deals. `share` (0..1): all that is known is how many; with nothing else set,
    which deals they are is unknown. At least one of the five says something.
    """

    cells: tuple[Cell, ...] = ()
    reps: frozenset[str] = frozenset()
    deals: frozenset[str] = frozenset()
    everything: bool = False
    share: float | None = None

    @property
    def is_known(self) -> bool:
        """Whether it tells which deals."""
        return bool(self.everything or self.cells or self.reps or self.deals)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """How often a day something of the kind was seen, day after day from the first."""

    first_day: date
    counts: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceItem:
    """Something that happened. Days are those of the organisation's calendar."""

    #: Once in an incident, and no cell's name (`*`, or with `=`).
    id: str
    type: str
    at: date
    #: Its last day; None: it goes on, or was a moment.
    until: date | None = None
    #: None: nobody recorded whom it touched.
    exposure: Exposure | None = None
    stream: Stream | None = None
    #: Of customers' answers: what they are about, as keyword rules have it; None: not told.
    topic: str | None = None


@cache
def catalogue_text() -> str:
    """Give the text of the types that ship."""
    return files("models.rca.causes").joinpath("evidence.yaml").read_text("utf-8")
