"""The files of the pictures on the checks' pages that no other check of the demo company shows.

Three a page: a fault that is told, a fault that is not, and an honest file that is told of.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import pymupdf

from service.demo.authority import Identity
from service.demo.documents import it_mail, poc_report, quotes, roi_sheet
from service.demo.software_twins import POC_REPORT
from service.demo.twins import (
    BACK_DATED_BY,
    back_dated_paper,
    renamed_pdf,
    signed_by_somebody_else,
)
from tests.verification import bombs, office_signing, sealing

if TYPE_CHECKING:
    from collections.abc import Callable

    from service.demo.documents.brief import Brief, Draft

    Make = Callable[[Brief], Draft]

LAST = 2
#: What browsers say of a file that they do not know.
UNKNOWN_TYPE = "application/octet-stream"
#: What a mail gateway hangs on the files that pass it.
BY_GATEWAY = b"\r\n-- scanned by mail-gateway.example, no threat found --\r\n" * 3
NICKNAME = "=?utf-8?b?5LqR5LiK54mn5Zut?="  # 云上牧园
#: The picture shows the head of the page with the verdict, and no finding.
VERDICT = "verdict"


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture: which finding of which file."""

    name: str
    item: str
    make: Make
    check: str
    #: None: the finding of the check that passed.
    cause: str | None


def _bytes(draft_of: Make, change: Callable[[bytes], bytes]) -> Make:
    def make(brief: Brief) -> Draft:
        good = draft_of(brief)
        return replace(good, data=change(good.data))

    return make


def _named(ending: str, data: Callable[[], bytes]) -> Make:
    """Give a file that is no paper of the demo company, under a name of its own."""

    def make(brief: Brief) -> Draft:
        good = poc_report.write(brief)
        return replace(
            good, name=good.name.replace("pdf", ending), media_type=UNKNOWN_TYPE, data=data()
        )

    return make


def _quote(brief: Brief) -> Draft:
    return quotes.write(brief, LAST)


def _dated(by: timedelta) -> Make:
    """Write a quote whose dates are all wrong by as much."""
    return lambda brief: _quote(replace(brief, made_at=brief.made_at + by))


# Hostile


def _with_script(data: bytes) -> bytes:
    """Let a PDF run a script when it is opened."""
    with pymupdf.open(stream=data) as document:
        script = document.get_new_xref()
        document.update_object(script, "<</S/JavaScript/JS(app.launchURL\\('http://a.test'\\))>>")
        document.xref_set_key(document.pdf_catalog(), "OpenAction", f"{script} 0 R")
        return bytes(document.tobytes(no_new_id=True))


def _plan_of_a_hall(data: bytes) -> bytes:
    """Give a drawing as wide as a plotter prints it: more pixels than are ever decoded."""
    del data
    import cv2  # noqa: PLC0415 - one picture needs it
    import numpy as np  # noqa: PLC0415 - as above

    plan = np.full((7600, 7600), 255, np.uint8)
    plan[::190], plan[:, ::190] = 90, 90
    return bytes(cv2.imencode(".png", plan)[1])


# Mail


def _other_subject(data: bytes) -> bytes:
    """Write another subject above a mail that its writer signed."""
    head, _, rest = data.partition(b"\r\nSubject: ")
    return head + b"\r\nSubject: Approved: order of 2,000,000 CNY" + rest[rest.index(b"\r\n") :]


def _nickname(data: bytes) -> bytes:
    """Let the sender's phone write a nickname before the address."""
    head, _, rest = data.partition(b"\r\nFrom: ")
    address = rest[rest.index(b"<") : rest.index(b">") + 1]
    after = rest[rest.index(b">") + 1 :]
    return head + b"\r\nFrom: " + NICKNAME.encode() + b" " + address + after


# Seals and signatures of other formats


def _sealed_ofd(*, changed: bool = False, beside: bool = False) -> bytes:
    parts = sealing.plain()
    if beside:
        parts["Doc_0/Tags/Tags.xml"] = b"<Tags/>"
    covered = tuple(name for name in parts if "Tags" not in name)
    sealed = sealing.seal_up(parts, sealing.Sealing(cover=covered) if beside else None)
    if changed:
        page = "Doc_0/Pages/Page_0/Content.xml"
        sealed = sealing.changed(sealed, page, "100,000", "900,000")
    if beside:
        sealed["Doc_0/Tags/Tags.xml"] = b"<Tags>900,000</Tags>"
    return sealing.package(sealed)


def _signed_docx(**changes: tuple[str, str]) -> bytes:
    parts = office_signing.signed(office_signing.document())
    for part, (old, new) in changes.items():
        name = next(one for one in parts if one.endswith(f"/{part}.xml"))
        parts[name] = parts[name].replace(old.encode(), new.encode())
    return office_signing.packed(parts)


