"""Moments of a film beside those of the earlier one that it was known by.

Of the earlier side a person sees what the policy lets them see of that deliverable: its pictures,
or that there is one and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from flask import url_for

from service.actions.reuse import FIELD
from service.actions.reuse_films import ID, MOMENT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from service.records import Deliverable


@dataclass(frozen=True, slots=True, kw_only=True)
class MomentView:
    """A picture of a film, and when it is shown: minutes and seconds."""

    image: str
    shown: str
    name: str
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MomentsView:
    new: MomentView
    #: None where whoever looks may not see the earlier deliverable.
    earlier: MomentView | None


def films(deliverable: Deliverable, seen: Mapping[str, Deliverable]) -> tuple[MomentsView, ...]:
    """Give each moment that was told with the earlier one beside it, `seen` those one may see."""
    return tuple(
        MomentsView(
            new=_moment(deliverable, here),
            earlier=_moment(seen[source], there) if source in seen else None,
        )
        for source, here, there in _moments(deliverable)
    )


def _moment(deliverable: Deliverable, at: int) -> MomentView:
    # A film has no pages: number n is n - 1 milliseconds (`verification.films.showing`).
    return MomentView(
        image=url_for("deliverables.send_page", deliverable_id=deliverable.id, number=at + 1),
        shown=f"{at // 60_000:02}:{at / 1000 % 60:04.1f}",
        name=deliverable.name,
        address=url_for("web.deliverable", deliverable_id=deliverable.id),
    )


def _moments(deliverable: Deliverable) -> Iterator[tuple[str, int, int]]:
    """Read what `reuse.film` told: the earlier deliverable, a moment here, and there, in ms."""
    for check in (deliverable.report or {}).get("checks", []):
        evidence: list[dict[str, Any]] = check["evidence"]
        if check["id"] != ID or not evidence or evidence[0].get("source") != FIELD:
            continue
        for one, after in pairwise(evidence):
            if one["kind"] == "video_box" and after.get("source") == MOMENT:
                yield str(evidence[0]["value"]), int(one["t_ms"]), int(after["value"])
