"""Seen before: a film, or a part of one, that was handed in as another deliverable.

A likeness is seen, not proven: it opens a review and fails nothing. Of the earlier side only the
id and times are told; its pictures are shown by the routes of that deliverable, to who may see it.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

from service.actions.reuse import CAUSE, FIELD, MOST_NAMED
from verification.fingerprints import film_likeness
from verification.fingerprints.films import asked_words, kept_words, opened
from verification.fingerprints.pages import NoFingerprint
from verification.values import Finding, MetadataField, Status, Text, VideoBox

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.actions.comparisons import Comparer
    from service.ports import Ports
    from service.ports.records import Records, Unit
    from service.ports.seen_films import SeenFilm
    from service.records import Deliverable
    from verification.fingerprints.film_likeness import Measured
    from verification.fingerprints.films import OpenedFilm
    from verification.fingerprints.kept import FilmFingerprint
    from verification.values import Evidence, Report

ID, VERSION = "reuse.film", 1
#: What the field is called that says which moment of the earlier film one stands beside, in ms.
MOMENT = "earlier_moment"
#: Words that an earlier film must share to be looked at, and how many films are looked at.
FEWEST_VOTES, MOST_COMPARED = 4, 12
#: Share of both films from which all of them is the same.
_WHOLE = 0.9

_REMEDY = Text(
    zh="请上传为本客户、本项要求拍摄的影片；若画面确实通用（如产品介绍片），请由审核人员对照两侧画面后确认。",
    en="Upload the film that was shot for this customer and this requirement; where one is rightly "
    "used twice (a film that presents a product), a reviewer looks at both sides and confirms it.",
)
_HERE = Text(zh="与此前影片相同的画面", en="A moment of the earlier film")

#: How like the film is to each earlier one that was compared, by the deliverable's id.
Known = Mapping[str, "Measured | None"]


def look_ahead(
    records: Records, deliverable: Deliverable, fingerprint: FilmFingerprint | None
) -> Known:
    """Hold the film against those that are there, before the transaction that enters a verdict."""
    if fingerprint is None:
        return {}
    film = opened(fingerprint)
    with records.read() as unit:
        likely = _likely(unit, deliverable, film)
    return {seen.deliverable_id: _measured(film, seen) for seen in likely}


def comparer(fingerprint: FilmFingerprint | None, known: Known = MappingProxyType({})) -> Comparer:
    """Give what says whether the film was seen before, and keeps it.

    Earlier films that are `known` are not compared again.
    """

    def compare(
        ports: Ports, unit: Unit, deliverable: Deliverable, report: Report
    ) -> list[Finding]:
        del ports, report
        if fingerprint is None:
            return []
        film = opened(fingerprint)
        found: list[tuple[str, Measured]] = []
        for seen in _likely(unit, deliverable, film):
            source = seen.deliverable_id
            like = known[source] if source in known else _measured(film, seen)
            if like is not None and like.is_copy:
                found.append((source, like))
        unit.seen_films.add(deliverable.id, fingerprint, kept_words(film))
        found.sort(key=lambda one: (one[1].here[0] - one[1].here[1], one[0]))
        return [_finding(*one, fingerprint) for one in found[:MOST_NAMED]]

    return compare


def _likely(unit: Unit, deliverable: Deliverable, film: OpenedFilm) -> Sequence[SeenFilm]:
    """Give the earlier films that share a film's words, but those for the same requirement."""
    asked = asked_words(film)
    return unit.seen_films.like(asked, deliverable, fewest=FEWEST_VOTES, most=MOST_COMPARED)


def _measured(film: OpenedFilm, seen: SeenFilm) -> Measured | None:
    try:
        return film_likeness.compare(film, opened(seen.fingerprint))
    except NoFingerprint:  # kept by a version that wrote them otherwise
        return None


def _finding(source: str, like: Measured, fingerprint: FilmFingerprint) -> Finding:
    return Finding(
        id=ID,
        version=VERSION,
        status=Status.INDETERMINATE,
        sub_indication=CAUSE,
        message=_said(like),
        remedy=_REMEDY,
        evidence=(
            MetadataField(source=FIELD, value=source),
            *(place for here, there in like.moments for place in _places(here, there, fingerprint)),
        ),
    )


def _said(like: Measured) -> Text:
    shares = [
        (end - start) / lasts
        for (start, end), lasts in zip((like.here, like.there), like.lasts, strict=True)
    ]
    if min(shares) >= _WHOLE:
        return Text(
            zh="影片与另一份交付物的影片相同。", en="The film is that of another deliverable."
        )
    here, there = _span(like.here), _span(like.there)
    return Text(
        zh=f"影片 {here} 的画面，是另一份交付物的影片中 {there} 的画面。",
        en=f"At {here} the film shows what the film of another deliverable shows at {there}.",
    )


def _span(seconds: tuple[float, float]) -> str:
    return "–".join(f"{int(one) // 60:02}:{int(one) % 60:02}" for one in seconds)


def _places(here: float, there: float, fingerprint: FilmFingerprint) -> list[Evidence]:
    box = (0.0, 0.0, float(fingerprint.width), float(fingerprint.height))
    return [
        VideoBox(t_ms=round(here * 1000), box=box, caption=_HERE),
        MetadataField(source=MOMENT, value=str(round(there * 1000))),
    ]
