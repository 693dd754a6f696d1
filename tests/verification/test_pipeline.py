"""The steps together: whatever a file is, it comes to a report, and to the same one each time."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING

import pytest

from tests.corpora import corpus
from tests.verification.dated import pdf
from tests.verification.test_identify_hostile import many_entries
from tests.verification.typed import office, zipped
from verification.limits import Limits
from verification.pipeline import verify
from verification.policies import load
from verification.terms import Terms
from verification.values import Report, Status, Submission

if TYPE_CHECKING:
    from pathlib import Path

TERMS = Terms(at=datetime(2026, 11, 24, tzinfo=UTC), policy=load())
#: What the repetition is tried on, spread over the kinds of files.
CORPORA, FILES_EACH = ("pdf-signed", "pdf-hostile"), 80
LARGEST_BYTES = 200_000
WORKBOOK = office("xlsx")


def examine(data: bytes, name: str, limits: Limits | None = None) -> Report:
    terms = replace(TERMS, limits=limits or Limits())
    return verify(Submission(data=data, name=name), terms)


def reasons(report: Report) -> set[tuple[str, str | None]]:
    return {(one.id, one.sub_indication) for one in report.checks if one.status != Status.PASSED}


@pytest.mark.parametrize(
    ("data", "name", "limits", "verdict", "reason"),
    [
        pytest.param(
            b"", "a.pdf", Limits(), Status.FAILED, ("type.declared", "EMPTY_FILE"), id="empty"
        ),
        pytest.param(
            b"\0\1\2\3" * 9,
            "a",
            Limits(),
            Status.INDETERMINATE,
            ("type.declared", "TYPE_UNKNOWN"),
            id="of a type that nobody knows",
        ),
        pytest.param(
            b"abcdefghijk",
            "a.txt",
            Limits(file_bytes=10),
            Status.INDETERMINATE,
            ("limit.exceeded", "LIMIT_EXCEEDED"),
            id="larger than is allowed",
        ),
        pytest.param(
            b"%PDF-1.7\nnothing else",
            "a.pdf",
            Limits(),
            Status.INDETERMINATE,
            ("type.container", "CONTAINER_TRUNCATED"),
            id="a PDF that is nothing but its header",
        ),
    ],
)
def test_a_bad_file_comes_to_a_finding(
    data: bytes, name: str, limits: Limits, *, verdict: Status, reason: tuple[str, str]
) -> None:
    report = examine(data, name, limits)
    assert report.verdict is verdict
    assert reason in reasons(report)


@pytest.mark.parametrize(
    ("data", "verdict", "reason"),
    [
        pytest.param(WORKBOOK, Status.FAILED, "SIGNATURE_NOT_FOUND", id="whole"),
        pytest.param(WORKBOOK[:-30], Status.INDETERMINATE, "CONTAINER_TRUNCATED", id="cut off"),
    ],
)
def test_what_was_not_found_in_half_a_file_may_be_in_the_other_half(
    data: bytes, verdict: Status, reason: str
) -> None:
    terms = replace(TERMS, policy=load("signed"))
    report = verify(Submission(data=data, name="a.xlsx"), terms)
    assert (report.verdict, report.sub_indication) == (verdict, reason)


@pytest.mark.parametrize(
    ("data", "name", "limits", "limit", "kind"),
    [
        pytest.param(many_entries(2_001), "a.zip", Limits(), "zip_entries", "zip", id="an archive"),
        pytest.param(
            zipped({"a": bytes(8_000_000)}), "a.zip", Limits(), "zip_ratio", "zip", id="a bomb"
        ),
        pytest.param(
            office("docx"), "a.docx", Limits(zip_entries=1), "zip_entries", "zip", id="a package"
        ),
        pytest.param(pdf(pages=4), "a.pdf", Limits(pdf_pages=3), "pdf_pages", "pdf", id="a PDF"),
    ],
)
def test_over_a_cap_the_type_is_told_and_the_cap_once(
    data: bytes, name: str, limits: Limits, *, limit: str, kind: str
) -> None:
    report = examine(data, name, limits)
    assert report.type.format == kind
    assert [one.name for one in report.limits] == [limit]
    assert sum(one.id == "limit.exceeded" for one in report.checks) == 1
    # A package that stayed shut is not called a liar.
    assert report.verdict is Status.INDETERMINATE


def test_a_pdf_over_the_cap_on_pages_keeps_what_it_says_of_itself() -> None:
    report = examine(pdf("D:20261120100000Z", pages=4), "a.pdf", Limits(pdf_pages=3))
    assert "pdf:/Info/CreationDate" in {claim.source for claim in report.claims}


@pytest.mark.parametrize(
    ("name", "told"),
    [
        pytest.param("a\r\n.pdf", True, id="line ends"),
        pytest.param("a\u202efdp.pdf", True, id="turned writing"),
        pytest.param("folder/a.pdf", False, id="a path, which says nothing of the file"),
    ],
)
def test_a_name_that_misleads_is_told(name: str, *, told: bool) -> None:
    report = examine(pdf(), name)
    assert (("type.declared", "NAME_UNSAFE") in reasons(report)) is told


def _real_files() -> list[Path]:
    return [
        path
        for name in CORPORA
        for path in islice(
            (
                path
                for path in sorted(corpus(name).rglob("*"))
                if path.is_file() and path.stat().st_size <= LARGEST_BYTES
            ),
            FILES_EACH,
        )
    ]


def test_the_same_bytes_under_the_same_terms_give_the_same_report() -> None:
    files = _real_files()
    assert len(files) >= 100
    for path in files:
        data = path.read_bytes()
        assert examine(data, path.name) == examine(data, path.name), path.name


def test_what_the_policy_asks_for_and_is_not_there_is_told_as_a_finding() -> None:
    letter = Submission(data=pdf(), name="letter.pdf")
    report = verify(letter, replace(TERMS, policy=load("signed")))
    told = [one for one in report.checks if one.id == "policy.present"]
    assert (report.verdict, report.sub_indication) == (Status.FAILED, "SIGNATURE_NOT_FOUND")
    assert [(one.status, one.sub_indication) for one in told] == [
        (Status.FAILED, "SIGNATURE_NOT_FOUND")
    ]
    assert "policy.present" not in {one.id for one in verify(letter, TERMS).checks}


def test_what_was_not_examined_is_not_called_absent() -> None:
    letter = Submission(data=pdf(), name="letter.pdf")
    terms = replace(TERMS, policy=load("signed"), limits=Limits(file_bytes=10))
    report = verify(letter, terms)
    assert (report.verdict, report.sub_indication) == (Status.INDETERMINATE, "LIMIT_EXCEEDED")
    assert "policy.present" not in {one.id for one in report.checks}
