"""A film seen before, on the review page: moments of both, for who may see the earlier one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from service.records import Role
from tests.service.api.house import add_customer, body_of, requirement_of
from tests.service.web.scene import page_of, text_of
from tests.verification.filmed import Scene as Filmed
from tests.verification.filmed import film

if TYPE_CHECKING:
    from tests.service.web.scene import Scene

FILM = film(Filmed(seconds=4.0, size=(160, 90)))


def told_as_seen(scene: Scene, new: str, earlier: str) -> None:
    """Write into the report of a film what `reuse.film` tells of an earlier one."""
    evidence = [
        {"kind": "field", "source": "deliverable", "value": earlier},
        {"kind": "video_box", "t_ms": 500, "box": [0, 0, 160, 90], "caption": None},
        {"kind": "field", "source": "earlier_moment", "value": "2600"},
    ]
    said = {"zh": "影片相同", "en": "the same film"}
    finding = {
        "id": "reuse.film", "version": 1, "status": "INDETERMINATE", "message": said,
        "sub_indication": "REUSED_DELIVERABLE", "remedy": said, "evidence": evidence,
    }  # fmt: skip
    with scene.house.ports.records.begin() as unit:
        row = unit.deliverables.get(new)
        assert row is not None
        report = {**(row.report or {}), "checks": [*(row.report or {})["checks"], finding]}
        unit.deliverables.replace(replace(row, report=report))


def test_moments_of_both_films_stand_side_by_side_for_who_may_see_them(scene: Scene) -> None:
    other = scene.house.somebody("other", Role.SALESPERSON)
    wanted = requirement_of(other, add_customer(other, name="别人的客户"), "poc_report")
    earlier = str(body_of(other.upload(wanted["id"], FILM, name="a.mp4", key="other"))["id"])
    new = scene.changed()
    told_as_seen(scene, new, earlier)
    reviewer = scene.reviewer()
    page = page_of(reviewer.get(f"/deliverables/{new}"))
    images = page.xpath("//section[@aria-labelledby='both-films']//img/@src")
    assert [one.split("/deliverables/")[1] for one in images] == [
        f"{new}/pages/501",
        f"{earlier}/pages/2601",
    ]
    assert reviewer.get(images[1]).data[:4] == b"\x89PNG"
    shown = page.xpath("//section[@aria-labelledby='both-films']//figcaption")
    assert [one.text_content().rsplit(" ", 1)[1] for one in shown] == ["00:00.5", "00:02.6"]
    answer = scene.visitor("seller").get(f"/deliverables/{new}")
    images = page_of(answer).xpath("//section[@aria-labelledby='both-films']//img/@src")
    assert [f"/{new}/" in one for one in images] == [True]
    assert "不向您显示其画面" in text_of(answer)
    assert "别人的客户" not in text_of(answer)
