"""Refusals of models say in Chinese what they saw and expected, whatever their readers write."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import models
from models.artefact.refusal import ArtefactRefused
from models.boosters.faults import BoosterRefused, Place
from models.refusal_words import PHRASES, in_chinese

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOM = Path(models.__file__).parent
#: Pieces of files and names of formats, which are the same in both languages.
AS_WRITTEN = {"ASCII", "end of trees …", "exit 0", "parameters:", "tree"}


def _phrases() -> Iterator[str]:
    """Give every phrase that stands beside `seen=` or `expected=` in code of this room."""
    trees = (
        ast.parse(path.read_text("utf-8"))
        for path in (*ROOM.glob("artefact/**/*.py"), *ROOM.glob("boosters/*.py"))
    )
    calls = (one for tree in trees for one in ast.walk(tree) if isinstance(one, ast.Call))
    given = (one for call in calls for one in call.keywords if one.arg in {"seen", "expected"})
    return (str(one.value.value) for one in given if isinstance(one.value, ast.Constant))


def test_every_phrase_of_a_refusal_has_its_chinese() -> None:
    found = {one for one in _phrases() if re.search("[A-Za-z]", one)} - AS_WRITTEN
    assert len(found) > 30
    assert found - PHRASES.keys() == set()


@pytest.mark.parametrize(
    ("said", "told"),
    [
        pytest.param("a damaged archive", "损坏的压缩包", id="a phrase"),
        pytest.param("<= 300 bytes", "<= 300 字节", id="a limit and its unit"),
        pytest.param("7 members", "7 个成员", id="a count"),
        pytest.param("inf, node 3", "inf，节点 3", id="a value and its place"),
        pytest.param("[0.5, 1.0]", "[0.5, 1.0]", id="a piece of the file stays"),
    ],
)
def test_a_phrase_in_chinese(said: str, told: str) -> None:
    assert in_chinese(said) == told


def test_refusals_are_chinese_in_chinese_and_english_in_english() -> None:
    archive = ArtefactRefused("archive", seen="other bytes", expected="a ZIP as we write it")
    assert archive.message.zh.endswith("看到 其他字节，应为 按本系统格式写成的 ZIP。")
    assert archive.message.en.endswith("saw other bytes, expected a ZIP as we write it.")
    tree = BoosterRefused("size", Place(), seen="9 trees", expected="<= 5")
    assert "看到 9 棵树，应为 <= 5。" in tree.message.zh
