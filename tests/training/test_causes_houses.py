"""What the simulator draws beside the fall, and what verdicts tell of types without leaking."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from models.rca import catalogue
from models.rca.causes.features import FEATURES
from training.rca.houses import house
from training.rca.injecting import injected
from training.rca.lesson import drawn
from training.rca.profiles import CLEAN, JUDGED, LESSON, NEW_TYPES
from training.rca.quiet import simulated
from training.rca.run import CausesTraining, trained
from training.rca.verdicts import Verdict, beside, example_of, experience_of, read_verdicts

DAG = catalogue()
TYPES = frozenset(DAG.by_id)
COLUMN = FEATURES.index("confirmed")


def _line(name: str, kind: str, root: str) -> str:
    incident: dict[str, Any] = {
        "incident": name,
        "stage": "s",
        "onset": {"at": "2026-01-09"},
        "seen_until": "2026-01-15",
        "dimensions": [],
        "deals": [
            {"id": "d1", "rep": "r", "entered": "2026-01-02", "converted": "2026-01-03"},
            {"id": "d2", "rep": "r", "entered": "2026-01-10"},
        ],
        "cells": [{"cell": {}}],
        "evidence": [
            {"id": "e1", "type": kind, "at": "2026-01-08", "exposure": {"all": True}},
            {"id": "e2", "type": "outage", "at": "2026-01-02"},
        ],
    }
    return json.dumps({"incident": incident, "verdict": {"roles": {root: "root"}}})


def _verdicts(*rows: tuple[str, str, str]) -> list[Verdict]:
    return read_verdicts("\n".join(_line(*row) for row in rows).encode())


@pytest.mark.parametrize(
    ("rows", "lift"),
    [
        pytest.param([("a", "release", "e1")], "none", id="its own verdict alone: neutral"),
        pytest.param([("a", "release", "e1")] * 2, "none", id="its own verdict, said twice"),
        pytest.param(
            [("a", "release", "e1"), ("b", "release", "e1")], "more", id="another's verdict"
        ),
        pytest.param(
            [("a", "release", "e1"), ("b", "release", "e2")], "less", id="another's, against it"
        ),
        pytest.param(
            [("a", "release", "e1"), ("b", "release", "*")], "none", id="another's: none of these"
        ),
    ],
)
def test_an_incident_never_sees_its_own_verdict(
    rows: list[tuple[str, str, str]], lift: str
) -> None:
    verdicts = _verdicts(*rows)
    whole = experience_of(verdicts, TYPES)
    found = example_of(verdicts[0], DAG, beside(verdicts, whole)["a"])
    assert found is not None
    told = float(found.rows[found.ids.index("e1"), COLUMN])
    assert {"none": told == 0, "more": told > 0, "less": told < 0}[lift]


def test_a_trained_ranker_keeps_what_people_confirmed_and_what_it_met() -> None:
    verdicts = tuple(_verdicts(*((f"i{one}", "release", "e1") for one in range(12))))
    found = trained(DAG, CausesTraining(incidents=20, judges=4, verdicts=verdicts))
    met = found.fitted.scale.experience
    assert met.types == TYPES
    assert (met.confirmed["release"].judged, met.confirmed["release"].roots) == (12, 12)
    assert (met.confirmed["outage"].judged, met.confirmed["outage"].roots) == (12, 0)
    assert met.lift("release") > 0 > met.lift("outage")


def test_no_type_is_likelier_to_be_confirmed_over_all_houses() -> None:
    roots: Counter[str] = Counter()
    for seed in range(300):
        found = house(DAG, JUDGED, np.random.default_rng(seed)).experience
        roots.update({name: one.roots for name, one in found.confirmed.items()})
    causes = [roots[one.id] for one in DAG.types if not one.caused_by]
    assert max(causes) < 1.5 * min(causes)
    others = [roots[one.id] for one in DAG.types if one.caused_by]
    assert max(others) < 0.2 * min(causes)


def test_in_a_judged_house_the_root_is_of_a_type_that_was_confirmed_more_often() -> None:
    told: dict[str, list[float]] = {"root": [], "coincident": []}
    for seed in range(60):
        draw = np.random.default_rng([13, seed])
        one = injected(simulated(draw, 30.0), DAG, JUDGED, draw)
        for item in one.incident.items:
            if one.roles[item.id] in told and not DAG.by_id[item.type].caused_by:
                told[one.roles[item.id]].append(one.house.experience.lift(item.type))
    assert np.mean(told["root"]) > np.mean(told["coincident"]) + 0.3
    # And often enough it is not: the share alone never answers.
    assert np.mean(np.array(told["root"]) < 0) > 0.1


def test_where_nobody_judged_the_share_is_neutral_for_all() -> None:
    found = drawn(DAG, (CLEAN,), 3, seed=3)
    assert not any(one.rows[:, COLUMN].any() for one in found)


def test_new_types_are_declared_otherwise_than_they_are() -> None:
    differs = 0
    for seed in range(40):
        found = house(DAG, NEW_TYPES, np.random.default_rng(seed))
        assert found.experience.types is not None
        new = TYPES - found.experience.types
        assert 1 <= len(new) <= 4
        told = {one.id: one for one in found.told.types}
        changed = {name for name in TYPES if told[name] != DAG.by_id[name]}
        assert changed <= new
        differs += bool(changed)
        # What may be caused is never told as a cause.
        assert all(bool(told[one].caused_by) == bool(DAG.by_id[one].caused_by) for one in told)
    assert differs > 30


def test_bystanders_rise_with_their_season_and_roots_beyond_it() -> None:
    whole = replace(CLEAN, season=1.0)
    plain, season = FEATURES.index("stream_z"), FEATURES.index("season_z")
    less, roots = [], []
    for one in drawn(DAG, (whole,), 60, seed=8):
        rows = one.rows[~np.isnan(one.rows[:, plain])]
        less += (rows[:, plain] - rows[:, season]).tolist()
        roots.append(float(one.rows[one.root, season]))
    assert min(less) >= 0
    assert np.mean(np.array(less) > 1) > 0.1
    assert np.nanmedian(roots) > 1.5


def test_topics_point_at_the_fall_more_often_than_not_and_not_always() -> None:
    found: Counter[bool] = Counter()
    for seed in range(150):
        draw = np.random.default_rng([17, seed])
        one = injected(simulated(draw, 30.0), DAG, CLEAN, draw)
        about = {
            topic
            for item in one.incident.items
            if one.roles[item.id] in {"root", "mediator"}
            for topic in DAG.by_id[item.type].topics
        }
        found.update(
            item.topic in about
            for item in one.incident.items
            if item.topic and one.roles[item.id] == "symptom"
        )
    share = found[True] / found.total()
    assert 0.6 < share < 0.95


def test_lessons_have_houses_with_and_without_verdicts() -> None:
    told = [bool(one.rows[:, COLUMN].any()) for one in drawn(DAG, LESSON, 24, seed=19)]
    assert 0.2 < np.mean(told) < 0.8
