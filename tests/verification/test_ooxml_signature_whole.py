"""Signatures of Office documents: in the sandbox, altered byte by byte, and real ones."""

from __future__ import annotations

import io
import random

from tests.corpora import corpus
from tests.verification import office_signing as office
from tests.verification import signing as made
from tests.verification.test_ooxml_signature import ROOT, ROWS, report, signed_how, stamped
from verification.limits import Limits
from verification.policies import load
from verification.readers import ooxml_signature
from verification.sandbox.client import Sandbox
from verification.sandbox.verify import verify_file
from verification.terms import Request, Terms
from verification.values import Status


def test_the_sandbox_gives_the_same_answers() -> None:
    terms = Terms(at=made.NOW, policy=load(), anchors=(ROOT,))
    request = Request(name="a.docx", received_at=made.NOW, terms=terms)
    with Sandbox.start(limits=terms.limits) as sandbox:
        for make in (signed_how(), signed_how(stamp=stamped), *(row[0] for row in ROWS.values())):
            data = make()
            inside = verify_file(sandbox, io.BytesIO(data), request)
            assert inside.signatures == report(data).signatures
            assert inside.checks == report(data).checks


def test_no_byte_of_what_is_signed_can_be_altered() -> None:
    """A sample of 300 single bits; the benchmark takes more."""
    parts = office.signed()
    places = office.covered(parts)
    choice = random.Random(6)  # noqa: S311 - a seeded choice of places
    for _ in range(300):
        name, place = choice.choice(places)
        content = bytearray(parts[name])
        content[place] ^= 1 << choice.randrange(8)
        mutated = ooxml_signature.read(
            office.packed({**parts, name: bytes(content)}),
            at=made.NOW,
            anchors=(ROOT,),
            limits=Limits(),
        )
        assert all(one.status is not Status.PASSED for one in mutated.signatures), (name, place)


def test_real_files_are_explained() -> None:
    for path in sorted(corpus("ooxml-signed").iterdir()):
        read = ooxml_signature.read(path.read_bytes(), at=made.NOW, anchors=(), limits=Limits())
        expected = 0 if "unsigned" in path.name else 2 if "twice" in path.name else 1
        assert len(read.signatures) == expected, path.name
        for signature in read.signatures:
            assert signature.intact, path.name
            assert signature.unsigned_parts, path.name
