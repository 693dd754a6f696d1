"""Photos and films whose dates others have written down, and films that were damaged on purpose."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from benchmarks.dated_media import compare, file_format, read
from tests.corpora import corpus
from tests.verification.dated import context
from tests.verification.test_claims_hostile import METADATA
from verification import claims
from verification.limits import LimitExceeded

if TYPE_CHECKING:
    from pathlib import Path


def test_dates_of_photos_and_films() -> None:
    folder = corpus("dated-media")
    rows = compare(folder)
    photos = [row for row in rows if row.field == "exif_original"]
    films = [row for row in rows if row.field == "movie_created"]
    assert photos
    assert films
    assert [row for row in films if not row.equal] == []
    assert sum(row.equal for row in photos) / len(photos) >= 0.97


def test_damaged_films_never_break_a_source() -> None:
    for path in sorted(corpus("dated-media").glob("*.fuzzed")):
        read(path.read_bytes(), "mp4")


@pytest.mark.parametrize("folder", ["typed", "pdf-signed", "ooxml-signed"])
def test_real_files_never_break_a_source(folder: str) -> None:
    for path in sorted(corpus(folder).iterdir()):
        data = path.read_bytes()
        kind = file_format(data) or path.suffix[1:]
        for source in claims.load():
            if source.id not in METADATA or (source.formats and kind not in source.formats):
                continue
            try:
                source.collect(context(data, kind, name=path.name))
            except LimitExceeded:
                continue


def test_the_expected_dates_are_there(tmp_path: Path) -> None:
    (tmp_path / "expected.json").write_text(
        json.dumps({"a.jpg": {"exif_original": "2026-01-01T00:00:00", "movie_created": None}})
    )
    (tmp_path / "a.jpg").write_bytes(b"\xff\xd8\xff\xd9")
    (row,) = compare(tmp_path)
    assert not row.equal
