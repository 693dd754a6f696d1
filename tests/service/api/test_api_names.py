"""Names and types of uploads are made safe whatever they hold."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.api.names import LONGEST, safe_media_type, safe_name


@given(st.text())
def test_whatever_is_sent_the_name_is_one_plain_line(sent: str) -> None:
    name, notices = safe_name(sent)
    assert 1 <= len(name) <= LONGEST
    assert not set(name) & {"/", "\\"}
    assert name not in {".", ".."}
    assert not any(unicodedata.category(c) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for c in name)
    assert bool(notices) == (name != sent)


@given(st.text())
def test_a_safe_name_stays_as_it_is(sent: str) -> None:
    name, _ = safe_name(sent)
    assert safe_name(name) == (name, ())


def test_a_path_of_windows_is_cut_to_its_last_part() -> None:
    assert safe_name("C:\\Users\\a\\report.pdf")[0] == "report.pdf"


TYPES = {
    "a plain type": ("application/pdf", "application/pdf", 0),
    "capitals and parameters": ("Text/HTML; charset=utf-8", "text/html", 0),
    "nothing declared": (None, None, 0),
    "no media type at all": ("pdf", None, 1),
    "two slashes": ("a/b/c", None, 1),
}


@pytest.mark.parametrize(("sent", "kept", "notices"), TYPES.values(), ids=TYPES.keys())
def test_a_declared_type_is_kept_where_it_is_one(
    sent: str | None, kept: str | None, notices: int
) -> None:
    declared, told = safe_media_type(sent)
    assert (declared, len(told)) == (kept, notices)
