"""The evidence pack of a judged deliverable, for whoever must check the verdict elsewhere."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from service.actions import deliverables
from service.errors import NotShowable
from verification import codec
from verification.evidence import Crop, Pack, assemble, places
from verification.values import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from service.ports import Ports
    from service.records import Deliverable
    from verification.evidence import Place
    from verification.values import Report

#: More pieces of pages than a person looks through.
MOST_CROPS = 40
#: Longest side of a piece, in pixels.
CROP_SIDE = 900
#: Programs whose version may change a verdict.
_PROGRAMS = ("countermark", "cryptography", "lxml", "olefile", "pillow", "pyhanko", "pymupdf")


def pack(ports: Ports, deliverable: Deliverable) -> bytes:
    """Give the signed pack as ZIP. Raises NotShowable before there is a verdict."""
    if deliverable.report is None:
        raise NotShowable(
            Text(
                zh="这份交付物尚无检查报告，不能出具证据包。",
                en="This deliverable has no report yet; there is no evidence to hand out.",
            ),
            remedy=Text(zh="请等检查完成后再试。", en="Try again when it has been examined."),
        )
    report = codec.report_from_json(deliverable.report)
    contents = Pack(
        report=report,
        request=deliverables.request_of(ports, deliverable),
        crops=tuple(crops(report, lambda place: _draw(ports, deliverable, place))),
        made_at=ports.clock(),
        software=software(),
    )
    key = ports.evidence_key
    return assemble(contents, sign=key.sign, public_key=key.public())


def crops(report: Report, draw: Callable[[Place], bytes]) -> Iterator[Crop]:
    """Give the places of the report as pictures; what cannot be drawn is left out.

    Many findings point at one place, and a page may take seconds to draw: each is drawn once.
    """
    known: dict[object, bytes | None] = {}
    given = 0
    for place in places(report):
        spot = (place.page, place.box, place.first_bytes)
        if spot not in known:
            if len(known) == MOST_CROPS:
                continue
            known[spot] = _drawn(draw, place)
        png = known[spot]
        if png is not None:
            given += 1
            yield Crop(place=place, png=png)
        if given == MOST_CROPS:
            return


def _drawn(draw: Callable[[Place], bytes], place: Place) -> bytes | None:
    try:
        return draw(place)
    except NotShowable:
        return None


def software() -> Mapping[str, str]:
    """Give what the verdict was made with, by name and version."""
    found = {"python": platform.python_version()}
    for name in _PROGRAMS:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def _draw(ports: Ports, deliverable: Deliverable, place: Place) -> bytes:
    return deliverables.page(
        ports,
        deliverable,
        place.page,
        max_side=CROP_SIDE,
        clip=place.box,
        first_bytes=place.first_bytes,
    )
