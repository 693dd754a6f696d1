"""Which two times cannot both be true: one rule an idea, each told from the claims alone.

A rule compares the earliest possible instant of one claim with the latest possible of another, so
a zone that was not written (14 hours either way) never makes a contradiction by itself.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import combinations
from typing import TYPE_CHECKING

from verification.moments import WIDEST_OFFSET, Moment, MomentError, iso_moment, shifted
from verification.values import Claim, Text, Trust

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from verification.values import Event

#: What clocks of one machine may differ by, and Info from XMP: 538 of 541 PDFs agree to the minute.
SAME_CLOCK = timedelta(minutes=1)
#: What clocks of different machines may differ by.
OTHER_CLOCK = timedelta(hours=1)
#: Wrongly set zones aside, nothing honest is later than this after we received it.
FUTURE = timedelta(hours=24)
#: RFC 5321, 4.5.4.1: a server tries for four to five days to deliver.
DELIVERY = timedelta(days=5)
#: A time-stamp belongs to the moment of signing.
STAMPING = timedelta(hours=24)
#: A date of a PDF that was saved more than once.
_REVISED = re.compile(r"pdf:(?:revision\[(\d{1,3})\])?/Info/ModDate")
_LAST_REVISION = 1000
#: A proof by a trusted clock makes a weaker claim false, not just doubtful, from this size on.
PROVEN_S = 86_400


@dataclass(frozen=True, slots=True)
class Placed:
    """A claim on the line of time: it happened between `earliest` and `latest` (aware, UTC)."""

    claim: Claim
    earliest: datetime
    latest: datetime
    #: The wall clock as written where the zone is unknown.
    wall: datetime | None = None

    @property
    def event(self) -> Event | None:
        """What happened; a signature's time needs not say that it is one."""
        if self.claim.event is None and self.claim.trust in {Trust.T3, Trust.T5}:
            return "signed"
        return self.claim.event

    @property
    def family(self) -> str:
        """The kind of metadata: what stands before the first colon of the source."""
        return self.claim.source.partition(":")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """Two claims that cannot both be true, and by how much they miss each other."""

    rule: str
    first: Claim
    second: Claim
    #: At least this long, whatever the zones are.
    seconds: int
    message: Text

    @property
    def proven(self) -> bool:
        """Whether one claim is trusted (T3 and up) and so shows the other to be false."""
        classes = sorted((self.first.trust, self.second.trust))
        return classes[0] < Trust.T3 <= classes[1] and self.seconds > PROVEN_S


def place(claim: Claim) -> Placed | None:
    """Put a claim on the line; None for what is no time, no date, or a clock that was never set."""
    if claim.kind != "time":
        return None
    try:
        moment = iso_moment(claim.value)
        zone = iso_moment(f"2000-01-01T00:00{_offset(claim.zone)}") if claim.zone else None
    except MomentError:
        return None
    if moment is None:
        return None
    offset = zone.offset if moment.offset is None and zone else moment.offset
    moment = Moment(moment.wall, offset, moment.precision)
    return None if moment.is_epoch else _placed(claim, moment)


def contradictions(placed: Sequence[Placed]) -> tuple[Contradiction, ...]:
    """Apply every rule; at most one contradiction a rule, the largest."""
    found = (rule(placed) for rule in RULES)
    return tuple(contradiction for contradiction in found if contradiction is not None)


def duration(seconds: int) -> Text:
    """Say a length of time as people do."""
    for size, zh, en in ((86_400, "天", "day"), (3_600, "小时", "hour"), (60, "分钟", "minute")):
        if seconds >= size:
            count = seconds // size
            return Text(f"{count} {zh}", f"{count} {en}{'s' if count > 1 else ''}")
    return Text(f"{seconds} 秒", f"{seconds} seconds")


def _offset(zone: str) -> str:
    return "Z" if zone == "UTC" else zone


def _placed(claim: Claim, moment: Moment) -> Placed:
    within = moment.length if moment.precision != "second" else timedelta(0)
    wall = moment.wall.replace(tzinfo=UTC)
    if moment.offset is not None:
        start = shifted(wall, -moment.offset)
        return Placed(claim, start, shifted(start, within))
    return Placed(
        claim, shifted(wall, -WIDEST_OFFSET), shifted(wall, within + WIDEST_OFFSET), moment.wall
    )


