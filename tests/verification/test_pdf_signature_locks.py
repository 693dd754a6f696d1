"""What a signer locked (FieldMDP) and how certificates with odd dates are told."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pymupdf
import pytest
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields
from pyhanko.sign.fields import FieldMDPAction, FieldMDPSpec, MDPPerm

from tests.verification import signing as made
from tests.verification.test_pdf_signature import FAILED, PASSED, UNKNOWN, first

if TYPE_CHECKING:
    from verification.values import Signature


def locked(spec: FieldMDPSpec, level: MDPPerm | None = None) -> bytes:
    """Sign a form with a lock, then fill in its field `note`."""
    writer = IncrementalPdfFileWriter(BytesIO(made.plain(form=True)))
    field = fields.SigFieldSpec("Sig1", field_mdp_spec=spec, doc_mdp_update_value=level)
    fields.append_signature_field(writer, field)
    return made.filled(made.sign(made.written(writer)))


@pytest.mark.parametrize(
    ("spec", "level", "status"),
    [
        pytest.param(FieldMDPSpec(FieldMDPAction.ALL), None, FAILED, id="all fields locked"),
        pytest.param(
            FieldMDPSpec(FieldMDPAction.INCLUDE, ["note"]), None, FAILED, id="this one locked"
        ),
        pytest.param(
            FieldMDPSpec(FieldMDPAction.EXCLUDE, ["other"]), None, FAILED, id="all but another"
        ),
        pytest.param(
            FieldMDPSpec(FieldMDPAction.INCLUDE, ["other"]), None, UNKNOWN, id="another one locked"
        ),
        pytest.param(
            FieldMDPSpec(FieldMDPAction.EXCLUDE, ["note"]), None, UNKNOWN, id="all but this one"
        ),
        pytest.param(
            FieldMDPSpec(FieldMDPAction.EXCLUDE, ["note"]),
            MDPPerm.FILL_FORMS,
            PASSED,
            id="all but this one, and filling in permitted",
        ),
        pytest.param(
            FieldMDPSpec(FieldMDPAction.INCLUDE, ["note"]),
            MDPPerm.FILL_FORMS,
            FAILED,
            id="this one locked, and filling in permitted",
        ),
    ],
)
def test_a_locked_field_must_not_be_filled_in(
    spec: FieldMDPSpec, level: MDPPerm | None, status: object
) -> None:
    assert first(locked(spec, level)).status is status


def revalued(level: MDPPerm | None, *entries: str) -> Signature:
    """Sign a form whose field has these entries, then give the field another value and face."""
    plain = pymupdf.open(stream=made.plain(form=True), filetype="pdf")
    number = next(plain[0].widgets()).xref
    for entry in entries:
        plain.xref_set_key(number, *entry.split(" ", 1))

    def change(page: Any) -> None:
        document = page.parent
        face = document.xref_get_key(number, "AP/N")[1].split()[0]
        document.xref_set_key(number, "V", "(Price: 1)")
        document.update_stream(int(face), b"q BT /Helv 12 Tf 2 5 Td (Price: 1) Tj ET Q")

    return first(made.by_mupdf(made.sign(plain.tobytes(), permission=level), change))


READ_ONLY, BUTTON = "Ff 1", ("FT /Btn", "Ff 65536")
SUM = "AA <</C<</S/JavaScript/JS(1)>>>>"
PERMITTED = MDPPerm.FILL_FORMS


@pytest.mark.parametrize(
    ("level", "entries", "status"),
    [
        pytest.param(PERMITTED, (), PASSED, id="to be filled in"),
        pytest.param(PERMITTED, (READ_ONLY,), UNKNOWN, id="only to be read"),
        pytest.param(PERMITTED, (READ_ONLY, SUM), PASSED, id="only read, and calculated"),
        pytest.param(PERMITTED, (READ_ONLY, "V ()"), PASSED, id="only read, and empty"),
        pytest.param(PERMITTED, BUTTON, UNKNOWN, id="a button with another face"),
        pytest.param(MDPPerm.ANNOTATE, (READ_ONLY,), UNKNOWN, id="only read, notes permitted"),
        pytest.param(MDPPerm.NO_CHANGES, (READ_ONLY,), FAILED, id="only read, nothing permitted"),
    ],
)
def test_a_field_that_nobody_fills_in_is_not_filled_in(
    level: MDPPerm, entries: tuple[str, ...], status: object
) -> None:
    """Whoever certifies a form lets its blanks be filled in, not what is printed in it."""
    assert revalued(level, *entries).status is status


@pytest.mark.parametrize(
    ("begin", "end", "status", "reason"),
    [
        pytest.param(
            datetime(1950, 1, 1, tzinfo=UTC),
            datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC),
            PASSED,
            None,
            id="from the first to the last day that there is",
        ),
        pytest.param(
            datetime(2030, 1, 1, tzinfo=UTC),
            datetime(2040, 1, 1, tzinfo=UTC),
            UNKNOWN,
            "OUT_OF_BOUNDS_NO_POE",
            id="not valid yet",
        ),
    ],
)
def test_certificates_with_odd_dates(
    begin: datetime, end: datetime, status: object, reason: str | None
) -> None:
    who = made.person("王远", "far@example.com", begin=begin, end=end)
    signature = first(made.sign(made.plain(), who))
    assert (signature.status, signature.sub_indication) == (status, reason)
