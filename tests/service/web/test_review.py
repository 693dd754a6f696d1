"""Deciding: the next one follows, the gate is asked again, and refusals keep what was written."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace

import pytest

from service.records import Decision, Role
from service.web.views import clock
from tests.service.api.house import add_customer, body_of, requirement_of
from tests.service.web.papers import AT, paper
from tests.service.web.scene import PASSWORD, Scene, Visitor, page_of, text_of
from tests.verification import prose, sealing
from tests.verification.illustrated import Placed, docx, stored
from tests.verification.papers import form

ACCEPT = {"decision": "accept", "reason_code": "original_seen"}


def test_queue_says_in_one_sentence_why_each_is_there(scene: Scene) -> None:
    scene.changed()
    scene.house.clock.forward(3 * 3600)
    page = page_of(scene.reviewer().get("/reviews"))
    (row,) = page.xpath("//tr[@data-row]")
    said = " ".join(row.text_content().split())
    assert "签署后被改动" in said
    assert "签署后文件内容被改动：第 1 页的内容、第 2 页的内容" in said
    assert "3 小时" in said
    assert "seller" in said


@pytest.mark.parametrize(
    ("address", "count"),
    [
        pytest.param("/reviews", 2, id="what waits"),
        pytest.param("/reviews?verdict=FAILED", 2, id="what failed"),
        pytest.param("/reviews?verdict=INDETERMINATE", 0, id="what is undecided"),
        pytest.param("/reviews?state=decided", 0, id="what was decided"),
        pytest.param("/reviews?state=nonsense&verdict=nonsense", 2, id="filters that are none"),
    ],
)
def test_filters(scene: Scene, address: str, count: int) -> None:
    scene.changed()
    scene.mail()
    answer = scene.reviewer().get(address)
    assert len(page_of(answer).xpath("//tr[@data-row]")) == count
    assert ("没有符合筛选条件的交付物" in text_of(answer)) == (count == 0)


def test_empty_queue_says_what_comes_there(scene: Scene) -> None:
    assert "没有等待审核的交付物" in text_of(scene.reviewer().get("/reviews"))


def test_decision_asks_the_gate_again_and_goes_on(scene: Scene) -> None:
    scene.upload("it_mail", paper("it_mail"))
    first = scene.changed()
    second = scene.upload("poc_report", paper("poc_report", "unsigned"))
    visitor = scene.reviewer()
    review = scene.review_of(first)
    answer = visitor.post(f"/reviews/{review.id}/decision", {**ACCEPT, "comment": " 已核对 "})
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/deliverables/{second}?decided={review.id}"
    said = text_of(visitor.get(answer.headers["Location"]))
    assert "审核通过：" in said
    assert "技术评估 已放行" in said
    after = scene.review_of(first)
    assert (after.decision, after.comment) == (Decision.ACCEPT, "已核对")
    page = text_of(visitor.get(f"/deliverables/{first}"))
    assert "审核通过 已核对原件" in page
    assert "阶段放行" in page


def test_last_decision_leads_back_to_the_queue(scene: Scene) -> None:
    review = scene.review_of(scene.mail())
    visitor = scene.reviewer()
    rejected = {"decision": "reject", "reason_code": "forged"}
    answer = visitor.post(f"/reviews/{review.id}/decision", rejected)
    assert answer.headers["Location"] == f"/reviews?decided={review.id}"
    said = text_of(visitor.get(answer.headers["Location"]))
    assert "已驳回" in said
    assert "技术评估 待补全" in said


def test_skipping_goes_round_and_leaves_out_what_one_uploaded(scene: Scene) -> None:
    first, second = scene.changed(), scene.mail()
    visitor = scene.reviewer()
    for here, there in ((first, second), (second, first)):
        (link,) = page_of(visitor.get(f"/deliverables/{here}")).xpath("//a[@data-next]/@href")
        assert link == f"/deliverables/{there}"


@pytest.mark.parametrize(
    ("fields", "status", "said"),
    [
        pytest.param({}, 422, "请先选择", id="nothing chosen"),
        pytest.param({"decision": "burn"}, 422, "请先选择", id="no such decision"),
        pytest.param({"decision": "accept"}, 422, "请选择一个理由", id="no reason"),
        pytest.param(
            {"decision": "accept", "reason_code": "forged"}, 422, "不适用", id="another's reason"
        ),
        pytest.param({**ACCEPT, "comment": "长" * 2001}, 422, "请缩短", id="a long comment"),
    ],
)
def test_refusal_keeps_what_was_written(
    scene: Scene, fields: dict[str, str], status: int, said: str
) -> None:
    deliverable_id = scene.mail()
    review = scene.review_of(deliverable_id)
    answer = scene.reviewer().post(
        f"/reviews/{review.id}/decision", {"comment": "请看第二页", **fields}
    )
    assert answer.status_code == status
    page = page_of(answer)
    assert said in page.xpath("//*[@role='alert']")[0].text_content()
    assert page.xpath("//textarea")[0].text == fields.get("comment", "请看第二页")
    assert scene.review_of(deliverable_id).decision is None


def test_what_cannot_be_seen_is_left_out_of_a_comment(scene: Scene) -> None:
    deliverable_id = scene.mail()
    path = f"/reviews/{scene.review_of(deliverable_id).id}/decision"
    scene.reviewer().post(path, {**ACCEPT, "comment": "a\0b\u202ec\r\n二　三 "})
    assert scene.review_of(deliverable_id).comment == "abc\n二　三"


def test_decided_by_somebody_else_meanwhile(scene: Scene) -> None:
    review = scene.review_of(scene.mail())
    mine, theirs = scene.reviewer("one"), scene.reviewer("two")
    assert theirs.post(f"/reviews/{review.id}/decision", ACCEPT).status_code == 303
    answer = mine.post(f"/reviews/{review.id}/decision", ACCEPT)
    assert answer.status_code == 409
    said = text_of(answer)
    assert "这项审核已经有结论" in said
    assert f"two · {clock(AT)}" in said


def test_own_upload_is_marked_and_never_decided(scene: Scene) -> None:
    deliverable_id = scene.mail()
    with scene.house.ports.records.begin() as unit:
        person = unit.people.get(scene.seller.person.id)
        assert person is not None
        unit.people.replace(replace(person, role=Role.REVIEWER))
    visitor = scene.visitor("seller")
    assert "您上传的：由其他审核人员处理" in text_of(visitor.get("/reviews"))
    page = visitor.get(f"/deliverables/{deliverable_id}")
    assert "须由其他审核人员作出结论" in text_of(page)
    assert not page_of(page).xpath("//form[contains(@class, 'decide')]")
    answer = visitor.post(f"/reviews/{scene.review_of(deliverable_id).id}/decision", ACCEPT)
    assert answer.status_code == 403
    assert "不能审核自己上传的交付物" in text_of(answer)


def test_evidence_is_numbered_and_linked_both_ways(scene: Scene) -> None:
    visitor = scene.reviewer()
    page = page_of(visitor.get(f"/deliverables/{scene.changed()}"))
    boxes = page.xpath("//svg/a")
    assert [box.get("id") for box in boxes] == ["box-1"]
    finding = boxes[0].get("href").removeprefix("#")
    cards = page.xpath(f"//li[@id='{finding}']//a[@data-box]")
    assert {card.get("data-box") for card in cards} == {"1", "2", "3"}
    second = page_of(visitor.get(cards[1].get("href").partition("#")[0]))
    assert "box-2" in [box.get("id") for box in second.xpath("//svg/a")]


def told_as_seen(
    scene: Scene, new: str, earlier: str, whole: dict[str, object] | None = None
) -> None:
    """Write into the report of a file what `reuse.page` tells of a page of an earlier one."""
    box = {"kind": "page_box", "page": 1, "caption": None, "revision": None}
    evidence = [
        {"kind": "field", "source": "deliverable", "value": earlier},
        whole or {**box, "box": [0, 0, 595, 842]},
        {"kind": "field", "source": "page", "value": "1"},
        {**box, "box": [100, 80, 160, 95]},
        {"kind": "field", "source": "changed_box", "value": "101, 82, 161, 97"},
    ]
    said = {"zh": "此前已出现", "en": "seen before"}
    finding = {
        "id": "reuse.page", "version": 2, "status": "INDETERMINATE", "message": said,
        "sub_indication": "REUSED_DELIVERABLE", "remedy": said, "evidence": evidence,
    }  # fmt: skip
    with scene.house.ports.records.begin() as unit:
        row = unit.deliverables.get(new)
        assert row is not None
        report = {**(row.report or {}), "checks": [*(row.report or {})["checks"], finding]}
        unit.deliverables.replace(replace(row, report=report))


def test_a_page_seen_before_stands_beside_the_earlier_one_for_who_may_see_it(scene: Scene) -> None:
    other = scene.house.somebody("other", Role.SALESPERSON)
    wanted = requirement_of(other, add_customer(other, name="别人的客户"), "poc_report")
    draft = paper("poc_report", "unsigned")
    earlier = str(body_of(other.upload(wanted["id"], draft.data, key="other"))["id"])
    new = scene.changed()
    told_as_seen(scene, new, earlier)
    reviewer = scene.reviewer()
    page = page_of(reviewer.get(f"/deliverables/{new}"))
    images = page.xpath("//div[@class='both-sides']//img/@src")
    assert [f"/{one}/" in images[place] for place, one in enumerate((new, earlier))] == [True] * 2
    assert [reviewer.get(one).data[:4] for one in images] == [b"\x89PNG"] * 2
    boxes = page.xpath("//div[@class='both-sides']//rect")
    assert [(box.get("x"), box.get("width")) for box in boxes] == [
        ("100.0", "60.0"),
        ("101.0", "60.0"),
    ]
    (card,) = page.xpath("//li[contains(@class, 'finding')][.//code[.='reuse.page@2']]")
    said = " ".join(card.text_content().split())
    assert f"此前的交付物 {earlier}" in said
    assert "此前交付物中的页（或图片） 1" in said
    # The boxes are drawn on both sides; their figures would say no more.
    assert [key for key in ("101, 82", "changed_box", "page =", "元数据") if key in said] == []
    answer = scene.visitor("seller").get(f"/deliverables/{new}")
    images = page_of(answer).xpath("//div[@class='both-sides']//img/@src")
    assert [f"/{new}/" in one for one in images] == [True]
    assert "不向您显示其画面" in text_of(answer)
    assert "别人的客户" not in text_of(answer)


def test_a_picture_in_a_document_stands_beside_the_earlier_one(scene: Scene) -> None:
    """The pictures are drawn, and nobody takes them for the pages of the document."""
    draft, page = paper("poc_report", "unsigned"), Placed(data=stored(form(1, 0)))
    name = {"name": "a.docx", "media_type": "application/octet-stream"}
    earlier, new = (
        scene.upload(item, replace(draft, data=docx(*pictures), **name))
        for item, pictures in (("it_mail", (Placed(data=b"none"), page)), ("poc_report", (page,)))
    )
    box = {"kind": "image_box", "page": 1, "box": [0, 0, 1000, 1414], "caption": None}
    told_as_seen(scene, new, earlier, {**box, "part": "word/media/image1.png"})
    reviewer = scene.reviewer()
    answer = reviewer.get(f"/deliverables/{new}")
    sides = page_of(answer).xpath("//div[@class='both-sides']/figure")
    assert ["文档中的第 1 幅图片" in side.text_content() for side in sides] == [True, True]
    images = page_of(answer).xpath("//div[@class='both-sides' or @class='page']//img/@src")
    assert {reviewer.get(one).data[:4] for one in images} == {b"\x89PNG"}
    assert "不绘制正文" in text_of(answer)
    assert "word/media/image1.png" in text_of(answer)
    assert "不绘制正文" not in text_of(reviewer.get(f"/deliverables/{scene.changed()}"))
    # The earlier one's second picture is none that can be drawn; its number is told all the same.
    assert "这一页无法绘制" in text_of(reviewer.get(f"/deliverables/{earlier}?page=2"))


SECRET = "别人的客户"


def test_who_sees_what_of_the_earlier_file(scene: Scene) -> None:
    """Name, customer, page and crop of the earlier file, in every form in which one may ask."""
    house = scene.house
    other = house.somebody("other", Role.SALESPERSON, region="west", team="t9")
    wanted = requirement_of(other, add_customer(other, name=SECRET), "poc_report")
    pages = docx(Placed(data=stored(form(1, 0))))
    answer = other.upload(wanted["id"], pages, key="other", name="秘密文件.docx")
    earlier, new = str(body_of(answer)["id"]), scene.changed()
    told_as_seen(scene, new, earlier)
    words_told_as_seen(scene, new, earlier)
    for login, role, region in (
        ("director", Role.REGIONAL_DIRECTOR, "east"),
        ("their_director", Role.REGIONAL_DIRECTOR, "west"),
        ("judge", Role.REVIEWER, None),
    ):
        house.person(login, role, region=region, team=None, password=PASSWORD)
    expected = {
        **dict.fromkeys(("seller", "director"), (True, False, False)),
        "judge": (True, True, True),
        "their_director": (False, False, True),
    }
    seen = {login: _seen_by(scene.visitor(login), new, earlier) for login in expected}
    assert seen == expected


def _seen_by(visitor: Visitor, new: str, earlier: str) -> tuple[bool, bool, bool]:
    """Say whether the new file, in it the name or customer of the earlier, and the earlier show."""
    api = "/api/v1/deliverables"
    asked = (f"/deliverables/{new}", f"{api}/{new}", f"{api}/{new}/evidence", "/reviews")
    answers = [visitor.get(path) for path in asked]
    packed = answers[2].data
    texts = [answers[0].text, answers[1].text, answers[3].text]
    if answers[2].status_code == 200:
        with zipfile.ZipFile(io.BytesIO(packed)) as pack:
            texts += [pack.read(name).decode("utf-8", "replace") for name in pack.namelist()]
    named = any(word in text for text in texts for word in (SECRET, "秘密文件"))
    routes = ("", "/original", "/pages/1", "/evidence", "/evidence/0/0")
    shown = {visitor.get(f"{api}/{earlier}{route}").status_code for route in routes}
    assert (shown == {404}) == (visitor.get(f"{api}/{earlier}").status_code == 404)
    return answers[0].status_code == 200, named, shown != {404}


def test_words_seen_before_stand_beside_the_earlier_ones_for_who_may_see_them(
    scene: Scene,
) -> None:
    other = scene.house.somebody("other", Role.SALESPERSON)
    wanted = requirement_of(other, add_customer(other, name="别人的客户"), "poc_report")
    theirs = prose.report("zh", 1, "别人的客户")
    ours = [line.replace("别人的客户", "本方客户") for line in theirs]
    earlier = str(body_of(other.upload(wanted["id"], prose.docx(theirs), key="other"))["id"])
    draft = paper("poc_report", "unsigned")
    new = scene.upload("poc_report", replace(draft, data=prose.pdf(ours, 40)))
    words_told_as_seen(scene, new, earlier)
    answer = scene.reviewer().get(f"/deliverables/{new}")
    (card,) = page_of(answer).xpath("//li[.//code[.='reuse.text@2']]/ul")
    said = " ".join(card.text_content().split())
    assert said == f"此前的交付物 {earlier} 有改动的文字 甲行 此前影片中的时刻 1:03.4"
    sides = page_of(answer).xpath("//div[contains(@class, 'both-texts')]/figure")
    assert sides
    assert all("本方客户" in side.text_content() for side in sides[::2])
    assert all("别人的客户" in side.text_content() for side in sides[1::2])
    answer = scene.visitor("seller").get(f"/deliverables/{new}")
    assert not page_of(answer).xpath("//div[contains(@class, 'both-texts')]")
    assert "不向您显示其文字" in text_of(answer)
    assert "别人的客户" not in text_of(answer)


def words_told_as_seen(scene: Scene, new: str, earlier: str) -> None:
    """Write into the report of a file what `reuse.text` tells of an earlier one."""
    said = {"zh": "文字相同", "en": "the same words"}
    finding = {
        "id": "reuse.text", "version": 2, "status": "INDETERMINATE", "message": said,
        "sub_indication": "REUSED_DELIVERABLE", "remedy": said,
        "evidence": [
            {"kind": "field", "source": "deliverable", "value": earlier},
            {"kind": "field", "source": "changed_words", "value": "甲行"},
            {"kind": "field", "source": "earlier_moment", "value": "63400"},
        ],
    }  # fmt: skip
    with scene.house.ports.records.begin() as unit:
        row = unit.deliverables.get(new)
        assert row is not None
        report = {**(row.report or {}), "checks": [*(row.report or {})["checks"], finding]}
        unit.deliverables.replace(replace(row, report=report))


def test_sealed_page_is_shown_with_the_place_of_the_seal(scene: Scene) -> None:
    draft = replace(
        paper("poc_report"), data=sealing.sealed(), name="a.ofd", media_type="application/ofd"
    )
    visitor = scene.reviewer()
    answer = visitor.get(f"/deliverables/{scene.upload('poc_report', draft)}")
    page = page_of(answer)
    assert [box.get("id") for box in page.xpath("//svg/a")][:1] == ["box-1"]
    picture = page.xpath("//div[svg]//img/@src | //svg/preceding-sibling::img/@src")[0]
    assert visitor.get(picture).data.startswith(b"\x89PNG")
    assert "签章：覆盖范围" in text_of(answer)


def test_signed_revision_is_shown_as_it_was(scene: Scene) -> None:
    """The picture of "as it was when signed" must not be the picture of today."""
    visitor = scene.reviewer()
    page = page_of(visitor.get(f"/deliverables/{scene.changed()}"))
    then, now = page.xpath("//li[contains(@class, 'failed')]//img/@src")[:2]
    before, after = visitor.get(then), visitor.get(now)
    assert (before.status_code, after.status_code) == (200, 200)
    assert before.data.startswith(b"\x89PNG")
    assert before.data != after.data


def test_file_without_pages_says_so_and_shows_what_was_read(scene: Scene) -> None:
    said = text_of(scene.reviewer().get(f"/deliverables/{scene.mail()}"))
    assert "此格式不提供页面预览" in said
    assert "文件信息" in said


@pytest.mark.parametrize("asked", ["0", "-3", "99999999999999999999", "x", "9" * 5000])
def test_page_number_that_is_none_shows_one_that_is(scene: Scene, asked: str) -> None:
    answer = scene.reviewer().get(f"/deliverables/{scene.changed()}?page={asked}")
    assert answer.status_code == 200
    assert page_of(answer).xpath("//div[@class='page']/img")


def test_pending_file_is_looked_at_again(scene: Scene) -> None:
    answer = scene.seller.upload(scene.requirement("poc_report"), b"%PDF-1.7\n")
    page = scene.reviewer().get(f"/deliverables/{answer.get_json()['id']}")
    assert "文件正在核验" in text_of(page)
    assert page_of(page).xpath("//*[@hx-trigger='every 2s']")


def test_salesperson_sees_the_reason_but_cannot_decide(scene: Scene) -> None:
    deliverable_id = scene.mail()
    review = scene.review_of(deliverable_id)
    scene.reviewer().post(
        f"/reviews/{review.id}/decision",
        {"decision": "ask_again", "reason_code": "incomplete", "comment": "请补上附件"},
    )
    said = text_of(scene.visitor("seller").get(f"/deliverables/{deliverable_id}"))
    assert "已要求补充 内容不全" in said
    assert "请补上附件" in said


def test_other_region_does_not_exist(scene: Scene) -> None:
    deliverable_id = scene.mail()
    scene.house.person("other", region="west", team="t9", password=PASSWORD)
    visitor = scene.visitor("other")
    for path in (f"/deliverables/{deliverable_id}", f"/customers/{scene.customer['id']}"):
        assert visitor.get(path).status_code == 404