def _of(placed: Iterable[Placed], *events: Event) -> list[Placed]:
    return [one for one in placed if one.event in events]


def _worst(
    before: Iterable[Placed], after: Iterable[Placed], slack: timedelta
) -> tuple[Placed, Placed, int] | None:
    """Find the pair that breaks 'before comes before after' most, if it does by more than slack."""
    last = max(before, key=lambda one: one.earliest, default=None)
    first = min(after, key=lambda one: one.latest, default=None)
    if last is None or first is None or last.earliest - first.latest <= slack:
        return None
    return last, first, int((last.earliest - first.latest).total_seconds())


def _told(
    rule: str, pair: tuple[Placed, Placed, int] | None, zh: str, en: str
) -> Contradiction | None:
    if pair is None:
        return None
    one, other, seconds = pair
    size = duration(seconds)
    return Contradiction(
        rule=rule,
        first=one.claim,
        second=other.claim,
        seconds=seconds,
        message=Text(
            zh=f"{zh}：{one.claim.source} 为 {one.claim.value}，"
            f"{other.claim.source} 为 {other.claim.value}，至少相差 {size.zh}。",
            en=f"{en}: {one.claim.source} says {one.claim.value}, "
            f"{other.claim.source} says {other.claim.value}, at least {size.en} apart.",
        ),
    )


def _modified_before_created(placed: Sequence[Placed]) -> Contradiction | None:
    created, modified = _of(placed, "created"), _of(placed, "modified")
    pairs = [_worst(created, modified, SAME_CLOCK)]
    # One writer's two dates without a zone come from one clock, so they compare as written.
    for family in sorted({one.family for one in created if one.wall}):
        walls = [
            [_by_wall(one) for one in some if one.wall and one.family == family]
            for some in (created, modified)
        ]
        pairs.append(_worst(walls[0], walls[1], SAME_CLOCK))
    worst = max((pair for pair in pairs if pair), key=lambda pair: pair[2], default=None)
    return _told(
        "modified_before_created",
        worst,
        "文件的修改时间早于创建时间",
        "The file was modified before it was created",
    )


def _revised_backwards(placed: Sequence[Placed]) -> Contradiction | None:
    """A revision of a PDF that says it was saved before the one it was added to."""
    saved = [
        (number, one)
        for one in _of(placed, "modified")
        if (number := _revision(one.claim.source)) is not None
    ]
    saved.sort(key=lambda one: one[0])
    worst: tuple[Placed, Placed, int] | None = None
    for place_, (_, later) in enumerate(saved):
        found = _worst((one for _, one in saved[:place_]), [later], SAME_CLOCK)
        if found and not _is_zone_shift(found) and (worst is None or found[2] > worst[2]):
            worst = found
    return _told(
        "revised_backwards",
        worst,
        "较新的版本自称保存得比较旧的版本早",
        "A later revision says that it was saved before an earlier one",
    )


def _revision(source: str) -> int | None:
    """Give the number of the revision; the file as it is comes last."""
    found = _REVISED.fullmatch(source)
    if found is None:
        return None
    return int(found[1]) if found[1] else _LAST_REVISION


def _by_wall(one: Placed) -> Placed:
    wall = (one.wall or one.earliest).replace(tzinfo=UTC)
    return Placed(one.claim, wall, shifted(wall, one.latest - one.earliest - 2 * WIDEST_OFFSET))


def _disagreement(placed: Sequence[Placed]) -> Contradiction | None:
    """Two fields that tell the same event differently; a shift by a zone explains itself."""
    worst: tuple[Placed, Placed, int] | None = None
    for event in ("created", "sent"):
        distinct = {(one.earliest, one.latest): one for one in reversed(_of(placed, event))}
        for pair in combinations(distinct.values(), 2):
            found = _worst(pair, pair, OTHER_CLOCK)
            if found and not _is_zone_shift(found) and (worst is None or found[2] > worst[2]):
                worst = found
    return _told(
        "same_event_two_times",
        worst,
        "同一件事记录了两个不同的时间",
        "One event is recorded with two different times",
    )


