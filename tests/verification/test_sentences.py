"""What a person is told of a library's exception."""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING

import pytest
from asn1crypto import cms

from verification.readers.expat import read_elements
from verification.readers.lxml import parse_xml
from verification.readers.pyhanko.document import open_document
from verification.reasons import reason_of, words_of

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(AttributeError("module 'hashes' has no attribute '1.2.840'"), id="a stumble"),
        pytest.param(TypeError("'Void' object is not subscriptable"), id="a wrong type"),
        pytest.param(AssertionError(), id="no words at all"),
    ],
)
def test_a_library_that_stumbles_speaks_of_the_file_and_not_of_its_own_code(
    error: Exception,
) -> None:
    reason = reason_of(error)
    assert str(error) == "" or str(error) not in reason.zh + reason.en
    assert type(error).__name__ not in reason.zh + reason.en
    assert "结构" in reason.zh
    assert "structure" in reason.en


def test_what_a_reader_says_itself_is_told_on_one_line() -> None:
    reason = reason_of(ValueError("2 signers\n in one signature, PAdES allows one"))
    assert reason.en == "2 signers in one signature, PAdES allows one"
    assert "2 个签署人" in reason.zh


@pytest.mark.parametrize(
    ("said", "zh"),
    [
        pytest.param("set i=2 is not whole", "第 2 组不完整", id="a chain with a gap"),
        pytest.param("arc-seal: i= twice", "arc-seal：i= 写了两次", id="a sentence about a field"),
        pytest.param("p= holds no key that is supported", "p= 里的公钥种类不受支持", id="a key"),
        pytest.param("i=1: cv=fail", "i=1: cv=fail", id="tags alone are the same in both"),
    ],
)
def test_a_sentence_of_ours_is_told_in_chinese(said: str, zh: str) -> None:
    told = words_of(ValueError(said))
    assert (told.zh, told.en) == (zh, said)


def raised(doing: Callable[[], object]) -> Exception:
    with pytest.raises(Exception) as caught:  # noqa: PT011 - whatever the library raises
        doing()
    return caught.value


@pytest.mark.parametrize(
    ("doing", "zh"),
    [
        pytest.param(lambda: cms.ContentInfo.load(b""), "ASN.1", id="nothing where ASN.1 belongs"),
        pytest.param(lambda: parse_xml(b"<a>"), "XML 不合语法", id="XML that is not closed"),
        pytest.param(lambda: open_document(b"%PDF-1.7"), "交叉引用", id="a PDF without a table"),
        pytest.param(lambda: zlib.decompress(b"abc"), "压缩数据", id="data that does not unpack"),
        pytest.param(
            lambda: read_elements(b"<!DOCTYPE a><a/>"), "声明了文档类型", id="a sentence of ours"
        ),
    ],
)
def test_the_kind_of_structure_is_told_without_the_words_of_the_library(
    doing: Callable[[], object], zh: str
) -> None:
    error = raised(doing)
    reason = reason_of(error)
    assert zh in reason.zh
    assert not re.search("[a-z]{3} [a-z]{3}", reason.zh)
    assert type(error).__name__ not in reason.zh + reason.en
