"""An incident's report with too much in it, and too little: all of it lies on the paper."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pymupdf
import pytest

from rules.states import Phase
from service.actions.cause_verdicts import standing
from service.cause_records import (
    CauseRole,
    Examination,
    Incident,
    IncidentBreaker,
    IncidentState,
    Verdict,
)
from service.causes import plots
from service.causes.lettering import fitted, width
from service.causes.report import Material, Report, markdown, report
from service.causes.report_pdf import pdf
from service.causes.report_words import PLOTS, Language
from service.funnel import funnel

ONSET = date(2026, 4, 28)
LONG = "华东大区（含上海、江苏、浙江、安徽、山东、江西、福建七省市）"
TITLE = "参数表没有同步到手机端应用，导致演示用的是旧参数；" * 8


def cause(number: int, name: str) -> dict[str, Any]:
    reason = {
        "zh": "涉及 60 个商机：转化率 50.0% → 13.2%。",
        "en": "of its 60 deals 13.2% converted.",
    }
    return {
        "id": f"e{number}",
        "rank": number + 1,
        "role": "root" if number == 0 else "symptom",
        "p_root": 0.9,
        "by": "model",
        "title": {"zh": f"{number}：{name}"[:200], "en": f"{number}: {name}"[:200]},
        "at": f"{ONSET - timedelta(days=number % 60)}",
        "reasons": [reason] * 5,
    }


def square(row: str, column: str) -> dict[str, Any]:
    counts = {"counted_before": 60.0, "converted_before": 30, "counted_since": 30.0}
    return {"row": row, "column": column, **counts, "converted_since": 4}


def told_of(
    *, causes: int = 0, cells: int = 1, columns: int = 2, name: str = "x", first_day: int = -28
) -> dict[str, Any]:
    dates = [ONSET + timedelta(days=day) for day in range(first_day, 6)]
    days = [{"day": f"{day}", "counted": 20.0, "converted": 10} for day in dates]
    names = [f"{number}{name}" for number in range(columns)]
    cell = {"expected": 30.0, "observed": 8, "shortfall": 22.0, "interval": [15.0, 30.0]}
    return {
        "stage": "demo",
        "next": "quote",
        "seen_until": f"{ONSET + timedelta(days=5)}",
        "detection": {
            "onset": f"{ONSET}",
            "interval": [f"{ONSET}", f"{ONSET}"],
            "alarm": f"{ONSET}",
            "observed": 38,
            "expected": 60.0,
        },
        "onset": {"at": f"{ONSET}"},
        "window": {
            "deals_before": 2360,
            "deals_since": 120,
            "horizon_days": 3,
            "counted_since": 120.0 * max(cells, 1),
        },
        "scope": "cells" if cells else "none",
        "needed": None,
        "cells": [{"cell": {"region": f"{number}{name}"}, **cell} for number in range(cells)],
        "change": {"before": 0.5, "now": 0.32, "mix": -0.01, "rate": -0.17},
        "causes": [cause(number, name) for number in range(causes)],
        "pictures": {
            "days": days,
            "heat": {
                "rows": names,
                "columns": names,
                "cells": [square(row, column) for row in names for column in names],
            },
        },
    }


def written(
    told: dict[str, Any], language: Language, *, judged: object = False, held: object = False
) -> Report:
    at = datetime(2026, 5, 4, tzinfo=UTC)
    incident = Incident(
        id="i",
        stage="demo",
        onset=f"{ONSET}",
        alarm=f"{ONSET}",
        state=IncidentState.OPEN,
        opened_at=at,
        opened_by="system",
    )
    examination = Examination(
        id="e",
        incident_id="i",
        turn=1,
        snapshot_sha256="0" * 64,
        snapshot_size=1,
        answer="{}",
        answer_sha256="1" * 64,
        examined_at=at,
        examined_by="system",
    )
    seen = Material(
        incident=incident,
        examination=examination,
        told=told,
        verdicts=(judgement(at, CauseRole.NONE_OF_THESE),) if judged else (),
        people={"p": "林"},
        breaker=stopped(at) if held else None,
        funnel=funnel(),
    )
    return report(seen, language)


def judgement(
    at: datetime,
    role: CauseRole,
    *,
    person: str = "p",
    candidate: str | None = None,
    id_: str = "v",
) -> Verdict:
    return Verdict(
        id=id_,
        incident_id="i",
        examination_id="e",
        candidate=candidate,
        role=role,
        position=None,
        person_id=person,
        at=at,
        reason="",
    )


def stopped(at: datetime) -> IncidentBreaker:
    return IncidentBreaker(
        id="i",
        stage="demo",
        phase=Phase.OPEN,
        episode=1,
        step=0,
        since=at,
        scope=({"region": "华东"},),
        fallen=0.6,
        test={"nats": -0.01, "low": -3.0, "high": 2.3},
        changed_at=at,
    )


TOO_MUCH = [
    pytest.param({"causes": 50, "name": TITLE}, id="fifty candidates with long titles"),
    pytest.param({"causes": 70, "name": "W" * 200}, id="seventy of one wide word"),
    pytest.param({"cells": 3, "columns": 3, "name": LONG}, id="long names of cells"),
    pytest.param({"cells": 60, "columns": 12, "name": LONG}, id="sixty cells, twelve columns"),
    pytest.param({"causes": 1, "first_day": 0}, id="no day before the onset"),
    pytest.param({"causes": 0, "cells": 0, "columns": 0}, id="nothing at all"),
]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("asked", TOO_MUCH)
def test_all_that_a_report_tells_lies_on_its_pages(
    asked: dict[str, Any], language: Language
) -> None:
    paper: Any = pymupdf.open(stream=pdf(written(told_of(**asked), language)))
    for page in paper:
        foot = page.rect.y1 - 40
        for x0, y0, x1, y1, word, *_ in page.get_text("words"):
            assert x0 >= 40, word
            assert x1 <= page.rect.x1 - 40, word
            assert y0 >= 40, word
            assert y1 <= foot or word.isdigit() or word == "/", word


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        pytest.param("与生僻字\U00020bb7🙂同", "与生僻字□□同", id="letters that the font lacks"),
        pytest.param("控制\x07符\n换行", "控制 符 换行", id="what is no letter"),
        pytest.param("é ü ñ Ж", "é ü ñ Ж", id="letters that it has"),
    ],
)
def test_no_letter_vanishes_on_paper(title: str, shown: str) -> None:
    told = told_of(causes=1)
    told["causes"][0]["title"]["zh"] = title
    paper: Any = pymupdf.open(stream=pdf(written(told, "zh")))
    seen = "".join(page.get_text() for page in paper)
    assert shown in seen
    assert ("□ 代表" in seen) is ("□" in shown)


def test_a_direction_that_a_name_brings_turns_nothing_else_round() -> None:
    told = told_of(causes=1, name="\u202e甲\u2067乙")
    assert not set(markdown(written(told, "zh"))) & set("\u202e\u2067")


def test_a_rate_that_is_not_known_is_not_told_as_none() -> None:
    told = told_of()
    told["change"] = None
    for language in ("zh", "en"):
        assert "0.0%" not in markdown(written(told, language))


@pytest.mark.parametrize(
    ("days", "shown"),
    [(0, "on the day of entry"), (1, "within 1 day,"), (3, "within 3 days,")],
)
def test_days_to_convert_in_are_told_as_one_or_several(days: int, shown: str) -> None:
    told = told_of()
    told["window"]["horizon_days"] = days
    assert shown in markdown(written(told, "en"))


def test_a_shortfall_of_next_to_nothing_has_no_sign() -> None:
    told = told_of()
    told["cells"][0] |= {"shortfall": -0.2, "interval": [-0.4, -0.1], "expected": -0.0}
    told["change"] |= {"mix": -0.0001}
    for language in ("zh", "en"):
        text = markdown(written(told, language))
        assert "0 (0 … 0)" in text
        assert "-0" not in re.sub(r"\d-(?=\d)", "", text)


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        pytest.param({"causes": 1}, True, id="figures of a candidate"),
        pytest.param({"causes": 0, "cells": 1}, True, id="figures of a cell"),
        pytest.param({"causes": 0, "cells": 0}, False, id="no others: nothing to tell apart"),
    ],
)
def test_a_report_says_why_its_sections_count_otherwise(
    asked: dict[str, Any], says: object
) -> None:
    said: dict[Language, str] = {"zh": "更早进入的商机", "en": "had entered before"}
    for language, words in said.items():
        assert (words in markdown(written(told_of(**asked), language))) is says


def test_columns_of_our_own_words_are_short_and_those_that_people_write_are_not() -> None:
    told = written(told_of(causes=1), "en", judged=True)
    tables = [one.table for one in told.sections if one.table]
    short = [[name for at, name in enumerate(one.head) if one.is_short(at)] for one in tables]
    assert short == [["due", "came"], ["#", "role", "P(root)"], ["verdict"]]


@pytest.mark.parametrize(("language", "judged"), [("zh", True), ("zh", False), ("en", False)])
def test_sections_are_numbered_by_what_is_there(language: Language, judged: object) -> None:
    told = written(told_of(), language, judged=judged, held=True)
    headings = [one.heading for one in told.sections]
    numbers = "一、 二、 三、 四、 五、" if language == "zh" else "1. 2. 3. 4. 5."
    starts = numbers.split()[: 5 if judged else 4]
    assert [one.startswith(start) for one, start in zip(headings, starts, strict=True)] == [
        True
    ] * len(starts)
    assert ("熔断" if language == "zh" else "breaker") in headings[-1]
    assert "2026-05-04 00:00 UTC" in markdown(told)
    assert "-0.0" not in markdown(told)


@pytest.mark.parametrize(
    ("p_root", "shown"),
    [(0.796, "0.79"), (0.8, "0.80"), (0.29, "0.29"), (0.999, "0.99"), (1.0, "1.00")],
)
def test_a_chance_is_told_as_no_more_than_it_is(p_root: float, shown: str) -> None:
    told = told_of(causes=1)
    told["causes"][0]["p_root"] = p_root
    assert f"| {shown} |" in markdown(written(told, "en"))


@pytest.mark.parametrize("asked", TOO_MUCH)
def test_no_label_of_a_plot_is_outside_it_or_on_another(asked: dict[str, Any]) -> None:
    told, words = told_of(**asked), PLOTS["zh"]
    called = {one["id"]: one["title"]["zh"] for one in told["causes"]}
    drawn = (plots.funnel(told, words), plots.heat(told, words), plots.waterfall(told, words))
    for plot in (*drawn, *plots.timelines(told, words, called)):
        boxes = [box(one) for one in plot.shapes if isinstance(one, plots.Label)]
        for place, (left, top, right, bottom, text) in enumerate(boxes):
            assert left >= 0, text
            assert right <= plots.WIDTH, text
            assert 0 <= top < bottom <= plot.height, text
            for other in boxes[:place]:
                apart = left >= other[2] or right <= other[0]
                assert apart or top >= other[3] or bottom <= other[1], (text, other)
        assert all(one.width > 0 for one in plot.shapes if isinstance(one, plots.Rect))


def box(one: plots.Label) -> tuple[float, float, float, float, str]:
    wide = width(one.text, one.size)
    left = one.x - {"start": 0.0, "middle": 0.5, "end": 1.0}[one.anchor] * wide
    return left, one.y - 0.8 * one.size, left + wide, one.y + 0.1 * one.size, one.text


def test_a_report_without_candidates_says_so_and_draws_no_empty_plot() -> None:
    told = written(told_of(cells=0), "zh")
    (why,) = (one for one in told.sections if one.heading.startswith("三"))
    assert (why.table, why.plots) == (None, ())
    assert "没有候选" in "".join(why.paragraphs)
    (other,) = (
        one for one in written(told_of(causes=1), "zh").sections if one.heading.startswith("三")
    )
    assert "没有候选" not in "".join(other.paragraphs)
    assert len(other.plots) == 1


def test_the_cells_that_are_put_together_in_the_waterfall_are_counted() -> None:
    told = told_of(cells=60)
    parts = plots.parts(told, PLOTS["zh"])
    assert len(parts) <= 9
    assert parts[-2][0] == "另 54 个单元"
    assert sum(size for _, size in parts) == pytest.approx(0.32 - 0.5)
    assert len(plots.parts(told_of(cells=7), PLOTS["zh"])) == 9


@pytest.mark.parametrize(
    ("text", "room", "shown"),
    [
        pytest.param("华东", 30, "华东", id="what fits is left"),
        pytest.param("华东大区", 35, "华东…", id="what does not is cut, and told"),
        pytest.param("", 40, "", id="nothing"),
        pytest.param("华东", 5, "…", id="no room at all"),
    ],
)
def test_labels_are_cut_to_their_room(text: str, room: float, shown: str) -> None:
    assert fitted(text, room, 10.0) == shown


def test_markdown_shows_names_as_they_were_sent() -> None:
    name = "<b>&lt;x&gt; ~~y~~ [a](b) `c` | d"
    text = markdown(written(told_of(causes=1, name=name), "en"))
    shown = r"\<b\>\&lt;x\&gt; \~\~y\~\~ \[a\](b) \`c\` \| d"
    assert f"| 1 | 0: {shown} |" in text


ROOT, NONE, SYMPTOM = CauseRole.ROOT, CauseRole.NONE_OF_THESE, CauseRole.SYMPTOM


@pytest.mark.parametrize(
    ("given", "stands"),
    [
        pytest.param(
            [("ann", "a", ROOT), ("ann", "b", SYMPTOM), ("ann", None, NONE)],
            [("b", SYMPTOM), (None, NONE)],
            id="none of these takes the root back, and nothing else",
        ),
        pytest.param(
            [("ann", None, NONE), ("ann", "a", ROOT)], [("a", ROOT)], id="a root takes none back"
        ),
        pytest.param(
            [("ann", "a", ROOT), ("bob", None, NONE)],
            [("a", ROOT), (None, NONE)],
            id="another person takes nothing back",
        ),
        pytest.param(
            [("ann", "a", ROOT), ("ann", "b", ROOT)],
            [("b", ROOT)],
            id="another root takes the first back: training reads one at most",
        ),
        pytest.param(
            [("ann", "a", ROOT), ("ann", "a", SYMPTOM)], [("a", SYMPTOM)], id="the latest word"
        ),
    ],
)
def test_verdicts_that_stand_do_not_contradict_one_another(
    given: list[tuple[str, str | None, CauseRole]], stands: list[tuple[str | None, CauseRole]]
) -> None:
    rows = [
        judgement(
            datetime(2026, 5, 4, tzinfo=UTC),
            role,
            person=person,
            candidate=candidate,
            id_=f"{place}",
        )
        for place, (person, candidate, role) in enumerate(given)
    ]
    verdicts = SimpleNamespace(find=lambda _: rows)
    unit: Any = SimpleNamespace(causes=SimpleNamespace(verdicts=verdicts))
    assert [(one.candidate, one.role) for one in standing(unit, "i")] == stands
