"""What people recorded of the events: items in no telling order, with streams and their gaps."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from models.rca.causes.evidence import EvidenceItem, Provenance, Stream
from training.rca import streams

if TYPE_CHECKING:
    from collections.abc import Sequence

    from training.rca.events import Event, Scene
    from training.rca.profiles import Profile

#: Answers that are about the fall where the survey is its symptom; the others are about anything.
ABOUT = 0.7


def items(
    scene: Scene,
    events: list[Event],
    profile: Profile,
    *,
    onset: int,
    seen_until: int,
    is_root_lost: bool = False,
) -> tuple[tuple[EvidenceItem, ...], dict[str, str]]:
    """Give the items and each one's role by its id; ids say nothing of it.

    `is_root_lost`: nobody recorded the root, though customers may speak of it.
    """
    draw = scene.draw
    recorded = events[1:] if is_root_lost else events
    known = [one for one in recorded if onset + one.day <= seen_until]
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
                stream=_stream(scene, profile, one, (at, seen_until)),
                topic=_topic(scene, profile, one, events),
            )
        )
        roles[name] = one.role
    return tuple(sorted(found, key=lambda one: one.id)), roles


def _stream(scene: Scene, profile: Profile, event: Event, days: tuple[date, int]) -> Stream | None:
    """Give counts from before its day to the last; some have a season as well."""
    at, seen_until = days
    plain = streams.stream(event, at, seen_until, scene.draw)
    if plain is None or scene.beside.random() >= profile.season:
        return plain
    return streams.seasonal(event, at, seen_until, scene.beside)


def _topic(scene: Scene, profile: Profile, event: Event, events: Sequence[Event]) -> str | None:
    """Draw what customers' answers are about: the fall, or, as a bystander's are, anything."""
    draw, kind = scene.beside, scene.dag.by_id[event.type]
    if kind.provenance is not Provenance.QUESTIONNAIRE or not scene.dag.is_sink(event.type):
        return None
    if draw.random() >= profile.topic:
        return None
    told = {one.type for one in events if one.role in {"root", "mediator"}}
    among = sorted({topic for one in told for topic in scene.dag.by_id[one].topics})
    if event.role != "symptom" or not among or draw.random() >= ABOUT:
        among = sorted({topic for one in scene.dag.types for topic in one.topics})
    return str(draw.choice(among)) if among else None
