"""Evidence types and incidents: what is read, and every mistake with its line or path."""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.rca import DagRefused, IncidentRefused, catalogue, read_dag, read_incident
from models.rca.causes.dag_file import FORMAT
from models.rca.causes.leaf_codes import leaf_codes

TYPE = (
    "  - type: {name}\n    name: {{zh: 名, en: name}}\n    caused_by: [{causes}]\n"
    "    lag_days: {lag}\n    provenance: record\n"
)


def types(*rows: tuple[str, str], lag: str = "[0, 5]") -> str:
    body = "".join(TYPE.format(name=name, causes=causes, lag=lag) for name, causes in rows)
    return f"format: {FORMAT}\ntypes:\n{body}"


def test_the_catalogue_that_ships_puts_the_seeds_chain_in_order() -> None:
    dag = catalogue()
    assert {"cost_sheet", "demo_deck", "close_date_edits", "survey"} <= dag.descendants("sync_gap")
    assert dag.ancestors("survey") >= {"sync_gap", "training", "cost_sheet"}
    assert [dag.depths[name] for name in ("sync_gap", "cost_sheet", "survey")] == [0, 1, 3]
    assert [dag.is_sink(name) for name in ("survey", "cost_sheet", "sync_gap")] == [
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("text", "line", "seen"),
    [
        pytest.param(types(("a", ""), ("b", "a")), None, "", id="a chain is a graph"),
        pytest.param(types(("a", "b"), ("b", "a")), 3, "a <- b <- a", id="two types in a circle"),
        pytest.param(types(("a", "a")), 3, "a <- a", id="a type that causes itself"),
        pytest.param(types(("a", "nobody")), 5, "nobody", id="a cause that is not declared"),
        pytest.param(types(("a", ""), ("a", "")), 8, "a", id="a type twice"),
        pytest.param(types(("A b", "")), 3, "A b", id="a name that is none"),
        pytest.param(types(("a", ""), lag="[5, 0]"), 6, "5, 0", id="a lag that ends first"),
        pytest.param(types(("a", ""), lag="[0, 999]"), 6, "999", id="a lag of years"),
        pytest.param("types: []", 1, "types", id="no format"),
        pytest.param(f"format: {FORMAT}\ntypes: []", 2, "0", id="no types"),
        pytest.param("x: 1\na: &b c", 2, "a: &b c", id="an anchor"),
        pytest.param("x: 1\na: b: c", 2, "a: b: c", id="no YAML"),
        pytest.param("a: [b", 1, "a: [b", id="no YAML, a bracket left open"),
    ],
)
def test_a_mistake_is_told_with_its_line(text: str, line: int | None, seen: str) -> None:
    if line is None:
        assert read_dag(text).descendants("a") == {"b"}
        return
    with pytest.raises(DagRefused) as refused:
        read_dag(text)
    first = refused.value.problems[0]
    assert (first.line, first.seen) == (line, seen)
    # What is expected is what the file would say, or words in the reader's language.
    assert not re.search("[a-z] [a-z]", first.expected.zh)


def incident(**changes: Any) -> dict[str, Any]:
    """Give an incident of two deals, changed."""
    deal = {"rep": "r", "converted": None, "dims": {"region": "north"}}
    return {
        "incident": "i",
        "stage": "s",
        "onset": {"at": "2026-01-09"},
        "seen_until": "2026-01-15",
        "dimensions": ["region"],
        "deals": [
            {**deal, "id": "d1", "entered": "2026-01-02"},
            {**deal, "id": "d2", "entered": "2026-01-10", "converted": "2026-01-11"},
        ],
        "cells": [{"cell": {}}],
        "evidence": [
            {"id": "e1", "type": "sync_gap", "at": "2026-01-08", "exposure": {"all": True}}
        ],
    } | changes


def evidence(**changes: Any) -> dict[str, Any]:
    item = {"id": "e1", "type": "sync_gap", "at": "2026-01-08"} | changes
    return incident(evidence=[item])


def deals(*rows: dict[str, Any]) -> dict[str, Any]:
    usual = {"rep": "r", "entered": "2026-01-02", "dims": {}}
    return incident(deals=[usual | row for row in rows])


