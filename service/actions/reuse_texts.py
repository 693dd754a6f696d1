"""Seen before: the words of another deliverable, in another layout or format, or in part changed.

A likeness opens a review and fails nothing. The words of one template, filled in otherwise, are
not told. Of the earlier side only the id is told; words and places are those of the new file.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from service.actions.reuse import CAUSE, FIELD, MOST_NAMED
from verification.fingerprints import texts
from verification.values import Finding, ImageBox, MetadataField, PackagePart, PageBox, Status, Text

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from service.actions.comparisons import Comparer
    from service.ports import Ports
    from service.ports.records import Unit
    from service.records import Deliverable
    from verification.fingerprints.texts import TextLikeness, TextLine
    from verification.values import Evidence, Report

ID, VERSION = "reuse.text", 2
#: Earlier texts that are looked at.
_MOST_COMPARED = 12
#: What stands in texts for so many requirements belongs to a template.
_COMMON = 3
#: Changed lines that are told, and letters of each.
_MOST_TOLD, _MOST_LETTERS = 10, 120

_REMEDY = Text(
    zh="请上传为本客户、本项要求撰写的文件；若内容确实通用（如标准条款），请由审核人员对照后确认。",
    en="Upload what was written for this customer and this requirement; where the words rightly "
    "stand in both (standard terms), a reviewer compares and confirms it.",
)
_CHANGED = Text(zh="此处文字与此前的文件不同", en="These words are not in the earlier file")


@dataclass(frozen=True, slots=True)
class _Match:
    source: str
    likeness: TextLikeness


def comparer(lines: Sequence[TextLine]) -> Comparer:
    """Give what says whether these lines were handed in before, and keeps them."""
    new = texts.shingled([line.text for line in lines])

    def compare(
        ports: Ports, unit: Unit, deliverable: Deliverable, report: Report
    ) -> list[Finding]:
        del ports, report
        sample = new.sample
        if len(sample) < texts.FEWEST:
            return []
        common = unit.seen_texts.common(sample, fewest=_COMMON)
        own = [number for number in sample if number not in common]
        found = [
            _Match(seen.deliverable_id, like)
            for seen in unit.seen_texts.like(own, deliverable, most=_MOST_COMPARED)
            if (like := texts.compare(new, seen.shingles, common)).is_copy
        ]
        unit.seen_texts.add(deliverable.id, new.all, sample=sample, is_copy=bool(found))
        ranked = sorted(found, key=lambda match: (-match.likeness.share, match.source))
        return [_finding(match, lines) for match in ranked[:MOST_NAMED]]

    return compare


def filled_in_anew(
    unit: Unit, lines: Sequence[TextLine], deliverable_ids: Collection[str]
) -> frozenset[tuple[str, int]]:
    """Give pages, with the one of these that each is the same template as, filled in otherwise.

    A name that was changed is hardly seen on a page, and where it is read the figures of the file
    say whether it is a copy. A page on which every word is the earlier one's is not among them.
    """
    if not deliverable_ids:
        return frozenset()
    new = texts.shingled([line.text for line in lines])
    likes = (
        (seen.deliverable_id, texts.compare(new, seen.shingles, ()))
        for seen in unit.seen_texts.of(deliverable_ids)
    )
    return frozenset(
        (source, where.page)
        for source, like in likes
        if like.is_anew
        for where in (lines[number].where for number in like.changed)
        if isinstance(where, PageBox)
    )


def _finding(match: _Match, lines: Sequence[TextLine]) -> Finding:
    changed = [lines[number] for number in match.likeness.changed]
    return Finding(
        id=ID,
        version=VERSION,
        status=Status.INDETERMINATE,
        sub_indication=CAUSE,
        message=Text(
            zh="文字与另一份交付物相同" + (f"，仅 {len(changed)} 行有改动。" if changed else "。"),
            en="The words are those of another deliverable"
            + (f", with {len(changed)} lines changed." if changed else "."),
        ),
        remedy=_REMEDY,
        evidence=(
            MetadataField(source=FIELD, value=match.source),
            *(place for line in changed[:_MOST_TOLD] for place in _places(line)),
        ),
    )


def _places(line: TextLine) -> list[Evidence]:
    where = line.where
    if isinstance(where, PageBox | ImageBox | PackagePart):
        where = replace(where, caption=_CHANGED)
    return [where, MetadataField(source="changed_words", value=line.text[:_MOST_LETTERS])]
