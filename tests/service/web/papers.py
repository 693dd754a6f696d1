"""The demo company's files for one customer: good ones and bad twins, made by real libraries."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from service.demo import authority, company
from service.demo.documents import it_mail, poc_report
from service.demo.documents.brief import Brief, working_time
from service.demo.software_twins import twin

if TYPE_CHECKING:
    from service.demo.authority import Authority
    from service.demo.company import Company
    from service.demo.documents.brief import Draft

#: Where the clock of these tests stands: now, for a browser has its own idea of which cookies last.
AT = datetime.now(UTC).replace(microsecond=0)
WRITERS = {"poc_report": poc_report.write, "it_mail": it_mail.write}


@cache
def _trusted() -> Authority:
    return authority.found(AT - timedelta(days=365))


@cache
def the_company() -> Company:
    return company.plan(2026, AT)


def anchors() -> tuple[bytes, ...]:
    """Give the certificate that the demo's signers hang from, as DER."""
    root = x509.load_pem_x509_certificate(_trusted().root_pem)
    return (root.public_bytes(Encoding.DER),)


@cache
def paper(item: str, fault: str | None = None) -> Draft:
    """Write the first customer's file for an item, good or with one fault."""
    brief = Brief(
        company=the_company(),
        customer=the_company().customers[0],
        authority=_trusted(),
        made_at=working_time(AT, days_ago=9, hour=10, minute=0),
    )
    return WRITERS[item](brief) if fault is None else twin(item, fault).make(brief)
