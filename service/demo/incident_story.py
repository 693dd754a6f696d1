"""The seed's January as records of systems: a funnel that falls on 8 January, and what was logged.

A parameter table released on 8 January never reached the phone app. Demos from the old deck and
quotes from last year's cost sheet followed; the training of the 10th was missed by most; sellers
moved close dates on the 12th; customers said that quote and showroom differ. From the 16th on, with
the breaker's measures, it recovers. Nothing here says which of these was the root: the effects do.
"""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from service.causes.stage_deals import BUSINESS_ZONE

if TYPE_CHECKING:
    from collections.abc import Iterator

FIRST, RELEASED, TRAINED = date(2025, 9, 20), date(2026, 1, 8), date(2026, 1, 10)
EDITED, NOTICED, MENDED = date(2026, 1, 12), date(2026, 1, 15), date(2026, 1, 16)
LAST = date(2026, 1, 22)

REGIONS = ("华东", "华北", "华南", "华中", "西南", "西北", "东北")
CHANNELS = ("展厅", "门店", "线上", "经销商")
PRODUCTS = ("智能照明", "智能门锁", "智能窗帘", "环境控制")
SEGMENTS = ("家装", "工程", "零售")
REPS, DEMOS_A_DAY = 400, 160
#: Reps who moved close dates, and by how many days in the mean.
EDITORS, MOVED_DAYS = 327, 14.3
#: Shares of reps who show the phone's deck, and who attended the training.
ON_THE_PHONE, ATTENDED = 0.85, 0.41
SURVEYED, SAY_SO = 50, 47

#: What usually converts, and by how much (logit) it falls by what; whoever was trained on the 10th
#: knows the right parameters from then on.
USUAL = {"demo": 0.52, "quote": 0.41}
FALL = {
    "demo": {"gap": 0.9, "deck": 0.15, "trained": -0.7},
    "quote": {"gap": 0.85, "deck": 0.1, "trained": -0.9},
}
#: Of what usually converts, so much does again.
RECOVERED = 49 / 52
#: Days until a deal goes on, by their weights.
DELAYS = {"demo": (0.55, 0.25, 0.12, 0.08), "quote": (0.45, 0.3, 0.15, 0.1)}
STAGES = ("demo", "quote", "sign")
#: Weekday's share of demos, Monday first.
WEEKDAYS = (1.1, 1.1, 1.05, 1.05, 1.1, 0.85, 0.75)


