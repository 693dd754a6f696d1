"""The seed's January again and again with fresh deals: is its root found (about four minutes).

Each January is drawn anew (`service.demo.incident_story`), put into a snapshot and examined as the
service would: detection, localisation, ranking by the ranker that ships. The seed that the
acceptance tests tell is left out. Settings were chosen on one half of the seeds; the other was not
looked at before, and its figures are those that count. The peers, asked of the same Januaries: the
item of evidence that is latest before the onset, and the one whose deals fell most beside the
others (z). Then the CPU of one examination, beside pandas' group-by of the same cuboids.
"""

from __future__ import annotations

import itertools
import json
import time
from datetime import UTC, date, datetime
from statistics import median
from typing import Any

import pandas as pd

from benchmarks.promise import record
from models.rca.causes.evidence import catalogue_text
from rules.incident_breaker import LEAST_P_ROOT
from service.cause_records import EvidenceRow, StageEvent
from service.causes import collectors, rankers, snapshot
from service.causes.evidence_sent import NewEvidence
from service.causes.examine import examine
from service.causes.stage_deals import by_deal, deals_of
from service.demo.incident_story import FIRST, NOTICED, IncidentStory

HALVES = {"looked at": range(1, 21), "kept back": range(101, 121)}
COUNTS = "kept back"
STAGES = {"demo": "quote", "quote": "sign"}
DIMENSIONS = ("region", "channel", "product", "segment")
ROLES = {
    "sync_gap": "root",
    "cost_sheet": "mediator",
    "demo_deck": "mediator",
    "close_date_edits": "symptom",
    "survey": "symptom",
    "training": "contributing",
}
AT = datetime(2026, 1, 15, 15, tzinfo=UTC)
AIM_MS, ROUNDS = 30.0, 5


def main() -> int:
    """Print a table a stage; 1 where a promise is missed."""
    met = []
    for half, seeds in HALVES.items():
        found: dict[str, list[dict[str, Any]]] = {stage: [] for stage in STAGES}
        for seed in seeds:
            story = IncidentStory(seed)
            for stage in STAGES:
                found[stage].append(json.loads(_answer(_snapshot(story, stage))))
        met += [_tell(half, stage, answers) for stage, answers in found.items()]
    met.append(_cpu(_snapshot(IncidentStory(1), "demo")))
    return 0 if all(met) else 1


def _snapshot(story: IncidentStory, stage: str) -> bytes:
    rows = [_event(row) for row in story.events_on(FIRST, NOTICED)]
    deals = deals_of(by_deal(rows), stage, STAGES[stage], NOTICED)
    asked = snapshot.Asked(
        stage=stage, following=STAGES[stage], seen_until=NOTICED, false_alarms_a_year=0.5
    )
    shipped = rankers.shipped()
    rules = snapshot.Rules(dag=catalogue_text(), ranker=shipped and rankers.hashes(shipped))
    return snapshot.write(asked, deals, DIMENSIONS, evidence=_evidence(story), rules=rules)


def _answer(taken: bytes) -> bytes:
    shipped = rankers.shipped()
    return examine(taken, shipped and rankers.opened(*shipped))


def _event(row: dict[str, Any]) -> StageEvent:
    return StageEvent(
        id=row["source_id"],
        source="crm",
        source_id=row["source_id"],
        deal=row["deal"],
        stage=row["stage"],
        at=datetime.fromisoformat(row["at"]),
        rep=row["rep"],
        dims={name: row[name] for name in DIMENSIONS},
        received_at=AT,
    )


def _evidence(story: IncidentStory) -> list[EvidenceRow]:
    quotes = [
        collectors.Quote(id=f"{place}", day="2026-01-15", outdated=place < 8) for place in range(10)
    ]
    deck = NewEvidence(
        source="oa",
        source_id="deck",
        type="demo_deck",
        at="2026-01-08",
        title={"zh": "演示材料", "en": "demo deck"},
        exposure={"reps": sorted(story.on_the_phone)},
    )
    sent = [
        *collectors.releases("oa", story.releases()),
        *collectors.close_date_edits("oa", story.edits()),
        *collectors.training("oa", story.training()),
        *collectors.surveys("oa", story.surveys()),
        *collectors.cost_sheets("verification", quotes, date(2026, 1, 1)),
        deck,
    ]
    return [
        EvidenceRow(
            id=f"e{place:02}",
            source=one.source,
            source_id=one.source_id,
            type=one.type,
            day=one.at,
            until=one.until,
            title=dict(one.title),
            exposure=None if one.exposure is None else dict(one.exposure),
            stream=None if one.stream is None else dict(one.stream),
            figures=dict(one.figures),
            received_at=AT,
            received_by="benchmark",
        )
        for place, one in enumerate(sent)
    ]


