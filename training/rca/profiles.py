"""How incidents are drawn: clean, from a shifted generator, or as people record them."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Shares are in 0..1, effects on the logit scale (a fall of .7 takes 52 % to 35 %)."""

    name: str
    #: Of the root.
    effect: tuple[float, float] = (0.5, 1.2)
    #: Root types follow the order of the catalogue (Zipf); else all alike.
    skewed_roots: bool = True
    decoys: tuple[int, int] = (6, 10)
    #: Decoys with the root's own deals, and those that came on its own day.
    same_deals: float = 0.12
    same_day: float = 0.2
    #: A chain of events among the decoys: a cause with what it would have led to.
    idle_chain: float = 0.5
    #: A second, weaker cause beside the root.
    second: float = 0.3
    #: A remedy in the days after the onset, told of by those whom it missed.
    remedy: float = 0.0
    #: Days by which the onset is told wrongly, either way.
    onset_error: int = 0
    #: Items whose exposure nobody recorded.
    unrecorded: float = 0.0
    #: Verdicts that name another candidate; for training only, truth judges.
    wrong_verdicts: float = 0.0
    #: Incidents whose root nobody recorded: then the cell is the answer.
    no_record: float = 0.0
    #: Streams with a season, and surveys whose answers were sorted by topic.
    season: float = 0.3
    topic: float = 0.8
    #: Houses whose people judged incidents before; where roots are not like the catalogue's then,
    #: they are like those that were confirmed. And houses with types that no ranker has met.
    judged: float = 0.0
    new_types: float = 0.0


CLEAN = Profile(name="clean")
SHIFTED = replace(
    CLEAN, name="shifted", effect=(0.35, 0.8), skewed_roots=False, decoys=(7, 12), second=0.4
)
NOISY = replace(CLEAN, name="noisy", onset_error=2, unrecorded=0.1, wrong_verdicts=0.1)
#: As noisy, and now and then with a root that nobody recorded.
UNRECORDED = replace(NOISY, name="unrecorded", no_record=0.2)
#: As noisy, and always with a remedy that missed some: they fell most, and it came last.
REMEDIED = replace(NOISY, name="remedied", wrong_verdicts=0.0, remedy=1.0)
#: As noisy, in houses whose people confirmed roots before, and in such with types of their own.
JUDGED = replace(NOISY, name="judged", wrong_verdicts=0.0, judged=1.0)
NEW_TYPES = replace(NOISY, name="new types", wrong_verdicts=0.0, new_types=1.0)
#: What a ranker learns from when nobody has given a verdict yet, in turns: it shall not learn from
#: a simulator which types are roots, so all are alike. Effects are never as weak as `SHIFTED`'s.
LESSON = tuple(
    replace(one, skewed_roots=False, remedy=0.4, judged=0.5, new_types=0.3)
    for one in (CLEAN, NOISY, replace(UNRECORDED, wrong_verdicts=0.0))
)
PROFILES = {
    one.name: one for one in (CLEAN, SHIFTED, NOISY, UNRECORDED, REMEDIED, JUDGED, NEW_TYPES)
}
