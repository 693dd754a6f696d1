"""Real signed PDFs and thousands of damaged ones: no exception, no undue pass."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from pyhanko.sign.fields import MDPPerm

from benchmarks.pdf_signed import agreement, three_state
from tests.corpora import VARIABLE, corpus
from tests.verification import forging as forge
from tests.verification import signing as made
from tests.verification.test_pdf_signature import ROOT, collect
from verification.values import Status

#: What was measured when this was written; it may only rise.
AGREED, ASSERTED = 25, 26
SEED = 20_260_601
MUTATIONS = 520


@pytest.mark.slow
def test_every_real_file_is_explained() -> None:
    files = sorted(corpus("pdf-signed").glob("*.pdf"))
    assert len(files) == 57
    for path in files:
        signatures = collect(path.read_bytes(), ()).signatures
        assert signatures, path.name
        assert all(item.message for item in signatures), path.name
        assert all(item.status is not Status.PASSED for item in signatures), path.name


def test_agreement_with_what_the_suite_asserts() -> None:
    rows = agreement(corpus("pdf-signed"), three_state)
    assert len(rows) == ASSERTED
    assert sum(row.agrees for row in rows) >= AGREED, [row for row in rows if not row.agrees]


def test_hostile_files_are_read_to_the_end() -> None:
    for path in sorted(corpus("pdf-hostile").rglob("*.pdf"))[::3]:
        data = path.read_bytes()
        if b"ByteRange" in data:
            assert all(s.status is not Status.PASSED for s in collect(data, (ROOT,)).signatures)


def test_no_changed_byte_within_the_range_passes() -> None:
    pdf = made.sign(made.plain())
    dice = random.Random(SEED)  # noqa: S311 - a seeded test, not a secret
    # The file's own random ID may begin with <30 as well.
    begin = pdf.index(b"<30", pdf.index(b"/Contents <30"))
    end = pdf.index(b">", begin)
    covered = [*range(begin), *range(end + 1, len(pdf))]
    assert all(item.status is Status.PASSED for item in collect(pdf).signatures)
    for position in dice.sample(covered, MUTATIONS):
        changed = bytearray(pdf)
        changed[position] ^= dice.randrange(1, 256)
        passed = [s for s in collect(bytes(changed)).signatures if s.status is Status.PASSED]
        assert not passed, position


def test_no_signature_cut_anywhere_passes() -> None:
    pdf = forge.with_loose_object(made.sign(made.plain()))
    for length in range(100, len(pdf), len(pdf) // 60):
        assert all(s.status is not Status.PASSED for s in collect(pdf[:length]).signatures)


def files() -> list[bytes]:
    """Give honest, attacked and, where at hand, real files."""
    signed = made.sign(made.plain())
    stamped = made.sign(made.plain(), stamper=made.stamper())
    root = os.environ.get(VARIABLE)
    real = sorted((Path(root) / "pdf-signed").glob("*.pdf"))[::4] if root else []
    return [
        signed,
        stamped,
        made.with_validation_data(stamped),
        made.filled(made.sign(made.plain(form=True), permission=MDPPerm.FILL_FORMS)),
        forge.with_annotation(signed),
        forge.with_hidden_update(signed),
        signed[:-700],
        *(path.read_bytes() for path in real),
    ]


def test_after_warming_nothing_is_opened_imported_or_connected(tmp_path: Path) -> None:
    for index, pdf in enumerate(files()):
        (tmp_path / f"{index}.pdf").write_bytes(pdf)
    (tmp_path / "anchor.der").write_bytes(ROOT)
    done = subprocess.run(
        [sys.executable, "-m", "tests.verification.signing_quiet", str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr[-2000:]


def crowd(count: int) -> bytes:
    """Give a PDF whose form holds `count` signatures without sense."""
    value = b"<</Type/Sig/SubFilter/ETSI.CAdES.detached/ByteRange[0 9 %d 9]/Contents<30>>>"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[%s]>>>>"
        % b" ".join(b"%d 0 R" % (number + 3) for number in range(count)),
        b"<</Type/Pages/Kids[]/Count 0>>",
        *(b"<</FT/Sig/T(s%d)/V %s>>" % (number, value % (number + 20)) for number in range(count)),
    ]
    body, offsets = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    trailer = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (size, len(body))
    return body + b"xref\n0 %d\n0000000000 65535 f \n" % size + table + trailer


@pytest.mark.parametrize(
    ("count", "limited"),
    [
        pytest.param(50, False, id="fifty are examined"),
        pytest.param(51, True, id="fifty-one are one too many"),
        pytest.param(12_000, True, id="twelve thousand"),
    ],
)
def test_more_signatures_than_allowed_is_a_finding(count: int, *, limited: bool) -> None:
    collected = collect(crowd(count))
    assert len(collected.signatures) == min(count, 50)
    names = [limit.name for limit in collected.limits]
    assert names == (["pdf_signatures"] if limited else [])
    assert all(item.status is not Status.PASSED for item in collected.signatures)
