"""Seen before: pages that were part of another deliverable, also as scan, photo or part of a file.

A likeness is seen, not proven: it opens a review and fails nothing. The same template filled in
otherwise is another document and is not told. Of the earlier side only ids, page numbers and
places are told; its page is shown by the routes of that deliverable, to who may see it.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from service.actions.reuse import CAUSE, FIELD, MOST_NAMED
from service.actions.reuse_texts import filled_in_anew
from service.records import Decision
from verification.fingerprints import likeness, words
from verification.fingerprints.pages import NoFingerprint, opened
from verification.readers.pillow import PILLOW_FORMATS
from verification.values import (
    Finding,
    ImageBox,
    MetadataField,
    PackagePart,
    PageBox,
    Status,
    Text,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.actions.comparisons import Comparer
    from service.ports import Ports
    from service.ports.records import Records, Unit
    from service.ports.seen_pages import SeenPage
    from service.records import Deliverable
    from verification.fingerprints.kept import PageFingerprint
    from verification.fingerprints.likeness import Box, Likeness
    from verification.fingerprints.pages import Opened
    from verification.fingerprints.texts import TextLine
    from verification.values import Evidence, Report

ID, VERSION = "reuse.page", 5
#: Words that an earlier page must share to be looked at, and how many pages are looked at.
FEWEST_VOTES, MOST_COMPARED = 3, 12
#: Pairs of points, and share of the ink that was replaced, by which a page is for sure the same
#: template filled in anew.
_SURE_PAIRS, _SURELY_REPLACED = 60, 0.002
#: By which share pairs count more for each side that was made flat: on a bowed sheet fewer of them
#: are found, for the photograph shows more, and all else lies better.
_FLAT_COUNTS_MORE = 0.5
#: A picture in documents for so many other requirements is their template's.
FEWEST_OF_TEMPLATE = 3
#: Pages of one earlier deliverable that are told.
MOST_TOLD = 10

_REMEDY = Text(
    zh="请上传为本客户、本项要求制作的文件；若页面确实通用（如标准条款），请由审核人员对照两侧画面后确认。",
    en="Upload what was made for this customer and this requirement; where the page rightly stands "
    "in both (standard terms), a reviewer looks at both sides and confirms it.",
)
_HERE = Text(zh="与此前文件相同的页面", en="Page that was handed in before")
_HERE_PICTURE = Text(zh="与此前文件相同的图片", en="Picture that was handed in before")
_CHANGED = Text(zh="此处与此前的页面不同", en="Here it differs from the earlier page")


#: A page of the new file, whether it was made flat; an earlier deliverable, and a page of it.
Pair = tuple[int, bool, str, int, bool]
#: How like the pages of each pair are that were compared.
Known = Mapping[Pair, "Likeness"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Match:
    #: Page of the new deliverable, then of the earlier one.
    page: PageFingerprint
    seen: SeenPage
    likeness: Likeness


def look_ahead(
    records: Records, deliverable: Deliverable, fingerprints: Sequence[PageFingerprint]
) -> Known:
    """Hold the pages against those that are there, before the transaction that enters a verdict.

    A pair takes some 40 ms, and nobody writes while a transaction compares.
    """
    known: dict[Pair, Likeness] = {}
    for page in fingerprints:
        with records.read() as unit:
            likely = _likely(unit, deliverable, page)
        known.update(_likenesses(page, likely, known))
    return known


def comparer(
    fingerprints: Sequence[PageFingerprint],
    lines: Sequence[TextLine] = (),
    known: Known = MappingProxyType({}),
    *,
    unread: Sequence[str] = (),
) -> Comparer:
    """Give what says which of these pages were part of something else, and keeps all of them.

    `lines` are what can be read in the same file; pairs that are `known` are not compared again.
    Pictures of an office document that are `unread` are named, and say nothing.
    """

    def compare(
        ports: Ports, unit: Unit, deliverable: Deliverable, report: Report
    ) -> list[Finding]:
        del ports
        compared = [
            match for page in fingerprints for match in _compared(unit, deliverable, page, known)
        ]
        for page in fingerprints:
            unit.seen_pages.add(deliverable.id, page, words.words(opened(page), words.KEPT))
        told = _told(_clearest(compared))
        anew = filled_in_anew(unit, lines, {one.seen.deliverable_id for one in told})
        told = [one for one in told if (one.seen.deliverable_id, one.page.page) not in anew]
        told = _without_templates(unit, told)
        return [*_findings(told, report), *_unread(unread)]

    return compare


def _without_templates(unit: Unit, told: list[_Match]) -> list[_Match]:
    """Leave out pictures of documents that stand, unchanged, in those of so many requirements.

    Such a picture is a template's (a plan of the product, a cover). Documents count that passed, or
    that a reviewer accepted although they were told: else what is copied often would pass for one.
    """
    named = {one.seen.deliverable_id for one in told if one.page.part}
    if len(named) < FEWEST_OF_TEMPLATE:
        return told
    counting = {
        one.id: one.requirement_id
        for one in unit.deliverables.find({"id": tuple(named)}, without=("report",))
        if one.verdict == Status.PASSED or one.decision is Decision.ACCEPT
    }
    holders: dict[int, set[str]] = {}
    for one in told:
        requirement = counting.get(one.seen.deliverable_id)
        if one.page.part and requirement and one.likeness.kind == "same":
            holders.setdefault(one.page.page, set()).add(requirement)
    return [one for one in told if len(holders.get(one.page.page, ())) < FEWEST_OF_TEMPLATE]


def _unread(parts: Sequence[str]) -> list[Finding]:
    if not parts:
        return []
    message = Text(
        zh=f"文件中有 {len(parts)} 幅图片无法绘制或超出上限，未与此前的交付物比对。",
        en=f"Pictures of this document that cannot be drawn, or exceed a limit ({len(parts)}), "
        "were not compared with earlier deliverables.",
    )
    return [
        Finding(
            id=ID,
            version=VERSION,
            status=Status.NOT_APPLICABLE,
            message=message,
            evidence=tuple(PackagePart(part=part) for part in parts[:MOST_TOLD]),
        )
    ]


def _clearest(compared: list[_Match]) -> list[_Match]:
    """Of a sheet that was looked at as photographed and made flat, leave the look that lies best.

    On a bowed photograph even another filling of a form may seem to be the same.
    """
    best: dict[tuple[int, str, int], _Match] = {}
    for match in compared:
        key = (match.page.page, match.seen.deliverable_id, match.seen.fingerprint.page)
        if key not in best or _clarity(match) > _clarity(best[key]):
            best[key] = match
    return list(best.values())


def _clarity(match: _Match) -> float:
    return clarity(match.likeness, match.page, match.seen.fingerprint)


def clarity(like: Likeness, *looks: PageFingerprint) -> float:
    """Say how far a likeness is to be believed among those of all looks at the same two pages."""
    return like.pairs * (1 + _FLAT_COUNTS_MORE * sum(bool(one.lie) for one in looks))


def _told(compared: list[_Match]) -> list[_Match]:
    """Leave out changed pages of files of which another page is the same template filled in anew.

    The first page of a report may differ from another customer's in a name alone; the page with
    its figures says that it is another report. A page on which nothing was replaced is told.
    """
    anew = {
        match.seen.deliverable_id
        for match in compared
        if match.likeness.kind == "same_template"
        and match.likeness.pairs >= _SURE_PAIRS
        and match.likeness.replaced >= _SURELY_REPLACED
    }
    return [
        match
        for match in compared
        if match.likeness.kind in {"same", "same_but_changed"}
        and not (match.likeness.replaced and match.seen.deliverable_id in anew)
    ]


def _compared(
    unit: Unit, deliverable: Deliverable, page: PageFingerprint, known: Known
) -> list[_Match]:
    likely = _likely(unit, deliverable, page)
    likenesses = _likenesses(page, likely, known)
    return [
        _Match(page=page, seen=seen, likeness=like)
        for seen in likely
        if (like := likenesses.get(_pair(page, seen), likeness.DIFFERENT)).kind != "different"
    ]


def _likely(unit: Unit, deliverable: Deliverable, page: PageFingerprint) -> tuple[SeenPage, ...]:
    """Give the earlier pages that share a page's words.

    Those that answer the same requirement do not count: a new version of a report repeats pages of
    the last one, and that is no re-use. The same bytes are told already.
    """
    asked = words.asked(opened(page))
    return unit.seen_pages.like(asked, deliverable, fewest=FEWEST_VOTES, most=MOST_COMPARED)


def _likenesses(page: PageFingerprint, likely: Sequence[SeenPage], known: Known) -> Known:
    """Give how the page is like each of these, but those that cannot be read."""
    found = {pair: known[pair] for pair in (_pair(page, seen) for seen in likely) if pair in known}
    readable: dict[Pair, Opened] = {}
    for seen in likely:
        with suppress(NoFingerprint):  # kept by a version that wrote them otherwise
            if (pair := _pair(page, seen)) not in found:
                readable[pair] = opened(seen.fingerprint)
    likes = likeness.compared(opened(page), readable.values())
    return found | dict(zip(readable, likes, strict=True))


def _pair(page: PageFingerprint, seen: SeenPage) -> Pair:
    earlier = seen.fingerprint
    return page.page, bool(page.lie), seen.deliverable_id, earlier.page, bool(earlier.lie)


def _findings(matches: list[_Match], report: Report) -> list[Finding]:
    """Give one finding for each earlier deliverable, those with the most pages first."""
    by_source: dict[str, list[_Match]] = {}
    for match in matches:
        by_source.setdefault(match.seen.deliverable_id, []).append(match)
    ranked = sorted(by_source.items(), key=lambda item: (-len(item[1]), item[0]))
    return [_finding(source, found, report) for source, found in ranked[:MOST_NAMED]]


def _finding(source: str, matches: list[_Match], report: Report) -> Finding:
    return Finding(
        id=ID,
        version=VERSION,
        status=Status.INDETERMINATE,
        sub_indication=CAUSE,
        message=_message(matches),
        remedy=_REMEDY,
        evidence=(
            MetadataField(source=FIELD, value=source),
            *(place for match in matches[:MOST_TOLD] for place in _places(match, report)),
        ),
    )


def _message(matches: list[_Match]) -> Text:
    numbers = sorted({match.page.page for match in matches})
    listed = ", ".join(str(number) for number in numbers[:MOST_TOLD])
    changed = any(match.likeness.here for match in matches)
    mirrored = any(match.likeness.mirrored for match in matches)
    negative = any(match.likeness.negative for match in matches)
    if any(match.page.part for match in matches):
        zh, en = f"文件中的第 {listed} 幅图片", f"Pictures in this file ({listed})"
    else:
        zh, en = f"第 {listed} 页", f"Pages of this file ({listed})"
    return Text(
        zh=f"{zh}此前已出现在另一份交付物中"
        f"{'，左右翻转' if mirrored else ''}{'，明暗反转' if negative else ''}"
        f"{'，但有改动' if changed else ''}。",
        en=f"{en} were part of another deliverable before"
        f"{', in a mirror' if mirrored else ''}{', as a negative' if negative else ''}"
        f"{', with places that differ' if changed else ''}.",
    )


def _places(match: _Match, report: Report) -> list[Evidence]:
    page, earlier = match.page, match.seen.fingerprint
    whole = (0.0, 0.0, page.width, page.height)
    return [
        _box(report, page, whole, _HERE_PICTURE if page.part else _HERE),
        MetadataField(source="page", value=str(earlier.page)),
        *(_box(report, page, box, _CHANGED) for box in match.likeness.here),
        *(
            MetadataField(source="changed_box", value=", ".join(f"{edge:.0f}" for edge in box))
            for box in match.likeness.there
        ),
    ]


def _box(report: Report, page: PageFingerprint, box: Box, caption: Text) -> Evidence:
    if page.part or report.type.format in PILLOW_FORMATS:
        return ImageBox(page=page.page, box=box, part=page.part or None, caption=caption)
    return PageBox(page=page.page, box=box, caption=caption)
