"""When the parts of a package were put into it: the first and the last of the entry times (T0)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verification.claims.metadata import Notes
from verification.examination import ClaimSource
from verification.identify.formats import PACKAGES
from verification.moments import Moment, MomentError, exif_moment, unix_moment
from verification.readers.zip import open_archive
from verification.readers.zip_times import written_local, written_utc
from verification.values import PackagePart, Trust

if TYPE_CHECKING:
    from verification.examination import Collected, Context
    from verification.readers.zip import Member


def collect(context: Context) -> Collected:
    notes = Notes()
    archive = open_archive(context.submission.data, context.limits)
    members = [] if archive is None else [one for one in archive.members if not one.folder]
    written = [(moment, one.name) for one in members if (moment := _written(one)) is not None]
    if not written:
        return notes.collected
    # Most writers leave all of them at 1980, which is unset. As written, whatever the zones: the
    # entries of one package come from one program.
    ordered = sorted(written, key=lambda one: one[0].wall)
    for source, (moment, name) in (("zip:first", ordered[0]), ("zip:last", ordered[-1])):
        notes.time(
            source,
            moment.text,
            lambda _, told=moment: told,  # type: ignore[misc]  # the loop's own
            event="stored",
            trust=Trust.T0,
            evidence=PackagePart(part=name),
        )
    return notes.collected


def _written(member: Member) -> Moment | None:
    seconds = written_utc(member)
    try:
        moment = exif_moment(written_local(member)) if seconds is None else unix_moment(seconds)
    except MomentError:
        return None
    return None if moment is None or moment.is_epoch else moment


SOURCE = ClaimSource(id="zip.entries", formats=PACKAGES | {"zip"}, collect=collect)