@dataclass(frozen=True)
class IncidentStory:
    """One January; the same seed gives the same one."""

    seed: int = 20260115

    @cached_property
    def reps(self) -> tuple[str, ...]:
        return tuple(f"rep-{number:03d}" for number in range(1, REPS + 1))

    @cached_property
    def untrained(self) -> frozenset[str]:
        return self._some(1 - ATTENDED, "training")

    @cached_property
    def on_the_phone(self) -> frozenset[str]:
        return self._some(ON_THE_PHONE, "phone")

    @cached_property
    def events(self) -> tuple[dict[str, Any], ...]:
        """Rows of stage events, in order of time."""
        draw = random.Random(f"{self.seed} deals")  # noqa: S311 - a made-up company
        rows = [row for day in _days(FIRST, LAST) for row in self._demos(draw, day)]
        return tuple(sorted(rows, key=lambda row: (row["at"], row["source_id"])))

    def events_on(self, first: date, last: date) -> list[dict[str, Any]]:
        """Give the events of some days, both included."""
        return [row for row in self.events if f"{first}" <= row["at"][:10] <= f"{last}"]

    def edits(self) -> list[dict[str, Any]]:
        """Rows of the CRM's log: expected close dates moved, day after day, and on the 12th."""
        draw = random.Random(f"{self.seed} edits")  # noqa: S311
        rows = []
        for day in _days(EDITED - timedelta(days=30), NOTICED):
            burst = day == EDITED
            some = draw.sample(self.reps, EDITORS if burst else draw.randint(2, 9))
            for rep in some:
                days = MOVED_DAYS if burst else 3
                moved = max(1, round(draw.gauss(days, 2)))
                rows.append({"rep": rep, "day": day.isoformat(), "moved_days": moved})
        return rows

    def training(self) -> list[dict[str, Any]]:
        """Attendance of the training: no quiz was set."""
        return [
            {
                "session": "2026-01-10 新版智能照明系统报价策略",
                "day": TRAINED.isoformat(),
                "rep": rep,
                "attended": rep not in self.untrained,
                "quiz": False,
            }
            for rep in self.reps
        ]

    def surveys(self) -> list[dict[str, Any]]:
        """Answers of customers who did not sign."""
        draw = random.Random(f"{self.seed} surveys")  # noqa: S311
        signed = {row["deal"] for row in self.events if row["stage"] == "sign"}
        quoted = [
            row["deal"]
            for row in self.events_on(RELEASED, NOTICED)
            if row["stage"] == "quote" and row["deal"] not in signed
        ]
        chosen = draw.sample(quoted, SURVEYED)
        said = ["报价方案与展厅体验不一致，参数对不上。"] * SAY_SO
        said += ["还在等预算。", "暂时不需要。", "再比较两家。"]
        return [
            {"id": f"survey-{place}", "deal": deal, "day": NOTICED.isoformat(), "text": text}
            for place, (deal, text) in enumerate(zip(chosen, said, strict=True))
        ]

    def releases(self) -> list[dict[str, Any]]:
        """The register of releases: the table of 8 January, and an older one that arrived."""
        return [
            {
                "id": "crm-25.12",
                "title": {"zh": "CRM 12 月版本", "en": "CRM release of December"},
                "day": "2025-12-10",
                "clients": [{"client": "手机端 APP", "synced": "2025-12-10", "reps": "all"}],
            },
            {
                "id": "params-2026.1",
                "title": {"zh": "新版产品参数表", "en": "new product parameter table"},
                "day": RELEASED.isoformat(),
                "clients": [
                    {"client": "报价系统", "synced": RELEASED.isoformat(), "reps": "all"},
                    {"client": "手机端 APP", "synced": None, "reps": "all"},
                ],
            },
        ]

    def _some(self, share: float, what: str) -> frozenset[str]:
        draw = random.Random(f"{self.seed} {what}")  # noqa: S311
        return frozenset(draw.sample(self.reps, round(share * REPS)))

    def _demos(self, draw: random.Random, day: date) -> Iterator[dict[str, Any]]:
        count = round(DEMOS_A_DAY * WEEKDAYS[day.weekday()] * draw.uniform(0.95, 1.05))
        for number in range(count):
            deal = f"D{day:%y%m%d}-{number:03d}"
            who = {"rep": draw.choice(self.reps), **_dims(draw)}
            came = day
            for stage in STAGES:
                yield _row(draw, deal, stage, came) | who
                if stage not in USUAL or draw.random() > self._rate(stage, came, who["rep"]):
                    break
                came += timedelta(days=draw.choices(range(4), DELAYS[stage])[0])
                if came > LAST:
                    break

    def _rate(self, stage: str, day: date, rep: str) -> float:
        usual, fall = USUAL[stage], FALL[stage]
        if day < RELEASED:
            return usual
        if day >= MENDED:
            return usual * RECOVERED
        logit = math.log(usual / (1 - usual)) - fall["gap"]
        logit -= fall["deck"] if rep in self.on_the_phone else 0
        logit -= fall["trained"] if rep not in self.untrained and day >= TRAINED else 0
        return 1 / (1 + math.exp(-logit))


def _dims(draw: random.Random) -> dict[str, str]:
    return {
        "region": draw.choices(REGIONS, (22, 17, 18, 13, 12, 9, 9))[0],
        "channel": draw.choices(CHANNELS, (40, 30, 20, 10))[0],
        "product": draw.choices(PRODUCTS, (45, 25, 20, 10))[0],
        "segment": draw.choices(SEGMENTS, (50, 30, 20))[0],
    }


def _row(draw: random.Random, deal: str, stage: str, day: date) -> dict[str, Any]:
    at = datetime.combine(day, time(9), BUSINESS_ZONE) + timedelta(minutes=draw.randrange(540))
    # Whoever goes on on the same day does so after what was before.
    at += timedelta(minutes=STAGES.index(stage))
    return {"source_id": f"{deal}/{stage}", "deal": deal, "stage": stage, "at": at.isoformat()}


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=place) for place in range((last - first).days + 1))
