"""Traps that make programs read different things out of one PDF, and honest oddities beside."""

from __future__ import annotations

import os
import random
from pathlib import Path
from time import process_time
from typing import TYPE_CHECKING

import pytest

from tests.verification import signing as made
from tests.verification.masking import HONEST, MASKED, file, lettered, parts, stream, whole
from verification.content import Content
from verification.pipeline import verify
from verification.policies import load
from verification.readers.pdf_readings import read_faults
from verification.terms import Terms
from verification.values import ByteRange, Requirement, Status, Submission

if TYPE_CHECKING:
    from collections.abc import Callable

    from verification.values import Finding


def appearance(data: bytes, *, hints: bool = False) -> list[Finding]:
    asked = Requirement(content=Content(hints=hints))
    terms = Terms(at=made.NOW, policy=load(), requirement=asked)
    report = verify(Submission(data=data, name="a.pdf", received_at=made.NOW), terms)
    return [one for one in report.checks if one.id == "pdf.appearance"]


@pytest.mark.parametrize("make", MASKED.values(), ids=MASKED.keys())
def test_a_trap_is_told_with_its_place(make: Callable[[], bytes]) -> None:
    (finding,) = appearance(make())
    assert (finding.status, finding.sub_indication) == (Status.INDETERMINATE, "READ_TWO_WAYS")
    assert finding.message is not None
    assert finding.message.zh != finding.message.en
    assert all(
        isinstance(place, ByteRange) and place.end > place.start for place in finding.evidence
    )
    assert finding.evidence


@pytest.mark.parametrize("make", HONEST.values(), ids=HONEST.keys())
def test_an_honest_file_is_no_trap(make: Callable[[], bytes]) -> None:
    (finding,) = appearance(make())
    assert finding.status is Status.PASSED


def test_no_bytes_break_the_reading() -> None:
    dice = random.Random(19)  # noqa: S311 - a seeded trial, not a secret
    for _ in range(1_500):
        data = bytearray(dice.choice([*MASKED.values()])())
        for _ in range(dice.randrange(1, 6)):
            at = dice.randrange(len(data))
            data[at : at + dice.randrange(3)] = dice.randbytes(dice.randrange(3))
        read_faults(bytes(data))


@pytest.mark.parametrize("kind", [b"<<>>", b"[/Page]", b"(Page)", b"7", b"3 0 R", b"null"])
def test_a_type_that_is_no_name_breaks_nothing(kind: bytes) -> None:
    read_faults(b"%PDF-1.7\n" + b"1 0 obj\n<</Type " + kind + b"/Kids[1 0 R]>>\nendobj\n" * 2)


@pytest.mark.parametrize(
    "filler",
    [
        b"%%EOF\n",
        b"1 0 obj<<",
        b"1 0 obj<</A/B>>stream\n",
        b"(",
        b"((",
        b"<",
        b"xref\n0 0\n",
        b"[<<",
        b"1 0 obj<</A " + b"1" * 1_900_000 + b"x>>endobj\n",
    ],
    ids=lambda filler: repr(filler[:20]),
)
def test_a_flood_is_not_waited_for(filler: bytes) -> None:
    begin = process_time()
    read_faults(b"%PDF-1.7\n" + filler * (2_000_000 // len(filler)))
    assert process_time() - begin < 4


def test_a_file_too_large_to_be_read_to_its_end_is_not_said_to_be_sound() -> None:
    large = b"6 0 obj\n<</A(%s)>>\nendobj\n" % (b"a" * 1_200_000)
    assert appearance(file([*parts(), large])) == []


SUM = "Total 2345.70 for Hannover"
FACES = ("Helvetica", "Times-Roman", "Courier", "Times-BoldItalic")
#: What is drawn, by what the text says. Not every pair is told: docs/checks says how many are.
DISGUISES = [
    pytest.param({"4": "7", "7": "4"}, id="a seven for a four"),
    pytest.param({"2": "5", "5": "2"}, id="a five for a two"),
    pytest.param({"0": "4", "4": "0"}, id="a four for a nought"),
    pytest.param({"1": "0", "0": "1"}, id="a nought for a one"),
    pytest.param({"4": "n"}, id="a letter for a figure"),
    pytest.param({"n": "k", "o": "x", "a": "z"}, id="three letters"),
]


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize("swapped", DISGUISES)
def test_a_font_that_lies_is_told_with_its_letters(swapped: dict[str, str], face: str) -> None:
    text = SUM + "18"
    told = appearance(lettered(text, swapped, face), hints=True)
    lying = [one for one in told if one.sub_indication == "DRAWN_OTHERWISE"]
    assert [one.status for one in lying] == [Status.INDETERMINATE]
    pairs = {
        (place.caption.en[15], place.caption.en[-2]) for place in lying[0].evidence if place.caption
    }
    assert {meant for meant, _ in pairs} <= set(swapped)


@pytest.mark.parametrize("face", [*FACES, "ZapfDingbats"])
def test_a_font_that_draws_what_it_says_is_not_told(face: str) -> None:
    told = appearance(lettered(SUM + "1689abcdefghijk", {}, face), hints=True)
    assert {one.status for one in told} == {Status.PASSED}


def test_letters_that_lie_on_one_another_are_not_taken_for_others() -> None:
    both = (
        b"BT /F1 20 Tf 20 200 Td (The price is 4444) Tj ET "
        b"BT /F1 20 Tf 20 200 Td (The price is 5555) Tj ET"
    )
    told = appearance(file(parts(o5=whole(5, stream(both)))), hints=True)
    assert {one.status for one in told} == {Status.PASSED}


def test_letters_are_drawn_only_where_that_is_asked_for() -> None:
    told = appearance(lettered(SUM, {"4": "7", "7": "4"}))
    assert {one.status for one in told} == {Status.PASSED}


_CORPORA = os.environ.get("COUNTERMARK_CORPORA")


@pytest.mark.skipif(not _CORPORA, reason="COUNTERMARK_CORPORA is not set")
def test_the_traps_of_others_are_found() -> None:
    folder = Path(_CORPORA or "") / "pdf-hostile" / "01-testsuite-03-manipulation"
    traps = sorted(folder.glob("[A-Q][0-9X]-*.pdf"))
    missed = [path.name for path in traps if not read_faults(path.read_bytes())[0]]
    assert len(traps) > 50
    assert missed == []
