"""A letter says what its signer signed, and not what others wrote on it later."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pyhanko.stamp import TextStampStyle

from tests.verification import signing as made
from tests.verification.test_letters import ASKED, EN, GOOD, LACKS, REFUSED, told
from tests.verification.test_letters import pdf as written
from verification.content import Content
from verification.pipeline import verify
from verification.policies import load
from verification.terms import Terms
from verification.values import Requirement, Signer, Status, Submission

BOSS = made.person("John Smith", "john.smith@example.com")
OTHER = made.person("Li Ming", "li.ming@example.com")
OPEN = replace(EN, body=("Dear Ms Li,", "We have received your proposal for the Smart Factory."))
PLACE = (60, 480, 500, 520)


def signed(pdf: bytes, who: made.Identity, field: str, words: str) -> bytes:
    """Sign with a face that says `words`."""
    style = TextStampStyle(stamp_text=words, border_width=0, background=None)
    return made.sign(pdf, who, field=field, box=PLACE, style=style)


def answers(data: bytes) -> list[tuple[Status, str | None]]:
    requirement = Requirement(content=Content(letter=ASKED), signer=Signer(name="John Smith"))
    terms = Terms(
        at=made.NOW, policy=load(), requirement=requirement, anchors=(made.authority().der,)
    )
    report = verify(Submission(data=data, name="a.pdf"), terms)
    return told([one for one in report.checks if one.id == "letter.content"])


SILENT = made.sign(written(OPEN), BOSS)
APPROVING = made.sign(written(EN), BOSS)
YES, NO = "Li Ming\nWe hereby approve it.", "Li Ming\nWe do not approve it."


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(SILENT, [LACKS], id="nothing decides"),
        pytest.param(signed(SILENT, OTHER, "Sig2", YES), [LACKS], id="another approves later"),
        pytest.param(
            signed(written(OPEN), BOSS, "Sig1", "John Smith\nWe hereby approve it."),
            GOOD,
            id="the signer approves in the face of the signature",
        ),
        pytest.param(APPROVING, GOOD, id="the signer approves"),
        pytest.param(
            signed(APPROVING, OTHER, "Sig2", "Li Ming"), GOOD, id="and another signs later"
        ),
        pytest.param(
            signed(APPROVING, OTHER, "Sig2", NO), [REFUSED], id="and another refuses later"
        ),
    ],
)
def test_the_signer_decides(data: bytes, expected: list[tuple[Status, str | None]]) -> None:
    assert answers(data) == expected
