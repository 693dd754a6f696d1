"""The reviewer's whole way in a real browser: by keyboard, in two languages, on a phone."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from playwright.sync_api import FilePayload

from service.actions import deliverables
from service.records import Decision, Role
from tests.service.web.browser import DESK, PHONE, Browsing, browsing, overflow
from tests.service.web.papers import paper
from tests.service.web.scene import PASSWORD, Scene

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

WORKING = "document.activeElement?.closest('[data-row]')?.innerText ?? ''"
PAPERS = (
    ("it_mail", None),
    ("it_mail", "truncated"),
    ("poc_report", "changed_after_signing"),
    ("poc_report", "unsigned"),
)
SHOWN = """[...document.querySelectorAll('[data-reasons]')]
  .filter((group) => group.checkVisibility()).map((group) => group.dataset.reasons)"""
#: The tag that has the focus, and whether one sees that it has.
FOCUS = """() => {
  const at = document.activeElement;
  if (at === document.body) return null;
  const seen = getComputedStyle(at.closest('.choices label') ?? at.querySelector('rect') ?? at);
  return [at.tagName, seen.outlineStyle !== 'none' || parseFloat(seen.strokeWidth) >= 5];
}"""

#: What one can press and is smaller than 24 × 24 pixels (WCAG 2.2, 2.5.8). A link within a sentence
#: may be, as may a box or dot whose label can be pressed, and what is only there for the focus.
SMALL = """() => [...document.querySelectorAll('a[href], button, input, select, summary, label')]
  .filter((one) => one.checkVisibility() && !one.closest('p, li > span, .skip'))
  .filter((one) => !(one.matches('input') && one.labels.length) && !one.querySelector('rect'))
  .filter((one) => one.tagName !== 'LABEL' || one.querySelector('input'))
  .map((one) => [one, one.getBoundingClientRect()])
  .filter(([, box]) => box.width > 1 && (box.width < 23.9 || box.height < 23.9))
  .map(([one, box]) => `${one.outerHTML.slice(0, 90)} ${box.width}x${box.height}`)"""


@pytest.fixture
def browse(scene: Scene) -> Iterator[Browsing]:
    scene.house.person("reviewer", Role.REVIEWER, region=None, team=None, password=PASSWORD)
    for item, fault in PAPERS:
        paper(item, fault)  # written now: the browser's event loop and that of pyHanko do not mix
    with browsing(scene.house.app) as one:
        yield one


def test_queue_to_decision_by_keyboard_alone(scene: Scene, browse: Browsing) -> None:
    scene.upload("it_mail", paper("it_mail"))
    first = scene.changed()
    second = scene.upload("poc_report", paper("poc_report", "unsigned"))
    page = browse.sign_in("reviewer")
    assert page.url.endswith("/reviews")
    page.keyboard.press("j")
    assert page.evaluate(WORKING)
    page.keyboard.press("k")
    assert "签署后被改动" in page.evaluate(WORKING)
    page.keyboard.press("o")
    page.wait_for_url(f"**/deliverables/{first}")
    page.keyboard.press("j")
    assert "签署后是否改动" in page.evaluate(WORKING)
    page.keyboard.press("a")
    page.keyboard.press("1")
    page.keyboard.press("c")
    page.keyboard.type("已核对原件 a r s")
    page.keyboard.press("Control+Enter")
    page.wait_for_url(f"**/deliverables/{second}?decided=*")
    assert "技术评估 已放行" in " ".join(page.inner_text(".note.good").split())
    review = scene.review_of(first)
    assert (review.decision, review.reason_code) == (Decision.ACCEPT, "original_seen")
    assert review.comment == "已核对原件 a r s"
    page.keyboard.press("u")
    page.wait_for_url("**/reviews")


def test_only_reasons_of_the_chosen_decision_are_shown(scene: Scene, browse: Browsing) -> None:
    page = browse.sign_in("reviewer", f"/deliverables/{scene.mail()}")
    assert page.evaluate(SHOWN) == []
    page.keyboard.press("r")
    page.keyboard.press("5")
    assert page.evaluate(SHOWN) == ["reject"]
    page.keyboard.press("s")
    assert page.evaluate(SHOWN) == ["ask_again"]
    assert page.locator("input[name=reason_code]:checked").count() == 0


def test_boxes_lie_on_the_picture_and_lead_to_findings(scene: Scene, browse: Browsing) -> None:
    page = browse.sign_in("reviewer", f"/deliverables/{scene.changed()}")
    picture = page.locator(".page img").bounding_box()
    box = page.locator("#box-1 > rect").bounding_box()
    assert picture
    assert box
    # Points 403.2, 632.16 of a page of 595.32 by 841.92.
    assert (box["x"] - picture["x"]) / picture["width"] == pytest.approx(403.2 / 595.3, abs=0.01)
    assert (box["y"] - picture["y"]) / picture["height"] == pytest.approx(632.2 / 841.9, abs=0.01)
    page.locator("#box-1 > rect").click()
    assert "#finding-" in page.url
    page.fill("#comment", "写了一半")
    page.locator("[data-box='2']").first.click()
    page.wait_for_selector("#box-2.shown")
    page.locator("[data-box='1']").first.click()
    page.wait_for_selector("#box-1.shown")
    assert page.input_value("#comment") == "写了一半"
    page.get_by_role("link", name="第 2 页", exact=True).click()
    page.wait_for_selector("#box-2")
    assert "page=2" in page.url
    assert page.locator("h1").count() == 1
    assert page.locator("#document .note").count() == 0
    _a_page_that_cannot_be_drawn_says_why(scene, browse, page)


def _a_page_that_cannot_be_drawn_says_why(scene: Scene, browse: Browsing, page: Page) -> None:
    """Upload a picture that is cut off and look at it, in a browser that is there already."""
    whole = io.BytesIO()
    Image.effect_noise((400, 560), 40).save(whole, "JPEG")
    draft = paper("poc_report", "unsigned")
    cut = replace(draft, data=whole.getvalue()[:9000], name="a.jpg", media_type="image/jpeg")
    page.goto(f"{browse.address}/deliverables/{scene.upload('poc_report', cut)}")
    page.wait_for_selector("#document .note")
    assert "无法绘制" in page.inner_text("#document .note")
    assert page.locator("#document img, .evidence img").count() == 0
    # That the picture is refused is what is looked at here; nothing else went wrong.
    refused = [one for one in browse.wrong if "409" in one]
    assert browse.wrong == refused != []
    browse.wrong.clear()


def test_filter_changes_the_list_without_a_button(scene: Scene, browse: Browsing) -> None:
    scene.mail()
    page = browse.sign_in("reviewer", "/reviews")
    page.select_option("#verdict", "INDETERMINATE")
    page.wait_for_url("**/reviews?state=waiting&verdict=INDETERMINATE")
    page.wait_for_selector(".empty")
    page.select_option("#verdict", "FAILED")
    page.wait_for_selector("tr[data-row]")


def test_verdict_arrives_while_one_looks(scene: Scene, browse: Browsing) -> None:
    page = browse.sign_in("seller", f"/customers/{scene.customer['id']}")
    draft = paper("it_mail", "truncated")
    need = scene.requirement("it_mail")
    file = FilePayload(name=draft.name, mimeType=draft.media_type, buffer=draft.data)
    page.set_input_files(f"#file-{need}", files=[file])
    page.click(f"#need-{need} button")
    page.wait_for_selector(f"#files-{need} .badge.waiting")
    with scene.house.ports.records.read() as unit:
        (row,) = unit.deliverables.find()
    deliverables.verify(scene.house.ports, row.id)
    page.wait_for_selector(f"#files-{need} .badge.failed")
    page.wait_for_selector("#path .badge.failed")


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_page_is_wider_than_its_window(
    scene: Scene, browse: Browsing, language: str, size: tuple[int, int]
) -> None:
    changed, mail = scene.changed(), scene.mail()
    page = browse.sign_in("reviewer", "/reviews", language=language, size=size)
    for path in (
        "/reviews",
        f"/deliverables/{changed}",
        f"/deliverables/{mail}",
        "/customers",
        f"/customers/{scene.customer['id']}",
    ):
        page.goto(browse.address + path)
        assert overflow(page) <= 0, path
        assert page.get_attribute("html", "lang") == {"zh": "zh-CN", "en": "en"}[language]


def test_on_a_phone_nothing_is_too_small_to_press(scene: Scene, browse: Browsing) -> None:
    changed = scene.changed()
    page = browse.sign_in("reviewer", "/reviews", size=PHONE)
    small = []
    for path in ("/reviews", f"/deliverables/{changed}", "/customers", "/incidents"):
        page.goto(browse.address + path)
        small += [(path, one) for one in page.evaluate(SMALL)]
    assert small == []


def test_focus_can_be_seen_wherever_it_goes(scene: Scene, browse: Browsing) -> None:
    page = browse.sign_in("reviewer", f"/deliverables/{scene.changed()}")
    reached = []
    for _ in range(25):
        page.keyboard.press("Tab")
        found = page.evaluate(FOCUS)
        if found is not None:
            reached.append(found)
    assert len(reached) > 15
    assert [tag for tag, seen in reached if not seen] == []


def test_refused_form_leads_back_to_its_page(scene: Scene, browse: Browsing) -> None:
    customer = f"{browse.address}/customers/{scene.customer['id']}"
    page = browse.sign_in("seller", f"/customers/{scene.customer['id']}")
    need = scene.requirement("it_mail")
    large = FilePayload(name="a.eml", mimeType="message/rfc822", buffer=bytes(3_000_000))
    page.set_input_files(f"#file-{need}", files=[large])
    page.click(f"#need-{need} button")
    page.get_by_role("link", name="返回上一页").click()
    page.wait_for_url(customer)
    scene.house.clock.forward(400 * 86_400)
    small = FilePayload(name="a.eml", mimeType="message/rfc822", buffer=b"x")
    page.set_input_files(f"#file-{need}", files=[small])
    page.click(f"#need-{need} button")
    page.wait_for_selector("#login")
    assert "刚才提交的内容没有保存" in page.inner_text(".note")
    assert page.input_value("[name=next]") == f"/customers/{scene.customer['id']}"
    # The browser itself notes the refusal; nothing else may be wrong.
    assert ["413" in message for message in browse.wrong] == [True]
    browse.wrong.clear()


def test_language_is_switched_in_place(scene: Scene, browse: Browsing) -> None:
    scene.mail()
    page = browse.sign_in("reviewer", "/reviews?state=all")
    page.get_by_role("link", name="English").click()
    page.wait_for_url("**/reviews?state=all")
    assert page.inner_text("h1") == "Review queue"
    page.get_by_role("link", name="中文").click()
    page.wait_for_url("**/reviews?state=all")
    assert page.inner_text("h1") == "审核队列"


def test_everything_can_be_done_without_scripts(scene: Scene, browse: Browsing) -> None:
    deliverable_id = scene.mail()
    context = browse.browser.new_context(java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    page.goto(f"{browse.address}/deliverables/{deliverable_id}")
    page.fill("#login", "reviewer")
    page.fill("#password", PASSWORD)
    page.click("button.main")
    page.check("input[value=reject]")
    page.check("input[value=wrong_document]")
    page.click("button.main")
    assert "已驳回" in page.inner_text(".note.good")
    assert scene.review_of(deliverable_id).reason_code == "wrong_document"
