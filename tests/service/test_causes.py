"""Deals of a stage from events in any order, and what collectors count out of systems' logs."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from models.rca.causes.evidence import catalogue_text
from models.rca.causes.incident import Deal
from rules.incident_breaker import BreakerState
from rules.states import Phase
from service import funnel
from service.actions.quote_evidence import judged
from service.actions.quote_passage import is_let_go
from service.cause_records import EvidenceRow, Incident, IncidentState, StageEvent
from service.causes import collectors, plots, snapshot
from service.causes.examine import examine
from service.causes.report_words import PLOTS
from service.causes.snapshot_deals import columns
from service.causes.stage_deals import StageDeals, by_deal, deals_of
from service.errors import Invalid

UNTIL = date(2026, 1, 15)


def came(stage: str, day: int, deal: str = "D", **changes: Any) -> StageEvent:
    told: dict[str, Any] = {"rep": "r1", "dims": {"region": "华东"}, **changes}
    at = datetime(2026, 1, day, 2, tzinfo=UTC)
    return StageEvent(
        id=f"{deal}{stage}{day}",
        source="crm",
        source_id=f"{deal}{stage}{day}",
        deal=deal,
        stage=stage,
        at=at,
        received_at=at,
        **told,
    )


@pytest.mark.parametrize(
    ("events", "deal", "odd"),
    [
        pytest.param(
            [came("quote", 5), came("demo", 3)], ("华东", 3, 5), (0, 0, 0), id="in any order"
        ),
        pytest.param(
            [came("demo", 3), came("demo", 6), came("quote", 7)],
            ("华东", 3, 7),
            (0, 1, 0),
            id="the first coming counts",
        ),
        pytest.param(
            [came("demo", 3), came("quote", 5, dims={"region": "华北"})],
            ("华东", 3, 5),
            (0, 0, 1),
            id="a deal that moves keeps the region of its coming",
        ),
        pytest.param(
            [came("demo", 3, dims={}), came("quote", 4, dims={})],
            (None, 3, 4),
            (0, 0, 0),
            id="a region that nobody told is not made up",
        ),
        pytest.param(
            [came("demo", 5), came("quote", 3)], None, (1, 0, 0), id="gone on before it came"
        ),
        pytest.param(
            [came("demo", 3), came("quote", 16)],
            ("华东", 3, None),
            (0, 0, 0),
            id="what came later is not known yet",
        ),
        pytest.param([came("quote", 5)], None, (0, 0, 0), id="never in this stage"),
    ],
)
def test_a_deal_of_a_stage(
    events: list[StageEvent], deal: tuple[str | None, int, int | None] | None, odd: tuple[int, ...]
) -> None:
    found = deals_of(by_deal(events), "demo", "quote", UNTIL)
    told = [
        (one.dims.get("region"), one.entered.day, one.converted and one.converted.day)
        for one in found.deals
    ]
    assert told == ([] if deal is None else [deal])
    assert (found.out_of_order, found.again, found.moved) == odd


def edits(day: int, count: int, moved: float = 14.0) -> list[dict[str, Any]]:
    return [
        {"rep": f"r{one}", "day": f"2026-01-{day:02}", "moved_days": moved} for one in range(count)
    ]


@pytest.mark.parametrize(
    ("rows", "reps"),
    [
        pytest.param(edits(12, 327), [327], id="a burst is told"),
        pytest.param(edits(12, 9), [], id="nine reps are too few"),
        pytest.param(edits(12, 327, -3), [], id="moved sooner is no burst"),
        pytest.param(
            [row for day in range(1, 31) for row in edits(day, 20)] + edits(31, 90),
            [],
            id="90 are no burst where 20 are usual, nor are the first 20",
        ),
        pytest.param(
            [row for day in range(1, 5) for row in edits(day, 2)] + edits(5, 90),
            [90],
            id="a burst after four quiet days is told",
        ),
    ],
)
def test_close_dates_moved_together(rows: list[dict[str, Any]], reps: list[int]) -> None:
    found = collectors.close_date_edits("crm", rows)
    assert [one.figures["reps"] for one in found][:1] == reps
    assert "2026-01-31" not in {one.at for one in found}


def session(attended: int, absent: int, *, quiz: bool) -> list[dict[str, Any]]:
    row = {"session": "s", "day": "2026-01-10", "quiz": quiz}
    people = [(f"a{one}", True) for one in range(attended)]
    people += [(f"b{one}", False) for one in range(absent)]
    return [{**row, "rep": rep, "attended": there} for rep, there in people]


@pytest.mark.parametrize(
    ("rows", "absent"),
    [
        pytest.param(session(41, 59, quiz=False), 59, id="41 % came, and no quiz"),
        pytest.param(session(95, 5, quiz=True), None, id="nearly all came and were asked"),
        pytest.param(session(95, 5, quiz=False), 5, id="nearly all came, nobody was asked"),
        pytest.param(session(10, 0, quiz=False), None, id="nobody was absent"),
        pytest.param(session(95, 5, quiz=False) * 2, 5, id="who is listed twice is one rep"),
        pytest.param(
            [*session(0, 9, quiz=False), {**session(0, 1, quiz=False)[0], "attended": True}],
            8,
            id="who came in the afternoon came",
        ),
    ],
)
def test_a_training_that_was_missed(rows: list[dict[str, Any]], absent: int | None) -> None:
    found = collectors.training("hr", rows)
    assert [len((one.exposure or {})["reps"]) for one in found] == ([absent] if absent else [])
    reps = {row["rep"] for row in rows}
    assert all(one.figures["asked"] == len(reps) for one in found)


def test_a_training_held_every_week_is_evidence_of_each_day() -> None:
    rows = session(1, 9, quiz=False)
    rows += [{**row, "day": "2026-01-17"} for row in rows]
    assert len({one.source_id for one in collectors.training("hr", rows)}) == 2


def answers(said: int, other: int) -> list[dict[str, Any]]:
    texts = ["报价与展厅体验不一致"] * said + ["再等等"] * other
    return [
        {"id": f"{one}", "deal": f"D{one}", "day": "2026-01-14", "text": text}
        for one, text in enumerate(texts)
    ]


@pytest.mark.parametrize(
    ("rows", "topics"),
    [
        pytest.param(answers(47, 3), ["quote_differs"], id="47 of 50 say so"),
        pytest.param(answers(2, 48), [], id="two of fifty do not make a topic"),
        pytest.param(answers(9, 0), [], id="nine answers are too few"),
        pytest.param(answers(9, 0) * 2, [], id="nine answers listed twice are nine"),
    ],
)
def test_topics_of_surveys(rows: list[dict[str, Any]], topics: list[str]) -> None:
    assert [one.figures["topic"] for one in collectors.surveys("crm", rows)] == topics


def test_two_answers_of_one_id_are_refused() -> None:
    rows = answers(12, 0)
    with pytest.raises(Invalid) as refused:
        collectors.surveys("crm", [*rows, {**rows[3], "text": "再等等"}])
    assert [one.where for one in refused.value.troubles] == ["rows[12].id"]


@pytest.mark.parametrize(
    ("synced", "told_on", "kinds"),
    [
        pytest.param("2026-01-08", 20, ["release"], id="on the day"),
        pytest.param("2026-01-09", 20, ["release"], id="a day later is in time"),
        pytest.param("2026-01-10", 20, ["sync_gap"], id="two days later is not"),
        pytest.param(None, 10, ["sync_gap"], id="after two days still nothing"),
        pytest.param(None, 9, [], id="told before it is late: nobody knows yet"),
    ],
)
def test_a_release_that_did_not_arrive(synced: str | None, told_on: int, kinds: list[str]) -> None:
    client = {"client": "APP", "synced": synced, "reps": ["r1"]}
    title = {"zh": "参数表", "en": "table"}
    row = {"id": "1", "title": title, "day": "2026-01-08", "clients": [client]}
    found = collectors.releases("it", [row], date(2026, 1, told_on))
    assert [(one.type, one.exposure) for one in found] == [
        (kind, {"reps": ["r1"]}) for kind in kinds
    ]


@pytest.mark.parametrize(
    ("outdated", "sound", "told"),
    [(8, 2, (8, 10)), (1, 9, None), (2, 2, None)],
    ids=["8 of 10", "1 of 10 is too little", "4 quotes are too few"],
)
def test_outdated_quotes(outdated: int, sound: int, told: tuple[int, int] | None) -> None:
    quotes = [
        collectors.Quote(id=f"{one}", day="2026-01-12", outdated=one < outdated)
        for one in range(outdated + sound)
    ]
    found = collectors.cost_sheets("verification", quotes, date(2026, 1, 1))
    assert [(one.figures["outdated"], one.figures["quotes"]) for one in found] == (
        [] if told is None else [told]
    )


@pytest.mark.parametrize(
    ("status", "why", "outdated"),
    [
        pytest.param("PASSED", None, [False], id="the sheet in force"),
        pytest.param("FAILED", "TEMPLATE_OUTDATED", [True], id="an older one by its structure"),
        pytest.param("INDETERMINATE", "TEMPLATE_OUTDATED", [True], id="an older one by its words"),
        pytest.param("INDETERMINATE", "TEMPLATE_UNKNOWN", [], id="of no known template: neither"),
        pytest.param("INDETERMINATE", "UNREADABLE", [], id="a damaged file is no outdated sheet"),
    ],
)
def test_quotes_are_outdated_where_their_sheet_was_found_so(
    status: str, why: str | None, outdated: list[bool]
) -> None:
    check = {"id": "cost_sheet.version", "status": status, "sub_indication": why}
    file = SimpleNamespace(id="q", customer_id="c", received_at=datetime(2026, 1, 12, tzinfo=UTC))
    file.report = {"checks": [{"id": "type", "status": "FAILED", "sub_indication": None}, check]}
    unit: Any = SimpleNamespace(deliverables=SimpleNamespace(find=lambda *_, **__: [file]))
    found = judged(unit, datetime(2026, 1, 1, tzinfo=UTC))
    assert [one.outdated for one in found] == outdated


STAGE = "{id: a, name: {zh: 甲, en: A}}"
OTHER = "{id: b, name: {zh: 乙, en: B}}"


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        pytest.param("stages: []", "breakers", id="a part is missing"),
        pytest.param(f"stages: [{STAGE}]\ndimensions: []\nbreakers: {{}}", "two stages", id="one"),
        pytest.param(
            f"stages: [{STAGE}, {{id: b, name: {{zh: 甲, en: B}}}}]\n"
            "dimensions: []\nbreakers: {}",
            "甲",
            id="a word for two stages",
        ),
        pytest.param(
            f"stages: [{STAGE}, {OTHER}]\ndimensions: []\nbreakers: {{b: {{}}}}",
            "nothing follows",
            id="a breaker of the last stage",
        ),
        pytest.param(
            f"stages: [{STAGE}, {OTHER}]\ndimensions: []\n"
            "breakers: {a: {name: {zh: 断, en: B}, do: [{explode: {}}], then: []}}",
            "explode",
            id="an action that nobody knows",
        ),
    ],
)
def test_a_wrong_funnel_is_refused(text: str, seen: str) -> None:
    with pytest.raises(ValueError, match=seen):
        funnel.parse(text)


def test_what_people_wrote_is_escaped_in_plots() -> None:
    shape = plots.Label(0, 0, '<script>"&\x00')
    drawn = plots.svg(plots.Plot(title="<b>", told="", height=10, shapes=(shape,)))
    assert "&lt;script&gt;&quot;&amp;</text>" in drawn
    assert "<b>" not in drawn


def test_the_waterfall_adds_up() -> None:
    change = {"before": 0.52, "now": 0.33, "mix": -0.01, "rate": -0.18}
    cell = {"cell": {"region": "华东"}, "shortfall": 30.0}
    told = {"change": change, "window": {"counted_since": 300.0}, "cells": [cell]}
    parts = plots.parts(told, PLOTS["zh"])
    assert sum(size for _, size in parts) == pytest.approx(0.33 - 0.52)
    assert parts[1][0] == "华东"
    assert parts[1][1] == pytest.approx(-0.1)


def test_a_half_open_breaker_draws_by_the_deal_alone() -> None:
    """Asked by the quote alone, one that its deal holds passed in half of the cases."""
    at = datetime(2026, 1, 15, tzinfo=UTC)
    fell = Incident(
        id="i",
        stage="demo",
        onset="2026-01-08",
        alarm="2026-01-12",
        state=IncidentState.OPEN,
        opened_at=at,
        opened_by="system",
    )
    half = BreakerState(phase=Phase.HALF_OPEN, episode=1, step=2, since=at, scope=((),))
    names = [f"D{number}" for number in range(200)]
    passing = [name for name in names if is_let_go(half, fell, name)]
    assert half.share == 0.5
    assert 70 < len(passing) < 130
    assert not is_let_go(half, fell, None)


ROWS = [["D1", "r2", 739000, 739003, "华东", "web"], ["D2", "r1", 739001, -1, "华北", "web"]]


@pytest.mark.parametrize("rows", [ROWS, []], ids=["two deals", "none"])
def test_deals_of_a_snapshot_are_the_same_as_rows_and_as_columns(rows: list[list[Any]]) -> None:
    names = ("region", "channel")
    old = snapshot.deals_of({"format": snapshot.ROWS, "dimensions": names, "deals": rows})
    told = {"format": snapshot.FORMAT, "dimensions": names, "deals": columns(old)}
    new = snapshot.deals_of(json.loads(json.dumps(told)))
    assert new.ids == old.ids
    assert (new.reps, new.values) == (old.reps, old.values)
    for name in ("rep_codes", "entered", "converted", "codes"):
        assert getattr(new, name).tolist() == getattr(old, name).tolist()


@pytest.mark.parametrize(
    ("figures", "topic"),
    [
        pytest.param({"topic": "price", "said": 9}, "price", id="as the collector counted"),
        pytest.param({"answers": 50}, None, id="no topic among the figures"),
        pytest.param({"topic": ["price"]}, None, id="somebody's own figure, no word"),
    ],
)
def test_the_topic_of_answers_is_part_of_a_snapshot(figures: Any, topic: str | None) -> None:
    row = EvidenceRow(
        id="e1",
        source="crm",
        source_id="s",
        type="survey",
        day=UNTIL.isoformat(),
        until=None,
        title={"zh": "问卷", "en": "survey"},
        exposure=None,
        stream=None,
        figures=figures,
        received_at=datetime(2026, 1, 15, tzinfo=UTC),
        received_by="p",
    )
    asked = snapshot.Asked(
        stage="demo", following="quote", seen_until=UNTIL, false_alarms_a_year=0.5
    )
    found = StageDeals(deals=(), out_of_order=0, again=0, moved=0)
    rules = snapshot.Rules(dag=catalogue_text(), ranker=None)
    taken = snapshot.write(asked, found, (), evidence=[row], rules=rules)
    assert snapshot.read(taken).items[0].topic == topic
    # One that was taken before topics were told.
    told = json.loads(taken)
    del told["evidence"][0]["topic"]
    assert snapshot.read(json.dumps(told).encode()).items[0].topic is None


@pytest.mark.parametrize(
    ("days_without", "status"),
    [
        pytest.param(0, "steady", id="deals to the last day"),
        pytest.param(59, "steady", id="a day of the watched ones had deals"),
        pytest.param(61, "no_deals", id="the feed stopped before the watched days"),
    ],
)
def test_a_stage_whose_deals_stopped_is_not_steady(days_without: int, status: str) -> None:
    last = UNTIL - timedelta(days=days_without)
    deals = tuple(
        Deal(
            id=f"d{day:03}.{place}",
            rep="r",
            entered=at,
            converted=at if place < 5 else None,
            dims={},
        )
        for day in range(200)
        for at in (last - timedelta(days=day),)
        for place in range(10)
    )
    found = StageDeals(deals=deals, out_of_order=0, again=0, moved=0)
    asked = snapshot.Asked(
        stage="demo", following="quote", seen_until=UNTIL, false_alarms_a_year=0.5
    )
    rules = snapshot.Rules(dag=catalogue_text(), ranker=None)
    told = snapshot.write(asked, found, (), evidence=(), rules=rules)
    assert json.loads(examine(told, None))["status"] == status
