"""One training of a ranker: incidents drawn, injected and judged by people; fit; gates.

1. lessons: the simulator, quiet weeks of the house's own history, reviewers' verdicts; 2. fit and
scale; 3. fresh incidents of every profile judge; 4. the gates. Nothing is written here.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import lightgbm
import numpy as np

from models.rca.causes.features import FEATURES, featured
from models.rca.causes.ranking import by_hand
from training.gates.gate import Answer
from training.rca import asking
from training.rca.fitting import FOLDS, Fitted, boosted, fitted, raw
from training.rca.golden import DEMO_QUOTE, QUOTE_SIGN, ROOT, golden
from training.rca.judging import Judged, judged
from training.rca.lesson import Example, drawn
from training.rca.profiles import CLEAN, LESSON, NOISY, SHIFTED
from training.rca.quiet import simulated
from training.rca.verdicts import beside, example_of, experience_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from models.rca.causes.evidence import EvidenceDag
    from models.rca.causes.experience import Experience
    from training.gates.gate import Gate
    from training.rca.quiet import Quiet
    from training.rca.verdicts import Verdict

    Floats = NDArray[np.float64]


class TooFew(ValueError):
    """Too few incidents to learn from."""

    def __init__(self, seen: int, needed: int) -> None:
        super().__init__(f"{seen} incidents, expected {needed} at least")
        self.seen, self.needed = seen, needed


STEPS = ("draw", "fit", "judge", "gates")
#: Seeds of the judges lie apart from those that teach, whatever the seed.
JUDGES = 10_000
OTHER_SEED = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class CausesTraining:
    """What to learn from. `incidents` are drawn beside what people judged."""

    incidents: int = 2400
    #: For each profile that judges.
    judges: int = 200
    seed: int = 1
    threads: int = 1
    verdicts: tuple[Verdict, ...] = ()
    #: Quiet weeks to inject into; None: simulated ones alone.
    history: Callable[[np.random.Generator], Quiet] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CausesTrained:
    """A ranker with how it was judged, a profile each, and its gates."""

    fitted: Fitted
    profiles: Mapping[str, Judged]
    gates: tuple[Gate, ...]
    seed: int
    learned: int
    #: Rows that become golden rows.
    rows: Floats = field(repr=False)

    @property
    def refused(self) -> bool:
        return any(gate.answer is Answer.FAILED for gate in self.gates)

    @property
    def metrics(self) -> dict[str, float]:
        """Give the figures of the judges by profile."""
        found = {"incidents": float(self.learned)}
        for name, one in self.profiles.items():
            found |= {
                f"{name}.ac1": one.first,
                f"{name}.ac3": one.three,
                f"{name}.mrr": one.reciprocal,
                f"{name}.ece": one.ece_first,
                f"{name}.covered": one.covered,
                f"{name}.tie_size": one.tie_size,
            }
        return found


def trained(
    dag: EvidenceDag,
    training: CausesTraining,
    progress: Callable[[str], None] = lambda _step: None,
) -> CausesTrained:
    """Train a ranker and ask every gate. Raises IncidentRefused for verdicts of other types."""
    # 1. lessons
    progress("draw")
    lessons = _lessons(dag, training)
    if len(lessons) < FOLDS * 2:
        raise TooFew(len(lessons), FOLDS * 2)
    # 2. fit and scale
    progress("fit")
    found = fitted(lessons, seed=training.seed, threads=training.threads)
    found = replace(found, scale=replace(found.scale, experience=_experience(dag, training)))
    model = lightgbm.Booster(model_str=found.text)
    # 3. judges
    progress("judge")
    judges = _judges(dag, training)
    profiles = {
        name: judged(rows, lambda one: raw(model, one), found.scale)
        for name, rows in judges.items()
    }
    # 4. gates
    progress("gates")
    everyone = [one for rows in judges.values() for one in rows]
    other = boosted(lessons, seed=training.seed + OTHER_SEED, threads=training.threads)
    ranks = _golden_ranks(model, dag, found.scale.experience)
    alike = _alike(model, other, everyone)
    return CausesTrained(
        fitted=found,
        profiles=profiles,
        gates=_asked(len(lessons), profiles, everyone, alike=alike, ranks=ranks),
        seed=training.seed,
        learned=len(lessons),
        rows=np.concatenate([one.rows for one in everyone[:8]])[:64],
    )


def _judges(dag: EvidenceDag, training: CausesTraining) -> dict[str, list[Example]]:
    first = JUDGES + 10 * training.seed
    return {
        profile.name: drawn(dag, (profile,), training.judges, seed=first + place)
        for place, profile in enumerate((CLEAN, SHIFTED, NOISY))
    }


def _asked(
    lessons: int,
    profiles: Mapping[str, Judged],
    everyone: Sequence[Example],
    *,
    alike: float,
    ranks: Mapping[str, int],
) -> tuple[Gate, ...]:
    """Ask every gate, in order. Tie sets are not promised for a generator that was not learned."""
    by_rule = np.array([int(np.argmax(by_hand(one.rows))) == one.root for one in everyone])
    learned = {name: one for name, one in profiles.items() if name != SHIFTED.name}
    return (
        asking.enough(lessons),
        asking.skill(np.concatenate([one.hits for one in profiles.values()]), by_rule),
        asking.champion(),
        asking.calibrated(profiles),
        asking.ties(learned),
        asking.stable(alike),
        asking.safe(opened=None),
        asking.leakage(singles(everyone)),
        asking.golden(ranks),
    )


def _lessons(dag: EvidenceDag, training: CausesTraining) -> list[Example]:
    lessons: list[Example] = []
    quiet = training.history or simulated
    if training.incidents:
        lessons += drawn(dag, LESSON, training.incidents, seed=training.seed, quiet=quiet)
    others = beside(training.verdicts, _experience(dag, training))
    judged_by_people = [example_of(one, dag, others[one.incident.id]) for one in training.verdicts]
    return lessons + [one for one in judged_by_people if one is not None]


def _experience(dag: EvidenceDag, training: CausesTraining) -> Experience:
    """Give what the ranker met: of drawn incidents every type, of verdicts those in them."""
    types = {one.type for verdict in training.verdicts for one in verdict.incident.items}
    if training.incidents:
        types |= set(dag.by_id)
    return experience_of(training.verdicts, frozenset(types))


def _alike(model: lightgbm.Booster, other: lightgbm.Booster, rows: Sequence[Example]) -> float:
    same = [
        int(np.argmax(raw(model, one.rows))) == int(np.argmax(raw(other, one.rows))) for one in rows
    ]
    return float(np.mean(same))


def singles(rows: Sequence[Example]) -> dict[str, float]:
    """Give how often each feature alone puts the root first, by its better end."""
    found = {}
    for place, name in enumerate(FEATURES):
        ends = []
        for sign in (1.0, -1.0):
            hits = []
            for one in rows:
                column = np.nan_to_num(sign * one.rows[:, place], nan=-np.inf)
                best = np.flatnonzero(column == column.max())
                # Of candidates that are equal any may be taken: that is no knowledge.
                hits.append(float(one.root in best) / len(best))
            ends.append(float(np.mean(hits)))
        found[name] = max(ends)
    return found


def _golden_ranks(
    model: lightgbm.Booster, dag: EvidenceDag, experience: Experience
) -> dict[str, int]:
    ranks = {}
    for stage in (DEMO_QUOTE, QUOTE_SIGN):
        seen = featured(golden(stage), dag, experience)
        scores = raw(model, seen.rows)
        names = [one.id for one in seen.found]
        root = names.index(ROOT)
        ranks[stage.name] = 1 + int((scores > scores[root]).sum())
    return ranks
