"""Dates of photos and films against the values written down beside them (about 20 seconds)."""

from __future__ import annotations

import json
import os
import random
import sys
import time
import warnings
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from PIL import Image, UnidentifiedImageError

from benchmarks.promise import record
from verification import claims
from verification.examination import Collected, Context
from verification.identify import identify
from verification.limits import LimitExceeded, Limits
from verification.values import FileType, Requirement, Status, Submission

FIELDS = {
    "exif_original": ("exif:DateTimeOriginal", "exif"),
    "movie_created": ("mp4:moov/mvhd/creation_time", "mp4:moov"),
}
#: At least so many damaged files, and where the damage begins.
MUTATIONS, SEED, NEAR_BYTES = 3_000, 20_261_125, 4_096

#: Beginnings that tell the formats of this corpus apart: where, what, which.
_BEGINNINGS = (
    (0, b"\xff\xd8\xff", "jpg"),
    (0, b"II*\0", "tif"),
    (0, b"MM\0*", "tif"),
    (8, b"WEBP", "webp"),
    (4, b"ftyphei", "heic"),
    (4, b"ftypmif1", "heic"),
    (4, b"ftypavif", "avif"),
    (4, b"ftypqt", "mov"),
    (4, b"ftyp", "mp4"),
    (4, b"moov", "mov"),
)


@dataclass(frozen=True, slots=True)
class Row:
    """One asserted date: what was expected, what was read."""

    name: str
    kind: str
    field: str
    expected: str
    got: str
    milliseconds: float

    @property
    def equal(self) -> bool:
        return self.got == self.expected


def file_format(data: bytes) -> str | None:
    """Tell the few formats of this corpus apart by their first bytes."""
    return next(
        (name for at, begin, name in _BEGINNINGS if data[at : at + len(begin)] == begin), None
    )


def read(data: bytes, kind: str) -> Collected:
    """Collect what a photo or a film says."""
    context = Context(
        submission=Submission(data=data, name="file"),
        requirement=Requirement(),
        file_type=FileType(format=kind, media_type="", extension=kind),
        at=datetime.now(UTC),
        anchors=(),
        limits=Limits(),
    )
    try:
        parts = [source.collect(context) for source in claims.load() if kind in source.formats]
    except LimitExceeded:
        return Collected()
    return Collected(
        claims=tuple(claim for part in parts for claim in part.claims),
        findings=tuple(finding for part in parts for finding in part.findings),
    )


def compare(folder: Path) -> list[Row]:
    """Read every file that has an asserted date."""
    rows = []
    expected = json.loads((folder / "expected.json").read_text("utf-8"))
    for name, fields in sorted(expected.items()):
        data = (folder / name).read_bytes()
        for field, value in fields.items():
            if value is not None:
                # What was damaged by a fuzzer is a film by its expectation, not by its bytes.
                kind = "mp4" if name.endswith(".fuzzed") else file_format(data) or "tif"
                rows.append(_row(name, data, kind, (field, value)))
    return rows


def _row(name: str, data: bytes, kind: str, asserted: tuple[str, str]) -> Row:
    field, expected = asserted
    began = time.process_time()
    collected = read(data, kind)
    spent = (time.process_time() - began) * 1000
    label = "fuzzed" if name.endswith(".fuzzed") else kind
    return Row(name, label, field, expected, _told(collected, field, expected), spent)


def _told(collected: Collected, field: str, expected: str) -> str:
    source, block = FIELDS[field]
    for claim in collected.claims:
        if claim.source == source:
            # The offset is compared only where one is asserted.
            return claim.value if expected.endswith("Z") else claim.value[:19]
    for finding in collected.findings:
        about = [one.source for one in finding.evidence if one.kind == "field"]
        if finding.status is Status.INDETERMINATE and any(s.startswith(block) for s in about):
            return "unreadable"
    return "unset"


def pillow_alone(folder: Path, rows: list[Row]) -> int:
    """Count the photos whose date Pillow gives by itself, as most programs would ask for it."""
    equal = 0
    for row in rows:
        try:
            with warnings.catch_warnings(action="ignore"), Image.open(folder / row.name) as image:
                raw = str(image.getexif().get_ifd(0x8769).get(0x9003, "")).strip("\0 ")
        except (UnidentifiedImageError, OSError, SyntaxError):
            raw = "unreadable"
        got = f"{raw[:10].replace(':', '-')}T{raw[11:19]}" if raw[:1].isdigit() else raw or "unset"
        equal += got == row.expected
    return equal


