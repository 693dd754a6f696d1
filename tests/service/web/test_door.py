"""Signing in and out, coming back after it, and the language of the pages."""

from __future__ import annotations

from dataclasses import replace

import pytest

from service.records import Role
from tests.service.web.scene import PASSWORD, Scene, Visitor, page_of, text_of


def stranger(scene: Scene) -> Visitor:
    return Visitor(scene.house.app.test_client())


def test_sign_in_leads_to_the_page_that_was_asked_for(scene: Scene) -> None:
    visitor = stranger(scene)
    answer = visitor.get("/customers?after=x")
    assert answer.status_code == 303
    door = visitor.get(answer.headers["Location"])
    (goal,) = page_of(door).xpath("//input[@name='next']/@value")
    assert goal == "/customers?after=x"
    answer = visitor.client.post(
        "/sign-in", data={"login": "seller", "password": PASSWORD, "next": goal}
    )
    assert (answer.status_code, answer.headers["Location"]) == (303, goal)


@pytest.mark.parametrize(
    "goal",
    [
        pytest.param("https://evil.example/", id="another site"),
        pytest.param("//evil.example/", id="another site without a scheme"),
        pytest.param("/\\evil.example/", id="a backslash that browsers read as a slash"),
        pytest.param("\\\\evil.example", id="two backslashes"),
        pytest.param("/\t/evil.example/", id="a tab that browsers leave out"),
        pytest.param("/\n/evil.example/", id="a line feed that browsers leave out"),
        pytest.param("javascript:alert(1)", id="a script"),
        pytest.param(" //evil.example", id="a space in front"),
        pytest.param("", id="nothing"),
    ],
)
def test_nobody_is_sent_to_another_site(scene: Scene, goal: str) -> None:
    visitor = stranger(scene)
    fields = {"login": "seller", "password": PASSWORD, "next": goal}
    answer = visitor.client.post("/sign-in", data=fields)
    assert answer.headers["Location"] == "/"
    answer = visitor.client.get("/language/en", query_string={"next": goal})
    assert answer.headers["Location"] == "/"
    answer = visitor.client.get("/sign-in", query_string={"next": goal})
    assert answer.headers["Location"] == "/"


@pytest.mark.parametrize("fields", [{"login": "seller", "password": "wrong"}, {}, {"login": "x"}])
def test_wrong_sign_in_is_told_beside_the_form(scene: Scene, fields: dict[str, str]) -> None:
    answer = stranger(scene).client.post("/sign-in", data=fields)
    assert answer.status_code == 401
    assert "登录名或密码不正确" in text_of(answer)
    assert page_of(answer).xpath("//input[@name='login']/@value") == [fields.get("login", "")]
    assert not page_of(answer).xpath("//input[@name='password']/@value")[0]


def test_guessing_is_slowed_down_and_says_for_how_long(scene: Scene) -> None:
    fields = {"login": "seller", "password": "wrong"}
    answers = [stranger(scene).client.post("/sign-in", data=fields) for _ in range(6)]
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) > 0


def test_sign_out_ends_the_session_on_the_server(scene: Scene) -> None:
    visitor = scene.visitor("seller")
    stolen = visitor.client.get_cookie("countermark")
    assert stolen is not None
    assert visitor.post("/sign-out", {}).status_code == 303
    visitor.client.set_cookie("countermark", stolen.value)
    assert visitor.get("/customers").status_code == 303


def test_expired_session_leads_to_the_door_and_says_what_was_lost(scene: Scene) -> None:
    deliverable_id = scene.mail()
    visitor = scene.reviewer()
    scene.house.clock.forward(400 * 86_400)
    answer = visitor.client.post(
        f"/reviews/{scene.review_of(deliverable_id).id}/decision",
        data={"decision": "accept", "reason_code": "original_seen"},
        headers={"Referer": f"http://localhost/deliverables/{deliverable_id}"},
    )
    assert answer.status_code == 303
    door = visitor.get(answer.headers["Location"])
    assert "刚才提交的内容没有保存" in text_of(door)
    assert page_of(door).xpath("//input[@name='next']/@value") == [
        f"/deliverables/{deliverable_id}"
    ]
    assert scene.review_of(deliverable_id).decision is None


def test_htmx_is_told_to_leave_for_the_door(scene: Scene) -> None:
    answer = stranger(scene).get("/reviews", **{"HX-Request": "true"})
    assert answer.status_code == 401
    assert answer.headers["HX-Redirect"].startswith("/sign-in?next=")


@pytest.mark.parametrize(
    ("clicked", "browser", "tongue"),
    [
        pytest.param(None, "en-GB,en;q=0.9", "en", id="as the browser asks"),
        pytest.param(None, "fr", "zh-CN", id="Chinese where it asks for neither"),
        pytest.param("zh", "en", "zh-CN", id="what was clicked comes first"),
        pytest.param("en", "zh", "en", id="either way"),
    ],
)
def test_language_of_the_page(scene: Scene, clicked: str | None, browser: str, tongue: str) -> None:
    visitor = stranger(scene)
    if clicked:
        visitor.speak(clicked)
    answer = visitor.get("/sign-in", **{"Accept-Language": browser})
    assert page_of(answer).get("lang") == tongue
    assert answer.headers["Content-Language"] == tongue


def test_language_once_signed_in(scene: Scene) -> None:
    """English is a person's own only where it was entered; Chinese is what everybody begins with.

    One scene for the table: each takes half a second to set.
    """
    expected = {
        ("zh", "en-GB,en;q=0.9"): "en",  # as the sign-in page was
        ("zh", "zh-CN,zh;q=0.9,en;q=0.8"): "zh-CN",
        ("zh", "fr"): "zh-CN",
        ("en", "zh"): "en",
        ("en", "fr"): "en",
    }
    person_id = scene.house.person("somebody", Role.REVIEWER, password=PASSWORD).id
    visitor = scene.visitor("somebody")
    seen = {}
    for locale, browser in expected:
        with scene.house.ports.records.begin() as unit:
            person = unit.people.get(person_id)
            assert person is not None
            unit.people.replace(replace(person, locale=locale))
        page = page_of(visitor.get("/reviews", **{"Accept-Language": browser}))
        seen[locale, browser] = page.get("lang")
    assert seen == expected


def test_language_link_comes_back_to_the_same_page(scene: Scene) -> None:
    visitor = scene.reviewer()
    page = page_of(visitor.get("/reviews?state=all"))
    (link,) = page.xpath("//a[@hreflang]/@href")
    answer = visitor.get(link)
    assert answer.headers["Location"] == "/reviews?state=all"
    assert page_of(visitor.get("/reviews?state=all")).get("lang") == "en"


@pytest.mark.parametrize(
    ("role", "goal"),
    [
        pytest.param(Role.REVIEWER, "/reviews", id="a reviewer's work is the queue"),
        pytest.param(Role.SALESPERSON, "/customers", id="a salesperson's the customers"),
        pytest.param(Role.FINANCE, "/quote-passage", id="finance's what may pass"),
    ],
)
def test_home_is_where_the_work_is(scene: Scene, role: Role, goal: str) -> None:
    scene.house.person("somebody", role, password=PASSWORD)
    assert scene.visitor("somebody").get("/").headers["Location"] == goal


def test_role_without_pages_is_told_so(scene: Scene) -> None:
    scene.house.person("engineer", Role.ML_ENGINEER, password=PASSWORD)
    visitor = scene.visitor("engineer")
    assert "目前还没有适合您角色的页面" in text_of(visitor.get("/"))
    answer = visitor.get("/reviews")
    assert answer.status_code == 403
    assert "没有权限" in text_of(answer)
