"""What the registry of models remembers: models that were verified, and who paid by which, when.

Nothing is changed or taken away: a model is a row, and every decision about it another.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime  # noqa: TC003 - the adapters read the annotations at run time
from enum import StrEnum
from typing import Any


class ModelName(StrEnum):
    """What a model is for."""

    COEFFICIENT = "coefficient"
    CAUSES = "causes"


class ModelStep(StrEnum):
    """What was decided about a model."""

    #: It scores beside the champion and pays nothing.
    SHADOW = "shadow"
    #: Somebody asks that it pays; another person must agree.
    PROPOSED = "proposed"
    #: It is the champion: what closes from now on is paid by it.
    PROMOTED = "promoted"
    #: An earlier champion is the champion again.
    ROLLED_BACK = "rolled_back"
    #: No model pays any more: the card's rule of high value alone does.
    RETIRED = "retired"


#: Steps after which another model, or none, is the champion.
CROWNING = frozenset({ModelStep.PROMOTED, ModelStep.ROLLED_BACK, ModelStep.RETIRED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Model:
    """A sealed model that opened: its parts lie in the storage, under the archive's hash."""

    id: str
    name: ModelName
    #: Of the manifest: this names the model in every payment.
    sha256: str
    archive_sha256: str
    archive_size: int
    #: The key that signed it, 64 hexadecimal digits.
    public_key: str
    author: str
    data_sha256: str
    code: str
    metrics: dict[str, Any]
    #: Gates that its training could not ask, e.g. G4: whoever proposes it signs for them.
    not_asked: tuple[str, ...]
    registered_at: datetime
    registered_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelEvent:
    id: str
    name: ModelName
    #: Counted from 1 for each name: of two decisions at once one finds its place taken.
    turn: int
    step: ModelStep
    #: None where no model is the champion from here on.
    model_id: str | None
    at: datetime
    person_id: str
    reason: str
    #: Of a promotion: the turn of the proposal that it agrees to.
    proposal: int | None = None
    #: Of a proposal: the gates that its proposer answers for.
    signs_for: tuple[str, ...] = ()
