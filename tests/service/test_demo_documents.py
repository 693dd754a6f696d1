"""The demo's files are real ones, and each bad twin differs from its good file as it says.

What the service answers to each is told in the acceptance story; here the libraries that wrote
the files, and others, say whether they are what they claim.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.utils import parsedate_to_datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any, NamedTuple

import openpyxl
import pymupdf
import pytest
from asn1crypto import pem
from asn1crypto import x509 as asn1_x509
from pyhanko.pdf_utils.misc import PdfReadError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import validate_pdf_signature, validate_pdf_timestamp
from pyhanko_certvalidator import ValidationContext

from service.demo.authority import found
from service.demo.company import plan
from service.demo.deliverables import GOOD, catalogue
from service.demo.documents import it_mail, poc_report, quotes, roi_sheet
from service.demo.documents.amounts import capitals
from service.demo.documents.brief import Brief, working_time
from service.demo.software_twins import TWINS
from service.demo.twins import BACK_DATED_BY
from verification.values import Status

if TYPE_CHECKING:
    from service.demo.authority import Authority
    from service.demo.company import Company
    from service.demo.deliverables import DocumentPlan

AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
SEED = 7


class Told(NamedTuple):
    """What pyHanko says of a signature."""

    intact: bool
    trusted: bool
    changed: bool
    signer: str
    email: str


@pytest.fixture(scope="module")
def company() -> Company:
    return plan(SEED, AT)


@pytest.fixture(scope="module")
def authority() -> Authority:
    return found(AT)


@pytest.fixture(scope="module")
def brief(company: Company, authority: Authority) -> Brief:
    return Brief(
        company=company,
        customer=company.customers[0],
        authority=authority,
        made_at=working_time(AT, days_ago=10, hour=10, minute=0),
    )


@pytest.fixture(scope="module")
def everything(company: Company, authority: Authority) -> dict[str, DocumentPlan]:
    """Every good file and every twin of one customer, by step of the story."""
    steps = [*GOOD, *(f"{one.item}!{one.name}" for one in TWINS)]
    made = catalogue(company, authority, AT, company.customers[0])
    return dict(zip(steps, made, strict=True))


def text_of(data: bytes) -> str:
    with pymupdf.open(stream=data) as document:
        return "\n".join(page.get_text() for page in document)


def properties_of(data: bytes) -> dict[str, str]:
    with pymupdf.open(stream=data) as document:
        return dict(document.metadata)


def told_by_pyhanko(data: bytes, authority: Authority) -> Told:
    root = asn1_x509.Certificate.load(pem.unarmor(authority.root_pem)[2])
    signature = PdfFileReader(BytesIO(data)).embedded_regular_signatures[0]
    status = validate_pdf_signature(
        signature, ValidationContext(trust_roots=[root], moment=AT, allow_fetching=False)
    )
    certificate = signature.signer_cert
    return Told(
        intact=status.intact,
        trusted=status.trusted,
        changed=status.modification_level is ModificationLevel.OTHER,
        signer=certificate.subject.native["common_name"],
        email=certificate.subject_alt_name_value[0].native,
    )


# Good files


def test_files_without_a_signature_are_the_same_to_the_byte(brief: Brief) -> None:
    assert poc_report.unsigned(brief).data == poc_report.unsigned(brief).data
    assert [quotes.write(brief, n) for n in range(3)] == [quotes.write(brief, n) for n in range(3)]
    assert it_mail.write(brief) == it_mail.write(brief)
    assert roi_sheet.write(brief) == roi_sheet.write(brief)


@pytest.mark.parametrize("step", ["poc", "poc+timestamp", "letter"])
def test_a_signed_file_is_intact_trusted_and_by_the_right_person(
    step: str, everything: dict[str, DocumentPlan], authority: Authority, brief: Brief
) -> None:
    contact = brief.customer.contact("cto" if step == "letter" else "it_lead")
    told = told_by_pyhanko(everything[step].data, authority)
    assert told == Told(
        intact=True, trusted=True, changed=False, signer=contact.name, email=contact.email
    )
    assert brief.customer.registered_name in text_of(everything[step].data)


def test_the_signature_is_seen_on_the_page(everything: dict[str, DocumentPlan]) -> None:
    with pymupdf.open(stream=everything["letter"].data) as document:
        (widget,) = document[0].widgets()
        assert widget.field_type_string == "Signature"
        assert widget.rect.width > 100
        assert "签署人" in document[0].get_text(clip=widget.rect)


def test_the_document_time_stamp_is_by_the_demo_authority(
    everything: dict[str, DocumentPlan], authority: Authority
) -> None:
    root = asn1_x509.Certificate.load(pem.unarmor(authority.root_pem)[2])
    stamp = PdfFileReader(BytesIO(everything["poc+timestamp"].data)).embedded_timestamp_signatures
    context = ValidationContext(trust_roots=[root], moment=AT, allow_fetching=False)
    status = validate_pdf_timestamp(stamp[0], context)
    assert status.intact
    assert status.trusted
    assert status.timestamp < AT


@pytest.mark.parametrize("step", ["quote1", "quote2", "quote3"])
def test_the_totals_of_a_quote_add_up(step: str, everything: dict[str, DocumentPlan]) -> None:
    amounts = [
        int(figure.replace(",", "").replace(".", ""))
        for figure in re.findall(r"[\d,]+\.\d\d", text_of(everything[step].data))
    ]
    seat, seats_sum, service, service_sum, day, training, net, tax, total = amounts
    assert seats_sum % seat == 0
    assert service == service_sum
    assert training % day == 0
    assert net + tax == total == seats_sum + service_sum + training


def test_three_quotes_differ_in_supplier_author_and_program(
    everything: dict[str, DocumentPlan],
) -> None:
    told = [properties_of(everything[f"quote{n}"].data) for n in (1, 2, 3)]
    for name in ("title", "author", "creator", "creationDate"):
        assert len({one[name] for one in told}) == 3, name


def test_the_workbook_has_formulas_their_results_and_the_price_of_our_quote(
    everything: dict[str, DocumentPlan], brief: Brief
) -> None:
    data = everything["roi"].data
    formulas = openpyxl.load_workbook(BytesIO(data)).active
    results = openpyxl.load_workbook(BytesIO(data), data_only=True).active
    assert formulas["C22"].value == "=C18+NPV(C11,D18:F18)"
    assert results["C6"].value * 100 == quotes.our_total_fen(brief)
    flow = [results[f"{column}18"].value for column in "CDEF"]
    assert results["F19"].value == pytest.approx(sum(flow))
    rate = results["C11"].value
    assert results["C22"].value == pytest.approx(
        sum(amount / (1 + rate) ** year for year, amount in enumerate(flow))
    )


def test_the_mail_comes_from_the_it_lead_through_servers_in_order(
    everything: dict[str, DocumentPlan], brief: Brief
) -> None:
    mail = message_from_bytes(everything["mail"].data, policy=policy.default)
    trace = mail.get_all("Received", [])
    hops = [parsedate_to_datetime(line.rpartition(";")[2]) for line in trace]
    assert not mail.defects
    assert brief.customer.contact("it_lead").email in mail["From"]
    assert parsedate_to_datetime(mail["Date"]) < hops[2] < hops[1] < hops[0]
    assert mail["Message-ID"].endswith(f"@{brief.customer.organisation.domain}>")
    text = mail.get_body(("plain",))
    assert text is not None
    assert "确认" in text.get_content()


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (0, "零元整"),
        (100, "壹元整"),
        (1_050, "壹拾元伍角"),
        (1_005, "壹拾元零伍分"),
        (10_100, "壹佰零壹元整"),
        (76_400_000, "柒拾陆万肆仟元整"),
        (100_000_000, "壹佰万元整"),
        (100_050_000, "壹佰万零伍佰元整"),
        (10_000_500_000, "壹亿零伍仟元整"),
        (12_345_678_912, "壹亿贰仟叁佰肆拾伍万陆仟柒佰捌拾玖元壹角贰分"),
    ],
)
def test_amounts_in_capitals(fen: int, words: str) -> None:
    assert capitals(fen) == words


# Twins

SIGNED_ITEMS = {"poc_report": "poc", "cto_letter": "letter"}
MAGIC = {"pdf": b"%PDF-", "xlsx": b"PK\x03\x04", "eml": b"Received:"}
PLAIN_GOOD = {"it_mail": "mail", "roi_sheet": "roi", "quotes": "quote3"}


@pytest.mark.parametrize("one", TWINS, ids=lambda one: f"{one.item} {one.name}")
def test_a_twin_says_what_must_be_answered(one: Any, everything: dict[str, DocumentPlan]) -> None:
    document = everything[f"{one.item}!{one.name}"]
    assert document.expected_verdict in {Status.FAILED, Status.INDETERMINATE}
    assert document.expected_sub_indications
    assert document.told.zh
    assert document.told.en
    assert document.data.startswith(MAGIC[document.kind]) == (one.name != "renamed_type")


@pytest.mark.parametrize("item", sorted(PLAIN_GOOD))
def test_a_truncated_file_is_the_beginning_of_the_good_one(
    item: str, everything: dict[str, DocumentPlan]
) -> None:
    good, cut = everything[PLAIN_GOOD[item]].data, everything[f"{item}!truncated"].data
    assert good.startswith(cut)
    assert len(cut) < len(good)


@pytest.mark.parametrize("item", sorted(SIGNED_ITEMS))
def test_a_truncated_signed_file_is_no_whole_pdf(
    item: str, everything: dict[str, DocumentPlan]
) -> None:
    with pytest.raises(PdfReadError):
        PdfFileReader(BytesIO(everything[f"{item}!truncated"].data))


@pytest.mark.parametrize(
    ("name", "intact", "trusted", "changed", "right_person"),
    [
        pytest.param("back_dated", True, True, False, True, id="back-dated: all in order but time"),
        pytest.param("too_old", True, True, False, True, id="too old: all in order but time"),
        pytest.param("changed_after_signing", True, True, True, True, id="changed: still intact"),
        pytest.param("bit_flipped", False, False, False, True, id="bit flipped: not intact"),
        pytest.param("signed_by_somebody_else", True, True, False, False, id="another person"),
        pytest.param("unknown_authority", True, False, False, True, id="unknown: not trusted"),
    ],
)
@pytest.mark.parametrize("item", sorted(SIGNED_ITEMS))
@pytest.mark.filterwarnings("ignore::UserWarning")
def test_a_signed_twin_differs_in_what_its_name_says(  # noqa: PLR0917 - one column a question
    item: str,
    name: str,
    intact: bool,  # noqa: FBT001 - a row of the table
    trusted: bool,  # noqa: FBT001 - a row of the table
    changed: bool,  # noqa: FBT001 - a row of the table
    right_person: bool,  # noqa: FBT001 - a row of the table
    everything: dict[str, DocumentPlan],
    authority: Authority,
    brief: Brief,
) -> None:
    told = told_by_pyhanko(everything[f"{item}!{name}"].data, authority)
    wanted = brief.customer.contact("it_lead" if item == "poc_report" else "cto")
    assert (told.intact, told.trusted, told.changed) == (intact, trusted, changed)
    assert (told.email == wanted.email) is right_person


@pytest.mark.parametrize(
    ("item", "signed_words", "seen_words"),
    [("poc_report", "通过 11 项", "通过 12 项"), ("cto_letter", "复测不通过", "90 日内有效")],
)
def test_a_changed_file_shows_other_words_than_were_signed(
    item: str, signed_words: str, seen_words: str, everything: dict[str, DocumentPlan]
) -> None:
    data = everything[f"{item}!changed_after_signing"].data
    signature = PdfFileReader(BytesIO(data)).embedded_regular_signatures[0]
    covered = int(signature.byte_range[2]) + int(signature.byte_range[3])
    assert signed_words in text_of(data[:covered])
    assert signed_words not in text_of(data)
    assert seen_words in text_of(data)


def test_back_dated_files_contradict_themselves(everything: dict[str, DocumentPlan]) -> None:
    mail = message_from_bytes(everything["it_mail!back_dated"].data, policy=policy.default)
    came = parsedate_to_datetime(mail.get_all("Received", [])[-1].rpartition(";")[2])
    assert came - parsedate_to_datetime(mail["Date"]) > BACK_DATED_BY
    book = openpyxl.load_workbook(BytesIO(everything["roi_sheet!back_dated"].data)).properties
    assert book.modified < book.created
    for step in ("poc_report!back_dated", "cto_letter!back_dated"):
        told = properties_of(everything[step].data)
        assert told["modDate"] < told["creationDate"], step
    quote = everything["quotes!back_dated"].data
    with pymupdf.open(stream=quote) as document:
        packet = document.get_xml_metadata()
    xmp = datetime.fromisoformat(re.findall(r"<xmp:CreateDate>([^<]*)", packet)[0])
    info = properties_of(quote)["creationDate"][2:10]
    assert xmp.strftime("%Y%m%d") > info


@pytest.mark.parametrize("item", [*SIGNED_ITEMS, "quotes"])
def test_a_file_too_old_was_made_more_than_a_year_ago(
    item: str, everything: dict[str, DocumentPlan]
) -> None:
    made = properties_of(everything[f"{item}!too_old"].data)["creationDate"]
    assert made[2:10] < f"{AT - timedelta(days=365):%Y%m%d}"
