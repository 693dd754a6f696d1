"""The same file handed in twice: where it counts, and what is told of another's customer."""

from __future__ import annotations

import io
import json
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pymupdf
import pytest

from service.actions import deliverables, reuse_pages
from service.actions.comparisons import TURN
from service.records import Decision, Role
from tests.service.api.house import ON_BOTH, add_customer, body_of, requirement_of
from tests.verification import prose
from tests.verification.bowing import photographed
from tests.verification.illustrated import KINDS, Placed, docx, stored
from tests.verification.papers import COPIES, form
from verification.fingerprints import likeness

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from PIL import Image

    from tests.service.api.house import Caller, House
    from verification.fingerprints.likeness import Likeness
    from verification.fingerprints.pages import Opened

SECRET_NAME = "别人的客户"


def a_pdf(words: str = "Proof of concept") -> bytes:
    with pymupdf.open() as document:
        document.new_page().insert_text((72, 72), words)
        return bytes(document.tobytes())


SAME, OTHER = a_pdf(), a_pdf("Another")


def sent(who: Caller, customer: Any, item: str, data: bytes) -> str:
    wanted = requirement_of(who, customer, item)
    answer = who.upload(wanted["id"], data, key=f"{customer['id']}-{item}")
    return str(body_of(answer)["id"])


def told(
    house: House, who: Caller, deliverable: str, check_id: str = "reuse.exact"
) -> list[dict[str, Any]]:
    deliverables.verify(house.ports, deliverable)
    checks = body_of(who.get(f"/deliverables/{deliverable}"))["report"]["checks"]
    return [check for check in checks if check["id"] == check_id]


@ON_BOTH
def test_the_same_file_for_another_customer_is_told_without_their_name(house: House) -> None:
    bela = house.somebody("bela", Role.SALESPERSON)
    anna = house.somebody("anna", Role.SALESPERSON)
    theirs = add_customer(bela, name=SECRET_NAME, registered_name=SECRET_NAME)
    first = sent(bela, theirs, "quotes", SAME)
    assert told(house, bela, first) == []
    second = sent(anna, add_customer(anna), "quotes", SAME)
    (finding,) = told(house, anna, second)
    assert (finding["status"], finding["sub_indication"]) == (
        "INDETERMINATE",
        "REUSED_DELIVERABLE",
    )
    whole = body_of(anna.get(f"/deliverables/{second}"))
    assert whole["verdict"] != "PASSED"
    assert SECRET_NAME not in json.dumps(whole, ensure_ascii=False)
    # The id is all that is told, and leads nowhere for who may not see the customer.
    assert [place["value"] for place in finding["evidence"]] == [first]
    assert anna.get(f"/deliverables/{first}").status_code == 404
    assert anna.get(f"/deliverables/{first}/pages/1").status_code == 404


@pytest.mark.parametrize(
    ("item", "data", "expected"),
    [
        pytest.param("quotes", SAME, ["NOT_APPLICABLE"], id="again to one requirement: told"),
        pytest.param("poc_report", SAME, ["INDETERMINATE"], id="to another requirement: re-use"),
        pytest.param("poc_report", OTHER, [], id="another file: nothing"),
    ],
)
def test_within_one_customer(house: House, item: str, data: bytes, expected: list[str]) -> None:
    anna = house.somebody("anna", Role.SALESPERSON)
    customer = add_customer(anna)
    wanted = requirement_of(anna, customer, "quotes")
    first = body_of(anna.upload(wanted["id"], SAME, key="first"))["id"]
    told(house, anna, first)
    other = requirement_of(anna, customer, item)
    second = body_of(anna.upload(other["id"], data, key="second"))["id"]
    assert [check["status"] for check in told(house, anna, second)] == expected


@ON_BOTH
def test_of_two_at_once_exactly_one_is_told(house: House) -> None:
    anna = house.somebody("anna", Role.SALESPERSON)
    pair = [sent(anna, add_customer(anna, name=name), "quotes", SAME) for name in ("甲", "乙")]
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda one: told(house, anna, one), pair))
    assert sorted(len(findings) for findings in found) == [0, 1]


def as_pdf(*pages: Image.Image) -> bytes:
    stream = io.BytesIO()
    pages[0].save(stream, "PDF", save_all=True, append_images=pages[1:], resolution=120)
    return stream.getvalue()


