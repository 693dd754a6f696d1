"""May a quote pass finance: the page's form, its answers, and who sees it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from rules.states import Phase
from service.demo import authority
from service.demo.documents import roi_sheet
from service.demo.documents.brief import Brief
from service.records import Role
from tests.service.api.test_api_causes import carry_out
from tests.service.web.browser import PHONE, browsing, overflow
from tests.service.web.papers import the_company
from tests.service.web.scene import PASSWORD, Scene, Visitor, page_of, text_of
from tests.service.web.test_incidents import fallen, visit  # noqa: F401 - a fixture

if TYPE_CHECKING:
    from tests.service.api.house import House

HELD, PASSES = "//div[contains(@class, 'note bad')]", "//div[contains(@class, 'note good')]"
#: Of 华东, where it fell, and of 华北.
IN_SCOPE, OUTSIDE = "123-0", "123-1"
#: Days on which deals of 华东 came.
DAYS = range(100, 124)


@pytest.fixture
def stopped(scene: Scene, fallen: tuple[House, str]) -> str:  # noqa: F811
    """The page of an incident whose breaker is open for 华东, with its measures in force."""
    house, where = fallen
    vp = visit(scene, "vp", Role.VP_SALES)
    if "关闭熔断" not in text_of(vp.get(where)):
        assert vp.post(f"{where}/breaker", {"step": "trip", "reason": "急"}).status_code == 303
    carry_out(house)
    return where


def finance(scene: Scene) -> Visitor:
    return visit(scene, "finance", Role.FINANCE)


def test_a_deal_in_the_scope_is_held_and_one_outside_passes(scene: Scene, stopped: str) -> None:
    reader = finance(scene)
    held = page_of(reader.get(f"/quote-passage?deal={IN_SCOPE}"))
    assert held.xpath(HELD)
    assert not held.xpath(PASSES)
    said = " ".join(held.text_content().split())
    for word in (
        "演示转报价的事件熔断",
        "断开",
        "region=华东",
        "财务审批",
        "怎样才能放行",
        "关闭熔断",
    ):
        assert word in said, word
    passed = page_of(reader.get(f"/quote-passage?deal={OUTSIDE}"))
    assert passed.xpath(PASSES)
    assert not passed.xpath(HELD)
    assert "怎样才能放行" not in passed.text_content()
    english = text_of(reader.speak("en").get(f"/quote-passage?deal={IN_SCOPE}"))
    assert "It is held, by 1 of the measures in force." in english
    assert "finance approval" in english
    assert "财务审批" not in english
    assert "The VP sales or sales operations close the breaker." in english
    # Finance may not see incidents: it is sent to none.
    assert not held.xpath(f"//main//a[@href='{stopped}']")


def test_the_incident_leads_to_the_page_and_back_while_its_breaker_is_open(
    scene: Scene, stopped: str
) -> None:
    vp, link = scene.visitor("vp"), "//main//a[@href='/quote-passage']"
    assert page_of(vp.get(stopped)).xpath(link)
    answer = page_of(vp.get(f"/quote-passage?deal={IN_SCOPE}"))
    assert answer.xpath(f"//main//a[@href='{stopped}']")
    engineer = visit(scene, "engineer", Role.ML_ENGINEER)
    assert not page_of(engineer.get(stopped)).xpath(link)
    assert vp.post(f"{stopped}/breaker", {"step": "close", "reason": "好了"}).status_code == 303
    assert not page_of(vp.get(stopped)).xpath(link)
    assert page_of(vp.get(f"/quote-passage?deal={IN_SCOPE}")).xpath(PASSES)


def test_a_deal_that_nobody_knows_is_held_and_told_so(scene: Scene, stopped: str) -> None:
    del stopped
    page = page_of(finance(scene).get("/quote-passage?deal=nobody"))
    assert page.xpath(HELD)
    said = page.text_content()
    assert "尚未收到说明它的阶段事件" in said
    assert "说明它在熔断范围之外" in said


def test_a_quote_with_a_valid_cost_sheet_passes_and_an_outdated_one_does_not(
    scene: Scene, stopped: str
) -> None:
    del stopped
    reader = finance(scene)
    valid = f"/quote-passage?deal={IN_SCOPE}&quote={sheet(scene, roi_sheet.SOUND)}"
    outdated = f"/quote-passage?deal={IN_SCOPE}&quote={sheet(scene, roi_sheet.OUTDATED)}"
    passed, held = page_of(reader.get(valid)), page_of(reader.get(outdated))
    assert passed.xpath(PASSES)
    assert "已核验，有效" in passed.text_content()
    assert held.xpath(HELD)
    assert "未核验，或核验未通过" in held.text_content()
    assert "这份报价的成本表核验通过" in held.text_content()


def sheet(scene: Scene, fault: roi_sheet.Fault) -> str:
    """Upload a cost sheet and have it verified; gives its id."""
    at = scene.house.clock.at
    whole = the_company()
    brief = Brief(
        company=whole,
        customer=whole.customers[0],
        authority=authority.found(at),
        made_at=at - timedelta(hours=1),
    )
    return scene.upload("roi_sheet", roi_sheet.write(brief, fault=fault))


def test_a_half_open_breaker_asks_for_the_deal_and_says_its_next_step(
    scene: Scene, stopped: str
) -> None:
    incident = stopped.rsplit("/", 1)[1]
    with scene.house.ports.records.begin() as unit:
        row = unit.causes.breakers.get(incident)
        assert row
        unit.causes.breakers.replace(replace(row, phase=Phase.HALF_OPEN, step=1))
    reader = finance(scene)
    quote = sheet(scene, roi_sheet.OUTDATED)
    unnamed = text_of(reader.get(f"/quote-passage?quote={quote}"))
    assert "给出商机，且商机在熔断范围之外或被放行抽中" in unnamed
    named = [text_of(reader.get(f"/quote-passage?deal={day}-0&quote={quote}")) for day in DAYS]
    held = [one for one in named if "不能放行" in one]
    assert 0 < len(held) < len(named)
    assert all("再放行一步" in one and "给出商机" not in one for one in held)


@pytest.mark.parametrize(
    ("query", "status", "word"),
    [
        pytest.param("", 200, "报价能否通过财务", id="nothing was asked yet: the form alone"),
        pytest.param("?deal=1", 200, "可以放行", id="no breaker is open: it passes"),
        pytest.param("?deal=&quote=+", 422, "没有填写商机或报价", id="an empty form"),
        pytest.param("?quote=none", 404, "找不到这份报价", id="a quote that is none"),
        pytest.param("?quote=%00", 422, "不含控制字符", id="a control character"),
        pytest.param("?deal=" + "9" * 201, 422, "至多 200 个字", id="longer than any id"),
    ],
)
def test_whatever_is_filled_in_gets_words(scene: Scene, query: str, status: int, word: str) -> None:
    answer = finance(scene).get(f"/quote-passage{query}")
    assert answer.status_code == status
    page = page_of(answer)
    assert word in text_of(answer)
    assert len(page.xpath("//main//form//input[@type='text']")) == 2
    assert bool(page.xpath("//*[@role='alert']")) == (status != 200)


def test_what_is_filled_in_is_text_and_stays(scene: Scene) -> None:
    page = page_of(finance(scene).client.get("/quote-passage", query_string={"deal": "<b>1</b>"}))
    assert page.xpath("//input[@name='deal']/@value") == ["<b>1</b>"]
    assert not page.xpath("//main//b")


@pytest.mark.parametrize("query", ["", f"?deal={IN_SCOPE}", "?quote=none"])
def test_who_has_no_right_to_it_is_refused_and_not_led_there(scene: Scene, query: str) -> None:
    seller = scene.visitor("seller")
    answer = seller.get(f"/quote-passage{query}")
    assert answer.status_code == 403
    assert "没有权限" in text_of(answer)
    link = "//nav//a[@href='/quote-passage']"
    assert not page_of(seller.get("/customers")).xpath(link)
    reader = finance(scene)
    assert reader.get("/").headers["Location"] == "/quote-passage"
    assert page_of(reader.get("/quote-passage")).xpath(link + "[@aria-current='page']")
    stranger = Visitor(scene.house.app.test_client()).get(f"/quote-passage{query}")
    assert stranger.status_code == 303


@pytest.mark.browser
def test_on_a_phone_by_keyboard_alone(scene: Scene, stopped: str) -> None:
    del stopped
    scene.house.person("finance", Role.FINANCE, region=None, team=None, password=PASSWORD)
    with browsing(scene.house.app) as browse:
        page = browse.sign_in("finance", "/quote-passage", size=PHONE)
        assert overflow(page) <= 0
        page.keyboard.type(IN_SCOPE)
        page.keyboard.press("Enter")
        page.wait_for_selector(".note.bad")
        assert overflow(page) <= 0
        page.keyboard.press("j")
        assert page.evaluate("document.activeElement.matches('[data-row]')")
        # Whoever has every entry of the menu, in the language with the longer words.
        path = f"/quote-passage?deal={IN_SCOPE}"
        assert overflow(browse.sign_in("vp", path, language="en", size=PHONE)) <= 0
