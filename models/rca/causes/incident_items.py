"""Items of evidence from an incident's JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.rca.causes.evidence import EvidenceItem, Exposure, Stream
from models.text import Text

if TYPE_CHECKING:
    from datetime import date

    from models.rca.causes.json_fields import Fields
    from models.rca.localise import Cell

_ITEM = ("id", "type", "at", "until", "exposure", "stream", "topic")
_EXPOSURE = ("cells", "reps", "deals", "all", "share")
MOST_LISTED = 1_000_000
MOST_CELLS = 1000
MOST_STREAM_DAYS = 4000


def item(
    fields: Fields, dimensions: tuple[str, ...], seen_until: date | None
) -> EvidenceItem | None:
    """Give an item; None where it has no day. Mistakes are noted in its fields."""
    fields.only(_ITEM)
    name, kind, at = fields.word("id"), fields.word("type"), fields.day("at")
    if name == "*" or "=" in name:
        expected = Text(zh="不含 = 的编号", en="an id without =, which cells have")
        fields.wrong("id", name, expected)
    until = fields.day("until") if fields.has("until") else None
    exposure = fields.part("exposure") if fields.has("exposure") else None
    stream = fields.part("stream") if fields.has("stream") else None
    touched = _exposure(exposure, dimensions) if exposure else None
    counted = _stream(stream, seen_until) if stream else None
    topic = fields.word("topic") if fields.has("topic") else None
    if at is None:
        return None
    if seen_until and at > seen_until:
        expected = Text(
            zh=f"不晚于 seen_until {seen_until}：未来的事件不是证据",
            en=f"no day after seen_until, {seen_until}: what is to come is no evidence",
        )
        fields.wrong("at", f"{at}", expected)
    if until and until < at:
        expected = Text(zh=f"不早于 at {at}", en=f"no day before at, {at}")
        fields.wrong("until", f"{until}", expected)
    return EvidenceItem(
        id=name, type=kind, at=at, until=until, exposure=touched, stream=counted, topic=topic
    )


def _exposure(fields: Fields, dimensions: tuple[str, ...]) -> Exposure:
    fields.only(_EXPOSURE)
    cells: list[Cell] = []
    if fields.has("cells"):
        cells = [_cell(one, dimensions) for one in fields.parts("cells", most=MOST_CELLS)]
    share = fields.number("share", least=0.0, most=1.0) if fields.has("share") else None
    found = Exposure(
        cells=tuple(cells),
        reps=_names(fields, "reps"),
        deals=_names(fields, "deals"),
        everything=fields.flag("all") if fields.has("all") else False,
        share=share,
    )
    if not found.is_known and share is None:
        expected = Text(
            zh="cells、reps、deals、all 或 share；不知道就不写 exposure",
            en="cells, reps, deals, all or share; leave exposure out if it is not known",
        )
        fields.wrong("", "nothing", expected)
    return found


def _cell(fields: Fields, dimensions: tuple[str, ...]) -> Cell:
    told = {name: fields.word(name) for name in dimensions if fields.has(name)}
    fields.only(dimensions)
    return tuple(told.items())


def _names(fields: Fields, key: str) -> frozenset[str]:
    return frozenset(fields.words(key, most=MOST_LISTED)) if fields.has(key) else frozenset()


def _stream(fields: Fields, seen_until: date | None) -> Stream | None:
    fields.only(("first_day", "counts"))
    first = fields.day("first_day")
    counts = fields.numbers("counts", most=MOST_STREAM_DAYS)
    if first is None:
        return None
    if seen_until and first.toordinal() + len(counts) - 1 > seen_until.toordinal():
        most = (seen_until - first).days + 1
        expected = Text(
            zh=f"截至 seen_until {seen_until}，最多 {max(most, 0)} 天",
            en=f"at most {max(most, 0)} days, up to seen_until, {seen_until}",
        )
        fields.wrong("counts", f"{len(counts)} days", expected)
    return Stream(first_day=first, counts=tuple(counts))
