"""What the ranker knows of types: confirmed roots, new types, topics of answers, seasons, delay."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import yaml

from models.rca import EvidenceItem, Exposure, Stream, catalogue, rank_causes
from models.rca.causes.candidates import Candidate
from models.rca.causes.cold_start import cold_start
from models.rca.causes.dag_file import DagRefused, read_dag
from models.rca.causes.evidence import catalogue_text
from models.rca.causes.experience import Confirmed, Experience
from models.rca.causes.features import FEATURES, featured
from models.rca.causes.ranker import RankerRefused, scale_from_json
from models.rca.causes.reasons import Standpoint, Teller, learned_reasons
from models.rca.causes.stream_features import stream_figures
from models.rca.causes.type_features import type_features
from training.rca.golden import ROOT, SURVEY, golden
from training.rca.quiet import simulated

if TYPE_CHECKING:
    from models.rca import Incident

DAG = catalogue()
USUAL = {"release": Confirmed(judged=50, roots=5), "outage": Confirmed(judged=50, roots=5)}


@pytest.mark.parametrize(
    ("roots", "judged", "least", "most"),
    [
        pytest.param(40, 50, 0.7, 3.0, id="confirmed far more often than others"),
        pytest.param(0, 50, -3.0, -1.0, id="never confirmed of fifty"),
        pytest.param(1, 1, 0.0, 0.8, id="confirmed once: one verdict says little"),
        pytest.param(0, 0, 0.0, 0.0, id="nobody judged it: neutral"),
    ],
)
def test_a_type_is_told_by_how_often_it_was_the_root(
    roots: int, judged: int, least: float, most: float
) -> None:
    counts = USUAL | ({"training": Confirmed(judged=judged, roots=roots)} if judged else {})
    assert least <= Experience(confirmed=counts).lift("training") <= most


def test_without_verdicts_every_type_is_neutral() -> None:
    assert {Experience().lift(one.id) for one in DAG.types} == {0.0}
    none_of_these = Experience().judged(["release", "outage"], None)
    assert none_of_these.lift("release") == 0.0


def test_what_was_judged_is_taken_away_again() -> None:
    whole = Experience(confirmed=USUAL)
    more = whole.judged(["release", "survey"], "release")
    assert more.confirmed["release"] == Confirmed(judged=51, roots=6)
    assert more.without(["release", "survey"], "release").confirmed == whole.confirmed


@pytest.mark.parametrize(
    ("types", "is_new"),
    [
        pytest.param(frozenset({"release"}), True, id="training met another type only"),
        pytest.param(frozenset({"release", "sync_gap"}), False, id="training met it"),
        pytest.param(None, False, id="nobody recorded what training met"),
    ],
)
def test_a_type_that_training_never_met_is_flagged(
    types: frozenset[str] | None, *, is_new: bool
) -> None:
    rows = featured(golden(), DAG, Experience(types=types))
    place = [one.id for one in rows.found].index(ROOT)
    assert rows.rows[place, FEATURES.index("is_new")] == float(is_new)
    # A cell has no type.
    assert rows.rows[-1, FEATURES.index("is_new")] == 0


def _one(kind: str, lead: int = 0, **told: Any) -> Candidate:
    item = EvidenceItem(id=kind, type=kind, at=date(2026, 1, 8), **told)
    return Candidate(id=kind, kind="evidence", item=item, lead=lead, members=None)


@pytest.mark.parametrize(
    ("kind", "lead", "topics"),
    [
        pytest.param("sync_gap", 3, (1.0, 1.0), id="it may bring about one of the two topics"),
        pytest.param("price_change", 3, (1.0, 1.0), id="and this one the other"),
        pytest.param("outage", 3, (0.0, 2.0), id="this one neither"),
        pytest.param("sync_gap", -9, (0.0, 0.0), id="the answers were there before it"),
        pytest.param("close_date_edits", 3, (0.0, 0.0), id="a type that declares no topics"),
    ],
)
def test_topics_of_answers_point_at_types(
    kind: str, lead: int, topics: tuple[float, float]
) -> None:
    said = [
        replace(_one("survey", lead=-2, topic=one), id=one) for one in ("quote_differs", "price")
    ]
    found = type_features([_one(kind, lead), *said], DAG, Experience())
    assert (found["topics_for"][0], found["topics_against"][0]) == topics


def test_an_answer_without_a_topic_points_at_nobody() -> None:
    found = type_features([_one("sync_gap"), _one("survey")], DAG, Experience())
    assert not found["topics_for"].any()
    assert not found["topics_against"].any()


def test_topics_of_the_catalogue_are_those_that_surveys_are_sorted_by() -> None:
    text = files("service").joinpath("policy/survey_topics.yaml").read_text("utf-8")
    sorted_by = {one["id"] for one in yaml.safe_load(text)["topics"]}
    assert {topic for one in DAG.types for topic in one.topics} == sorted_by


@pytest.mark.parametrize(
    "topics",
    [
        pytest.param("[quote differs]", id="no id"),
        pytest.param("[price, price]", id="a topic twice"),
    ],
)
def test_a_mistake_in_topics_is_told_with_its_line(topics: str) -> None:
    text = catalogue_text()
    line = text[: text.index("[quote_differs]")].count("\n") + 1
    with pytest.raises(DagRefused) as refused:
        read_dag(text.replace("[quote_differs]", topics, 1))
    assert [one.line for one in refused.value.problems] == [line]


#: A Monday and a first of a month.
MONDAY, FIRST = date(2026, 3, 9), date(2026, 3, 1)
HISTORY = 90


def _stream(at: date, habit: str, burst: float) -> Candidate:
    first = at - timedelta(days=HISTORY)
    days = [first + timedelta(days=one) for one in range(HISTORY + 5)]
    high = {
        "weekly": {day for day in days if day.weekday() == at.weekday()},
        "monthly": {day for day in days if day.day in {1, 2, 3}},
        "none": set(),
    }[habit]
    counts = tuple((40.0 if day in high else 8.0) * (burst if day >= at else 1.0) for day in days)
    one = _one("outage", stream=Stream(first_day=first, counts=counts))
    assert one.item is not None
    return replace(one, item=replace(one.item, at=at))


@pytest.mark.parametrize(
    ("at", "habit", "burst", "is_rise"),
    [
        pytest.param(MONDAY, "weekly", 1.0, False, id="it rises every Monday"),
        pytest.param(MONDAY, "weekly", 3.0, True, id="it rose beyond its Mondays"),
        pytest.param(FIRST, "monthly", 1.0, False, id="it rises with every month"),
        pytest.param(FIRST, "monthly", 3.0, True, id="it rose beyond its months' starts"),
        pytest.param(MONDAY, "none", 3.0, True, id="it has no season and rose"),
        pytest.param(MONDAY, "none", 1.0, False, id="it has no season and did not rise"),
    ],
)
def test_a_season_is_no_burst(at: date, habit: str, burst: float, *, is_rise: bool) -> None:
    incident = replace(golden(), onset=replace(golden().onset, at=at))
    found = stream_figures(_stream(at, habit, burst), incident)
    assert (found.season > 2) is is_rise
    assert (found.rise > 0.7) is is_rise
    assert found.season <= found.plain
    # Beside all days before, a season alone looks like a rise.
    assert habit == "none" or found.season < found.plain - 0.9


def test_without_counts_nothing_is_known_of_a_stream() -> None:
    found = stream_figures(_one("outage"), golden())
    assert all(np.isnan(one) for one in (found.plain, found.season, found.rise))


@pytest.mark.parametrize(
    ("days", "is_later"),
    [
        pytest.param(0, False, id="young deals that came did so early: no haste and no delay"),
        pytest.param(3, True, id="those that come come three days later"),
    ],
)
def test_a_delay_is_told_from_young_deals(days: int, *, is_later: bool) -> None:
    found = []
    for seed in range(6):
        quiet = simulated(np.random.default_rng([71, seed]), 120.0)
        incident = _moved(quiet.deals, quiet.last_day, days)
        found.append(featured(incident, DAG).rows[0, FEATURES.index("later_z")])
    assert bool(min(found) > 2) is is_later
    assert is_later or abs(float(np.mean(found))) < 1.0


def _moved(deals: Any, last: int, days: int) -> Incident:
    onset = last - 8
    moved = (deals.entered >= onset) & (deals.converted >= 0)
    converted = np.where(moved, deals.converted + days, deals.converted)
    converted = np.where(converted <= last, converted, -1)
    at = date.fromordinal(onset)
    item = EvidenceItem(id="e", type="release", at=at, exposure=Exposure(everything=True))
    base = golden()
    return replace(
        base,
        onset=replace(base.onset, at=at, first=at, last=at),
        seen_until=date.fromordinal(last),
        deals=replace(deals, converted=converted),
        cells=(),
        items=(item,),
    )


def test_new_reasons_are_told_in_both_languages_with_their_figures() -> None:
    counts = USUAL | {"sync_gap": Confirmed(judged=12, roots=7)}
    experience = Experience(types=frozenset(), confirmed=counts)
    seen = featured(golden(), DAG, experience)
    place = [one.id for one in seen.found].index(ROOT)
    point = Standpoint(
        one=seen.found[place],
        figures=rank_causes(golden(), DAG)[0].figures,
        row=seen.rows[place],
        teller=Teller(DAG, experience),
    )
    beside = np.zeros(len(FEATURES))
    beside[[FEATURES.index(one) for one in ("confirmed", "is_new", "topics_for")]] = 1, -1, 0.5
    told = learned_reasons(point, beside)
    zh, en = (" ".join(getattr(one, code) for one in told) for code in ("zh", "en"))
    assert "出现 12 次，7 次被确认为根因" in zh
    assert "stood 12 times and was the root 7 times" in en
    assert "没有见过这一类型" in zh
    assert "never met its type" in en


def test_a_topic_is_told_as_a_reason_and_where_nobody_answered_it_is_not() -> None:
    beside = np.zeros(len(FEATURES))
    beside[FEATURES.index("topics_for")] = 1
    told = []
    for items in (golden().items, [one for one in golden().items if one.id != SURVEY]):
        incident = replace(golden(), items=tuple(items))
        seen = featured(incident, DAG)
        place = [one.id for one in seen.found].index(ROOT)
        point = Standpoint(
            one=seen.found[place],
            figures=rank_causes(incident, DAG)[0].figures,
            row=seen.rows[place],
            teller=Teller(DAG, Experience()),
        )
        told.append(" ".join(one.zh + one.en for one in learned_reasons(point, beside)))
    assert "1 个主题中，1 个是它可能引起的" in told[0]
    assert "1 of the 1 topics" in told[0]
    assert "topics" not in told[1]


def test_a_scale_keeps_what_its_ranker_met() -> None:
    met = Experience(types=frozenset({"release"}), confirmed=USUAL)
    scale = replace(cold_start().scale, experience=met)
    assert scale_from_json(scale.to_json()) == scale


@pytest.mark.parametrize(
    ("key", "value"),
    [
        pytest.param("types", "release", id="types that are no list"),
        pytest.param("types", [1], id="a type that is a number"),
        pytest.param("confirmed", [], id="counts that are no object"),
        pytest.param("confirmed", {"release": [1, 2]}, id="more roots than judged items"),
        pytest.param("confirmed", {"release": [2.0, 1]}, id="a count that is no whole number"),
    ],
)
def test_an_experience_that_makes_no_sense_is_refused(key: str, value: Any) -> None:
    told = json.loads(cold_start().scale.to_json()) | {key: value}
    with pytest.raises(RankerRefused):
        scale_from_json(json.dumps(told))


def test_the_ranker_that_ships_has_met_its_catalogue_and_no_verdict() -> None:
    met = cold_start().scale.experience
    assert met.types == frozenset(DAG.by_id)
    assert met.confirmed == {}
