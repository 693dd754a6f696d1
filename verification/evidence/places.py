"""Which piece of which page the evidence of a report points at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from verification.values import ByteRange, ImageBox, PageBox, Status, VideoBox

if TYPE_CHECKING:
    from collections.abc import Iterator

    from verification.values import Report

#: Room around a box, in points (or pixels of a picture), that one sees what it belongs to.
MARGIN = 24.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A part of a page; `box` in points, or in pixels of a picture or film, from top left."""

    #: Which finding of the report, and which of its pieces of evidence, both from 0.
    finding: int
    evidence: int
    #: Of a film: the moment's number (verification/films/showing.py).
    page: int
    box: tuple[float, float, float, float]
    #: Only so many bytes of the file are drawn: those of an earlier signed revision. None: all.
    first_bytes: int | None = None
    #: The moment of a film, in milliseconds; all of its frame is drawn, the box on it.
    t_ms: int | None = None


class RevisionLost(LookupError):
    """Where a signed revision ends is not known, so that it cannot be shown as it was."""

    def __init__(self, revision: int) -> None:
        super().__init__(f"signed revision {revision}")
        self.revision = revision


def place_of(report: Report, finding: int, evidence: int) -> Place | None:
    """Give the place that a piece of evidence points at; None for what is no place on a page.

    Raises IndexError where the report has no such evidence, RevisionLost for an earlier revision
    that cannot be told apart.
    """
    item = report.checks[finding].evidence[evidence]
    if isinstance(item, VideoBox):
        return Place(
            finding=finding, evidence=evidence, page=item.t_ms + 1, box=item.box, t_ms=item.t_ms
        )
    if isinstance(item, PageBox):
        page, first_bytes = item.page, _end_of_revision(report, item.revision)
    elif isinstance(item, ImageBox):
        page, first_bytes = item.page, None
    else:
        return None
    return Place(
        finding=finding,
        evidence=evidence,
        page=page,
        box=_wider(item.box),
        first_bytes=first_bytes,
    )


def places(report: Report) -> Iterator[Place]:
    """Give every place, those of what did not pass first."""
    order = (Status.FAILED, Status.INDETERMINATE, Status.PASSED)
    numbers = range(len(report.checks))
    for number in sorted(
        (n for n in numbers if report.checks[n].status in order),
        key=lambda n: order.index(report.checks[n].status),
    ):
        for index, _ in enumerate(report.checks[number].evidence):
            try:
                place = place_of(report, number, index)
            except RevisionLost:
                continue
            if place is not None:
                yield place


def _end_of_revision(report: Report, revision: int | None) -> int | None:
    """Find where a signed revision ends: with the last byte that its signature covers.

    PDF revisions are appended, so the first bytes of the file are the file as it was then.
    """
    if revision is None:
        return None
    ends = [
        item.end
        for signature in report.signatures
        if signature.covers == f"revision {revision}"
        for judgement in signature.judgements
        if judgement.question == "coverage"
        for item in judgement.evidence
        if isinstance(item, ByteRange)
    ]
    if not ends:
        raise RevisionLost(revision)
    return max(ends)


def _wider(box: tuple[float, float, float, float]) -> tuple[float, float, float, float]:
    left, top, right, bottom = box
    return (max(0.0, left - MARGIN), max(0.0, top - MARGIN), right + MARGIN, bottom + MARGIN)
