"""The ranking: the golden incident, one table of events and segments, ties, and no chance in it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.rca import (
    CaseRefused,
    EvidenceItem,
    Exposure,
    IncidentRefused,
    LocalisedCell,
    catalogue,
    rank_causes,
    read,
)
from models.rca.causes.candidates import Candidate
from models.rca.causes.cohorts import Cohorts
from models.rca.causes.cold_start import cold_start
from models.rca.causes.features import FEATURES, THEMES, featured
from models.rca.causes.timed_features import timed_features
from models.rca.deal_table import read_deals
from models.rca.decomposition import by_dimension, chain
from training.rca.golden import DEMO_QUOTE, QUOTE_SIGN, ROLES, ROOT, golden

if TYPE_CHECKING:
    from models.rca import Incident, RankedCause

DAG = catalogue()


@pytest.fixture(scope="module")
def known() -> Incident:
    return golden(DEMO_QUOTE)


@pytest.fixture(scope="module")
def ranked(known: Incident) -> tuple[RankedCause, ...]:
    return rank_causes(known, DAG, cold_start())


@pytest.mark.parametrize("by", ["model", "rule"])
@pytest.mark.parametrize("stage", [DEMO_QUOTE, QUOTE_SIGN], ids=lambda one: one.name)
def test_the_golden_incident_is_told_as_the_seed_tells_it(by: str, stage: object) -> None:
    incident = golden(DEMO_QUOTE if stage is DEMO_QUOTE else QUOTE_SIGN)
    found = rank_causes(incident, DAG, cold_start() if by == "model" else None)
    assert (found[0].id, found[0].by, found[0].rank) == (ROOT, by, 1)
    assert {one.id: one.role for one in found if one.kind == "evidence"} == ROLES
    assert {one.kind for one in found} == {"evidence", "cell"}


def test_the_root_is_sure_and_its_reasons_hold_the_figures(
    ranked: tuple[RankedCause, ...],
) -> None:
    root = ranked[0]
    assert root.p_root > 0.8
    assert root.figures.shortfall is not None
    shown = f"{root.figures.shortfall:,.0f}"
    for language in ("zh", "en"):
        told = " ".join(getattr(text, language) for text in root.reasons)
        assert shown in told
        assert "2026-01-08" in told


def test_the_same_incident_gives_the_same_answer_however_it_is_ordered(
    known: Incident, ranked: tuple[RankedCause, ...]
) -> None:
    turned = replace(known, items=tuple(reversed(known.items)))
    assert repr(rank_causes(turned, DAG, cold_start())) == repr(ranked)


def test_where_nobody_recorded_the_root_the_segment_stands_for_it(known: Incident) -> None:
    """Only bystanders of long before are left: the cell where it fell comes first."""
    cell = (("region", "region-1"),)
    deals = known.deals
    onset = known.onset.at.toordinal()
    inside = (deals.codes[:, 0] == deals.values[0].index("region-1")) & (deals.entered >= onset)
    # The fall of everything is taken back; that of one region is made total.
    draw = np.random.default_rng(3)
    elsewhere = (deals.entered >= onset) & ~inside & (draw.random(len(deals)) < 0.5)
    converted = np.where(elsewhere, deals.entered, deals.converted)
    fallen = replace(deals, converted=np.where(inside, -1, converted))
    old = EvidenceItem(
        id="old",
        type="release",
        at=known.onset.at - timedelta(days=50),
        exposure=Exposure(reps=frozenset({deals.reps[0]})),
    )
    found = rank_causes(
        replace(known, deals=fallen, items=(old,), cells=(LocalisedCell(cell=cell),)),
        DAG,
        cold_start(),
    )
    assert (found[0].id, found[0].kind, found[0].role) == ("region=region-1", "cell", "root")
    assert found[1].role == "coincident"


def test_deals_of_long_before_the_onset_alone_are_ranked_all_alike(known: Incident) -> None:
    old = known.deals.entered < known.onset.at.toordinal() - 40
    few = replace(
        known.deals,
        ids=tuple(one for one, is_old in zip(known.deals.ids, old, strict=True) if is_old),
        rep_codes=known.deals.rep_codes[old],
        entered=known.deals.entered[old],
        converted=np.where(known.deals.converted < 0, -1, known.deals.entered)[old],
        codes=known.deals.codes[old],
    )
    found = rank_causes(replace(known, deals=few), DAG, cold_start())
    assert all(one.p_root < 0.8 for one in found)


def test_a_share_of_deals_is_never_above_all_of_them(known: Incident) -> None:
    """Customers who signed were asked: all their deals converted, young ones before their time."""
    deals, onset = known.deals, known.onset.at.toordinal()
    won = np.flatnonzero(deals.converted >= 0)
    young = won[deals.entered[won] >= onset][:40]
    signed = [deals.ids[place] for place in (*won[:40], *young)]
    asked = EvidenceItem(
        id="asked",
        type="survey",
        at=known.seen_until,
        exposure=Exposure(deals=frozenset(signed)),
    )
    found = rank_causes(replace(known, items=(asked,)), DAG, cold_start())
    (told,) = [one for one in found if one.id == "asked"]
    assert told.figures.rate_after is None or told.figures.rate_after <= 1
    assert told.figures.due is not None
    assert told.figures.converted is not None
    assert told.figures.converted > told.figures.due


@pytest.mark.parametrize(
    ("exposure", "told"),
    [
        pytest.param(Exposure(cells=((("region", "nowhere"),),)), "none", id="no deal is its own"),
        pytest.param(Exposure(everything=True), "deals", id="all are: there are no others"),
        pytest.param(
            Exposure(cells=((("region", "region-1"),),)), "others", id="some are, beside others"
        ),
    ],
)
@pytest.mark.parametrize("by", ["model", "rule"])
def test_a_reason_tells_of_deals_and_of_others_where_there_are_any(
    known: Incident, exposure: Exposure, told: str, by: str
) -> None:
    item = EvidenceItem(id="e", type="release", at=date(2026, 1, 8), exposure=exposure)
    incident = replace(known, items=(item,))
    found = rank_causes(incident, DAG, cold_start() if by == "model" else None)
    (one,) = [one for one in found if one.id == "e"]
    zh, en = (" ".join(getattr(text, code) for text in one.reasons) for code in ("zh", "en"))
    assert ("应转化" in zh, "were due" in en) == ((told != "none",) * 2)
    assert ("与其他商机相比" in zh, "beside other deals" in en) == ((told == "others",) * 2)
    assert ("没有商机能证明" in zh, "no deal bears it out" in en) == ((told == "none",) * 2)
    assert not re.search(r"(?<![\d.])-0(?![\d]|\.\d*[1-9])", zh + en)


def test_twins_of_one_day_and_one_exposure_are_not_told_apart(known: Incident) -> None:
    root = next(one for one in known.items if one.id == ROOT)
    twin = replace(root, id="twin")
    found = rank_causes(replace(known, items=(*known.items, twin)), DAG, cold_start())
    first, second = found[:2]
    assert {first.id, second.id} == {ROOT, "twin"}
    assert (first.tie, second.tie) == ((second.id,), (first.id,))


@pytest.mark.parametrize(
    ("days", "lasting", "role"),
    [
        pytest.param(
            6, False, "contributing", id="six days before its deals fell: it may have part"
        ),
        pytest.param(31, False, "coincident", id="a month before it was over, whatever fell since"),
        pytest.param(31, True, "contributing", id="begun a month before, but it lasts"),
    ],
)
def test_an_event_that_was_over_long_before_has_no_part(
    known: Incident, days: int, role: str, *, lasting: bool
) -> None:
    at = known.onset.at
    old = EvidenceItem(
        id="old",
        type="release",
        at=at - timedelta(days=days),
        until=at if lasting else None,
        exposure=Exposure(everything=True),
    )
    found = rank_causes(replace(known, items=(*known.items, old)), DAG, cold_start())
    assert found[0].id == ROOT
    assert next(one.role for one in found if one.id == "old") == role


#: Days since the onset, and who falls on them: those of the first half, and of the other.
REMEDY = {-2: (1, 1), -1: (1, 1), 0: (1, 0), 1: (1, 0), 2: (1, 0)}
HARM = {-2: (0, 0), -1: (0, 0), 0: (1, 0), 1: (1, 0), 2: (1, 0)}


@pytest.mark.parametrize(
    ("fell", "best"),
    [
        pytest.param(REMEDY, 0, id="all fell before it came: half was helped, the root is all's"),
        pytest.param(HARM, 1, id="nobody fell before it came: it is the root of its half"),
    ],
)
def test_whom_a_remedy_missed_it_did_not_harm(fell: dict[int, tuple[int, int]], best: int) -> None:
    """The one touches all from two days before on, the other the first half from the onset on."""
    each = 40
    days = np.repeat(np.array([*range(-8, -2), *fell]), 2 * each)
    half = np.tile(np.repeat([True, False], each), len(days) // (2 * each))
    gap = np.array(
        [
            -0.25 * fell.get(int(day), (0, 0))[0 if one else 1]
            for day, one in zip(days, half, strict=True)
        ]
    )
    deals = len(days)
    seen = Cohorts(
        day=days,
        horizon=1,
        gap=gap,
        owed=np.full(deals, 0.5),
        variance=np.full(deals, 0.25),
        won=gap + 0.5,
        came=gap > -0.5,
        later=np.zeros(deals),
        later_variance=np.zeros(deals),
    )
    found = tuple(
        Candidate(
            id=name,
            kind="evidence",
            item=EvidenceItem(id=name, type="release", at=date(2026, 1, 8)),
            lead=lead,
            members=members,
        )
        for name, lead, members in (("all", 2, half | ~half), ("half", 0, half))
    )
    exposed = np.stack([np.ones(deals), half.astype(np.float64)])
    table = timed_features(found, exposed, seen, np.array([True, True]))
    behind = table["helped_nats_behind"]
    assert behind[best] == 0
    assert behind[1 - best] > 2


def test_a_type_that_is_not_declared_is_refused_with_the_nearest(known: Incident) -> None:
    item = EvidenceItem(id="e", type="sync_gaps", at=date(2026, 1, 8))
    with pytest.raises(IncidentRefused, match="sync_gap"):
        rank_causes(replace(known, items=(item,)), DAG)


def test_items_without_exposure_are_ranked_and_say_so(known: Incident) -> None:
    bare = tuple(replace(one, exposure=None) for one in known.items)
    found = rank_causes(replace(known, items=bare), DAG, cold_start())
    assert len(found) == len(bare) + 1
    assert all(one.figures.deals_after is None for one in found if one.kind == "evidence")


@pytest.mark.parametrize(
    ("type_", "days", "first"),
    [
        pytest.param("survey", 4, "*", id="a survey after the fall brought nothing about"),
        pytest.param("training", -100, "*", id="a training long before it"),
    ],
)
def test_what_stands_alone_is_not_sure_for_that(
    known: Incident, type_: str, days: int, first: str
) -> None:
    item = EvidenceItem(id="e", type=type_, at=known.onset.at + timedelta(days=days))
    found = rank_causes(replace(known, items=(item,), cells=()), DAG, cold_start())
    assert [one.id for one in found] == [first, "e"]
    assert found[1].p_root < 0.5


def test_nothing_to_rank_is_an_empty_table(known: Incident) -> None:
    assert rank_causes(replace(known, items=(), cells=()), DAG, cold_start()) == ()


def test_every_feature_belongs_to_one_theme(known: Incident) -> None:
    assert sorted(name for names in THEMES.values() for name in names) == sorted(FEATURES)
    rows = featured(known, DAG).rows
    assert rows.shape == (len(known.items) + 1, len(FEATURES))
    assert not np.isinf(rows).any()


@given(st.lists(st.tuples(st.floats(0.01, 1), st.floats(0.01, 1)), min_size=1, max_size=6))
def test_stages_add_up_to_the_change_of_the_whole(rates: list[tuple[float, float]]) -> None:
    before, now = [one for one, _ in rates], [one for _, one in rates]
    whole = float(np.prod(now) - np.prod(before))
    assert sum(chain(before, now)) == pytest.approx(whole, abs=1e-9)


def test_a_rate_of_0_has_no_logarithm() -> None:
    with pytest.raises(ValueError, match="above 0"):
        chain([0.5], [0.0])


def test_mix_and_rates_of_each_dimension_add_up() -> None:
    case = read(b"a,b,n_hist,k_hist,n_cur,k_cur\nx,u,90,60,10,3\nx,v,50,10,0,0\ny,u,0,0,20,8\n")
    whole = 11 / 30 - 70 / 140
    for split in by_dimension(case):
        assert split.mix + split.rate == pytest.approx(whole)


@pytest.mark.parametrize(
    ("rows", "line", "column"),
    [
        pytest.param("d1,2026-01-02,", None, "", id="a deal that is open"),
        pytest.param("d1,2026-01-02,2026-01-01", 2, "converted", id="converted before it entered"),
        pytest.param("d1,2026-01-02,\nd1,2026-01-03,", 3, "id", id="a deal twice"),
        pytest.param("d1,tomorrow,", 2, "entered", id="no day"),
        pytest.param("d1,2026-01-02", 2, "", id="a cell too few"),
        pytest.param("", 1, "", id="no deals"),
    ],
)
def test_deals_are_read_or_refused_with_their_line(
    rows: str, line: int | None, column: str
) -> None:
    text = f"id,entered,converted\n{rows}\n".encode()
    if line is None:
        assert read_deals(text)["all"].ids == ("d1",)
        return
    with pytest.raises(CaseRefused) as refused:
        read_deals(text)
    assert (refused.value.problems[0].line, refused.value.problems[0].column) == (line, column)
