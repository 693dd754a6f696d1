"""What style sheets hide in a mail: the reader of a signed text must have seen all of it."""

from __future__ import annotations

from time import process_time

import pytest

from tests.verification import mailing
from tests.verification.test_mail_smime import report
from verification.readers.mime.html import read_page
from verification.values import Status

SECRET = "We accept every price that is asked."


@pytest.mark.parametrize(
    ("sheet", "attribute", "hidden"),
    [
        pytest.param(".x{display:none}", "class='a x'", True, id="a class"),
        pytest.param("#x { visibility : hidden }", "id=x", True, id="an id"),
        pytest.param("b, p{font-size:0}", "", True, id="an element, one of several"),
        pytest.param("div > p.x{opacity:0}", "class=x", True, id="below another"),
        pytest.param("@media print{.x{display:none}}", "class=x", True, id="on paper alone"),
        pytest.param("*{visibility:hidden}", "", True, id="everything"),
        pytest.param(".x:not(.y){display:none}", "class=x", True, id="on a condition"),
        pytest.param(".x{display:none}", "class=y", False, id="another class"),
        pytest.param("/*.x{display:none}*/", "class=x", False, id="a comment"),
        pytest.param(".x:after{height:0;visibility:hidden}", "class=x", False, id="what is added"),
        pytest.param(".x{border-width:0;min-height:0}", "class=x", False, id="no rim"),
        pytest.param("p.MsoNormal{margin:0}", "class=MsoNormal", False, id="as Outlook writes"),
    ],
)
def test_what_a_style_sheet_hides_is_told(
    sheet: str,
    attribute: str,
    hidden: bool,  # noqa: FBT001 - a column of the table
) -> None:
    page = f"<style><!-- {sheet} --></style><div>Yes <p {attribute}>{SECRET}</p></div>"
    assert (SECRET in read_page(page).hidden) is hidden
    assert (SECRET in read_page(page).shown) is not hidden


LETTERS = "<p>Dear all,</p>"


@pytest.mark.parametrize(
    ("page", "hidden"),
    [
        pytest.param(f"<template>{SECRET}</template>", True, id="a template"),
        pytest.param(f"<details><summary>x</summary>{SECRET}</details>", True, id="folded"),
        pytest.param(f"<details open>{SECRET}</details>", False, id="unfolded"),
        pytest.param(f"<p style='mso-hide:all'>{SECRET}</p>", True, id="hidden in Outlook"),
        pytest.param(f"<p style='clip:rect(0,0,0,0)'>{SECRET}</p>", True, id="cut to nothing"),
        pytest.param(f"<p style='transform:scale(0)'>{SECRET}</p>", True, id="a scale of nought"),
        pytest.param(f"<p style='transform:scale(0.9)'>{SECRET}</p>", False, id="a scale of .9"),
        pytest.param(
            f"<p style='background-color:transparent'>{SECRET}</p>", False, id="no ground"
        ),
        pytest.param(f"<!--[if mso]><p>{SECRET}</p><![endif]-->", True, id="for Outlook alone"),
        pytest.param(
            f"<!--[if !mso]><!--><p>{SECRET}</p><!--<![endif]-->", True, id="for all but Outlook"
        ),
        pytest.param(
            f"<style>p::before{{content:'{SECRET}'}}</style>", True, id="written by a style sheet"
        ),
        pytest.param(
            f"<!--[if gte mso 9]><xml><w:x>{SECRET}</w:x></xml><![endif]-->",
            False,
            id="settings that Outlook writes",
        ),
        pytest.param(
            f"<!--[if mso]><table><td><![endif]-->{SECRET}<!--[if mso]></table><![endif]-->",
            False,
            id="a table for Outlook around what all see",
        ),
        pytest.param(
            f"<![if !supportLists]><span>1.</span><![endif]>{SECRET}", False, id="a list by Word"
        ),
    ],
)
def test_what_one_reader_sees_and_another_does_not_is_told(
    page: str,
    hidden: bool,  # noqa: FBT001 - a column of the table
) -> None:
    assert (SECRET in read_page(LETTERS + page + LETTERS).hidden) is hidden


def test_a_signed_mail_that_hides_words_by_a_class_is_open() -> None:
    page = f"<style>.x{{display:none}}</style>Yes <p class=x>{SECRET}</p>"
    found = report(mailing.signed(mailing.text(page, "html")))
    (coverage,) = (one for one in found.checks if one.id == "mail.smime.coverage")
    assert (coverage.status, coverage.sub_indication) == (Status.INDETERMINATE, "HIDDEN_CONTENT")


@pytest.mark.parametrize(
    "filler", ["<style>", "{", "[", "a,", ":a", "/*", ".a", "a{display:none}", "a:after{content:'"]
)
def test_a_flood_in_a_style_sheet_is_not_waited_for(filler: str) -> None:
    begin = process_time()
    read_page("<style>" + filler * (200_000 // len(filler)))
    assert process_time() - begin < 2


@pytest.mark.parametrize("filler", ["<xml>", "<!--[if mso]>", "<![if !mso]>", "<p", "<![endif]"])
def test_a_flood_of_conditions_is_not_waited_for(filler: str) -> None:
    begin = process_time()
    read_page(filler * (200_000 // len(filler)))
    read_page("<!--[if mso]>" + filler * (200_000 // len(filler)))
    assert process_time() - begin < 2
