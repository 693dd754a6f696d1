"""Intake: digest, size, the first cap, and what a file name may hold."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verification.intake import (
    NAME_BYTES,
    NameFault,
    extension,
    find_name_faults,
    safe_name,
    take_in,
)
from verification.limits import Limits
from verification.values import Limit, Submission

RIGHT_TO_LEFT = "\u202e"


def test_bytes_are_counted_and_hashed() -> None:
    intake = take_in(Submission(data=b"abc", name="a.txt"), Limits())
    assert intake.sha256 == hashlib.sha256(b"abc").hexdigest()
    assert (intake.size, intake.limits, intake.name_faults) == (3, (), ())


@pytest.mark.parametrize(
    ("size", "limits"),
    [
        pytest.param(10, (), id="as large as is allowed"),
        pytest.param(11, (Limit(name="file_bytes", seen="11", allowed="10"),), id="a byte more"),
        pytest.param(0, (), id="empty is no limit, type.declared judges it"),
    ],
)
def test_the_cap_on_bytes_holds_before_parsing(size: int, limits: tuple[Limit, ...]) -> None:
    assert take_in(Submission(data=bytes(size), name="a"), Limits(file_bytes=10)).limits == limits


@pytest.mark.parametrize(
    ("name", "faults", "safe"),
    [
        pytest.param("报价单 v2.xlsx", (), "报价单 v2.xlsx", id="an honest name stays"),
        pytest.param("../../etc/passwd", (NameFault.PATH,), "passwd", id="a path"),
        pytest.param("C:\\temp\\a.pdf", (NameFault.PATH,), "a.pdf", id="a path of Windows"),
        pytest.param("a\r\nb.pdf", (NameFault.CONTROL,), "ab.pdf", id="line ends"),
        pytest.param("a\0.pdf", (NameFault.CONTROL,), "a.pdf", id="a zero"),
        pytest.param("a\ud800.pdf", (NameFault.CONTROL,), "a.pdf", id="half a letter"),
        pytest.param(
            f"a{RIGHT_TO_LEFT}fdp.exe", (NameFault.DIRECTION,), "afdp.exe", id="turned writing"
        ),
        pytest.param("a\u200bb\u00ad.pdf", (), "ab.pdf", id="what nobody sees"),
        pytest.param("", (NameFault.EMPTY,), "unnamed", id="no name"),
        pytest.param("..", (NameFault.EMPTY, NameFault.PATH), "unnamed", id="the folder above"),
        pytest.param("a/", (NameFault.EMPTY, NameFault.PATH), "unnamed", id="a folder"),
        pytest.param("con.txt", (), "_con.txt", id="a device of Windows"),
        pytest.param("contract.txt", (), "contract.txt", id="a name that begins like a device"),
        pytest.param("a<b>.pdf", (), "a_b_.pdf", id="what Windows reserves"),
        pytest.param(" a.pdf. ", (), "a.pdf", id="what Windows drops"),
        pytest.param(
            "长" * 200 + ".pdf", (NameFault.TOO_LONG,), "长" * 83 + ".pdf", id="a long name"
        ),
    ],
)
def test_names_are_judged_and_cleaned(name: str, faults: tuple[NameFault, ...], safe: str) -> None:
    assert find_name_faults(name) == faults
    assert safe_name(name) == safe


@given(st.text())
def test_a_safe_name_is_safe_again(name: str) -> None:
    safe = safe_name(name)
    assert safe
    assert find_name_faults(safe) == ()
    assert safe_name(safe) == safe
    assert len(safe.encode()) <= NAME_BYTES


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("a.PDF", "pdf", id="letters of either case"),
        pytest.param("a.tar.gz", "gz", id="the last one counts"),
        pytest.param("report v1.2", None, id="a number is none"),
        pytest.param("报价单.最终版", None, id="words are none"),
        pytest.param("a.7z", "7z", id="letters and numbers"),
        pytest.param("pdf", None, id="a name without a full stop"),
        pytest.param(".pdf", None, id="a hidden file of that name"),
        pytest.param("a.pdf.", "pdf", id="a full stop behind it"),
        pytest.param("a.pdf\u00a0", "pdf", id="a blank that does not break behind it"),
        pytest.param("合同．ｐｄｆ", "pdf", id="in wide letters"),
        pytest.param(f"a{RIGHT_TO_LEFT}fdp.exe", "exe", id="what is read turned does not count"),
    ],
)
def test_an_extension_is_what_the_name_declares(name: str, expected: str | None) -> None:
    assert extension(name) == expected