def main() -> int:
    root = os.environ.get("COUNTERMARK_CORPORA")
    print("Dates of photos and films (about 20 seconds)")
    if not root:
        print("COUNTERMARK_CORPORA is not set: the real files are not at hand, nothing measured")
        return 0
    folder = Path(root) / "dated-media"
    rows = compare(folder)
    by_kind: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        by_kind[row.field, row.kind].append(row)
    print(f"{'field':14} {'format':8} {'n':>4} {'equal':>6} {'median ms':>10}")
    for (field, kind), some in sorted(by_kind.items()):
        middle = median(row.milliseconds for row in some)
        print(f"{field:14} {kind:8} {len(some):4} {sum(r.equal for r in some):6} {middle:10.2f}")
    for row in rows:
        if not row.equal:
            print(f"  {row.name}: expected {row.expected}, got {row.got}")
    _record(folder, rows)
    _record_mutations(folder)
    return 0


def mutated(data: bytes, chance: random.Random) -> bytes:
    """Change bytes, cut off, or put bytes in: what transfers and forgers do."""
    damaged = bytearray(data)
    way = chance.randrange(4)
    if way == 0:
        return data[: chance.randrange(len(data) + 1)]
    if way == 1:
        place = chance.randrange(len(data) + 1)
        damaged[place:place] = chance.randbytes(chance.randrange(1, 64))
        return bytes(damaged)
    # Metadata stand near the beginning: half of the changes go there.
    reach = len(data) if way == 2 else min(len(data), NEAR_BYTES)
    for _ in range(chance.randrange(1, 30)):
        damaged[chance.randrange(reach)] = chance.randrange(256)
    return bytes(damaged)


def _record_mutations(folder: Path) -> None:
    """Read thousands of damaged files by every source of their kind; each must give an answer."""
    chance = random.Random(SEED)  # noqa: S311 - for repeatable damage
    files = [path.read_bytes() for path in sorted(folder.iterdir()) if path.suffix != ".json"]
    broken: list[str] = []
    slowest, count = 0.0, 0
    for _ in range(MUTATIONS // len(files) + 1):
        for data in files:
            damaged = mutated(data, chance)
            kind = identify(damaged, Limits()).format or file_format(data) or "tif"
            began = time.process_time()
            try:
                read(damaged, kind)
            except Exception as error:  # noqa: BLE001 - this is what is being looked for
                broken.append(f"{kind}: {error!r}")
            slowest = max(slowest, time.process_time() - began)
            count += 1
    for line in broken[:10]:
        print(f"  broke: {line}")
    record(
        id="verification.dated_mutations_broken",
        value=len(broken),
        unit="files",
        better="lower",
        aim=0,
        peer="none",
        peer_value=None,
        own_value=len(broken),
        n=count,
        note=f"bytes changed, put in, cut off; the slowest took {slowest * 1000:.0f} ms of CPU",
    )


def _record(folder: Path, rows: list[Row]) -> None:
    photos = [row for row in rows if row.field == "exif_original"]
    films = [row for row in rows if row.field == "movie_created"]
    alone = pillow_alone(folder, photos)
    own = sum(row.equal for row in photos)
    record(
        id="verification.dated_photos",
        value=own / len(photos),
        unit="share",
        better="higher",
        aim=0.99,
        peer="Pillow alone",
        peer_value=alone / len(photos),
        own_value=own / len(photos),
        n=len(photos),
        note="EXIF DateTimeOriginal as asserted beside the files",
    )
    equal = sum(row.equal for row in films)
    record(
        id="verification.dated_films",
        value=equal / len(films),
        unit="share",
        better="higher",
        aim=1.0,
        peer="none",
        peer_value=None,
        own_value=equal / len(films),
        n=len(films),
        note="mvhd creation time, fuzzed films among them; no film library is installed",
    )


if __name__ == "__main__":
    sys.exit(main())