@pytest.mark.parametrize(
    ("told", "path"),
    [
        pytest.param(evidence(at="2026-02-01"), "evidence[0].at", id="evidence in the future"),
        pytest.param(evidence(at="soon"), "evidence[0].at", id="no day"),
        pytest.param(evidence(id="a\x1b[31m"), "evidence[0].id", id="what paints a terminal"),
        pytest.param(evidence(topic=7), "evidence[0].topic", id="a topic that is a number"),
        pytest.param(evidence(until="2026-01-01"), "evidence[0].until", id="an end before it"),
        pytest.param(evidence(exposure={}), "evidence[0].exposure", id="an exposure of nothing"),
        pytest.param(evidence(exposure={"share": 2}), "evidence[0].exposure.share", id="a share"),
        pytest.param(
            evidence(exposure={"cells": [{"colour": "red"}]}),
            "evidence[0].exposure.cells[0].colour",
            id="a dimension that is none",
        ),
        pytest.param(evidence(id="region=north"), "evidence[0].id", id="an id that a cell has"),
        pytest.param(
            evidence(stream={"first_day": "2026-01-01", "counts": [1] * 16}),
            "evidence[0].stream.counts",
            id="counts of days to come",
        ),
        pytest.param(
            deals({"id": "a"}, {"id": "a"}), "deals[1].id", id="a deal twice (duplicated)"
        ),
        pytest.param(
            deals({"id": "a", "converted": "2026-01-01"}), "deals[0].converted", id="k > n"
        ),
        pytest.param(
            deals({"id": "a", "entered": "2026-03-01"}), "deals[0].entered", id="a deal to come"
        ),
        pytest.param(
            deals({"id": "a", "entered": "2026-01-10"}), "deals", id="no deal before the onset"
        ),
        pytest.param(incident(deals=[]), "deals", id="no deals"),
        pytest.param(incident(colour="red"), "colour", id="an unknown key"),
        pytest.param(incident(onset={"at": "2026-01-09", "first": "2026-01-10"}), "onset", id="on"),
        pytest.param(incident(cells=[{"cell": {}}, {"cell": {}}]), "cells[1]", id="a cell twice"),
        pytest.param([], "$", id="no object"),
    ],
)
def test_a_mistake_of_an_incident_is_told_with_its_path(told: Any, path: str) -> None:
    with pytest.raises(IncidentRefused) as refused:
        read_incident(json.dumps(told))
    assert refused.value.problems[0].path == path


@pytest.mark.parametrize(
    "count", [pytest.param(1e308, id="far too many"), pytest.param(-1, id="fewer than none")]
)
def test_a_count_that_is_none_is_told_with_both_its_bounds(count: float) -> None:
    told = evidence(stream={"first_day": "2026-01-01", "counts": [1, count]})
    with pytest.raises(IncidentRefused) as refused:
        read_incident(json.dumps(told))
    (problem,) = refused.value.problems
    assert (problem.path, problem.expected.en) == ("evidence[0].stream.counts[1]", "0 to 1e+15")


@pytest.mark.parametrize(
    ("text", "path", "seen"),
    [
        pytest.param(b"", "$ (1:1)", "''", id="nothing"),
        pytest.param(b'{"incident": nothing}', "$ (1:14)", "'nothing}'", id="no JSON"),
        pytest.param(b'{"incident": "\xff\xfe"}', "$ (14)", "ff fe 22 7d", id="no UTF-8"),
        pytest.param(b"[" * 100_000, "$", "", id="nested too deeply"),
        pytest.param(b'{"cells": [1], "cells": []}', "$", "cells", id="a key that stands twice"),
    ],
)
def test_what_is_no_json_is_told_with_its_place(text: bytes, path: str, seen: str) -> None:
    with pytest.raises(IncidentRefused) as refused:
        read_incident(text)
    (first,) = refused.value.problems
    assert (first.path, first.seen) == (path, seen)


@pytest.mark.parametrize(
    ("told", "topic"),
    [
        pytest.param({"topic": "price"}, "price", id="what the answers are about"),
        pytest.param({"topic": None}, None, id="null says nothing"),
        pytest.param({}, None, id="an incident of before has none"),
    ],
)
def test_a_topic_is_read_where_it_is_told(told: Any, topic: str | None) -> None:
    assert read_incident(json.dumps(evidence(**told))).items[0].topic == topic


def test_an_item_without_exposure_and_a_missing_dimension_are_read() -> None:
    told = evidence()
    told["deals"][0]["dims"] = {}
    found = read_incident(json.dumps(told))
    assert found.items[0].exposure is None
    assert found.deals.values == (("north", "unknown"),)


@settings(max_examples=25, deadline=None)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just("2026-01-09"),
        lambda inner: (
            st.lists(inner, max_size=2)
            | st.dictionaries(
                st.sampled_from(("incident", "onset", "at", "deals", "id", "evidence", "cells")),
                inner,
            )
        ),
    )
)
def test_whatever_json_is_read_or_refused(told: Any) -> None:
    with pytest.raises(IncidentRefused):
        read_incident(json.dumps(told))


def test_leaves_are_the_same_counted_or_sorted(monkeypatch: pytest.MonkeyPatch) -> None:
    draw = np.random.default_rng(2)
    codes, sizes = draw.integers(0, 4, (200, 3)), (4, 4, 5)
    counted = leaf_codes(codes, sizes)
    monkeypatch.setattr("models.rca.causes.leaf_codes.MOST_COUNTED", 1)
    by_sorting = leaf_codes(codes, sizes)
    assert all((one == other).all() for one, other in zip(counted, by_sorting, strict=True))
    assert (codes[counted[0]][counted[1]] == codes).all()