def as_photo(photo: Image.Image) -> bytes:
    stream = io.BytesIO()
    photo.save(stream, "JPEG", quality=85)
    return stream.getvalue()


def ask_for_unseen_pages(house: House) -> None:
    with house.ports.records.begin() as unit:
        for one in unit.requirements.find({"item": "quotes"}):
            unit.requirements.replace(replace(one, content={"unseen": True}))


@ON_BOTH
def test_pages_are_compared_only_where_that_is_asked(house: House) -> None:
    anna = house.somebody("anna", Role.SALESPERSON)
    first = sent(anna, add_customer(anna), "quotes", as_pdf(form(1, 0)))
    assert told(house, anna, first, "reuse.page") == []
    again = sent(anna, add_customer(anna, name="B"), "quotes", as_pdf(form(1, 0), form(2, 0)))
    assert told(house, anna, again, "reuse.page") == []


@ON_BOTH
def test_a_page_in_another_file_is_told_with_its_place(house: House) -> None:
    bela = house.somebody("bela", Role.SALESPERSON)
    anna = house.somebody("anna", Role.SALESPERSON)
    theirs, mine = add_customer(bela, name=SECRET_NAME), add_customer(anna)
    ask_for_unseen_pages(house)
    first = sent(bela, theirs, "quotes", as_pdf(form(1, 0), form(2, 0)))
    assert told(house, bela, first, "reuse.page") == []
    # Pages the other way round, one of them filled in anew, one with a stamp on it.
    second = sent(anna, mine, "quotes", as_pdf(COPIES["stamp added"](form(2, 0)), form(1, 1)))
    (finding,) = told(house, anna, second, "reuse.page")
    assert finding["status"] == "INDETERMINATE"
    assert finding["evidence"][0]["value"] == first
    assert {place["page"] for place in finding["evidence"] if place["kind"] == "page_box"} == {1}
    assert ("page", "2") in {
        (place["source"], place["value"])
        for place in finding["evidence"]
        if place["kind"] == "field"
    }
    whole = anna.get(f"/deliverables/{second}").get_data(as_text=True)
    assert SECRET_NAME not in whole
    assert "descriptions" not in whole
    place = next(n for n, one in enumerate(finding["evidence"]) if one["kind"] == "page_box")
    number = [one["id"] for one in json.loads(whole)["report"]["checks"]].index("reuse.page")
    assert anna.get(f"/deliverables/{second}/evidence/{number}/{place}").status_code == 200


def test_a_picture_in_a_document_is_known_whatever_held_it_before(house: House) -> None:
    bela = house.somebody("bela", Role.SALESPERSON)
    anna = house.somebody("anna", Role.SALESPERSON)
    page, other = Placed(data=stored(form(1, 0))), form(2, 0)
    theirs = add_customer(bela, name=SECRET_NAME)
    mine = [add_customer(anna, name=name) for name in "甲乙丙丁"]
    ask_for_unseen_pages(house)
    first = sent(bela, theirs, "quotes", docx(page))
    assert told(house, bela, first, "reuse.page") == []
    papers = (
        (KINDS["xlsx"](page), "xl/media/image1.png", 1),
        (KINDS["pptx"](page), "ppt/media/image1.png", 1),
        (page.data, None, 1),
        (frames(other, form(1, 0)), None, 2),
    )
    for count, (customer, (paper, part, number)) in enumerate(zip(mine, papers, strict=True), 1):
        one = sent(anna, customer, "quotes", paper)
        found = told(house, anna, one, "reuse.page")
        assert len(found) == count
        finding = next(one for one in found if one["evidence"][0]["value"] == first)
        (picture,) = [one for one in finding["evidence"] if one["kind"] == "image_box"]
        assert (picture["part"], picture["page"]) == (part, number)
        assert picture["box"] == [0, 0, 1000, 1414]
        whole = anna.get(f"/deliverables/{one}").get_data(as_text=True)
        assert SECRET_NAME not in whole
        at = (
            json.loads(whole)["report"]["checks"].index(finding),
            finding["evidence"].index(picture),
        )
        assert anna.get("/deliverables/{}/evidence/{}/{}".format(one, *at)).status_code == 200
        drawn = anna.get(f"/deliverables/{one}/pages/{number}")
        assert drawn.data.startswith(b"\x89PNG")
    assert anna.get(f"/deliverables/{first}/pages/1").status_code == 404