def _tell(half: str, stage: str, answers: list[dict[str, Any]]) -> bool:
    count = len(answers)
    fell = [one for one in answers if one["status"] == "fell"]
    everything = sum(one["scope"] == "all" for one in fell)
    root = sum(_first(one)["type"] == "sync_gap" for one in fell)
    sure = [_first(one)["type"] for one in fell if _first(one)["p_root"] >= LEAST_P_ROOT]
    right, wrong = sure.count("sync_gap"), len(sure) - sure.count("sync_gap")
    latest = sum(_latest(one) == "sync_gap" for one in fell)
    did = sum(_steepest(one) == "sync_gap" for one in fell)
    print(
        f"{half}: {stage}, {count} Januaries: fell {len(fell)}, scope all {everything}, "
        f"root first {root} (P(root) >= .8: {right}, another's: {wrong}); "
        f"latest before the onset {latest}, largest z {did}"
    )
    for kind, role in ROLES.items():
        held = sum(_role(one, kind) == role for one in fell)
        print(f"  {kind:18} {role:13} {held} of {len(fell)}")
    if half != COUNTS:
        return True
    return record(
        id=f"causes.golden_{stage}",
        value=root / count,
        unit="AC@1",
        better="higher",
        aim=1.0,
        peer="latest before the onset",
        peer_value=latest / count,
        own_value=root / count,
        n=count,
        note=f"scope all {everything}; P(root) >= .8 of the root {right}, of another {wrong}",
    )


def _first(answer: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = answer["causes"][0]
    return found


def _role(answer: dict[str, Any], kind: str) -> str | None:
    return next((one["role"] for one in answer["causes"] if one["type"] == kind), None)


def _latest(answer: dict[str, Any]) -> str | None:
    before = [one for one in answer["causes"] if one["at"] and one["figures"]["lead_days"] >= 0]
    return max(before, key=lambda one: str(one["at"]))["type"] if before else None


def _steepest(answer: dict[str, Any]) -> str | None:
    known = [one for one in answer["causes"] if one["at"] and one["figures"]["did_z"] is not None]
    return min(known, key=lambda one: float(one["figures"]["did_z"]))["type"] if known else None


def _cpu(taken: bytes) -> bool:
    seen = snapshot.read(taken).deals
    named = zip(DIMENSIONS, seen.values, seen.codes.T, strict=True)
    columns = {name: [values[code] for code in codes] for name, values, codes in named}
    frame = pd.DataFrame({**columns, "won": seen.converted >= 0})
    own, peer = [], []
    for _ in range(ROUNDS):
        begin = time.process_time()
        _answer(taken)
        middle = time.process_time()
        for size in range(1, len(DIMENSIONS) + 1):
            for names in itertools.combinations(DIMENSIONS, size):
                frame.groupby(list(names), observed=True)["won"].agg(["size", "sum"])
        own.append((middle - begin) * 1000)
        peer.append((time.process_time() - middle) * 1000)
    deals = len(frame)
    print(
        f"one examination of {deals:,} deals: {median(own):.0f} ms CPU; pandas' group-by of the "
        f"15 cuboids: {median(peer):.0f} ms (medians of {ROUNDS})"
    )
    return record(
        id="causes.incident_cpu",
        value=median(own),
        unit="ms",
        better="lower",
        aim=AIM_MS,
        peer="pandas group-by",
        peer_value=median(peer),
        own_value=median(own),
        n=ROUNDS,
        note=f"{deals} deals, 8 items, 4 dimensions; the snapshot is read as well",
    )


if __name__ == "__main__":
    raise SystemExit(main())
