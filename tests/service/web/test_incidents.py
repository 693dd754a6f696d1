"""Pages of incidents: plots in both languages, a verdict and the breaker by form."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from service.records import Role
from tests.service.api.house import body_of
from tests.service.api.test_api_causes import a_fall, event, send
from tests.service.web.scene import PASSWORD, Scene, Visitor, page_of, text_of

if TYPE_CHECKING:
    from tests.service.api.house import House


@pytest.fixture
def fallen(scene: Scene) -> tuple[House, str]:
    """A house in which a region's demos fell: its incident's page."""
    house = scene.house
    ops = house.somebody("ops", Role.SALES_OPS)
    rows = a_fall()
    for start in range(0, len(rows), 3000):
        send(ops, *rows[start : start + 3000])
    one = {
        "source": "oa",
        "source_id": "<b>1</b>",
        "type": "release",
        "at": "2026-04-28",
        "title": {"zh": "<b>发布</b>", "en": "<b>release</b>"},
        "exposure": {"cells": [{"region": "华东"}]},
    }
    assert ops.post("/evidence-items", json={"items": [one]}).status_code == 200
    asked = {"stage": "demo", "until": "2026-05-03"}
    (found,) = body_of(ops.post("/incidents/detection", json=asked))["items"]
    assert found["status"] == "fell", found["answer"]
    return house, f"/incidents/{found['incident']}"


@pytest.mark.parametrize(
    ("language", "nothing", "steady"),
    [("zh", "尚无数据", "没有阶段下降"), ("en", "No data yet", "No stage has fallen")],
)
def test_no_events_at_all_are_not_told_as_no_fall(
    scene: Scene, language: str, nothing: str, steady: str
) -> None:
    vp = visit(scene, "vp", Role.VP_SALES)
    told = text_of(vp.speak(language).get("/incidents"))
    assert nothing in told
    assert "/api/v1/stage-events/csv?source=" in told
    assert steady not in told
    send(scene.house.somebody("ops", Role.SALES_OPS), event("one"))
    told = text_of(vp.get("/incidents"))
    assert nothing not in told
    assert steady in told


def visit(scene: Scene, login: str, role: Role) -> Visitor:
    scene.house.person(login, role, region=None, team=None, password=PASSWORD)
    return scene.visitor(login)


def test_an_incident_is_shown_judged_and_stopped_by_who_may(
    scene: Scene, fallen: tuple[House, str]
) -> None:
    _house, where = fallen
    vp = visit(scene, "vp", Role.VP_SALES)
    (link,) = page_of(vp.get("/incidents")).xpath("//td[@class='lead']//a/@href")
    assert link == where
    page = page_of(vp.get(where))
    assert len(page.xpath("//figure//*[local-name()='svg']")) == 4
    assert "<b>发布</b>" in page.text_content()
    assert not page.xpath("//section//b")
    assert {"1", "根因"} <= set(page.xpath("//td[@class='short']/div/text()"))
    (candidate, *_) = page.xpath("//select[@name='candidate']/option/@value")
    fields = {"candidate": candidate, "role": "root", "reason": "查过了"}
    assert vp.post(f"{where}/verdicts", fields).status_code == 303
    assert vp.post(f"{where}/verdicts", {**fields, "reason": " "}).status_code == 422
    if "关闭熔断" not in text_of(vp.get(where)):
        assert vp.post(f"{where}/breaker", {"step": "trip", "reason": "急"}).status_code == 303
    assert "断开" in text_of(vp.get(where))
    assert vp.post(f"{where}/breaker", {"step": "close", "reason": "好了"}).status_code == 303
    said = text_of(vp.speak("en").get(where))
    assert "The breaker is closed" in said
    assert "查过了" in said

    # Who may not judge sees no form and is refused.
    manager = visit(scene, "manager", Role.MANAGER)
    assert not page_of(manager.get(where)).xpath("//select[@name='candidate']")
    assert manager.post(f"{where}/breaker", {"step": "trip", "reason": "急"}).status_code == 403
    seller = visit(scene, "another", Role.SALESPERSON)
    assert seller.get("/incidents").status_code == 403


TRIP = "//input[@name='step'][@value='trip']"
CLOSE = "//form[contains(@action, '/closing')]"


def test_an_incident_is_closed_by_form_and_then_offers_no_breaker(
    scene: Scene, fallen: tuple[House, str]
) -> None:
    _house, where = fallen
    vp = visit(scene, "vp", Role.VP_SALES)
    if "关闭熔断" in text_of(vp.get(where)):
        assert vp.post(f"{where}/breaker", {"step": "close", "reason": "好了"}).status_code == 303
    assert page_of(vp.get(where)).xpath(TRIP)
    manager = visit(scene, "manager", Role.MANAGER)
    assert not page_of(manager.get(where)).xpath(CLOSE)
    assert manager.post(f"{where}/closing", {"reason": "查清了"}).status_code == 403
    assert vp.post(f"{where}/closing", {"reason": " "}).status_code == 422
    (form,) = page_of(vp.get(where)).xpath(CLOSE)
    assert form.get("action") == f"{where}/closing"
    assert vp.post(f"{where}/closing", {"reason": "查清了"}).status_code == 303
    closed = page_of(vp.get(where))
    assert "关闭了这个事件：查清了" in closed.text_content()
    assert not closed.xpath(TRIP) + closed.xpath(CLOSE)
    assert vp.post(f"{where}/closing", {"reason": "再关一次"}).status_code == 409
    assert vp.post(f"{where}/breaker", {"step": "trip", "reason": "急"}).status_code == 409