def frames(*pages: Image.Image) -> bytes:
    held = io.BytesIO()
    first, *others = (page.convert("1") for page in pages)
    first.save(held, "TIFF", save_all=True, append_images=others, compression="group4")
    return held.getvalue()


def test_what_documents_have_in_common_but_no_page_is_not_told(house: House) -> None:
    anna = house.somebody("anna", Role.SALESPERSON)
    logo = Placed(data=stored(form(1, 0)), width=4.2, height=4.2)
    customers = [add_customer(anna, name=name) for name in "甲乙"]
    ask_for_unseen_pages(house)
    for filled, customer in enumerate(customers):
        page = Placed(data=stored(form(2, filled)))
        paper = docx(logo, page, Placed(data=b"no picture"), header=Placed(data=stored(form(3, 0))))
        found = told(house, anna, sent(anna, customer, "quotes", paper), "reuse.page")
        assert [one["status"] for one in found] == ["NOT_APPLICABLE"]
        assert [one["part"] for one in found[0]["evidence"]] == ["word/media/image3.png"]


@pytest.mark.parametrize(
    ("decision", "expected"),
    [
        pytest.param(Decision.ACCEPT, [0, 1, 2, 0], id="accepted three times: a template's"),
        pytest.param(Decision.REJECT, [0, 1, 2, 3], id="refused each time: copied often"),
    ],
)
def test_a_picture_that_many_documents_rightly_hold_is_a_templates(
    house: House, decision: Decision, expected: list[int]
) -> None:
    anna = house.somebody("anna", Role.SALESPERSON)
    customers = [add_customer(anna, name=name) for name in "甲乙丙丁"]
    ask_for_unseen_pages(house)
    found = []
    for number, customer in enumerate(customers):
        # No two have the same bytes.
        paper = docx(Placed(data=stored(form(1, 0))), unseen=bytes([number, number]))
        one = sent(anna, customer, "quotes", paper)
        found.append(len(told(house, anna, one, "reuse.page")))
        with house.ports.records.begin() as unit:
            row = unit.deliverables.get(one)
            assert row is not None
            unit.deliverables.replace(replace(row, verdict="INDETERMINATE", decision=decision))
    assert found == expected


def test_a_page_in_a_mirror_is_told_as_one(house: House) -> None:
    anna = house.somebody("anna", Role.SALESPERSON)
    theirs, mine = add_customer(anna, name="B"), add_customer(anna)
    ask_for_unseen_pages(house)
    assert told(house, anna, sent(anna, theirs, "quotes", as_pdf(form(2, 0))), "reuse.page") == []
    mirrored = sent(anna, mine, "quotes", as_pdf(COPIES["mirrored"](form(2, 0))))
    (finding,) = told(house, anna, mirrored, "reuse.page")
    assert "左右翻转" in finding["message"]["zh"]
    assert "in a mirror" in finding["message"]["en"]


@ON_BOTH
def test_a_bowed_sheet_is_known_whichever_came_first(house: House) -> None:
    anna = house.somebody("anna", Role.SALESPERSON)
    customers = [add_customer(anna, name=name) for name in "甲乙丙"]
    ask_for_unseen_pages(house)
    photos = [as_photo(photographed(form(1, 0), bow, 3)) for bow in (0.05, -0.04)]
    papers = (photos[0], as_pdf(form(1, 0)), photos[1])
    found = []
    for customer, paper in zip(customers, papers, strict=True):
        one = sent(anna, customer, "quotes", paper)
        found.append(len(told(house, anna, one, "reuse.page")))
    assert found == [0, 1, 2]


