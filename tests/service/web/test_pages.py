"""What holds for every page: structure, labels, headers, both languages, nothing from elsewhere."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from service.actions import deliverables
from tests.service.web.scene import Scene, Visitor, page_of

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{7*7}}"
CONTROLS = "//input[not(@type='hidden')] | //select | //textarea"
ENGLISH = re.compile(r"[A-Za-z]{2,}")


def pages(scene: Scene) -> list[TestResponse]:
    """Visit every kind of page, as whoever sees most of it."""
    changed, mail = scene.changed(), scene.mail()
    reviewer, seller = scene.reviewer(), scene.visitor("seller")
    review = scene.review_of(mail).id
    customer = f"/customers/{scene.customer['id']}"
    return [
        Visitor(scene.house.app.test_client()).get("/sign-in?lost=1"),
        reviewer.get("/reviews"),
        reviewer.get("/reviews?state=decided"),
        reviewer.get(f"/deliverables/{changed}"),
        reviewer.get(f"/deliverables/{mail}"),
        reviewer.post(f"/reviews/{review}/decision", {}),
        reviewer.get("/quote-passage?deal=1"),
        reviewer.get("/quote-passage?quote=none"),
        seller.get("/customers"),
        seller.get(customer),
        seller.post(f"/requirements/{scene.requirement('it_mail')}/deliverables", {}),
        reviewer.get("/deliverables/none"),
        reviewer.get("/no/such/page"),
    ]


@pytest.fixture
def visited(scene: Scene) -> list[TestResponse]:
    return pages(scene)


def test_structure(visited: list[TestResponse]) -> None:
    for answer in visited:
        page = page_of(answer)
        assert page.get("lang") == "zh-CN"
        assert len(page.xpath("//h1")) == 1
        assert page.xpath("//title")[0].text.strip(" ·\n")
        _check_headings(page)
        _check_names(page)
        ids = page.xpath("//@id")
        assert len(ids) == len(set(ids))


def _check_headings(page: Any) -> None:
    levels = [int(heading.tag[1]) for heading in page.xpath("//h1|//h2|//h3|//h4")]
    assert all(after <= before + 1 for before, after in pairwise(levels)), levels


def _check_names(page: Any) -> None:
    for control in page.xpath(CONTROLS):
        named = control.get("id") and page.xpath(f"//label[@for='{control.get('id')}']")
        assert named or control.xpath("ancestor::label"), control.get("name")
    for image in page.xpath("//img"):
        assert image.get("alt") is not None
    for control in page.xpath("//a | //button"):
        assert control.text_content().strip() or control.get("aria-label"), control.get("href")
    for table in page.xpath("//table"):
        assert table.xpath("caption")
        assert all(heading.get("scope") == "col" for heading in table.xpath(".//th"))


def test_policy_lets_nothing_in_from_elsewhere(visited: list[TestResponse]) -> None:
    for answer in visited:
        page = page_of(answer)
        policy = answer.headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        (nonce,) = re.findall(r"script-src 'nonce-([\w-]+)';", policy)
        assert set(page.xpath("//script/@nonce")) == {nonce}
        assert not page.xpath("//script[not(@src)] | //style | //*[@style] | //iframe | //object")
        assert not [name for name in page.xpath("//@*") if name.attrname.startswith("on")]
        addresses = page.xpath("//@href | //@src | //@action | //@hx-get")
        assert all(address.startswith(("/", "#")) for address in addresses), addresses
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    nonces = [answer.headers["Content-Security-Policy"] for answer in visited]
    assert len(set(nonces)) == len(nonces)


def test_status_says_what_the_page_says(visited: list[TestResponse]) -> None:
    assert [answer.status_code for answer in visited] == [
        *(200, 200, 200, 200, 200, 422, 200, 404, 200, 200, 422, 404, 404)
    ]


def test_chinese_pages_are_chinese(visited: list[TestResponse]) -> None:
    """What is left of Latin letters is a name, a code or a value, never a sentence of ours."""
    for answer in visited:
        page = page_of(answer)
        for code in page.xpath("//code | //kbd | //dd | //option | //blockquote"):
            code.drop_tree()
        for place in page.xpath("//h1 | //h2 | //h3 | //th | //label | //button | //legend | //dt"):
            words = set(ENGLISH.findall(place.text_content())) - KNOWN
            assert not words, place.text_content()


#: Abbreviations that Chinese readers use as they are, and names of files.
KNOWN = {"POC", "IT", "ROI", "CTO", "SHA", "pdf", "eml", "xlsx"}


def test_names_that_people_give_are_text_and_nothing_else(scene: Scene) -> None:
    with scene.house.ports.records.begin() as unit:
        customer = unit.customers.get(scene.customer["id"])
        person = unit.people.get(scene.seller.person.id)
        assert customer
        assert person
        unit.customers.replace(replace(customer, name=HOSTILE, registered_name=HOSTILE))
        unit.people.replace(replace(person, name=HOSTILE))
    answer = scene.seller.upload(
        scene.requirement("it_mail"), b"x", name='"><script>alert(1)</script>{{7*7}}.eml'
    )
    assert answer.status_code == 201
    deliverable_id = answer.get_json()["id"]
    deliverables.verify(scene.house.ports, deliverable_id)
    reviewer = scene.reviewer()
    path = f"/reviews/{scene.review_of(deliverable_id).id}/decision"
    reviewer.post(path, {"decision": "reject", "reason_code": "forged", "comment": HOSTILE})
    for language in ("zh", "en"):
        reviewer.speak(language)
        for address in (
            "/reviews?state=all",
            f"/deliverables/{deliverable_id}",
            "/customers",
            f"/customers/{scene.customer['id']}",
        ):
            answer = reviewer.get(address)
            page = page_of(answer)
            assert len(page.xpath("//script")) == 3
            assert not page.xpath("//img[@src='x']")
            assert "49" not in page.xpath("//h1")[0].text_content()
            assert "{{7*7}}" in page.text_content()


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("GET /deliverables/none", 404),
        ("GET /deliverables/%00", 404),
        ("GET /deliverables/" + "9" * 3000, 404),
        ("GET /customers/none", 404),
        ("GET /customers?after=none", 422),
        ("GET /reviews?after=none", 422),
        ("GET /reviews?after=%00%ff", 422),
        ("GET /reviews?decided=none", 200),
        ("GET /reviews?state=&verdict=%F0%9F%92%A9", 200),
        ("POST /reviews/none/decision", 404),
        ("POST /requirements/none/deliverables", 404),
        ("PUT /reviews", 405),
        ("GET /language/fr", 404),
        ("GET /static/../service.db", 404),
        ("GET /static/none.css", 404),
    ],
)
def test_wrong_address_is_an_understandable_page(scene: Scene, asked: str, status: int) -> None:
    method, path = asked.split(" ")
    visitor = scene.visitor("seller") if "requirements" in path else scene.reviewer()
    for language, tongue in (("zh", "zh-CN"), ("en", "en")):
        token = {"csrf_token": visitor.speak(language).csrf()}
        answer = visitor.client.open(path, method=method, data=token)
        assert answer.status_code == status
        assert answer.mimetype == "text/html"
        page = page_of(answer)
        assert page.get("lang") == tongue
        assert len(page.xpath("//h1")) == 1


def test_programs_still_get_problems(scene: Scene) -> None:
    visitor = scene.reviewer()
    answer = visitor.get("/api/v1/deliverables/none")
    assert (answer.status_code, answer.content_type) == (404, "application/problem+json")
    answer = visitor.get("/api/nothing")
    assert (answer.status_code, answer.content_type) == (404, "application/problem+json")


def test_unexpected_error_says_nothing_of_us(scene: Scene) -> None:
    """A broken world, not a mock: what is stored as a report is none."""
    deliverable_id = scene.mail()
    with scene.house.ports.records.begin() as unit:
        row = unit.deliverables.get(deliverable_id)
        assert row
        unit.deliverables.replace(replace(row, report={"checks": [{"status": "FAILED"}]}))
    answer = scene.reviewer().get(f"/deliverables/{deliverable_id}")
    assert answer.status_code == 500
    said = page_of(answer).text_content()
    assert "服务内部出错" in said
    assert answer.headers["X-Request-ID"] in said
    assert "KeyError" not in said
