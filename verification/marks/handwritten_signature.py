"""Signatures by hand on the pages of a file, and which of them are one and the same picture."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from verification.examination import MarkSource, Seen
from verification.marks import second
from verification.marks.handwritten import SEEN, Networks, detect
from verification.marks.twins import Twins
from verification.marks.weights import shipped
from verification.readers.pillow import PILLOW_FORMATS
from verification.values import Mark

if TYPE_CHECKING:
    from verification.content import Content
    from verification.examination import Examination

#: The trait of a signature whose very dots stand in the file once more.
PASTED = "pasted"
_FORMATS = frozenset({*PILLOW_FORMATS, "heic", "avif", "pdf", "ofd"})
# Read while this is imported: after the sandbox closes no file can be opened.
_NETWORKS = Networks(shipped(), second.shipped())


def _asked(content: Content) -> bool:
    return content.signature is not None


def _collect(examination: Examination) -> Seen:
    marks: list[Mark] = []
    twins = Twins()
    for number in range(1, examination.pages.count + 1):
        raster = examination.pages.at(number)
        if raster is None:
            continue
        for found in detect(raster.grey, _NETWORKS, least=SEEN):
            twins.add(raster.grey, found.box, number)
            marks.append(
                Mark(
                    kind="handwritten_signature",
                    page=number,
                    box=raster.to_file(found.box),
                    confidence=round(found.confidence, 3),
                )
            )
    pasted = twins.same()
    return Seen(
        marks=tuple(
            replace(mark, traits=(PASTED,)) if i in pasted else mark for i, mark in enumerate(marks)
        )
    )


SOURCE = MarkSource(id="handwritten_signature", formats=_FORMATS, asked=_asked, collect=_collect)
