"""A customer's stages, what is missing and why, and uploading from there."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import pytest

from service.records import DeliverableState
from tests.service.web.papers import paper
from tests.service.web.scene import Scene, Visitor, page_of, text_of

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

KEY = "0123456789abcdef" * 2


def send(visitor: Visitor, scene: Scene, **fields: Any) -> TestResponse:
    """Send the upload form for the mail; `fields` replace its own."""
    form = {
        "file": (io.BytesIO(b"From: a@b.example\n\nhello"), "邮件.eml", "message/rfc822"),
        "idempotency_key": KEY,
    }
    path = f"/requirements/{scene.requirement('it_mail')}/deliverables"
    return visitor.post(path, {**form, **fields})


def uploads(scene: Scene) -> list[str]:
    with scene.house.ports.records.read() as unit:
        return [row.name for row in unit.deliverables.find()]


def test_stage_says_what_is_missing_and_why(scene: Scene) -> None:
    scene.changed()
    page = page_of(scene.visitor("seller").get(f"/customers/{scene.customer['id']}"))
    first, second, *_ = page.xpath("//ol[@id='path']/li")
    said = " ".join(first.text_content().split())
    assert "待补全" in said
    assert "POC 测试报告·有效份数至少为 1，目前为 0。" in said
    assert "未通过 签署后被改动" in said
    assert "签署后被改动" not in second.text_content()
    asked = " ".join(page.xpath("//h3")[0].text_content().split())
    assert asked == "POC 测试报告 pdf · 制作于 60 天以内 · 由客户的IT 负责人签署"


def test_open_stage_says_so(scene: Scene) -> None:
    scene.upload("poc_report", paper("poc_report"))
    scene.upload("it_mail", paper("it_mail"))
    visitor = scene.visitor("seller")
    page = page_of(visitor.get(f"/customers/{scene.customer['id']}"))
    assert page.xpath("//ol[@id='path']/li")[0].get("class") == "open"
    assert "已放行 1 / 4 个阶段" in text_of(visitor.get("/customers"))


def test_no_customers_is_an_answer(scene: Scene) -> None:
    scene.house.person("new", password="correct horse battery")
    scene.house.person("else", region="west", team="t2", password="correct horse battery")
    assert "还没有客户" in text_of(scene.visitor("else").get("/customers"))


def test_upload_is_told_and_waits_for_its_verdict(scene: Scene) -> None:
    visitor = scene.visitor("seller")
    answer = send(visitor, scene)
    assert answer.status_code == 303
    page = visitor.get(answer.headers["Location"])
    assert "已收到： 邮件.eml" in text_of(page)
    assert "核验中" in text_of(page)
    assert page_of(page).xpath("//*[@hx-trigger='every 2s']")
    with scene.house.ports.records.read() as unit:
        (row,) = unit.deliverables.find()
    assert (row.state, row.declared_type) == (DeliverableState.PENDING, "message/rfc822")


def test_same_form_sent_twice_is_one_upload(scene: Scene) -> None:
    visitor = scene.visitor("seller")
    assert [send(visitor, scene).status_code for _ in range(2)] == [303, 303]
    assert uploads(scene) == ["邮件.eml"]


def test_another_file_in_the_same_form_is_another_upload(scene: Scene) -> None:
    """A browser that goes back shows the old form again."""
    visitor = scene.visitor("seller")
    send(visitor, scene)
    send(visitor, scene, file=(io.BytesIO(b"other"), "另一封.eml", "message/rfc822"))
    assert uploads(scene) == ["邮件.eml", "另一封.eml"]


def test_name_that_was_tidied_up_is_told(scene: Scene) -> None:
    visitor = scene.visitor("seller")
    file = (io.BytesIO(b"x"), "../tmp/\u202e邮件.eml", "message/rfc822")
    page = visitor.get(send(visitor, scene, file=file).headers["Location"])
    assert uploads(scene) == ["邮件.eml"]
    assert "文件名或类型已整理" in text_of(page)


@pytest.mark.parametrize(
    ("fields", "status", "said"),
    [
        pytest.param({"file": ""}, 422, "还没有选择文件", id="no file"),
        pytest.param({"file": (io.BytesIO(b"x"), "")}, 422, "还没有选择文件", id="no name"),
        pytest.param({"file": (io.BytesIO(b""), "a.eml")}, 422, "看到 0 字节", id="an empty file"),
        pytest.param({"idempotency_key": ""}, 422, "这个页面已经过期", id="no key"),
        pytest.param({"idempotency_key": "x" * 999}, 422, "已经过期", id="a key that is none"),
        pytest.param(
            {"file": (io.BytesIO(bytes(1024 * 1024 + 1)), "a.eml")},
            413,
            "上限是 1.0 MB",
            id="a byte too many",
        ),
        pytest.param(
            {"file": (io.BytesIO(bytes(3 * 1024 * 1024)), "a.eml")},
            413,
            "上限是 1.0 MB",
            id="far too large",
        ),
        pytest.param({"csrf_token": "wrong"}, 403, "没有保存任何内容", id="another form"),
        pytest.param({"csrf_token": ""}, 403, "没有保存任何内容", id="no token"),
    ],
)
def test_upload_that_is_refused_leaves_nothing(
    scene: Scene, fields: dict[str, Any], status: int, said: str
) -> None:
    visitor = scene.visitor("seller")
    answer = send(visitor, scene, **fields)
    assert answer.status_code == status
    assert said in text_of(answer)
    assert answer.mimetype == "text/html"
    assert uploads(scene) == []


def test_who_may_not_upload_sees_no_form(scene: Scene) -> None:
    visitor = scene.reviewer()
    page = page_of(visitor.get(f"/customers/{scene.customer['id']}"))
    assert not page.xpath("//input[@type='file']")
    assert send(visitor, scene).status_code == 403
