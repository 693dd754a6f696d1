"""What was seen of a watched stage: as JSON and in words."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from models.rca.detect import LEAST_HISTORY, WATCHED, TooShort, detect, idle
from verification.values import Text

if TYPE_CHECKING:
    from datetime import date

    from models.rca.deals import Stage
    from models.rca.detect import Detection, Idle

#: From here conversions are told to come later (or sooner), one time in 300 by chance.
LATER_Z = 3.0


def as_json(stage: Stage, false_alarms: float) -> dict[str, object]:
    """Give the stage's line; `status` says which of the others are set."""
    try:
        seen = detect(stage.flow, false_alarms)
    except TooShort as short:
        return {
            "stage": stage.name,
            "status": "too_short",
            "history_days": short.days,
            "conversions": short.conversions,
        }
    stopped = idle(stage.flow)
    gap: dict[str, object] = {}
    if stopped is not None:
        gap = {"last_entered": _iso(stage, stopped.last), "days_without": stopped.days}
    if _no_deals(seen, stopped):
        return {"stage": stage.name, "status": "no_deals", **gap}
    low_high = None if seen.interval is None else [_iso(stage, day) for day in seen.interval]
    return {
        "stage": stage.name,
        "status": "steady" if seen.alarm is None else "fell",
        "alarm": _iso(stage, seen.alarm),
        "onset": _iso(stage, seen.onset),
        "interval": low_high,
        "observed": seen.observed,
        "expected": round(seen.expected, 1),
        "later_days": round(seen.later, 2),
        "later_z": round(seen.later_z, 1),
        "threshold": round(seen.threshold, 2),
        **gap,
    }


def _no_deals(seen: Detection, stopped: Idle | None) -> bool:
    """Tell whether no deal of the watched days is there to judge by, and none before fell."""
    return seen.alarm is None and stopped is not None and stopped.leaves_nothing


def words(stage: Stage, false_alarms: float) -> Text:
    """Say what was seen of a stage in a sentence or two."""
    try:
        seen = detect(stage.flow, false_alarms)
    except TooShort as short:
        return Text(
            zh=f"{stage.name}：历史 {short.days} 天、{short.conversions} 次转化，尚不足以判断；"
            f"需要最近 {WATCHED} 天之前至少 {LEAST_HISTORY} 天、60 次转化。",
            en=f"{stage.name}: {short.days} days of history with {short.conversions} conversions "
            f"are too few; needed are {LEAST_HISTORY} days before the last {WATCHED}, with 60.",
        )
    stopped = idle(stage.flow)
    gap = Text(zh="", en="") if stopped is None else _gap(stage, stopped)
    if _no_deals(seen, stopped):
        return Text(
            zh=f"{stage.name}：无法判断。{gap.zh}", en=f"{stage.name}: nothing to tell by.{gap.en}"
        )
    rate, pace = _rate(stage, seen), _pace(seen)
    return Text(zh=f"{rate.zh}{pace.zh}{gap.zh}", en=f"{rate.en}{pace.en}{gap.en}")


def _gap(stage: Stage, stopped: Idle) -> Text:
    last, until = _iso(stage, stopped.last), _iso(stage, len(stage.flow.at_risk) - 1)
    return Text(
        zh=f"最后一个商机于 {last} 进入，到表中最后一天 {until} 已有 {stopped.days} 天没有商机"
        f"（此前最长 {stopped.usual} 天）。请确认导出是否完整、日期有无写错、这个阶段是否已停用。",
        en=f" The last deal entered on {last}; up to the table's last day, {until}, none did for "
        f"{stopped.days} days (before: {stopped.usual} at most). Check that the export is whole, "
        "that no day is mistyped, and that the stage is still used.",
    )


def _rate(stage: Stage, seen: Detection) -> Text:
    counts = f"{seen.observed:,}", f"{seen.expected:,.0f}"
    if seen.alarm is None or seen.interval is None:
        return Text(
            zh=f"{stage.name}：没有下降（最近 {WATCHED} 天转化 {counts[0]}，应有 {counts[1]}）。",
            en=f"{stage.name}: no fall (the last {WATCHED} days: {counts[0]} conversions, "
            f"{counts[1]} due).",
        )
    onset, low, high = (_iso(stage, day) for day in (seen.onset, *seen.interval))
    return Text(
        zh=f"{stage.name}：自 {onset} 起下降（{low} 至 {high}），{_iso(stage, seen.alarm)} 报警；"
        f"此后转化 {counts[0]}，应有 {counts[1]}。",
        en=f"{stage.name}: fell on {onset} ({low} to {high}), alarm on {_iso(stage, seen.alarm)}; "
        f"since then {counts[0]} conversions, {counts[1]} due.",
    )


def _pace(seen: Detection) -> Text:
    if abs(seen.later_z) < LATER_Z:
        return Text(zh="", en="")
    days = abs(seen.later)
    if seen.later > 0:
        return Text(
            zh=f"转化平均比往常晚 {days:.1f} 天。",
            en=f" Conversions come {days:.1f} days later than usual.",
        )
    return Text(
        zh=f"转化平均比往常早 {days:.1f} 天。",
        en=f" Conversions come {days:.1f} days sooner than usual.",
    )


def _iso(stage: Stage, day: int | None) -> str | None:
    if day is None:
        return None
    found: date = stage.first_day + timedelta(days=day)
    return found.isoformat()
