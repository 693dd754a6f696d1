"""The seed's January: detected, explained, judged, stopped by the breaker and let go again.

One house for all of it on each database, told day by day; nothing is put into tables behind the
service's back.
"""

from __future__ import annotations

import csv
import io
import json
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pymupdf
import pytest

from service import api, migrations, rule_actions
from service.actions import deliverables
from service.adapters.database import DatabaseRecords
from service.adapters.evidence_key import KeptEvidenceKey
from service.adapters.rule_book import FolderRules
from service.adapters.storage import open_storage
from service.adapters.tariffs import KeptTariffs
from service.adapters.verifier import SandboxVerifier
from service.demo import authority, company
from service.demo.documents import roi_sheet
from service.demo.documents.brief import Brief
from service.demo.incident_story import FIRST, NOTICED, IncidentStory
from service.ports import Ports
from service.records import Role
from service.settings import load
from tests.service.api.house import Caller, House, add_customer, body_of, requirement_of
from tests.service.conftest import TestClock, new_postgres
from training.rca.verdicts import read_verdicts
from verification.limits import Limits
from verification.sandbox.client import Sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator

PORTION = 5000
EVENING = 15  # 23:00 in China


@dataclass
class January:
    house: House
    story: IncidentStory
    ops: Caller
    vp: Caller
    seller: Caller
    #: What each look answered, by the day.
    looks: dict[date, list[dict[str, Any]]] = field(default_factory=dict)
    quotes: int = 0

    def evening(self, day: date) -> None:
        self.house.clock.at = datetime(day.year, day.month, day.day, EVENING, tzinfo=UTC)

    def send_events(self, first: date, last: date) -> list[dict[str, Any]]:
        rows = self.story.events_on(first, last)
        return [self._csv(rows[start : start + PORTION]) for start in range(0, len(rows), PORTION)]

    def _csv(self, rows: list[dict[str, Any]]) -> dict[str, Any]:
        text = io.StringIO()
        writer = csv.DictWriter(
            text, ["编号", "商机", "阶段", "时间", "销售", "大区", "渠道", "产品", "客户类型"]
        )
        writer.writeheader()
        words = {"demo": "方案演示", "quote": "报价", "sign": "签约"}
        for row in rows:
            told = [row["source_id"], row["deal"], words[row["stage"]], row["at"], row["rep"]]
            told += [row[name] for name in ("region", "channel", "product", "segment")]
            writer.writerow(dict(zip(writer.fieldnames, told, strict=True)))
        answer = self.ops.post(
            "/stage-events/csv?source=crm",
            data=text.getvalue().encode("gb18030"),
            headers={"Content-Type": "text/csv; charset=gb18030"},
        )
        assert answer.status_code == 200, answer.text
        return body_of(answer)

    def collect(self, name: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        answer = self.ops.post(
            f"/evidence-items/collected/{name}", json={"source": "oa", "rows": rows}
        )
        assert answer.status_code == 200, answer.text
        return list(body_of(answer)["items"])

    def upload_quotes(self, sound: int, outdated: int) -> None:
        """Hand in cost sheets of this year and of the last, and have them verified."""
        at = self.house.clock.at
        plan, trusted = company.plan(2026, at), authority.found(at)
        for place in range(sound + outdated):
            self.quotes += 1
            fault = roi_sheet.SOUND if place < sound else roi_sheet.OUTDATED
            customer = plan.customers[self.quotes % len(plan.customers)]
            brief = Brief(
                company=plan,
                customer=customer,
                authority=trusted,
                made_at=at - timedelta(hours=1, minutes=self.quotes),
            )
            draft = roi_sheet.write(brief, fault=fault)
            ours = add_customer(self.seller, name=f"客户{self.quotes}")
            wanted = requirement_of(self.seller, ours, "roi_sheet")
            declared = {"name": draft.name, "media_type": draft.media_type}
            answer = self.seller.upload(wanted["id"], draft.data, key=ours["id"], **declared)
            deliverables.verify(self.house.ports, body_of(answer)["id"])

    def look(self, day: date, **asked: str) -> dict[str, dict[str, Any]]:
        self.evening(day)
        answer = self.ops.post("/incidents/detection", json=asked)
        assert answer.status_code == 200, answer.text
        self.looks[day] = body_of(answer)["items"]
        return {one["stage"]: one for one in self.looks[day]}

    def incident(self, stage: str) -> dict[str, Any]:
        (found,) = body_of(self.vp.get(f"/incidents?stage={stage}"))["items"]
        return body_of(self.vp.get(f"/incidents/{found['id']}"))

    def carry_out(self) -> None:
        """Do what the outbox has for rule actions, as the dispatcher would."""
        with self.house.ports.records.begin() as unit:
            rows = unit.outbox.lease(limit=100, seconds=60)
        for row in rows:
            if row.kind == rule_actions.ACT:
                rule_actions.carry_out(self.house.ports, row.payload)
            with self.house.ports.records.begin() as unit:
                unit.outbox.finish(row.id)


@pytest.fixture(
    scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
)
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A migrated, empty database of each kind, this house's alone."""
    with ExitStack() as kept:
        if request.param == "postgres":
            url = kept.enter_context(new_postgres())
        else:
            url = f"sqlite:///{tmp_path_factory.mktemp('database')}/countermark.db"
        migrations.upgrade(url)
        yield url


@pytest.fixture(scope="module")
def january(url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[January]:
    folder, clock = tmp_path_factory.mktemp("january"), TestClock()
    settings = load(
        {
            "COUNTERMARK_DATA": str(folder),
            "COUNTERMARK_DATABASE_URL": url,
            "COUNTERMARK_LOG_LEVEL": "error",
        }
    )
    verifier = SandboxVerifier(Sandbox.start(limits=Limits(), require="any", at_once=1))
    records = DatabaseRecords(url, clock=clock)
    ports = Ports(
        records=records,
        storage=open_storage(settings),
        verifier=verifier,
        clock=clock,
        anchors=(),
        limits=Limits(),
        rules=FolderRules(None, clock=clock),
        evidence_key=KeptEvidenceKey(settings),
        tariffs=KeptTariffs(settings, open_storage(settings)),
    )
    house = House(api.create(settings, ports), ports, settings, clock, folder / "files")
    clock.at = datetime(2026, 1, 8, 1, tzinfo=UTC)
    told = January(
        house=house,
        story=IncidentStory(),
        ops=house.somebody("ops", Role.SALES_OPS),
        vp=house.somebody("vp", Role.VP_SALES),
        seller=house.somebody("seller", Role.SALESPERSON),
    )
    yield told
    records.close()
    verifier.close()


def test_the_funnel_is_fed_and_falls(january: January) -> None:
    january.evening(NOTICED)
    january.upload_quotes(2, 8)
    receipts = january.send_events(FIRST, NOTICED)
    assert not any(one["refused"] for one in receipts)
    again = january.send_events(NOTICED, NOTICED)
    assert [one["accepted"] for one in again] == [0]
    story = january.story
    assert [one["type"] for one in january.collect("releases", story.releases())] == [
        "release",
        "sync_gap",
    ]
    (edits,) = january.collect("close-date-edits", story.edits())
    assert edits["figures"]["reps"] == 327
    assert edits["figures"]["mean_days"] == pytest.approx(14.3, abs=0.2)
    (training,) = january.collect("training", story.training())
    assert (training["figures"]["share"], training["figures"]["quiz"]) == (0.41, False)
    (survey,) = january.collect("surveys", story.surveys())
    assert (survey["figures"]["said"], survey["figures"]["answers"]) == (47, 50)
    deck = {
        "source": "oa",
        "source_id": "deck",
        "type": "demo_deck",
        "at": "2026-01-08",
        "title": {"zh": "演示用 PPT 仍是旧参数", "en": "demo decks show the old parameters"},
        "exposure": {"reps": sorted(story.on_the_phone)},
    }
    assert january.ops.post("/evidence-items", json={"items": [deck]}).status_code == 200
    looked = january.look(NOTICED)
    assert {stage: one["status"] for stage, one in looked.items()} == {
        "demo": "fell",
        "quote": "fell",
    }


@pytest.mark.parametrize("stage", ["demo", "quote"])
def test_everything_fell_and_the_gap_of_8_january_is_the_root(january: January, stage: str) -> None:
    told = january.incident(stage)
    answer = told["answer"]
    assert (answer["scope"], answer["cells"][0]["cell"]) == ("all", {})
    assert answer["onset"]["at"] in {"2026-01-08", "2026-01-09"}
    causes = {one["type"]: one for one in answer["causes"] if one["type"] not in {None, "release"}}
    assert (causes["sync_gap"]["rank"], causes["sync_gap"]["role"]) == (1, "root")
    assert causes["sync_gap"]["at"] == "2026-01-08"
    trained = causes.pop("training")["role"]
    # Some hundred quotes since the 10th are too few to tell who was trained.
    assert trained == "contributing" or (stage, trained) == ("quote", "coincident")
    assert {kind: one["role"] for kind, one in causes.items()} == {
        "sync_gap": "root",
        "cost_sheet": "mediator",
        "demo_deck": "mediator",
        "close_date_edits": "symptom",
        "survey": "symptom",
    }
    assert causes["cost_sheet"]["reported"] == {"quotes": 10, "outdated": 8}
    assert all(one["reasons"] for one in answer["causes"])


def test_the_same_snapshot_gives_the_same_bytes(january: January) -> None:
    told = january.incident("demo")
    again = body_of(january.ops.get(f"/incidents/{told['id']}/again"))
    assert again["same"]
    assert again["answer_sha256"] == again["again_sha256"]


def test_the_breaker_opens_by_itself_and_what_it_orders_is_in_force(january: January) -> None:
    first = january.incident("demo")["answer"]["causes"][0]
    assert first["by"] == "model"
    assert first["p_root"] >= 0.8
    breaker = january.incident("demo")["breaker"]
    assert (breaker["phase"], breaker["scope"], breaker["step"]) == ("open", [{}], 0)
    january.carry_out()
    measures = body_of(january.ops.get("/measures?limit=100"))["items"]
    assert {one["action"]: one["state"] for one in measures if one["rule"] == "incident.demo"} == {
        "suspend": "in_force",
        "require_training": "in_force",
        "read_confirm": "in_force",
    }
    (course,) = (one for one in measures if one["action"] == "require_training")
    assert (course["parameters"]["hours"], course["parameters"]["exam"]) == (2, True)
    # Of the quotes of the 15th eight have an outdated cost sheet: only those are held.
    finance = january.house.somebody("finance", Role.FINANCE)
    with january.house.ports.records.read() as unit:
        quotes = [one.id for one in unit.deliverables.find({"state": "judged"})]
    passed = [body_of(finance.get(f"/quote-passage?quote={one}"))["passes"] for one in quotes]
    assert (len(passed), sum(passed)) == (10, 2)
    warned = [one["text"]["en"] for one in body_of(january.vp.get("/notices"))["items"]]
    assert any("Fall of the funnel: demo → quote" in one for one in warned)
    pushed = body_of(january.seller.get("/notices"))["items"]
    assert {one["action"] for one in pushed} >= {"push", "read_confirm"}


def test_verdicts_are_kept_with_the_position_and_taken_out_as_labels(january: January) -> None:
    told = january.incident("demo")
    gap = told["answer"]["causes"][0]
    given = january.vp.post(
        f"/incidents/{told['id']}/verdicts",
        json={"role": "root", "candidate": gap["id"], "reason": "参数表"},
    )
    assert (given.status_code, body_of(given)["position"]) == (201, 1)
    ml = january.house.somebody("ml", Role.ML_ENGINEER)
    (label,) = body_of(ml.get("/incident-labels"))["items"]
    (verdict,) = read_verdicts(json.dumps(label).encode())
    assert verdict.roles == {gap["id"]: "root"}
    assert verdict.shown[0] == gap["id"]


def test_half_is_let_go_within_72_hours_at_49_percent_and_all_of_it_a_day_later(
    january: January,
) -> None:
    phases = []
    for days in (1, 2, 4):
        day = NOTICED + timedelta(days=days)
        january.evening(day)
        if days == 1:
            january.upload_quotes(7, 0)
        january.send_events(NOTICED + timedelta(days=1), day)
        january.look(day, stage="demo")
        january.carry_out()
        breaker = january.incident("demo")["breaker"]
        phases.append((breaker["phase"], breaker["step"]))
    assert phases == [("half_open", 1), ("half_open", 2), ("closed", 0)]
    test = january.incident("demo")["breaker"]["test"]
    assert test["rate"] / test["usual"] == pytest.approx(49 / 52, abs=0.12)
    measures = body_of(january.ops.get("/measures?limit=100"))["items"]
    assert {one["state"] for one in measures if one["rule"] == "incident.demo"} == {"lifted"}
    with january.house.ports.records.read() as unit:
        where = {"object_id": january.incident("demo")["id"], "object_kind": "incident_breaker"}
        steps = [one.action for one in unit.audit.entries(where=where)]
        assert unit.audit.verify() == ()
    assert steps == [f"breakers.{one}" for one in ("opened", "half_opened", "released", "closed")]
    soon = january.story.events_on(NOTICED + timedelta(days=1), NOTICED + timedelta(days=3))
    demos = {one["deal"] for one in soon if one["stage"] == "demo"}
    quoted = {one["deal"] for one in january.story.events if one["stage"] == "quote"}
    assert len(demos & quoted) / len(demos) == pytest.approx(0.49, abs=0.04)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_report_is_markdown_and_paper(january: January, language: str) -> None:
    told = january.incident("demo")
    where = f"/incidents/{told['id']}/report?language={language}&format="
    text = january.vp.get(f"{where}md").text
    words = {"zh": ("新版产品参数表未同步到手机端 APP", "根因"), "en": ("not synced", "root")}
    assert all(word in text for word in words[language])
    paper = january.vp.get(f"{where}pdf").data
    if language == "zh":
        assert paper == january.vp.get(f"{where}pdf").data
    with pymupdf.open(stream=paper) as document:
        said = "".join(page.get_text() for page in document)
    assert all(word in said for word in words[language])


def test_the_deals_behind_a_candidate_are_those_of_the_figures(january: January) -> None:
    told = january.incident("demo")
    for one in told["answer"]["causes"][:2]:
        answer = january.vp.get(
            f"/incidents/{told['id']}/deals", query_string={"candidate": one["id"]}
        )
        items = body_of(answer)["items"]
        assert (None if items is None else len(items)) == one["figures"]["deals"]