@ON_BOTH
def test_the_same_words_in_another_format_are_told_with_what_was_changed(house: House) -> None:
    bela = house.somebody("bela", Role.SALESPERSON)
    anna = house.somebody("anna", Role.SALESPERSON)
    theirs, mine = add_customer(bela, name=SECRET_NAME), add_customer(anna)
    ask_for_unseen_pages(house)
    report = prose.report("zh", 1, SECRET_NAME)
    first = sent(bela, theirs, "quotes", prose.docx(report))
    assert told(house, bela, first, "reuse.text") == []
    mine_now = [line.replace(SECRET_NAME, "本客户") for line in report]
    second = sent(anna, mine, "quotes", prose.pdf(mine_now, 40))
    (finding,) = told(house, anna, second, "reuse.text")
    assert (finding["status"], finding["sub_indication"]) == ("INDETERMINATE", "REUSED_DELIVERABLE")
    assert finding["evidence"][0]["value"] == first
    changed = [one["value"] for one in finding["evidence"] if one.get("source") == "changed_words"]
    assert changed
    assert all("本客户" in one for one in changed)
    whole = body_of(anna.get(f"/deliverables/{second}"))
    assert SECRET_NAME not in json.dumps(whole, ensure_ascii=False)
    number = [one["id"] for one in whole["report"]["checks"]].index("reuse.text")
    assert anna.get(f"/deliverables/{second}/evidence/{number}/1").status_code == 200
    assert anna.get(f"/deliverables/{first}").status_code == 404


@ON_BOTH
def test_a_form_filled_in_for_another_is_not_told(house: House) -> None:
    anna = house.somebody("anna", Role.SALESPERSON)
    customers = [add_customer(anna, name=name) for name in ("甲", "乙")]
    ask_for_unseen_pages(house)
    for filled, customer in enumerate(customers):
        data = prose.pdf(prose.form("zh", 4, filled), 40)
        assert told(house, anna, sent(anna, customer, "quotes", data), "reuse.text") == []


@ON_BOTH
def test_of_two_trials_only_the_one_with_the_figures_of_the_other_is_told(house: House) -> None:
    anna = house.somebody("anna", Role.SALESPERSON)
    names, figures = ("甲公司", "乙集团", "丙医院"), (prose.OURS, prose.THEIRS, prose.OURS)
    customers = [add_customer(anna, name=name) for name in names]
    ask_for_unseen_pages(house)
    found = []
    for name, measured, customer in zip(names, figures, customers, strict=True):
        one = sent(anna, customer, "quotes", prose.pdf(prose.trial(name, measured), 40))
        found.append([len(told(house, anna, one, "reuse.text")), len(_pages(anna, one))])
    assert found[:2] == [[0, 0], [0, 0]]
    assert found[2][0] == 1


def _pages(who: Caller, deliverable: str) -> list[dict[str, Any]]:
    checks = body_of(who.get(f"/deliverables/{deliverable}"))["report"]["checks"]
    return [check for check in checks if check["id"] == "reuse.page"]


@ON_BOTH
def test_of_two_with_the_same_page_at_once_exactly_one_is_told(house: House) -> None:
    anna = house.somebody("anna", Role.SALESPERSON)
    customers = [add_customer(anna, name=name) for name in ("甲", "乙")]
    ask_for_unseen_pages(house)
    papers = (as_pdf(form(1, 0)), as_pdf(form(1, 0), form(2, 0)))
    pair = [sent(anna, one, "quotes", paper) for one, paper in zip(customers, papers, strict=True)]
    with ThreadPoolExecutor(2) as pool:
        found = list(pool.map(lambda one: told(house, anna, one, "reuse.page"), pair))
    assert sorted(len(findings) for findings in found) == [0, 1]


@ON_BOTH
def test_others_write_while_pages_are_compared(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna = house.somebody("anna", Role.SALESPERSON)
    customers = [add_customer(anna, name=name) for name in ("甲", "乙")]
    ask_for_unseen_pages(house)
    first = sent(anna, customers[0], "quotes", as_pdf(form(1, 0)))
    assert told(house, anna, first, "reuse.page") == []
    second = sent(anna, customers[1], "quotes", as_pdf(form(2, 0), form(1, 0)))
    written: list[bool] = []

    def compared(new: Opened, many: Iterable[Opened]) -> Iterator[Likeness]:
        if pages := tuple(many):
            with ThreadPoolExecutor(1) as other:
                entered = other.submit(_enter_turn, house)
                written.append(not wait([entered], timeout=5).not_done)
        return likeness.compared(new, pages)

    stand_in = SimpleNamespace(compared=compared, DIFFERENT=likeness.DIFFERENT)
    monkeypatch.setattr(reuse_pages, "likeness", stand_in)
    assert len(told(house, anna, second, "reuse.page")) == 1
    assert written == [True, True]


def _enter_turn(house: House) -> None:
    """Write as whoever compares does."""
    with house.ports.records.begin() as unit:
        unit.take_turn(TURN)