def _is_zone_shift(pair: tuple[Placed, Placed, int]) -> bool:
    """Whether the gap is a zone's: half hours, up to 14 (local time that was labelled UTC)."""
    gap = timedelta(seconds=pair[2])
    rest = gap % timedelta(minutes=30)
    near = min(rest, timedelta(minutes=30) - rest)
    return gap <= WIDEST_OFFSET + SAME_CLOCK and near <= SAME_CLOCK


def _created_after_signed(placed: Sequence[Placed]) -> Contradiction | None:
    return _told(
        "created_after_signed",
        _worst(_of(placed, "created"), _of(placed, "signed"), OTHER_CLOCK),
        "文件自称的创建时间晚于签名时间",
        "The file says that it was created after it was signed",
    )


def _after_receipt(placed: Sequence[Placed]) -> Contradiction | None:
    told = _of(placed, "created", "modified", "signed", "sent")
    known = [one for one in placed if one.claim.trust is Trust.T4]
    return _told(
        "after_receipt",
        _worst((one for one in told if one.claim.trust is not Trust.T4), known, FUTURE),
        "文件中的时间晚于收到文件的时间",
        "A time in the file is later than the receipt of the file",
    )


def _sent_after_received(placed: Sequence[Placed]) -> Contradiction | None:
    return _told(
        "sent_after_received",
        _worst(_of(placed, "sent"), _of(placed, "received"), OTHER_CLOCK),
        "邮件的发送时间晚于服务器收到它的时间",
        "The mail was sent after a server received it",
    )


def _sent_long_before(placed: Sequence[Placed]) -> Contradiction | None:
    first = min(_of(placed, "received"), key=lambda one: one.earliest, default=None)
    return _told(
        "sent_long_before_received",
        _worst([first] if first else [], _of(placed, "sent"), DELIVERY),
        "第一台服务器收到邮件的时间，比邮件自称的发送时间晚得多",
        "The first server received the mail long after the mail says that it was sent",
    )


def _hops_out_of_order(placed: Sequence[Placed]) -> Contradiction | None:
    hops = sorted(
        ((index, one) for one in _of(placed, "received") if (index := _hop(one)) is not None),
        key=lambda hop: hop[0],
        reverse=True,
    )
    worst: tuple[Placed, Placed, int] | None = None
    for place_, (_, hop) in enumerate(hops):
        found = _worst((one for _, one in hops[:place_]), [hop], OTHER_CLOCK)
        if found and (worst is None or found[2] > worst[2]):
            worst = found
    return _told(
        "hops_out_of_order",
        worst,
        "邮件经过服务器的时间顺序不对",
        "The servers on the mail's way have their times out of order",
    )


def _hop(one: Placed) -> int | None:
    for evidence in one.claim.evidence:
        if evidence.kind == "header":
            return evidence.index
    return None


def _claimed_and_stamped(placed: Sequence[Placed]) -> Contradiction | None:
    """A signer's own clock against the time-stamp on the same signature."""
    worst: tuple[Placed, Placed, int] | None = None
    for claimed, stamped in _same_signature(placed):
        for found in (
            _worst(claimed, stamped, OTHER_CLOCK),
            _worst(stamped, claimed, STAMPING),
        ):
            if found and (worst is None or found[2] > worst[2]):
                worst = found
    return _told(
        "claimed_and_stamped",
        worst,
        "签名者自称的签名时间与时间戳不符",
        "The signer's own time of signing does not fit the time-stamp",
    )


def _same_signature(placed: Sequence[Placed]) -> Iterator[tuple[list[Placed], list[Placed]]]:
    signed: dict[str, list[Placed]] = defaultdict(list)
    for one in _of(placed, "signed"):
        if one.claim.covered_by is not None:
            signed[one.claim.covered_by].append(one)
    for group in signed.values():
        yield (
            [one for one in group if one.claim.trust < Trust.T5],
            [one for one in group if one.claim.trust is Trust.T5],
        )


#: In the order in which contradictions are reported. A new idea is a new function here.
RULES = (
    _after_receipt,
    _created_after_signed,
    _claimed_and_stamped,
    _modified_before_created,
    _revised_backwards,
    _disagreement,
    _sent_after_received,
    _sent_long_before,
    _hops_out_of_order,
)
