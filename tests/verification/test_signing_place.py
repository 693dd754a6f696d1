"""Where nobody signed, the place where somebody should have is shown."""

from __future__ import annotations

from datetime import UTC, datetime

import pymupdf
import pytest

from verification.pipeline import verify
from verification.policies import load
from verification.terms import Terms
from verification.values import PageBox, Requirement, Signer, Submission

AT = datetime(2026, 11, 20, 8, tzinfo=UTC)


def page(*lines: str) -> bytes:
    with pymupdf.open() as document:
        sheet = document.new_page()
        for number, line in enumerate(lines):
            sheet.insert_text((80, 100 + 40 * number), line, fontname="china-s", fontsize=12)
        return bytes(document.tobytes())


@pytest.mark.parametrize(
    ("lines", "at"),
    [
        pytest.param(("同意", "首席技术官（签字）："), 140, id="a label in Chinese"),
        pytest.param(("Signature:", "Name", "Signature:"), 180, id="the last of two labels"),
        pytest.param(("We agree.", "Yours"), None, id="no label"),
        pytest.param(("关于电子签名系统采购的说明，内容较长，" * 3,), None, id="a sentence"),
    ],
)
def test_the_place_to_sign_is_shown(lines: tuple[str, ...], at: int | None) -> None:
    requirement = Requirement(signer=Signer(name="王建国"))
    terms = Terms(at=AT, policy=load(), requirement=requirement)
    report = verify(Submission(data=page(*lines), name="a.pdf", received_at=AT), terms)
    (told,) = [one for one in report.checks if one.id == "signer.required"]
    assert told.sub_indication == "SIGNATURE_NOT_FOUND"
    tops = [round(e.box[1]) for e in told.evidence if isinstance(e, PageBox)]
    assert len(tops) == (at is not None)
    assert all(at is not None and at - 20 < top < at for top in tops)
