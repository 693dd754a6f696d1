"""A film handed in twice: re-encoded and renamed it is told, and both sides stand on one page."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

from service.records import Role
from tests.service.api.house import ON_BOTH, add_customer, body_of, requirement_of
from tests.service.api.test_reuse import SECRET_NAME, told
from tests.verification.filmed import COPIES, Scene, coded, take

if TYPE_CHECKING:
    from tests.service.api.house import Caller, House

SCENE = Scene(place=3, seconds=8.0, size=(320, 180))


@cache
def film(copied: str = "", day: int = 1) -> bytes:
    shot = take(replace(SCENE, day=day))
    return coded(COPIES[copied](shot) if copied else shot)


def ask_for_unseen_films(house: House) -> None:
    with house.ports.records.begin() as unit:
        for one in unit.requirements.find({"item": "quotes"}):
            unit.requirements.replace(
                replace(one, content={"unseen": True}, formats=("mp4", "mkv"))
            )


def sent(who: Caller, customer: Any, data: bytes, name: str) -> str:
    wanted = requirement_of(who, customer, "quotes")
    answer = who.upload(wanted["id"], data, name=name, key=f"{customer['id']}-{name}")
    assert answer.status_code == 201, answer.get_data(as_text=True)
    return str(body_of(answer)["id"])


@ON_BOTH
def test_a_film_coded_anew_is_told_with_moments_of_both(house: House) -> None:
    bela = house.somebody("bela", Role.SALESPERSON)
    anna = house.somebody("anna", Role.SALESPERSON)
    theirs, mine = add_customer(bela, name=SECRET_NAME), add_customer(anna)
    ask_for_unseen_films(house)
    first = sent(bela, theirs, film(), "theirs.mp4")
    assert told(house, bela, first, "reuse.film") == []
    second = sent(anna, mine, film("frame rate 12 to 8"), "ours.mkv")
    (finding,) = told(house, anna, second, "reuse.film")
    assert (finding["status"], finding["sub_indication"]) == ("INDETERMINATE", "REUSED_DELIVERABLE")
    named, *places = finding["evidence"]
    assert named["value"] == first
    assert [place["kind"] for place in places] == ["video_box", "field"] * 3
    moments = [place["t_ms"] for place in places[::2]]
    assert all(
        abs(int(place["value"]) - moment) < 200
        for place, moment in zip(places[1::2], moments, strict=True)
    )
    whole = anna.get(f"/deliverables/{second}").get_data(as_text=True)
    assert SECRET_NAME not in whole
    assert "smalls" not in whole
    number = [one["id"] for one in json.loads(whole)["report"]["checks"]].index("reuse.film")
    for path in (f"evidence/{number}/1", f"pages/{moments[0] + 1}"):
        assert anna.get(f"/deliverables/{second}/{path}").data[:4] == b"\x89PNG"
    moment = int(places[1]["value"]) + 1
    assert bela.get(f"/deliverables/{first}/pages/{moment}").data[:4] == b"\x89PNG"
    assert anna.get(f"/deliverables/{first}/pages/{moment}").status_code == 404


@ON_BOTH
def test_another_day_at_the_same_place_is_not_told(house: House) -> None:
    anna = house.somebody("anna", Role.SALESPERSON)
    customers = [add_customer(anna, name=name) for name in ("甲", "乙")]
    ask_for_unseen_films(house)
    for day, customer in enumerate(customers, start=1):
        one = sent(anna, customer, film(day=day), "film.mp4")
        assert told(house, anna, one, "reuse.film") == []


def test_films_are_compared_only_where_that_is_asked_and_not_with_earlier_versions(
    house: House,
) -> None:
    anna = house.somebody("anna", Role.SALESPERSON)
    customer = add_customer(anna)
    first = sent(anna, customer, film(), "film.mp4")
    assert told(house, anna, first, "reuse.film") == []
    ask_for_unseen_films(house)
    for data, name in ((film(), "again.mp4"), (film("frame rate 12 to 8"), "version.mkv")):
        one = sent(anna, customer, data, name)
        assert told(house, anna, one, "reuse.film") == []