# Signers


def _in_latin_letters(brief: Brief) -> Draft:
    """Let the right person sign, whose certificate spells the name in Latin letters."""
    contact = brief.customer.contact("it_lead")
    given, family = contact.email.partition("@")[0].split(".")
    spelled = f"{given.title()} {family.title()}"
    who = Identity(name=spelled, organisation=brief.customer.registered_name, email=contact.email)
    credential = brief.authority.credential(who)
    return POC_REPORT.draft(brief, poc_report.signed_by(brief, credential, spelled))


# Types


def _unused_part(data: bytes) -> bytes:
    """Put a program into a workbook as a part that nothing leads to."""
    held = io.BytesIO(data)
    with zipfile.ZipFile(held, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/image9.bin", b"MZ" + bytes(400))
    return held.getvalue()


SHOTS = (
    Shot("hostile-hit", "poc_report", _named("docx", bombs.zip_of_gigabytes), "limit.exceeded",
         "LIMIT_EXCEEDED"),
    # Scripts in PDFs are not looked at, and never run here.
    Shot("hostile-miss", "quotes", _bytes(_quote, _with_script), "type.container", None),
    Shot("hostile-false", "poc_report", _named("png", lambda: _plan_of_a_hall(b"")),
         "limit.exceeded", "LIMIT_EXCEEDED"),
    Shot("mail-hit", "it_mail", partial(it_mail.write_signed, changed=True),
         "mail.smime.integrity", "HASH_FAILURE"),
    Shot("mail-miss", "it_mail", _bytes(it_mail.write_signed, _other_subject),
         "mail.smime.coverage", None),
    Shot("mail-false", "it_mail", _bytes(it_mail.write_signed, _nickname),
         "mail.smime.identity", "NAME_NOT_CERTIFIED"),
    Shot("ofd-seal-hit", "poc_report", _named("ofd", partial(_sealed_ofd, changed=True)),
         "ofd.seal.changes", "CHANGED_AFTER_SIGNING"),
    Shot("ofd-seal-miss", "poc_report", _named("ofd", partial(_sealed_ofd, beside=True)),
         "ofd.seal.coverage", None),
    Shot("ofd-seal-false", "poc_report", _named("ofd", _sealed_ofd), "ofd.seal.chain",
         "NO_CERTIFICATE_CHAIN_FOUND"),
    Shot("ooxml-signature-hit", "poc_report",
         _named("docx", partial(_signed_docx, document=("100,000", "900,000"))),
         "ooxml.signature.changes", "CHANGED_AFTER_SIGNING"),
    Shot("ooxml-signature-miss", "poc_report",
         _named("docx", partial(_signed_docx, core=("2026-05-01", "2025-01-01"))),
         "ooxml.signature.coverage", None),
    Shot("ooxml-signature-false", "poc_report", _named("docx", _signed_docx),
         "ooxml.signature.chain", "NO_CERTIFICATE_CHAIN_FOUND"),
    Shot("signer-hit", "poc_report", partial(signed_by_somebody_else, POC_REPORT),
         "signer.required", "SIGNER_NOT_REQUIRED_PERSON"),
    # Somebody else in the office has the key: the file is the same to the byte.
    Shot("signer-miss", "poc_report", poc_report.write, "signer.required", None),
    Shot("signer-false", "poc_report", _in_latin_letters, "signer.required",
         "SIGNER_NOT_REQUIRED_PERSON"),
    Shot("time-hit", "poc_report", partial(back_dated_paper, POC_REPORT), "time.consistent",
         "TIME_CONTRADICTION"),
    Shot("time-miss", "quotes", _dated(-BACK_DATED_BY), "time.consistent", None),
    Shot("time-false", "quotes", _dated(timedelta(days=12)), "time.consistent",
         "TIME_IN_FUTURE"),
    Shot("type-hit", "poc_report", partial(renamed_pdf, POC_REPORT), "type.declared",
         "TYPE_MISMATCH"),
    Shot("type-miss", "roi_sheet", _bytes(roi_sheet.write, _unused_part), "type.container", None),
    Shot("type-false", "quotes", _bytes(_quote, lambda data: data + BY_GATEWAY),
         "type.container", "EXTRA_BYTES"),
    Shot("verdict-hit", "poc_report", partial(back_dated_paper, POC_REPORT), VERDICT, "FAILED"),
    Shot("verdict-miss", "quotes", _dated(-BACK_DATED_BY), VERDICT, "PASSED"),
    Shot("verdict-false", "quotes", _bytes(_quote, lambda data: data + BY_GATEWAY), VERDICT,
         "INDETERMINATE"),
)  # fmt: skip
