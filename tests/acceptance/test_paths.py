"""Each industry's path over HTTP: every bad file keeps its stage locked, the good ones open all.

The software path has a test of its own, with all of its twins (test_software_path).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from service.demo import authority, company, deliverables, industries
from service.demo.documents import film
from service.demo.load import load, signed_in, stages_of
from service.paths import load as load_path
from service.paths import names
from service.records import Role
from tests.service.handed_in import ONE_BY_ONE, SHOWN, handed_in
from verification.values import Status

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.demo.client import Client
    from service.demo.company import Company, CustomerPlan
    from service.demo.deliverables import DocumentPlan
    from service.demo.load import Answered
    from tests.acceptance.houses import House

SEED = 2026
#: Of each path's bad files at least so many are handed in.
FEWEST = 8
ALTERED = "changed_after_signing"
PNG = b"\x89PNG"
#: What was copied from another customer is told by its pages, its words, or what a film shows.
REUSE = {"reuse.film", "reuse.page", "reuse.text"}


@pytest.mark.slow
def test_bad_files_lock_and_good_ones_open_on_every_path(embedded: House) -> None:
    at = datetime.now(UTC).replace(microsecond=0)
    whole, trusted = company.plan(SEED, at), authority.found(at)
    sets = [_three_of(whole, path) for path in names() if path != deliverables.PATH]
    small = _few(replace(whole, customers=tuple(one for three in sets for one in three)))
    embedded.furnish(small, trusted.root_pem)
    with embedded.open() as address:
        goods = replace(whole, customers=tuple(good for _, good, _ in sets))
        sent = [
            one
            for bad, good, _ in sets
            for one in _shared_out(
                _made(whole, trusted, bad, deliverables.steps_of(bad.path)),
                _made(goods, trusted, good, _unseen(good.path)),
                good,
            )
        ]
        copies = [one for *_, good, thief in sets for one in _copied(whole, trusted, good, thief)]
        answered = load(address, small, (*sent, *copies))
        assert [_told(one) for one in answered if not one.as_expected] == []
        stages = stages_of(address, small)
        for bad, good, thief in sets:
            mine = [one for one in answered if one.plan.customer == bad.key]
            assert len(mine) >= FEWEST
            _every_bad_file_is_named(stages[bad.key], mine)
            assert {stage["state"] for stage in stages[good.key]} == {"open"}
            assert len(stages[good.key]) == len(load_path(bad.path).stages) >= 4
            stolen = [one for one in answered if one.plan.customer == thief.key]
            _every_bad_file_is_named(stages[thief.key], stolen)
            assert {one.plan.item for one in stolen} == _asked_unseen(bad.path)
            with signed_in(address, small, bad.owner) as owner:
                _what_was_found_can_be_seen(owner, mine)
                _whose_it_was_can_be_seen(owner, stolen)
        assert {one.plan.twin for one in answered} >= set(SHOWN)


def _three_of(whole: Company, path: str) -> tuple[CustomerPlan, CustomerPlan, CustomerPlan]:
    """Give a customer on the path, and two more there who are known to the same people."""
    one = next(customer for customer in whole.customers if customer.path == path)
    second, third = (
        replace(
            one,
            key=f"{one.key}{number}",
            organisation=replace(one.organisation, name=f"{one.name}{name}"),
        )
        for number, name in ((2, "二部"), (3, "三部"))
    )
    return one, second, third


def _made(
    whole: Company, trusted: authority.Authority, customer: CustomerPlan, steps: tuple[str, ...]
) -> dict[str, DocumentPlan]:
    files = deliverables.catalogue(whole, trusted, whole.at, customer, steps=steps)
    return dict(zip(steps, files, strict=True))


def _asked_unseen(path: str) -> set[str]:
    return {
        need.item
        for stage in load_path(path).stages
        for need in stage.requirements
        if need.content.get("unseen")
    }


def _unseen(path: str) -> tuple[str, ...]:
    """Name good files that must be one's own: made from the first customer's they are seen."""
    asked = _asked_unseen(path)
    return tuple(piece.step for piece in industries.pieces(path) if piece.item in asked)


def _copied(
    whole: Company, trusted: authority.Authority, good: CustomerPlan, thief: CustomerPlan
) -> Iterator[DocumentPlan]:
    """Hand in the good customer's files as one's own, with another name or as a scan."""
    two = replace(whole, customers=(good, thief))
    steps = [
        one
        for one in deliverables.steps_of(thief.path)
        if one.endswith(("!of_another", "!rescanned"))
    ]
    yield from deliverables.catalogue(two, trusted, whole.at, thief, steps=tuple(steps))


def _shared_out(
    made: dict[str, DocumentPlan], own: dict[str, DocumentPlan], good: CustomerPlan
) -> Iterator[DocumentPlan]:
    """Let the first hand in only what is bad, and the second only what is good."""
    names_seen, open_quotes = set(), False
    wanted = handed_in(good.path)
    for step, one in made.items():
        if one.twin:
            if step not in wanted or (_is_quote(one) and open_quotes):
                continue
            # Of one supplier: a second one would fail for that, whatever else is wrong with it.
            open_quotes |= _is_quote(one) and one.expected_verdict is not Status.FAILED
            yield one
        elif (one.item, one.name) not in names_seen:
            names_seen.add((one.item, one.name))
            yield own.get(step, replace(one, customer=good.key))


def _is_quote(one: DocumentPlan) -> bool:
    return one.item in ONE_BY_ONE


def _few(whole: Company) -> Company:
    """Leave the people whom the test needs."""
    owners = {one.owner for one in whole.customers}
    needed = {Role.ADMIN, Role.VP_SALES}
    people = tuple(one for one in whole.people if one.role in needed or one.login in owners)
    return replace(whole, people=people)


def _told(one: Answered) -> str:
    return f"{one.plan.item}!{one.plan.twin}: {one.verdict} {one.sub_indication}"


def _every_bad_file_is_named(stages: list[dict[str, Any]], bad: list[Answered]) -> None:
    """No stage is open; the item of each stage says which of its files do not count, and why."""
    assert {stage["state"] for stage in stages} == {"locked"}
    named = {
        why["deliverable"]: why["sub_indication"]
        for stage in stages
        for item in stage["missing"]
        for why in item["because"]
    }
    assert {one.deliverable_id: one.sub_indication for one in bad} == named


def _what_was_found_can_be_seen(owner: Client, bad: list[Answered]) -> None:
    """A place on a page, or in a film at a time, that a finding points at is drawn."""
    shown = [one for one in bad if one.plan.twin in SHOWN]
    assert any(one.plan.twin == ALTERED for one in shown)
    for one in shown:
        path = f"/api/v1/deliverables/{one.deliverable_id}"
        checks = owner.get(path)["report"]["checks"]
        places = {
            f"{path}/evidence/{check}/{place}": evidence
            for check, finding in enumerate(checks)
            if finding["sub_indication"] == one.sub_indication
            for place, evidence in enumerate(finding["evidence"])
            if evidence["kind"] == SHOWN[str(one.plan.twin)]
        }
        assert places, checks
        assert owner.download(next(iter(places))).startswith(PNG)
        if SHOWN[str(one.plan.twin)] == "video_box":
            _lies_in_the_film(list(places.values()), spliced=one.plan.twin == "spliced")


def _whose_it_was_can_be_seen(owner: Client, stolen: list[Answered]) -> None:
    """The deliverable that was copied is named, and its page is drawn for who may see it."""
    for one in stolen:
        checks = owner.get(f"/api/v1/deliverables/{one.deliverable_id}")["report"]["checks"]
        told = [check for check in checks if check["id"] in REUSE and check["sub_indication"]]
        assert told, (_told(one), checks)
        fields = {
            piece["source"]: piece["value"]
            for piece in told[0]["evidence"]
            if piece["kind"] == "field"
        }
        earlier = f"/api/v1/deliverables/{fields['deliverable']}"
        assert owner.get(earlier)["name"] != one.plan.name
        # A film's page n is its millisecond n - 1.
        number = fields.get("page") or int(fields.get("earlier_moment", "0")) + 1
        assert owner.download(f"{earlier}/pages/{number}").startswith(PNG)


def _lies_in_the_film(places: list[dict[str, Any]], *, spliced: bool) -> None:
    """The clock, low on the left; where the film was cut, on both sides of the cut."""
    for one in places:
        left, top, right, bottom = one["box"]
        assert 0 <= left < right <= film.WIDTH * 0.75
        assert film.HEIGHT * 0.8 < top < bottom <= film.HEIGHT
        assert 0 <= one["t_ms"] < film.SECONDS * 1000
    times = [one["t_ms"] for one in places]
    assert not spliced or times[0] < film.SECONDS * 500 <= times[-1]
