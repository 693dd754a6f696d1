"""What was seen of a watched stage: as JSON and in words."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from models.rca.detect import LEAST_HISTORY, WATCHED, TooShort, detect
from verification.values import Text

if TYPE_CHECKING:
    from datetime import date

    from models.rca.deals import Stage
    from models.rca.detect import Detection

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
    }


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
    rate, pace = _rate(stage, seen), _pace(seen)
    return Text(zh=f"{rate.zh}{pace.zh}", en=f"{rate.en}{pace.en}")


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
