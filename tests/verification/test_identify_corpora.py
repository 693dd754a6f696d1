"""Identification of files that nobody here made; the name's prefix is the truth."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from benchmarks.type_identification import agrees
from tests.corpora import corpus
from verification.identify import dissect
from verification.limits import Limits

if TYPE_CHECKING:
    from pathlib import Path

LIMITS = Limits()


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_nearly_every_typed_file_is_named_exactly() -> None:
    paths = files(corpus("typed"))
    missed = []
    for path in paths:
        found = dissect(path.read_bytes(), LIMITS).file_type
        if not agrees(path.name.partition("__")[0], found):
            missed.append(f"{path.name}: {found.format}")
    share = 1 - len(missed) / len(paths)
    assert share >= 0.97, f"{share:.4f} of {len(paths)}; missed: {', '.join(missed)}"


def test_no_typed_file_is_called_a_polyglot() -> None:
    flagged = [
        path.name
        for path in files(corpus("typed"))
        if dissect(path.read_bytes(), LIMITS).file_type.also
    ]
    assert flagged == []


@pytest.mark.parametrize(
    ("folder", "suffix"),
    [("ofd", "ofd"), ("mail", "eml"), ("pdf-signed", "pdf"), ("pdf-hostile", "pdf")],
)
def test_every_file_of_one_kind_is_named(folder: str, suffix: str) -> None:
    paths = [path for path in files(corpus(folder)) if path.suffix == f".{suffix}"]
    named = {path.name: dissect(path.read_bytes(), LIMITS).file_type.format for path in paths}
    assert {name: kind for name, kind in named.items() if kind != suffix} == {}


def test_a_file_cut_anywhere_raises_nothing() -> None:
    for path in files(corpus("typed"))[::7]:
        data = path.read_bytes()
        for step in range(1, 8):
            dissect(data[: len(data) * step // 8], LIMITS)
