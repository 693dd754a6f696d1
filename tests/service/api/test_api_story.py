"""From a customer to an open question and its decision, as programs see it."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image, ImageDraw

from service.actions import deliverables
from service.records import Decision, Role
from tests.service.api.house import add_customer, body_of, problem_of, requirement_of
from verification import codec, evidence
from verification.values import ByteRange, PageBox, Status

if TYPE_CHECKING:
    from tests.service.api.house import Caller, House
    from verification.values import Evidence

BLUE, WHITE = (0, 0, 255), (255, 255, 255)


def _pdf() -> bytes:
    """One A5 page with a blue square, written by Pillow."""
    picture = Image.new("RGB", (600, 800), WHITE)
    ImageDraw.Draw(picture).rectangle((100, 100, 199, 199), fill=BLUE)
    file = io.BytesIO()
    picture.save(file, "PDF", resolution=72)
    return file.getvalue()


def _near(picture: Image.Image, x: int, y: int, colour: tuple[int, ...]) -> bool:
    """Colours survive JPEG inside the PDF only nearly."""
    seen = picture.getpixel((x, y))
    assert isinstance(seen, tuple)
    return all(abs(a - b) <= 4 for a, b in zip(seen, colour, strict=True))


def _uploaded(caller: Caller, data: bytes, item: str = "poc_report") -> dict[str, Any]:
    requirement = requirement_of(caller, add_customer(caller), item)
    answer = caller.upload(requirement["id"], data)
    assert answer.status_code == 201, answer.text
    return body_of(answer)


def test_a_new_customer_has_its_whole_path_locked(house: House) -> None:
    anna = house.somebody("anna", Role.SALESPERSON)
    customer = add_customer(anna)
    assert body_of(anna.get(f"/customers/{customer['id']}")) == customer
    assert [stage["key"] for stage in customer["stages"]] == [
        "tech_eval",
        "cost",
        "compare",
        "approval",
    ]
    assert {(stage["state"], stage["locked_as"]) for stage in customer["stages"]} == {
        ("locked", "待补全")
    }


def test_a_locked_stage_says_what_is_missing_in_both_languages(house: House) -> None:
    anna = house.somebody("anna", Role.SALESPERSON)
    stage_id = add_customer(anna)["stages"][0]["id"]
    stage = body_of(anna.get(f"/stages/{stage_id}"))
    assert {missing["item"] for missing in stage["missing"]} == {"poc_report", "it_mail"}
    for missing in stage["missing"]:
        assert missing["name"]["zh"]
        assert missing["name"]["en"]
        assert missing["clauses"][0]["sentence"]["zh"]
        assert missing["because"] == []


def test_an_upload_is_pending_until_it_is_judged(house: House) -> None:
    anna = house.somebody("anna", Role.SALESPERSON)
    sent = _uploaded(anna, _pdf())
    address = f"/deliverables/{sent['id']}"
    assert (sent["state"], sent["verdict"]) == ("pending", None)
    assert body_of(anna.get(address))["report"] is None
    deliverables.verify(house.ports, sent["id"])
    judged = body_of(anna.get(address))
    assert judged["state"] == "judged"
    assert judged["verdict"] == judged["report"]["verdict"]
    assert judged["report"]["sha256"] == sent["sha256"]
    assert {"id", "status", "message", "evidence"} <= set(judged["report"]["checks"][0])


def test_a_judged_deliverable_has_an_evidence_pack_that_holds(house: House) -> None:
    anna = house.somebody("anna", Role.SALESPERSON)
    sent = _uploaded(anna, _pdf())
    address = f"/deliverables/{sent['id']}/evidence"
    assert anna.get(address).status_code == 409
    deliverables.verify(house.ports, sent["id"])
    answer = anna.get(address)
    assert answer.headers["Content-Type"] == "application/zip"
    found = evidence.inspect(answer.data, key=house.ports.evidence_key.public())
    assert found.status is Status.PASSED
    assert found.report is not None
    assert found.report.sha256 == sent["sha256"]
    other = house.somebody("otto", Role.SALESPERSON, region="south", team="t9")
    assert other.get(address).status_code == 404


def test_what_did_not_pass_waits_for_a_decision_and_the_gate_follows(house: House) -> None:
    anna = house.somebody("anna", Role.SALESPERSON)
    rita = house.somebody("rita", Role.REVIEWER, region=None, team=None)
    sent = _uploaded(anna, b"not a PDF at all")
    deliverables.verify(house.ports, sent["id"])
    (review,) = body_of(rita.get("/reviews?state=waiting"))["items"]
    assert review["deliverable_id"] == sent["id"]
    shown = body_of(rita.get(f"/reviews/{review['id']}"))
    assert set(shown["reasons"]) == {decision.value for decision in Decision}
    ruling = {"decision": "accept", "reason_code": "original_seen", "comment": "看过原件"}
    decided = rita.post(f"/reviews/{review['id']}/decision", json=ruling)
    assert (decided.status_code, body_of(decided)["state"]) == (200, "decided")
    stage = body_of(anna.get(f"/stages/{sent['stage_id']}"))
    assert {missing["item"] for missing in stage["missing"]} == {"it_mail"}
    again = rita.post(f"/reviews/{review['id']}/decision", json=ruling)
    assert problem_of(again)["status"] == 409
    assert body_of(rita.get("/reviews?state=waiting"))["items"] == []


def test_a_reason_must_fit_its_decision(house: House) -> None:
    anna = house.somebody("anna", Role.SALESPERSON)
    rita = house.somebody("rita", Role.REVIEWER)
    deliverables.verify(house.ports, _uploaded(anna, b"not a PDF at all")["id"])
    (review,) = body_of(rita.get("/reviews"))["items"]
    before = house.stored()
    answer = rita.post(
        f"/reviews/{review['id']}/decision",
        json={"decision": "accept", "reason_code": "forged"},
    )
    (error,) = problem_of(answer)["errors"]
    assert (error["where"], error["seen"]) == ("/reason_code", "forged")
    assert "original_seen" in error["expected"]
    assert house.stored() == before


def test_the_original_comes_as_an_attachment_and_nothing_else(house: House) -> None:
    anna = house.somebody("anna", Role.SALESPERSON)
    data = b"<html><script>alert(1)</script></html>"
    answer = anna.get(f"/deliverables/{_uploaded(anna, data)['id']}/original")
    assert answer.data == data
    assert answer.content_length == len(data)
    assert answer.content_type == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["Cache-Control"] == "no-store"


def test_an_original_that_was_damaged_is_not_given(house: House) -> None:
    anna = house.somebody("anna", Role.SALESPERSON)
    sent = _uploaded(anna, b"hello")
    (file,) = (path for path in house.files.rglob(sent["sha256"]) if path.is_file())
    file.chmod(0o600)
    file.write_bytes(b"hullo")
    problem = problem_of(anna.get(f"/deliverables/{sent['id']}/original"))
    assert problem["type"] == "urn:countermark:problem:file-lost"


def test_a_page_is_a_picture(house: House) -> None:
    anna = house.somebody("anna", Role.SALESPERSON)
    address = f"/deliverables/{_uploaded(anna, _pdf())['id']}/pages"
    answer = anna.get(f"{address}/1")
    assert answer.content_type == "image/png"
    picture = Image.open(io.BytesIO(answer.data)).convert("RGB")
    assert 1590 <= max(picture.size) <= 1600
    assert _near(picture, 300, 300, BLUE)
    assert _near(picture, 1000, 1000, WHITE)
    for number in (0, 2, 301, 9999, 10**30):
        problem = problem_of(anna.get(f"{address}/{number}"))
        assert (problem["status"], problem["type"]) == (404, "urn:countermark:problem:not-found")
        assert "没有这一页" in problem["detail"]


def test_evidence_is_cut_out_of_its_page(house: House) -> None:
    anna = house.somebody("anna", Role.SALESPERSON)
    sent = _uploaded(anna, _pdf())
    _report(house, sent["id"], PageBox(page=1, box=(100, 100, 200, 200)))
    answer = anna.get(f"/deliverables/{sent['id']}/evidence/0/0")
    picture = Image.open(io.BytesIO(answer.data)).convert("RGB")
    width, height = picture.size
    assert width == height
    assert _near(picture, width // 2, height // 2, BLUE)
    assert _near(picture, 2, 2, WHITE)


def test_evidence_that_is_no_place_on_a_page_is_explained(house: House) -> None:
    anna = house.somebody("anna", Role.SALESPERSON)
    sent = _uploaded(anna, _pdf())
    _report(house, sent["id"], ByteRange(start=0, end=5))
    address = f"/deliverables/{sent['id']}/evidence"
    assert problem_of(anna.get(f"{address}/0/0"))["status"] == 409
    assert problem_of(anna.get(f"{address}/0/1"))["status"] == 404
    assert problem_of(anna.get(f"{address}/7/0"))["status"] == 404


def _report(house: House, deliverable_id: str, piece: Evidence) -> None:
    """Judge it, and let the report's first finding point at one piece of evidence."""
    deliverables.verify(house.ports, deliverable_id)
    with house.ports.records.begin() as unit:
        row = unit.deliverables.get(deliverable_id)
        assert row is not None
        report = codec.report_from_json(row.report)
        first = replace(report.checks[0], evidence=(piece,))
        told = codec.to_json(replace(report, checks=(first,)))
        unit.deliverables.replace(replace(row, report=told))


