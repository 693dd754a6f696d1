"""What people recorded of the events: items in no telling order, with streams and their gaps."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

from models.rca.causes.evidence import EvidenceItem, Stream

if TYPE_CHECKING:
    from training.rca.events import Event, Scene
    from training.rca.profiles import Profile

STREAM_BEFORE = 28
#: Items with a stream of counts; what it rises to, in times of the usual, for real and idle events.
WITH_STREAM = 0.6
LOUD, SYMPTOM_LOUD, IDLE = (1.5, 4.0), (3.0, 9.0), (0.8, 2.5)


def items(
    scene: Scene, events: list[Event], profile: Profile, *, onset: int, seen_until: int
) -> tuple[tuple[EvidenceItem, ...], dict[str, str]]:
    """Give the items and each one's role by its id; ids say nothing of it."""
    draw = scene.draw
    known = [one for one in events if onset + one.day <= seen_until]
    order = draw.permutation(len(known))
    found, roles = [], {}
    for place, one in zip(order, known, strict=True):
        name = f"e{int(place):02d}"
        at = date.fromordinal(onset + one.day)
        # The root of an incident is recorded whole or the incident is not judged by it.
        is_lost = draw.random() < profile.unrecorded
        found.append(
            EvidenceItem(
                id=name,
                type=one.type,
                at=at,
                exposure=None if is_lost else one.exposure,
                stream=_stream(one, at, seen_until, draw),
            )
        )
        roles[name] = one.role
    return tuple(sorted(found, key=lambda one: one.id)), roles


def _stream(event: Event, at: date, seen_until: int, draw: np.random.Generator) -> Stream | None:
    if draw.random() > WITH_STREAM:
        return None
    first = at - timedelta(days=STREAM_BEFORE)
    days = seen_until - first.toordinal() + 1
    usual = float(np.exp(draw.uniform(0.0, 4.0)))
    spans = {"symptom": SYMPTOM_LOUD, "coincident": IDLE}
    rise = float(draw.uniform(*spans.get(event.role, LOUD)))
    level = np.full(days, usual)
    level[STREAM_BEFORE : STREAM_BEFORE + int(draw.integers(2, 7))] *= rise
    counts = draw.poisson(level * draw.gamma(10.0, 0.1, days))
    return Stream(first_day=first, counts=tuple(float(one) for one in counts))
