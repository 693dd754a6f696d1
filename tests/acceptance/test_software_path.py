"""The software path over HTTP: a good set opens all four stages, each bad twin locks its own.

Every customer hands in one twin a stage, beside good files of whatever else the stage asks for, so
that nothing but the twin keeps the stage locked. The table says which check must tell of it, with
which cause, and where the reviewer sees it: drawn out of the page, or named by its place in the
file.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

import pytest

from service.demo import authority, company, deliverables
from service.demo.load import load, signed_in, stages_of
from service.demo.software_twins import TWINS
from service.records import Role

if TYPE_CHECKING:
    from service.demo.client import Client
    from service.demo.company import Company, CustomerPlan
    from service.demo.deliverables import DocumentPlan
    from service.demo.load import Answered
    from tests.acceptance.houses import House

SEED = 2026
PNG = b"\x89PNG"
STAGES = ("tech_eval", "cost", "compare", "approval")
#: What stands beside a twin of an item, so that the stage would open but for the twin.
BESIDE = {
    "poc_report": ("mail",),
    "it_mail": ("poc",),
    "roi_sheet": (),
    "quotes": ("quote1", "quote2"),
    "cto_letter": (),
}
GOOD = ("poc+timestamp", "mail", "roi", "quote1", "quote2", "quote3", "letter")
#: Twin → the finding that must tell of it: check, cause, and what its evidence is: a ``crop`` of
#: the page, a place in the file (``bytes``, ``part``, ``field``, ``header``), or ``nothing`` where
#: what is wrong is that something is not there.
TELLS = """
poc_report renamed_type              type.declared          TYPE_MISMATCH               bytes
poc_report back_dated                time.consistent        TIME_CONTRADICTION          field
poc_report too_old                   time.window            TIME_TOO_OLD                field
poc_report truncated                 type.container         CONTAINER_TRUNCATED         bytes
poc_report changed_after_signing     pdf.signature.changes  CHANGED_AFTER_SIGNING       crop
poc_report bit_flipped               pdf.signature.integrity HASH_FAILURE               crop
poc_report signed_by_somebody_else   signer.required        SIGNER_NOT_REQUIRED_PERSON  crop
poc_report unknown_authority         pdf.signature.chain    NO_CERTIFICATE_CHAIN_FOUND  crop
poc_report unsigned                  signer.required        SIGNATURE_NOT_FOUND         crop
poc_report future_time               time.consistent        TIME_IN_FUTURE              field
poc_report self_signed               pdf.signature.chain    NO_CERTIFICATE_CHAIN_FOUND  crop
poc_report of_another                reuse.page             REUSED_DELIVERABLE          crop
poc_report rescanned                 reuse.page             REUSED_DELIVERABLE          crop
it_mail    renamed_type              mail.screenshot        SCREENSHOT                  field
it_mail    back_dated                time.consistent        TIME_CONTRADICTION          header
it_mail    too_old                   time.window            TIME_TOO_OLD                header
it_mail    truncated                 type.declared          TYPE_MISMATCH               bytes
it_mail    forged                    mail.smime.integrity   HASH_FAILURE                nothing
roi_sheet  renamed_type              type.declared          TYPE_MISMATCH               bytes
roi_sheet  back_dated                time.consistent        TIME_CONTRADICTION          part
roi_sheet  too_old                   time.window            TIME_TOO_OLD                part
roi_sheet  truncated                 type.container         CONTAINER_TRUNCATED         bytes
roi_sheet  figure_altered            roi.recompute          FIGURE_DIFFERS              part
roi_sheet  template_outdated         cost_sheet.version     TEMPLATE_OUTDATED           part
roi_sheet  typed_in                  roi.hardcoded          HARDCODED_FIGURE            part
roi_sheet  hidden_sheet              roi.hidden             HIDDEN_SHEET                part
roi_sheet  hidden_rows               roi.hidden             HIDDEN_CELLS                part
roi_sheet  other_book                roi.external           EXTERNAL_LINK               part
roi_sheet  macro                     roi.macros             MACROS                      part
quotes     renamed_type              type.declared          TYPE_MISMATCH               bytes
quotes     back_dated                time.consistent        TIME_CONTRADICTION          field
quotes     too_old                   quote.valid            QUOTE_EXPIRED               crop
quotes     truncated                 type.container         CONTAINER_TRUNCATED         bytes
quotes     polyglot                  type.polyglot          POLYGLOT                    bytes
quotes     total_wrong               quote.totals           TOTAL_DIFFERS               crop
quotes     expired                   quote.valid            QUOTE_EXPIRED               crop
quotes     tax_number_wrong          quote.supplier         TAX_NUMBER_INVALID          crop
quotes     one_supplier              quote.rivals           SAME_SUPPLIER               crop
quotes     scope_missing             quote.rivals           QUOTE_SCOPE_DIFFERS         crop
quotes     prices_scaled             quote.rivals           PRICES_SCALED               crop
quotes     seal_missing              page.seal              SEAL_NOT_FOUND              crop
quotes     seal_copied               page.seal              SEAL_COLOURLESS             crop
quotes     figure_edited             hint.number_fonts      NUMBER_MIXED                crop
quotes     painted_over              hint.hidden            TEXT_COVERED                crop
quotes     used_before               reuse.exact            REUSED_DELIVERABLE          field
cto_letter renamed_type              type.declared          TYPE_MISMATCH               bytes
cto_letter back_dated                time.consistent        TIME_CONTRADICTION          field
cto_letter too_old                   time.window            TIME_TOO_OLD                field
cto_letter truncated                 type.container         CONTAINER_TRUNCATED         bytes
cto_letter changed_after_signing     pdf.signature.changes  CHANGED_AFTER_SIGNING       crop
cto_letter bit_flipped               pdf.signature.integrity HASH_FAILURE               crop
cto_letter signed_by_somebody_else   signer.required        SIGNER_NOT_REQUIRED_PERSON  crop
cto_letter unknown_authority         pdf.signature.chain    NO_CERTIFICATE_CHAIN_FOUND  crop
cto_letter unsigned                  signer.required        SIGNATURE_NOT_FOUND         crop
cto_letter refusing                  letter.content         LETTER_REFUSES              crop
cto_letter conditional               letter.content         LETTER_CONDITIONAL          crop
cto_letter undecided                 letter.content         LETTER_INCOMPLETE           crop
cto_letter other_project             letter.content         LETTER_INCOMPLETE           crop
cto_letter undated                   letter.content         LETTER_INCOMPLETE           crop
cto_letter seal_missing              page.seal              SEAL_NOT_FOUND              crop
cto_letter seal_copied               page.seal              SEAL_COLOURLESS             crop
cto_letter seal_other                page.seal              SEAL_HOLDER_DIFFERS         crop
cto_letter typed_signature           signer.required        SIGNATURE_NOT_FOUND         crop
cto_letter pasted_signature          signer.required        SIGNATURE_NOT_FOUND         crop
"""


@dataclass(frozen=True, slots=True)
class Tells:
    """What must be told of a twin, and how it is shown."""

    check: str
    cause: str
    shown: str


TABLE = {
    (item, twin): Tells(*tells)
    for item, twin, *tells in (line.split() for line in TELLS.strip().splitlines())
}
#: Kinds of evidence that are drawn out of a page.
DRAWN = {"page_box", "image_box"}
PLACES = {"bytes": "byte_range", "part": "part", "field": "field", "header": "header"}


@pytest.mark.slow
def test_each_twin_locks_its_stage_and_the_good_set_opens_all_four(embedded: House) -> None:
    at = datetime.now(UTC).replace(microsecond=0)
    whole, trusted = company.plan(SEED, at), authority.found(at)
    assert {(one.item, one.name) for one in TWINS} == set(TABLE)
    small, documents = _sets(whole, trusted, at)
    embedded.furnish(small, trusted.root_pem)
    with embedded.open() as address:
        # What stands beside a twin is judged before it comes.
        answered = load(address, small, tuple(one for one in documents if not one.twin))
        answered += load(address, small, tuple(one for one in documents if one.twin))
        assert [_told(one) for one in answered if not one.as_expected] == []
        stages = stages_of(address, small)
        good, *bad = small.customers
        assert [(s["key"], s["state"]) for s in stages[good.key]] == [(s, "open") for s in STAGES]
        twins = [one for one in answered if one.plan.twin]
        assert len(twins) == len(TABLE) >= 25
        for customer in bad:
            mine = [one for one in twins if one.plan.customer == customer.key]
            _only_the_twins_are_missing(stages[customer.key], mine)
        with signed_in(address, small, good.owner) as owner:
            wrong = [what for one in twins for what in _what_is_not_shown(owner, one)]
        assert wrong == []


def _sets(
    whole: Company, trusted: authority.Authority, at: datetime
) -> tuple[Company, tuple[DocumentPlan, ...]]:
    """Give a customer whose files are good, then as many as there are twins of one stage."""
    model = next(one for one in whole.customers if one.path == "software")
    rows = list(zip_longest(*_by_stage()))
    several = replace(
        whole, customers=tuple(_department(model, number) for number in range(len(rows) + 1))
    )
    good, *bad = several.customers
    documents = list(deliverables.catalogue(several, trusted, at, good, steps=GOOD))
    elsewhere = {one.item: one for one in documents}
    for customer, row in zip(bad, rows, strict=True):
        steps = tuple(step for key in row if key is not None for step in _handed_in(*key))
        for one in deliverables.catalogue(several, trusted, at, customer, steps=steps):
            used = one.after == "elsewhere"
            documents.append(replace(one, data=elsewhere[one.item].data) if used else one)
    return _few(several), tuple(documents)


def _department(model: CustomerPlan, number: int) -> CustomerPlan:
    """Give one of several departments of a firm: each buys for itself, from its own figures."""
    organisation = replace(model.organisation, name=f"{model.name}{number + 1}部")
    return replace(model, key=f"{model.key}{number + 1}", organisation=organisation)


def _by_stage() -> list[list[tuple[str, str]]]:
    stages = (("poc_report", "it_mail"), ("roi_sheet",), ("quotes",), ("cto_letter",))
    return [[key for key in TABLE if key[0] in items] for items in stages]


def _handed_in(item: str, name: str) -> tuple[str, ...]:
    return (*BESIDE[item], f"{item}!{name}")


def _few(whole: Company) -> Company:
    """Leave the people whom the test needs."""
    owners = {one.owner for one in whole.customers}
    needed = {Role.ADMIN, Role.VP_SALES}
    people = tuple(one for one in whole.people if one.role in needed or one.login in owners)
    return replace(whole, people=people)


def _told(one: Answered) -> str:
    return f"{one.plan.item}!{one.plan.twin}: {one.verdict} {one.sub_indication} {one.message}"


def _only_the_twins_are_missing(stages: list[dict[str, Any]], mine: list[Answered]) -> None:
    """A stage with a twin is locked as 待补全, and names it and nothing else."""
    for stage in stages:
        twins = {one.deliverable_id for one in mine if one.plan.stage == stage["key"]}
        if not twins:
            continue
        assert (stage["state"], stage["locked_as"]) == ("locked", "待补全")
        named = {why["deliverable"] for item in stage["missing"] for why in item["because"]}
        assert named == twins


def _what_is_not_shown(owner: Client, one: Answered) -> list[str]:
    """Say what the table asks for and the report, or its crop, does not give."""
    key = (one.plan.item, one.plan.twin or "")
    tells = TABLE[key]
    path = f"/api/v1/deliverables/{one.deliverable_id}"
    checks = owner.get(path)["report"]["checks"]
    found = [
        (number, check)
        for number, check in enumerate(checks)
        if (check["id"], check["sub_indication"]) == (tells.check, tells.cause)
    ]
    if not found:
        return [f"{key}: {tells.check} {tells.cause} is not told"]
    pieces = [
        (f"{path}/evidence/{number}/{place}", evidence["kind"])
        for number, check in found
        for place, evidence in enumerate(check["evidence"])
    ]
    kinds = {kind for _address, kind in pieces}
    if tells.shown == "crop":
        drawn = [address for address, kind in pieces if kind in DRAWN]
        drawn = drawn[:1]
        if tells.check == "reuse.page":
            drawn += [_earlier_page(check) for _number, check in found]
        if not drawn or not all(owner.download(one).startswith(PNG) for one in drawn):
            return [f"{key}: nothing is drawn, there are {kinds}"]
    elif tells.shown != "nothing" and PLACES[tells.shown] not in kinds:
        return [f"{key}: {tells.shown} is not named, there are {kinds}"]
    return []


def _earlier_page(check: dict[str, Any]) -> str:
    """Give the address of the page that was handed in before: it stands beside the new one."""
    fields = {one["source"]: one["value"] for one in check["evidence"] if one["kind"] == "field"}
    return f"/api/v1/deliverables/{fields['deliverable']}/pages/{fields['page']}"