def test_pages_of_a_list_follow_one_another_without_gap_or_double(house: House) -> None:
    anna = house.somebody("anna", Role.SALESPERSON)
    ids = [add_customer(anna)["id"] for _ in range(5)]
    seen: list[str] = []
    path: str | None = "/customers?limit=2"
    while path:
        answer = anna.get(path)
        page = body_of(answer)
        seen += [row["id"] for row in page["items"]]
        assert len(page["items"]) <= 2
        link = answer.headers.get("Link", "")
        assert bool(link) == (page["next"] is not None)
        path = link.partition("<")[2].partition(">")[0].removeprefix("/api/v1") or None
    assert seen == ids


def test_the_trail_has_every_step_and_its_head(house: House) -> None:
    anna = house.somebody("anna", Role.SALESPERSON)
    root = house.somebody("root", Role.ADMIN)
    sent = _uploaded(anna, b"hello")
    query = f"/audit?object_kind=deliverable&object_id={sent['id']}"
    (entry,) = body_of(root.get(query))["items"]
    assert (entry["action"], entry["actor"]) == ("deliverables.upload", anna.person.id)
    assert entry["after"]["sha256"] == sent["sha256"]
    head = body_of(root.get("/audit/head"))
    last = body_of(root.get(f"/audit?after={head['seq'] - 1}"))["items"]
    assert [row["hash"] for row in last] == [head["hash"]]
    first = root.get("/audit?limit=1")
    assert 'rel="next"' in first.headers["Link"]


FILTERS = {
    "by customer": ("customer_id", "customer_id"),
    "by requirement": ("requirement_id", "requirement_id"),
    "by uploader": ("uploader_id", "uploader_id"),
    "by state": ("state", "state"),
}


@pytest.mark.parametrize(("parameter", "field"), FILTERS.values(), ids=FILTERS.keys())
def test_deliverables_are_found(house: House, parameter: str, field: str) -> None:
    anna = house.somebody("anna", Role.SALESPERSON)
    boss = house.somebody("boss", Role.MANAGER)
    mine = _uploaded(anna, b"one")
    theirs = _uploaded(house.somebody("ben", Role.SALESPERSON), b"two")
    deliverables.quarantine(house.ports, theirs["id"], "three attempts")
    rows = body_of(boss.get(f"/deliverables?{parameter}={mine[field]}"))["items"]
    assert [row["id"] for row in rows] == [mine["id"]]
