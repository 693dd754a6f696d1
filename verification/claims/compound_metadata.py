"""What doc, xls, ppt and their kin say of themselves: summary properties, times of storages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verification.claims.metadata import Notes
from verification.examination import ClaimSource
from verification.moments import Moment, iso_moment
from verification.readers.olefile import OleError, read_times
from verification.values import PackagePart, Trust

if TYPE_CHECKING:
    from verification.examination import Collected, Context

_FORMATS = frozenset({"doc", "xls", "ppt", "msg", "vsd", "msi", "wps", "et", "dps"})
_SUMMARY = "SummaryInformation"


def collect(context: Context) -> Collected:
    notes = Notes()
    if not context.submission.data.startswith(b"\xd0\xcf\x11\xe0"):
        # Word 2 and Excel 4 wrote bare streams, which have no properties.
        return notes.collected
    try:
        times = read_times(context.submission.data)
    except OleError as error:
        notes.unreadable(f"ole:{_SUMMARY}", str(error))
        return notes.collected
    where = PackagePart(part=_SUMMARY)
    for source, time, event in (
        ("ole:Created", times.created, "created"),
        ("ole:LastSaved", times.saved, "modified"),
        ("ole:LastPrinted", times.printed, None),
    ):
        if time is not None:
            notes.time(source, time.isoformat(), _utc, event=event, evidence=where)  # type: ignore[arg-type]  # the loop's own words
    if times.storages:
        name, last = max(times.storages, key=lambda one: one[1])
        where = PackagePart(part=name)
        notes.time(
            "ole:storage", last.isoformat(), _utc, event="stored", trust=Trust.T0, evidence=where
        )
    notes.word("author", "ole:Author", times.author)
    notes.word("author", "ole:LastAuthor", times.last_author)
    notes.word("software", "ole:Application", times.program)
    return notes.collected


def _utc(raw: str) -> Moment | None:
    """FILETIME counts in UTC (MS-DTYP 2.3.3)."""
    return iso_moment(f"{raw}Z")


SOURCE = ClaimSource(id="compound.metadata", formats=_FORMATS, collect=collect)
